// Final prices as they are typed 最终电价录入, PURE: what was typed against what was charged by.

import type { MonthPrice, ProvisionalPrice } from '../../../http/contract/rerate.ts'
import { e8Of, typedPrice } from '../../ui/money-text.ts'

export const keyOf = ({ planId, period }: Pick<MonthPrice, 'planId' | 'period'>): string =>
  `${planId} ${period}`

export type Typed = Readonly<Record<string, string>>

/** With what a sheet said over it. */
export const filledWith = (typed: Typed, prices: readonly MonthPrice[]): Typed => ({
  ...typed,
  ...Object.fromEntries(prices.map((price) => [keyOf(price), typedPrice(price.priceE8)])),
})

export const priceIn = (typed: Typed, item: ProvisionalPrice): number | null => {
  const text = typed[keyOf(item)]?.trim() ?? ''
  const e8 = e8Of(text)
  return e8 === null || e8 < 0 ? null : e8
}

export const isWrong = (typed: Typed, item: ProvisionalPrice): boolean =>
  (typed[keyOf(item)]?.trim() ?? '') !== '' && priceIn(typed, item) === null

/** Those that are known and differ; null: something can't be read. */
export const finalPrices = (
  items: readonly ProvisionalPrice[],
  typed: Typed,
): MonthPrice[] | null => {
  if (items.some((item) => isWrong(typed, item))) return null
  return items.flatMap((item) => {
    const priceE8 = priceIn(typed, item)
    const { planId, period } = item
    return priceE8 === null || priceE8 === item.priceE8 ? [] : [{ planId, period, priceE8 }]
  })
}
