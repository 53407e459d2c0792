import { describe, expect, test } from 'vitest'
import { uuid } from '../../shared/ids.ts'
import { fen } from '../money.ts'
import type { Line } from './sale.ts'
import { shiftCloseLines } from './shift-close.ts'
import { shiftFloatLines } from './shift-float.ts'

const shift = uuid('s1')

/** As a T-account: debit | credit for each account, in the order of the lines. */
const tAccounts = (lines: readonly Line[]): string[] =>
  lines.map(({ path, fen: amount }) =>
    amount > 0 ? `${path} ${amount} |` : `${path} | ${-amount}`,
  )
const sum = (lines: readonly Line[]) => lines.reduce((total, line) => total + line.fen, 0)

test('a float comes out of the safe into the drawer', () => {
  const lines = shiftFloatLines(shift, fen(20_000))
  expect(tAccounts(lines)).toEqual(['cash/s1 20000 |', 'safe | 20000'])
  expect(sum(lines)).toBe(0)
})

describe('handing over', () => {
  test.each<[string, number, number, string[]]>([
    ['a drawer that fits', 70_000, 70_000, ['safe 70000 |', 'cash/s1 | 70000']],
    [
      'a drawer that is short',
      70_000,
      69_500,
      ['safe 69500 |', 'cash-difference 500 |', 'cash/s1 | 70000'],
    ],
    [
      'a drawer that is over',
      70_000,
      70_010,
      ['safe 70010 |', 'cash-difference | 10', 'cash/s1 | 70000'],
    ],
    ['a drawer found empty', 300, 0, ['cash-difference 300 |', 'cash/s1 | 300']],
    ['money nobody expected', 0, 300, ['safe 300 |', 'cash-difference | 300']],
    [
      'a drawer that paid out what it never held',
      -500,
      0,
      ['cash-difference | 500', 'cash/s1 500 |'],
    ],
    ['nothing at all', 0, 0, []],
  ])('%s', (_, expected, counted, shown) => {
    const lines = shiftCloseLines(shift, { expectedFen: fen(expected), countedFen: fen(counted) })
    expect(tAccounts(lines)).toEqual(shown)
    expect(sum(lines)).toBe(0)
  })
})
