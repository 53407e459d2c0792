import { describe, expect, test } from 'vitest'
import type { MonthFigure } from '../../../http/contract/month-figures.ts'
import { changedItem, typedOf } from './figure-data.ts'

const FIGURE: MonthFigure = {
  supplyId: 7,
  accountNo: '',
  tenant: '',
  premises: '',
  premisesName: '',
  meterNo: null,
  plan: '',
  wantsMaxDemand: true,
  wantsReactive: true,
  wantsCapacity: false,
  maxDemandW: 125_500,
  reactiveVarh: null,
  note: '',
  savedAt: null,
  savedBy: null,
}

describe('only what was changed is sent', () => {
  test('what is stored is typed, and unchanged it is the same', () => {
    expect(typedOf(FIGURE)).toEqual({ maxDemand: '125.5', reactive: '' })
    expect(changedItem(FIGURE, typedOf(FIGURE))).toBe('same')
  })
  test.each([
    ['130', '', { supplyId: 7, maxDemandW: 130_000 }],
    ['', '', { supplyId: 7, maxDemandW: null }],
    ['125.5', '40.25', { supplyId: 7, reactiveVarh: 40_250 }],
    ['x', '', null],
  ])('%s kW and %s kvarh', (maxDemand, reactive, item) =>
    expect(changedItem(FIGURE, { maxDemand, reactive })).toEqual(item),
  )
})
