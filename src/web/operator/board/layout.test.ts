import { describe, expect, test } from 'vitest'
import { boardFilter, gatewaysOf, toggledState } from './filter.ts'
import { type Arrow, gridRows, lineAfter, neighbour } from './layout.ts'

const floors = new Map([
  [1, 1],
  [2, 1],
  [3, 1],
  [4, 1],
  [5, 2],
  [6, 2],
])
const ids = [...floors.keys()]
// Only the place of an item decides the layout.
const itemOf = (id: number) => {
  const floor = floors.get(id)
  return floor === undefined ? undefined : { ...BASE, meterId: id, floor }
}
const BASE = {
  address: '',
  meterNo: '',
  gatewayId: 1,
  gatewayCode: '',
  buildingId: 1,
  building: 'A',
  buildingEn: 'A',
  premises: '',
  premisesName: '',
  premisesNameEn: '',
  pointKind: 'lighting',
  pointName: '',
  tenant: null,
  accountId: null,
  accountNo: null,
  state: 'normal',
  mode: 'prepaid',
  protected: false,
  held: false,
  staleAfterMs: 360_000,
  balanceFen: null,
  balanceAt: null,
  energyWh: null,
  energyAt: null,
  powerW: null,
  powerAt: null,
  relay: null,
  relayAt: null,
  kept: null,
  purchaseCount: null,
  countAt: null,
  readAt: null,
  silentSince: null,
  seq: 1,
} as const

const rows = gridRows(ids, itemOf, 3)

test('each floor has its heading, and a short last row', () => {
  const shape = rows.map((row) => (row.kind === 'heading' ? row.meters : row.ids))
  expect(shape).toEqual([4, [1, 2, 3], [4], 2, [5, 6]])
})

describe('arrow keys reach every tile and stop at the edges', () => {
  test.each<[number, Arrow, number]>([
    [1, 'ArrowRight', 2],
    [4, 'ArrowRight', 5],
    [5, 'ArrowLeft', 4],
    [1, 'ArrowLeft', 1],
    [6, 'ArrowRight', 6],
    [2, 'ArrowDown', 4],
    [4, 'ArrowDown', 5],
    [6, 'ArrowUp', 4],
    [1, 'ArrowUp', 1],
    [3, 'End', 6],
    [3, 'Home', 1],
  ])('from %i by %s to %i', (from, arrow, to) => expect(neighbour(rows, ids, from, arrow)).toBe(to))
})

test.each<[number, Arrow, number]>([
  [2, 'ArrowDown', 2],
  [2, 'ArrowUp', 0],
  [1, 'ArrowUp', 0],
  [6, 'ArrowDown', 5],
  [3, 'Home', 0],
  [3, 'End', 5],
])('in the list from %i by %s to line %i', (from, arrow, line) =>
  expect(lineAfter(ids, from, arrow)).toBe(line),
)

describe('filters of the board', () => {
  const dark = {
    ...{ ...BASE, meterId: 1, floor: 3, gatewayId: 7, premises: 'B-12' },
    ...({ state: 'arrears', relay: 'tripped', mode: 'kept' } as const),
  }
  test.each([
    ['nothing chosen', {}, true],
    ['its building and floor', { building: '1', floor: '3' }, true],
    ['another floor', { building: '1', floor: '2' }, false],
    ['its gateway', { gateway: '7' }, true],
    ['another gateway', { gateway: '8' }, false],
    ['its state', { state: 'arrears' }, true],
    ['another state', { state: 'normal' }, false],
    ['one of several states', { state: 'normal,arrears' }, true],
    ['a mark it bears', { state: 'tripped' }, true],
    ['a mark it bears or a state it has not', { state: 'normal,kept' }, true],
    ['a mark it does not bear', { state: 'held' }, false],
    ['a word that is no state', { state: 'nonsense' }, true],
    ['a part of its shop’s number', { q: ' b-1 ' }, true],
    ['its shop’s number elsewhere', { q: 'B-12', gateway: '8' }, false],
  ])('%s', (_what, search, passes) => {
    expect(boardFilter(search)(dark)).toBe(passes)
  })
  test('a second press takes a filter back, and the last one leaves none', () => {
    expect(toggledState({ state: 'normal' }, 'held')).toBe('normal,held')
    expect(toggledState({ state: 'normal,held' }, 'normal')).toBe('held')
    expect(toggledState({ state: 'held' }, 'held')).toBeUndefined()
  })
})

test('gateways stand in the order of their numbers, each with its meters and its trouble', () => {
  const at = (gatewayId: number, over = {}) => ({
    ...{ ...BASE, meterId: gatewayId, floor: 1, gatewayId, gatewayCode: `GW-${gatewayId}` },
    ...over,
  })
  const items = [at(10), at(2), at(10, { held: true }), at(2, { state: 'notOpened' })]
  expect(gatewaysOf(items)).toEqual([
    { gatewayId: 2, gatewayCode: 'GW-2', meters: 2, troubled: 0 },
    { gatewayId: 10, gatewayCode: 'GW-10', meters: 2, troubled: 1 },
  ])
})
