// Which alarms are asked for 报警查询: one page by time, newest first, within whatever was named. Only
// what was asked stands in the statement, so that each question finds its index.

import type { AlarmState, Severity } from '../http/contract/alarms.ts'
import type { Tx } from '../ports/database.ts'
import { sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'

export type AlarmQuery = {
  complexId: ComplexId
  /** For `from` and `to`. */
  zone?: string
  state?: AlarmState
  severity?: Severity
  rule?: string
  buildingId?: number
  gatewayId?: number
  meterId?: number
  search?: string
  /** Days, both included. */
  from?: string
  to?: string
  by?: string
  minMinutes?: number
  parentId?: string
  escalated?: 'me'
  /** At most 500, in an export more. */
  limit: number
  /** The id of the last alarm of the page before. */
  cursor?: string
}

/** No outage or storm that the asker may see speaks for it. */
export const SPEAKS = `(a.parent_id is null or not exists (select from alarm o
  where o.complex_id = a.complex_id and o.alarm_id = a.parent_id))`

export const notShelved = (now: string): string =>
  `(a.shelved_until is null or a.shelved_until <= ${now})`

/** An event of escalation that reaches an operator with a role, both as parameters. */
export const escalatedTo = (role: string, operator: string): string =>
  `(a.escalated > 0 and exists (select from alarm_event e where e.complex_id = a.complex_id
    and e.alarm_id = a.alarm_id and e.kind = 'escalated' and (e.facts->'roles' ? ${role}
      or e.facts->'operatorIds' @> to_jsonb(${operator}::integer))))`

const stateOf = (state: AlarmState, now: () => string): string[] => {
  switch (state) {
    case 'open':
      return ['a.cleared_at is null', 'a.acknowledged_at is null', SPEAKS, notShelved(now())]
    case 'acknowledged':
      return ['a.cleared_at is null', 'a.acknowledged_at is not null', notShelved(now())]
    case 'active':
      return ['a.cleared_at is null', SPEAKS, notShelved(now())]
    case 'shelved':
      return ['a.cleared_at is null', `a.shelved_until > ${now()}`]
    case 'cleared':
      return ['a.cleared_at is not null']
    case 'all':
      return []
  }
}

type Whom = { role: string; operator: number }

export const callerOf = async (tx: Tx): Promise<Whom> => {
  const operator = tx.scope.operator ?? 0
  const rows = await tx.query<{ role: string }>(
    `select r.code as role from operator o join role r on r.role_id = o.role_id
     where o.operator_id = $1`,
    [operator],
  )
  return { role: rows[0]?.role ?? '', operator }
}

/** What a part of a name stands for: ids, which an index finds. */
type Named = { premises: number[]; meters: number[]; operators: number[] }

const NAMED_MAX = 2_000

const named = async (tx: Tx, { complexId, search, by }: AlarmQuery): Promise<Named> => {
  const rows = await tx.query<Named>(
    `select array(select premises_id from premises where complex_id = $1 and $2 <> ''
         and (strpos(lower(no), lower($2)) > 0 or strpos(lower(name), lower($2)) > 0
           or strpos(lower(name_en), lower($2)) > 0) limit ${NAMED_MAX}) as premises,
       array(select meter_id from meter where complex_id = $1 and $2 <> ''
         and strpos(no, $2) > 0 limit ${NAMED_MAX}) as meters,
       array(select operator_id from operator where $3 <> ''
         and strpos(lower(name), lower($3)) > 0 limit ${NAMED_MAX}) as operators`,
    [complexId, search?.trim() ?? '', by?.trim() ?? ''],
  )
  return rows[0] ?? { premises: [], meters: [], operators: [] }
}

type Conditions = { where: string[]; params: unknown[] }

const DAY_STARTS = (day: string, zone: string): string =>
  `((${day})::date::timestamp at time zone ${zone})`

const placesOf = (query: AlarmQuery, param: (value: unknown) => string): string[] => {
  const { severity, rule, buildingId, gatewayId, meterId, parentId } = query
  const equal = [
    ['severity', severity],
    ['rule', rule],
    ['building_id', buildingId],
    ['gateway_id', gatewayId],
    ['meter_id', meterId],
    ['parent_id', parentId],
  ] as const
  return equal.flatMap(([column, value]) =>
    value === undefined ? [] : [`a.${column} = ${param(value)}`],
  )
}

const timesOf = (query: AlarmQuery, now: () => string, param: (value: unknown) => string) => {
  const { from, to, minMinutes, zone = 'UTC' } = query
  const starts = (day: string, value: string) => DAY_STARTS(`${param(value)}${day}`, param(zone))
  return [
    ...(from === undefined ? [] : [`a.raised_at >= ${starts('::date', from)}`]),
    ...(to === undefined ? [] : [`a.raised_at < ${starts('::date + 1', to)}`]),
    ...(minMinutes === undefined
      ? []
      : [
          `coalesce(a.cleared_at, ${now()}) - a.raised_at
            >= make_interval(mins => ${param(minMinutes)})`,
        ]),
  ]
}

const conditionsOf = async (tx: Tx, query: AlarmQuery): Promise<Conditions> => {
  const params: unknown[] = [query.complexId]
  const param = (value: unknown): string => `$${params.push(value)}`
  const now = () => `${param(sqlTime(tx.now))}::timestamptz`
  const where = [
    'a.complex_id = $1',
    ...stateOf(query.state ?? 'open', now),
    ...placesOf(query, param),
    ...timesOf(query, now, param),
  ]
  const isNamed = Boolean(query.search?.trim() || query.by?.trim())
  if (isNamed) {
    const { premises, meters, operators } = await named(tx, query)
    if (query.search?.trim())
      where.push(
        `(a.premises_id = any (${param(premises)}) or a.meter_id = any (${param(meters)}))`,
      )
    if (query.by?.trim()) where.push(`a.acknowledged_by = any (${param(operators)})`)
  }
  if (query.escalated === 'me') {
    const { role, operator } = await callerOf(tx)
    where.push(escalatedTo(`${param(role)}::text`, param(operator)))
  }
  if (query.cursor !== undefined)
    where.push(`(a.raised_at, a.alarm_id) < (select b.raised_at, b.alarm_id from alarm b
      where b.complex_id = $1 and b.alarm_id = ${param(query.cursor)}::uuid)`)
  return { where, params }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * A statement for the rows of alarms `a` that are asked for, one more than the limit. Refuses:
 * invalid_input (cursor).
 */
export const pageOf = async (
  tx: Tx,
  query: AlarmQuery,
): Promise<{ sql: string; params: unknown[] }> => {
  const bad = query.cursor !== undefined && !UUID.test(query.cursor)
  refuseIf(bad, 'invalid_input', { field: 'cursor' })
  const { where, params } = await conditionsOf(tx, query)
  const limit = `$${params.push(query.limit + 1)}`
  const sql = `select a.* from alarm a where ${where.join('\n      and ')}
    order by a.raised_at desc, a.alarm_id desc limit ${limit}`
  return { sql, params }
}
