// Asking meters whether they were opened 开盖查询: once a minute those that are due, few on each bus
// and after everything else that waits there, because two questions to each are bus time.

import type {
  Drivers,
  EventsRead,
  FaultReason,
  KnownCounts,
  MeterDriver,
} from '../../metering/driver.ts'
import type { Clock } from '../../ports/clock.ts'
import { type Db, systemScope } from '../../ports/database.ts'
import type { Log } from '../../ports/log.ts'
import type { BusId, ComplexId } from '../../shared/ids.ts'
import type { AlarmRules } from '../catalog.ts'
import { complexIds } from '../facts-store.ts'
import { repeatedly } from '../repeatedly.ts'
import coverOpened from '../rules/cover-opened.ts'
import { tuningOf } from '../settings-store.ts'
import { COVERS, type CoverKind, coverSeen, isCoverKind, isSettled } from './cover-news.ts'
import { type AskedMeter, metersToAsk, writeCover } from './cover-store.ts'

export type CoverDeps = {
  db: Db
  clock: Clock
  log: Log
  rules: AlarmRules
  drivers: Drivers
  /** Models that keep such records. */
  coverModels: readonly string[]
}

const EVERY_MS = 60_000
const HOUR_MS = 3_600_000
/** On a bus within a minute: with an hour between questions that is room for 600 meters. */
const MOST_ON_BUS = 10
const PATIENCE_MS = 30_000
/** The question never reached the meter: it is asked again at the next look. */
const NEVER_ASKED: readonly (FaultReason | null)[] = ['stopped', 'gateway-offline']
const KINDS: readonly CoverKind[] = ['coverOpened', 'terminalCoverOpened']

const knownOf = ({ covers }: AskedMeter): KnownCounts =>
  Object.fromEntries(
    KINDS.flatMap((kind) => {
      const seen = covers[COVERS[kind]]
      return isSettled(seen) ? [[kind, seen.count]] : []
    }),
  )

const store = (
  { db }: CoverDeps,
  complexId: ComplexId,
  { meterId, zone, covers }: AskedMeter,
  { items }: EventsRead,
): Promise<void> =>
  db.as(systemScope('alarms', [complexId]), async (tx) => {
    for (const item of items) {
      if (!isCoverKind(item.kind) || NEVER_ASKED.includes(item.fault)) continue
      const cover = COVERS[item.kind]
      const seen = coverSeen(item, { before: covers[cover], now: tx.now, zone })
      await writeCover(tx, complexId, meterId, { cover, seen, fault: item.fault })
    }
  })

type Served = { meter: AskedMeter; driver: MeterDriver }

const ask = async (deps: CoverDeps, complexId: ComplexId, { meter, driver }: Served) => {
  const untilMono = deps.clock.mono() + PATIENCE_MS
  const read = await driver.readEvents?.(KINDS, 'energy', untilMono, knownOf(meter))
  if (read) await store(deps, complexId, meter, read)
}

const dueOf = (deps: CoverDeps, complexId: ComplexId): Promise<AskedMeter[]> =>
  deps.db.as(systemScope('alarms', [complexId]), async (tx) => {
    const rule = (await tuningOf(tx, deps.rules, complexId)).rules.get(coverOpened.id)
    if (!rule?.enabled) return []
    const everyMs = (rule.set.everyH ?? 1) * HOUR_MS
    return metersToAsk(tx, complexId, { models: deps.coverModels, everyMs, mostOnBus: MOST_ON_BUS })
  })

/** One look: buses side by side, the meters of one after each other. */
export const askCovers = async (
  deps: CoverDeps,
  complexId: ComplexId,
  stop: AbortSignal,
): Promise<void> => {
  const buses = new Map<BusId, Served[]>()
  for (const meter of await dueOf(deps, complexId)) {
    const driver = deps.drivers.of(meter.meterId)
    if (driver === null) continue
    buses.set(meter.busId, [...(buses.get(meter.busId) ?? []), { meter, driver }])
  }
  const asked = [...buses.values()].map(async (served) => {
    for (const one of served) if (!stop.aborted) await ask(deps, complexId, one)
  })
  await Promise.all(asked)
}

export const startCoverQuestions = (deps: CoverDeps): { stop(): Promise<void> } => {
  const onFault = (error: unknown, facts: Record<string, unknown> = {}) =>
    deps.log.warn('covers were not asked about', { ...facts, error: String(error) })
  return repeatedly(deps.clock, {
    everyMs: EVERY_MS,
    pass: async (stop) => {
      for (const complexId of await deps.db.as(systemScope('alarms'), complexIds))
        await askCovers(deps, complexId, stop).catch((error) => onFault(error, { complexId }))
    },
    onFault,
  })
}
