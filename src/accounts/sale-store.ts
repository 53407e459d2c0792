// The rows of a sale 售电记录, in one statement: its number with the sale, its lines, the purchase that
// carries the money into a meter and the answer that is kept for its request. The row that numbers
// the receipts of a complex is therefore held for this statement and, where it is the last, the
// commit: nobody waits for the way to us and back.

import type { Receipt } from '../http/contract.ts'
import type { PayMethod } from '../ledger/chart.ts'
import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Day, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, MeterId, SupplyId, Uuid } from '../shared/ids.ts'
import type { Kept } from '../work/request.ts'
import type { Unnumbered } from './receipt.ts'
import { NUMBER } from './receipt-number.ts'

export type Purchase = {
  purchaseId: Uuid
  supplyId: SupplyId
  meterId: MeterId
  epoch: number
  purchaseNo: number
  kind: 'open' | 'recharge'
  amountFen: number
  events: readonly { eventId: Uuid; kind: string; facts: Record<string, unknown> }[]
}

export type NewSale = {
  complexId: ComplexId
  saleId: Uuid
  accountId: AccountId
  requestId: string
  shiftId: Uuid
  businessDate: Day
  method: PayMethod
  paidFen: number
  postingId: Uuid
  receipt: Unnumbered
  lines: readonly {
    purpose: 'credit' | 'carry' | 'fee' | 'deposit'
    supplyId: SupplyId | null
    fen: number
  }[]
  purchase: Purchase | null
}

/** The answer to keep for the request of a sale, without the number. */
export type KeptAnswer = { kept: Kept; answer: { receipt: Unnumbered } }

const SALE = `
  with ${NUMBER}, s as (
    insert into sale (complex_id, sale_id, account_id, request_id, shift_id, receipt_no, method,
      paid_fen, posting_id, operator_id, at, receipt)
    select $1, $3, $4, $5, $6, receipt_no, $7, $8, $9, $10, $11,
      $12::jsonb || jsonb_build_object('receiptNo', receipt_no)
    from number
  ), l as (
    insert into sale_line (complex_id, sale_id, line, purpose, supply_id, fen)
    select $1, $3, l.line, l.purpose, l.supply_id, l.fen
    from unnest($13::text[], $14::integer[], $15::bigint[]) with ordinality
      as l(purpose, supply_id, fen, line)
  ), p as (
    insert into purchase (complex_id, purchase_id, sale_id, supply_id, meter_id, epoch,
      purchase_no, kind, amount_fen, state, queued_at)
    select $1, $16, $3, $17, $18, $19, $20, $21, $22, 'QUEUED', $11 where $16::uuid is not null
  ), e as (
    insert into purchase_event (complex_id, purchase_id, event_id, at, kind, facts)
    select $1, $16, e.id, $11, e.kind, case when e.kind = 'posted'
      then e.facts || jsonb_build_object('receiptNo', receipt_no) else e.facts end
    from number, unnest($23::uuid[], $24::text[], $25::jsonb[]) as e(id, kind, facts)
  ), r as (
    insert into request (complex_id, request_id, operation, content_hash, answer, at)
    select $1, $26, $27, $28, jsonb_set($29, '{receipt,receiptNo}', to_jsonb(receipt_no)), $11
    from number where $26::text is not null
  )
  select receipt_no as "receiptNo" from number`

const saleParams = (tx: Tx, sale: NewSale): unknown[] => [
  ...[sale.complexId, sale.businessDate.slice(0, 4), sale.saleId, sale.accountId, sale.requestId],
  ...[sale.shiftId, sale.method, sale.paidFen, sale.postingId, tx.scope.operator, sqlTime(tx.now)],
  JSON.stringify(sale.receipt),
  sale.lines.map((line) => line.purpose),
  sale.lines.map((line) => line.supplyId),
  sale.lines.map((line) => line.fen),
]

const purchaseParams = (p: Purchase | null): unknown[] => {
  const events = p?.events ?? []
  return [
    ...[p?.purchaseId, p?.supplyId, p?.meterId, p?.epoch, p?.purchaseNo, p?.kind, p?.amountFen],
    events.map((event) => event.eventId),
    events.map((event) => event.kind),
    events.map((event) => JSON.stringify(event.facts)),
  ]
}

const keptParams = (last: KeptAnswer | null): unknown[] => [
  ...[last?.kept.requestId, last?.kept.operation, last?.kept.contentHash],
  last && JSON.stringify(last.answer),
]

/** Numbers and writes the sale; with an answer to keep, as the last statement. */
export const writeSale = async (
  tx: Tx,
  sale: NewSale,
  last: KeptAnswer | null,
): Promise<Receipt> => {
  const params = [...saleParams(tx, sale), ...purchaseParams(sale.purchase), ...keptParams(last)]
  const rows = last
    ? await tx.last<{ receiptNo: string }>(SALE, params)
    : await tx.query<{ receiptNo: string }>(SALE, params, 'kept')
  return { ...sale.receipt, receiptNo: must(rows[0], 'a sale has its number').receiptNo }
}
