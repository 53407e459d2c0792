// The daily charge of accounts in centre mode 日结电费: once per supply and business day, some time
// after the day cut, so that the midnight freezes have come. A day without a reading is charged
// nothing; what it used is charged with the first good reading.

import { systemScope } from '../ports/database.ts'
import { businessDay, type Day, dayAfter, dayBegins, plusMs } from '../shared/clock.ts'
import type { SettlementDeps } from './deps.ts'
import { settleTurns, type Turn } from './settle.ts'
import {
  type ChargedComplex,
  type ChargedSupply,
  chargedSupplies,
  complexesWithCentreMode,
  lastBillables,
  lockSupplies,
} from './store.ts'

/** Freezes are read within the first hour of the day. */
const CHARGE_AFTER_MS = 90 * 60_000
const SCOPE_NAME = 'settlement'
/** In one transaction: readings and bills are asked for once for all of them. */
const AT_ONCE = 100
/** While one transaction waits for the database, another one is priced here. */
const SIDE_BY_SIDE = 3

const firstDay = (supply: ChargedSupply, { zone, dayCutMinutes }: ChargedComplex): Day =>
  supply.lastDay === null
    ? businessDay(supply.since, zone, dayCutMinutes)
    : dayAfter(supply.lastDay)

/** One day of some supplies, in one transaction; another centre may have been faster. */
const chargeDay = (
  deps: SettlementDeps,
  complex: ChargedComplex,
  supplies: readonly ChargedSupply[],
  day: Day,
): Promise<void> => {
  const { complexId, zone, dayCutMinutes } = complex
  return deps.db.as(systemScope(SCOPE_NAME, [complexId]), async (tx) => {
    const locked = await lockSupplies(tx, complexId, supplies)
    const due = locked.filter((supply) => firstDay(supply, complex) === day)
    const ends = dayBegins(dayAfter(day), zone, dayCutMinutes)
    const marks = due.map(({ meterId, markAt }) => ({ meterId, after: markAt }))
    const untils = await lastBillables(tx, complexId, marks, ends)
    const turns = due.map((supply, index): Turn => {
      return { supply, day, until: untils[index] ?? null, cause: null }
    })
    await settleTurns(tx, deps.ids, complex, turns)
  })
}

const failed =
  (deps: SettlementDeps, { supplyId }: ChargedSupply, day: Day) =>
  (error: unknown): void =>
    deps.log.error('a day could not be charged', { supplyId, day, error: String(error) })

/** Those that were charged: one that fails does not keep the others waiting. */
const chargeDayOf = async (
  deps: SettlementDeps,
  complex: ChargedComplex,
  supplies: readonly ChargedSupply[],
  day: Day,
): Promise<ChargedSupply[]> => {
  const all = await chargeDay(deps, complex, supplies, day).then(
    () => true,
    (error: unknown) => {
      const [only] = supplies
      if (only && supplies.length === 1) failed(deps, only, day)(error)
      return false
    },
  )
  if (all) return [...supplies]
  if (supplies.length === 1) return []
  const done: ChargedSupply[] = []
  for (const supply of supplies) done.push(...(await chargeDayOf(deps, complex, [supply], day)))
  return done
}

const chargeAll = async (
  deps: SettlementDeps,
  complex: ChargedComplex,
  supplies: readonly ChargedSupply[],
): Promise<void> => {
  const { zone, dayCutMinutes } = complex
  const today = businessDay(plusMs(deps.clock.now(), -CHARGE_AFTER_MS), zone, dayCutMinutes)
  let open = supplies.filter((supply) => firstDay(supply, complex) < today)
  const first = open.map((supply) => firstDay(supply, complex)).sort()[0] ?? today
  for (let day = first; day < today; day = dayAfter(day)) {
    const due = open.filter((supply) => firstDay(supply, complex) <= day)
    const done = new Set((await chargeDayOf(deps, complex, due, day)).map((one) => one.supplyId))
    open = open.filter((supply) => !due.includes(supply) || done.has(supply.supplyId))
  }
}

const chargeComplex = async (deps: SettlementDeps, complex: ChargedComplex): Promise<void> => {
  const supplies = await deps.db.as(systemScope(SCOPE_NAME, [complex.complexId]), (tx) =>
    chargedSupplies(tx, complex.complexId),
  )
  let next = 0
  const charging = async () => {
    while (next < supplies.length) {
      const some = supplies.slice(next, next + AT_ONCE)
      next += AT_ONCE
      await chargeAll(deps, complex, some)
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, charging))
}

/** One pass over everything that is due. */
export const chargeDueDays = async (deps: SettlementDeps): Promise<void> => {
  const complexes = await deps.db.as(systemScope(SCOPE_NAME), complexesWithCentreMode)
  for (const complex of complexes) await chargeComplex(deps, complex)
}
