import { describe, expect, test } from 'vitest'
import { instant } from '../shared/clock.ts'
import { meterId, planId, pointId } from '../shared/ids.ts'
import { OPEN_COLUMNS } from './account-columns.ts'
import { type AccountRow, groupsOf, type Known, openingOf } from './account-rows.ts'
import type { NamedMeter } from './list-store.ts'

const NOW = instant(10_000_000)
const hung = (id: number, meterNo: string, premises: string): NamedMeter => ({
  ...{ meterId: meterId(id), meterNo, pointId: pointId(id), building: 'A', premises },
  ...{ pointKind: 'shop', balanceFen: null, balanceAt: null },
})
const [one, two, third] = [
  hung(1, '000000000101', 'A-101'),
  hung(2, '202600000102', 'A-102'),
  hung(3, '202600000103', 'A-102'),
]
const stored = { ...hung(4, '202600000104', ''), pointId: null }
const KNOWN: Known = {
  byNo: new Map([one, two, third, stored].map((meter) => [meter.meterNo, meter])),
  byPlace: new Map([
    ['A-101', [one]],
    ['A-102', [two, third]],
  ]),
  plans: new Map([['商业', planId(1)]]),
  now: NOW,
}
const BASE = { tenant: '甲', plan: '商业', alarm1Fen: 5_000, alarm2Fen: 2_000 }
const read = (...rows: Partial<AccountRow>[]) =>
  groupsOf(
    KNOWN,
    rows.map((row, at) => ({ row: at + 2, value: { ...BASE, ...row } })),
    OPEN_COLUMNS,
  )
const wrong = (...rows: Partial<AccountRow>[]) =>
  [...read(...rows).ends].flatMap(([row, end]) =>
    end.ok ? [] : end.problems.map((each) => `${row} ${each.field}: ${each.title.zh}`),
  )

describe('a row of a list', () => {
  test.each<[string, Partial<AccountRow>, string]>([
    ['names nothing', {}, '2 meterNo: 必填'],
    ['names no meter of ours', { meterNo: '999' }, '2 meterNo: 找不到：999'],
    [
      'names a meter in stock',
      { meterNo: '202600000104' },
      '2 meterNo: 该表没有装在计量点上：202600000104',
    ],
    [
      'names a meter without its zeros',
      { meterNo: '101' },
      '2 meterNo: 前面的零丢了，请把此列的格式设为“文本”再填：101',
    ],
    ['names a shop nobody knows', { premises: 'X' }, '2 premises: 找不到：X'],
    [
      'names a shop with two meters',
      { premises: 'A-102' },
      '2 premises: 不唯一，请写得更具体：A-102',
    ],
    ['names no plan of ours', { premises: 'A-101', plan: '?' }, '2 plan: 找不到：?'],
    ['has no phone', { premises: 'A-101', phone: '12' }, '2 phone: 内容无效：12'],
  ])('that %s is told so', (_what, row, told) => {
    expect(wrong(row)).toEqual([told])
  })
  test('that names a meter once more is told in which row it stands', () => {
    expect(wrong({ premises: 'A-101' }, { meterNo: '000000000101' })).toEqual([
      '3 meterNo: 重复：与第 2 行相同',
    ])
  })
})

describe('rows of one account', () => {
  const shared = { accountRef: 'K1' }
  test('are one opening with several meters; their deposits add up', () => {
    const { groups } = read(
      { ...shared, meterNo: '202600000102', depositFen: 100, firstPurchaseFen: 700 },
      { ...shared, meterNo: '202600000103', depositFen: 200 },
    )
    const opening = groups.map((group) => openingOf(group, 'r/2', 'card'))
    expect(opening).toMatchObject([
      { depositFen: 300, method: 'card', meters: [{ meterId: 2, firstPurchaseFen: 700 }, {}] },
    ])
  })
  test('must be of one tenant', () => {
    const rows = [
      { ...shared, meterNo: '202600000102' },
      { ...shared, meterNo: '202600000103', tenant: '乙' },
    ]
    expect(wrong(...rows)).toEqual(['3 tenant: 同一户的各行不一致：乙'])
    expect(read(...rows).groups).toEqual([])
  })
})
