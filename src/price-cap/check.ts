// The guard of the cap 价格上限检查: a plan that is saved or given to supplies is held against the
// ceiling of the month in which it begins, in the same transaction.

import type { CapFinding } from '../http/contract/price-cap.ts'
import { complexCalendar } from '../plans/calendar-store.ts'
import type { Tx } from '../ports/database.ts'
import { monthOf } from '../settlement/month.ts'
import { lastMonth } from '../settlement/month-figures.ts'
import type { ChargedComplex } from '../settlement/store.ts'
import { businessDay, type Instant } from '../shared/clock.ts'
import { type SupplyId, supplyId } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import { openSupplies, supplyMonths } from '../what-if/supply-months.ts'
import { capIn } from './cap-store.ts'
import { ceilingOf, effectiveE8, isOver, priceE8Of } from './ceiling.ts'
import { type CapUse, effectiveOf } from './effective.ts'

/** Of more than these an even choice is priced: somebody waits for the answer. */
const PRICED_MAX = 200

const evenly = (ids: readonly number[]): SupplyId[] => {
  const step = Math.max(1, ids.length / PRICED_MAX)
  return ids.filter((_, index) => Math.floor(index % step) === 0).map(supplyId)
}

type Asked = {
  definition: PlanDefinition
  /** From when it is to hold. */
  since: Instant
  /** Those who have it then; none: nobody yet. */
  supplyIds: readonly number[]
}

/** Null where no ceiling holds in that month. */
export const capFinding = async (
  tx: Tx,
  complex: ChargedComplex,
  { definition, since, supplyIds }: Asked,
): Promise<CapFinding | null> => {
  const { complexId, zone, dayCutMinutes } = complex
  const cap = await capIn(tx, complexId, monthOf(businessDay(since, zone, dayCutMinutes)))
  if (cap === null || cap.act === 'off') return null
  const month = lastMonth(tx, complex)
  const supplies = await openSupplies(tx, complex, evenly(supplyIds))
  const used = await supplyMonths(tx, complex, supplies, [month])
  const use: CapUse = {
    months: used.map((one) => one.use),
    from: businessDay(since, zone, 0),
    ...{ calendar: await complexCalendar(tx, complexId), zone },
  }
  const found = effectiveOf(definition, use, cap)
  const ceiling = ceilingOf(cap.basis, cap.marginE6)
  return {
    ...{ from: found.from, supplies: found.supplies, act: cap.act },
    month: found.from === 'use' ? month.slice(0, 7) : null,
    effectiveE8: effectiveE8(found) ?? 0,
    ceilingE8: priceE8Of(ceiling),
    over: isOver(ceiling, found),
  }
}

/** Refuses: price_above_cap where the cap blocks; with a warning the answer says it. */
export const heldAgainstCap = async (
  tx: Tx,
  complex: ChargedComplex,
  asked: Asked,
): Promise<CapFinding | null> => {
  const found = await capFinding(tx, complex, asked)
  if (found === null) return null
  const { from, month, supplies, effectiveE8: price, ceilingE8 } = found
  const facts = { effectiveE8: price, ceilingE8, from, month, supplies }
  refuseIf(found.over && found.act === 'block', 'price_above_cap', facts)
  return found
}
