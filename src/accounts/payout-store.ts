// Payouts 付款单 as rows: written once with their voucher and never changed; and what they are
// refused by: the sale they take back, what was paid of it, and what the meter was seen to hold.

import type { PayoutPurpose, Voucher } from '../http/contract/payouts.ts'
import type { PayMethod } from '../ledger/chart.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, MeterId, OperatorId, SupplyId, Uuid } from '../shared/ids.ts'

export type PayoutRow = {
  complexId: ComplexId
  payoutId: Uuid
  accountId: AccountId
  requestId: string
  purpose: PayoutPurpose
  shiftId: Uuid
  receiptNo: string
  method: PayMethod
  paidFen: number
  saleId: Uuid | null
  reductionId: Uuid | null
  postingId: Uuid
  approvalId: Uuid | null
  reason: string
  voucher: Voucher
}

export const insertPayout = async (tx: Tx, payout: PayoutRow): Promise<void> => {
  await tx.query(
    `insert into payout (complex_id, payout_id, account_id, request_id, purpose, shift_id,
       receipt_no, method, paid_fen, sale_id, reduction_id, posting_id, operator_id, approval_id,
       reason, at, receipt)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      payout.complexId,
      payout.payoutId,
      payout.accountId,
      payout.requestId,
      payout.purpose,
      payout.shiftId,
      payout.receiptNo,
      payout.method,
      payout.paidFen,
      payout.saleId,
      payout.reductionId,
      payout.postingId,
      tx.scope.operator,
      payout.approvalId,
      payout.reason,
      sqlTime(tx.now),
      JSON.stringify(payout.voucher),
    ],
  )
}

export type SalePlace = { complexId: ComplexId; saleId: Uuid; accountId: AccountId }

/** Where a sale is, by its own id or by the purchase that carries it; null outside the scope. */
export const placeOfSale = async (
  tx: Tx,
  by: { saleId: string } | { purchaseId: string },
): Promise<SalePlace | null> => {
  const ofSale = 'saleId' in by
  const rows = await tx.query<SalePlace>(
    `select s.complex_id as "complexId", s.sale_id as "saleId", s.account_id as "accountId"
     from complex c
     ${ofSale ? '' : 'join purchase p on p.complex_id = c.complex_id and p.purchase_id = $1'}
     join sale s on s.complex_id = c.complex_id
       and s.sale_id = ${ofSale ? '$1::uuid' : 'p.sale_id'}`,
    [ofSale ? by.saleId : by.purchaseId],
  )
  return rows[0] ?? null
}

export type SoldSale = SalePlace & {
  receiptNo: string
  method: PayMethod
  paidFen: number
  postingId: Uuid
  shiftId: Uuid | null
  operatorId: OperatorId | null
  at: Instant
  /** The meter that it was sold for, as the receipt says. */
  meterId: MeterId
  meterNo: string
  premises: string
  creditFen: number
  carryFen: number
  feeFen: number
  /** Money that this sale took as security; it is not reversed here. */
  depositFen: number
  purchaseId: Uuid | null
  purchaseKind: 'open' | 'recharge' | null
  purchaseState: string | null
  /** The supply that the purchase was sold to. */
  supplyId: SupplyId | null
  /** Paid back, or on its way back out of the meter. */
  reversed: boolean
}

/** Read under the account's lock; its purchase is locked too, so that no delivery begins. */
export const soldSale = async (tx: Tx, place: SalePlace): Promise<SoldSale | null> => {
  const { complexId, saleId } = place
  await tx.query('select from purchase where complex_id = $1 and sale_id = $2 for update', [
    complexId,
    saleId,
  ])
  const rows = await tx.query<SoldSale>(
    `select s.complex_id as "complexId", s.sale_id as "saleId", s.account_id as "accountId",
       s.receipt_no as "receiptNo", s.method, s.paid_fen as "paidFen",
       s.posting_id as "postingId", s.shift_id as "shiftId", s.operator_id as "operatorId", s.at,
       (s.receipt->>'meterId')::integer as "meterId", s.receipt->>'meterNo' as "meterNo",
       s.receipt->>'premises' as premises, l."creditFen", l."carryFen", l."feeFen",
       l."depositFen", p.purchase_id as "purchaseId", p.kind as "purchaseKind",
       p.state as "purchaseState", p.supply_id as "supplyId",
       exists (select from payout o where o.complex_id = s.complex_id and o.sale_id = s.sale_id)
         or exists (select from reduction r where r.complex_id = s.complex_id
           and r.sale_id = s.sale_id and r.state <> 'CANCELLED') as reversed
     from sale s
     left join purchase p on p.complex_id = s.complex_id and p.sale_id = s.sale_id
     cross join lateral (
       select coalesce(sum(fen) filter (where purpose = 'credit'), 0)::bigint as "creditFen",
         coalesce(sum(fen) filter (where purpose = 'carry'), 0)::bigint as "carryFen",
         coalesce(sum(fen) filter (where purpose = 'fee'), 0)::bigint as "feeFen",
         coalesce(sum(fen) filter (where purpose = 'deposit'), 0)::bigint as "depositFen"
       from sale_line where complex_id = s.complex_id and sale_id = s.sale_id
     ) l
     where s.complex_id = $1 and s.sale_id = $2`,
    [complexId, saleId],
  )
  return rows[0] ?? null
}

/**
 * What the wallet of a meter held when it was last seen: by a poll, or by the read-back of a
 * delivery or of a reduction. Null when it was never seen; a reduction reads it before it takes.
 */
export const walletSeen = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
): Promise<{ fen: number; at: Instant } | null> => {
  const rows = await tx.query<{ fen: number; at: Instant }>(
    `select fen, at from (
       select balance_fen as fen, balance_at as at from latest
       where complex_id = $1 and meter_id = $2
       union all
       select (p.evidence->'reading'->>'balanceFen')::bigint,
         to_timestamp((p.evidence->'reading'->>'at')::numeric / 1000)
       from purchase p
       join epoch e on e.complex_id = p.complex_id and e.meter_id = p.meter_id
         and e.epoch = p.epoch and e.closed_at is null
       where p.complex_id = $1 and p.meter_id = $2 and p.state = 'DELIVERED'
       union all
       select (r.evidence->'reading'->>'balanceFen')::bigint,
         to_timestamp((r.evidence->'reading'->>'at')::numeric / 1000)
       from reduction r
       where r.complex_id = $1 and r.meter_id = $2 and r.state in ('DONE', 'CANCELLED')
     ) seen where fen is not null and at is not null order by at desc limit 1`,
    [complex, meter],
  )
  return rows[0] ?? null
}

/** Credit ever sold to an account into meters and the fees taken with it; reversals left out. */
export const soldToAccount = async (
  tx: Tx,
  complex: ComplexId,
  account: AccountId,
): Promise<{ creditFen: number; feeFen: number }> => {
  const rows = await tx.query<{ creditFen: number; feeFen: number }>(
    `select coalesce(sum(l.fen) filter (where l.purpose = 'credit'), 0)::bigint as "creditFen",
       coalesce(sum(l.fen) filter (where l.purpose = 'fee'), 0)::bigint as "feeFen"
     from sale s
     join sale_line l on l.complex_id = s.complex_id and l.sale_id = s.sale_id
     where s.complex_id = $1 and s.account_id = $2 and not exists (select from payout o
       where o.complex_id = s.complex_id and o.sale_id = s.sale_id)`,
    [complex, account],
  )
  return rows[0] ?? { creditFen: 0, feeFen: 0 }
}

/** The clerk's open shift, without opening one. */
export const ownShift = async (
  tx: Tx,
  complex: ComplexId,
  operator: OperatorId | null,
): Promise<Uuid | null> => {
  const rows = await tx.query<{ id: Uuid }>(
    `select shift_id as id from shift
     where complex_id = $1 and operator_id = $2 and closed_at is null`,
    [complex, operator],
  )
  return rows[0]?.id ?? null
}
