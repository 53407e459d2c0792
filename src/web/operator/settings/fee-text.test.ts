import { expect, test } from 'vitest'
import { feeOf, permilleText } from './fee-text.ts'

test.each<[string, number | undefined]>([
  ['3', 30],
  ['0.5', 5],
  ['12.5', 125],
  [' 20 ', 200],
  ['20.1', undefined],
  ['0', undefined],
  ['3.25', undefined],
  ['', undefined],
])('%s per cent are %s thousandths', (percent, permille) => {
  const fee = feeOf({ kind: 'permille', yuan: '', percent }, null)
  expect(fee).toEqual(permille === undefined ? undefined : { kind: 'permille', permille })
})

test('thousandths are shown as per cent', () => {
  expect([5, 30, 125].map(permilleText)).toEqual(['0.5', '3', '12.5'])
})

test('none is none, and a fixed fee is an amount', () => {
  expect(feeOf({ kind: 'none', yuan: '', percent: '' }, null)).toBeNull()
  expect(feeOf({ kind: 'fixed', yuan: '2', percent: '' }, 200)).toEqual({ kind: 'fixed', fen: 200 })
  expect(feeOf({ kind: 'fixed', yuan: '', percent: '' }, null)).toBeUndefined()
})
