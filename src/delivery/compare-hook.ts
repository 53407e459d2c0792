// The poll's comparison, in the transaction that stores its results 账表核对挂钩: a mismatch stops the
// meter. The alarm is raised from the hold by whoever watches holds.

import type { ModelCapabilities, MoneyState } from '../metering/driver.ts'
import type { PollHook, PollResult } from '../metering/readings/poll-result.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { Instant } from '../shared/clock.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'
import { type ComparedBooks, compareMeter, type KnownUse, type Mismatch } from './compare.ts'
import { type ComparedRow, comparedBooks } from './compare-store.ts'
import type { HoldReason } from './hold-reasons.ts'
import { insertHold, lockAccount, moneyRules } from './store.ts'

export type CompareDeps = {
  ids: Ids
  capabilitiesOf: (model: string) => ModelCapabilities | null
}

type Seen = MoneyState & { at: Instant }

/** What each meter showed last time that must be seen twice, and when. */
type Suspicions = Map<MeterId, { reason: HoldReason; at: Instant }>

const seenIn = (results: readonly PollResult[]): Map<MeterId, Seen> => {
  const seen = new Map<MeterId, Seen>()
  for (const result of results) {
    if (!result.outcome.ok) continue
    if (result.kind === 'wallet') seen.set(result.meterId, result.outcome.value)
    if (result.kind !== 'status') continue
    const { at, money } = result.outcome.value
    if (money !== null) seen.set(result.meterId, { at, ...money })
  }
  return seen
}

const booksOf = (row: ComparedRow, capabilities: ModelCapabilities): ComparedBooks => ({
  ...moneyRules(row.dearestPriceE8, capabilities),
  customerNo: row.customerNo,
  opened: row.opened,
  inFlight: row.inFlight,
  onHold: row.onHold,
  lastAssigned: row.lastAssigned,
  lastDelivered: row.lastDelivered,
  anchor: row.anchorAt === null || row.anchor === null ? null : { ...row.anchor, at: row.anchorAt },
  moneyMoved: row.moneyMoved,
})

const knownOf = ({ balanceFen, balanceAt, energyWh, energyAt }: ComparedRow): KnownUse | null =>
  balanceFen === null || balanceAt === null || energyWh === null || energyAt === null
    ? null
    : { balanceFen, balanceAt, energyWh, energyAt }

const mismatchOf = (deps: CompareDeps, row: ComparedRow, seen: Seen): Mismatch | null => {
  const capabilities = deps.capabilitiesOf(row.model)
  if (!capabilities) return null
  return compareMeter(booksOf(row, capabilities), seen, knownOf(row))
}

const stop = async (
  tx: Tx,
  deps: CompareDeps,
  complexId: ComplexId,
  row: ComparedRow,
  seen: Seen,
): Promise<void> => {
  const mismatch = mismatchOf(deps, row, seen)
  if (!mismatch) return
  const { meterId, epoch } = row
  const { reason, expected } = mismatch
  const evidence = {
    reason,
    expected,
    reading: { energyWh: row.energyWh ?? 0, ...seen },
    anchor: row.anchor,
    customerNo: row.customerNo,
    lastAssigned: row.lastAssigned,
    lastDelivered: row.lastDelivered,
  }
  const raised = await insertHold(tx, deps.ids, { complexId, meterId, epoch, reason, evidence })
  if (!raised) return
  await audit(tx, deps.ids, {
    complexId,
    action: 'delivery.hold',
    subject: `meter/${meterId}`,
    after: { reason, expected, count: seen.count, balanceFen: seen.balanceFen },
  })
}

// A delivery may have begun or ended since: under the accounts' locks, all taken before anything is
// written, the books stand still and are looked at again.
const stopAll = async (
  tx: Tx,
  deps: CompareDeps,
  complexId: ComplexId,
  rows: readonly ComparedRow[],
  seen: ReadonlyMap<MeterId, Seen>,
): Promise<void> => {
  if (rows.length === 0) return
  for (const row of rows) await lockAccount(tx, complexId, row.accountId)
  const meters = rows.map((row) => row.meterId)
  for (const now of await comparedBooks(tx, complexId, meters)) {
    const reading = seen.get(now.meterId)
    if (reading) await stop(tx, deps, complexId, now, reading)
  }
}

// Results may be handed over twice: the second look must be a later reading.
const isConfirmed = (suspicions: Suspicions, mismatch: Mismatch, row: ComparedRow, seen: Seen) => {
  const earlier = suspicions.get(row.meterId)
  return mismatch.sure || (earlier?.reason === mismatch.reason && earlier.at < seen.at)
}

/** Compares every poll with the books; remembers, per process, what must be seen twice. */
export const compareHook = (deps: CompareDeps): PollHook => {
  const suspicions: Suspicions = new Map()
  return async (tx, complexId, results) => {
    const seen = seenIn(results)
    if (seen.size === 0) return
    const confirmed: ComparedRow[] = []
    for (const row of await comparedBooks(tx, complexId, [...seen.keys()])) {
      const reading = seen.get(row.meterId)
      const mismatch = reading ? mismatchOf(deps, row, reading) : null
      if (!reading || !mismatch) suspicions.delete(row.meterId)
      else if (isConfirmed(suspicions, mismatch, row, reading)) confirmed.push(row)
      else if (suspicions.get(row.meterId)?.reason !== mismatch.reason)
        suspicions.set(row.meterId, { reason: mismatch.reason, at: reading.at })
    }
    await stopAll(tx, deps, complexId, confirmed, seen)
  }
}
