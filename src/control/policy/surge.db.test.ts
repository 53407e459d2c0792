import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlRig, controlRig, only } from '../../../test/control-rig.ts'
import { buildStreet, readNow } from '../../../test/dark-town.ts'
import type { LyingMeter } from '../../../test/lying-meter.ts'
import { complexFacts } from '../../alarms/complex-facts.ts'
import { systemScope } from '../../ports/database.ts'
import { must } from '../../shared/assert.ts'
import { plusMs, sqlTime } from '../../shared/clock.ts'
import { type MeterId, type Uuid, uuid } from '../../shared/ids.ts'
import { batchById } from '../batch-view-store.ts'
import { resumeBatch, stopBatch } from '../batches.ts'
import { reviewCentreMode } from '../centre-review.ts'
import { commandById } from '../commands.ts'
import { passTrip, tripRoom } from './interlock-pass.ts'
import { releaseSurge } from './surge.ts'
import { openSurges } from './surge-store.ts'

let rig: ControlRig
beforeAll(async () => {
  rig = await controlRig()
  rig.can = { ...rig.can, replayGuard: 'none' }
})
afterAll(() => rig.drop())

const rich = (many: number): number[] => Array.from({ length: many }, () => 100_000)
const poor = (many: number): number[] => Array.from({ length: many }, () => -500)

const PASS_MS = 61_000
const MINUTE_MS = 60_000

const commandsFor = (meters: readonly MeterId[]) =>
  rig.rows<{ id: Uuid }>(
    'select command_id as id from command where complex_id = $1 and meter_id = any ($2)',
    [rig.complex.complexId, meters],
  )

const surges = () =>
  rig.deps.db.as(rig.complex.clerk, (tx) => openSurges(tx, rig.complex.complexId))

describe('all balances are read as zero by a broken gateway', () => {
  test('nobody there is tripped, while forty true debtors elsewhere are, in time', async () => {
    const broken = await buildStreet(rig, { code: 'B', mode: 'centre', balancesFen: rich(60) })
    const wallets = await buildStreet(rig, { code: 'W', mode: 'meter', balancesFen: rich(30) })
    const stale = await buildStreet(rig, { code: 'S', mode: 'centre', balancesFen: poor(30) })
    const sound: MeterId[] = []
    const debtors: LyingMeter[] = []
    for (const [code, many] of [
      ['X', 14],
      ['Y', 13],
      ['Z', 13],
    ] as const) {
      const balancesFen = [...poor(many), ...rich(40 - many)]
      const street = await buildStreet(rig, { code, mode: 'centre', balancesFen })
      sound.push(...street)
      debtors.push(...street.slice(0, many).map((meterId) => rig.hang({}, meterId)))
    }
    const anHourAgo = sqlTime(plusMs(rig.clock.now(), -60 * MINUTE_MS))
    await rig.rows('update latest set energy_at = $2 where meter_id = any ($1)', [stale, anHourAgo])
    await rig.rows('update latest set balance_fen = 0 where meter_id = any ($1)', [wallets])
    const dark = () => debtors.filter(({ relay }) => relay === 'tripped')
    const begun = rig.clock.now()
    const perPass: number[] = []
    while (dark().length < debtors.length && rig.clock.now() - begun < 8 * MINUTE_MS) {
      const before = dark().length
      await readNow(rig, sound)
      await readNow(rig, wallets)
      // A register that no shop could have reached: whatever was paid is used up.
      await readNow(rig, broken, 1_000_000_000)
      await reviewCentreMode(rig.deps)
      while (await rig.round());
      for (const meter of debtors) await rememberRelay(meter)
      perPass.push(dark().length - before)
      rig.clock.skip(PASS_MS)
    }
    expect(dark()).toHaveLength(40)
    expect(rig.clock.now() - begun).toBeLessThanOrEqual(7 * MINUTE_MS)
    expect(Math.max(...perPass)).toBeLessThanOrEqual(10)
    expect(await commandsFor([...broken, ...wallets, ...stale])).toEqual([])
    const soundOnes = sound.filter((id) => !debtors.some(({ driver }) => driver.meterId === id))
    expect(await commandsFor(soundOnes)).toEqual([])
    const counts = { due: 60, sent: 0, seen: 0 }
    expect(await surges()).toMatchObject([
      { scopeKind: 'gateway', ...counts },
      { scopeKind: 'feeder', scopeKey: 'B', ...counts },
    ])
    const { facts } = await rig.deps.db.as(systemScope('test'), (tx) =>
      complexFacts(tx, rig.complex.complexId),
    )
    expect(facts.surge).toMatchObject({ surges: 2, meters: 60 })
  })

  test('once it is mended and a person has looked, nothing is tripped either', async () => {
    const broken = await rig.rows<{ id: MeterId }>(
      `select meter_id as id from meter where complex_id = $1 and no ~ '^B[0-9]+$'`,
      [rig.complex.complexId],
    )
    const meters = broken.map(({ id }) => id)
    const { clerk, complexId } = rig.complex
    for (const { surgeId } of await surges()) {
      const release = () =>
        rig.deps.db.as(clerk, (tx) =>
          releaseSurge(tx, rig.deps.ids, complexId, surgeId, '已检查采集器'),
        )
      expect(await release()).toMatchObject({ reason: '已检查采集器' })
      await expect(release()).rejects.toMatchObject({ code: 'surge_released' })
    }
    await readNow(rig, meters)
    await reviewCentreMode(rig.deps)
    expect(await surges()).toEqual([])
    expect(await commandsFor(meters)).toEqual([])
  })
})

/** As the next poll would have stored it. */
const rememberRelay = ({ driver, relay }: LyingMeter) =>
  rig.rows('update latest set relay = $2 where meter_id = $1', [driver.meterId, relay])

test('meters that trip by themselves are a surge, but not those first seen tripped', async () => {
  rig.clock.skip(60 * MINUTE_MS)
  const { complexId } = rig.complex
  const street = await buildStreet(rig, { code: 'Q', mode: 'meter', balancesFen: rich(44) })
  const episodes = (
    meters: readonly MeterId[],
    relay: string,
    since: number,
    until: number | null,
  ) =>
    rig.rows(
      `insert into relay_episode (complex_id, meter_id, since, until, relay, cause)
       select $1, unnest($2::integer[]), $3, $4, $5, 'arrears'`,
      [
        ...[complexId, meters, sqlTime(plusMs(rig.clock.now(), since))],
        ...[until === null ? null : sqlTime(plusMs(rig.clock.now(), until)), relay],
      ],
    )
  const [fresh, lit] = [street.slice(0, 22), street.slice(22)]
  await episodes(fresh, 'tripped', -MINUTE_MS, null)
  await reviewCentreMode(rig.deps)
  expect(await surges()).toEqual([])
  await episodes(lit, 'closed', -60 * MINUTE_MS, -MINUTE_MS)
  await episodes(lit, 'tripped', -MINUTE_MS, null)
  await reviewCentreMode(rig.deps)
  expect(await surges()).toMatchObject([
    { scopeKind: 'gateway', seen: 22, due: 0 },
    { scopeKind: 'feeder', scopeKey: 'Q' },
  ])
})

describe('a batch that trips where a surge is raised', () => {
  const batchOf = async (meters: readonly MeterId[]) => {
    const command = await rig.send({
      ...{ kind: 'setMode', meterIds: meters, params: { mode: 'tripped', reason: '清场' } },
    })
    return uuid(command.commandId)
  }
  const stateOf = (batch: Uuid) =>
    rig.deps.db.as(rig.complex.clerk, async (tx) => {
      const { state, pauseReason } = must(await batchById(tx, batch), 'the batch').summary
      return pauseReason === '' ? state : `${state} ${pauseReason}`
    })

  test('pauses itself until a person has released the surge and lets it go on', async () => {
    const { complexId, clerk } = rig.complex
    const there = await buildStreet(rig, { code: 'T', mode: 'centre', balancesFen: rich(26) })
    const elsewhere = await buildStreet(rig, { code: 'E', mode: 'centre', balancesFen: rich(4) })
    const meters = there.slice(0, 3).map((meterId) => rig.hang({}, meterId))
    const before = (await surges()).map(({ surgeId }) => surgeId)
    const [batch, other] = [await batchOf(there.slice(0, 3)), await batchOf(elsewhere)]
    await readNow(rig, there.slice(3), 1_000_000_000)
    await reviewCentreMode(rig.deps)
    expect([await stateOf(batch), await stateOf(other)]).toEqual(['paused surge', 'running'])
    const raised = (await surges()).filter(({ surgeId }) => !before.includes(surgeId))
    expect(raised.map(({ scopeKind }) => scopeKind).sort()).toEqual(['feeder', 'gateway'])
    const { facts } = await rig.deps.db.as(systemScope('test'), (tx) => complexFacts(tx, complexId))
    expect(facts.surge).toMatchObject({ surges: before.length + 2 })
    while (await rig.round());
    expect(meters.map(({ relay }) => relay)).toEqual(['closed', 'closed', 'closed'])

    await resumeBatch(rig.deps, clerk, batch)
    await reviewCentreMode(rig.deps)
    expect(await stateOf(batch)).toBe('running')
    while (await rig.round());
    expect(meters.map(({ relay }) => relay)).toEqual(['closed', 'closed', 'closed'])

    for (const { surgeId } of raised)
      await rig.deps.db.as(clerk, (tx) =>
        releaseSurge(tx, rig.deps.ids, complexId, surgeId, '已看'),
      )
    for (let i = 0; i < 20 && meters.some(({ relay }) => relay === 'closed'); i++) {
      rig.clock.skip(PASS_MS)
      while (await rig.round());
    }
    expect(meters.map(({ relay }) => relay)).toEqual(['tripped', 'tripped', 'tripped'])
  })
})

describe('at most so many trips a minute', () => {
  test('however many ask at the same moment, and a person’s single one passes', async () => {
    rig.clock.skip(2 * MINUTE_MS)
    const { complexId, clerk } = rig.complex
    const street = await buildStreet(rig, { code: 'P', mode: 'centre', balancesFen: rich(12) })
    const all = await rig.send({
      ...{ kind: 'setMode', meterIds: street, params: { mode: 'tripped' } },
    })
    const keys = all.items.map(({ commandId }) => uuid(commandId))
    const ask = (commandId: Uuid) =>
      rig.deps.db.as(systemScope('control', [complexId]), (tx) =>
        passTrip(tx, { complexId, commandId }),
      )
    await rig.rows('update point set feeder = point_id::text where complex_id = $1', [complexId])
    const answers = await Promise.all(keys.map(ask))
    expect(answers.filter(({ pass }) => pass)).toHaveLength(10)
    const again = await Promise.all(keys.map(ask))
    expect(again.map(({ pass }) => pass)).toEqual(answers.map(({ pass }) => pass))
    const room = await rig.deps.db.as(clerk, (tx) => tripRoom(tx, complexId))
    expect(room).toMatchObject({ perMinute: 10, left: 0, stopped: false })
    const single = await rig.order(rig.hang(), 'tripped')
    expect(await ask(uuid(only(single).commandId))).toEqual({ pass: true })
  })

  test('keep-power stays on while its trip waits, and what waits can be stopped', async () => {
    rig.clock.skip(2 * MINUTE_MS)
    const street = await buildStreet(rig, { code: 'K', mode: 'centre', balancesFen: rich(7) })
    const meters = street.map((meterId) => rig.hang({ kept: true }, meterId))
    const sent = await rig.send({
      ...{ kind: 'setMode', meterIds: street, params: { mode: 'tripped' } },
    })
    while (await rig.round());
    const [dark, lit] = [5, 2]
    const shown = () => meters.map(({ relay, kept }) => `${relay} ${kept}`).sort()
    const expected = [
      ...Array.from({ length: lit }, () => 'closed true'),
      ...Array.from({ length: dark }, () => 'tripped false'),
    ]
    expect(shown()).toEqual(expected)
    await stopBatch(rig.deps, rig.complex.clerk, uuid(sent.commandId))
    rig.clock.skip(2 * MINUTE_MS)
    while (await rig.round());
    expect(shown()).toEqual(expected)
    const { items } = await commandById(rig.deps, rig.complex.clerk, uuid(sent.commandId))
    expect(items.filter(({ state }) => state === 'cancelled')).toHaveLength(lit)
  })
})
