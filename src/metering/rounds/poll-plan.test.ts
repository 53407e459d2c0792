import { expect, test } from 'vitest'
import {
  afterRead,
  afterRecovery,
  asked,
  DEFAULT_INTERVALS,
  type DevicePlan,
  isDead,
  newDevicePlan,
  nextRead,
  type PlanTime,
  type PollKind,
} from './poll-plan.ts'

const MINUTE_MS = 60_000
/** Twenty past the hour, so that the first energy slot is under way. */
const WALL_MS = Date.UTC(2026, 10, 22, 8, 20)

type Read = { meter: number; kind: PollKind; atMs: number; retry: boolean }
type World = {
  meters: number
  minutes: number
  /** Duration of a reading; a silent one costs as long. */
  tookMs?: number
  answers?: (meter: number, atMs: number, kind: PollKind) => boolean
  statusMs?: number
  /** Wall clock minus its start, by monotonic time. */
  wallJumpMs?: (atMs: number) => number
}

/** Follows the plan of one bus for some minutes and says what was read when. */
const polled = ({ meters, minutes, tookMs = 450, answers = () => true, ...w }: World): Read[] => {
  const intervals = { ...DEFAULT_INTERVALS, statusMs: w.statusMs ?? DEFAULT_INTERVALS.statusMs }
  const at = (monoMs: number): PlanTime => ({
    monoMs,
    wallMs: WALL_MS + monoMs + (w.wallJumpMs?.(monoMs) ?? 0),
  })
  const plans: DevicePlan<number>[] = Array.from({ length: meters }, (_, place) =>
    newDevicePlan(place, intervals, { place, count: meters }, at(0)),
  )
  const reads: Read[] = []
  for (let now = 0; now < minutes * MINUTE_MS; ) {
    const plan = nextRead(plans, at(now))
    if ('waitMs' in plan) {
      expect(plan.waitMs).toBeGreaterThan(0)
      now += plan.waitMs
      continue
    }
    const { plan: chosen, kind, retry } = plan.read
    const meter = chosen.of
    reads.push({ meter, kind, atMs: now, retry })
    const good = answers(meter, now, kind)
    asked(chosen, kind, at(now))
    const recovered = good && isDead(chosen)
    now += tookMs
    if (kind !== 'freeze') afterRead(chosen, kind, good, at(now))
    if (recovered) for (const other of plans) afterRecovery(other, at(now))
  }
  return reads
}

const statusTimes = (reads: readonly Read[], meter: number): number[] =>
  reads.filter((r) => r.kind === 'status' && r.meter === meter).map((r) => r.atMs)
const longestGap = (times: readonly number[]): number =>
  Math.max(...times.slice(1).map((t, i) => t - (times[i] ?? 0)))
const shortestGap = (times: readonly number[]): number =>
  Math.min(...times.slice(1).map((t, i) => t - (times[i] ?? 0)))

test.each<[string, Omit<World, 'minutes'>]>([
  ['one meter', { meters: 1 }],
  ['a full bus', { meters: 32 }],
  ['a crowded bus at 2400 baud', { meters: 120, tookMs: 1_100 }],
  ['a full bus with a tenth of it dead', { meters: 32, answers: (m: number) => m % 10 !== 0 }],
])('%s shows no status older than three minutes', (_, world) => {
  const reads = polled({ minutes: 60, ...world })
  const alive = Array.from({ length: world.meters }, (_, m) => m).filter(
    (m) => world.answers?.(m, 0, 'status') ?? true,
  )
  for (const meter of alive) {
    expect(longestGap(statusTimes(reads, meter))).toBeLessThanOrEqual(180_000)
  }
})

test('status readings spread over their interval after the first round', () => {
  const reads = polled({ meters: 30, minutes: 60 })
  const window = reads.filter((r) => r.kind === 'status' && r.atMs >= 50 * MINUTE_MS)
  const perMinute = [50, 51, 52, 53, 54].map(
    (minute) => window.filter((r) => Math.floor(r.atMs / MINUTE_MS) === minute).length,
  )
  for (const count of perMinute) expect(count).toBeLessThanOrEqual(14)
  for (const count of perMinute) expect(count).toBeGreaterThanOrEqual(10)
})

test('each energy slot is read once, soon after it began', () => {
  const reads = polled({ meters: 32, minutes: 120 }).filter((r) => r.kind === 'energy')
  // The slot of 08:00 is caught up at the start; then 08:30, 09:00, 09:30 and 10:00.
  for (let meter = 0; meter < 32; meter++) {
    const own = reads.filter((r) => r.meter === meter).map((r) => r.atMs)
    expect(own).toHaveLength(5)
    for (const atMs of own.slice(1)) {
      const intoSlotMs = (WALL_MS + atMs) % (30 * MINUTE_MS)
      expect(intoSlotMs).toBeLessThan(2 * MINUTE_MS)
    }
  }
})

test('on a bus too slow for its status round the energy round still comes home', () => {
  const reads = polled({ meters: 60, minutes: 90, tookMs: 4_000 })
  for (let meter = 0; meter < 60; meter++) {
    expect(reads.filter((r) => r.kind === 'energy' && r.meter === meter).length).toBeGreaterThan(1)
    expect(longestGap(statusTimes(reads, meter))).toBeLessThan(360_000)
  }
})

test('a meter that misses one answer is asked again within seconds', () => {
  const reads = polled({ meters: 5, minutes: 10, answers: (m, at) => m !== 2 || at > 3_000 })
  const [first = 0, second = 0] = statusTimes(reads, 2)
  expect(second - first).toBeLessThan(10_000)
  expect(reads.find((r) => r.atMs === second)?.retry).toBe(true)
})

test('a dead meter is probed ever less, never twice in a status interval', () => {
  const reads = polled({ meters: 5, minutes: 120, answers: (m) => m !== 2 })
  const probes = statusTimes(reads, 2).slice(2)
  expect(shortestGap(probes)).toBeGreaterThanOrEqual(180_000)
  expect(longestGap(probes)).toBe(4 * 180_000)
  expect(reads.filter((r) => r.meter === 2 && r.kind !== 'status')).toEqual([])
})

test('a meter that comes back returns to the round at once', () => {
  const back = 60 * MINUTE_MS
  const reads = polled({ meters: 5, minutes: 100, answers: (m, at) => m !== 2 || at >= back })
  const after = statusTimes(reads, 2).filter((t) => t >= back)
  expect(after[0]).toBeLessThanOrEqual(back + 4 * 180_000)
  expect(longestGap(after)).toBeLessThanOrEqual(180_000)
  expect(reads.some((r) => r.meter === 2 && r.kind === 'energy' && r.atMs > back)).toBe(true)
})

test('when one meter of a dead bus comes back, the others are asked soon', () => {
  const back = 60 * MINUTE_MS
  const reads = polled({ meters: 20, minutes: 90, answers: (_, at) => at >= back })
  const returns = Array.from({ length: 20 }, (_, m) =>
    Math.min(...statusTimes(reads, m).filter((t) => t >= back)),
  )
  const first = Math.min(...returns)
  for (const at of returns) expect(at).toBeLessThanOrEqual(first + 180_000)
})

test('an energy reading that fails is repeated with growing pauses and spares the status', () => {
  const reads = polled({ meters: 1, minutes: 29, answers: (_, __, kind) => kind !== 'energy' })
  const tries = reads.filter((r) => r.kind === 'energy').map((r) => r.atMs)
  expect(tries.length).toBeGreaterThan(3)
  expect(tries.length).toBeLessThan(9)
  expect(longestGap(statusTimes(reads, 0))).toBeLessThanOrEqual(180_000)
})

test.each([
  ['forward', 24 * 60],
  ['back', -24 * 60],
])('a wall clock that jumps a day %s costs no status reading', (_, minutes) => {
  const wallJumpMs = (at: number) => (at > 20 * MINUTE_MS ? minutes * MINUTE_MS : 0)
  const reads = polled({ meters: 10, minutes: 60, wallJumpMs })
  for (let meter = 0; meter < 10; meter++) {
    expect(longestGap(statusTimes(reads, meter))).toBeLessThanOrEqual(180_000)
    expect(reads.filter((r) => r.meter === meter && r.kind === 'energy').length).toBeLessThan(6)
  }
})
