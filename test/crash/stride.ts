// Which calls a run kills at 步长: every n-th, beginning where the run's seed says. Runs cover
// different calls between them, and each can be walked again.

import { randomInt } from 'node:crypto'

const SEEDS = 1_000

export type Stride = {
  /** Calls to kill at, in order; the walk ends when the flow makes fewer. */
  calls: readonly number[]
  says: string
}

const { PREWATT_CRASH_SEED: told, PREWATT_CRASH_EVERY: forced } = process.env
const seed = told === undefined ? randomInt(SEEDS) : Number(told)

/**
 * `callsMax`: far more than the flow makes. PREWATT_CRASH_SEED repeats a run, PREWATT_CRASH_EVERY=1
 * kills at each call.
 */
export const strideOf = (usual: number, callsMax: number): Stride => {
  const every = forced === undefined ? usual : Number(forced)
  const first = 1 + (seed % every)
  const calls: number[] = []
  for (let call = first; call <= callsMax; call += every) calls.push(call)
  return { calls, says: `every ${every}. call from call ${first}, PREWATT_CRASH_SEED=${seed}` }
}
