// Who is logged in 会话: held outside React, because calls need the CSRF token and may have to wait
// until the clerk has logged in again.

import { useSyncExternalStore } from 'react'
import type { Session } from '../../../http/contract/operators.ts'

/** An act waits for the password; giving up lets it be refused. */
type Identity = { giveUp: () => void }
type State = { session: Session | null; lapsed: boolean; identity: Identity | null }

let state: State = { session: null, lapsed: false, identity: null }
let asking: ((proved: boolean) => void)[] = []
const listeners = new Set<() => void>()
let waiting: (() => void)[] = []

const set = (next: State) => {
  state = next
  for (const listener of listeners) listener()
}

export const currentSession = (): Session | null => state.session
export const csrfToken = (): string | null => state.session?.csrfToken ?? null

/** A session begins or goes on; calls that waited for it continue. */
export const beginSession = (session: Session): void => {
  set({ ...state, session, lapsed: false })
  const resumed = waiting
  waiting = []
  for (const resume of resumed) resume()
}

const answerIdentity = (proved: boolean): void => {
  const asked = asking
  asking = []
  set({ ...state, identity: null })
  for (const answer of asked) answer(proved)
}

/** Opens the dialog that asks for the password; true once it was given, false when given up. */
export const identityProved = (): Promise<boolean> =>
  new Promise((resolve) => {
    asking.push(resolve)
    set({ ...state, identity: { giveUp: () => answerIdentity(false) } })
  })

export const identityGiven = (): void => answerIdentity(true)

export const endSession = (): void => {
  answerIdentity(false)
  set({ session: null, lapsed: false, identity: null })
}

/** Opens the log-in dialog in place and resolves once somebody has logged in. */
export const loggedInAgain = (): Promise<void> =>
  new Promise((resolve) => {
    waiting.push(resolve)
    set({ ...state, lapsed: true })
  })

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export const useSessionState = (): State => useSyncExternalStore(subscribe, () => state)

/** True where the operator's role carries the permission. */
export const useMay = (permission: string): boolean =>
  useSessionState().session?.permissions.includes(permission) ?? false
