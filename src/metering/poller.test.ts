import { expect, test } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { simulatedBus } from '../../test/simulated-bus.ts'
import type { Rng } from '../ports/ids.ts'
import { instant } from '../shared/clock.ts'
import { gatewayId, meterId } from '../shared/ids.ts'
import { createDlt645Driver } from './dlt645-driver.ts'
import model from './models/dlt645-prepaid-1p.ts'
import { DEFAULT_INTERVALS } from './poll-plan.ts'
import type { PollResult } from './poll-result.ts'
import { startPoller } from './poller.ts'
import { reportingDriver } from './reporting-driver.ts'

const MINUTE_MS = 60_000
const rng: Rng = { below: () => 0, bytes: (length) => Buffer.alloc(length) }
const addressOf = (n: number) => `2026112200${n.toString().padStart(2, '0')}`

/** A poller over `count` simulated meters at 9600 baud; some are dead from the start. */
const polling = (count: number, dead: readonly number[] = []) => {
  const clock = createManualClock(instant(Date.UTC(2026, 10, 22, 2, 29)))
  const numbers = Array.from({ length: count }, (_, n) => n)
  const world = simulatedBus(
    clock,
    numbers.map((n) => ({ address: addressOf(n), dead: dead.includes(n) })),
  )
  const results: PollResult[] = []
  const drivers = numbers.map((n) =>
    createDlt645Driver(
      { bus: world.bus, clock, rng, keyOf: () => Promise.resolve(null) },
      {
        meterId: meterId(n),
        address: addressOf(n),
        meterNo: addressOf(n),
        model,
        zone: 'Asia/Shanghai',
      },
    ),
  )
  const meters = drivers.map((driver) => ({
    driver: reportingDriver(
      driver,
      { clock, report: (result) => results.push(result) },
      { gatewayId: gatewayId(1), onDemand: false },
    ),
    intervals: DEFAULT_INTERVALS,
  }))
  const bugs: unknown[] = []
  const poller = startPoller(
    { clock, online: () => true, afterEach: () => {}, onBug: (_, error) => bugs.push(error) },
    meters,
  )
  const timesOf = (n: number, kind: PollResult['kind']) =>
    results.filter((r) => r.meterId === n && r.kind === kind && r.outcome.ok).map((r) => r.at)
  return { clock, poller, drivers, results, timesOf, bugs, ...world }
}

const longestGap = (times: readonly number[]): number =>
  Math.max(...times.slice(1).map((t, i) => t - (times[i] ?? 0)))

test('every status is younger than three minutes, although some meters are dead', async () => {
  const { clock, poller, timesOf, bus } = polling(20, [3, 11])
  await clock.advance(20 * MINUTE_MS)
  for (let n = 0; n < 20; n++) {
    const times = timesOf(n, 'status')
    if (n === 3 || n === 11) expect(times).toEqual([])
    else expect(longestGap(times)).toBeLessThanOrEqual(3 * MINUTE_MS)
  }
  expect(bus.counters.timeouts).toBeLessThan(30)
  void poller.stop()
})

test('the first round takes little longer than the line needs', async () => {
  const { clock, poller, sent, bus } = polling(32)
  await clock.advance(20_000)
  // Request, thinking, answer: what each exchange takes at 9600 baud, without any pause.
  const answersMs = bus.counters.replies * (60 + ((20 + 30) * 11_000) / 9_600)
  expect(sent.length).toBe(bus.counters.requests)
  expect(answersMs / 20_000).toBeGreaterThan(0.9)
  void poller.stop()
})

test('the energy round begins with the half hour', async () => {
  const { clock, poller, timesOf } = polling(10)
  await clock.advance(5 * MINUTE_MS)
  const half = Date.UTC(2026, 10, 22, 2, 30)
  for (let n = 0; n < 10; n++) {
    const after = timesOf(n, 'energy').filter((at) => at >= half)
    expect(after).toHaveLength(1)
    expect((after[0] ?? 0) - half).toBeLessThan(30_000)
  }
  void poller.stop()
})

test('an order goes between two readings of the round, not after it', async () => {
  const { clock, poller, drivers, sent } = polling(32)
  await clock.advance(1_000)
  const before = sent.length
  const order = drivers[31]?.readRelay('relay')
  await clock.advance(300)
  expect(await order).toMatchObject({ ok: true })
  const asked = sent.slice(before).map((bytes) => bytes.subarray(5, 11).toString('hex'))
  expect(asked.slice(0, 2)).toContain('310022112620')
  void poller.stop()
})

test('a dead meter that answers somebody is asked again at once', async () => {
  const { clock, poller, station, timesOf } = polling(5, [2])
  await clock.advance(10 * MINUTE_MS)
  station(addressOf(2)).faults.silent = false
  poller.heard(meterId(2))
  await clock.advance(5_000)
  expect(timesOf(2, 'status')).toHaveLength(1)
  void poller.stop()
})

test('a stopped poller reads no more', async () => {
  const { clock, poller, sent } = polling(5)
  await clock.advance(MINUTE_MS)
  const stopped = poller.stop()
  await clock.advance(1_000)
  await stopped
  const before = sent.length
  await clock.advance(10 * MINUTE_MS)
  expect(sent.length).toBe(before)
})
