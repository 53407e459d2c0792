import { describe, expect, test } from 'vitest'
import { createManualClock } from '../../../test/manual-clock.ts'
import { simulatedBus } from '../../../test/simulated-bus.ts'
import { must } from '../../shared/assert.ts'
import { instant } from '../../shared/clock.ts'
import { meterId } from '../../shared/ids.ts'
import chint from '../models/chint-ddsy666.ts'
import commercial from '../models/dlt645-commercial-1p.ts'
import model from '../models/dlt645-prepaid-1p.ts'
import type { PriceItem } from '../protocol/price-tables.ts'
import { createDlt645Driver } from './dlt645-driver.ts'

const ADDRESS = '202611220001'
/** 2026-11-22 10:20:30 in China. */
const START = instant(Date.UTC(2026, 10, 22, 2, 20, 30))
const HOUR_MS = 3_600_000
const TURNS = 600

const rig = (of = model) => {
  const clock = createManualClock(START)
  const { bus, station, sent } = simulatedBus(clock, [{ address: ADDRESS, priceE4: 10_500 }])
  const driver = createDlt645Driver(
    { bus, clock, rng: { below: () => 0, bytes: (n) => Buffer.alloc(n) }, keyOf: async () => null },
    { meterId: meterId(1), address: ADDRESS, meterNo: ADDRESS, model: of, zone: 'Asia/Shanghai' },
  )
  const done = async <T>(work: Promise<T>): Promise<T> => {
    let over = false
    void work.finally(() => {
      over = true
    })
    for (let i = 0; i < TURNS && !over; i++) await clock.advance(100)
    return work
  }
  return { clock, driver, done, sent, station: station(ADDRESS) }
}
const tablesOf = ({ driver }: ReturnType<typeof rig>) => must(driver.priceTables, 'it has tables')

const FLAT = {
  pricesE4: [10_500, 10_500, 10_500, 10_500],
  zones: [{ from: '01-01', dayTable: 1 }],
  dayTables: [[{ from: '00:00', rate: 3 }]],
  tiers: { limitsWh: [], addE4: [0], yearStarts: [] },
}
const NO_SWITCH = { prices: null, zones: null, dayTables: null, tiers: null }
const FIRST = { prices: 1, zones: 1, dayTables: 1, tiers: 1 }

const WORKDAY = [
  { from: '00:00', rate: 4 },
  { from: '08:00', rate: 2 },
]
const PUSH: PriceItem[] = [
  { item: 'prices', pricesE4: [12_000, 9_500, 6_800, 3_200] },
  { item: 'dayTable', no: 1, table: WORKDAY },
  { item: 'tiers', tiers: { limitsWh: [230_000], addE4: [0, 500], yearStarts: ['01-01 00'] } },
  { item: 'holiday', no: 1, day: '2027-01-01', dayTable: 1 },
  { item: 'holidayCount', count: 1 },
  { item: 'restDays', restDays: [0, 6] },
  { item: 'monthStart', at: '01 08' },
  { item: 'switchAt', of: 'prices', at: '2026-11-22 11:00' },
  { item: 'switchAt', of: 'dayTables', at: '2026-11-22 11:00' },
  { item: 'switchAt', of: 'tiers', at: '2026-11-22 11:00' },
]

test('a meter from the factory is read in full', async () => {
  const one = rig()
  expect(await one.done(tablesOf(one).read('onDemand'))).toEqual({
    ok: true,
    value: {
      at: expect.any(Number),
      running: FLAT,
      standby: FLAT,
      days: { restDays: [], restDayTable: 1, holidays: [], monthStart: '01 00' },
      switchAt: NO_SWITCH,
      runningSets: FIRST,
    },
  })
})

test('what is written waits in the standby set, and is in force after the switch', async () => {
  const one = rig()
  for (const item of PUSH)
    expect(await one.done(tablesOf(one).write(item, 'onDemand'))).toEqual({
      ok: true,
      value: { answered: 'accepted' },
    })
  const pushed = {
    ...FLAT,
    pricesE4: [12_000, 9_500, 6_800, 3_200],
    dayTables: [WORKDAY],
    tiers: { limitsWh: [230_000], addE4: [0, 500], yearStarts: ['01-01 00'] },
  }
  const days = {
    restDays: [0, 6],
    restDayTable: 1,
    holidays: [{ day: '2027-01-01', dayTable: 1 }],
  }
  const at = '2026-11-22 11:00'
  expect(await one.done(tablesOf(one).read('onDemand'))).toMatchObject({
    value: {
      running: FLAT,
      standby: pushed,
      days,
      switchAt: { prices: at, zones: null, dayTables: at, tiers: at },
      runningSets: FIRST,
    },
  })
  await one.clock.advance(HOUR_MS)
  expect(await one.done(tablesOf(one).read('onDemand'))).toMatchObject({
    value: {
      running: pushed,
      standby: FLAT,
      switchAt: NO_SWITCH,
      runningSets: { prices: 2, zones: 1, dayTables: 2, tiers: 2 },
    },
  })
  expect(await one.done(tablesOf(one).readPrices('onDemand'))).toMatchObject({
    value: { pricesE4: pushed.pricesE4, zones: FLAT.zones, runningSets: { prices: 2 } },
  })
})

test('a daily look is four questions', async () => {
  const one = rig()
  await one.done(tablesOf(one).readPrices('onDemand'))
  expect(one.sent).toHaveLength(4)
})

describe('what goes wrong', () => {
  test('a table that the meter refuses is refused, with its bit', async () => {
    const one = rig()
    const item: PriceItem = { item: 'dayTable', no: 1, table: [{ from: '00:00', rate: 5 }] }
    expect(await one.done(tablesOf(one).write(item, 'onDemand'))).toEqual({
      ok: true,
      value: { answered: 'refused', detail: '40 tooManyTariffs' },
    })
  })

  test('silence ends the reading with its fault', async () => {
    const one = rig()
    one.station.faults.silent = true
    expect(await one.done(tablesOf(one).read('onDemand'))).toMatchObject({
      ok: false,
      reason: 'timeout',
    })
  })

  test('a write is sent once, whatever becomes of its answer', async () => {
    const one = rig()
    one.station.faults.silent = true
    const item: PriceItem = { item: 'holidayCount', count: 0 }
    expect(await one.done(tablesOf(one).write(item, 'onDemand'))).toMatchObject({
      ok: false,
      reason: 'timeout',
    })
    expect(one.sent).toHaveLength(1)
  })

  test('a model without tiers is asked for none', async () => {
    const one = rig(chint)
    expect(await one.done(tablesOf(one).read('onDemand'))).toMatchObject({
      value: { running: { ...FLAT, tiers: null }, switchAt: { tiers: null } },
    })
  })

  test('a model that holds no prices of ours has no tables', () => {
    expect(rig(commercial).driver.priceTables).toBeUndefined()
  })
})
