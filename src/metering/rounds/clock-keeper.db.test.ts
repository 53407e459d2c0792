import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../../test/database.ts'
import { createManualClock, type ManualClock } from '../../../test/manual-clock.ts'
import { SOUND_METER, type TinyComplex, tinyComplex } from '../../../test/tiny-complex.ts'
import { systemIds } from '../../adapters/system.ts'
import { systemScope } from '../../ports/database.ts'
import type { Log } from '../../ports/log.ts'
import { must } from '../../shared/assert.ts'
import { instant, plusMs, sqlTime } from '../../shared/clock.ts'
import type { MeterId } from '../../shared/ids.ts'
import type { MeterDriver } from '../driver.ts'
import { type ClockKeeperDeps, keepClocks, startClockKeeper } from './clock-keeper.ts'

const HOUR_MS = 3_600_000
/** 10:12 in Shanghai. */
const START = instant(Date.UTC(2026, 10, 22, 2, 12))
const system = systemScope('test')
const quiet: Log = { info: () => {}, warn: () => {}, error: () => {} }
const going = new AbortController().signal

let clock: ManualClock
let database: TestDatabase
let tiny: TinyComplex
/** meter − centre, as the meters themselves stand. */
let offsets: Map<MeterId, number>
let asked: string[]

beforeAll(async () => {
  clock = createManualClock(START)
  database = await freshDatabase({ clock })
  tiny = await tinyComplex(database.db, { meters: 3 })
})
afterAll(() => database.drop())
beforeEach(async () => {
  await clock.advance(24 * HOUR_MS)
  offsets = new Map(tiny.meters.map(({ meterId }) => [meterId, 0]))
  asked = []
  await sql(`update complex set settings = '{}'`)
  await sql('delete from command')
})

const sql = (text: string, params: unknown[] = []) =>
  database.db.as(system, (tx) => tx.query<Record<string, unknown>>(text, params))
const meter = (place: number): MeterId => must(tiny.meters[place], 'a meter').meterId

/** What the collector does with a clock that was read. */
const measured = (meterId: MeterId, offsetMs: number) =>
  sql(
    `insert into latest (complex_id, meter_id, seq, clock_offset_ms, clock_at)
     values ($1, $2::integer, $2::integer, $3, $4)
     on conflict (complex_id, meter_id) do update set clock_offset_ms = $3, clock_at = $4`,
    [tiny.complexId, meterId, offsetMs, sqlTime(clock.now())],
  )

const driverOf = (meterId: MeterId, hears: boolean): MeterDriver => {
  const unused = () => Promise.reject(new Error('nobody asks for this'))
  return {
    meterId,
    model: 'dlt645-prepaid-1p',
    readWallet: unused,
    readStatus: unused,
    readEnergy: unused,
    readRelay: unused,
    readFreeze: unused,
    openAccount: unused,
    recharge: unused,
    reduce: unused,
    initialiseWallet: unused,
    orderRelay: unused,
    readClock: async () => {
      await clock.advance(1_000)
      const offsetMs = offsets.get(meterId) ?? 0
      asked.push(`read ${meterId - meter(0)}`)
      await measured(meterId, offsetMs)
      return { ok: true, value: { at: clock.now(), offsetMs } }
    },
    setClock: async () => {
      asked.push(`write ${meterId - meter(0)}`)
      if (hears) offsets.set(meterId, 0)
      return { ok: true, value: { answered: 'accepted' } }
    },
  }
}

const deps = (hears = true): ClockKeeperDeps => ({
  db: database.db,
  clock,
  ids: systemIds,
  log: quiet,
  drivers: { of: (meterId) => driverOf(meterId, hears) },
  broadcastTime: async () => {
    asked.push('broadcast')
    if (hears)
      for (const [meterId, offset] of offsets)
        if (Math.abs(offset) <= 300_000) offsets.set(meterId, 0)
    return { ok: true, value: null }
  },
  capabilitiesOf: () => SOUND_METER,
})

const standing = async (...off: number[]) => {
  for (const [place, offsetMs] of off.entries()) {
    offsets.set(meter(place), offsetMs)
    await measured(meter(place), offsetMs)
  }
}
const corrections = () =>
  sql(
    `select kind, meter_id - $1 as place, offset_before_ms as before, offset_after_ms as after,
       outcome from clock_correction where at > $2 order by at`,
    [meter(0), sqlTime(plusMs(clock.now(), -12 * HOUR_MS))],
  )
const audited = () =>
  sql(`select action from audit where at > $1 and action like 'clock.%' order by at`, [
    sqlTime(plusMs(clock.now(), -12 * HOUR_MS)),
  ])

test('clocks a little off are told the time once, and read back', async () => {
  await standing(90_000, -70_000, 5_000)
  await keepClocks(deps(), going)
  expect(asked).toEqual(['broadcast', 'read 0', 'read 1'])
  expect(await corrections()).toEqual([
    { kind: 'broadcast', place: null, before: 90_000, after: null, outcome: 'told' },
  ])
  expect(await audited()).toEqual([{ action: 'clock.broadcast' }])
  asked = []
  await keepClocks(deps(), going)
  expect(asked).toEqual([])
})

test('a clock far off is written alone, and what was read back is recorded', async () => {
  await standing(0, 400_000, 0)
  await keepClocks(deps(), going)
  expect(asked).toEqual(['write 1', 'read 1'])
  expect(await corrections()).toEqual([
    { kind: 'write', place: 1, before: 400_000, after: 0, outcome: 'confirmed' },
  ])
  expect(await audited()).toEqual([{ action: 'clock.write' }])
})

test('one that a broadcast did not mend is written, and then left in peace', async () => {
  await standing(90_000, 0, 0)
  await keepClocks(deps(false), going)
  await keepClocks(deps(false), going)
  await keepClocks(deps(false), going)
  expect(asked).toEqual(['broadcast', 'read 0', 'write 0', 'read 0'])
  expect((await corrections()).map(({ outcome }) => outcome)).toEqual(['told', 'not confirmed'])
})

test('one that the line lost is repeated soon, and left in peace after the third', async () => {
  await standing(400_000, 0, 0)
  const lost: ClockKeeperDeps = {
    ...deps(),
    drivers: {
      of: (meterId) => ({
        ...driverOf(meterId, false),
        setClock: async () => {
          asked.push('write')
          return { ok: false, reason: 'timeout', detail: '', mayRetry: true }
        },
      }),
    },
  }
  const writesIn: number[] = []
  for (let look = 0; look < 5; look += 1) {
    asked = []
    await keepClocks(lost, going)
    writesIn.push(asked.filter((one) => one === 'write').length)
    await clock.advance(HOUR_MS / 2)
    await measured(meter(0), 400_000)
  }
  expect(writesIn).toEqual([1, 1, 1, 0, 0])
})

test('never while a relay order is on its way to it', async () => {
  await standing(400_000, 0, 0)
  await sql(
    `insert into batch (complex_id, batch_id, kind, params, request_id, created_at)
     values ($1, '00000000-0000-7000-8000-000000000001', 'setMode', '{}', 'r', $2)`,
    [tiny.complexId, sqlTime(clock.now())],
  )
  await sql(
    `insert into command (complex_id, command_id, batch_id, kind, meter_id, params, state,
       deadline, queued_at)
     values ($1, '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001',
       'setMode', $2, '{}', 'sent', $3, $3)`,
    [tiny.complexId, meter(0), sqlTime(clock.now())],
  )
  await keepClocks(deps(), going)
  expect(asked).toEqual([])
  await sql(`update command set state = 'confirmed'`)
  await keepClocks(deps(), going)
  expect(asked).toEqual(['write 0', 'read 0'])
})

test('where it is switched off nothing is sent', async () => {
  await sql(`update complex set settings = '{"clockCorrection": "off"}'`)
  await standing(400_000, 90_000, 0)
  await keepClocks(deps(), going)
  expect(asked).toEqual([])
})

test('meters that somebody else serves are left to him', async () => {
  await standing(400_000, 0, 0)
  await keepClocks({ ...deps(), drivers: { of: () => null } }, going)
  expect(asked).toEqual([])
})

test('it looks once a minute, and stops when told', async () => {
  await standing(400_000, 0, 0)
  const still = { ...clock, sleep: () => new Promise<void>((done) => setImmediate(done)) }
  const keeper = startClockKeeper({ ...deps(), clock: still })
  await keeper.stop()
  expect(asked).toEqual([])
})
