// The complex a request names 综合体: not in the caller's scope and not there at all are the same 404.

import type { Tx } from '../ports/database.ts'
import { type ComplexId, complexId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'

export type NamedComplex = { complexId: ComplexId; zone: string; dayCutMinutes: number }

/** Refuses: not_found. */
export const namedComplex = async (tx: Tx, id: number): Promise<NamedComplex> => {
  const rows = await tx.query<Omit<NamedComplex, 'complexId'>>(
    'select zone, day_cut_minutes as "dayCutMinutes" from complex where complex_id = $1',
    [id],
  )
  const row = rows[0]
  if (!row) throw new Refusal('not_found', { complexId: id })
  return { complexId: complexId(id), ...row }
}

export type ComplexRow = {
  complexId: number
  code: string
  name: string
  nameEn: string
  zone: string
}

/** What row-level security lets the caller see, in pages. */
export const visibleComplexes = (
  tx: Tx,
  page: { after: number; limit: number },
): Promise<ComplexRow[]> =>
  tx.query<ComplexRow>(
    `select complex_id as "complexId", code, name, name_en as "nameEn", zone
     from complex where complex_id > $1 order by complex_id limit $2`,
    [page.after, page.limit],
  )
