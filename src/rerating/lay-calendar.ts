// Days of the past that become other days 追溯修改日历.

import type { Static } from 'typebox'
import type { CalendarChange } from '../http/contract/rerate.ts'
import { changedDays, ownDaysOf } from '../plans/calendar.ts'
import { lockCalendar, ownDays, replaceDays } from '../plans/calendar-store.ts'
import { monthOf } from '../settlement/month.ts'
import { reachedIn } from '../settlement/rerate-store.ts'
import { must } from '../shared/assert.ts'
import { businessDay } from '../shared/clock.ts'
import { refuseIf } from '../shared/refusal.ts'
import type { Lay } from './laid.ts'

export const layCalendar: Lay<Static<typeof CalendarChange>> = async (tx, complex, { change }) => {
  const { complexId, zone } = complex
  const after = ownDaysOf(change)
  await lockCalendar(tx, complexId)
  const before = await ownDays(tx, complexId, change.year)
  const today = businessDay(tx.now, zone, 0)
  const days = changedDays(before, after).filter((one) => one <= today)
  refuseIf(days.length === 0, 'rerate_not_past')
  await replaceDays(tx, complexId, change.year, after)
  const named = days.sort().join(', ')
  return {
    title: { zh: `日历：${named}`, en: `Calendar: ${named}` },
    reached: await reachedIn(tx, complexId, [...new Set(days.map(monthOf))]),
    from: monthOf(must(days.toSorted()[0], 'a day was changed')),
    cap: null,
  }
}
