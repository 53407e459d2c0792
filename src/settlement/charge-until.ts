// The charge up to a final register 末次电费 (centre mode): a meter is taken down, and what it has
// counted since the last charge is due today. The rest of the day follows with the next meter.

import { contentHash } from '../ledger/chain.ts'
import { consumptionLines } from '../ledger/entries/consumption.ts'
import { type Fen, fen, ZERO_FEN } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDayOf } from '../ledger/posting-day.ts'
import { usageBetween } from '../metering/readings/usage-store.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { businessDay } from '../shared/clock.ts'
import type { AccountId, ComplexId, MeterId, SupplyId } from '../shared/ids.ts'
import { dayChargeFen } from './day-charge.ts'
import { type DayEnd, insertDay, monthSoFar, priceAt, usageMarkAt } from './store.ts'

export type FinalCharge = {
  complexId: ComplexId
  supplyId: SupplyId
  accountId: AccountId
  meterId: MeterId
  zone: string
  dayCutMinutes: number
  /** Unique for ever, e.g. `usage/<supply>/swap/<id>`. */
  requestId: string
  /** The final register; a reading of that moment is stored. */
  until: DayEnd
}

/**
 * Charges what was counted since the mark; returns fen. Nothing where the supply has no mark or no
 * price: then nothing was ever charged. The caller holds the account's lock and leaves the
 * installation open until it is done.
 */
export const chargeUntil = async (tx: Tx, ids: Ids, charge: FinalCharge): Promise<Fen> => {
  const { complexId, supplyId, accountId, meterId, until } = charge
  const from = await usageMarkAt(tx, complexId, supplyId, meterId)
  const price = await priceAt(tx, complexId, supplyId, until.at)
  if (from === null || price === null) return ZERO_FEN
  const day = businessDay(tx.now, charge.zone, charge.dayCutMinutes)
  const used = await usageBetween(tx, complexId, meterId, from, until.at)
  const usedWh = used?.usedWh ?? 0
  const before = await monthSoFar(tx, complexId, supplyId, { day, ...price })
  const dueFen = dayChargeFen(before, usedWh, price.priceE8)
  const postingId = dueFen === 0 ? null : ids.uuid()
  if (postingId !== null)
    await post(tx, {
      complexId,
      postingId,
      requestId: charge.requestId,
      kind: 'consumption',
      businessDate: await postingDayOf(tx, complexId, day),
      contentHash: contentHash({ supplyId, day, usedWh, dueFen, ...price }),
      lines: consumptionLines(accountId, fen(dueFen)),
    })
  const charged = { complexId, supplyId, meterId, day, energyWh: usedWh, dueFen, price }
  await insertDay(tx, { ...charged, postingId, from, until })
  return fen(dueFen)
}
