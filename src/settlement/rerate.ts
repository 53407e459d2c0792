// Pricing again 重新计价: what came late, was decided, or got another price leads by itself to the
// difference, posted today with its reason. Doing it again changes nothing (INV-28).

import { complexDays } from '../ledger/posting-day.ts'
import { systemScope, type Tx } from '../ports/database.ts'
import { businessDay, day, plusMs } from '../shared/clock.ts'
import { type ComplexId, meterId, planId, supplyId } from '../shared/ids.ts'
import { RERATE_WORK } from '../work/rerate.ts'
import { claimWork, finishWork, retryWork, type WorkRow } from '../work/store.ts'
import { type Cause, isCause } from './causes.ts'
import type { SettlementDeps } from './deps.ts'
import {
  type Reached,
  reachedByPlan,
  reachedByReadings,
  reachedBySupply,
  reachedByYear,
} from './rerate-store.ts'
import { settleTurns, type Turn } from './settle.ts'
import { type ChargedComplex, lockAccounts, settleMarks, suppliesNow } from './store.ts'
import { repriceWallet } from './wallet-check.ts'
import { pricedWallets } from './wallet-check-store.ts'

const SCOPE_NAME = 'settlement'
const AT_ONCE = 50
const CLAIMED_MAX = 20
const LEASE_MS = 10 * 60_000
const AFTER_ERROR_MS = 60_000

const reachedBy = async (tx: Tx, complex: ComplexId, key: string): Promise<Reached[]> => {
  const [what, of = '', month = ''] = key.split('/')
  if (what === 'plan') return reachedByPlan(tx, complex, planId(Number(of)))
  if (what === 'calendar') return reachedByYear(tx, complex, Number(of))
  if (what === 'supply') return reachedBySupply(tx, complex, supplyId(Number(of)))
  return reachedByReadings(tx, complex, meterId(Number(of)), day(`${month}-01`))
}

const causeOf = ({ key, payload }: WorkRow): Cause => {
  const { cause } = payload
  if (typeof cause === 'string' && isCause(cause)) return cause
  return key.startsWith('readings/') ? 'reading' : 'price'
}

/** The same of supplies whose meters deduct by themselves. */
const rerateWallets = async (
  tx: Tx,
  { ids }: Pick<SettlementDeps, 'ids'>,
  complex: ChargedComplex,
  reached: readonly Reached[],
  cause: Cause,
): Promise<number> => {
  const { complexId } = complex
  const supplies = await pricedWallets(
    tx,
    complexId,
    reached.map(({ supplyId: id }) => id),
  )
  await lockAccounts(tx, complexId, supplies)
  let carriedFen = 0
  for (const supply of supplies) {
    const months = reached.find(({ supplyId: id }) => id === supply.supplyId)?.months ?? []
    carriedFen += await repriceWallet(tx, ids, complex, { supply, months, cause })
  }
  return carriedFen
}

/** Posts what these months come to more or less than was posted; in one transaction. */
export const rerate = async (
  tx: Tx,
  { ids }: Pick<SettlementDeps, 'ids'>,
  complex: ChargedComplex,
  reached: readonly Reached[],
  cause: Cause,
): Promise<number> => {
  const { complexId, zone, dayCutMinutes } = complex
  const open = await suppliesNow(
    tx,
    complexId,
    reached.map((one) => one.supplyId),
  )
  const today = businessDay(tx.now, zone, dayCutMinutes)
  const months = new Map(reached.map((one) => [one.supplyId, one.months]))
  await lockAccounts(tx, complexId, open)
  const supplies = open.map((supply) => supply.supplyId)
  if (cause === 'decision') await settleMarks(tx, complexId, supplies)
  const turns = (await suppliesNow(tx, complexId, supplies)).map((supply): Turn => {
    const own = months.get(supply.supplyId) ?? []
    return { supply, day: today, until: null, cause, months: own }
  })
  const settled = await settleTurns(tx, ids, complex, turns)
  const charged = settled.reduce((sum, { dueFen }) => sum + dueFen, 0)
  return charged + (await rerateWallets(tx, { ids }, complex, reached, cause))
}

const rerateRow = async (deps: SettlementDeps, row: WorkRow): Promise<void> => {
  const scope = systemScope(SCOPE_NAME, [row.complexId])
  const { complex, reached } = await deps.db.as(scope, async (tx) => ({
    complex: await complexDays(tx, row.complexId),
    reached: await reachedBy(tx, row.complexId, row.key),
  }))
  for (let at = 0; at < reached.length; at += AT_ONCE)
    await deps.db.as(scope, (tx) =>
      rerate(tx, deps, complex, reached.slice(at, at + AT_ONCE), causeOf(row)),
    )
  await deps.db.as(scope, (tx) => finishWork(tx, row))
}

/** One pass over what waits; how many rows were claimed. */
export const rerateDue = async (deps: SettlementDeps): Promise<number> => {
  const { holder } = deps
  const claim = { kinds: [RERATE_WORK], holder, limit: CLAIMED_MAX, leaseMs: LEASE_MS }
  const rows = await claimWork(deps.db, claim)
  for (const row of rows)
    await rerateRow(deps, row).catch(async (error: unknown) => {
      deps.log.error('a month could not be priced again', { key: row.key, error: String(error) })
      await deps.db
        .as(systemScope(SCOPE_NAME, [row.complexId]), (tx) =>
          retryWork(tx, row, plusMs(tx.now, AFTER_ERROR_MS), String(error)),
        )
        .catch(() => {})
    })
  return rows.length
}
