// Readings that change what was charged 影响已结电费的读数: those that come after their time, and
// those that somebody decided about, lead to work that prices their month again.

import type { Tx } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import { type Instant, plusMs, sqlTime } from '../../shared/clock.ts'
import type { ComplexId, MeterId } from '../../shared/ids.ts'
import { RERATE_WORK } from '../../work/rerate.ts'
import type { PollHook, PollResult } from './poll-result.ts'

export type Changed = { meterId: MeterId; at: Instant }
export type RerateCause = 'reading' | 'decision'

// One row of work for each meter and month; only where a supply was charged beyond the reading.
const ADD = `
  insert into work (complex_id, work_id, kind, key, payload, due_at)
  select $1, i.work_id, '${RERATE_WORK}', c.key, jsonb_build_object('cause', $2::text), $3
  from (
    select key, row_number() over (order by key) as nth from (
      select distinct 'readings/' || r.meter_id || '/' || to_char(r.at at time zone x.zone
        - make_interval(mins => x.day_cut_minutes), 'YYYY-MM') as key
      from unnest($4::integer[], $5::timestamptz[]) as r(meter_id, at)
      join complex x on x.complex_id = $1
      where exists (select from usage_mark m
        where m.complex_id = $1 and m.meter_id = r.meter_id and m.at >= r.at)
    ) k
  ) c
  join unnest($6::uuid[]) with ordinality as i(work_id, nth) on i.nth = c.nth
  on conflict (complex_id, kind, key) where done_at is null
  do update set due_at = least(work.due_at, excluded.due_at), attempts = 0, claimed_by = null,
    claimed_until = null`

/** In the transaction that stored or decided them. */
export const afterReadingsChanged = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  { cause, changed }: { cause: RerateCause; changed: readonly Changed[] },
): Promise<void> => {
  if (changed.length === 0) return
  await tx.query(ADD, [
    complexId,
    cause,
    sqlTime(tx.now),
    changed.map(({ meterId }) => meterId),
    changed.map(({ at }) => sqlTime(at)),
    changed.map(() => ids.uuid()),
  ])
}

/** A day is charged an hour and a half after its end at the earliest. */
const LATE_AFTER_MS = 60 * 60_000

const timeOf = (result: PollResult): Instant | null => {
  if (result.kind === 'energy') return result.outcome.ok ? result.outcome.value.at : null
  if (result.kind !== 'freeze') return null
  return result.outcome.ok ? (result.outcome.value?.frozenAt ?? null) : null
}

/** For the writer: what it has just stored and is older than an hour. */
export const lateReadingHook =
  (ids: Ids): PollHook =>
  async (tx, complexId, results) => {
    const before = plusMs(tx.now, -LATE_AFTER_MS)
    const changed = results.flatMap((result) => {
      const at = timeOf(result)
      return at === null || at >= before ? [] : [{ meterId: result.meterId, at }]
    })
    await afterReadingsChanged(tx, ids, complexId, { cause: 'reading', changed })
  }
