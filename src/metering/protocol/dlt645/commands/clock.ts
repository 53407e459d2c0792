// The meter's clock 校时 and freezes 冻结. Times are the meter's local time: the caller knows the
// zone and the drift.

import { assert } from '../../../../shared/assert.ts'
import type { LocalTime } from '../../../../shared/clock.ts'
import { badReply } from '../../fault.ts'
import { answered } from '../../request.ts'
import { BROADCAST_ADDRESS } from '../address.ts'
import { type CalendarTime, decodeTime, encodeTime, type TimeLayout } from '../calendar.ts'
import { bytesOfDigits } from '../digits.ts'
import { type Accepted, accepted, ask, type Dlt645Request, NO_ECHO } from '../exchange.ts'
import { FUNC } from '../functions.ts'
import { readContent } from './read.ts'
import { type Authority, writeData } from './write.ts'

const DATE_ID = '04000101'
const TIME_ID = '04000102'
const CLOCK_ID = '0400010C'

const readTime = (address: string, id: string, layout: TimeLayout): Dlt645Request<LocalTime> =>
  readContent(address, {
    id,
    contentMax: 7,
    read: (content) => {
      const time = decodeTime(layout, content)
      return time === null ? badReply(content) : answered(time)
    },
  })

/** Date and time in one answer; older meters lack it and need the two reads below. */
export const readClock = (address: string): Dlt645Request<LocalTime> =>
  readTime(address, CLOCK_ID, 'YYMMDDWWhhmmss')

/** The date; its time of day is zero. Midnight may pass between this and `readTimeOfDay`. */
export const readDate = (address: string): Dlt645Request<LocalTime> =>
  readTime(address, DATE_ID, 'YYMMDDWW')

/** The time of day; its date is 2000-01-01. */
export const readTimeOfDay = (address: string): Dlt645Request<LocalTime> =>
  readTime(address, TIME_ID, 'hhmmss')

export const writeDate = (address: string, t: CalendarTime, by: Authority) =>
  writeData(address, DATE_ID, encodeTime('YYMMDDWW', t), by)

export const writeTimeOfDay = (address: string, t: CalendarTime, by: Authority) =>
  writeData(address, TIME_ID, encodeTime('hhmmss', t), by)

export const writeClock = (address: string, t: CalendarTime, by: Authority) =>
  writeData(address, CLOCK_ID, encodeTime('YYMMDDWWhhmmss', t), by)

/**
 * To every meter on the bus; nobody answers. A meter takes it once a day, when it is off by at
 * most 5 minutes, and not near midnight.
 */
export const broadcastTime = (t: CalendarTime): Dlt645Request<Accepted> =>
  ask({
    label: 'broadcast time',
    address: BROADCAST_ADDRESS,
    func: FUNC.broadcastTime,
    data: encodeTime('YYMMDDhhmmss', t),
    echo: NO_ECHO,
    contentMax: 0,
    repeatable: true,
    read: accepted,
  })

/** MMDDhhmm as digits: `99990000` daily at midnight, `99999900` hourly, `99999999` at once. */
export const freeze = (pattern: string, address = BROADCAST_ADDRESS): Dlt645Request<Accepted> => {
  assert(/^\d{8}$/.test(pattern), `not a freeze pattern MMDDhhmm: ${pattern}`)
  return ask({
    label: `freeze ${pattern}`,
    address,
    func: FUNC.freeze,
    data: bytesOfDigits(pattern),
    echo: NO_ECHO,
    contentMax: 0,
    repeatable: false,
    read: accepted,
  })
}
