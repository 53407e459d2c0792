// Releasing a held reduction 减额解除: a person has looked at the meter or its record and says whether
// the money came out. Only he can: nothing in the protocol tells a lost order from a late one.

import type { ModelCapabilities } from '../metering/driver.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import type { Uuid } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { AfterReductions, EndedReduction } from './after-reduction.ts'
import { endedOf, postReduction } from './reduce-end.ts'
import { amountOf } from './reduce-machine.ts'
import { writeReductionEnd } from './reduce-store.ts'
import { writeReductionCancelled } from './reduction-store.ts'
import type { Seen } from './refund-record.ts'
import type { MeterKey } from './store.ts'

export type ReductionReleaseDeps = {
  ids: Ids
  capabilitiesOf: (model: string) => ModelCapabilities | null
  afterReduction: AfterReductions
}

type HeldReduction = Omit<EndedReduction, 'takenFen' | 'restFen'> & {
  state: 'QUEUED' | 'HOLD'
  askedFen: number | null
  before: Seen | null
}

/** What the rooms above are told of a reduction, as SQL. */
export const REDUCTION_FACTS = `
  select r.complex_id as "complexId", r.reduction_id as "reductionId",
    r.request_id as "requestId", r.account_id as "accountId", r.supply_id as "supplyId",
    r.meter_id as "meterId", r.epoch, r.purpose, r.sale_id as "saleId",
    r.wanted_fen as "wantedFen", r.reason, r.operator_id as "operatorId", c.zone,
    c.day_cut_minutes as "dayCutMinutes", r.state,
    r.asked_fen as "askedFen", r.before
  from reduction r join complex c on c.complex_id = r.complex_id`

const HELD = `${REDUCTION_FACTS}
  where r.complex_id = $1 and r.meter_id = $2 and r.state = $3 for update of r`

const heldReduction = async (
  tx: Tx,
  key: MeterKey,
  state: HeldReduction['state'],
): Promise<HeldReduction | null> => {
  const rows = await tx.query<HeldReduction>(HELD, [key.complexId, key.meterId, state])
  return rows[0] ?? null
}

const endOf = (held: HeldReduction, takenFen: number): EndedReduction =>
  endedOf(held, takenFen, null)

/**
 * HOLD → DONE with what the person says was taken; null: what was sent. Refuses:
 * release_not_possible (more than the meter held).
 */
export const releaseAsTaken = async (
  tx: Tx,
  deps: ReductionReleaseDeps,
  hold: MeterKey,
  told: { takenFen: number | null; reason: string },
): Promise<Uuid> => {
  const held = must(await heldReduction(tx, hold, 'HOLD'), 'the hold names its reduction')
  const before = must(held.before, 'what is on hold was sent')
  const takenFen = told.takenFen ?? amountOf(held)
  if (takenFen < 1 || takenFen > before.remainingFen)
    throw new Refusal('release_not_possible', { takenFen, heldFen: before.remainingFen })
  const ended = endOf(held, takenFen)
  const posted = await postReduction(tx, deps.ids, ended, before)
  const evidence = { ...posted, releasedBy: tx.scope.operator, releaseReason: told.reason }
  await writeReductionEnd(tx, held, { state: 'DONE', takenFen, before, evidence }, [])
  await deps.afterReduction[held.purpose].done(tx, deps, ended)
  return held.reductionId
}

const cancel = async (
  tx: Tx,
  deps: ReductionReleaseDeps,
  held: HeldReduction,
  reason: string,
): Promise<void> => {
  const evidence = { cancelReason: reason, releasedBy: tx.scope.operator }
  await writeReductionCancelled(tx, held, evidence)
  await deps.afterReduction[held.purpose].cancelled(tx, deps, endOf(held, 0))
}

/** HOLD → CANCELLED: the meter kept its money. */
export const releaseAsNotTaken = async (
  tx: Tx,
  deps: ReductionReleaseDeps,
  hold: MeterKey,
  reason: string,
): Promise<Uuid> => {
  const held = must(await heldReduction(tx, hold, 'HOLD'), 'the hold names its reduction')
  await cancel(tx, deps, held, reason)
  return held.reductionId
}

/** A new epoch begins: what was queued for the old one was about money that is gone. */
export const cancelWaiting = async (
  tx: Tx,
  deps: ReductionReleaseDeps,
  hold: MeterKey,
): Promise<void> => {
  const waiting = await heldReduction(tx, hold, 'QUEUED')
  if (waiting !== null) await cancel(tx, deps, waiting, 'new-epoch')
}
