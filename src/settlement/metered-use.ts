// Consumption in meter mode 表内电费入账: the one way in which what a wallet has deducted is
// posted, by the daily charge and at money events alike. The mark keeps a reading from being
// counted twice.

import { contentHash } from '../ledger/chain.ts'
import { meteredConsumptionLines, usedFen } from '../ledger/entries/consumption-metered.ts'
import { type Fen, fen, ZERO_FEN } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDayOf } from '../ledger/posting-day.ts'
import { usageBetween } from '../metering/readings/usage-store.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { Day, Instant } from '../shared/clock.ts'
import type { ComplexId, MeterId, SupplyId } from '../shared/ids.ts'
import { countedSoFar, insertMeteredDay, walletMark } from './metered-store.ts'

export type MeteredUse = {
  complexId: ComplexId
  supplyId: SupplyId
  meterId: MeterId
  /** The business day to which the use is posted. */
  day: Day
  /** Unique for ever, e.g. `usage/<supply>/<day>` or `usage/<supply>/reduction/<id>`. */
  requestId: string
  /** What the books say was in the meter when it was read: delivered, not yet posted as used. */
  creditFen: Fen
  /** The wallet as read: remaining less overdraft. */
  reading: { at: Instant; balanceFen: Fen }
}

// Counted as the money is, from the beginning less what was written: a register that was not read
// yet when a day was posted is found by the next one. 0 where it is not known.
const energySince = async (tx: Tx, use: MeteredUse): Promise<number> => {
  const { complexId, supplyId, meterId, reading } = use
  const counted = await countedSoFar(tx, complexId, supplyId, meterId)
  if (counted === null) return 0
  const usage = await usageBetween(tx, complexId, meterId, counted.since, reading.at)
  return usage === null ? 0 : usage.usedWh - counted.energyWh
}

/**
 * Posts books − wallet as used, writes the day and moves the mark. Nothing for a reading that is
 * not newer than the mark. The caller holds the account's lock. Returns what was posted, fen.
 */
export const postMeteredUse = async (tx: Tx, ids: Ids, use: MeteredUse): Promise<Fen> => {
  const { complexId, supplyId, meterId, day, creditFen, reading } = use
  const mark = await walletMark(tx, complexId, supplyId, meterId)
  if (mark === null || reading.at <= mark.at) return ZERO_FEN
  const used = usedFen(creditFen, reading.balanceFen)
  const energyWh = await energySince(tx, use)
  const postingId = used === 0 ? null : ids.uuid()
  if (postingId !== null)
    await post(tx, {
      complexId,
      postingId,
      requestId: use.requestId,
      kind: 'consumption',
      businessDate: await postingDayOf(tx, complexId, day),
      contentHash: contentHash({ supplyId, day, used, ...reading }),
      lines: meteredConsumptionLines(supplyId, used),
    })
  await insertMeteredDay(tx, {
    ...{ complexId, supplyId, meterId, day, postingId },
    energyWh,
    dueFen: used,
    from: mark.at,
    until: reading,
  })
  return fen(used)
}
