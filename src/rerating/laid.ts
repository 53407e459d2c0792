// A change of the past that was laid down 已写入的变更: which charged months it reaches, why they
// are charged again, and how it is called. It is laid in a transaction that is taken back for a
// preview, and in the same way in the one that applies it.

import type { CapFinding } from '../http/contract/price-cap.ts'
import type { RerateKind } from '../http/contract/rerate.ts'
import type { Tx } from '../ports/database.ts'
import type { Cause } from '../settlement/causes.ts'
import type { Reached } from '../settlement/rerate-store.ts'
import type { ChargedComplex } from '../settlement/store.ts'
import type { Day } from '../shared/clock.ts'
import type { Words } from '../shared/words.ts'

export type Laid = {
  title: Words
  reached: Reached[]
  /** The first month in which it can change anything. */
  from: Day
  cap: CapFinding | null
}

export const CAUSE_OF = {
  price: 'price',
  monthPrice: 'price',
  assignment: 'price',
  calendar: 'price',
  multiplier: 'installation',
  reading: 'decision',
} as const satisfies Record<RerateKind, Cause>

/** Refuses what the change itself would be refused for. */
export type Lay<Change> = (
  tx: Tx,
  complex: ChargedComplex,
  asked: { change: Change; note: string },
) => Promise<Laid>
