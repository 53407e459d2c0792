// The rows of alarms 报警记录: raised once per rule and subject, acknowledged by a person, cleared
// once. A message to the tenant is written in the same transaction as the alarm that causes it.

import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { sqlTime } from '../shared/clock.ts'
import type { ComplexId, TenantId, Uuid } from '../shared/ids.ts'
import type { Evidence, Severity } from './rule.ts'

export type SubjectKind = 'meter' | 'supply' | 'gateway' | 'complex'
export type Subject = { rule: string; subjectKind: SubjectKind; subjectId: number }

export type NewAlarm = Subject & {
  severity: Severity
  facts: Evidence
  /** Whom to tell and by which template; null where nobody is told. */
  message: { template: string; tenantId: TenantId } | null
}

const RAISE = `
  insert into alarm (complex_id, alarm_id, rule, subject_kind, subject_id, severity, facts,
    raised_at)
  select $1, n.* , $2 from unnest($3::uuid[], $4::text[], $5::text[], $6::integer[], $7::text[],
    $8::jsonb[]) as n(alarm_id, rule, subject_kind, subject_id, severity, facts)
  on conflict (complex_id, rule, subject_kind, subject_id) where cleared_at is null do nothing
  returning alarm_id as "alarmId"`

const TELL = `
  insert into message (complex_id, message_id, dedupe_key, tenant_id, template, facts, state,
    queued_at)
  select $1, n.message_id, n.dedupe_key, n.tenant_id, n.template, n.facts, 'queued', $2
  from unnest($3::uuid[], $4::text[], $5::integer[], $6::text[], $7::jsonb[])
    as n(message_id, dedupe_key, tenant_id, template, facts)
  on conflict (complex_id, dedupe_key) do nothing`

type Raised = { alarmId: Uuid; alarm: NewAlarm }

const tell = async (tx: Tx, ids: Ids, complex: ComplexId, raised: readonly Raised[]) => {
  const told = raised.flatMap(({ alarmId, alarm }) =>
    alarm.message === null ? [] : [{ ...alarm.message, alarmId, alarm }],
  )
  if (told.length === 0) return
  await tx.query(TELL, [
    complex,
    sqlTime(tx.now),
    told.map(() => ids.uuid()),
    told.map(({ alarm, alarmId }) => `${alarm.rule}/${alarm.subjectKind}/${alarmId}`),
    told.map(({ tenantId }) => tenantId),
    told.map(({ template }) => template),
    told.map(({ alarm, alarmId }) => JSON.stringify({ ...alarm.facts, alarmId })),
  ])
}

// One order for all, so that a poll and a sweep never wait for each other.
const inOrder = <S extends Subject>(subjects: readonly S[]): S[] =>
  subjects.toSorted(
    (a, b) =>
      a.rule.localeCompare(b.rule) ||
      a.subjectKind.localeCompare(b.subjectKind) ||
      a.subjectId - b.subjectId,
  )

/** Raises those that are not open yet; returns their ids. */
export const raiseAlarms = async (
  tx: Tx,
  ids: Ids,
  complex: ComplexId,
  alarms: readonly NewAlarm[],
): Promise<Uuid[]> => {
  if (alarms.length === 0) return []
  const wanted = inOrder(alarms).map((alarm) => ({ alarmId: ids.uuid(), alarm }))
  const rows = await tx.query<{ alarmId: Uuid }>(RAISE, [
    complex,
    sqlTime(tx.now),
    wanted.map(({ alarmId }) => alarmId),
    wanted.map(({ alarm }) => alarm.rule),
    wanted.map(({ alarm }) => alarm.subjectKind),
    wanted.map(({ alarm }) => alarm.subjectId),
    wanted.map(({ alarm }) => alarm.severity),
    wanted.map(({ alarm }) => JSON.stringify(alarm.facts)),
  ])
  const raised = new Set(rows.map((row) => row.alarmId))
  await tell(
    tx,
    ids,
    complex,
    wanted.filter(({ alarmId }) => raised.has(alarmId)),
  )
  return [...raised]
}

export const clearAlarms = async (
  tx: Tx,
  complex: ComplexId,
  subjects: readonly Subject[],
): Promise<void> => {
  if (subjects.length === 0) return
  const ordered = inOrder(subjects)
  await tx.query(
    `update alarm a set cleared_at = $2
     from unnest($3::text[], $4::text[], $5::integer[]) as n(rule, subject_kind, subject_id)
     where a.complex_id = $1 and a.cleared_at is null and a.rule = n.rule
       and a.subject_kind = n.subject_kind and a.subject_id = n.subject_id`,
    [
      complex,
      sqlTime(tx.now),
      ordered.map((s) => s.rule),
      ordered.map((s) => s.subjectKind),
      ordered.map((s) => s.subjectId),
    ],
  )
}

/** Clears what nobody will decide again: the supply has ended, the rule or the gateway is gone. */
export const clearOrphans = async (
  tx: Tx,
  complex: ComplexId,
  rules: readonly string[],
): Promise<void> => {
  await tx.query(
    `update alarm a set cleared_at = $2
     where a.complex_id = $1 and a.cleared_at is null
       and (a.rule <> all ($3) or (a.subject_kind = 'supply' and not exists (
         select from supply s where s.complex_id = a.complex_id
           and s.supply_id = a.subject_id and s.until is null)))`,
    [complex, sqlTime(tx.now), rules],
  )
}
