import { expect, test } from 'vitest'
import { type Day, day } from '../shared/clock.ts'
import { type DayLeft, daysTripped, mayTrip, type PathMonth } from './path.ts'

/** 1.00 yuan was charged a day in the first five days of May; now it is `nowFen` a day. */
const may = (nowFen: number): PathMonth => {
  const used = (until: Day) => Math.max(0, Math.min(5, Number(until.slice(8))))
  return {
    ...{ month: day('2026-05-01'), lastDay: day('2026-05-31'), dueFen: 5 * nowFen },
    chargedFen: (until) => used(until) * 100,
    dueUntil: (until) => used(until) * nowFen,
  }
}
/** What was left at the end of each of these days. */
const left = (fromFen: number): DayLeft[] =>
  [1, 2, 3, 4, 5].map((n) => ({ day: day(`2026-05-0${n}`), balanceFen: fromFen - n * 100 }))

test('days are told on which nothing would have been left', () => {
  // 6.00 yuan at first; at 2.00 a day nothing is left on the third.
  expect(daysTripped(left(600), [may(200)])).toEqual([
    { day: '2026-05-03', balanceFen: 300, wouldBeFen: 0 },
    { day: '2026-05-04', balanceFen: 200, wouldBeFen: -200 },
    { day: '2026-05-05', balanceFen: 100, wouldBeFen: -400 },
  ])
})
test('a day that ended with nothing left anyway is not told', () => {
  expect(daysTripped(left(300), [may(200)]).map(({ day: of }) => of)).toEqual(['2026-05-02'])
})
test('several months add up', () => {
  const tripped = daysTripped(left(1_000), [may(200), may(200)])
  expect(tripped.map(({ wouldBeFen }) => wouldBeFen)).toEqual([-200, -500])
})
test('nobody is looked at closely whom the whole month could not have cut off', () => {
  expect(mayTrip(left(2_000), [may(200)])).toBe(false)
  expect(mayTrip(left(600), [may(200)])).toBe(true)
  // Cheaper cuts nobody off.
  expect(daysTripped(left(600), [may(50)])).toEqual([])
})
