// What a release does 解除方案. PURE. A number that may still be on a wire is never given away: where
// the meter has not used it up, the purchase keeps it (INV-13).

import { unwrapCount } from './count.ts'
import type { HoldReason } from './hold-reasons.ts'

export type Resolution = 'ours' | 'foreign' | 'newEpoch' | ReductionResolution
/** Of a reduction on hold: the money came out of the meter, or it did not. */
export type ReductionResolution = 'taken' | 'notTaken'

export type Held = {
  reason: HoldReason
  /** The purchase on hold and its number, if it had one; null when none is. */
  purchase: { n: number | null } | null
  lastAssigned: number | null
  /** The newest count read from the meter. */
  count: number
  countModulus: number
}

export type ReleasePlan = {
  purchase: 'deliver' | 'requeue' | 'rearm' | 'none'
  /** Our number for what the meter counts, from which the next number follows; null: unchanged. */
  baseCount: number | null
  /** Of a reduction on hold. */
  reduction?: 'done' | 'cancel'
}

/** Only these say that the counter itself, or the meter, is another one. */
const NEW_EPOCH_REASONS: readonly HoldReason[] = ['count-behind', 'customer-number', 'not-opened']

const foreign = (held: Held): ReleasePlan | null => {
  const { purchase, lastAssigned } = held
  const last = lastAssigned ?? held.count
  const count = unwrapCount(held.count, last, held.countModulus)
  if (count >= last) return { purchase: purchase ? 'requeue' : 'none', baseCount: count }
  // The number is not used up: a frame that carries it may still arrive, so it stays this sale's.
  const unused = purchase !== null && purchase.n === last && count === last - 1
  return unused ? { purchase: 'rearm', baseCount: null } : null
}

const ours = (held: Held): ReleasePlan | null => {
  const n = held.purchase?.n ?? null
  if (n === null) return null
  const usedUp = unwrapCount(held.count, n, held.countModulus) >= n
  return usedUp ? { purchase: 'deliver', baseCount: null } : null
}

/** Null where what was read does not allow this resolution. */
export const planRelease = (held: Held, resolution: Resolution): ReleasePlan | null => {
  if (resolution === 'ours') return ours(held)
  if (resolution === 'foreign') return foreign(held)
  if (resolution !== 'newEpoch' || !NEW_EPOCH_REASONS.includes(held.reason)) return null
  return { purchase: held.purchase ? 'requeue' : 'none', baseCount: null }
}

/** The same of a hold that stopped a reduction: a count that went past the books is adopted. */
export const planReductionRelease = (
  held: Omit<Held, 'purchase' | 'reason'>,
  resolution: Resolution,
): ReleasePlan | null => {
  if (resolution !== 'taken' && resolution !== 'notTaken') return null
  const last = held.lastAssigned ?? held.count
  const count = unwrapCount(held.count, last, held.countModulus)
  const reduction = resolution === 'taken' ? 'done' : 'cancel'
  return { purchase: 'none', baseCount: count > last ? count : null, reduction }
}
