// Identifiers and randomness come from outside, so that a run can be repeated exactly.

import type { Uuid } from '../shared/ids.ts'

export type Ids = {
  /** A fresh UUID version 7. */
  uuid(): Uuid
}

export type Rng = {
  /** A whole number in [0, below). */
  below(below: number): number
  /** Unpredictable bytes, for keys, tokens and challenges. */
  bytes(length: number): Buffer
}
