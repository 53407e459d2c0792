// From when something holds 生效时间: a day, which begins at the day cut of the complex, or a moment on
// a whole minute.

import { type Day, day, dayBegins, type Instant, parseRfc3339 } from '../shared/clock.ts'
import { Refusal } from '../shared/refusal.ts'

const MINUTE_MS = 60_000
const DAY_TEXT = /^\d{4}-\d\d-\d\d$/

export type ComplexTime = { zone: string; dayCutMinutes: number }

export const asDay = (text: string): Day | null => (DAY_TEXT.test(text) ? day(text) : null)

/** Refuses: invalid_input. */
export const effectiveAt = (text: string, { zone, dayCutMinutes }: ComplexTime): Instant => {
  const on = asDay(text)
  const at = on === null ? parseRfc3339(text) : dayBegins(on, zone, dayCutMinutes)
  if (at === null || at % MINUTE_MS !== 0)
    throw new Refusal('invalid_input', { where: 'body', field: 'effectiveFrom', rule: 'minute' })
  return at
}
