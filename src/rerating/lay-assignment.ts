// Another plan for a time that was charged 追溯分配电价.

import type { Static } from 'typebox'
import type { AssignmentChange } from '../http/contract/rerate.ts'
import { layAssignment } from '../plans/assign.ts'
import { monthOf } from '../settlement/month.ts'
import { reachedFrom } from '../settlement/rerate-store.ts'
import { businessDay, rfc3339 } from '../shared/clock.ts'
import { supplyId } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import type { Lay } from './laid.ts'
import { planToChange } from './lay-price.ts'

export const layPlanOfPast: Lay<Static<typeof AssignmentChange>> = async (tx, complex, asked) => {
  const { kind: _, planId, ...rest } = asked.change
  const { complexId, zone, dayCutMinutes } = complex
  const plan = await planToChange(tx, complexId, planId)
  const given = { ...rest, ...(asked.note !== '' && { note: asked.note }) }
  const { since, changed, cap } = await layAssignment(tx, plan, given, () => {})
  refuseIf(since >= tx.now, 'rerate_not_past')
  const from = rfc3339(since, zone).slice(0, 16).replace('T', ' ')
  const month = monthOf(businessDay(since, zone, dayCutMinutes))
  const supplies = changed.map((one) => supplyId(one.supplyId))
  return {
    title: {
      zh: `${changed.length} 个供电自 ${from} 起改用“${plan.name}”`,
      en: `“${plan.nameEn}” for ${changed.length} supplies from ${from} on`,
    },
    reached: supplies.length === 0 ? [] : await reachedFrom(tx, complexId, supplies, month),
    from: month,
    cap,
  }
}
