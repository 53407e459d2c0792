// Pinyin initials of premises 拼音首字母 that were written before there were any, or past the registers.

import { type Db, systemScope } from '../ports/database.ts'
import { initials } from '../shared/initials.ts'

type Row = { complexId: number; premisesId: number; name: string }

/** Done at the start; finds nothing where it was done before. */
export const fillInitials = (db: Db): Promise<void> =>
  db.as(systemScope('start'), async (tx) => {
    const rows = await tx.query<Row>(
      `select complex_id as "complexId", premises_id as "premisesId", name from premises
       where pinyin = '' and name <> ''`,
    )
    if (rows.length === 0) return
    await tx.query(
      `update premises pr set pinyin = n.pinyin
       from unnest($1::integer[], $2::integer[], $3::text[]) as n(complex_id, premises_id, pinyin)
       where pr.complex_id = n.complex_id and pr.premises_id = n.premises_id`,
      [
        ...[rows.map(({ complexId }) => complexId), rows.map(({ premisesId }) => premisesId)],
        rows.map(({ name }) => initials(name)),
      ],
    )
  })
