import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ControlRig, controlRig } from '../../test/control-rig.ts'
import type { Lie, LyingMeter } from '../../test/lying-meter.ts'
import type { Db } from '../ports/database.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { uuid } from '../shared/ids.ts'
import { decideAllRests, pauseBatch, resumeBatch, stopBatch } from './batches.ts'
import { cancelCommand } from './commands.ts'
import { CONTROL_MODES, type ControlMode } from './mode.ts'
import { endOverdueCommands } from './overdue.ts'
import type { RunnerDeps } from './round.ts'
import { seeUnknownLater } from './seen-later.ts'

const SEEDS = [1, 2, 3]
const METERS = 6
const ACTS = 10
const STEPS_MAX = 400
const LIES: readonly Lie[] = [
  'none',
  'none',
  'requestLost',
  'answerLost',
  'refused',
  'refusedThoughDone',
  'acceptedAndIdle',
]

let rig: ControlRig

beforeAll(async () => {
  rig = await controlRig(SEEDS.length * METERS + 4)
  await rig.rows(`update complex set settings = settings || '{"batchCanaryAbove": 4}'`)
  // The interlock has tests of its own; here nothing but faults holds anything back.
  await rig.rows(
    `insert into power_policy (complex_id, settings, reason, saved_at)
     select complex_id, '{"interlock": {"perMinute": 1000, "perFeederMinute": 1000}}', '', now()
     from complex`,
  )
})
afterAll(() => rig.drop())

/** Numbers from a seed: the same walk every time. */
const chance = (seed: number) => {
  let state = seed * 2_654_435_761
  const next = (): number => {
    state = (state ^ (state << 13)) | 0
    state = (state ^ (state >>> 17)) | 0
    state = (state ^ (state << 5)) | 0
    return (state >>> 0) / 2 ** 32
  }
  const pick = <T>(from: readonly T[]): T => must(from[Math.floor(next() * from.length)], 'one')
  return { next, pick, happens: (share: number) => next() < share }
}
type Chance = ReturnType<typeof chance>

class Crash extends Error {}

/** The process dies before one of its next transactions, or after it was committed. */
const dyingDb = (db: Db, luck: Chance): Db => {
  let left = 1 + Math.floor(luck.next() * 6)
  return {
    ...db,
    as: async (scope, run, kind) => {
      left--
      const dies = left === 0
      if (dies && luck.happens(0.5)) throw new Crash()
      const answer = await db.as(scope, run, kind)
      if (dies) throw new Crash()
      return answer
    },
  }
}

/** A late frame: the meter carries out a second time what it was ordered before, while it may. */
const flushHeld = (meter: LyingMeter): void => {
  const last = meter.orders.at(-1)
  if (!last || rig.clock.now() >= last.deadline) return
  if (last.order === 'trip' && !meter.kept) meter.relay = 'tripped'
  if (last.order === 'directClose' || last.order === 'permitClose') meter.relay = 'closed'
  if (last.order === 'keepOn') meter.kept = true
  if (last.order === 'keepOff') meter.kept = false
}

const isOrdered = (meter: LyingMeter, mode: ControlMode): boolean => {
  if (mode === 'tripped') return meter.relay === 'tripped' && !meter.kept
  return mode === 'kept' ? meter.kept && meter.relay !== 'tripped' : !meter.kept
}

type Sent = { id: ReturnType<typeof uuid> }

const actOnce = async (meters: readonly LyingMeter[], sent: Sent[], luck: Chance) => {
  const some = meters.filter(() => luck.happens(0.5))
  const chosen = luck.happens(0.3) ? [luck.pick(meters)] : some
  if (chosen.length > 0 && luck.happens(0.6)) {
    const command = await rig.send({
      kind: 'setMode',
      meterIds: chosen.map(({ driver }) => driver.meterId),
      params: { mode: luck.pick(CONTROL_MODES) },
    })
    sent.push({ id: uuid(command.commandId) })
    return
  }
  if (sent.length === 0) return
  const what = luck.pick([pauseBatch, resumeBatch, resumeBatch, stopBatch, cancelCommand])
  // Refused where there is nothing left to do it to.
  await what(rig.deps, rig.complex.clerk, luck.pick(sent).id).catch(() => {})
}

/** One process: the next takes its work over as if the lease had gone to it. */
const runOnce = async (luck: Chance): Promise<boolean> => {
  const whole: RunnerDeps = rig.deps
  if (luck.happens(0.35)) rig.deps = { ...whole, db: dyingDb(whole.db, luck) }
  try {
    return await rig.round()
  } catch (error) {
    if (!(error instanceof Crash)) throw error
    // What it had claimed is taken up again when the claim has run out.
    rig.clock.skip(61_000)
    return true
  } finally {
    rig.deps = whole
  }
}

const sweep = async () => {
  await endOverdueCommands(rig.deps)
  await decideAllRests(rig.deps)
}

const openOf = async (meters: readonly LyingMeter[]): Promise<number> => {
  const rows = await rig.rows<{ n: number }>(
    `select count(*)::integer as n from command where meter_id = any ($1)
       and state in ('queued', 'sent', 'acknowledged')`,
    [meters.map(({ driver }) => driver.meterId)],
  )
  return must(rows[0], 'a count').n
}

type Ended = {
  meterId: number
  state: string
  mode: ControlMode
  ended: boolean
  told: boolean
}

test.each(SEEDS)(
  'seed %i: every command ends once, and no relay stands otherwise than shown',
  async (seed) => {
    const luck = chance(seed)
    const meters = Array.from({ length: METERS }, () => rig.hang())
    const sent: Sent[] = []
    for (let i = 0; i < ACTS; i++) {
      for (const meter of meters) {
        meter.silent = luck.happens(0.1)
        meter.lies = Array.from({ length: 3 }, () => luck.pick(LIES))
        if (luck.happens(0.1)) flushHeld(meter)
      }
      await actOnce(meters, sent, luck)
      await runOnce(luck)
      rig.clock.skip(Math.floor(luck.next() * 20_000))
      if (luck.happens(0.3)) await sweep()
    }
    // Every fault ends: now everything must come to its end within a stated time.
    for (const meter of meters) {
      meter.silent = false
      meter.lies = []
    }
    for (let i = 0; i < STEPS_MAX && (await openOf(meters)) > 0; i++) {
      if (!(await rig.round())) rig.clock.skip(30_000)
      await sweep()
    }
    expect(await openOf(meters)).toBe(0)
    const rows = await rig.rows<Ended>(
      `select meter_id as "meterId", state, params->>'mode' as mode, ended_at is not null as ended,
         result is not null as told
       from command where meter_id = any ($1) order by command_id`,
      [meters.map(({ driver }) => driver.meterId)],
    )
    expect(rows.filter(({ ended, told }) => !ended || !told)).toEqual([])
    // The newest command that touched a meter and was confirmed is what the meter stands at, unless
    // one came after it that ended without anybody being sure.
    for (const meter of meters) {
      const own = rows.filter(({ meterId }) => meterId === meter.driver.meterId)
      const last = own.findLast(({ state }) => state !== 'cancelled' && state !== 'expired')
      if (last?.state === 'confirmed') expect(isOrdered(meter, last.mode)).toBe(true)
      await rig.poll(meter)
      const episode = (await rig.episodes(meter)).findLast(({ open }) => open)
      expect(episode?.relay).toBe(meter.relay)
    }
    const before = JSON.stringify(rows)
    await sweep()
    await seeUnknownLater(rig.deps)
    const after = await rig.deps.db.as(systemScope('test'), (tx) =>
      tx.query(
        `select meter_id as "meterId", state, params->>'mode' as mode,
           ended_at is not null as ended, result is not null as told
         from command where meter_id = any ($1) order by command_id`,
        [meters.map(({ driver }) => driver.meterId)],
      ),
    )
    expect(JSON.stringify(after)).toBe(before)
  },
)
