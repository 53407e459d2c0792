// How long is kept what is about people 保留期限, as SQL.

import type { Retention } from '../http/contract/privacy.ts'
import type { Tx } from '../ports/database.ts'
import { plusMs, sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

const DONE_DAYS = 90
const DAY_MS = 86_400_000

export const retentionOf = async (tx: Tx, complexId: ComplexId): Promise<Retention> => {
  const rows = await tx.query<Pick<Retention, 'departedMonths' | 'doneDays'>>(
    `select departed_months as "departedMonths", done_days as "doneDays" from retention
     where complex_id = $1`,
    [complexId],
  )
  return { complexId, ...(rows[0] ?? { departedMonths: null, doneDays: DONE_DAYS }) }
}

export const writeRetention = async (tx: Tx, to: Retention): Promise<void> => {
  await tx.query(
    `insert into retention (complex_id, departed_months, done_days, saved_at)
     values ($1, $2, $3, $4)
     on conflict (complex_id) do update set departed_months = excluded.departed_months,
       done_days = excluded.done_days, saved_at = excluded.saved_at`,
    [to.complexId, to.departedMonths, to.doneDays, sqlTime(tx.now)],
  )
}

/** Work done before then; how many rows went, `limit` at most. */
export const dropDoneWork = async (
  tx: Tx,
  { complexId, doneDays }: Retention,
  limit: number,
): Promise<number> => {
  const before = sqlTime(plusMs(tx.now, -doneDays * DAY_MS))
  const rows = await tx.query(
    `delete from work where ctid = any (array(
       select ctid from work where complex_id = $1 and done_at < $2 limit $3)) returning 1`,
    [complexId, before, limit],
  )
  return rows.length
}

/** Sessions that ended, by themselves or otherwise, so many days ago. */
export const dropOldSessions = async (tx: Tx, days: number, limit: number): Promise<number> => {
  const rows = await tx.query(
    `delete from session where ctid = any (array(
       select ctid from session where coalesce(ended_at, expires_at) < $1 limit $2)) returning 1`,
    [sqlTime(plusMs(tx.now, -days * DAY_MS)), limit],
  )
  return rows.length
}
