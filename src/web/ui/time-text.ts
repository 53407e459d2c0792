// Times as people read them 时间: always in the complex's zone, whatever the PC is set to.

import { timeOf } from './clock.ts'

const formats = new Map<string, Intl.DateTimeFormat>()

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone)
  if (known) return known
  // The Swedish locale writes YYYY-MM-DD HH:mm:ss, which is what we want in both languages.
  const made = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  formats.set(zone, made)
  return made
}

export const msText = (ms: number, zone: string): string => formatOf(zone).format(ms)

/** `2026-11-22 09:30:05`, or null where there is no time. */
export const timeText = (time: string | null | undefined, zone: string): string | null => {
  const ms = timeOf(time)
  return ms === null ? null : msText(ms, zone)
}

/** `09:30`. */
export const clockText = (ms: number, zone: string): string => msText(ms, zone).slice(11, 16)

export type AgeUnit = 'now' | 'seconds' | 'minutes' | 'hours' | 'days'

/** How old, in the largest unit that fits; a time ahead of us counts as now. */
export const ageOf = (ms: number): { unit: AgeUnit; n: number } => {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 10) return { unit: 'now', n: 0 }
  if (seconds < 60) return { unit: 'seconds', n: seconds }
  if (seconds < 3600) return { unit: 'minutes', n: Math.floor(seconds / 60) }
  if (seconds < 86_400) return { unit: 'hours', n: Math.floor(seconds / 3600) }
  return { unit: 'days', n: Math.floor(seconds / 86_400) }
}
