import { describe, expect, test } from 'vitest'
import { type Arrow, gridRows, neighbour } from './layout.ts'

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
  balanceFen: null,
  balanceAt: null,
  energyWh: null,
  energyAt: null,
  powerW: null,
  relay: null,
  relayAt: null,
  kept: null,
  purchaseCount: null,
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
