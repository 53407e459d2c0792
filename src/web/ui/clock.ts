// The browser's clock 时钟: the one file of the web that reads time or sets timers. Ages are told
// by the server's clock, so a PC with a wrong date still shows how old a figure is.

import { useSyncExternalStore } from 'react'

/** Smaller differences are the network's, not the clock's. */
const OFFSET_NOTED_MS = 2_000
const TICK_MS = 5_000

let offsetMs = 0

/** Milliseconds since 1970 of an RFC 3339 or HTTP date; null where it is none. */
export const timeOf = (text: string | null | undefined): number | null => {
  if (text === null || text === undefined) return null
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? null : ms
}

/** Learns the server's clock from the Date header of an answer. */
export const noteServerDate = (header: string | null): void => {
  const at = timeOf(header)
  if (at === null) return
  const difference = at - Date.now()
  if (Math.abs(difference - offsetMs) > OFFSET_NOTED_MS) offsetMs = difference
}

/** The server's time, as far as its answers told. */
export const serverNow = (): number => Date.now() + offsetMs

/** Monotonic milliseconds, for intervals between keys. */
export const monoMs = (): number => performance.now()

/** Calls once after `ms`; returns what cancels it. */
export const after = (ms: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

/** Calls every `ms`; returns what ends it. */
export const every = (ms: number, run: () => void): (() => void) => {
  const timer = setInterval(run, ms)
  return () => clearInterval(timer)
}

/** Calls before the next paint, or soon in a hidden tab, where no frame would ever come. */
export const onNextFrame = (run: () => void): void => {
  if (document.visibilityState === 'hidden') setTimeout(run, 250)
  else requestAnimationFrame(run)
}

const listeners = new Set<() => void>()
let tickMs = serverNow()
let stopTicking: (() => void) | null = null

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  stopTicking ??= every(TICK_MS, () => {
    tickMs = serverNow()
    for (const each of listeners) each()
  })
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    stopTicking?.()
    stopTicking = null
  }
}

/**
 * What follows from the server's time, looked at every five seconds; the caller is redrawn only
 * when it changes.
 */
export const useOfNow = <T extends string | number | boolean | null>(of: (nowMs: number) => T): T =>
  useSyncExternalStore(subscribe, () => of(tickMs))

/** The server's time itself. */
export const useNow = (): number => useOfNow((nowMs) => nowMs)
