import { expect, test } from 'vitest'
import { namedSupplies } from './named-supplies.ts'

const SUPPLIES = [
  { supplyId: 1, meterNo: '202611010001', premises: 'A-101', accountNo: '000001' },
  { supplyId: 2, meterNo: '202611010002', premises: 'A-101', accountNo: '000001' },
  { supplyId: 3, meterNo: null, premises: 'A-102', accountNo: '000002' },
]

test.each([
  ['a meter number', '202611010002', [2], []],
  ['a shop with two meters, in small letters', 'a-101', [1, 2], []],
  ['an account whose meter is off the wall', '000002', [3], []],
  ['a column of a sheet, one of it twice', 'A-102\r\n202611010001\nA-102\n', [3, 1], []],
  ['names that nothing bears', 'A-102，A-10 202611019999', [3], ['A-10', '202611019999']],
  ['nothing', ' \n', [], []],
])('%s names its supplies', (_what, text, ids, unknown) => {
  const found = namedSupplies(SUPPLIES, text)
  expect([...found.supplyIds]).toEqual(ids)
  expect(found.unknown).toEqual(unknown)
})
