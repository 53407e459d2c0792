// Who is logged in 会话: held outside React, because calls need the CSRF token and may have to wait
// until the clerk has logged in again.

import { useSyncExternalStore } from 'react'
import type { Session } from '../../../http/contract/operators.ts'

type State = { session: Session | null; lapsed: boolean }

let state: State = { session: null, lapsed: false }
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
  set({ session, lapsed: false })
  const resumed = waiting
  waiting = []
  for (const resume of resumed) resume()
}

export const endSession = (): void => set({ session: null, lapsed: false })

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
