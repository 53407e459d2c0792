// Vouchers as they are shown 付款凭证: as they were printed, newest first.

import type { PayoutPurpose, Voucher } from '../http/contract/payouts.ts'
import type { Tx } from '../ports/database.ts'
import type { ComplexId } from '../shared/ids.ts'
import { likeText } from './search-store.ts'

export type PayoutFilter = {
  accountId: number | null
  purpose: PayoutPurpose | null
  /** Calendar days in the complex's zone, both shown. */
  from: string | null
  to: string | null
  /** Part of a voucher, receipt, meter or account number or of a name; null for all. */
  search: string | null
  /** The payout that the last page ended with. */
  before: string | null
  limit: number
}

const PAYOUTS = `
  select o.receipt as voucher from complex c
  join payout o on o.complex_id = c.complex_id
  where c.complex_id = $1
    and ($2::integer is null or o.account_id = $2)
    and ($3::text is null or o.purpose = $3)
    and ($4::date is null or o.at >= $4::date::timestamp at time zone c.zone)
    and ($5::date is null or o.at < ($5::date + 1)::timestamp at time zone c.zone)
    and ($6::text is null or concat_ws(' ', o.receipt_no, o.receipt->>'saleReceiptNo',
      o.receipt->>'accountNo', o.receipt->>'tenant', o.receipt->>'premises',
      o.receipt->>'meterNo') ilike '%' || $6 || '%')
    and ($7::uuid is null or o.payout_id < $7)
  order by o.payout_id desc limit $8`

export const listPayouts = async (
  tx: Tx,
  complex: ComplexId,
  filter: PayoutFilter,
): Promise<Voucher[]> => {
  const rows = await tx.query<{ voucher: Voucher }>(PAYOUTS, [
    complex,
    filter.accountId,
    filter.purpose,
    filter.from,
    filter.to,
    filter.search === null ? null : likeText(filter.search),
    filter.before,
    filter.limit,
  ])
  return rows.map((row) => row.voucher)
}

/** Null where the scope has no such payout. */
export const voucherOfPayout = async (
  tx: Tx,
  payout: string,
  within: number | null,
): Promise<Voucher | null> => {
  const rows = await tx.query<{ voucher: Voucher }>(
    `select o.receipt as voucher from complex c
     join payout o on o.complex_id = c.complex_id and o.payout_id = $1
     where $2::integer is null or c.complex_id = $2`,
    [payout, within],
  )
  return rows[0]?.voucher ?? null
}
