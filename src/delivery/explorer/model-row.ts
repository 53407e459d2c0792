// The row of a reduction in the model's database 减额行.

import type { WalletReading } from '../../metering/driver.ts'
import type { HoldReason } from '../hold-reasons.ts'
import type { Reduction } from '../reduce-machine.ts'

export type ModelReduction = Reduction & {
  holdReason: HoldReason | null
  takenFen: number | null
  /** What was read back when it was done. */
  settled: WalletReading | null
  /** Of which meter. */
  epoch: number
}

/** The order to switch the meter off first. */
export type ModelTrip = {
  state: 'queued' | 'sent' | 'confirmed' | 'notTripped' | 'ended'
  /** It is on the wire, or was. */
  asked: boolean
  tries: number
  /** The point has its mode back. */
  released: boolean
}

export const newTrip = (): ModelTrip => ({
  state: 'queued',
  asked: false,
  tries: 0,
  released: false,
})

export const newReduction = (
  { wantedFen }: { wantedFen: number | null },
  epoch: number,
): ModelReduction => ({
  epoch,
  state: 'QUEUED',
  purpose: 'close',
  wantedFen,
  askedFen: null,
  before: null,
  sends: 0,
  sentAt: null,
  holdReason: null,
  takenFen: null,
  settled: null,
})

/** Queued, sent or on hold: no purchase is armed before it. */
export const isUnderWay = (reduction: ModelReduction | null): boolean =>
  reduction !== null && ['QUEUED', 'SENT', 'HOLD'].includes(reduction.state)
