// Numbers of receipts and vouchers 票据号: one gapless series per complex and year. The row of the
// series is held to the commit, so it is taken last.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId } from '../shared/ids.ts'
import { nextValue } from '../work/counter.ts'

/** As SQL of one row and the column `receipt_no`: $1 is the complex, $2 the year of the posting. */
export const NEXT_RECEIPT_NO = `
  with n as (${nextValue('$1', `'receipt/' || $2::text`)})
  select $2::text || '-' || lpad(value::text, greatest(7, length(value::text)), '0') as receipt_no
  from n`

/** The next number, for who writes the document in a statement of his own. */
export const receiptNumber = async (
  tx: Tx,
  complexId: ComplexId,
  year: string,
): Promise<string> => {
  const rows = await tx.query<{ receipt_no: string }>(NEXT_RECEIPT_NO, [complexId, year], 'kept')
  return must(rows[0], 'the counter answers').receipt_no
}
