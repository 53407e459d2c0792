// What a typed text may mean among sales 流水查找: a receipt, a request, or accounts by number, tenant
// (former ones too), shop and meter. The registers are searched, which are small; sales are then
// found by their indexes.

import type { Tx } from '../ports/database.ts'
import { type Day, dayAfter } from '../shared/clock.ts'
import type { AccountId, ComplexId } from '../shared/ids.ts'
import { likeText } from './search-store.ts'

export type SaleMatch = {
  receiptNos: readonly string[]
  requestId: string
  accounts: readonly AccountId[]
  /** Of these only what was sold by a meter whose number has the text in it. */
  byMeter: readonly AccountId[]
  text: string
}

// Every tenant, shop and meter that an account ever had.
const MATCHES = `
  select a.account_id as id, false as "byMeter" from account a
  where a.complex_id = $1 and a.no ilike '%' || $2 || '%'
  union
  select at.account_id, false from account_tenant at
  join tenant t on t.complex_id = at.complex_id and t.tenant_id = at.tenant_id
  where at.complex_id = $1 and (t.name ilike '%' || $2 || '%'
    or t.name_en ilike '%' || $2 || '%' or t.pinyin like '%' || lower($2) || '%')
  union
  select s.account_id, false from supply s
  join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
  join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  where s.complex_id = $1 and (pr.no ilike '%' || $2 || '%' or pr.name ilike '%' || $2 || '%'
    or pr.name_en ilike '%' || $2 || '%')
  union
  select s.account_id, true from supply s
  join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
  join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
  where s.complex_id = $1 and m.no ilike '%' || $2 || '%'`

const RECEIPT_DIGITS = 7

/** Whole receipt numbers that the text may stand for; digits alone: of this year and the last. */
export const receiptNumbersFor = (text: string, today: Day): string[] => {
  if (/^\d{4}-\d+$/.test(text)) return [text]
  if (!/^\d{1,7}$/.test(text)) return []
  const year = Number(dayAfter(today).slice(0, 4))
  return [year, year - 1].map((of) => `${of}-${text.padStart(RECEIPT_DIGITS, '0')}`)
}

export const matchSales = async (
  tx: Tx,
  complex: ComplexId,
  text: string,
  today: Day,
): Promise<SaleMatch> => {
  const rows = await tx.query<{ id: AccountId; byMeter: boolean }>(MATCHES, [
    complex,
    likeText(text),
  ])
  return {
    receiptNos: receiptNumbersFor(text, today),
    requestId: text,
    accounts: rows.flatMap(({ id, byMeter }) => (byMeter ? [] : [id])),
    byMeter: rows.flatMap(({ id, byMeter }) => (byMeter ? [id] : [])),
    text: likeText(text),
  }
}
