import { afterAll, beforeAll, expect, test } from 'vitest'
import { type WriterRig, writerRig } from '../../../test/writer-rig.ts'
import { ownerQuery } from '../../adapters/owner-query.ts'
import { systemClock } from '../../adapters/system.ts'
import { fen } from '../../ledger/money.ts'
import { systemScope, type Tx } from '../../ports/database.ts'
import { must } from '../../shared/assert.ts'
import { type Instant, instant, plusMs } from '../../shared/clock.ts'
import { wh } from '../../shared/energy.ts'
import { type ComplexId, meterId } from '../../shared/ids.ts'
import { ensurePartitions, monthsNeeded } from './partitions.ts'
import type { PollResult } from './poll-result.ts'
import type { Origin, Writer } from './writer.ts'

let rig: WriterRig
const scope = systemScope('test')
/** The application's role may not create tables; the owner does. */
const owner = (sql: string) => ownerQuery(rig.database.ownerUrl)(sql)

beforeAll(async () => {
  rig = await writerRig(5)
})
afterAll(() => rig.database.drop())

const meterAt = (place: number) =>
  must(rig.tiny.meters[place], 'a meter of the tiny complex').meterId

const status = (place: number, at: Instant, balance: number): PollResult => ({
  meterId: meterAt(place),
  gatewayId: rig.gatewayId,
  at,
  onDemand: false,
  kind: 'status',
  outcome: {
    ok: true,
    value: {
      at,
      money: {
        remainingFen: fen(Math.max(0, balance)),
        overdraftFen: fen(Math.max(0, -balance)),
        balanceFen: fen(balance),
        count: 1,
        customerNo: '000000000001',
        opened: true,
      },
      electrical: null,
      energyWh: null,
      relay: 'closed',
      kept: false,
      statusWord: 0x0200,
      powerW: null,
    },
  },
})
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
    value: {
      at,
      energyWh: wh(shows(place, used)),
      tariffsWh: [wh(1), null, wh(3)],
      reverseWh: wh(0),
    },
  },
})
const silent = (place: number, at: Instant): PollResult => ({
  meterId: meterAt(place),
  gatewayId: rig.gatewayId,
  at,
  onDemand: false,
  kind: 'status',
  outcome: { ok: false, reason: 'timeout', detail: '', mayRetry: true },
})

const stored = async (writer: Writer, ...results: PollResult[]): Promise<void> => {
  for (const result of results) writer.add(rig.origin, { result })
  await writer.flush()
}
type Latest = {
  seq: number
  energyWh: number | null
  energyAt: Instant | null
  suspectWh: number | null
  balanceFen: number | null
  silentSince: Instant | null
  fault: string | null
}
const latestOf = async (place: number): Promise<Latest | undefined> => {
  const rows = await rig.database.db.as(scope, (tx) =>
    tx.query<Latest>(
      `select seq, energy_wh as "energyWh", energy_at as "energyAt", balance_fen as "balanceFen",
         suspect_wh as "suspectWh", silent_since as "silentSince", fault
       from latest where complex_id = $1 and meter_id = $2`,
      [rig.tiny.complexId, meterAt(place)],
    ),
  )
  return rows[0]
}
const readingsOf = (place: number) =>
  rig.database.db.as(scope, (tx) =>
    tx.query<{ energyWh: number | null; flags: number; tariffs: string | null }>(
      `select energy_wh as "energyWh", flags, tariffs_wh::text as tariffs from reading
       where complex_id = $1 and meter_id = $2 order by at, source`,
      [rig.tiny.complexId, meterAt(place)],
    ),
  )

test('a reading is a row and a latest value, and each write moves the seq', async () => {
  const writer = rig.writerWith()
  const at = systemClock.now()
  await stored(writer, energy(0, at, 100), status(0, at, 500))
  const first = await latestOf(0)
  expect(first).toMatchObject({ energyWh: shows(0, 100), energyAt: at, balanceFen: 500 })
  await stored(writer, status(0, plusMs(at, 1_000), 499))
  const second = await latestOf(0)
  expect(second).toMatchObject({ energyWh: shows(0, 100), energyAt: at, balanceFen: 499 })
  expect(second?.seq).toBeGreaterThan(first?.seq ?? 0)
  expect(await readingsOf(0)).toMatchObject([
    { energyWh: shows(0, 100), flags: 0, tariffs: '{1,NULL,3}' },
    { energyWh: null },
  ])
  await writer.stop()
})

test('silence overwrites no value, and the next answer ends it', async () => {
  const writer = rig.writerWith()
  const at = systemClock.now()
  await stored(writer, status(1, at, 500))
  await stored(writer, silent(1, plusMs(at, 1_000)))
  await stored(writer, silent(1, plusMs(at, 2_000)))
  expect(await latestOf(1)).toMatchObject({
    balanceFen: 500,
    silentSince: plusMs(at, 1_000),
    fault: 'timeout',
  })
  await stored(writer, status(1, plusMs(at, 3_000), 490))
  expect(await latestOf(1)).toMatchObject({ balanceFen: 490, silentSince: null, fault: null })
  await writer.stop()
})

test('a register that goes backwards is kept and flagged, and not shown as latest', async () => {
  const writer = rig.writerWith()
  const at = systemClock.now()
  await stored(writer, energy(2, at, 100))
  await stored(writer, energy(2, plusMs(at, 1_000), 40))
  await stored(writer, energy(2, plusMs(at, 2_000), 60))
  await stored(writer, energy(2, plusMs(at, 3_000), 110))
  expect(await latestOf(2)).toMatchObject({
    energyWh: shows(2, 110),
    energyAt: plusMs(at, 3_000),
    suspectWh: shows(2, 60),
  })
  expect(writer.counters.flagged).toMatchObject({ backwards: 2, jump: 0 })
  expect((await readingsOf(2)).map(({ flags }) => flags)).toEqual([0, 1, 1, 0])
  await writer.stop()
})

test('a master that lost its lease writes nothing and is told', async () => {
  const fenced: Origin[] = []
  const writer = rig.writerWith({ onFenced: (one) => fenced.push(one) })
  const at = systemClock.now()
  await stored(writer, status(3, at, 500))
  await rig.lease(2)
  await stored(writer, status(3, plusMs(at, 1_000), 400))
  writer.add(rig.origin, { change: { gatewayId: rig.gatewayId, online: false, at, fault: 'x' } })
  await writer.flush()
  expect(await latestOf(3)).toMatchObject({ balanceFen: 500 })
  expect(fenced.map(({ token }) => token)).toEqual([1, 1])
  expect(writer.counters.fenced).toBe(2)
  await rig.lease(1)
  await writer.stop()
})

test('what follows from a reading commits with it or not at all', async () => {
  const seen: number[] = []
  const failing = rig.writerWith({
    pollHooks: [
      async (tx: Tx, complex: ComplexId, results) => {
        seen.push(results.length)
        await tx.query('select 1 / $1::integer from complex where complex_id = $2', [
          results.length > 1 ? 1 : 0,
          complex,
        ])
      },
    ],
    onDropped: () => {},
  })
  const at = plusMs(systemClock.now(), 60_000)
  await stored(failing, status(4, at, 77))
  expect(await latestOf(4)).toBeUndefined()
  expect(failing.counters.dropped).toBe(1)
  await stored(failing, status(4, at, 78), status(0, at, 79))
  expect(await latestOf(4)).toMatchObject({ balanceFen: 78 })
  expect(seen).toEqual([1, 2])
  await failing.stop()
})

test('one result that can never be stored does not take the others with it', async () => {
  const dropped: unknown[] = []
  const writer = rig.writerWith({ onDropped: (error) => dropped.push(error) })
  const at = plusMs(systemClock.now(), 120_000)
  const stranger = { ...status(0, at, 1), meterId: meterId(999_999) }
  await stored(writer, status(0, at, 11), stranger, status(1, at, 12))
  expect(dropped).toHaveLength(1)
  expect(await latestOf(0)).toMatchObject({ balanceFen: 11 })
  expect(await latestOf(1)).toMatchObject({ balanceFen: 12 })
  await writer.stop()
})

test('two writers of one complex never give the same seq', async () => {
  const writers = [rig.writerWith(), rig.writerWith()]
  const at = plusMs(systemClock.now(), 180_000)
  await Promise.all(
    Array.from({ length: 40 }, (_, i) => {
      const writer = must(writers[i % 2], 'a writer')
      return stored(writer, status(i % 2, plusMs(at, i), i), status(2 + (i % 2), plusMs(at, i), i))
    }),
  )
  const [one, two] = [await latestOf(0), await latestOf(1)]
  expect(one?.seq).not.toBe(two?.seq)
  for (const writer of writers) await writer.stop()
})

test('the state of a gateway keeps the moment it began', async () => {
  const changes: number[] = []
  const writer = rig.writerWith({
    gatewayHooks: [
      async (_tx, _complex, told) => {
        changes.push(told.length)
      },
    ],
  })
  const at = systemClock.now()
  const tell = async (online: boolean, ms: number) => {
    writer.add(rig.origin, {
      change: { gatewayId: rig.gatewayId, online, at: plusMs(at, ms), fault: null },
    })
    await writer.flush()
  }
  await tell(false, 0)
  await tell(false, 1_000)
  const read = () =>
    rig.database.db.as(scope, (tx) =>
      tx.query('select online, since from gateway_latest where gateway_id = $1', [rig.gatewayId]),
    )
  expect(await read()).toEqual([{ online: false, since: at }])
  await tell(true, 2_000)
  expect(await read()).toEqual([{ online: true, since: plusMs(at, 2_000) }])
  expect(changes).toEqual([1, 1, 1])
  await writer.stop()
})

test('month partitions reach from thirteen back to thirteen ahead, and are made once', async () => {
  const now = instant(Date.UTC(2026, 10, 22))
  const names = monthsNeeded(now).map(({ year, month }) => `${year}-${month}`)
  expect([names[0], names[13], names.at(-1)]).toEqual(['2025-10', '2026-11', '2027-12'])
  expect(await ensurePartitions(owner, systemClock.now())).toEqual([])
  const later = plusMs(systemClock.now(), 40 * 24 * 3_600_000)
  expect((await ensurePartitions(owner, later)).length).toBeGreaterThan(0)
})

test('the application reads no partition past the row policy', async () => {
  const direct = rig.database.db.as(scope, (tx) => tx.query('select * from reading_2027_01'))
  await expect(direct).rejects.toThrow(/permission denied/)
})
