import { describe, expect, test } from 'vitest'
import { accountId, supplyId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import { fen } from '../money.ts'
import { deadMeterClaimLines } from './dead-meter-claim.ts'
import { openingBalanceLines } from './opening-balance.ts'
import type { Line } from './sale.ts'
import { overdraftLines, swapTransferLines } from './swap-transfer.ts'

const account = accountId(7)
const supply = supplyId(3)

/** Debit left, credit right, as in a ledger book. */
const tAccount = (lines: readonly Line[]): string[] =>
  lines.map(({ path, fen }) => (fen > 0 ? `Dr ${path} ${fen}` : `   Cr ${path} ${-fen}`))

const sum = (lines: readonly Line[]): number => lines.reduce((total, line) => total + line.fen, 0)

describe('a dead meter', () => {
  const claimed = (voidedFen: number, claimFen: number) =>
    deadMeterClaimLines({
      ...{ supply, account },
      voidedFen: fen(voidedFen),
      claimFen: fen(claimFen),
    })

  test.each([
    {
      case: 'that still held 40 yuan',
      lines: claimed(0, 4_000),
      book: ['Dr supply/3/credit 4000', '   Cr account/7/payable 4000'],
    },
    {
      case: 'to which 50 were on their way, claimed with what it held',
      lines: claimed(5_000, 9_000),
      book: ['Dr supply/3/transit 5000', 'Dr supply/3/credit 4000', '   Cr account/7/payable 9000'],
    },
    {
      case: 'to which 50 were on their way and of which 20 were used',
      lines: claimed(5_000, 3_000),
      book: [
        'Dr supply/3/transit 5000',
        '   Cr supply/3/credit 2000',
        '   Cr account/7/payable 3000',
      ],
    },
    { case: 'with nothing left', lines: claimed(0, 0), book: [] },
  ])('$case', ({ lines, book }) => {
    expect(tAccount(lines)).toEqual(book)
    expect(sum(lines)).toBe(0)
  })
})

describe('a swap', () => {
  test('sends what the old meter gave up on its way to the new one', () => {
    const lines = swapTransferLines(account, supply, fen(4_000))
    expect(tAccount(lines)).toEqual(['Dr account/7/payable 4000', '   Cr supply/3/transit 4000'])
  })

  test('carries an overdraft as owed, so that the new meter begins at nothing', () => {
    const lines = overdraftLines(account, supply, fen(250))
    expect(tAccount(lines)).toEqual(['Dr account/7/carry 250', '   Cr supply/3/credit 250'])
  })
})

describe('an opening balance', () => {
  test.each([
    { case: 'to be loaded', path: chart.transit(supply), foundFen: 8_800 },
    { case: 'in the meter already', path: chart.credit(supply), foundFen: 8_800 },
    { case: 'in centre mode', path: chart.balance(account), foundFen: 8_800 },
  ])('$case comes from commissioning', ({ path, foundFen }) => {
    const lines = openingBalanceLines(path, fen(foundFen))
    expect(tAccount(lines)).toEqual(['Dr commissioning 8800', `   Cr ${path} 8800`])
  })

  test('of a meter found in overdraft is owed to us', () => {
    expect(tAccount(openingBalanceLines(chart.credit(supply), fen(-300)))).toEqual([
      '   Cr commissioning 300',
      'Dr supply/3/credit 300',
    ])
  })
})
