import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlRig, controlRig, ordersOf } from '../../../test/control-rig.ts'
import type { LyingMeter } from '../../../test/lying-meter.ts'
import { type Scope, systemScope, type Tx } from '../../ports/database.ts'
import { must } from '../../shared/assert.ts'
import { day, instantOfLocal, localTime, sqlTime } from '../../shared/clock.ts'
import type { ComplexId, SupplyId } from '../../shared/ids.ts'
import type { OwnDay } from '../../tariff/calendar.ts'
import type { ControlDeps } from '../commands.ts'
import { weekUses } from './dark-view.ts'
import { reviewMeters } from './meter-review.ts'
import { savePolicy } from './save.ts'
import { saveSchedule } from './schedules.ts'
import { DEFAULT_POLICY } from './settings.ts'
import { reviewTimed, timedNow } from './timed-review.ts'
import { worldOf } from './world.ts'

// Meters with a wallet and circuits switched by the clock: what is ordered, once, in time.

let rig: ControlRig
let system: Scope
const ZONE = 'Asia/Shanghai'
const HOUR = 3_600_000
const MINUTE = 60_000

beforeAll(async () => {
  rig = await controlRig()
  system = systemScope('control', [rig.complex.complexId])
})
afterAll(() => rig.drop())

/** The clock is put to this hour of the local day, today or tomorrow. */
const toHour = (hour: number): void => {
  const now = rig.clock.now()
  const today = { ...localTime(now, ZONE), hour, minute: 0, second: 0 }
  const at = must(instantOfLocal(today, ZONE), 'an hour of today')
  rig.clock.skip(at > now ? at - now : at + 24 * HOUR - now)
}

const shows = async (meter: LyingMeter, balanceFen: number) => {
  const { complexId } = rig.complex
  await rig.rows(
    `insert into latest (complex_id, meter_id, seq, answered_at, relay, kept, balance_fen,
       balance_at, opened)
     values ($1, $2, 1000000 + $2, $3, $4, $5, $6, $3, true)
     on conflict (complex_id, meter_id) do update set answered_at = $3, relay = $4, kept = $5,
       balance_fen = $6, balance_at = $3`,
    [
      ...[complexId, meter.driver.meterId, sqlTime(rig.clock.now())],
      ...[meter.relay, meter.kept, balanceFen],
    ],
  )
}

type Look = (tx: Tx, deps: ControlDeps, complexId: ComplexId) => Promise<number>
const lookAtMeters: Look = async (tx, deps, complexId) =>
  reviewMeters(tx, deps, await worldOf(tx, deps, complexId))

const reviewed = async (look: Look): Promise<number> => {
  rig.clock.skip(61_000)
  const orders = await rig.deps.db.as(system, (tx) => look(tx, rig.deps, rig.complex.complexId))
  while (await rig.round());
  return orders
}

const NIGHTS = Array.from({ length: 7 }, () => [
  { from: 0, to: 480 },
  { from: 1_320, to: 1_440 },
])

describe('a no-trip window where the meter trips by itself', () => {
  test('power is kept before it for who might run dry, once, and released after it', async () => {
    const { complexId, clerk } = rig.complex
    const [poor, rich, dark] = [rig.hang(), rig.hang(), rig.hang({ relay: 'tripped' })]
    for (const meter of [poor, rich, dark]) await rig.openAccount(meter)
    const noTrip = { week: NIGHTS, weekends: false, holidays: false }
    await rig.deps.db.as(clerk, (tx) =>
      savePolicy(tx, rig.deps.ids, complexId, {
        settings: { ...DEFAULT_POLICY, noTrip },
        reason: '夜间不停电',
      }),
    )
    const poll = async () => {
      await shows(poor, 500)
      await shows(rich, 90_000)
      await shows(dark, -100)
    }
    toHour(15)
    await poll()
    expect(await reviewed(lookAtMeters)).toBe(0)
    toHour(21)
    await poll()
    expect(await reviewed(lookAtMeters)).toBe(1)
    expect([poor.kept, rich.kept, dark.kept]).toEqual([true, false, false])
    await poll()
    expect(await reviewed(lookAtMeters)).toBe(0)
    expect(ordersOf(poor)).toBe('keepOn')
    toHour(8)
    rig.clock.skip(10 * 60_000)
    await rig.chores()
    while (await rig.round());
    expect(poor.kept).toBe(false)
    await poll()
    expect(await reviewed(lookAtMeters)).toBe(0)
    expect([rich, dark].map(ordersOf)).toEqual(['', ''])
  })

  test('an operator’s keep-power is neither shortened nor ended', async () => {
    const meter = rig.hang()
    await rig.openAccount(meter)
    await rig.ended(await rig.order(meter, 'kept'))
    toHour(21)
    await shows(meter, 0)
    await reviewed(lookAtMeters)
    expect(ordersOf(meter)).toBe('keepOn')
    await rig.ended(await rig.order(meter, 'prepaid'))
  })
})

test('grace is the overdraft in the meter: ordered once, not again while under way', async () => {
  rig.can = { ...rig.can, settings: true }
  const meter = rig.hang()
  await rig.openAccount(meter)
  await rig.rows(
    `insert into power_policy (complex_id, supply_id, settings, saved_at)
     select s.complex_id, s.supply_id, '{"graceFen": 5000}', $2 from supply s
     join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
     where i.meter_id = $1 and i.until is null`,
    [meter.driver.meterId, sqlTime(rig.clock.now())],
  )
  toHour(15)
  await shows(meter, 90_000)
  const pushes = () =>
    rig.rows(
      `select params->'wanted'->>'overdraftFen' as fen from command
       where meter_id = $1 and kind = 'pushSettings' and params->'wanted' ? 'overdraftFen'`,
      [meter.driver.meterId],
    )
  const before = (await pushes()).length
  await reviewed(lookAtMeters)
  await reviewed(lookAtMeters)
  expect((await pushes()).slice(before)).toEqual([{ fen: '5000' }])
})

describe('a timed circuit', () => {
  let meter: LyingMeter
  const switched = async () => {
    await shows(meter, 9_000)
    await reviewed(reviewTimed)
    return meter.relay
  }

  test('is switched by its hours; what was missed is not made up for', async () => {
    const { complexId, clerk } = rig.complex
    meter = rig.hang({ balanceFen: 9_000 })
    await rig.openAccount(meter)
    const points = await rig.rows<{ id: number }>(
      'select point_id as id from installation where meter_id = $1 and until is null',
      [meter.driver.meterId],
    )
    const week = Array.from({ length: 7 }, () => [{ from: 1_080, to: 1_380 }])
    await rig.deps.db.as(clerk, (tx) =>
      saveSchedule(tx, rig.deps, complexId, null, {
        ...{ complexId, name: '霓虹灯', week, holiday: null, enabled: true },
        pointIds: points.map(({ id }) => id),
      }),
    )
    toHour(12)
    expect(await switched()).toBe('tripped')
    expect(await rig.episodes(meter)).toMatchObject([{ cause: 'schedule' }])
    expect(await switched()).toBe('tripped')
    expect(ordersOf(meter)).toBe('trip')
    toHour(19)
    expect(await switched()).toBe('closed')
    // The centre was down for two days: one order, for the state that should be now.
    rig.clock.skip(48 * HOUR)
    toHour(12)
    const orders = meter.orders.length
    expect(await switched()).toBe('tripped')
    expect(meter.orders.length - orders).toBe(1)
  })

  test('that refused to follow is ordered again, either way, but not at once', async () => {
    const refuses = async () => {
      meter.lies.push('refused', 'refused', 'refused')
      await switched()
      while (meter.lies.length > 0) {
        rig.clock.skip(5_000)
        await rig.round()
      }
      await shows(meter, 9_000)
      return meter.relay
    }
    const { complexId } = rig.complex
    toHour(19)
    expect(await refuses()).toBe('tripped')
    expect(await switched()).toBe('closed')
    toHour(12)
    expect(await refuses()).toBe('closed')
    const [now] = await rig.deps.db.as(system, (tx) => timedNow(tx, rig.deps, complexId))
    expect(now?.decision.reason).toBe('commandUnderWay')
    expect(await switched()).toBe('tripped')
    const commands = await rig.rows<{ state: string }>(
      `select state from command where meter_id = $1 and kind = 'setMode'
       order by command_id desc limit 4`,
      [meter.driver.meterId],
    )
    expect(commands.map(({ state }) => state)).toEqual([
      ...['confirmed', 'failed', 'confirmed', 'failed'],
    ])
    expect((await rig.episodes(meter)).at(-1)).toMatchObject({ cause: 'schedule', open: true })
  })

  test('an operator’s trip is never undone by the clock', async () => {
    await rig.ended(await rig.order(meter, 'tripped'))
    toHour(19)
    expect(await switched()).toBe('tripped')
    const all = await rig.deps.db.as(system, (tx) => timedNow(tx, rig.deps, rig.complex.complexId))
    expect(all[0]?.decision).toEqual({ intent: 'nothing', reason: 'operatorsTrip' })
    await rig.ended(await rig.order(meter, 'prepaid'))
    expect(meter.relay).toBe('closed')
    expect(await switched()).toBe('closed')
    toHour(12)
    expect(await switched()).toBe('tripped')
  })

  test('that is silent until its hours begin is not switched off after that', async () => {
    toHour(19)
    expect(await switched()).toBe('closed')
    toHour(17)
    rig.clock.skip(57 * MINUTE)
    meter.silent = true
    const orders = meter.orders.length
    expect(await switched()).toBe('closed')
    expect(await rig.modeOf(meter)).toBe('tripped')
    rig.clock.skip(2 * MINUTE)
    meter.silent = false
    while (await rig.round());
    expect([await rig.modeOf(meter), meter.orders.length]).toEqual(['prepaid', orders])
    expect(await switched()).toBe('closed')
  })
})

test('use is the mean of days like each weekday, a holiday being one like Sundays', async () => {
  const { complexId } = rig.complex
  const meter = rig.hang()
  await rig.openAccount(meter)
  rig.clock.skip(29 * 24 * HOUR)
  const now = rig.clock.now()
  // Two parts of each day, in fen a thousand times its weekday.
  const [row] = await rig.rows<{ supplyId: SupplyId; wednesday: string }>(
    `with s as (
       select s.complex_id, s.supply_id from supply s
       join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
       where i.meter_id = $1 and s.until is null
     ), d as (
       select d::date as day, extract(dow from d)::integer as dow
       from generate_series($2::timestamptz - interval '27 days', $2, interval '1 day') d
     ), ins as (
       insert into usage_day (complex_id, supply_id, meter_id, day, version, lines, energy_wh,
         due_fen, at, month)
       select complex_id, supply_id, $1, day, part, '[]', 0, 500 * dow, $2,
         date_trunc('month', day)
       from s, d, generate_series(1, 2) part
     )
     select supply_id as "supplyId", (select max(day)::text from d where dow = 3) as wednesday
     from s`,
    [meter.driver.meterId, sqlTime(now)],
  )
  const { supplyId, wednesday } = must(row, 'a supply')
  const names = { name: '', nameEn: '' }
  const weekWith = (own: readonly OwnDay[]) =>
    rig.deps.db.as(system, async (tx) => {
      const days = new Map(own.map((one) => [one.day, one]))
      const place = { zone: ZONE, calendar: { days, years: new Set<number>() } }
      return (await weekUses(tx, complexId, place)).get(supplyId)
    })
  expect(await weekWith([])).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000])
  expect(await weekWith([{ day: day(wednesday), type: 'holiday', ...names }])).toEqual([
    600, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000,
  ])
})
