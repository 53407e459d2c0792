import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type WriterRig, writerRig } from '../../../test/writer-rig.ts'
import { systemClock } from '../../adapters/system.ts'
import { systemScope } from '../../ports/database.ts'
import { must } from '../../shared/assert.ts'
import { type Instant, instant, plusMs } from '../../shared/clock.ts'
import { wh } from '../../shared/energy.ts'
import { meterId } from '../../shared/ids.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { PollResult } from './poll-result.ts'
import type { WriterDeps } from './writer.ts'

let rig: WriterRig
const scope = systemScope('test')

beforeAll(async () => {
  rig = await writerRig(5)
})
afterAll(() => rig.database.drop())

const meterAt = (place: number) =>
  must(rig.tiny.meters[place], 'a meter of the tiny complex').meterId
/** `used` Wh above what the register showed when the meter was installed. */
const shows = (place: number, used: number): number =>
  must(rig.tiny.definition.meters[place], 'a meter of the tiny complex').initialWh + used
const energy = (place: number, at: Instant, used: number): PollResult => ({
  meterId: meterAt(place),
  gatewayId: rig.gatewayId,
  at,
  onDemand: false,
  kind: 'energy',
  outcome: {
    ok: true,
    value: { at, energyWh: wh(shows(place, used)), tariffsWh: null, reverseWh: wh(0) },
  },
})
type Row = { at: Instant; told: Instant | null; energyWh: number; source: number; flags: number }
const readingsOf = (place: number) =>
  rig.database.db.as(scope, (tx) =>
    tx.query<Row>(
      `select at, told_at as told, energy_wh as "energyWh", source, flags from reading
       where complex_id = $1 and meter_id = $2 order by at, source`,
      [rig.tiny.complexId, meterAt(place)],
    ),
  )

describe('results that must be safe before anybody is told', () => {
  const pushed = (place: number, at: Instant, used: number): PollResult => ({
    ...energy(place, at, used),
    at: plusMs(at, 5_000),
    pushed: true,
  })

  test('are safe when the promise resolves, and a repetition is stored once', async () => {
    const writer = rig.writerWith()
    const at = plusMs(systemClock.now(), -600_000)
    await writer.addDurably(rig.origin, [pushed(3, at, 10), pushed(3, plusMs(at, 60_000), 20)])
    const before = await readingsOf(3)
    await writer.addDurably(rig.origin, [pushed(3, at, 10), pushed(3, plusMs(at, 60_000), 20)])
    expect(await readingsOf(3)).toEqual(before)
    expect(before.slice(0, 2)).toMatchObject([
      { energyWh: shows(3, 10) },
      { energyWh: shows(3, 20) },
    ])
    await writer.addDurably(rig.origin, [])
    await writer.stop()
  })

  test('are tried again for as long as the database takes', async () => {
    let refusals = 2
    const db: WriterDeps['db'] = {
      ...rig.database.db,
      as: (who, run, kind) => {
        refusals -= 1
        if (refusals >= 0) return Promise.reject(new Refusal('database_unavailable'))
        return rig.database.db.as(who, run, kind)
      },
    }
    const clock = { ...systemClock, sleep: () => systemClock.sleep(1) }
    const writer = rig.writerWith({ db, clock })
    const at = plusMs(systemClock.now(), -300_000)
    await writer.addDurably(rig.origin, [pushed(4, at, 5)])
    expect(refusals).toBeLessThan(0)
    expect((await readingsOf(4)).map(({ energyWh }) => energyWh)).toContain(shows(4, 5))
    await writer.stop()
  })

  test('are told as lost where nothing can make them safe', async () => {
    const writer = rig.writerWith({ onDropped: () => {} })
    const at = systemClock.now()
    const stranger = { ...pushed(0, at, 1), meterId: meterId(999_999) }
    await expect(writer.addDurably(rig.origin, [stranger])).rejects.toThrow()
    const stolen = writer.addDurably({ ...rig.origin, token: 77 }, [pushed(0, at, 1)])
    await expect(stolen).rejects.toThrow(/another process/)
    await writer.stop()
    await expect(writer.addDurably(rig.origin, [pushed(0, at, 1)])).rejects.toThrow(/stopped/)
  })
})

test('a freeze is a row of its own moment, and the state of freezes only moves on', async () => {
  const writer = rig.writerWith()
  const now = systemClock.now()
  const frozen = (hoursAgo: number, used: number, backfill: boolean): PollResult => ({
    ...energy(2, now, 0),
    kind: 'freeze',
    which: 'daily',
    backfill,
    outcome: {
      ok: true,
      value: {
        frozenAt: plusMs(now, -hoursAgo * 3_600_000),
        energyWh: wh(shows(2, used)),
        tariffsWh: null,
        reverseWh: null,
      },
    },
  })
  await writer.addDurably(rig.origin, [frozen(24, -200, false)])
  await writer.addDurably(rig.origin, [frozen(48, -300, true)])
  const state = await rig.database.db.as(scope, (tx) =>
    tx.query('select which, frozen_at as at from freeze_state where meter_id = $1', [meterAt(2)]),
  )
  expect(state).toEqual([{ which: 'daily', at: plusMs(now, -24 * 3_600_000) }])
  const rows = await readingsOf(2)
  expect(rows).toMatchObject([
    { source: 3, flags: 64, at: plusMs(now, -48 * 3_600_000) },
    { source: 3, flags: 16, at: plusMs(now, -24 * 3_600_000) },
  ])
  await writer.stop()
})

test('a clock of the year 2000 loses no reading: it stands at its arrival', async () => {
  const writer = rig.writerWith()
  const now = systemClock.now()
  const told = instant(946_684_800_000)
  await writer.addDurably(rig.origin, [{ ...energy(1, told, 10), at: now, pushed: true }])
  const rows = await readingsOf(1)
  expect(rows).toMatchObject([{ at: now, told, flags: 4, source: 8 }])
  expect(writer.counters.flagged).toMatchObject({ clock: 1, late: 0 })
  await writer.stop()
})
