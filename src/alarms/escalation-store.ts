// Escalating in a sweep 升级执行: an event with whom it reaches, and a message for whatever carries
// messages to operators. Nothing here claims that one was sent.

import type { EscalationStep, Severity } from '../http/contract/alarms.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, Uuid } from '../shared/ids.ts'
import { dueSteps } from './escalation.ts'
import { type NewEvent, writeEvents } from './event-store.ts'

type Row = { alarmId: Uuid; rule: string; severity: Severity; since: Instant; escalated: number }

// What is put aside or spoken for by another waits for nobody.
const WAITING = `
  select alarm_id as "alarmId", rule, severity, escalated,
    greatest(raised_at, surfaced_at, shelved_until) as since
  from alarm where complex_id = $1 and cleared_at is null and acknowledged_at is null
    and parent_id is null and (shelved_until is null or shelved_until <= $2)
    and severity = any ($3)
  order by alarm_id`

const TAKEN = `
  update alarm a set escalated = n.step from unnest($2::uuid[], $3::integer[]) as n(alarm_id, step)
  where a.complex_id = $1 and a.alarm_id = n.alarm_id`

const QUEUE = `
  insert into message (complex_id, message_id, dedupe_key, tenant_id, template, facts, state,
    queued_at)
  select $1, n.message_id, n.dedupe_key, null, 'alarm-escalated', n.facts, 'queued', $2
  from unnest($3::uuid[], $4::text[], $5::jsonb[]) as n(message_id, dedupe_key, facts)
  on conflict (complex_id, dedupe_key) do nothing`

/** What the message layer takes: template `alarm-escalated`, to operators and not to a tenant. */
export type EscalationMessage = {
  alarmId: Uuid
  rule: string
  severity: Severity
  /** From 1. */
  step: number
  roles: readonly string[]
  operatorIds: readonly number[]
}

const messagesOf = (rows: readonly Row[], steps: readonly EscalationStep[], now: Instant) =>
  rows.flatMap((row): EscalationMessage[] => {
    const { alarmId, rule, severity, escalated } = row
    return dueSteps(steps, row, now).map(({ roles, operatorIds }, n) => ({
      ...{ alarmId, rule, severity, step: escalated + n + 1, roles, operatorIds },
    }))
  })

export const escalate = async (
  tx: Tx,
  ids: Ids,
  complex: ComplexId,
  steps: readonly EscalationStep[],
): Promise<void> => {
  if (steps.length === 0) return
  const severities = [...new Set(steps.map(({ severity }) => severity))]
  const rows = await tx.query<Row>(WAITING, [complex, sqlTime(tx.now), severities], 'kept')
  const messages = messagesOf(rows, steps, tx.now)
  if (messages.length === 0) return
  const last = new Map(messages.map(({ alarmId, step }) => [alarmId, step]))
  await tx.query(TAKEN, [complex, [...last.keys()], [...last.values()]], 'kept')
  const events = messages.map(
    ({ alarmId, step, roles, operatorIds }): NewEvent => ({
      ...{ alarmId, kind: 'escalated', facts: { step, roles, operatorIds } },
    }),
  )
  await writeEvents(tx, ids, complex, events)
  await tx.query(
    QUEUE,
    [
      ...[complex, sqlTime(tx.now), messages.map(() => ids.uuid())],
      messages.map(({ alarmId, step }) => `alarm-escalated/${alarmId}/${step}`),
      messages.map((message) => JSON.stringify(message)),
    ],
    'kept',
  )
}
