// Commands without a bus, for tests 遥控试验台: a small complex whose meters may lie, a clock that
// passes only while somebody waits, and the work done round by round.

import { openAccount } from '../src/accounts/open.ts'
import { ownerQuery } from '../src/adapters/owner-query.ts'
import { systemIds } from '../src/adapters/system.ts'
import { runBatchWork } from '../src/control/batch-bus.ts'
import { BATCH_WORK } from '../src/control/batch-work.ts'
import { BUTTON_WORK, runButtonWatch } from '../src/control/button-watch.ts'
import { COMMAND_WORK, RELEASE_WORK } from '../src/control/command-work.ts'
import {
  commandById,
  createCommands,
  type NewCommands,
  selectCommands,
} from '../src/control/commands.ts'
import type { ControlMode } from '../src/control/mode.ts'
import { runReadWork } from '../src/control/read-bus.ts'
import { READ_WORK } from '../src/control/read-store.ts'
import { RECLOSE_WORK, recordRelays } from '../src/control/relay-hook.ts'
import { recloseReleased, releaseKept } from '../src/control/release.ts'
import type { RunnerDeps } from '../src/control/round.ts'
import { runCommandWork } from '../src/control/worker.ts'
import type { Command } from '../src/http/contract/commands.ts'
import type { ModelCapabilities } from '../src/metering/driver.ts'
import { ensurePartitions } from '../src/metering/readings/partitions.ts'
import { systemScope } from '../src/ports/database.ts'
import { must } from '../src/shared/assert.ts'
import { type Instant, plusMs, sqlTime } from '../src/shared/clock.ts'
import { type MeterId, uuid } from '../src/shared/ids.ts'
import { claimWork, finishWork, retryWork } from '../src/work/store.ts'
import { freshDatabase } from './database.ts'
import { type HurriedClock, hurriedClock, type LyingMeter, lyingMeter } from './lying-meter.ts'
import { SOUND_METER, type TinyComplex, tinyComplex } from './tiny-complex.ts'

const METERS = 25
const ROUNDS_MAX = 200
const AN_HOUR_MS = 3_600_000
const NEVER = new AbortController().signal

/** Who does which work of the queue. */
const RUN: Readonly<Record<string, typeof runReadWork>> = {
  [COMMAND_WORK]: runCommandWork,
  [BATCH_WORK]: runBatchWork,
  [READ_WORK]: runReadWork,
  [BUTTON_WORK]: runButtonWatch,
}

type CommandItem = Command['items'][number]

export type ControlRig = {
  clock: HurriedClock
  complex: TinyComplex
  /** What every model can do; a test may take something away. */
  can: ModelCapabilities
  /** The meter of a protected point. */
  protectedMeter: MeterId
  deps: RunnerDeps
  /** A meter that no test has used yet. */
  hang(start?: Partial<LyingMeter>, at?: MeterId): LyingMeter
  openAccount(meter: LyingMeter): Promise<void>
  select(cmd: Omit<NewCommands, 'requestId' | 'complexId'>): Promise<Command>
  /** Selected, and carried out at once. */
  send(cmd: Omit<NewCommands, 'requestId' | 'complexId'>): Promise<Command>
  order(meter: LyingMeter, mode: ControlMode, until?: string): Promise<Command>
  now(command: Command): Promise<CommandItem>
  /** Does the command work that is due; false when there was none. */
  round(): Promise<boolean>
  chores(): Promise<void>
  /** Lets time pass until the command has ended. */
  ended(command: Command): Promise<CommandItem>
  poll(meter: LyingMeter): Promise<void>
  modeOf(meter: LyingMeter): Promise<string>
  episodes(meter: LyingMeter): Promise<{ relay: string; cause: string; open: boolean }[]>
  rows<T>(sql: string, params?: unknown[]): Promise<T[]>
  /** Tells the planner what the tables hold. */
  analyse(): Promise<unknown>
  drop(): Promise<void>
}

export const only = (command: Command): CommandItem =>
  must(command.items[0], 'the batch has one command')

export const ordersOf = (meter: LyingMeter): string => meter.orders.map((o) => o.order).join(' ')

export const controlRig = async (meters = METERS): Promise<ControlRig> => {
  const clock = hurriedClock()
  const base = await freshDatabase({ clock })
  await ensurePartitions((sql) => ownerQuery(base.ownerUrl)(sql), clock.now())
  const complex = await tinyComplex(base.db, { meters })
  const { complexId, clerk, planId } = complex
  const system = systemScope('test')
  const hung = new Map<MeterId, LyingMeter>()
  const guarded = new Set(
    complex.definition.meters.filter((m) => m.protected).map((m) => m.address),
  )
  const fresh = complex.meters.filter((m) => !guarded.has(m.address)).map((m) => m.meterId)
  const isGuarded = complex.meters.find((m) => guarded.has(m.address))
  let requests = 0
  const requestId = () => `request-${++requests}`
  const { rows } = base
  const claim = (kinds: string[]) =>
    claimWork(base.db, { kinds, holder: 'test', limit: 50, leaseMs: 60_000 })

  const rig: ControlRig = {
    clock,
    complex,
    can: SOUND_METER,
    protectedMeter: must(isGuarded, 'the demo protects a point').meterId,
    deps: {
      db: base.db,
      clock,
      ids: systemIds,
      capabilitiesOf: () => rig.can,
      drivers: { of: (meter) => hung.get(meter)?.driver ?? null },
    },
    rows,
    analyse: () => ownerQuery(base.ownerUrl)('analyze'),
    drop: base.drop,
    hang: (start, at) => {
      const meter = lyingMeter(at ?? must(fresh.shift(), 'a meter is left'), clock, start)
      hung.set(meter.driver.meterId, meter)
      return meter
    },
    openAccount: async (meter) => {
      const { meterId } = meter.driver
      const limits = { alarm1Fen: 3_000, alarm2Fen: 1_000 }
      await openAccount(complex.deps, clerk, {
        requestId: requestId(),
        complexId,
        tenant: { name: '蜀香餐饮' },
        meters: [{ meterId, planId, ...limits }],
      })
    },
    select: (cmd) => selectCommands(rig.deps, clerk, { complexId, ...cmd }),
    send: async (cmd) => {
      const { selection } = cmd.kind === 'read' ? {} : await rig.select(cmd)
      const token = selection ? uuid(selection.token) : undefined
      return createCommands(rig.deps, clerk, { requestId: requestId(), complexId, token, ...cmd })
    },
    order: (meter, mode, until) =>
      rig.send({
        kind: 'setMode',
        meterIds: [meter.driver.meterId],
        params: until === undefined ? { mode } : { mode, until },
      }),
    now: async (command) => only(await commandById(rig.deps, clerk, uuid(command.commandId))),
    round: async () => {
      const claimed = await claim(Object.keys(RUN))
      for (const row of claimed) {
        const end = await RUN[row.kind]?.(rig.deps, row, NEVER)
        if (!end) throw new Error(`nobody does ${row.kind}`)
        await base.db.as(system, (tx) =>
          end.round === 'ended' ? finishWork(tx, row) : retryWork(tx, row, end.at, end.why),
        )
      }
      return claimed.length > 0
    },
    chores: async () => {
      for (const row of await claim([RELEASE_WORK]))
        await base.db.as(system, (tx) => releaseKept(tx, rig.deps, row))
      for (const row of await claim([RECLOSE_WORK]))
        await base.db.as(system, (tx) => recloseReleased(tx, rig.deps, row))
    },
    ended: async (command) => {
      for (let i = 0; i < ROUNDS_MAX; i++) {
        const item = await rig.now(command)
        if (item.endedAt !== null) return item
        if (await rig.round()) continue
        const later = plusMs(clock.now(), AN_HOUR_MS)
        const next = await rows<{ due: Instant | null }>(
          `select min(due_at) as due from work
           where kind in ('${COMMAND_WORK}', '${BATCH_WORK}', '${READ_WORK}')
             and done_at is null and due_at < $1`,
          [sqlTime(later)],
        )
        clock.skip(Math.max(1, (next[0]?.due ?? later) - clock.now()))
      }
      throw new Error('the command has not ended')
    },
    poll: async (meter) => {
      const status = await meter.driver.readStatus('status')
      if (!status.ok) throw new Error('the meter is silent')
      const seen = { meterId: meter.driver.meterId, status: status.value }
      await base.db.as(system, (tx) => recordRelays(tx, systemIds, complexId, [seen]))
    },
    modeOf: async (meter) => {
      const found = await rows<{ mode: string }>(
        `select c.mode from control c join installation i on i.complex_id = c.complex_id
           and i.point_id = c.point_id where i.complex_id = $1 and i.meter_id = $2`,
        [complexId, meter.driver.meterId],
      )
      return found[0]?.mode ?? 'prepaid'
    },
    episodes: (meter) =>
      rows(
        `select relay, cause, until is null as open from relay_episode
         where complex_id = $1 and meter_id = $2 order by since`,
        [complexId, meter.driver.meterId],
      ),
  }
  return rig
}
