import { describe, expect, test } from 'vitest'
import { dayNight } from '../../test/day-night.ts'
import { xlsxSheets } from '../adapters/sheets.ts'
import type { Db } from '../ports/database.ts'
import { planId } from '../shared/ids.ts'
import { finalDefinition } from './month-price.ts'
import { readMonthPrices } from './month-price-sheet.ts'
import type { HeldPlan } from './month-price-store.ts'

describe('a final price', () => {
  test('takes the place of a period and leaves the others', () => {
    const found = finalDefinition(dayNight(120, 30), [{ period: 'valley', priceE8: 33 }])
    expect(found).toEqual({ definition: dayNight(120, 33), unknown: [] })
  })
  test('changes the energy where a price is told by its parts, so that they still sum', () => {
    const was = { kind: 'flat', priceE8: 100, components: { energy: 60, funds: 40 } } as const
    const { definition } = finalDefinition(was, [{ period: null, priceE8: 90 }])
    expect(definition).toMatchObject({ priceE8: 90, components: { energy: 50, funds: 40 } })
  })
  test('for a period that the plan has not is told', () => {
    expect(finalDefinition(dayNight(1, 1), [{ period: 'sharp', priceE8: 1 }]).unknown).toEqual([
      'sharp',
    ])
    expect(
      finalDefinition({ kind: 'flat', priceE8: 1 }, [{ period: 'peak', priceE8: 1 }]).unknown,
    ).toEqual(['peak'])
  })
})

describe('a sheet of final prices', () => {
  const held = (id: number, plan: string, definition: HeldPlan['definition']): HeldPlan => ({
    ...{ planId: planId(id), plan, planEn: '', definition, supplies: 1 },
  })
  const plans = [held(1, '平价', { kind: 'flat', priceE8: 1 }), held(2, '分时', dayNight(1, 1))]
  const none: Db = {
    as: () => Promise.reject(new Error('no database is asked')),
    close: async () => {},
  }
  const read = (rows: string[]) => {
    const text = ['电价方案,时段,最终电价', ...rows].join('\n')
    const base64 = Buffer.from(text).toString('base64')
    return readMonthPrices({ db: none, sheets: xlsxSheets }, { fileName: 'p.csv', base64 }, plans)
  }
  test('is read by plan and period, to eight decimals', async () => {
    expect(await read(['平价,,0.7712', '分时,峰,1.23456789', '分时,valley,0.3'])).toEqual({
      ...{ problems: [], rows: [] },
      prices: [
        { planId: 1, period: null, priceE8: 77_120_000 },
        { planId: 2, period: 'peak', priceE8: 123_456_789 },
        { planId: 2, period: 'valley', priceE8: 30_000_000 },
      ],
    })
  })
  test.each([
    ['a plan nobody had', '没有,,0.7', 'unknown'],
    ['a period that the plan has not', '分时,尖,0.7', 'choice'],
    ['a price of all day for a plan with periods', '分时,,0.7', 'choice'],
    ['no number', '平价,,约七角', 'number'],
  ])('names the row of %s', async (_what, row, code) => {
    expect(await read([row])).toMatchObject({
      prices: [],
      rows: [{ row: 2, problems: [{ code }] }],
    })
  })
  test('takes no price twice', async () => {
    expect(await read(['平价,,0.7', '平价,,0.8'])).toMatchObject({
      prices: [{ priceE8: 70_000_000 }],
      rows: [{ row: 3, problems: [{ code: 'twice' }] }],
    })
  })
})
