import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PriceRig, priceRig } from '../../test/price-rig.ts'
import { listFolder } from '../adapters/list-folder.ts'
import { systemIds } from '../adapters/system.ts'
import { loadAlarmRules } from '../alarms/catalog.ts'
import { sweepComplex } from '../alarms/sweep-complex.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Instant, instant, plusMs } from '../shared/clock.ts'
import { keepPrices } from './price-keeper.ts'
import { readNow } from './price-routes.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

let rig: PriceRig
beforeAll(async () => {
  rig = await priceRig(2)
  for (const { meterId } of rig.meters) await rig.open(meterId)
})
afterAll(() => rig.drop())

const meter = () => must(rig.meters[0], 'a meter')
const change = (pricesE4: number[]) =>
  rig.bus.station(meter().address).virtual.change(rig.clock.now(), (state) => {
    state.prices.current = pricesE4
  })

/** The rules of prices whose alarm is open for the first meter. */
const alarms = async () => {
  const rules = await loadAlarmRules(listFolder)
  const { complexId } = rig.complex
  await rig.deps.db.as(systemScope('test', [complexId]), (tx) =>
    sweepComplex(tx, { ids: systemIds, rules }, complexId),
  )
  const open = await rig.rows<{ rule: string }>(
    `select rule from alarm where rule like 'price-%' and cleared_at is null
     and subject_id = $1 order by rule`,
    [meter().meterId],
  )
  return open.map(({ rule }) => rule)
}
/** What the daily pass asked the bus. */
const looked = async () => {
  await keepPrices(rig.deps)
  const before = rig.bus.sent.length
  await rig.settle()
  return rig.bus.sent.length - before
}
const readRows = () =>
  rig.rows<{ differs: string[] | null; readAt: Instant }>(
    'select differs, read_at as "readAt" from meter_price order by meter_id',
  )

test('a meter that was never read is read whole, and nobody calls it right before', async () => {
  expect(await readRows()).toEqual([])
  expect(await looked()).toBeGreaterThan(20)
  expect(await readRows()).toMatchObject([{ differs: [] }, { differs: [] }])
  expect(await looked()).toBe(0)
})

test('what somebody asks for is read whole at once, whether a look was due or not', async () => {
  const { complexId } = rig.complex
  expect(await looked()).toBe(0)
  const before = (await readRows())[0]?.readAt
  await rig.clock.advance(MINUTE_MS)
  await rig.deps.db.as(systemScope('test', [complexId]), (tx) =>
    readNow(tx, rig.deps, meter().meterId, null),
  )
  expect(await looked()).toBeGreaterThan(10)
  expect((await readRows())[0]?.readAt).toBeGreaterThan(before ?? 0)
})

test('a day later it is asked four questions, and not read again', async () => {
  const [before] = await readRows()
  await rig.clock.advance(DAY_MS + MINUTE_MS)
  expect(await looked()).toBe(8)
  expect((await readRows())[0]?.readAt).toBe(before?.readAt)
  expect(await alarms()).toEqual([])
})

test('a price that somebody changed in the meter is an alarm within a day', async () => {
  change([9_999, 9_999, 9_999, 9_999])
  await rig.clock.advance(DAY_MS + MINUTE_MS)
  await looked()
  expect(await readRows()).toMatchObject([{ differs: ['prices'] }, { differs: [] }])
  expect(await alarms()).toEqual(['price-differs'])
  await rig.send([meter().meterId])
  await rig.settle()
  await rig.clock.advance(10 * MINUTE_MS)
  await rig.settle()
  expect(await readRows()).toMatchObject([{ differs: [] }, { differs: [] }])
  expect(await alarms()).toEqual([])
})

test('a change that was not pushed is an alarm a day before, until it is', async () => {
  const from = plusMs(rig.clock.now(), 2 * DAY_MS)
  const switchAt = plusMs(from, -(from % HOUR_MS))
  await rig.version({ kind: 'flat', priceE8: 111_000_000 }, switchAt)
  await keepPrices(rig.deps)
  expect(await alarms()).toEqual([])
  await rig.clock.advance(DAY_MS)
  await keepPrices(rig.deps)
  expect(await alarms()).toEqual(['price-switch-unconfirmed'])
  await rig.send([meter().meterId])
  await rig.settle()
  await keepPrices(rig.deps)
  expect(await alarms()).toEqual([])
  await rig.clock.advance(switchAt - rig.clock.now() + 5 * MINUTE_MS)
  await keepPrices(rig.deps)
  await rig.settle()
  expect(await alarms()).toEqual([])
  await keepPrices(rig.deps)
  const due = await rig.rows('select from meter_price where meter_id = $1 and due_at is not null', [
    meter().meterId,
  ])
  expect(due).toEqual([])
})

test('a meter that nobody pushed it to keeps its alarm after the change', async () => {
  const other = must(rig.meters[1], 'a meter')
  await rig.clock.advance(DAY_MS + HOUR_MS)
  await looked()
  const due = await rig.rows('select from meter_price where meter_id = $1 and due_at is not null', [
    other.meterId,
  ])
  expect(due).toHaveLength(1)
  expect((await readRows())[1]).toMatchObject({ differs: ['prices'] })
})

test('a month that ends on another day in the meter is an alarm, until it is pushed', async () => {
  const { virtual } = rig.bus.station(meter().address)
  await rig.clock.advance(instant(Date.UTC(2026, 11, 2)) - rig.clock.now())
  const steps = [{ aboveWh: 230_000, addE8: 5_000_000 }]
  const monthly = { counts: 'month', of: 'supply', midYear: 'whole', crossing: 'inOrder' } as const
  await rig.version({ kind: 'flat', priceE8: 111_000_000, tiers: { ...monthly, steps } })
  const pushed = async () => {
    await rig.send([meter().meterId])
    await rig.settle()
    await rig.clock.advance(10 * MINUTE_MS)
    await rig.settle()
  }
  await pushed()
  virtual.change(rig.clock.now(), (state) => {
    state.monthStart = '1500'
  })
  await rig.clock.advance(DAY_MS + MINUTE_MS)
  await looked()
  expect((await readRows())[0]).toMatchObject({ differs: ['monthStart'] })
  expect(await alarms()).toEqual(['price-differs'])
  await pushed()
  expect(virtual.state.monthStart).toBe('0100')
  expect((await readRows())[0]).toMatchObject({ differs: [] })
  expect(await alarms()).toEqual([])
})
