// A time picked on the screen is a time in the complex's zone 时区换算, whatever the PC is set to.

import dayjs, { type Dayjs } from 'dayjs'
import timezone from 'dayjs/plugin/timezone'
import utc from 'dayjs/plugin/utc'
import { serverNow } from './clock.ts'

dayjs.extend(utc)
dayjs.extend(timezone)

/** The picked calendar fields, read in the zone, as RFC 3339 with its offset. */
export const rfc3339In = (picked: Dayjs, zone: string): string =>
  dayjs.tz(picked.format('YYYY-MM-DDTHH:mm:ss'), zone).format('YYYY-MM-DDTHH:mm:ssZ')

/** Now in the zone, for pickers. */
export const nowIn = (zone: string): Dayjs => dayjs.tz(serverNow(), zone)

/** What was typed into a field of date and time, `2026-12-01T00:00`, read in the zone. */
export const zonedTime = (typed: string, zone: string): string => rfc3339In(dayjs(typed), zone)
