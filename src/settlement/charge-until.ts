// The charge up to a final register 末次电费 (centre mode): a meter is taken down or a tenant
// leaves, and what was counted since the last charge is due today. The rest follows with what
// comes next.

import { type Fen, fen, ZERO_FEN } from '../ledger/money.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { businessDay } from '../shared/clock.ts'
import type { ComplexId, MeterId, SupplyId } from '../shared/ids.ts'
import { settleTurns } from './settle.ts'
import { type DayEnd, suppliesNow } from './store.ts'

export type FinalCharge = {
  complexId: ComplexId
  supplyId: SupplyId
  meterId: MeterId
  zone: string
  dayCutMinutes: number
  /** Unique for ever, e.g. `usage/<supply>/swap/<id>`. */
  requestId: string
  /** The final register; a reading of that moment is stored. */
  until: DayEnd
  /** The tenant leaves with it: what is charged once a month is charged for his days. */
  ends?: true
}

/**
 * Charges what was counted since the mark; returns fen. Nothing where the supply has no mark: then
 * nothing was ever to be charged. The caller holds the account's lock and leaves the installation
 * open until it is done.
 */
export const chargeUntil = async (tx: Tx, ids: Ids, charge: FinalCharge): Promise<Fen> => {
  const { complexId, supplyId, meterId, zone, dayCutMinutes, until, requestId, ends } = charge
  const found = await suppliesNow(tx, complexId, [supplyId])
  const supply = found.find((one) => one.meterId === meterId)
  if (!supply) return ZERO_FEN
  const day = businessDay(tx.now, zone, dayCutMinutes)
  const turn = { supply, day, until, cause: null, requestId, ends: ends ?? false }
  const settled = await settleTurns(tx, ids, { complexId, zone, dayCutMinutes }, [turn])
  return fen(settled[0]?.dueFen ?? 0)
}
