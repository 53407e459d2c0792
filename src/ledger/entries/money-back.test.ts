import { describe, expect, test } from 'vitest'
import { accountId, supplyId, uuid } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import { fen } from '../money.ts'
import { payoutLines, refundSplit, reversalSplit } from './payout.ts'
import { refundLines } from './refund.ts'
import { reversalLines } from './reversal.ts'
import { type Line, saleLines } from './sale.ts'

const account = accountId(7)
const supply = supplyId(3)
const till = chart.cash(uuid('s1'))

/** As a T-account: debit | credit for each account, in the order of the lines. */
const tAccounts = (lines: readonly Line[]): string[] =>
  lines.map(({ path, fen: amount }) =>
    amount > 0 ? `${path} ${amount} |` : `${path} | ${-amount}`,
  )
const sum = (lines: readonly Line[]) => lines.reduce((total, line) => total + line.fen, 0)

const sold = { paidFen: fen(10_000), carryFen: fen(1_500), feeFen: fen(500) }
const givenBy = (carryFen: number, feeFen: number, creditFen: number) => [
  { path: chart.carry(account), fen: fen(carryFen) },
  { path: chart.incomeServiceFee(), fen: fen(feeFen) },
  { path: chart.transit(supply), fen: fen(creditFen) },
]

describe('a sale', () => {
  test('settles what is carried, takes the fee and credits the rest', () => {
    const lines = saleLines({
      intoPath: till,
      ...sold,
      carryPath: chart.carry(account),
      creditPath: chart.transit(supply),
      creditFen: fen(8_000),
    })
    expect(tAccounts(lines)).toEqual([
      'cash/s1 10000 |',
      'account/7/carry | 1500',
      'income/service-fee | 500',
      'supply/3/transit | 8000',
    ])
    expect(sum(lines)).toBe(0)
  })
})

describe('a reversal', () => {
  test.each<[string, [number, number, number], string[]]>([
    ['of a plain sale', [0, 0, 10_000], ['cash/s1 | 10000', 'supply/3/transit 10000 |']],
    [
      'of a sale that settled what was owed',
      [1_500, 500, 8_000],
      [
        'cash/s1 | 10000',
        'account/7/carry 1500 |',
        'income/service-fee 500 |',
        'supply/3/transit 8000 |',
      ],
    ],
    [
      'of a sale that gave what we owed',
      [-200, 0, 10_200],
      ['cash/s1 | 10000', 'account/7/carry | 200', 'supply/3/transit 10200 |'],
    ],
  ])('%s is its mirror', (_, [carryFen, feeFen, creditFen], expected) => {
    const lines = reversalLines(till, givenBy(carryFen, feeFen, creditFen))
    expect(tAccounts(lines)).toEqual(expected)
    expect(sum(lines)).toBe(0)
  })
})

test('a refund in centre mode leaves the balance and the till', () => {
  expect(tAccounts(refundLines(account, till, fen(4_200)))).toEqual([
    'account/7/balance 4200 |',
    'cash/s1 | 4200',
  ])
})

describe('a payout of what a meter gave up', () => {
  const sale = { paidFen: 10_000, carryFen: 1_500, feeFen: 500, creditFen: 8_000 }
  test.each<[string, number, typeof sale, string[]]>([
    [
      'of the whole sale pays it as it was paid',
      8_000,
      sale,
      [
        'account/7/payable 8000 |',
        'income/service-fee 500 |',
        'account/7/carry 1500 |',
        'cash/s1 | 10000',
      ],
    ],
    [
      'of a part pays the part and its share of the fee',
      4_001,
      sale,
      ['account/7/payable 4001 |', 'income/service-fee 250 |', 'cash/s1 | 4251'],
    ],
    [
      'never pays more than was paid for the sale',
      10_100,
      { paidFen: 10_000, carryFen: -200, feeFen: 0, creditFen: 10_200 },
      ['account/7/payable 10100 |', 'account/7/carry | 100', 'cash/s1 | 10000'],
    ],
  ])('%s', (_, takenFen, of, expected) => {
    const lines = payoutLines(account, till, reversalSplit(fen(takenFen), of))
    expect(tAccounts(lines)).toEqual(expected)
    expect(sum(lines)).toBe(0)
  })
  test.each<[string, number, { creditFen: number; feeFen: number }, string[]]>([
    [
      'with no fees pays just that',
      700,
      { creditFen: 9_000, feeFen: 0 },
      ['account/7/payable 700 |', 'cash/s1 | 700'],
    ],
    [
      'gives fees back in proportion',
      4_500,
      { creditFen: 9_000, feeFen: 333 },
      ['account/7/payable 4500 |', 'income/service-fee 166 |', 'cash/s1 | 4666'],
    ],
    [
      'of more than was ever sold gives back no more than the fees',
      12_000,
      { creditFen: 9_000, feeFen: 333 },
      ['account/7/payable 12000 |', 'income/service-fee 333 |', 'cash/s1 | 12333'],
    ],
    [
      'of money that nobody bought gives back no fee',
      50,
      { creditFen: 0, feeFen: 0 },
      ['account/7/payable 50 |', 'cash/s1 | 50'],
    ],
  ])('as a refund %s', (_, takenFen, of, expected) => {
    const lines = payoutLines(account, till, refundSplit(fen(takenFen), of))
    expect(tAccounts(lines)).toEqual(expected)
    expect(sum(lines)).toBe(0)
  })
})
