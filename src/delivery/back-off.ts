// Patience 退避: how long to wait after the n-th fault in a row. PURE.

import type { Rng } from '../ports/ids.ts'

const FIRST_MS = 1_000
const LONGEST_MS = 60_000
const JITTER_PART = 4

/** One second, doubling to a minute, and up to a quarter more: meters must not march in step. */
export const backOffMs = (faultsInARow: number, rng: Rng): number => {
  const doublings = Math.min(Math.max(0, faultsInARow - 1), 16)
  const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** doublings)
  return ms + rng.below(ms / JITTER_PART + 1)
}
