// Prices pushed over a simulated bus, for tests 电价下发试验台: a small complex in a test's own time, its
// first meters at the far end of a bus, and the work on prices done round by round.

import { openAccount } from '../src/accounts/open.ts'
import { systemIds } from '../src/adapters/system.ts'
import {
  commandById,
  createCommands,
  type NewCommands,
  selectCommands,
} from '../src/control/commands.ts'
import { PRICE_LOOK_WORK, PRICE_SWITCH_WORK, PUSH_WORK } from '../src/control/price-work.ts'
import type { RunnerDeps } from '../src/control/round.ts'
import { runPriceWork } from '../src/control/worker.ts'
import type { Command } from '../src/http/contract/commands.ts'
import type { MeterDriver, ModelCapabilities, PriceTablesDriver } from '../src/metering/driver.ts'
import { createDlt645Driver } from '../src/metering/drivers/dlt645-driver.ts'
import onePhase from '../src/metering/models/dlt645-prepaid-1p.ts'
import { systemScope } from '../src/ports/database.ts'
import { must } from '../src/shared/assert.ts'
import { type Instant, instant, plusMs, sqlTime } from '../src/shared/clock.ts'
import { type MeterId, uuid } from '../src/shared/ids.ts'
import type { PlanDefinition } from '../src/tariff/plan.ts'
import { claimWork, finishWork, retryWork } from '../src/work/store.ts'
import { freshDatabase } from './database.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'
import { type SimulatedBus, simulatedBus } from './simulated-bus.ts'
import { type TinyComplex, tinyComplex } from './tiny-complex.ts'

/** 2026-11-22 10:20:30 in China. */
const START = instant(Date.UTC(2026, 10, 22, 2, 20, 30))
const KINDS = [PUSH_WORK, PRICE_SWITCH_WORK, PRICE_LOOK_WORK]
const ROUNDS_MAX = 60
const TURN_MS = 50
const SOON_MS = 30_000

const breath = () => new Promise<void>((resolve) => setImmediate(resolve))

type CommandItem = Command['items'][number]

export type PriceRig = {
  clock: ManualClock
  complex: TinyComplex
  bus: SimulatedBus
  deps: RunnerDeps
  /** What every model can do; a test may take something away. */
  can: ModelCapabilities
  meters: { meterId: MeterId; address: string; driver: MeterDriver }[]
  open(meter: MeterId): Promise<void>
  /** A version of the plan of all; returns its number. */
  version(definition: PlanDefinition, from?: Instant): Promise<number>
  send(
    meterIds: readonly MeterId[],
    params?: NewCommands['params'],
    more?: Partial<NewCommands>,
  ): Promise<Command>
  items(command: Command): Promise<CommandItem[]>
  /** Waits for `work`, with time passing for the bus. */
  done<T>(work: Promise<T>): Promise<T>
  /** Does the work that is due; false when there was none. */
  round(): Promise<boolean>
  /** Until everything that is due within half a minute is done. */
  settle(): Promise<void>
  rows<T>(sql: string, params?: unknown[]): Promise<T[]>
  drop(): Promise<void>
}

/** How many questions are on the bus: only then does time pass, however slow the machine is. */
type Asking = { now: number }

const counted = (asking: Asking, driver: MeterDriver): MeterDriver => {
  const tables = must(driver.priceTables, 'the model has tables')
  const during = async <T>(work: Promise<T>): Promise<T> => {
    asking.now++
    try {
      return await work
    } finally {
      asking.now--
    }
  }
  const priceTables: PriceTablesDriver = {
    read: (...asked) => during(tables.read(...asked)),
    readPrices: (...asked) => during(tables.readPrices(...asked)),
    write: (...asked) => during(tables.write(...asked)),
  }
  return Object.create(driver, { priceTables: { value: priceTables } })
}

const driverOf = (bus: SimulatedBus, clock: ManualClock, meterId: MeterId, address: string) =>
  createDlt645Driver(
    {
      bus: bus.bus,
      clock,
      rng: { below: () => 0, bytes: (length) => Buffer.alloc(length) },
      keyOf: async () => null,
    },
    { meterId, address, meterNo: address, model: onePhase, zone: 'Asia/Shanghai' },
  )

const VERSION = `
  insert into plan_version (complex_id, plan_id, version, effective_from, definition, saved_at,
    cheapest_e8, dearest_e8)
  select $1, $2, coalesce(max(version), 0) + 1, $3, $4, $3, 0, 1000000000 from plan_version
  where complex_id = $1 and plan_id = $2 returning version`

export const priceRig = async (count = 3): Promise<PriceRig> => {
  const clock = createManualClock(START)
  const base = await freshDatabase({ clock })
  const complex = await tinyComplex(base.db, { meters: count })
  const { complexId, clerk, planId } = complex
  const system = systemScope('test')
  const addresses = complex.meters.map(({ address }) => ({ address, priceE4: 10_500 }))
  const bus = simulatedBus(clock, addresses)
  const asking: Asking = { now: 0 }
  const meters = complex.meters.map(({ meterId, address }) => ({
    meterId,
    address,
    driver: counted(asking, driverOf(bus, clock, meterId, address)),
  }))
  let requests = 0
  const requestId = () => `price-request-${++requests}`
  const { rows } = base
  const done: PriceRig['done'] = async (work) => {
    let over = false
    const ended = () => {
      over = true
    }
    work.then(ended, ended)
    while (!over) await (asking.now > 0 ? clock.advance(TURN_MS) : breath())
    return work
  }
  const rig: PriceRig = {
    clock,
    complex,
    bus,
    meters,
    can: onePhase.capabilities,
    deps: {
      db: base.db,
      clock,
      ids: systemIds,
      capabilitiesOf: () => rig.can,
      drivers: { of: (id) => meters.find(({ meterId }) => meterId === id)?.driver ?? null },
    },
    rows,
    done,
    drop: base.drop,
    open: async (meterId) => {
      const limits = { alarm1Fen: 3_000, alarm2Fen: 1_000 }
      await openAccount(complex.deps, clerk, {
        requestId: requestId(),
        complexId,
        tenant: { name: '蜀香餐饮' },
        meters: [{ meterId, planId, ...limits }],
      })
    },
    version: async (definition, from = clock.now()) => {
      const made = await rows<{ version: number }>(VERSION, [
        complexId,
        planId,
        sqlTime(from),
        JSON.stringify(definition),
      ])
      return must(made[0], 'the version was written').version
    },
    send: async (meterIds, params = {}, more = {}) => {
      const asked = { complexId, kind: 'pushPrice', meterIds, params, ...more } as const
      const { selection } = await selectCommands(rig.deps, clerk, asked)
      const token = uuid(must(selection, 'it was selected').token)
      return createCommands(rig.deps, clerk, { requestId: requestId(), token, ...asked })
    },
    items: async ({ commandId }) => (await commandById(rig.deps, clerk, uuid(commandId))).items,
    round: async () => {
      const claim = { kinds: KINDS, holder: 'test', limit: 50, leaseMs: 600_000 }
      const claimed = await claimWork(base.db, claim)
      for (const row of claimed) {
        const end = await done(runPriceWork(rig.deps, row))
        await base.db.as(system, (tx) =>
          end.round === 'ended' ? finishWork(tx, row) : retryWork(tx, row, end.at, end.why),
        )
      }
      return claimed.length > 0
    },
    settle: async () => {
      for (let i = 0; i < ROUNDS_MAX; i++) {
        if (await rig.round()) continue
        const [next] = await rows<{ due: Instant | null }>(
          'select min(due_at) as due from work where kind = any ($1) and done_at is null',
          [KINDS],
        )
        if (!next?.due || next.due > plusMs(clock.now(), SOON_MS)) return
        await clock.advance(Math.max(1, next.due - clock.now()))
      }
      throw new Error('the work on prices does not end')
    },
  }
  return rig
}
