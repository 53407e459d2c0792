import { describe, expect, test } from 'vitest'
import { day } from '../shared/clock.ts'
import { accountId, premisesId } from '../shared/ids.ts'
import { bearerFaults, bearersOf, type SharingPremises } from './bearers.ts'

const A = accountId(1)
const B = accountId(2)
const DAYS = ['2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04'].map(day)

const premises = (of: Partial<SharingPremises> & { had: readonly (readonly number[])[] }) => ({
  premisesId: premisesId(10),
  areaDm2: 100,
  parts: 3,
  used: [],
  ...of,
  days: of.had.map((accounts, index) => ({
    day: DAYS[index] ?? day('2026-10-05'),
    accounts: accounts.map(accountId),
  })),
})

const SCALE = 27_720

const rows = (...asked: Parameters<typeof bearersOf>) =>
  bearersOf(...asked).map(({ accountId: account, days, weight }) => [account, days, weight / SCALE])

describe('who bears how much', () => {
  const moved = premises({ had: [[1], [1], [], [2]] })
  test.each([
    [
      'by area, the landlord bears what stood empty',
      'area',
      'landlord',
      moved,
      [
        [A, 2, 200],
        [B, 1, 100],
        [null, 1, 100],
      ],
    ],
    [
      'by area, the others bear it',
      'area',
      'others',
      moved,
      [
        [A, 2, 200],
        [B, 1, 100],
      ],
    ],
    [
      'by fixed parts',
      'fixed',
      'landlord',
      moved,
      [
        [A, 2, 6],
        [B, 1, 3],
        [null, 1, 3],
      ],
    ],
    [
      'two accounts in one shop bear half each',
      'area',
      'landlord',
      premises({
        had: [
          [1, 2],
          [1, 2],
        ],
      }),
      [
        [A, 2, 100],
        [B, 2, 100],
      ],
    ],
    [
      'premises without parts take none',
      'fixed',
      'landlord',
      premises({ had: [[1]], parts: null }),
      [],
    ],
  ] as const)('%s', (_, by, vacant, one, expected) => {
    expect(rows({ by, vacant }, [one])).toEqual(expected)
  })

  test('by use, what was used while nobody had the shop is the landlord’s', () => {
    const one = premises({
      had: [[1], [1], []],
      used: [
        { accountId: A, usedWh: 3_000 },
        { accountId: A, usedWh: 500 },
        { accountId: null, usedWh: 20 },
      ],
    })
    expect(bearersOf({ by: 'energy', vacant: 'landlord' }, [one])).toMatchObject([
      { accountId: A, usedWh: 3_500, weight: 3_500 },
      { accountId: null, usedWh: 20, weight: 20 },
    ])
  })

  test.each([
    ['a shop without an area', 'area', premises({ had: [[1]], areaDm2: null }), 'area'],
    ['no shop with a part', 'fixed', premises({ had: [[1]], parts: null }), 'parts'],
  ] as const)('%s is named', (_, by, one, missing) => {
    expect(bearerFaults(by, [one])).toEqual([{ premisesId: premisesId(10), missing }])
  })

  test('use needs neither', () => {
    const bare = premises({ had: [[1]], areaDm2: null, parts: null })
    expect(bearerFaults('energy', [bare])).toEqual([])
  })
})
