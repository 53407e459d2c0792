import { describe, expect, test } from 'vitest'
import { accountId, supplyId } from '../../shared/ids.ts'
import { fen } from '../money.ts'
import {
  cancelledLines,
  leftInMeterLines,
  netOf,
  owedInMeterLines,
  type Settled,
  settlementLines,
} from './close.ts'
import { meteredConsumptionLines, usedFen } from './consumption-metered.ts'
import { depositLines } from './deposit.ts'

const A = accountId(7)
const S = supplyId(3)
const TILL = 'cash/shift'

const table = (lines: readonly { path: string; fen: number }[]) =>
  lines.map(({ path, fen: amount }) => `${amount > 0 ? 'Dr' : 'Cr'} ${path} ${Math.abs(amount)}`)

const settled = (of: Partial<Record<keyof Settled, number>>): Settled => ({
  payableFen: fen(of.payableFen ?? 0),
  balanceFen: fen(of.balanceFen ?? 0),
  depositFen: fen(of.depositFen ?? 0),
  serviceFeeFen: fen(of.serviceFeeFen ?? 0),
  carryOwedFen: fen(of.carryOwedFen ?? 0),
})

test.each([
  [
    'a deposit is taken',
    depositLines(A, TILL, fen(500)),
    ['Dr cash/shift 500', 'Cr deposit/7 500'],
  ],
  [
    'a queued purchase comes back',
    cancelledLines(S, A, fen(900)),
    ['Dr supply/3/transit 900', 'Cr account/7/payable 900'],
  ],
  [
    'a wallet below zero is owed',
    owedInMeterLines(S, A, fen(40)),
    ['Dr account/7/carry 40', 'Cr supply/3/credit 40'],
  ],
  [
    'money is left in the meter',
    leftInMeterLines(S, fen(60)),
    ['Dr supply/3/credit 60', 'Cr commissioning 60'],
  ],
  [
    'a wallet has deducted',
    meteredConsumptionLines(S, fen(70)),
    ['Dr supply/3/credit 70', 'Cr income/energy 70'],
  ],
])('%s', (_, lines, expected) => {
  expect(table(lines)).toEqual(expected)
})

describe('the settlement', () => {
  test.each([
    [
      'pays what the meter gave up and the deposit, less what is owed',
      { payableFen: 1_000, depositFen: 500, carryOwedFen: 200 },
      1_300,
      [
        'Dr account/7/payable 1000',
        'Dr deposit/7 500',
        'Cr account/7/carry 200',
        'Cr cash/shift 1300',
      ],
    ],
    [
      'collects where more is owed',
      { balanceFen: -300, carryOwedFen: 100, depositFen: 50 },
      -350,
      [
        'Cr account/7/balance 300',
        'Dr deposit/7 50',
        'Cr account/7/carry 100',
        'Dr cash/shift 350',
      ],
    ],
    [
      'gives fees of unused credit back',
      { payableFen: 1_000, serviceFeeFen: 30 },
      1_030,
      ['Dr account/7/payable 1000', 'Dr income/service-fee 30', 'Cr cash/shift 1030'],
    ],
    [
      'takes no cash where both sides are equal',
      { depositFen: 80, carryOwedFen: 80 },
      0,
      ['Dr deposit/7 80', 'Cr account/7/carry 80'],
    ],
    ['of nothing is nothing', {}, 0, []],
  ])('%s', (_, of, net, expected) => {
    const lines = settlementLines(A, TILL, settled(of))
    expect(netOf(settled(of))).toBe(net)
    expect(table(lines)).toEqual(expected)
    expect(lines.reduce((sum, line) => sum + line.fen, 0)).toBe(0)
  })
})

test.each([
  ['what the books hold beyond the wallet was used', 1_000, 400, 600],
  ['a wallet below zero was used beyond its money', 1_000, -50, 1_050],
  ['a wallet that shows more has used nothing', 1_000, 1_200, 0],
])('%s', (_, credit, wallet, used) => {
  expect(usedFen(fen(credit), fen(wallet))).toBe(used)
})
