// Numbers of receipts and vouchers 票据号: one gapless series per complex and year. The row of the
// series is held to the commit, so it is taken last.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId } from '../shared/ids.ts'
import { nextValues } from '../work/counter.ts'

/**
 * As SQL: the table `numbers`, with n and receipt_no for each row of `documents`, which has n,
 * complex_id and the year of the posting as text; numbered in the order of n.
 */
export const receiptNumbers = (documents: string): string => `
  placed as (
    select n, complex_id, 'receipt/' || year as series, year,
      row_number() over (partition by complex_id, year order by n) as place,
      count(*) over (partition by complex_id, year) as how_many
    from ${documents}
  ), ended as (
    ${nextValues('select complex_id, series, count(*) from placed group by 1, 2 order by 1, 2')}
  ), numbers as (
    select p.n, p.year || '-' || lpad(v.value::text, greatest(7, length(v.value::text)), '0')
      as receipt_no
    from placed p
    join ended e on e.complex_id = p.complex_id and e.name = p.series
    cross join lateral (select e.value - p.how_many + p.place as value) v
  )`

const NEXT = `
  with one as (select 1 as n, $1::integer as complex_id, $2::text as year),
  ${receiptNumbers('one')}
  select receipt_no as "receiptNo" from numbers`

/** The next number, for who writes the document in a statement of his own. */
export const receiptNumber = async (
  tx: Tx,
  complexId: ComplexId,
  year: string,
): Promise<string> => {
  const rows = await tx.query<{ receiptNo: string }>(NEXT, [complexId, year], 'kept')
  return must(rows[0], 'the counter answers').receiptNo
}
