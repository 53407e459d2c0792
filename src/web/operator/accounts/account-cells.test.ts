import { expect, test } from 'vitest'
import { accountCells, accountHeadings } from './account-cells.ts'

type Left = { balanceFen: number | null; balanceAt: string | null }

const EARLY = '2026-11-23T09:00:00+08:00'
const LATE = '2026-11-23T09:05:00+08:00'
const UNREAD: Left = { balanceFen: null, balanceAt: null }

const balanceCells = (mode: 'meter' | 'centre', meters: Left[]) => {
  const cells = accountCells((key) => key, 'Asia/Shanghai', {
    ...{ accountNo: '000001', tenant: '云栖酒店', phoneMasked: null, mode, carryOwedFen: 0 },
    ...{ openedAt: EARLY, closedAt: null },
    meters: meters.map((one) => ({ ...one, premises: '', meterNo: '' })),
  })
  const at = accountHeadings((key) => key).indexOf('account.balanceAsOf')
  return cells.slice(at - 1, at + 1)
}

test.each<[string, 'meter' | 'centre', Left[], unknown[]]>([
  [
    'wallets together are as old as the oldest reading of them',
    'meter',
    [
      { balanceFen: 100, balanceAt: LATE },
      { balanceFen: 20, balanceAt: EARLY },
    ],
    [{ fen: 120 }, '2026-11-23 09:00:00'],
  ],
  [
    'the one balance of the centre is counted once',
    'centre',
    [
      { balanceFen: 100, balanceAt: LATE },
      { balanceFen: 100, balanceAt: LATE },
    ],
    [{ fen: 100 }, '2026-11-23 09:05:00'],
  ],
  [
    'with one wallet unread nobody knows what they come to',
    'meter',
    [{ balanceFen: 100, balanceAt: LATE }, UNREAD],
    ['—', '—'],
  ],
  [
    'a balance that was never counted has no time',
    'centre',
    [{ balanceFen: 5, balanceAt: null }],
    [{ fen: 5 }, '—'],
  ],
  ['without a meter there is none', 'meter', [], ['—', '—']],
])('%s', (_promise, mode, meters, expected) => {
  expect(balanceCells(mode, meters)).toEqual(expected)
})
