// The price cap 价格上限 as it is stored: rows are only ever added. What holds for a month is the row
// that began last, of one beginning the last saved.

import type { CapBasis, NewPriceCap } from '../http/contract/price-cap.ts'
import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

export type CapRow = {
  capId: number
  since: Day
  basis: CapBasis
  marginE6: number
  serviceFee: boolean
  act: NewPriceCap['act']
  note: string
  savedAt: Instant
  savedBy: string | null
}

const CAPS = `
  select c.cap_id as "capId", c.since::text, c.basis, c.margin_e6 as "marginE6",
    c.service_fee as "serviceFee", c.act, c.note, c.saved_at as "savedAt", o.name as "savedBy"
  from price_cap c left join operator o on o.operator_id = c.saved_by
  where c.complex_id = $1`
const LATEST = 'order by c.since desc, c.cap_id desc limit $2'

/** The latest beginning first. */
export const listCaps = (tx: Tx, complex: ComplexId, limit: number): Promise<CapRow[]> =>
  tx.query<CapRow>(`${CAPS} ${LATEST}`, [complex, limit])

/** What holds in a month, be it that there is no ceiling; null: nothing was ever said. */
export const capIn = async (tx: Tx, complex: ComplexId, month: Day): Promise<CapRow | null> => {
  const rows = await tx.query<CapRow>(`${CAPS} and c.since <= $3 ${LATEST}`, [complex, 1, month])
  return rows[0] ?? null
}

export type CapToSave = Omit<CapRow, 'capId' | 'savedAt' | 'savedBy'>

export const insertCap = async (tx: Tx, complex: ComplexId, cap: CapToSave): Promise<number> => {
  const rows = await tx.query<{ capId: number }>(
    `insert into price_cap (complex_id, since, basis, margin_e6, service_fee, act, note, saved_at,
       saved_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning cap_id as "capId"`,
    [
      ...[complex, cap.since, JSON.stringify(cap.basis), cap.marginE6, cap.serviceFee, cap.act],
      ...[cap.note, sqlTime(tx.now), tx.scope.operator],
    ],
  )
  return rows[0]?.capId ?? 0
}
