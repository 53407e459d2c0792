// The rows of sales 售电记录, in one statement: their numbers with the sales, their lines, the
// purchases that carry the money into meters and the answers that are kept for their requests. The
// row that numbers the receipts of a complex is therefore held for this statement and, where it is
// the last, the commit: nobody waits for the way to us and back.

import type { Receipt } from '../http/contract.ts'
import type { PayMethod } from '../ledger/chart.ts'
import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Day, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, MeterId, OperatorId, SupplyId, Uuid } from '../shared/ids.ts'
import type { Kept } from '../work/request.ts'
import type { Unnumbered } from './receipt.ts'
import { receiptNumbers } from './receipt-number.ts'
import { purchaseColumns } from './store.ts'

export type Purchase = {
  purchaseId: Uuid
  supplyId: SupplyId
  meterId: MeterId
  epoch: number
  purchaseNo: number
  kind: 'open' | 'recharge'
  amountFen: number
  /** Names the first step of its timeline. */
  queuedId: Uuid
}

/** The answer to keep for the request of a sale, in which its receipt is put. */
export type KeptAnswer = { kept: Kept; answer: { receipt: null } }

export type NewSale = {
  complexId: ComplexId
  saleId: Uuid
  accountId: AccountId
  requestId: string
  operator: OperatorId | null
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
  /** Null: whoever sells keeps the answer himself. */
  last: KeptAnswer | null
}

// What was paid and posted is told from the sale when the timeline is shown; that it was queued is
// its first own step, by which others hear of it.
const SALES = `
  with sales as (
    select * from unnest($2::integer[], $3::text[], $4::uuid[], $5::integer[], $6::text[],
      $7::uuid[], $8::text[], $9::bigint[], $10::uuid[], $11::integer[], $12::jsonb[],
      $13::text[], $14::text[], $15::bytea[], $16::jsonb[])
      with ordinality as s(complex_id, year, sale_id, account_id, request_id, shift_id, method,
        paid_fen, posting_id, operator_id, receipt, kept_id, operation, content_hash, answer, n)
  ), ${receiptNumbers('sales')}, numbered as (
    select sales.*, receipt_no,
      sales.receipt || jsonb_build_object('receiptNo', receipt_no) as whole_receipt
    from sales join numbers using (n)
  ), s as (
    insert into sale (complex_id, sale_id, account_id, request_id, shift_id, receipt_no, method,
      paid_fen, posting_id, operator_id, at, receipt)
    select complex_id, sale_id, account_id, request_id, shift_id, receipt_no, method, paid_fen,
      posting_id, operator_id, $1, whole_receipt
    from numbered
  ), l as (
    insert into sale_line (complex_id, sale_id, line, purpose, supply_id, fen)
    select * from unnest($17::integer[], $18::uuid[], $19::integer[], $20::text[],
      $21::integer[], $22::bigint[])
  ), queued as (
    select * from unnest($23::integer[], $24::uuid[], $25::uuid[], $26::integer[],
      $27::integer[], $28::integer[], $29::integer[], $30::text[], $31::bigint[], $32::uuid[])
      as p(complex_id, purchase_id, sale_id, supply_id, meter_id, epoch, purchase_no, kind,
        amount_fen, event_id)
  ), p as (
    insert into purchase (complex_id, purchase_id, sale_id, supply_id, meter_id, epoch,
      purchase_no, kind, amount_fen, state, queued_at)
    select complex_id, purchase_id, sale_id, supply_id, meter_id, epoch, purchase_no, kind,
      amount_fen, 'QUEUED', $1
    from queued
  ), e as (
    insert into purchase_event (complex_id, purchase_id, event_id, at, kind, facts)
    select complex_id, purchase_id, event_id, $1, 'queued',
      jsonb_build_object('amountFen', amount_fen)
    from queued
  ), r as (
    insert into request (complex_id, request_id, operation, content_hash, answer, at)
    select complex_id, kept_id, operation, content_hash,
      jsonb_set(answer, '{receipt}', whole_receipt), $1
    from numbered where kept_id is not null
  )
  select receipt_no as "receiptNo" from numbers order by n`

const saleParams = (tx: Tx, sales: readonly NewSale[]): unknown[] => [
  sqlTime(tx.now),
  sales.map((sale) => sale.complexId),
  sales.map((sale) => sale.businessDate.slice(0, 4)),
  sales.map((sale) => sale.saleId),
  sales.map((sale) => sale.accountId),
  sales.map((sale) => sale.requestId),
  sales.map((sale) => sale.shiftId),
  sales.map((sale) => sale.method),
  sales.map((sale) => sale.paidFen),
  sales.map((sale) => sale.postingId),
  sales.map((sale) => sale.operator),
  sales.map((sale) => JSON.stringify(sale.receipt)),
  sales.map(({ last }) => last?.kept.requestId ?? null),
  sales.map(({ last }) => last?.kept.operation ?? null),
  sales.map(({ last }) => last?.kept.contentHash ?? null),
  sales.map(({ last }) => last && JSON.stringify(last.answer)),
]

const lineParams = (sales: readonly NewSale[]): unknown[] => {
  const lines = sales.flatMap(({ complexId, saleId, lines }) =>
    lines.map((line, at) => ({ complexId, saleId, line: at + 1, ...line })),
  )
  return [
    lines.map((line) => line.complexId),
    lines.map((line) => line.saleId),
    lines.map((line) => line.line),
    lines.map((line) => line.purpose),
    lines.map((line) => line.supplyId),
    lines.map((line) => line.fen),
  ]
}

const purchaseParams = (sales: readonly NewSale[]): unknown[] => {
  const purchases = sales.flatMap(({ complexId, saleId, purchase }) =>
    purchase ? [{ complexId, saleId, ...purchase }] : [],
  )
  return [...purchaseColumns(purchases), purchases.map((purchase) => purchase.queuedId)]
}

/**
 * Numbers and writes the sales in their order and answers their receipts; where all their answers
 * are kept, as the last statement.
 */
export const writeSales = async (tx: Tx, sales: readonly NewSale[]): Promise<Receipt[]> => {
  const params = [...saleParams(tx, sales), ...lineParams(sales), ...purchaseParams(sales)]
  const rows = sales.every((sale) => sale.last !== null)
    ? await tx.last<{ receiptNo: string }>(SALES, params)
    : await tx.query<{ receiptNo: string }>(SALES, params, 'kept')
  return sales.map(({ receipt }, at) => ({
    ...receipt,
    receiptNo: must(rows[at], 'a sale has its number').receiptNo,
  }))
}
