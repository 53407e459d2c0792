// Final prices in a definition 最终电价, PURE: the prices of periods are replaced; where a price is
// told by its parts, the difference is one of the energy itself.

import type { MonthPrice } from '../http/contract/rerate.ts'
import type { Period, PlanDefinition } from '../tariff/plan.ts'

type Price = { priceE8: number; components?: { energy?: number | undefined } | undefined }

const repriced = <P extends Price>(price: P, priceE8: number): P => {
  const { components } = price
  if (components === undefined) return { ...price, priceE8 }
  const energy = (components.energy ?? 0) + priceE8 - price.priceE8
  return { ...price, priceE8, components: { ...components, energy } }
}

/** With the periods for which the definition has no price. */
export const finalDefinition = (
  was: PlanDefinition,
  prices: readonly Pick<MonthPrice, 'period' | 'priceE8'>[],
): { definition: PlanDefinition; unknown: (Period | 'all')[] } => {
  const unknown: (Period | 'all')[] = []
  let definition = was
  for (const { period, priceE8 } of prices) {
    if (definition.kind === 'flat') {
      if (period === null) definition = repriced(definition, priceE8)
      else unknown.push(period)
      continue
    }
    const price = period === null ? undefined : definition.prices[period]
    if (period === null || price === undefined) unknown.push(period ?? 'all')
    else {
      const changed = { ...definition.prices, [period]: repriced(price, priceE8) }
      definition = { ...definition, prices: changed }
    }
  }
  return { definition, unknown }
}
