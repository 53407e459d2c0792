// What was done about alarms 报警经过: rows are only ever added.

import type { AlarmEvent } from '../http/contract/alarms.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { type Instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { ComplexId, Uuid } from '../shared/ids.ts'

export type NewEvent = {
  alarmId: Uuid
  kind: AlarmEvent['kind']
  note?: string
  facts?: Readonly<Record<string, unknown>>
}

const WRITE = `
  insert into alarm_event (complex_id, alarm_id, event_id, kind, at, operator_id, note, facts)
  select $1, n.alarm_id, n.event_id, n.kind, $2, $3, n.note, n.facts
  from unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::jsonb[])
    as n(alarm_id, event_id, kind, note, facts)`

/** By whoever the transaction is of; the system is nobody. */
export const writeEvents = async (
  tx: Tx,
  ids: Ids,
  complex: ComplexId,
  events: readonly NewEvent[],
): Promise<void> => {
  if (events.length === 0) return
  await tx.query(
    WRITE,
    [
      ...[complex, sqlTime(tx.now), tx.scope.operator, events.map(({ alarmId }) => alarmId)],
      ...[events.map(() => ids.uuid()), events.map(({ kind }) => kind)],
      events.map(({ note = '' }) => note),
      events.map(({ facts = {} }) => JSON.stringify(facts)),
    ],
    'kept',
  )
}

type Row = Omit<AlarmEvent, 'at'> & { at: Instant }

/** Oldest first. */
export const eventsOf = async (
  tx: Tx,
  complex: ComplexId,
  alarmId: Uuid,
  zone: string,
): Promise<AlarmEvent[]> => {
  const rows = await tx.query<Row>(
    `select e.kind, e.at, o.name as operator, e.note, e.facts
     from alarm_event e left join operator o on o.operator_id = e.operator_id
     where e.complex_id = $1 and e.alarm_id = $2 order by e.at, e.event_id`,
    [complex, alarmId],
  )
  return rows.map((row) => ({ ...row, at: rfc3339(row.at, zone) }))
}
