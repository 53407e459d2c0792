// The rows of storms 报警风暴: counted, raised and ended in a sweep; what belongs to one is spoken for
// by it. What is raised while a storm lasts is born into it.

import type { StormSettings } from '../http/contract/alarms.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { plusMs, sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { type CoverRow, writeCovers } from './cover-store.ts'
import { clearAlarms, raiseAlarms, type Subject } from './store.ts'
import { decideStorm, stormOf } from './storm.ts'
import type { Tuned } from './tuned.ts'

type CountRow = { rule: string; lately: number; left: number | null }

// What a person has taken up stays with him, so it does not count as left.
const COUNTS = `
  select coalesce(r.rule, s.rule) as rule, coalesce(r.lately, 0) as lately, s.left
  from (select rule, count(*)::integer as lately from alarm
    where complex_id = $1 and raised_at > $2 and subject_kind <> 'complex' group by rule) r
  full join (select substr(o.rule, 7) as rule, (select count(*)::integer from alarm c
      where c.complex_id = o.complex_id and c.parent_id = o.alarm_id
        and c.cleared_at is null) as left
    from alarm o where o.complex_id = $1 and o.cleared_at is null and o.subject_kind = 'complex'
      and o.rule like 'storm/%') s on s.rule = r.rule`

const MEMBERS = `
  select a.alarm_id as "alarmId", o.alarm_id as "parentId"
  from alarm o
  join alarm a on a.complex_id = o.complex_id and a.rule = substr(o.rule, 7)
    and a.cleared_at is null and a.acknowledged_at is null and a.parent_id is null
  where o.complex_id = $1 and o.cleared_at is null and o.subject_kind = 'complex'
    and o.rule like 'storm/%'`

const COUNT = `
  update alarm o set covered = n.left from (
    select o.alarm_id, (select count(*)::integer from alarm c where c.complex_id = o.complex_id
      and c.parent_id = o.alarm_id and c.cleared_at is null) as left
    from alarm o where o.complex_id = $1 and o.cleared_at is null and o.subject_kind = 'complex'
      and o.rule like 'storm/%') n
  where o.complex_id = $1 and o.alarm_id = n.alarm_id and o.covered < n.left`

export const sweepStorms = async (
  tx: Tx,
  ids: Ids,
  complex: ComplexId,
  rules: ReadonlyMap<string, Tuned>,
  storm: StormSettings,
): Promise<void> => {
  const since = sqlTime(plusMs(tx.now, -storm.minutes * 60_000))
  const counts = await tx.query<CountRow>(COUNTS, [complex, since], 'kept')
  const decided = counts.flatMap(({ rule, lately, left }) => {
    const tuned = rules.get(rule)
    if (!tuned) return []
    const decision = decideStorm({ lately, left: left ?? 0 }, left !== null, storm)
    const subject: Subject = { rule: stormOf(rule), subjectKind: 'complex', subjectId: complex }
    return [{ decision, subject, lately, tuned }]
  })
  const raised = decided.filter(({ decision }) => decision === 'raise')
  await raiseAlarms(
    ...[tx, ids, complex],
    raised.map(({ subject, lately, tuned }) => ({
      ...{ ...subject, severity: tuned.severity, message: null },
      facts: { alarms: lately, minutes: storm.minutes, limit: storm.alarms },
    })),
  )
  const over = decided.filter(({ decision }) => decision === 'clear')
  await clearAlarms(
    tx,
    complex,
    over.map(({ subject }) => subject),
  )
  const lasting = counts.filter(({ left }) => left !== null).length - over.length
  if (raised.length === 0 && lasting === 0) return
  await writeCovers(tx, ids, complex, await tx.query<CoverRow>(MEMBERS, [complex], 'kept'))
  await tx.query(COUNT, [complex], 'kept')
}
