// The meter's calendar 表内时钟: local fields at a fixed distance from UTC, as packed digits.

export type LocalFields = {
  year: number
  month: number
  dayOfMonth: number
  /** 0 = Sunday. */
  weekday: number
  hour: number
  minute: number
  second: number
}

const MINUTE_MS = 60_000

/** Calendar fields of a moment; `offsetMinutes` is the distance of local time from UTC. */
export const localFields = (atMs: number, offsetMinutes: number): LocalFields => {
  const t = new Date(atMs + offsetMinutes * MINUTE_MS)
  return {
    year: t.getUTCFullYear(),
    month: t.getUTCMonth() + 1,
    dayOfMonth: t.getUTCDate(),
    weekday: t.getUTCDay(),
    hour: t.getUTCHours(),
    minute: t.getUTCMinutes(),
    second: t.getUTCSeconds(),
  }
}

const two = (n: number) => (n % 100).toString().padStart(2, '0')

export const dateDigits = (t: LocalFields) => `${two(t.year)}${two(t.month)}${two(t.dayOfMonth)}`
export const timeDigits = (t: LocalFields) => `${two(t.hour)}${two(t.minute)}${two(t.second)}`
/** YYMMDDhhmm */
export const stampDigits = (t: LocalFields) => dateDigits(t) + timeDigits(t).slice(0, 4)

/** The moment of YYMMDDhhmmss digits, or null where there is no such moment. */
export const momentOf = (digits: string, offsetMinutes: number): number | null => {
  const m = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits)
  if (m === null) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = m.slice(1).map(Number)
  const utcMs = Date.UTC(2000 + year, month - 1, day, hour, minute, second)
  const atMs = utcMs - offsetMinutes * MINUTE_MS
  const back = localFields(atMs, offsetMinutes)
  return `${dateDigits(back)}${timeDigits(back)}` === digits ? atMs : null
}
