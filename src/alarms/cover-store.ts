// Alarms that another speaks for 归并: written with an event each, and given back when the other has
// ended and they have not.

import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { plusMs, sqlTime } from '../shared/clock.ts'
import type { ComplexId, Uuid } from '../shared/ids.ts'
import { type NewEvent, writeEvents } from './event-store.ts'

export type CoverRow = { alarmId: Uuid; parentId: Uuid }

/** A status round: most of what was silent answers in it. */
const GRACE_MS = 180_000

const COVER = `
  update alarm a set parent_id = n.parent_id
  from unnest($2::uuid[], $3::uuid[]) as n(alarm_id, parent_id)
  where a.complex_id = $1 and a.alarm_id = n.alarm_id`

export const writeCovers = async (
  tx: Tx,
  ids: Ids,
  complex: ComplexId,
  rows: readonly CoverRow[],
): Promise<void> => {
  if (rows.length === 0) return
  await tx.query(
    COVER,
    [complex, rows.map((row) => row.alarmId), rows.map((row) => row.parentId)],
    'kept',
  )
  const events = rows.map(
    ({ alarmId, parentId }): NewEvent => ({ alarmId, kind: 'covered', facts: { parentId } }),
  )
  await writeEvents(tx, ids, complex, events)
}

const SURFACE = `
  update alarm a set parent_id = null, surfaced_at = $2
  from alarm p
  where a.complex_id = $1 and a.cleared_at is null and a.parent_id is not null
    and p.complex_id = a.complex_id and p.alarm_id = a.parent_id and p.cleared_at <= $3
  returning a.alarm_id as "alarmId"`

/** What still lasts a round after the alarm that spoke for it has ended speaks for itself. */
export const surface = async (tx: Tx, ids: Ids, complex: ComplexId): Promise<void> => {
  const rows = await tx.query<{ alarmId: Uuid }>(
    SURFACE,
    [complex, sqlTime(tx.now), sqlTime(plusMs(tx.now, -GRACE_MS))],
    'kept',
  )
  const events = rows.map(({ alarmId }): NewEvent => ({ alarmId, kind: 'surfaced' }))
  await writeEvents(tx, ids, complex, events)
}
