// The rows of alarms 报警记录: raised once per rule and subject, acknowledged by a person, cleared
// once. A message to the tenant is written in the same transaction as the alarm that causes it.

import type { Alarm, Severity } from '../http/contract/alarms.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { plusMs, sqlTime } from '../shared/clock.ts'
import type { ComplexId, TenantId, Uuid } from '../shared/ids.ts'
import type { Evidence } from './rule.ts'

export type SubjectKind = Alarm['subjectKind']
export type Subject = { rule: string; subjectKind: SubjectKind; subjectId: number }

export type NewAlarm = Subject & {
  severity: Severity
  facts: Evidence
  /** Whom to tell and by which template; null where nobody is told. */
  message: { template: string; tenantId: TenantId } | null
}

// Where it happened is kept as it is now. A storm of its rule takes it in at once; what was put
// aside stays aside. A gateway is in a building where all its meters are.
const RAISE = `
  insert into alarm (complex_id, alarm_id, rule, subject_kind, subject_id, severity, facts,
    raised_at, meter_id, premises_id, building_id, gateway_id, bus_id, parent_id, shelved_until)
  select $1, n.alarm_id, n.rule, n.subject_kind, n.subject_id, n.severity, n.facts, $2,
    p.meter_id, p.premises_id, case n.subject_kind when 'building' then n.subject_id
      else coalesce(p.building_id, g.building_id) end,
    coalesce(p.gateway_id, (n.facts->>'gatewayId')::integer),
    case n.subject_kind when 'bus' then n.subject_id else p.bus_id end,
    (select o.alarm_id from alarm o where o.complex_id = $1 and o.rule = 'storm/' || n.rule
      and o.subject_kind = 'complex' and o.subject_id = $1 and o.cleared_at is null),
    (select max(o.shelved_until) from alarm o where o.complex_id = $1 and o.shelved_until > $2
      and o.rule = n.rule and o.subject_kind = n.subject_kind and o.subject_id = n.subject_id)
  from unnest($3::uuid[], $4::text[], $5::text[], $6::integer[], $7::text[],
    $8::jsonb[]) as n(alarm_id, rule, subject_kind, subject_id, severity, facts)
  left join lateral (
    select m.meter_id, pr.premises_id, pr.building_id, bus.gateway_id, bus.bus_id
    from meter m
    join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
    join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
    left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
      and i.until is null
    left join point t on t.complex_id = i.complex_id and t.point_id = i.point_id
    left join premises pr on pr.complex_id = t.complex_id and pr.premises_id = t.premises_id
    where m.complex_id = $1 and m.meter_id = (n.facts->>'meterId')::integer
  ) p on n.facts ? 'meterId'
  left join lateral (
    select min(pr.building_id) as building_id
    from bus
    join device d on d.complex_id = bus.complex_id and d.bus_id = bus.bus_id
    join meter m on m.complex_id = d.complex_id and m.device_id = d.device_id
    join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
      and i.until is null
    join point t on t.complex_id = i.complex_id and t.point_id = i.point_id
    join premises pr on pr.complex_id = t.complex_id and pr.premises_id = t.premises_id
    where bus.complex_id = $1 and (n.subject_kind = 'gateway' and bus.gateway_id = n.subject_id
      or n.subject_kind = 'bus' and bus.bus_id = n.subject_id)
    having min(pr.building_id) = max(pr.building_id)
  ) g on n.subject_kind in ('gateway', 'bus')
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
  await tx.query(
    TELL,
    [
      ...[complex, sqlTime(tx.now), told.map(() => ids.uuid())],
      told.map(({ alarm, alarmId }) => `${alarm.rule}/${alarm.subjectKind}/${alarmId}`),
      ...[told.map(({ tenantId }) => tenantId), told.map(({ template }) => template)],
      told.map(({ alarm, alarmId }) => JSON.stringify({ ...alarm.facts, alarmId })),
    ],
    'kept',
  )
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
  const rows = await tx.query<{ alarmId: Uuid }>(
    RAISE,
    [
      ...[complex, sqlTime(tx.now), wanted.map(({ alarmId }) => alarmId)],
      ...[wanted.map(({ alarm }) => alarm.rule), wanted.map(({ alarm }) => alarm.subjectKind)],
      ...[wanted.map(({ alarm }) => alarm.subjectId), wanted.map(({ alarm }) => alarm.severity)],
      wanted.map(({ alarm }) => JSON.stringify(alarm.facts)),
    ],
    'kept',
  )
  const raised = new Set(rows.map((row) => row.alarmId))
  await tell(
    tx,
    ids,
    complex,
    wanted.filter(({ alarmId }) => raised.has(alarmId)),
  )
  return [...raised]
}

/** So often within an hour an alarm comes and goes; then it flaps … */
const FLAPS = 3
/** … and stays for so long, longer each time. */
const FLAP_HOLD_MS = 600_000
const FLAP_SPAN_MS = 3_600_000

// An alarm that keeps coming back is not cleared each time: it would only be noise.
const CLEAR = `
  update alarm a set cleared_at = $2
  from unnest($3::text[], $4::text[], $5::integer[]) as n(rule, subject_kind, subject_id)
  where a.complex_id = $1 and a.cleared_at is null and a.rule = n.rule
    and a.subject_kind = n.subject_kind and a.subject_id = n.subject_id
    and (select count(*) < ${FLAPS}
        or a.raised_at <= $2::timestamptz
          - (count(*) - ${FLAPS} + 1) * interval '${FLAP_HOLD_MS} ms'
      from alarm b where b.complex_id = $1 and b.rule = n.rule and b.raised_at > $6
        and b.subject_kind = n.subject_kind and b.subject_id = n.subject_id)`

/** Clears them, save those that flap: they are asked for again at the next look. */
export const clearAlarms = async (
  tx: Tx,
  complex: ComplexId,
  subjects: readonly Subject[],
): Promise<void> => {
  if (subjects.length === 0) return
  const ordered = inOrder(subjects)
  await tx.query(
    CLEAR,
    [
      ...[complex, sqlTime(tx.now), ordered.map((s) => s.rule)],
      ...[ordered.map((s) => s.subjectKind), ordered.map((s) => s.subjectId)],
      sqlTime(plusMs(tx.now, -FLAP_SPAN_MS)),
    ],
    'kept',
  )
}

const ORPHANS = `
  update alarm a set cleared_at = $2
  where a.complex_id = $1 and a.cleared_at is null
    and (a.rule <> all ($3)
      or (a.subject_kind = 'supply' and not exists (select from supply s
        where s.complex_id = a.complex_id and s.supply_id = a.subject_id and s.until is null))
      or (a.subject_kind = 'bus' and not exists (select from bus b
        where b.complex_id = a.complex_id and b.bus_id = a.subject_id)))`

/** Clears what nobody will decide again: the supply has ended, the rule is gone or turned off. */
export const clearOrphans = async (
  tx: Tx,
  complex: ComplexId,
  rules: readonly string[],
): Promise<void> => {
  await tx.query(ORPHANS, [complex, sqlTime(tx.now), rules], 'kept')
}
