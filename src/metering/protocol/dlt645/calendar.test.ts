import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instant, localTime } from '../../../shared/clock.ts'
import { decodeTime, encodeTime, type TimeLayout } from './calendar.ts'
import { bytesOf } from './example-frames.ts'

const FIRST_SECOND = 946_684_800 // 2000-01-01T00:00:00Z
const LAST_SECOND = 4_102_444_799 // 2099-12-31T23:59:59Z
const moment = fc
  .integer({ min: FIRST_SECOND, max: LAST_SECOND })
  .map((second) => localTime(instant(second * 1000), 'UTC'))

test('every second of the century survives the wire, weekday included', () => {
  fc.assert(
    fc.property(moment, (t) => {
      expect(decodeTime('YYMMDDWWhhmmss', encodeTime('YYMMDDWWhhmmss', t))).toEqual(t)
      expect(decodeTime('YYMMDDhhmmss', encodeTime('YYMMDDhhmmss', t))).toEqual(t)
    }),
    { numRuns: 1000 },
  )
})

const SUNDAY = { year: 2026, month: 11, dayOfMonth: 22, hour: 10, minute: 20, second: 30 }

test.each<[TimeLayout, string]>([
  ['YYMMDDWW', '00 22 11 26'],
  ['hhmmss', '30 20 10'],
  ['YYMMDDhhmmss', '30 20 10 22 11 26'],
  ['YYMMDDhhmm', '20 10 22 11 26'],
  ['YYMMDDWWhhmmss', '30 20 10 00 22 11 26'],
])('Sunday 2026-11-22 10:20:30 as %s is %s', (layout, hex) => {
  expect(encodeTime(layout, SUNDAY)).toEqual(bytesOf(hex))
})

test('a table entry carries its number after the moment', () => {
  expect(encodeTime('MMDDNN', { ...SUNDAY, month: 7, dayOfMonth: 1 }, 2)).toEqual(
    bytesOf('02 01 07'),
  )
})

test.each([
  ['YYMMDDWW', '00 30 02 26', 'February has no 30th'],
  ['YYMMDDWW', '00 29 02 27', '2027 is no leap year'],
  ['YYMMDDWW', '07 22 11 26', 'there is no weekday 7'],
  ['YYMMDDhhmm', '00 00 00 00 00', 'zeros are an empty record'],
  ['hhmmss', '60 00 00', 'no second 60'],
  ['hhmmss', '00 00 24', 'no hour 24'],
  ['hhmmss', '0A 00 00', 'no digit'],
  ['hhmmss', '00 00', 'a byte is missing'],
] as const)('%s %s is no moment: %s', (layout, hex, _why) => {
  expect(decodeTime(layout, bytesOf(hex))).toBeNull()
})

test('the weekday a meter sends is kept, even a wrong one', () => {
  expect(decodeTime('YYMMDDWW', bytesOf('03 22 11 26'))?.weekday).toBe(3)
})

test('a moment outside the century is a bug, not another century', () => {
  expect(() => encodeTime('YYMMDDhhmm', { ...SUNDAY, year: 2100 })).toThrow('not a meter time')
})
