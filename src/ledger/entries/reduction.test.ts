import { describe, expect, test } from 'vitest'
import { accountId, supplyId } from '../../shared/ids.ts'
import { fen } from '../money.ts'
import { meteredConsumptionLines, usedFen } from './consumption-metered.ts'
import { reductionLines } from './reduction.ts'
import type { Line } from './sale.ts'

const account = accountId(7)
const supply = supplyId(3)

const tAccounts = (lines: readonly Line[]): string[] =>
  lines.map(({ path, fen: amount }) =>
    amount > 0 ? `${path} ${amount} |` : `${path} | ${-amount}`,
  )

describe('money that came out of a meter', () => {
  test('leaves the credit of the supply and is owed to the account', () => {
    const lines = reductionLines(supply, account, fen(3_000))
    expect(tAccounts(lines)).toEqual(['supply/3/credit 3000 |', 'account/7/payable | 3000'])
    expect(lines.reduce((sum, line) => sum + line.fen, 0)).toBe(0)
  })
})

describe('what was used up to a reading', () => {
  test.each([
    ['books and wallet agree', 5_000, 5_000, 0],
    ['the meter has deducted', 5_000, 1_200, 3_800],
    ['the meter is in overdraft', 5_000, -300, 5_300],
    ['the meter holds more than was ever delivered: nothing is posted', 5_000, 5_100, 0],
  ])('%s', (_, creditFen, walletFen, used) => {
    expect(usedFen(fen(creditFen), fen(walletFen))).toBe(used)
  })

  test('leaves the credit of the supply and is income', () => {
    const lines = meteredConsumptionLines(supply, fen(3_800))
    expect(tAccounts(lines)).toEqual(['supply/3/credit 3800 |', 'income/energy | 3800'])
  })
})
