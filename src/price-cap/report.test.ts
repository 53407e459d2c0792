import { expect, test } from 'vitest'
import { fen } from '../ledger/money.ts'
import { ceilingOf } from './ceiling.ts'
import { capRow } from './report.ts'

const ratio = ceilingOf({ kind: 'catalogue', priceE8: 105_000_000 }, 0)

const stateOf = (from: 'bill' | 'meter', energyWh: number, paidFen: number) =>
  capRow(
    {
      ...{ supplyId: 1, accountId: 1, accountNo: '000001', tenant: '素衣坊', premises: 'A-105' },
      ...{ from, energyWh, lines: [{ kind: 'energy', fen: fen(paidFen) }] },
    },
    { ratio, serviceFee: false },
  ).state

test.each([
  ['a bill to the fen', 'bill', 100_000, 10_500, 'within'],
  ['a bill above it', 'bill', 100_000, 10_502, 'over'],
  ['a wallet that was read some minutes after its register', 'meter', 583_580, 61_284, 'within'],
  ['a wallet of very little use', 'meter', 180, 22, 'within'],
  ['a wallet that deducts a dearer price', 'meter', 583_580, 62_000, 'over'],
  ['nothing used', 'meter', 0, 0, 'noUse'],
] as const)('%s', (_what, from, energyWh, paidFen, state) => {
  expect(stateOf(from, energyWh, paidFen)).toBe(state)
})
