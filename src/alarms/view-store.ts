// Alarms as people see them 报警查询: with their words, their subject's place, and who acknowledged.

import type { Alarm, ListOf } from '../http/contract.ts'
import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Instant, instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { ComplexId, Uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import type { AlarmRules } from './catalog.ts'
import type { Severity } from './rule.ts'

type Row = {
  alarmId: Uuid
  complexId: ComplexId
  rule: string
  severity: Severity
  subjectKind: string
  subjectId: number
  subject: string | null
  facts: Record<string, unknown>
  raisedAt: Instant
  acknowledgedAt: Instant | null
  acknowledgedBy: string | null
  clearedAt: Instant | null
  zone: string
}

const ALARMS = `
  select a.alarm_id as "alarmId", a.complex_id as "complexId", a.rule, a.severity,
    a.subject_kind as "subjectKind", a.subject_id as "subjectId",
    coalesce(case a.subject_kind when 'complex' then c.name end, g.name,
      nullif(concat_ws(' ', pr.no, nullif(pr.name, ''), m.no), '')) as subject,
    a.facts, a.raised_at as "raisedAt", a.acknowledged_at as "acknowledgedAt",
    o.name as "acknowledgedBy", a.cleared_at as "clearedAt", c.zone
  from alarm a
  join complex c on c.complex_id = a.complex_id
  left join gateway g on a.subject_kind = 'gateway'
    and g.complex_id = a.complex_id and g.gateway_id = a.subject_id
  left join supply s on a.subject_kind = 'supply'
    and s.complex_id = a.complex_id and s.supply_id = a.subject_id
  left join installation i on i.complex_id = a.complex_id and i.until is null
    and (i.point_id = s.point_id or (a.subject_kind = 'meter' and i.meter_id = a.subject_id))
  left join meter m on m.complex_id = a.complex_id
    and m.meter_id = case a.subject_kind when 'meter' then a.subject_id else i.meter_id end
  left join point p on p.complex_id = a.complex_id and p.point_id = coalesce(s.point_id, i.point_id)
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  left join operator o on o.operator_id = a.acknowledged_by`

// Moments are kept as numbers and shown as times, like every other moment of the API.
const shownFacts = (facts: Row['facts'], zone: string): Row['facts'] =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === 'number' && /(At|[sS]ince)$/.test(name)
        ? rfc3339(instant(value), zone)
        : value,
    ]),
  )

const alarmOf = (rules: AlarmRules, { zone, ...row }: Row): Alarm => {
  const time = (at: Instant | null) => (at === null ? null : rfc3339(at, zone))
  return {
    ...row,
    title: rules.get(row.rule)?.title ?? { zh: row.rule, en: row.rule },
    facts: shownFacts(row.facts, zone),
    subject: row.subject ?? `${row.subjectKind} ${row.subjectId}`,
    raisedAt: rfc3339(row.raisedAt, zone),
    acknowledgedAt: time(row.acknowledgedAt),
    clearedAt: time(row.clearedAt),
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export type AlarmQuery = {
  complexId: ComplexId
  /** `open` is what is not cleared yet, acknowledged or not. */
  state?: 'open' | 'unacknowledged' | 'acknowledged' | 'cleared' | 'all'
  severity?: Severity | null
  /** At most 500. */
  limit: number
  /** The id of the last alarm of the page before. */
  cursor?: string | null
}

/** Newest first. Errors: Refusal invalid_input (cursor). */
export const listAlarms = async (
  tx: Tx,
  rules: AlarmRules,
  { complexId, state = 'open', severity = null, limit, cursor = null }: AlarmQuery,
): Promise<ListOf<Alarm>> => {
  refuseIf(cursor !== null && !UUID.test(cursor), 'invalid_input', { field: 'cursor' })
  const rows = await tx.query<Row>(
    `${ALARMS}
     where a.complex_id = $1 and ($5::text is null or a.severity = $5)
       and case $2
         when 'open' then a.cleared_at is null
         when 'unacknowledged' then a.cleared_at is null and a.acknowledged_at is null
         when 'acknowledged' then a.cleared_at is null and a.acknowledged_at is not null
         when 'cleared' then a.cleared_at is not null
         else true end
       and ($3::uuid is null or (a.raised_at, a.alarm_id) < (
         select b.raised_at, b.alarm_id from alarm b
         where b.complex_id = $1 and b.alarm_id = $3::uuid))
     order by a.raised_at desc, a.alarm_id desc limit $4`,
    [complexId, state, cursor, limit + 1, severity],
  )
  const items = rows.slice(0, limit).map((row) => alarmOf(rules, row))
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? last.alarmId : null }
}

const byId = async (tx: Tx, alarmId: Uuid): Promise<Row> => {
  const rows = await tx.query<Row>(
    `${ALARMS} where a.complex_id in (select complex_id from complex) and a.alarm_id = $1`,
    [alarmId],
  )
  const row = rows[0]
  if (!row) throw new Refusal('not_found', { alarmId })
  return row
}

/** Errors: Refusal not_found. */
export const alarmById = async (tx: Tx, rules: AlarmRules, alarmId: Uuid): Promise<Alarm> =>
  alarmOf(rules, await byId(tx, alarmId))

/**
 * Acknowledged once, by the operator of this scope; a second time changes nothing. Errors: Refusal
 * not_found, alarm_not_open.
 */
export const acknowledgeAlarm = async (
  tx: Tx,
  rules: AlarmRules,
  alarmId: Uuid,
): Promise<Alarm> => {
  const operator = must(tx.scope.operator, 'an operator acknowledges')
  const { complexId } = await byId(tx, alarmId)
  await tx.query(
    `update alarm set acknowledged_at = $3, acknowledged_by = $4
     where complex_id = $1 and alarm_id = $2 and cleared_at is null and acknowledged_at is null`,
    [complexId, alarmId, sqlTime(tx.now), operator],
  )
  const row = await byId(tx, alarmId)
  refuseIf(row.acknowledgedAt === null, 'alarm_not_open', { alarmId })
  return alarmOf(rules, row)
}
