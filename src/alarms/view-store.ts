// Alarms as people see them 报警展示: with their words, where it happened, and who acknowledged them.

import type { Alarm, AlarmCounts, AlarmDetail, Severity } from '../http/contract/alarms.ts'
import type { ListOf } from '../http/contract.ts'
import type { Tx } from '../ports/database.ts'
import { SHOP, SHOP_EN } from '../registers/meters-in-place.ts'
import { type Instant, instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { ComplexId, Uuid } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { type Words, words } from '../shared/words.ts'
import type { AlarmRules } from './catalog.ts'
import { eventsOf } from './event-store.ts'
import { type AlarmQuery, callerOf, escalatedTo, notShelved, pageOf, SPEAKS } from './list-store.ts'
import { ruleOfStorm } from './storm.ts'

type Moments = 'raisedAt' | 'acknowledgedAt' | 'clearedAt' | 'shelvedUntil'
export type AlarmRow = Omit<
  Alarm,
  Moments | 'title' | 'subject' | 'subjectEn' | 'complexId' | 'alarmId'
> & {
  alarmId: Uuid
  complexId: ComplexId
  subject: string | null
  subjectEn: string | null
  raisedAt: Instant
  acknowledgedAt: Instant | null
  clearedAt: Instant | null
  shelvedUntil: Instant | null
  zone: string
}

const inEnglish = (table: string): string => `coalesce(nullif(${table}.name_en, ''), ${table}.name)`

const subject = (complex: string, building: string, gateway: string, shop: string): string =>
  `case a.subject_kind when 'complex' then ${complex} when 'building' then ${building}
    when 'gateway' then ${gateway} when 'bus' then concat(${gateway}, ' #', bus.ordinal)
    else nullif(concat_ws(' ', nullif(${shop}, ''), m.no), '') end`

const alarms = (page: string): string => `
  select a.alarm_id as "alarmId", a.complex_id as "complexId", a.rule, a.severity,
    a.subject_kind as "subjectKind", a.subject_id as "subjectId",
    ${subject('c.name', 'b.name', 'g.name', SHOP)} as subject,
    ${subject(inEnglish('c'), inEnglish('b'), inEnglish('g'), SHOP_EN)} as "subjectEn",
    b.name as building, ${inEnglish('b')} as "buildingEn", g.name as gateway,
    ${inEnglish('g')} as "gatewayEn", m.meter_id as "meterId", a.facts,
    a.raised_at as "raisedAt", a.acknowledged_at as "acknowledgedAt",
    o.name as "acknowledgedBy", a.cleared_at as "clearedAt",
    a.shelved_until as "shelvedUntil", a.escalated, a.parent_id as "parentId", a.covered, c.zone
  from (${page}) a
  join complex c on c.complex_id = a.complex_id
  left join building b on b.complex_id = a.complex_id and b.building_id = a.building_id
  left join gateway g on g.complex_id = a.complex_id and g.gateway_id = a.gateway_id
  left join bus on bus.complex_id = a.complex_id and bus.bus_id = a.bus_id
  left join premises pr on pr.complex_id = a.complex_id and pr.premises_id = a.premises_id
  left join meter m on m.complex_id = a.complex_id and m.meter_id = coalesce(a.meter_id,
    case a.subject_kind when 'meter' then a.subject_id end)
  left join operator o on o.operator_id = a.acknowledged_by
  order by a.raised_at desc, a.alarm_id desc`

// Moments are kept as numbers and shown as times, like every other moment of the API.
const shownFacts = (facts: Alarm['facts'], zone: string): Alarm['facts'] =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === 'number' && /(^at|At|[sS]ince)$/.test(name)
        ? rfc3339(instant(value), zone)
        : value,
    ]),
  )

/** What the alarms of a rule are called, and those of a storm of it. */
export const titleOf = (rules: AlarmRules, rule: string): Words => {
  const calm = ruleOfStorm(rule)
  if (calm === null) return rules.get(rule)?.title ?? words(rule, rule)
  const { zh, en } = titleOf(rules, calm)
  return words(`大量同类报警：${zh}`, `Many alarms of one kind: ${en}`)
}

const alarmOf = (rules: AlarmRules, { zone, ...row }: AlarmRow): Alarm => {
  const time = (at: Instant | null) => (at === null ? null : rfc3339(at, zone))
  return {
    ...row,
    title: titleOf(rules, row.rule),
    facts: shownFacts(row.facts, zone),
    subject: row.subject ?? `${row.subjectKind} ${row.subjectId}`,
    subjectEn: row.subjectEn ?? `${row.subjectKind} ${row.subjectId}`,
    raisedAt: rfc3339(row.raisedAt, zone),
    acknowledgedAt: time(row.acknowledgedAt),
    clearedAt: time(row.clearedAt),
    shelvedUntil: time(row.shelvedUntil),
  }
}

/** Newest first. Refuses: invalid_input (cursor). */
export const listAlarms = async (
  tx: Tx,
  rules: AlarmRules,
  query: AlarmQuery,
): Promise<ListOf<Alarm>> => {
  const { sql, params } = await pageOf(tx, query)
  const rows = await tx.query<AlarmRow>(alarms(sql), params)
  const items = rows.slice(0, query.limit).map((row) => alarmOf(rules, row))
  const last = items.at(-1)
  return { items, nextCursor: rows.length > query.limit && last ? last.alarmId : null }
}

const BY_ID = alarms(`select a.* from alarm a
  where a.complex_id in (select complex_id from complex) and a.alarm_id = any ($1)`)

/** Refuses: not_found, where one of them is not there. */
export const alarmRows = async (tx: Tx, alarmIds: readonly Uuid[]): Promise<AlarmRow[]> => {
  const rows = await tx.query<AlarmRow>(BY_ID, [alarmIds])
  const missing = alarmIds.find((id) => !rows.some((row) => row.alarmId === id))
  if (missing !== undefined) throw new Refusal('not_found', { alarmId: missing })
  return rows
}

/** With what was done about it. Refuses: not_found. */
export const alarmById = async (tx: Tx, rules: AlarmRules, alarmId: Uuid): Promise<AlarmDetail> => {
  const rows = await alarmRows(tx, [alarmId])
  const row = rows[0]
  if (!row) throw new Refusal('not_found', { alarmId })
  const events = await eventsOf(tx, row.complexId, alarmId, row.zone)
  return { ...alarmOf(rules, row), events }
}

type CountRow = { severity: Severity; open: number; newest: Instant; mine: number; zone: string }

const COUNTS = `
  select a.severity, count(*)::integer as open,
    max(greatest(a.raised_at, a.surfaced_at, a.shelved_until)) as newest,
    count(*) filter (where ${escalatedTo('$3', '$4')})::integer as mine, min(c.zone) as zone
  from alarm a join complex c on c.complex_id = a.complex_id
  where a.complex_id = $1 and a.cleared_at is null and a.acknowledged_at is null
    and ${SPEAKS} and ${notShelved('$2')}
  group by a.severity`

/** What nobody has acknowledged, for every page. */
export const countAlarms = async (tx: Tx, complex: ComplexId): Promise<AlarmCounts> => {
  const { role, operator } = await callerOf(tx)
  const params = [complex, sqlTime(tx.now), role, operator]
  const rows = await tx.query<CountRow>(COUNTS, params, 'kept')
  const of = (severity: Severity) => rows.find((row) => row.severity === severity)
  const newestOf = (severity: Severity) => {
    const row = of(severity)
    return row ? rfc3339(row.newest, row.zone) : null
  }
  return {
    open: {
      ...{ serious: of('serious')?.open ?? 0, warning: of('warning')?.open ?? 0 },
      info: of('info')?.open ?? 0,
    },
    newest: {
      ...{ serious: newestOf('serious'), warning: newestOf('warning'), info: newestOf('info') },
    },
    escalatedToMe: rows.reduce((sum, { mine }) => sum + mine, 0),
  }
}
