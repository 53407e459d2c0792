// What would have been left 余额轨迹, PURE: day by day, what was left less what would have been charged
// more by then. A day that ends with nothing left is one on which power would have been cut.

import type { WouldTrip } from '../http/contract/rerate.ts'
import type { Day } from '../shared/clock.ts'

/** A month of one supply that comes out otherwise. */
export type PathMonth = {
  month: Day
  lastDay: Day
  dueFen: number
  /** What was charged for it until the end of a day. */
  chargedFen: (until: Day) => number
  /** What it comes to now with all that was used until the end of a day. */
  dueUntil: (until: Day) => number
}

export type DayLeft = { day: Day; balanceFen: number }

const begun = (months: readonly PathMonth[], day: Day) => months.filter(({ month }) => month <= day)

/** The most that a month can come to by then: it never comes to more than in the end. */
const mostOver = (months: readonly PathMonth[], day: Day): number =>
  begun(months, day).reduce((sum, one) => sum + one.dueFen - one.chargedFen(day), 0)

const over = (months: readonly PathMonth[], day: Day): number =>
  begun(months, day).reduce((sum, one) => {
    const dueFen = day >= one.lastDay ? one.dueFen : one.dueUntil(day)
    return sum + dueFen - one.chargedFen(day)
  }, 0)

const matters = ({ day, balanceFen }: DayLeft, months: readonly PathMonth[]): boolean =>
  balanceFen > 0 && balanceFen <= mostOver(months, day)

/** Whether any day is close enough to be looked at; asks for no price. */
export const mayTrip = (days: readonly DayLeft[], months: readonly PathMonth[]): boolean =>
  days.some((one) => matters(one, months))

/** Days that had something left and would have had nothing. */
export const daysTripped = (days: readonly DayLeft[], months: readonly PathMonth[]): WouldTrip[] =>
  days.flatMap((one) => {
    if (!matters(one, months)) return []
    const { day, balanceFen } = one
    const wouldBeFen = balanceFen - over(months, day)
    return wouldBeFen > 0 ? [] : [{ day, balanceFen, wouldBeFen }]
  })
