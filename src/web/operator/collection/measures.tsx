// Figures of collection 采集指标: how fresh, how busy, how many answer. What is not known is a dash.

import type { Bus, Gateway } from '../../../http/contract/collection.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { ageOf } from '../../ui/time-text.ts'
import styles from './collection.module.css'

const withinText = (say: Say, ms: number): string => {
  const { unit, n } = ageOf(ms)
  return unit === 'now' ? say('span.moment') : say(`span.${unit}`, { n })
}

/** 99 of 100 meters that answer were heard within this time. */
export const Freshness = ({ ms }: { ms: number | null }) => {
  const { say } = useText()
  return <span className={styles.number}>{ms === null ? '—' : withinText(say, ms)}</span>
}

export const percentText = (permille: number): string => {
  const digits = String(Math.round(permille)).padStart(2, '0')
  return `${digits.slice(0, -1)}.${digits.slice(-1)} %`
}

export const Busy = ({ figures }: Pick<Bus, 'figures'>) => {
  const permille = figures?.busyPermille ?? null
  if (permille === null) return '—'
  return (
    <span className={styles.busy}>
      <meter min={0} max={1000} value={permille} aria-label={percentText(permille)} />
      <span className={styles.number}>{percentText(permille)}</span>
    </span>
  )
}

/** The busiest of the buses, since that one sets the pace. */
export const busiest = ({ buses }: Pick<Gateway, 'buses'>): Bus | null => {
  const known = buses.filter((bus) => bus.figures?.busyPermille != null)
  return known.reduce<Bus | null>(
    (most, bus) =>
      (bus.figures?.busyPermille ?? 0) >= (most?.figures?.busyPermille ?? 0) ? bus : most,
    null,
  )
}

type Counted = Pick<Bus, 'meters' | 'answering' | 'silent' | 'neverRead'>

export const Answering = ({ counted }: { counted: Counted }) => {
  const { say } = useText()
  const { meters, answering, silent, neverRead } = counted
  return (
    <span className={styles.counted}>
      <strong>{answering}</strong> / {meters}
      {silent > 0 ? <em>{say('gateway.silentN', { n: silent })}</em> : null}
      {neverRead > 0 ? <em>{say('gateway.neverN', { n: neverRead })}</em> : null}
    </span>
  )
}
