// Time 时间: an Instant is a whole number of milliseconds since 1970 (UTC). Wall-clock time is
// recorded and shown; it never decides order or ownership (INV-29).

import { DateTime, IANAZone } from 'luxon'
import type { Brand } from './ids.ts'

export type Instant = Brand<number, 'Instant'>
/** A calendar day `YYYY-MM-DD` in the complex's zone. */
export type Day = Brand<string, 'Day'>

export const instant = (ms: number) => ms as Instant
export const day = (text: string) => text as Day
export const plusMs = (at: Instant, ms: number) => (at + ms) as Instant

/** Whether clocks anywhere are set by this name, e.g. `Asia/Shanghai`. */
export const isZone = (text: string): boolean => IANAZone.isValidZone(text)

/** Calendar fields of an instant in a zone, as meters and people write them. */
export type LocalTime = {
  year: number
  month: number
  dayOfMonth: number
  /** 0 = Sunday, as DL/T 645 counts. */
  weekday: number
  hour: number
  minute: number
  second: number
}

export const localTime = (at: Instant, zone: string): LocalTime => {
  const t = DateTime.fromMillis(at, { zone })
  return {
    year: t.year,
    month: t.month,
    dayOfMonth: t.day,
    weekday: t.weekday % 7,
    hour: t.hour,
    minute: t.minute,
    second: t.second,
  }
}

/** The instant of calendar fields in a zone, or null where no such moment exists. */
export const instantOfLocal = (t: Omit<LocalTime, 'weekday'>, zone: string): Instant | null => {
  const at = DateTime.fromObject(
    {
      year: t.year,
      month: t.month,
      day: t.dayOfMonth,
      hour: t.hour,
      minute: t.minute,
      second: t.second,
    },
    { zone },
  )
  return at.isValid ? instant(at.toMillis()) : null
}

const DAY_LENGTH = 'YYYY-MM-DD'.length

/** Business day 营业日: the day in the complex's zone that began at its day cut. */
export const businessDay = (at: Instant, zone: string, dayCutMinutes: number): Day =>
  day(rfc3339(plusMs(at, -dayCutMinutes * 60_000), zone).slice(0, DAY_LENGTH))

// Thousands of months begin on the same few days.
const DAYS_KEPT = 1_000
const begins = new Map<string, Instant>()

/** When a business day begins: its day cut, on the wall clock of the zone. */
export const dayBegins = (of: Day, zone: string, dayCutMinutes: number): Instant => {
  const key = `${of} ${dayCutMinutes} ${zone}`
  const known = begins.get(key)
  if (known !== undefined) return known
  const at = instant(DateTime.fromISO(of, { zone }).plus({ minutes: dayCutMinutes }).toMillis())
  if (begins.size >= DAYS_KEPT) begins.clear()
  begins.set(key, at)
  return at
}

export const dayAfter = (of: Day): Day =>
  day(new Date(Date.parse(of) + 24 * 3_600_000).toISOString().slice(0, DAY_LENGTH))

/** The day on which the month after `2026-10` begins. */
export const dayAfterMonth = (month: string): Day =>
  day(DateTime.fromISO(`${month}-01`, { zone: 'utc' }).plus({ months: 1 }).toFormat('yyyy-MM-dd'))

/** 0 = Sunday. */
export const weekdayOf = (of: Day): number => new Date(of).getUTCDay()

// Zones change their offset at whole quarter hours only, and a board formats 25,000 times at once.
const OFFSET_STANDS_MS = 15 * 60_000
const OFFSETS_KEPT = 1_000
const offsets = new Map<string, { minutes: number; text: string }>()

const offsetIn = (at: Instant, zone: string): { minutes: number; text: string } => {
  const key = `${Math.floor(at / OFFSET_STANDS_MS)} ${zone}`
  const known = offsets.get(key)
  if (known) return known
  const t = DateTime.fromMillis(at, { zone })
  const found = { minutes: t.offset, text: t.offset === 0 ? 'Z' : t.toFormat('ZZ') }
  if (offsets.size >= OFFSETS_KEPT) offsets.clear()
  offsets.set(key, found)
  return found
}

/** How far the wall clock of a zone is ahead of UTC, minutes. */
export const offsetMinutes = (at: Instant, zone: string): number => offsetIn(at, zone).minutes

/** RFC 3339 with the zone's offset, to the millisecond. */
export const rfc3339 = (at: Instant, zone: string): string => {
  const { minutes, text } = offsetIn(at, zone)
  return new Date(at + minutes * 60_000).toISOString().replace('Z', text)
}

/** Parses RFC 3339; null where the text is no instant. */
export const parseRfc3339 = (text: string): Instant | null => {
  const at = DateTime.fromISO(text, { setZone: true })
  return at.isValid ? instant(at.toMillis()) : null
}

/** An instant as a SQL parameter for a timestamptz. */
export const sqlTime = (at: Instant | null): string | null =>
  at === null ? null : new Date(at).toISOString()

/** Reads PostgreSQL's text of a timestamptz in a session that runs in UTC. */
export const instantOfSql = (text: string): Instant => instant(new Date(text).getTime())
