import { expect, test } from 'vitest'
import { createManualClock } from '../../../test/manual-clock.ts'
import { simulatedBus } from '../../../test/simulated-bus.ts'
import type { MeterEventKind } from '../../http/contract/meter-events.ts'
import { instant } from '../../shared/clock.ts'
import { meterId } from '../../shared/ids.ts'
import type { KnownCounts } from '../driver.ts'
import model from '../models/dlt645-prepaid-1p.ts'
import { createDlt645Driver } from './dlt645-driver.ts'
import { readEvents } from './dlt645-events.ts'
import { Dlt645Meter } from './dlt645-meter.ts'

const ADDRESS = '202611220001'
const START = instant(Date.UTC(2026, 10, 22, 2, 20, 30))
const PATIENCE_MS = 60_000

const meterThat = (lives: { dead?: boolean } = {}) => {
  const clock = createManualClock(START)
  const { bus, station, sent } = simulatedBus(clock, [{ address: ADDRESS, ...lives }])
  const rng = { below: () => 0, bytes: (length: number) => Buffer.alloc(length, 1) }
  const deps = { bus, clock, rng, keyOf: () => Promise.resolve(null) }
  const at = { meterId: meterId(1), address: ADDRESS, meterNo: ADDRESS, model }
  const meter = new Dlt645Meter(deps, { ...at, zone: 'Asia/Shanghai' })
  const driver = createDlt645Driver(deps, { ...at, zone: 'Asia/Shanghai' })
  const read = async (
    kinds: readonly MeterEventKind[],
    withinMs = 25_000,
    known: KnownCounts = {},
  ) => {
    let over = false
    const asked = readEvents(meter, kinds, 'onDemand', clock.mono() + withinMs, known)
    void asked.finally(() => {
      over = true
    })
    for (let i = 0; i < PATIENCE_MS / 100 && !over; i++) await clock.advance(100)
    return asked
  }
  return { clock, driver, sent, read, station: () => station(ADDRESS) }
}

test('what never happened is counted as none, and no record is asked for', async () => {
  const { read, sent } = meterThat()
  expect(await read(['programming', 'coverOpened'])).toMatchObject({
    complete: true,
    items: [
      { kind: 'programming', phase: null, count: 0, last: null, fault: null },
      { kind: 'coverOpened', count: 0, last: null },
    ],
  })
  expect(sent).toHaveLength(2)
})

test('the newest record comes with its moments and its fields in both languages', async () => {
  const { read, station } = meterThat()
  station().virtual.setCover(START, 'meterCover', true)
  expect(await read(['coverOpened'])).toMatchObject({
    complete: true,
    items: [
      {
        kind: 'coverOpened',
        name: { zh: '开表盖', en: 'meter cover opened' },
        count: 1,
        last: {
          at: { year: 2026, month: 11, dayOfMonth: 22, hour: 10, minute: 20, second: 30 },
          until: null,
          operatorCode: null,
          fields: expect.arrayContaining([
            { name: { zh: '开始', en: 'from' }, text: expect.objectContaining({}) },
          ]),
        },
      },
    ],
  })
})

test('a record that is known already is not asked for again', async () => {
  const { read, sent, station } = meterThat()
  station().virtual.setCover(START, 'meterCover', true)
  const unmoved = await read(['coverOpened'], 25_000, { coverOpened: 1 })
  expect(unmoved.items).toMatchObject([{ count: 1, last: null, fault: null }])
  expect(sent).toHaveLength(1)
  const moved = await read(['coverOpened'], 25_000, { coverOpened: 0 })
  expect(moved.items).toMatchObject([{ count: 1, last: { until: null } }])
})

test('its driver offers it, and patience that has run out asks nothing', async () => {
  const { clock, driver, sent } = meterThat()
  expect(await driver.readEvents?.(['programming'], 'onDemand', clock.mono())).toEqual({
    items: [],
    complete: false,
  })
  expect(sent).toEqual([])
})

test('what a meter does not keep says so, and the rest is read all the same', async () => {
  const { read } = meterThat()
  expect(await read(['meterClear', 'programming'])).toMatchObject({
    complete: true,
    items: [
      { kind: 'meterClear', count: null, fault: 'refused-by-meter' },
      { kind: 'programming', count: 0, fault: null },
    ],
  })
})

test('a meter that falls silent is not asked for the rest', async () => {
  const { read } = meterThat({ dead: true })
  expect(await read(['programming', 'coverOpened', 'trip'])).toMatchObject({
    complete: false,
    items: [{ kind: 'programming', count: null, last: null, fault: 'timeout' }],
  })
})

test('nobody waits longer than the patience that was given', async () => {
  const { read } = meterThat()
  const answer = await read(['programming', 'coverOpened', 'trip', 'close'], 150)
  expect(answer.complete).toBe(false)
  expect(answer.items.length).toBeLessThan(4)
})
