import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../../test/database.ts'
import { type TinyComplex, tinyComplex } from '../../../test/tiny-complex.ts'
import { ownerQuery } from '../../adapters/owner-query.ts'
import { systemClock, systemIds } from '../../adapters/system.ts'
import { type Scope, systemScope, type Tx } from '../../ports/database.ts'
import { must } from '../../shared/assert.ts'
import { type Instant, plusMs, sqlTime } from '../../shared/clock.ts'
import { wh } from '../../shared/energy.ts'
import { type GatewayId, gatewayId, type MeterId, type PointId } from '../../shared/ids.ts'
import { type Decision, decideReading } from './decisions.ts'
import { ensurePartitions } from './partitions.ts'
import type { PollResult } from './poll-result.ts'
import { pointUsageBetween, usageBetween } from './usage-store.ts'
import { startWriter } from './writer.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const scope = systemScope('test')
const START = plusMs(systemClock.now(), -30 * DAY_MS)
const on = (days: number, hours = 0): Instant => plusMs(START, days * DAY_MS + hours * HOUR_MS)

let database: TestDatabase
let tiny: TinyComplex
let gateway: GatewayId
let index = -1

beforeAll(async () => {
  database = await freshDatabase()
  tiny = await tinyComplex(database.db, { meters: 20 })
  await ensurePartitions((sql) => ownerQuery(database.ownerUrl)(sql), systemClock.now())
  gateway = await inTx(async (tx) => {
    const rows = await tx.query<{ id: number }>('select gateway_id as id from gateway')
    const id = gatewayId(must(rows[0], 'the gateway').id)
    await tx.query(
      `insert into lease (complex_id, gateway_id, holder, token, expires_at)
       values ($1, $2, 'a', 1, $3)`,
      [tiny.complexId, id, sqlTime(plusMs(tx.now, DAY_MS))],
    )
    return id
  })
})
afterAll(() => database.drop())
beforeEach(() => {
  index++
})

const inTx = <T>(run: (tx: Tx) => Promise<T>) => database.db.as(scope, run)
const meterAt = (place: number): MeterId => must(tiny.meters[place], 'a meter is left').meterId
const here = (): MeterId => meterAt(index)

type Installation = {
  multiplier?: number
  side?: 'primary' | 'secondary'
  direction?: 'combined' | 'forward' | 'forwardPlusReverse'
  maxPowerW?: number
  initialWh?: number | null
  since?: Instant
  until?: Instant | null
}

/** How this test's meter hangs, instead of how the demo hung it. */
const installed = (meter: MeterId, as: Installation) =>
  inTx((tx) =>
    tx.query(
      `update installation set multiplier = $3, side = $4, direction = $5, max_power_w = $6,
         initial_wh = $7, since = $8, until = $9
       where complex_id = $1 and meter_id = $2`,
      [
        tiny.complexId,
        meter,
        as.multiplier ?? 1,
        as.side ?? 'primary',
        as.direction ?? 'combined',
        as.maxPowerW ?? null,
        as.initialWh ?? null,
        sqlTime(as.since ?? START),
        sqlTime(as.until ?? null),
      ],
    ),
  )

const pointOf = async (meter: MeterId): Promise<PointId> => {
  const rows = await inTx((tx) =>
    tx.query<{ id: PointId }>('select point_id as id from installation where meter_id = $1', [
      meter,
    ]),
  )
  return must(rows[0], 'it hangs somewhere').id
}

type Read = {
  energyWh: number
  reverseWh?: number
  tariffsWh?: number[]
  pushed?: true
  receivedAt?: Instant
}

const reads = async (meter: MeterId, rows: readonly (readonly [Instant, Read])[]) => {
  const writer = startWriter({
    db: database.db,
    clock: systemClock,
    models: new Map(),
    pollHooks: [],
    gatewayHooks: [],
    onFenced: () => {},
    onDropped: (error) => {
      throw error
    },
  })
  const origin = { complexId: tiny.complexId, gatewayId: gateway, token: 1 }
  const results = rows.map(([at, read]): PollResult => {
    const { energyWh, reverseWh = null, tariffsWh = null, pushed, receivedAt = at } = read
    return {
      meterId: meter,
      gatewayId: gateway,
      at: receivedAt,
      onDemand: false,
      ...(pushed && { pushed }),
      kind: 'energy',
      outcome: {
        ok: true,
        value: {
          at,
          energyWh: wh(energyWh),
          reverseWh: reverseWh === null ? null : wh(reverseWh),
          tariffsWh: tariffsWh?.map(wh) ?? null,
        },
      },
    }
  })
  const safe = writer.addDurably(origin, results)
  await writer.flush()
  await safe
  await writer.stop()
}
const usage = (meter: MeterId, from: Instant, to: Instant) =>
  inTx((tx) => usageBetween(tx, tiny.complexId, meter, from, to))
const flagsOf = async (meter: MeterId): Promise<number[]> => {
  const rows = await inTx((tx) =>
    tx.query<{ flags: number }>(
      'select flags from reading where complex_id = $1 and meter_id = $2 order by at, source',
      [tiny.complexId, meter],
    ),
  )
  return rows.map(({ flags }) => flags)
}
const latestOf = async (meter: MeterId) => {
  const rows = await inTx((tx) =>
    tx.query<{ energyWh: number; suspectWh: number | null }>(
      'select energy_wh as "energyWh", suspect_wh as "suspectWh" from latest where meter_id = $1',
      [meter],
    ),
  )
  return must(rows[0], 'it was read')
}

test('a transformer of 40 multiplies total and tariffs: 32.57 kWh are 1302.80', async () => {
  await installed(here(), { multiplier: 40, side: 'secondary', initialWh: 1_000_000 })
  await reads(here(), [
    [on(0), { energyWh: 1_000_000, tariffsWh: [50_000, 300_000, 400_000, 250_000] }],
    [on(1), { energyWh: 1_032_570, tariffsWh: [51_830, 310_420, 411_200, 259_120] }],
  ])
  expect(await usage(here(), on(0), on(1))).toMatchObject({
    usedWh: 1_302_800,
    exact: true,
    parts: [{ tariffsWh: [73_200, 416_800, 448_000, 364_800] }],
  })
})

test('primary registers are shown multiplied by the meter, and not multiplied again', async () => {
  await installed(here(), { multiplier: 40, side: 'primary' })
  await reads(here(), [
    [on(0), { energyWh: 0 }],
    [on(1), { energyWh: 40_000 }],
  ])
  expect((await usage(here(), on(0), on(1)))?.usedWh).toBe(40_000)
})

test('the view of billed readings multiplies as the code does', async () => {
  await installed(here(), {
    multiplier: 10,
    side: 'secondary',
    direction: 'forwardPlusReverse',
  })
  await reads(here(), [
    [on(0), { energyWh: 1_000, reverseWh: 500 }],
    [on(1), { energyWh: 1_400, reverseWh: 600 }],
  ])
  const rows = await inTx((tx) =>
    tx.query<{ wh: number }>(
      'select billed_wh as wh from billed_reading where meter_id = $1 order by at',
      [here()],
    ),
  )
  expect(rows.map((row) => row.wh)).toEqual([15_000, 20_000])
  expect((await usage(here(), on(0), on(1)))?.usedWh).toBe(5_000)
})

test('spans that meet add up, whatever lies between the readings', async () => {
  await installed(here(), { initialWh: 0 })
  const readings = [0, 5, 13, 26, 31, 47, 70].map(
    (hours) => [on(0, hours), { energyWh: hours * 100 }] as const,
  )
  await reads(here(), readings)
  const parts = [on(0), on(0, 8), on(1), on(2), on(3)]
  let sum = 0
  for (const [i, from] of parts.slice(0, -1).entries())
    sum += (await usage(here(), from, must(parts[i + 1], 'a next one')))?.usedWh ?? 0
  expect((await usage(here(), on(0), on(3)))?.usedWh).toBe(sum)
  expect(await usage(here(), on(0), on(1))).toMatchObject({ usedWh: 2_600, exact: false })
})

test('a swap in the middle: each meter counts its own part, at one point', async () => {
  const [old, fresh] = [meterAt(18), meterAt(19)]
  const point = await pointOf(old)
  await installed(old, { initialWh: 900_000, until: on(2) })
  await installed(fresh, { initialWh: 50, since: on(2), multiplier: 2, side: 'secondary' })
  await inTx((tx) =>
    tx.query('update installation set point_id = $2 where meter_id = $1', [fresh, point]),
  )
  await reads(old, [
    [on(0), { energyWh: 900_000 }],
    [on(2), { energyWh: 907_000 }],
  ])
  await reads(fresh, [[on(3), { energyWh: 1_050 }]])
  const found = await inTx((tx) => pointUsageBetween(tx, tiny.complexId, point, on(0), on(3)))
  expect(found?.usedWh).toBe(7_000 + 2 * 1_000)
  expect(found?.parts.map((part) => part.meterId)).toEqual([old, fresh])
})

test('another multiplier from one day on splits the use at the reading of that day', async () => {
  await installed(here(), { multiplier: 1, side: 'secondary', until: on(2), initialWh: 0 })
  const point = await pointOf(here())
  await inTx((tx) =>
    tx.query(
      `insert into installation (complex_id, meter_id, point_id, since, multiplier, side)
       values ($1, $2, $3, $4, 10, 'secondary')`,
      [tiny.complexId, here(), point, sqlTime(on(2))],
    ),
  )
  await reads(here(), [
    [on(0), { energyWh: 0 }],
    [on(2, 1), { energyWh: 2_000 }],
    [on(4), { energyWh: 3_000 }],
  ])
  expect((await usage(here(), on(0), on(4)))?.usedWh).toBe(2_000 + 10_000)
})

describe('roll-over', () => {
  test('is flagged, recorded and billed', async () => {
    await installed(here(), { initialWh: 999_990_000 })
    await reads(here(), [
      [on(0, 1), { energyWh: 999_995_000 }],
      [on(0, 2), { energyWh: 1_000 }],
      [on(0, 3), { energyWh: 3_000 }],
    ])
    expect(await flagsOf(here())).toEqual([0, 32, 0])
    expect((await usage(here(), on(0, 1), on(0, 3)))?.usedWh).toBe(8_000)
    expect((await usage(here(), on(0), on(0, 2)))?.usedWh).toBe(11_000)
  })

  test('is billed right to a late reading that lies before the one which told it', async () => {
    await installed(here(), { initialWh: 999_990_000 })
    await reads(here(), [
      [on(0, 1), { energyWh: 999_995_000 }],
      [on(0, 5), { energyWh: 3_000 }],
    ])
    const late = { energyWh: 1_000, pushed: true, receivedAt: on(0, 6) } as const
    await reads(here(), [[on(0, 3), late]])
    expect((await usage(here(), on(0, 1), on(0, 3)))?.usedWh).toBe(6_000)
    expect((await usage(here(), on(0, 3), on(0, 5)))?.usedWh).toBe(2_000)
  })
})

describe('what is doubted', () => {
  const deps = { ids: systemIds, models: new Map() }
  const decideAs = (who: Scope, decision: Decision) =>
    database.db.as(who, (tx) => decideReading(tx, deps, decision))
  const decide = (decision: Omit<Decision, 'reason' | 'meterId' | 'source'>) =>
    decideAs(tiny.clerk, {
      reason: '现场核对',
      meterId: here(),
      source: 1,
      ...decision,
    })

  test('is never billed: a register that goes backwards', async () => {
    await installed(here(), { initialWh: 5_000 })
    await reads(here(), [
      [on(1), { energyWh: 10_000 }],
      [on(2), { energyWh: 200 }],
      [on(3), { energyWh: 300 }],
    ])
    expect(await flagsOf(here())).toEqual([0, 1, 1])
    expect((await usage(here(), on(0), on(3)))?.usedWh).toBe(5_000)
    expect(await latestOf(here())).toEqual({ energyWh: 10_000, suspectWh: 300 })
  })

  test('counts from where it stands once accepted, with all that goes on from it', async () => {
    await installed(here(), { initialWh: 5_000 })
    await reads(here(), [
      [on(1), { energyWh: 10_000 }],
      [on(2), { energyWh: 200 }],
      [on(3), { energyWh: 700 }],
    ])
    expect(await decide({ at: on(2), verdict: 'accepted' })).toEqual({ following: 1 })
    expect(await latestOf(here())).toEqual({ energyWh: 700, suspectWh: null })
    await reads(here(), [[on(4), { energyWh: 900 }]])
    expect(await flagsOf(here())).toEqual([0, 1, 1, 0])
    expect((await usage(here(), on(0), on(4)))?.usedWh).toBe(5_000 + 700)
  })

  test('is left out for good when it is rejected, and the old base stands', async () => {
    await installed(here(), { initialWh: 0, maxPowerW: 1_000 })
    await reads(here(), [
      [on(1), { energyWh: 10_000 }],
      [on(2), { energyWh: 900_000 }],
      [on(3), { energyWh: 900_100 }],
    ])
    expect(await flagsOf(here())).toEqual([0, 2, 2])
    expect(await decide({ at: on(2), verdict: 'rejected' })).toEqual({ following: 1 })
    expect(await latestOf(here())).toEqual({ energyWh: 10_000, suspectWh: null })
    await reads(here(), [[on(4), { energyWh: 12_000 }]])
    expect((await usage(here(), on(1), on(4)))?.usedWh).toBe(2_000)
  })

  test('may also be one that nothing spoke against: the base goes back', async () => {
    await installed(here(), { initialWh: 0 })
    await reads(here(), [
      [on(1), { energyWh: 10_000 }],
      [on(2), { energyWh: 60_000 }],
      [on(3), { energyWh: 12_000 }],
    ])
    expect(await flagsOf(here())).toEqual([0, 0, 1])
    await decide({ at: on(2), verdict: 'rejected' })
    expect(await latestOf(here())).toEqual({ energyWh: 10_000, suspectWh: 12_000 })
    await decide({ at: on(3), verdict: 'accepted' })
    expect(await latestOf(here())).toEqual({ energyWh: 12_000, suspectWh: null })
    expect((await usage(here(), on(1), on(3)))?.usedWh).toBe(2_000)
  })

  test('is decided with an audit row, a reason, and by people who see the meter', async () => {
    await installed(here(), { initialWh: 5_000 })
    await reads(here(), [[on(1), { energyWh: 100 }]])
    const nothing = { at: on(2), verdict: 'accepted' } as const
    await expect(decide(nothing)).rejects.toThrow('not_found')
    const wrong = {
      meterId: here(),
      at: on(1),
      source: 1,
      verdict: 'accepted',
      reason: ' ',
    } as const
    await expect(decideAs(tiny.clerk, wrong)).rejects.toThrow('invalid_input')
    const stranger = { ...tiny.clerk, complexes: [] }
    const right = { ...wrong, reason: '换表' }
    await expect(decideAs(stranger, right)).rejects.toThrow('not_found')
    await decideAs(tiny.clerk, right)
    const rows = await inTx((tx) =>
      tx.query<{ action: string; after: { flags: string[]; reason: string } }>(
        'select action, after from audit where subject = $1',
        [`meter/${here()}`],
      ),
    )
    expect(rows).toMatchObject([
      { action: 'reading.accept', after: { flags: ['backwards'], reason: '换表' } },
    ])
  })

  test('the newest decision holds', async () => {
    await installed(here(), { initialWh: 5_000 })
    await reads(here(), [[on(1), { energyWh: 100 }]])
    await decide({ at: on(1), verdict: 'accepted' })
    await decide({ at: on(1), verdict: 'rejected' })
    const count = await inTx((tx) =>
      tx.query('select 1 from billable_reading where meter_id = $1', [here()]),
    )
    expect(count).toEqual([])
  })
})

test('what arrives late corrects the boundary it is nearest to', async () => {
  await installed(here(), { initialWh: 0 })
  await reads(here(), [
    [on(0, 20), { energyWh: 2_000 }],
    [on(1, 9), { energyWh: 3_300 }],
  ])
  expect((await usage(here(), on(0), on(1)))?.usedWh).toBe(2_000)
  const late = { energyWh: 2_400, pushed: true, receivedAt: on(1, 10) } as const
  await reads(here(), [[on(1), late]])
  expect(await usage(here(), on(0), on(1))).toMatchObject({ usedWh: 2_400, exact: true })
  expect(await flagsOf(here())).toEqual([0, 16, 0])
})

test('what nobody knows is not nothing', async () => {
  await installed(here(), {})
  expect(await usage(here(), on(0), on(1))).toBeNull()
  expect(await usage(here(), plusMs(START, -DAY_MS), START)).toBeNull()
})
