import { expect, test } from 'vitest'
import type { ProvisionalPrice } from '../../../http/contract/rerate.ts'
import { filledWith, finalPrices, isWrong } from './final-prices.ts'

const item = (planId: number, period: ProvisionalPrice['period'], priceE8: number) => ({
  ...{ planId, period, priceE8, plan: `方案${planId}`, planEn: '', supplies: 1 },
})
const items = [
  item(1, null, 80_000_000),
  item(2, 'peak', 120_000_000),
  item(2, 'valley', 30_000_000),
]

test('only prices that were typed and differ are final', () => {
  const typed = { '1 null': '0.8', '2 peak': '1.23456789', '2 valley': '' }
  expect(finalPrices(items, typed)).toEqual([{ planId: 2, period: 'peak', priceE8: 123_456_789 }])
})
test('what can’t be read as a price is not left out in silence', () => {
  for (const text of ['abc', '-1', '1.123456789']) {
    expect(isWrong({ '2 peak': text }, items[1] ?? item(0, null, 0))).toBe(true)
    expect(finalPrices(items, { '2 peak': text })).toBeNull()
  }
})
test('a sheet fills in what it names and leaves the rest', () => {
  const typed = filledWith({ '1 null': '0.7' }, [
    { planId: 2, period: 'valley', priceE8: 31_000_000 },
  ])
  expect(finalPrices(items, typed)).toEqual([
    { planId: 1, period: null, priceE8: 70_000_000 },
    { planId: 2, period: 'valley', priceE8: 31_000_000 },
  ])
})
