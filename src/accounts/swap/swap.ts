// Swapping a meter 换表: refuses what can't be, then either takes the money out of the old meter
// first (and changes the meters when that is proved), or changes them at once: a dead meter by its
// claim, one without our money by its register. Sales at the point stop until it is done.

import type { Tx } from '../../ports/database.ts'
import { must } from '../../shared/assert.ts'
import type { Uuid } from '../../shared/ids.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { SwapCommand, SwapDeps } from './command.ts'
import { judgeSwaps, writeSwaps } from './swap-batch.ts'

/** Begins a swap, or does it at once; answers its id. Refuses as `judgeSwaps`. */
export const swapIn = async (tx: Tx, deps: SwapDeps, cmd: SwapCommand): Promise<Uuid> => {
  const { complexId } = cmd
  const judged = must((await judgeSwaps(tx, deps, complexId, [cmd]))[0], 'one was judged')
  if (judged instanceof Refusal) throw judged
  return must((await writeSwaps(tx, deps, complexId, [judged]))[0], 'one was written')
}
