// What follows when a meter gave its money back 减额后续: one line per purpose, filled in by the room
// that asked for it.

import { type AfterReductions, NOTHING_AFTER } from '../delivery/after-reduction.ts'
import { AFTER_SWAP } from './swap/after-reduction.ts'
import { wakeClosing } from './wake-closing.ts'

export const AFTER_REDUCTION: AfterReductions = {
  // The money waits on account/<id>/payable until a clerk pays it out.
  refund: NOTHING_AFTER,
  reversal: NOTHING_AFTER,
  close: { done: wakeClosing, cancelled: wakeClosing },
  // It goes on its way to the new meter.
  swap: AFTER_SWAP,
}
