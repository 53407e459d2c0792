// The clock keeper 校时: once a minute looks at clocks that are off, tells the time to a whole bus or
// writes it to one meter, and reads back what came of it. The answer to a write proves nothing.

import { audit } from '../../operators/audit-log.ts'
import type { Clock } from '../../ports/clock.ts'
import { type Db, systemScope } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Log } from '../../ports/log.ts'
import type { BusId, ComplexId } from '../../shared/ids.ts'
import type { Drivers, MeterDriver, ModelCapabilities, Outcome } from '../driver.ts'
import { type ClockAction, type ClockSight, clockAction, clockSettings } from './clock-policy.ts'
import {
  type ClockRow,
  type Correction,
  clocksOff,
  complexesWithMeters,
  endCorrection,
  insertCorrection,
} from './clock-store.ts'

export type ClockKeeperDeps = {
  db: Db
  clock: Clock
  ids: Ids
  log: Log
  drivers: Drivers
  /** Nobody answers a broadcast. */
  broadcastTime(bus: BusId): Promise<Outcome<null>>
  capabilitiesOf(model: string): ModelCapabilities | null
}

const EVERY_MS = 60_000
/** No setting tolerates less. */
const LEAST_MS = 10_000
/** A clock that was written stands this close, or the write did not take. */
const WRITTEN_WITHIN_MS = 5_000
const NO_CLOCK: ModelCapabilities['clock'] = { read: false, write: false, broadcast: false }

type Served = { row: ClockRow; driver: MeterDriver }
type Bus = { complexId: ComplexId; busId: BusId; served: Served[] }

const sightOf = ({ capabilitiesOf }: ClockKeeperDeps, row: ClockRow): ClockSight => ({
  ...row,
  settings: clockSettings(row.settings),
  can: capabilitiesOf(row.model)?.clock ?? NO_CLOCK,
})

const scopeOf = (complexId: ComplexId) => systemScope('clock keeper', [complexId])

// Between the look and the first byte a purchase may have been armed: the rows are read again in
// the transaction that records the correction, and what is recorded is what is done.
const begin = (
  deps: ClockKeeperDeps,
  { complexId, busId }: Bus,
  one: { kind: Correction['kind']; rows: readonly ClockRow[] },
): Promise<Correction | null> =>
  deps.db.as(scopeOf(complexId), async (tx) => {
    const meters = one.rows.map((row) => row.meterId)
    const rows = await clocksOff(tx, complexId, LEAST_MS, meters)
    const due = rows.filter((row) => clockAction(sightOf(deps, row), tx.now) === one.kind)
    const worst = due.toSorted((a, b) => Math.abs(b.offsetMs) - Math.abs(a.offsetMs))[0]
    if (!worst) return null
    const meterId = one.kind === 'write' ? worst.meterId : null
    const correctionId = deps.ids.uuid()
    const { offsetMs } = worst
    const correction = { complexId, correctionId, kind: one.kind, busId, meterId, offsetMs }
    await insertCorrection(tx, correction)
    await audit(tx, deps.ids, {
      complexId,
      action: `clock.${one.kind}`,
      subject: meterId === null ? `bus/${busId}` : `meter/${meterId}`,
      before: { offsetMs },
      after: { correctionId, meters: due.map((row) => row.meterId) },
    })
    return correction
  })

const end = (
  deps: ClockKeeperDeps,
  correction: Correction,
  result: { outcome: string; offsetMs: number | null },
): Promise<void> =>
  deps.db.as(scopeOf(correction.complexId), (tx) => endCorrection(tx, correction, result))

const broadcast = async (deps: ClockKeeperDeps, bus: Bus): Promise<void> => {
  const rows = bus.served.map(({ row }) => row)
  const correction = await begin(deps, bus, { kind: 'broadcast', rows })
  if (correction === null) return
  const told = await deps.broadcastTime(bus.busId)
  await end(deps, correction, { outcome: told.ok ? 'told' : told.reason, offsetMs: null })
  if (!told.ok) return
  for (const { driver } of bus.served) await driver.readClock('energy')
}

const write = async (deps: ClockKeeperDeps, bus: Bus, { row, driver }: Served): Promise<void> => {
  const correction = await begin(deps, bus, { kind: 'write', rows: [row] })
  if (correction === null) return
  const answer = await driver.setClock('energy')
  const read = await driver.readClock('energy')
  const offsetMs = read.ok ? read.value.offsetMs : null
  const outcome = outcomeOf(answer, offsetMs)
  await end(deps, correction, { outcome, offsetMs })
  const facts = { meterId: row.meterId, outcome, before: row.offsetMs, after: offsetMs }
  if (outcome === 'confirmed') deps.log.info('meter clock written', facts)
  else deps.log.warn('meter clock was not set', facts)
}

/** What was read decides; the answer only says why it may have failed. */
const outcomeOf = (answer: Awaited<ReturnType<MeterDriver['setClock']>>, after: number | null) => {
  if (after !== null && Math.abs(after) <= WRITTEN_WITHIN_MS) return 'confirmed'
  if (!answer.ok) return answer.reason
  return answer.value.answered === 'refused' ? 'refused' : 'not confirmed'
}

const busesOf = (complexId: ComplexId, rows: readonly ClockRow[], drivers: Drivers): Bus[] => {
  const buses = new Map<BusId, Bus>()
  for (const row of rows) {
    const driver = drivers.of(row.meterId)
    if (!driver) continue
    const bus = buses.get(row.busId) ?? { complexId, busId: row.busId, served: [] }
    bus.served.push({ row, driver })
    buses.set(row.busId, bus)
  }
  return [...buses.values()]
}

const keepBus = async (deps: ClockKeeperDeps, bus: Bus, stop: AbortSignal): Promise<void> => {
  const now = deps.clock.now()
  const due = (action: ClockAction): Bus => ({
    ...bus,
    served: bus.served.filter(({ row }) => clockAction(sightOf(deps, row), now) === action),
  })
  for (const { driver } of due('measure').served)
    if (!stop.aborted) await driver.readClock('energy')
  const told = due('broadcast')
  if (told.served.length > 0 && !stop.aborted) await broadcast(deps, told)
  for (const one of due('write').served) if (!stop.aborted) await write(deps, bus, one)
}

/** One look at every clock that this process can reach; buses side by side. */
export const keepClocks = async (deps: ClockKeeperDeps, stop: AbortSignal): Promise<void> => {
  const complexes = await deps.db.as(systemScope('clock keeper'), complexesWithMeters)
  for (const complexId of complexes) {
    const rows = await deps.db.as(scopeOf(complexId), (tx) => clocksOff(tx, complexId, LEAST_MS))
    const buses = busesOf(complexId, rows, deps.drivers)
    await Promise.all(buses.map((bus) => keepBus(deps, bus, stop)))
  }
}

export type ClockKeeper = { stop(): Promise<void> }

export const startClockKeeper = (deps: ClockKeeperDeps): ClockKeeper => {
  const stopping = new AbortController()
  const run = async () => {
    while (!stopping.signal.aborted) {
      await deps.clock.sleep(EVERY_MS, stopping.signal)
      if (stopping.signal.aborted) return
      await keepClocks(deps, stopping.signal).catch((error: unknown) =>
        deps.log.warn('clocks were not kept', { error: String(error) }),
      )
    }
  }
  const ended = run()
  return {
    stop: () => {
      stopping.abort()
      return ended
    },
  }
}
