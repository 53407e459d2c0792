// A price of the past 追溯电价: one more version with effect from a time that was charged; what stood
// there stays in the history.

import type { Static } from 'typebox'
import type { PriceChange } from '../http/contract/rerate.ts'
import type { ComplexTime } from '../plans/effective.ts'
import { effectiveAt } from '../plans/effective.ts'
import {
  insertVersion,
  lockPlan,
  type NewVersionRow,
  type PlanKey,
  placeOfPlan,
  versionsOf,
} from '../plans/plan-store.ts'
import { refuseIncomplete } from '../plans/plans.ts'
import { suppliesAt } from '../plans/supply-store.ts'
import type { Tx } from '../ports/database.ts'
import { heldAgainstCap } from '../price-cap/check.ts'
import { monthOf } from '../settlement/month.ts'
import { reachedByVersions } from '../settlement/rerate-store.ts'
import { businessDay, rfc3339 } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { planId as planIdOf } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { extremes } from '../tariff/extremes.ts'
import type { Lay } from './laid.ts'

/** Refuses: not_found, plan_retired. */
export const planToChange = async (
  tx: Tx,
  complex: ComplexId,
  id: number,
): Promise<PlanKey & ComplexTime & { name: string; nameEn: string }> => {
  const place = await placeOfPlan(tx, planIdOf(id), complex)
  const names = place && (await lockPlan(tx, place))
  if (!place || !names) throw new Refusal('not_found', { planId: id })
  refuseIf(names.retiredAt !== null, 'plan_retired', { plan: names.name })
  return { ...place, name: names.name, nameEn: names.nameEn || names.name }
}

/** Answers its number. */
export const addPastVersion = async (
  tx: Tx,
  row: Omit<NewVersionRow, 'version' | 'backdated' | 'cheapestE8' | 'dearestE8'>,
): Promise<number> => {
  const version = ((await versionsOf(tx, row)).at(-1)?.version ?? 0) + 1
  await insertVersion(tx, { ...row, version, backdated: true, ...extremes(row.definition) })
  return version
}

export const layPrice: Lay<Static<typeof PriceChange>> = async (tx, complex, asked) => {
  const { change, note } = asked
  const { definition } = change
  const { complexId, zone } = complex
  refuseIncomplete(definition)
  const since = effectiveAt(change.effectiveFrom, complex)
  refuseIf(since >= tx.now, 'rerate_not_past')
  const plan = await planToChange(tx, complexId, change.planId)
  const { planId } = plan
  const supplyIds = (await suppliesAt(tx, plan, since, { planId })).map((one) => one.supplyId)
  const cap = await heldAgainstCap(tx, complex, { definition, since, supplyIds })
  const version = await addPastVersion(tx, { complexId, planId, since, definition, note })
  const from = rfc3339(since, zone).slice(0, 16).replace('T', ' ')
  return {
    title: {
      zh: `电价方案“${plan.name}”自 ${from} 起`,
      en: `Plan “${plan.nameEn}” from ${from} on`,
    },
    reached: await reachedByVersions(tx, complexId, [{ planId, version }]),
    from: monthOf(businessDay(since, zone, complex.dayCutMinutes)),
    cap,
  }
}
