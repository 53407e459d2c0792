// What is queued for meters that are about to go 撤销待下发: it comes back and waits on the account's
// payable. Whoever closes an account or takes a meter down holds the account's lock.

import { cancelPurchase } from '../delivery/cancel.ts'
import { contentHash } from '../ledger/chain.ts'
import { cancelledLines } from '../ledger/entries/close.ts'
import { fen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { AccountId, ComplexId, SupplyId, Uuid } from '../shared/ids.ts'

type Queued = { purchaseId: Uuid }

// The newest first: an opening that others wait for can't go before them.
const QUEUED = `
  select p.purchase_id as "purchaseId" from purchase p
  join supply s on s.complex_id = p.complex_id and s.supply_id = p.supply_id
  where p.complex_id = $1 and s.account_id = $2 and p.state = 'QUEUED'
    and ($3::integer is null or s.supply_id = $3)
  order by p.epoch desc, p.purchase_no desc`

/** Of the whole account, or of one supply; answers what was cancelled. */
export const cancelQueued = async (
  tx: Tx,
  ids: Ids,
  of: { complexId: ComplexId; accountId: AccountId; supplyId?: SupplyId },
  reason: string,
): Promise<Uuid[]> => {
  const { complexId, accountId, supplyId = null } = of
  const queued = await tx.query<Queued>(QUEUED, [complexId, accountId, supplyId])
  for (const { purchaseId } of queued) {
    const back = await cancelPurchase(tx, ids, { complexId, purchaseId, reason })
    if (back.amountFen === 0) continue
    const lines = cancelledLines(back.supplyId, accountId, fen(back.amountFen))
    await post(tx, {
      complexId,
      postingId: ids.uuid(),
      requestId: `cancelled/${purchaseId}`,
      kind: 'cancellation',
      businessDate: await postingDay(tx, complexId, tx.now),
      contentHash: contentHash({ purchaseId, lines }),
      lines,
    })
  }
  return queued.map(({ purchaseId }) => purchaseId)
}
