// The rows that cancelling a purchase reads and writes 撤销存取.

import type { Tx } from '../ports/database.ts'
import { sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, MeterId, SupplyId, Uuid } from '../shared/ids.ts'
import type { PurchaseState } from './machine.ts'

export type Cancellable = {
  purchaseId: Uuid
  saleId: Uuid | null
  accountId: AccountId
  supplyId: SupplyId
  meterId: MeterId
  kind: 'open' | 'recharge'
  amountFen: number
  state: PurchaseState
  othersWaiting: boolean
}

export const cancellable = async (
  tx: Tx,
  complex: ComplexId,
  purchase: Uuid,
  lock: 'update' | null,
): Promise<Cancellable | null> => {
  const rows = await tx.query<Cancellable>(
    `select p.purchase_id as "purchaseId", p.sale_id as "saleId", s.account_id as "accountId",
       p.supply_id as "supplyId", p.meter_id as "meterId", p.kind, p.amount_fen as "amountFen",
       p.state, exists (select from purchase q where q.complex_id = p.complex_id
         and q.meter_id = p.meter_id and q.epoch = p.epoch and q.purchase_no > p.purchase_no
         and q.state in ('QUEUED', 'ARMED', 'HOLD')) as "othersWaiting"
     from purchase p
     join supply s on s.complex_id = p.complex_id and s.supply_id = p.supply_id
     where p.complex_id = $1 and p.purchase_id = $2 ${lock === null ? '' : 'for update of p'}`,
    [complex, purchase],
  )
  return rows[0] ?? null
}

export const writeCancelled = async (tx: Tx, complex: ComplexId, purchase: Uuid): Promise<void> => {
  await tx.query(
    `update purchase set state = 'CANCELLED', ended_at = $3
     where complex_id = $1 and purchase_id = $2`,
    [complex, purchase, sqlTime(tx.now)],
  )
}
