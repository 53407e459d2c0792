// What is wrong with a draft 方案校验, each at its place: figures that can't be read here, and what the
// server says of the rest.

import { createContext, useContext } from 'react'
import type { PlanFault } from '../../../http/contract/plans.ts'
import styles from './plans.module.css'
import { isUnder } from './read-draft.ts'

export type Found = { unread: readonly string[]; faults: readonly PlanFault[] }

const Context = createContext<Found>({ unread: [], faults: [] })
export const FoundProvider = Context.Provider

/** Marks the field of a place; an empty field is not called wrong before it is written. */
export const useStatus = (place: string, text: string): 'error' | '' => {
  const { unread, faults } = useContext(Context)
  const unreadHere = text.trim() !== '' && unread.includes(place)
  return unreadHere || faults.some(({ path }) => path === place) ? 'error' : ''
}

/** The faults of a place and below, but not of places that say theirs themselves. */
export const Faults = ({ at, except = [] }: { at: string; except?: readonly string[] }) => {
  const { faults } = useContext(Context)
  const here = faults.filter(
    ({ path }) => isUnder(path, at) && !except.some((place) => isUnder(path, place)),
  )
  if (here.length === 0) return null
  return (
    <div role="alert">
      <ul className={styles.faults}>
        {here.map((fault) => (
          <li key={`${fault.path}/${fault.kind}/${fault.day ?? ''}`} data-fault={fault.kind}>
            {fault.text}
          </li>
        ))}
      </ul>
    </div>
  )
}
