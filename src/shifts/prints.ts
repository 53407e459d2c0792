// Prints of receipts and vouchers 打印与补打: the first is the original, every later one a copy that
// says so; each is a row.

import type { ReceiptPrints } from '../http/contract/shifts.ts'
import type { Receipt } from '../http/contract.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { type Instant, rfc3339, sqlTime } from '../shared/clock.ts'
import { type ComplexId, complexId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { nextNumber } from '../work/counter.ts'
import { once } from '../work/request.ts'

type Printed = { kind: 'sale' | 'payout'; id: string; receipt: Receipt | null; zone: string }

const FIND = `
  select 'sale' as kind, s.sale_id as id, s.receipt, c.zone
  from sale s join complex c on c.complex_id = s.complex_id
  where s.complex_id = $1 and s.receipt_no = $2
  union all
  select 'payout', p.payout_id, null, c.zone
  from payout p join complex c on c.complex_id = p.complex_id
  where p.complex_id = $1 and p.receipt_no = $2`

const PRINTS = `
  select p.copy_no as "copyNo", p.at, coalesce(o.name, '') as operator
  from receipt_print p left join operator o on o.operator_id = p.operator_id
  where p.complex_id = $1 and p.receipt_no = $2 order by p.copy_no`

/** Refuses: not_found. */
export const printsOf = async (
  tx: Tx,
  complex: number,
  receiptNo: string,
): Promise<ReceiptPrints> => {
  const found = (await tx.query<Printed>(FIND, [complex, receiptNo]))[0]
  if (!found) throw new Refusal('not_found', { receiptNo })
  type Row = { copyNo: number; at: Instant; operator: string }
  const rows = await tx.query<Row>(PRINTS, [complex, receiptNo])
  const { kind, id, receipt, zone } = found
  const prints = rows.map((row) => ({ ...row, at: rfc3339(row.at, zone) }))
  return { receiptNo, kind, id, receipt, prints }
}

const printIn = async (
  tx: Tx,
  ids: Ids,
  complex: ComplexId,
  receiptNo: string,
): Promise<ReceiptPrints> => {
  const { kind, id } = await printsOf(tx, complex, receiptNo)
  const copyNo = await nextNumber(tx, complex, `print/${receiptNo}`)
  await tx.query(
    `insert into receipt_print (complex_id, print_id, receipt_no, copy_no, operator_id, at)
     values ($1, $2, $3, $4, $5, $6)`,
    [complex, ids.uuid(), receiptNo, copyNo, tx.scope.operator, sqlTime(tx.now)],
  )
  await audit(tx, ids, {
    complexId: complex,
    action: 'receipt.print',
    subject: `${kind}/${id}`,
    after: { receiptNo, copyNo },
  })
  return printsOf(tx, complex, receiptNo)
}

/** Notes one more print; the last of the answer is this one. Refuses: not_found. */
export const printReceipt = (
  deps: { db: Db; ids: Ids },
  scope: Scope,
  print: { complexId: number; receiptNo: string; requestId: string },
): Promise<ReceiptPrints> => {
  const { requestId, receiptNo } = print
  const complex = complexId(print.complexId)
  return once(
    deps.db,
    scope,
    { complexId: complex, requestId, operation: 'receipt.print', content: { receiptNo } },
    (tx) => printIn(tx, deps.ids, complex, receiptNo),
  )
}
