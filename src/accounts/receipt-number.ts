// Numbers of receipts and vouchers 票据号: one gapless series per complex and year. The row of the
// series is held to the commit, so it is taken last.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId } from '../shared/ids.ts'
import { nextValue } from '../work/counter.ts'

/** As SQL: the table `number` with one row; $1 is the complex, $2 the year of the posting. */
export const NUMBER = `
  n as (${nextValue('$1', `'receipt/' || $2::text`)}),
  number as (
    select $2::text || '-' || lpad(value::text, greatest(7, length(value::text)), '0') as receipt_no
    from n
  )`

const NEXT = `with ${NUMBER} select receipt_no as "receiptNo" from number`

/** The next number, for who writes the document in a statement of his own. */
export const receiptNumber = async (
  tx: Tx,
  complexId: ComplexId,
  year: string,
): Promise<string> => {
  const rows = await tx.query<{ receiptNo: string }>(NEXT, [complexId, year], 'kept')
  return must(rows[0], 'the counter answers').receiptNo
}
