// How old what a tile shows is 卡片时效: its figures are read in different rounds, and the oldest must
// not borrow the freshness of another.

import type { BoardItem } from '../../../http/contract.ts'
import { timeOf } from '../../ui/clock.ts'

/** Energy is read every half hour, so it is stale later than the status round. */
export const ENERGY_ROUNDS_MS = 65 * 60_000

type Timed = Pick<BoardItem, 'balanceFen' | 'balanceAt' | 'relay' | 'relayAt' | 'readAt'>

/** The time of the oldest figure that is shown; where none is, of the last answer. */
export const shownAt = (item: Timed): string | null => {
  const { balanceFen, balanceAt, relay, relayAt, readAt } = item
  const shown = [...(balanceFen === null ? [] : [balanceAt]), ...(relay === null ? [] : [relayAt])]
  const oldest = shown.sort((a, b) => (timeOf(a) ?? 0) - (timeOf(b) ?? 0))[0]
  return oldest === undefined ? readAt : oldest
}
