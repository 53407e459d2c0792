// Which calls a run kills at 步长: every n-th, beginning where the run's seed says, or every one of a
// piece. Runs cover different calls between them, and each can be walked again.

import { randomInt } from 'node:crypto'

const SEEDS = 1_000

export type Stride = {
  /** Calls to kill at, in order; the walk ends when the flow makes fewer. */
  calls: readonly number[]
  /** A piece may end before the flow does, or begin after it. */
  piece: boolean
  says: string
}

const {
  PREWATT_CRASH_SEED: told,
  PREWATT_CRASH_EVERY: forced,
  PREWATT_CRASH_CALLS: between,
} = process.env
const seed = told === undefined ? randomInt(SEEDS) : Number(told)

/** A piece `from-to`, both of it; `from-` goes on to the end of the flow. */
const pieceOf = (range: string, callsMax: number): { first: number; last: number } => {
  const [first = '', last = ''] = range.split('-')
  return { first: Number(first), last: last === '' ? callsMax : Number(last) }
}

/**
 * `callsMax`: far more than the flow makes. PREWATT_CRASH_SEED repeats a run, PREWATT_CRASH_EVERY=1
 * kills at each call, PREWATT_CRASH_CALLS=41-80 at those of a piece only.
 */
export const strideOf = (usual: number, callsMax: number): Stride => {
  const every = forced === undefined ? usual : Number(forced)
  const piece = between !== undefined
  const offset = seed % every
  const { first, last } = piece ? pieceOf(between, callsMax) : { first: 1, last: callsMax }
  const calls: number[] = []
  for (let call = first + offset; call <= last; call += every) calls.push(call)
  const of = piece ? ` to call ${last}` : ''
  const says = `every ${every}. call from call ${first + offset}${of}, PREWATT_CRASH_SEED=${seed}`
  return { calls, piece, says }
}
