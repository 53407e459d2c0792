import { describe, expect, test } from 'vitest'
import { must } from '../../shared/assert.ts'
import { type Instant, parseRfc3339, plusMs, rfc3339 } from '../../shared/clock.ts'
import { calendarOf } from '../../tariff/calendar.ts'
import { type DarkFacts, darkAnswer, daysOf, emptyAt } from './forecast.ts'
import type { Can } from './meter-mode.ts'
import { DEFAULT_POLICY, type SupplyPolicy } from './settings.ts'
import { noTripBetween } from './windows.ts'

const ZONE = 'Asia/Shanghai'
const PLACE = { zone: ZONE, calendar: calendarOf([]) }
const at = (text: string): Instant => must(parseRfc3339(`${text}+08:00`), text)
const NOW = at('2026-11-23T12:00')
const UNTIL = at('2026-12-01T00:00')
const DAYS = daysOf(PLACE, { from: NOW, until: UNTIL })
const EVERY_DAY = Array.from({ length: 7 }, () => 2_400)
const text = (moment: Instant | null): string | null =>
  moment === null ? null : rfc3339(moment, ZONE).slice(5, 16)

describe('when the money is used up', () => {
  test.each<[string, number, readonly number[], string | null]>([
    ['nothing is left', 0, EVERY_DAY, '11-23T12:00'],
    ['an hour’s worth', 100, EVERY_DAY, '11-23T13:00'],
    ['half a day’s', 1_200, EVERY_DAY, '11-24T00:00'],
    ['a day’s', 2_400, EVERY_DAY, '11-24T12:00'],
    ['for longer than the period', 99_999, EVERY_DAY, null],
    ['nothing is used', 1, EVERY_DAY.map(() => 0), null],
    ['closed on all days but Saturday', 2_400, [0, 0, 0, 0, 0, 0, 2_400], '11-29T00:00'],
  ])('%s', (_name, leftFen, use, moment) => {
    expect(text(emptyAt(leftFen, use, DAYS, NOW))).toBe(moment)
  })
})

const FACTS: DarkFacts = {
  ...{ charged: 'centre', availableFen: 1_200, asOf: NOW, overdraftFen: 0, owesSince: null },
  ...{ relay: 'closed', mode: 'prepaid', protected: false, canTrip: true, meterId: 10 },
  ...{ by: null, use: EVERY_DAY },
}
const NIGHTS = Array.from({ length: 7 }, () => [
  { from: 0, to: 480 },
  { from: 1_320, to: 1_440 },
])
const BY_DAY: Partial<SupplyPolicy> = {
  noTrip: { week: NIGHTS, weekends: false, holidays: false },
}
const ALL: Can = { keep: true, settings: true }
const NO_KEEP: Can = { keep: false, settings: true }
const kept = (until: Instant | null): Partial<DarkFacts> => ({
  ...{ mode: 'kept', by: { owner: 'operator', reason: '展会', until } },
})

describe('who goes dark if nobody pays', () => {
  test.each<[string, Partial<DarkFacts>, Partial<SupplyPolicy>, Can, string]>([
    ['at once', {}, {}, ALL, 'trips arrears 11-24T00:00'],
    ['after the delay', {}, { delayMinutes: 90 }, ALL, 'trips arrears 11-24T01:30'],
    ['when the night is over', {}, BY_DAY, ALL, 'trips arrears 11-24T08:00'],
    ['with grace half a day later', {}, { graceFen: 1_200 }, ALL, 'trips arrears 11-24T12:00'],
    [
      'owing since long',
      { availableFen: -5, owesSince: at('2026-11-23T11:30') },
      { delayMinutes: 60 },
      ALL,
      'trips arrears 11-23T12:30',
    ],
    [
      'a meter in the middle of the night',
      { charged: 'meter' },
      {},
      ALL,
      'trips meterTrips 11-24T00:00',
    ],
    [
      'a meter kept over the night',
      { charged: 'meter' },
      BY_DAY,
      ALL,
      'trips meterTrips 11-24T08:00',
    ],
    [
      'a meter that can’t be kept',
      { charged: 'meter' },
      BY_DAY,
      NO_KEEP,
      'trips meterTrips 11-24T00:00',
    ],
    [
      'after an operator’s keep-power',
      kept(at('2026-11-25T09:00')),
      {},
      ALL,
      'trips arrears 11-25T09:00',
    ],
    ['not while it is kept without end', kept(null), {}, ALL, 'kept keptByOperator -'],
    ['not if protected', { protected: true }, {}, ALL, 'kept protected -'],
    [
      'a protected meter that can’t be kept does',
      { protected: true, charged: 'meter' },
      {},
      NO_KEEP,
      'trips meterTrips 11-24T00:00',
    ],
    ['not where arrears never trip', {}, { trips: false }, ALL, 'kept tripsOff -'],
    ['not within the delay', {}, { delayMinutes: 20_000 }, ALL, 'kept delay -'],
    ['not where the meter can’t be tripped', { canTrip: false }, {}, ALL, 'kept cannotTrip -'],
    ['dark already', { relay: 'tripped' }, {}, ALL, 'dark darkNow -'],
    ['nobody knows the balance', { availableFen: null }, {}, ALL, 'unknown balanceUnknown -'],
    ['nobody knows the use', { use: null }, {}, ALL, 'unknown useUnknown -'],
    ['plenty of money', { availableFen: 99_999 }, {}, ALL, 'lasts enough -'],
  ])('%s', (_name, facts, settings, can, expected) => {
    const policy = { ...DEFAULT_POLICY, ...settings }
    const noTrip = noTripBetween(policy.noTrip, PLACE, { from: NOW, until: UNTIL })
    const period = { now: NOW, until: UNTIL, days: DAYS, noTrip }
    const answer = darkAnswer({ ...FACTS, ...facts }, policy, can, period)
    expect(`${answer.outcome} ${answer.why} ${text(answer.at) ?? '-'}`).toBe(expected)
  })
})

describe('holidays are used like Sundays, weekends that are worked like Mondays', () => {
  const SHUT_ON_SUNDAYS = [0, 2_400, 2_400, 2_400, 2_400, 2_400, 2_400]
  test.each<[string, string, string, string | null]>([
    ['a Thursday', '2026-09-24T00:00', '2026-09-25T00:00', '09-25T00:00'],
    ['the first of October, a Thursday', '2026-10-01T00:00', '2026-10-02T00:00', null],
    ['the whole week from there', '2026-10-01T00:00', '2026-10-08T00:00', null],
    ['and the day after it', '2026-10-01T00:00', '2026-10-09T00:00', '10-09T00:00'],
    ['the Sunday worked for it', '2026-09-20T00:00', '2026-09-21T00:00', '09-21T00:00'],
    ['a Sunday as any other', '2026-09-13T00:00', '2026-09-14T00:00', null],
  ])('a shop that is shut on Sundays: %s', (_name, from, until, moment) => {
    const days = daysOf(PLACE, { from: at(from), until: at(until) })
    expect(text(emptyAt(2_400, SHUT_ON_SUNDAYS, days, at(from)))).toBe(moment)
  })
})

test('days go by the wall clock', () => {
  const span = { from: must(parseRfc3339('2026-03-28T12:00Z'), 'from'), until: plusMs(NOW, 0) }
  const [, clocksGoForward] = daysOf({ ...PLACE, zone: 'Europe/Berlin' }, span)
  expect(clocksGoForward).toMatchObject({ day: '2026-03-29', weekday: 0 })
  const { from, until } = must(clocksGoForward, 'a second day').span
  expect((until - from) / 3_600_000).toBe(23)
})
