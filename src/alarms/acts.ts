// What people do about alarms 报警处理: acknowledge, note, put aside for a time. Each leaves an event
// with who and when; nothing is ever taken back.

import type { AcknowledgedMany } from '../http/contract/alarms.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { plusMs, sqlTime } from '../shared/clock.ts'
import type { Uuid } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import type { AlarmRules } from './catalog.ts'
import { type NewEvent, writeEvents } from './event-store.ts'
import { ruleOfStorm } from './storm.ts'
import { type AlarmRow, alarmRows } from './view-store.ts'

/** What money or safety hangs on is put aside for a shift, and no longer. */
export const SAFETY_SHELF_MINUTES = 8 * 60

const ACKNOWLEDGE = `
  update alarm set acknowledged_at = $3, acknowledged_by = $4
  where complex_id = $1 and alarm_id = any ($2) and cleared_at is null and acknowledged_at is null
  returning alarm_id as "alarmId"`

/**
 * Acknowledged once, by the operator of this scope; what is acknowledged or cleared already is left
 * as it is. Refuses: not_found, where one of them is not there.
 */
export const acknowledge = async (
  tx: Tx,
  ids: Ids,
  alarmIds: readonly Uuid[],
  note = '',
): Promise<AcknowledgedMany> => {
  const operator = must(tx.scope.operator, 'an operator acknowledges')
  const rows = await alarmRows(tx, alarmIds)
  let acknowledged = 0
  for (const complexId of new Set(rows.map((row) => row.complexId))) {
    const here = rows.flatMap((row) => (row.complexId === complexId ? [row.alarmId] : []))
    const params = [complexId, here, sqlTime(tx.now), operator]
    const done = await tx.query<{ alarmId: Uuid }>(ACKNOWLEDGE, params)
    const events = done.map(({ alarmId }): NewEvent => ({ alarmId, kind: 'acknowledged', note }))
    await writeEvents(tx, ids, complexId, events)
    acknowledged += done.length
  }
  return { acknowledged, left: alarmIds.length - acknowledged }
}

const one = async (tx: Tx, alarmId: Uuid): Promise<AlarmRow> =>
  must((await alarmRows(tx, [alarmId]))[0], 'it was found')

/** A second time changes nothing. Refuses: not_found, alarm_not_open. */
export const acknowledgeOne = async (tx: Tx, ids: Ids, alarmId: Uuid): Promise<void> => {
  await acknowledge(tx, ids, [alarmId])
  const { acknowledgedAt } = await one(tx, alarmId)
  refuseIf(acknowledgedAt === null, 'alarm_not_open', { alarmId })
}

/** Also where it is over: what was found out afterwards belongs to it. Refuses: not_found. */
export const addNote = async (tx: Tx, ids: Ids, alarmId: Uuid, note: string): Promise<void> => {
  const { complexId } = await one(tx, alarmId)
  await writeEvents(tx, ids, complexId, [{ alarmId, kind: 'note', note }])
}

const SHELVE = 'update alarm set shelved_until = $3 where complex_id = $1 and alarm_id = $2'

/**
 * Put aside until then; if it ends and comes back meanwhile, it is still aside. Refuses: not_found,
 * alarm_not_open, alarm_shelf_too_long.
 */
export const shelve = async (
  tx: Tx,
  { ids, rules }: { ids: Ids; rules: AlarmRules },
  alarmId: Uuid,
  { minutes, reason }: { minutes: number; reason: string },
): Promise<void> => {
  const { complexId, rule, clearedAt } = await one(tx, alarmId)
  refuseIf(clearedAt !== null, 'alarm_not_open', { alarmId })
  const isSafety = rules.get(ruleOfStorm(rule) ?? rule)?.safety === true
  refuseIf(isSafety && minutes > SAFETY_SHELF_MINUTES, 'alarm_shelf_too_long', {
    ...{ alarmId, maxMinutes: SAFETY_SHELF_MINUTES },
  })
  const until = plusMs(tx.now, minutes * 60_000)
  await tx.query(SHELVE, [complexId, alarmId, sqlTime(until)])
  const facts = { minutes }
  await writeEvents(tx, ids, complexId, [{ alarmId, kind: 'shelved', note: reason, facts }])
}

/** Taken up again before its time. Refuses: not_found, alarm_not_shelved. */
export const unshelve = async (tx: Tx, ids: Ids, alarmId: Uuid): Promise<void> => {
  const { complexId, shelvedUntil } = await one(tx, alarmId)
  const isShelved = shelvedUntil !== null && shelvedUntil > tx.now
  refuseIf(!isShelved, 'alarm_not_shelved', { alarmId })
  await tx.query(SHELVE, [complexId, alarmId, sqlTime(tx.now)])
  await writeEvents(tx, ids, complexId, [{ alarmId, kind: 'unshelved' }])
}
