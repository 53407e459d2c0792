// Times that gateways write as yyyyMMddHHmmss 时间戳: local, without a zone.

import { type Instant, instantOfLocal, localTime } from '../../../shared/clock.ts'

const STAMP = /^(\d{4})-?(\d{2})-?(\d{2})[ T]?(\d{2}):?(\d{2}):?(\d{2})$/

/** Null where it is no moment of that zone. */
export const instantOfStamp = (text: string, zone: string): Instant | null => {
  const match = STAMP.exec(text.trim())
  if (!match) return null
  const [year = 0, month = 0, dayOfMonth = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number)
  return instantOfLocal({ year, month, dayOfMonth, hour, minute, second }, zone)
}

const two = (value: number): string => String(value).padStart(2, '0')

export const stampOf = (at: Instant, zone: string): string => {
  const t = localTime(at, zone)
  return `${t.year}${[t.month, t.dayOfMonth, t.hour, t.minute, t.second].map(two).join('')}`
}
