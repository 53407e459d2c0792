// Whether somebody is at the desk 在场: pages ask the server by themselves, and that must not keep a
// session alive whose operator has gone. What one tab knows, all tabs of this browser know.

import { serverNow } from '../../ui/clock.ts'

const KEY = 'prewatt.awake'
/** So long after a key or a pointer a request counts as asked for by a person. */
const AWAKE_MS = 60_000

let inputAt = serverNow()

/** From now on. */
export const watchInput = (): void => {
  for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart'])
    window.addEventListener(
      event,
      () => {
        inputAt = serverNow()
      },
      { capture: true, passive: true },
    )
}

export const atDesk = (): boolean => serverNow() - inputAt < AWAKE_MS

/** A request of a person was answered. */
export const noteAwake = (): void => localStorage.setItem(KEY, String(serverNow()))

/** When the last one was; now where none is known. */
export const lastAwake = (): number => Number(localStorage.getItem(KEY) ?? serverNow())

/** Somebody pressed something since. */
export const inputSince = (at: number): boolean => inputAt > at
