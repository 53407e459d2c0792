import { describe, expect, test } from 'vitest'
import type { Board, BoardItem } from '../../../http/contract.ts'
import { createBoardStore, filterIds } from './board-store.ts'

const item = (meterId: number, over: Partial<BoardItem> = {}): BoardItem => ({
  meterId,
  address: String(meterId).padStart(12, '0'),
  meterNo: `M${meterId}`,
  gatewayId: 1,
  gatewayCode: 'G1',
  buildingId: 1,
  building: 'A座',
  buildingEn: 'Tower A',
  floor: 1,
  premises: `1-${meterId}`,
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
  balanceFen: 100,
  staleAfterMs: 360_000,
  balanceAt: null,
  energyWh: null,
  energyAt: null,
  powerW: null,
  powerAt: null,
  relay: 'closed',
  relayAt: null,
  kept: false,
  purchaseCount: 1,
  countAt: null,
  readAt: null,
  silentSince: null,
  seq: 1,
  ...over,
})
const board = (...items: BoardItem[]): Board => ({
  asOf: '2026-11-22T01:00:00Z',
  seq: 1,
  items,
})
const setUp = () => {
  const frames: (() => void)[] = []
  const store = createBoardStore((run) => frames.push(run))
  const paint = () => {
    for (const run of frames.splice(0)) run()
  }
  return { store, frames, paint }
}

describe('the board moves forward only', () => {
  test('an older delta never replaces a newer cell', () => {
    const { store, paint } = setUp()
    store.replace(board(item(1, { seq: 5, balanceFen: 500 })))
    store.apply([item(1, { seq: 4, balanceFen: 400 })])
    paint()
    expect(store.item(1)?.balanceFen).toBe(500)
  })
  test('a snapshot that was taken before a live change does not undo it', () => {
    const { store, paint } = setUp()
    store.replace(board(item(1)))
    store.apply([item(1, { seq: 9, state: 'arrears' })])
    paint()
    store.replace(board(item(1, { seq: 3 })))
    expect(store.item(1)?.state).toBe('arrears')
    expect(store.overview().counts.arrears).toBe(1)
  })
  test('what came live before the snapshot is not lost', () => {
    const { store, paint } = setUp()
    store.apply([item(1, { seq: 9, state: 'alarm2' })])
    store.replace(board(item(1, { seq: 8 })))
    paint()
    expect(store.item(1)?.state).toBe('alarm2')
  })
  test('time alone may change a state: the same seq is shown again', () => {
    const { store, paint } = setUp()
    store.replace(board(item(1, { seq: 5 })))
    store.apply([item(1, { seq: 5, state: 'offline' })])
    paint()
    expect(store.overview().counts.offline).toBe(1)
  })
  test('a meter that is no longer in the snapshot leaves the board', () => {
    const { store } = setUp()
    store.replace(board(item(1), item(2)))
    store.replace(board(item(2)))
    expect(store.overview().ids).toEqual([2])
  })
})

describe('a change redraws only what it changed', () => {
  test('a hundred changes in one frame tell each cell once', () => {
    const { store, frames, paint } = setUp()
    store.replace(board(item(1), item(2)))
    let told = 0
    store.subscribeItem(1, () => {
      told += 1
    })
    for (let seq = 2; seq < 102; seq += 1) store.apply([item(1, { seq, balanceFen: seq })])
    expect(frames).toHaveLength(1)
    paint()
    expect(told).toBe(1)
    expect(store.item(1)?.balanceFen).toBe(101)
  })
  test('a new balance leaves the overview untouched, a new state counts again', () => {
    const { store, paint } = setUp()
    store.replace(board(item(1), item(2)))
    const before = store.overview()
    store.apply([item(1, { seq: 2, balanceFen: 7 })])
    paint()
    expect(store.overview()).toBe(before)
    store.apply([item(1, { seq: 3, state: 'alarm2' })])
    paint()
    expect(store.overview().counts).toMatchObject({ normal: 1, alarm2: 1 })
    expect(store.overview().ids).toBe(before.ids)
  })
})

test('tiles stand in the order of building, floor and premises, whatever their state', () => {
  const { store } = setUp()
  store.replace(
    board(
      item(3, { buildingId: 2, building: 'B座' }),
      item(10, { floor: 2, premises: '2-2' }),
      item(2, { premises: '1-10', state: 'arrears' }),
      item(1, { premises: '1-2' }),
    ),
  )
  expect(store.overview().ids).toEqual([1, 2, 10, 3])
  const arrears = filterIds(store, store.overview().ids, (each) => each.state === 'arrears')
  expect(arrears).toEqual([2])
})
