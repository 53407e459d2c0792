// The final price of a month 暂估电价清算: known when the month is over, it takes the place of what was
// charged by, for that month alone; what holds after it stays as it is.

import type { Static } from 'typebox'
import type { CapFinding } from '../http/contract/price-cap.ts'
import type { MonthPrice, MonthPriceChange } from '../http/contract/rerate.ts'
import { refuseIncomplete } from '../plans/plans.ts'
import { suppliesAt } from '../plans/supply-store.ts'
import type { Tx } from '../ports/database.ts'
import { heldAgainstCap } from '../price-cap/check.ts'
import { monthSpan } from '../settlement/month.ts'
import { reachedByVersions } from '../settlement/rerate-store.ts'
import type { ChargedComplex } from '../settlement/store.ts'
import { day, type Instant } from '../shared/clock.ts'
import type { PlanId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import type { Span } from '../tariff/periods.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import type { Lay } from './laid.ts'
import { addPastVersion, planToChange } from './lay-price.ts'
import { finalDefinition } from './month-price.ts'
import { heldIn } from './month-price-store.ts'

type Version = { planId: PlanId; version: number }

const layPlan = async (
  tx: Tx,
  complex: ChargedComplex,
  of: { planId: number; prices: readonly MonthPrice[]; span: Span; note: string },
): Promise<{ versions: Version[]; name: string; nameEn: string; cap: CapFinding | null }> => {
  const { complexId } = complex
  const { prices, span, note } = of
  const plan = await planToChange(tx, complexId, of.planId)
  const { planId, name, nameEn } = plan
  const versions: Version[] = []
  let cap: CapFinding | null = null
  const held = await heldIn(tx, complexId, planId, span)
  const last = held.at(-1)
  if (!last) throw new Refusal('month_price_unknown', { plan: name })
  for (const [index, { since, until, definition: was }] of held.entries()) {
    const definition = finalPrice(was, prices, { name, isLast: index === held.length - 1 })
    refuseIncomplete(definition)
    const row = { complexId, planId, since, endsAt: until, definition, note }
    versions.push({ planId, version: await addPastVersion(tx, row) })
    if (index === held.length - 1) cap = await capOf(tx, complex, planId, since, definition)
  }
  return { versions, name, nameEn, cap }
}

/** A period that only another version of the month has changes nothing in this one. */
const finalPrice = (
  was: PlanDefinition,
  prices: readonly MonthPrice[],
  { name, isLast }: { name: string; isLast: boolean },
): PlanDefinition => {
  const found = finalDefinition(was, prices)
  if (found.unknown.length > 0 && isLast)
    throw new Refusal('month_price_unknown', { plan: name, periods: found.unknown.join(', ') })
  return found.definition
}

const capOf = async (
  tx: Tx,
  complex: ChargedComplex,
  planId: PlanId,
  since: Instant,
  definition: PlanDefinition,
): Promise<CapFinding | null> => {
  const supplies = await suppliesAt(tx, complex, since, { planId })
  const supplyIds = supplies.map((one) => one.supplyId)
  return heldAgainstCap(tx, complex, { definition, since, supplyIds })
}

export const layMonthPrice: Lay<Static<typeof MonthPriceChange>> = async (tx, complex, asked) => {
  const { month, prices } = asked.change
  const span = monthSpan(day(`${month}-01`), complex)
  refuseIf(span.until > tx.now, 'month_not_over', { month })
  const plans = Map.groupBy(prices, ({ planId }) => planId)
  const twice = [...plans.values()].some(
    (own) => new Set(own.map(({ period }) => period)).size < own.length,
  )
  refuseIf(twice, 'invalid_input', { where: 'body', field: 'prices', rule: 'twice' })
  const laid: Awaited<ReturnType<typeof layPlan>>[] = []
  // In one order for everybody, so that nobody waits for each other.
  for (const [planId, own] of [...plans].sort(([a], [b]) => a - b))
    laid.push(await layPlan(tx, complex, { planId, prices: own, span, note: asked.note }))
  const names = laid.map(({ name }) => name).join('、')
  const namesEn = laid.map(({ nameEn }) => nameEn).join(', ')
  const versions = laid.flatMap((one) => one.versions)
  const caps = laid.flatMap(({ cap }) => cap ?? [])
  return {
    title: { zh: `${month} 最终电价：${names}`, en: `Final price of ${month}: ${namesEn}` },
    reached: await reachedByVersions(tx, complex.complexId, versions),
    from: day(`${month}-01`),
    cap: caps.find(({ over }) => over) ?? caps[0] ?? null,
  }
}
