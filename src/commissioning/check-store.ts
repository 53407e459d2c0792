// Checks of meters 逐表调试 as rows: one open check of a meter at a time, any number of tries of each
// step, and the list of meters with how far each has come.

import type {
  CheckRow,
  CheckStep,
  CheckStepName,
  Neighbour,
  StepResult,
} from '../http/contract/commissioning.ts'
import type { Tx } from '../ports/database.ts'
import { METERS_IN_PLACE, SHOP, SHOP_EN } from '../registers/meters-in-place.ts'
import { type Instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId, Uuid } from '../shared/ids.ts'

export type OpenCheck = {
  complexId: ComplexId
  checkId: Uuid
  meterId: MeterId
  begunAt: Instant
  endedAt: Instant | null
}

/** The id of the meter's open check; null where it has none. */
export const openCheckOf = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
): Promise<Uuid | null> => {
  const rows = await tx.query<{ checkId: Uuid }>(
    `select check_id as "checkId" from meter_check
     where complex_id = $1 and meter_id = $2 and ended_at is null`,
    [complex, meter],
  )
  return rows[0]?.checkId ?? null
}

/** False where another engineer has begun one meanwhile. */
export const insertCheck = async (
  tx: Tx,
  { complexId, checkId, meterId }: Pick<OpenCheck, 'complexId' | 'checkId' | 'meterId'>,
): Promise<boolean> => {
  const rows = await tx.query(
    `insert into meter_check (complex_id, check_id, meter_id, point_id, begun_at, begun_by)
     values ($1, $2, $3, (select point_id from installation i where i.complex_id = $1
       and i.meter_id = $3 and i.until is null), $4, $5)
     on conflict (complex_id, meter_id) where ended_at is null do nothing returning check_id`,
    [complexId, checkId, meterId, sqlTime(tx.now), tx.scope.operator],
  )
  return rows.length > 0
}

/** Locked: steps of one check are written one after the other. */
export const lockCheck = async (tx: Tx, check: Uuid): Promise<OpenCheck | null> => {
  const rows = await tx.query<OpenCheck>(
    `select complex_id as "complexId", check_id as "checkId", meter_id as "meterId",
       begun_at as "begunAt", ended_at as "endedAt"
     from meter_check where check_id = $1 for update`,
    [check],
  )
  return rows[0] ?? null
}

/** Whose check it is; null where the scope has none. */
export const checkAt = async (
  tx: Tx,
  check: Uuid,
): Promise<{ complexId: number; meterId: number } | null> => {
  const rows = await tx.query<{ complexId: number; meterId: number }>(
    'select complex_id as "complexId", meter_id as "meterId" from meter_check where check_id = $1',
    [check],
  )
  return rows[0] ?? null
}

export type NewStep = {
  step: CheckStepName
  result: StepResult
  reason: string
  facts: Record<string, unknown>
  note: string
}

export const insertStep = async (tx: Tx, check: OpenCheck, step: NewStep): Promise<void> => {
  await tx.query(
    `insert into check_step (complex_id, check_id, step_no, meter_id, step, result, reason, facts,
       note, at, operator_id)
     select $1, $2, coalesce(max(step_no), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10
     from check_step where complex_id = $1 and check_id = $2`,
    [
      ...[check.complexId, check.checkId, check.meterId, step.step, step.result, step.reason],
      ...[JSON.stringify(step.facts), step.note, sqlTime(tx.now), tx.scope.operator],
    ],
  )
}

export const endCheck = async (
  tx: Tx,
  { complexId, checkId }: OpenCheck,
  outcome: 'passed' | 'failed',
  note: string,
): Promise<void> => {
  await tx.query(
    `update meter_check set ended_at = $3, ended_by = $4, outcome = $5, note = $6
     where complex_id = $1 and check_id = $2`,
    [complexId, checkId, sqlTime(tx.now), tx.scope.operator, outcome, note],
  )
}

type StepRow = Omit<CheckStep, 'at'> & { checkId: Uuid; at: Instant }

/** All tries of these checks, the oldest first. */
export const stepsOf = async (
  tx: Tx,
  complex: ComplexId,
  checks: readonly string[],
  zone: string,
): Promise<Map<string, CheckStep[]>> => {
  const rows = await tx.query<StepRow>(
    `select s.check_id as "checkId", s.step_no as "stepNo", s.step, s.result, s.reason, s.facts,
       s.note, s.at, o.name as operator
     from check_step s left join operator o on o.operator_id = s.operator_id
     where s.complex_id = $1 and s.check_id = any ($2) order by s.check_id, s.step_no`,
    [complex, checks],
  )
  const steps = new Map<string, CheckStep[]>()
  for (const { checkId, at, ...row } of rows) {
    const step = { ...row, at: rfc3339(at, zone) }
    const list = steps.get(checkId)
    if (list) list.push(step)
    else steps.set(checkId, [step])
  }
  return steps
}

type Dated = 'begunAt' | 'endedAt'
type Row = Omit<CheckRow, Dated | 'steps'> & Record<Dated, Instant | null>

const ROWS = `
  select m.meter_id as "meterId", m.no as "meterNo", d.address, d.model,
    g.gateway_id as "gatewayId", g.code as "gatewayCode", bus.ordinal as bus,
    b.building_id as "buildingId", coalesce(b.name, '') as building,
    coalesce(b.name_en, '') as "buildingEn", pr.floor, coalesce(pr.no, '') as premises,
    coalesce(pr.name, '') as "premisesName", coalesce(pr.name_en, '') as "premisesNameEn",
    coalesce(p.kind, '') as "pointKind", s.supply_id is not null as supplied,
    case when k.check_id is null then 'none' else coalesce(k.outcome, 'open') end as state,
    k.check_id as "checkId", k.begun_at as "begunAt", beg.name as "begunBy",
    k.ended_at as "endedAt", fin.name as "endedBy", coalesce(k.note, '') as note
  ${METERS_IN_PLACE}
  left join lateral (
    select * from meter_check c where c.complex_id = m.complex_id and c.meter_id = m.meter_id
    order by c.begun_at desc limit 1
  ) k on true
  left join operator beg on beg.operator_id = k.begun_by
  left join operator fin on fin.operator_id = k.ended_by
  where m.complex_id = $1 and ($2::integer is null or g.gateway_id = $2)
    and ($3::integer is null or b.building_id = $3) and ($4::integer is null or m.meter_id = $4)
  order by b.building_id nulls last, pr.floor, pr.no, m.meter_id limit $5`

export type CheckedUnit = {
  gatewayId?: number | undefined
  buildingId?: number | undefined
  meterId?: number | undefined
}

/** More than a building has; the list is worked through by people. */
export const CHECK_ROWS_MAX = 2_000

/** In the order of their places, each with the last try of every step of its newest check. */
export const checkRows = async (
  tx: Tx,
  { complexId, zone }: { complexId: ComplexId; zone: string },
  unit: CheckedUnit,
): Promise<CheckRow[]> => {
  const rows = await tx.query<Row>(ROWS, [
    ...[complexId, unit.gatewayId ?? null, unit.buildingId ?? null, unit.meterId ?? null],
    CHECK_ROWS_MAX,
  ])
  const checks = rows.flatMap(({ checkId }) => checkId ?? [])
  const steps = await stepsOf(tx, complexId, checks, zone)
  const time = (at: Instant | null) => (at === null ? null : rfc3339(at, zone))
  return rows.map((row) => {
    const all = row.checkId === null ? [] : (steps.get(row.checkId) ?? [])
    const last = new Map(all.map((step) => [step.step, step]))
    return {
      ...row,
      begunAt: time(row.begunAt),
      endedAt: time(row.endedAt),
      steps: [...last.values()],
    }
  })
}

/** Of one bus, or one floor, the nearest numbers first; without the meter itself. */
export const neighboursOf = (tx: Tx, complex: ComplexId, meter: MeterId): Promise<Neighbour[]> =>
  tx.query<Neighbour>(
    `with own as (
       select bus.bus_id, pr.building_id, pr.floor, m.no
       from meter m
       join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
       join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
       left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
         and i.until is null
       left join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
       left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
       where m.complex_id = $1 and m.meter_id = $2
     )
     select m.meter_id as "meterId", m.no as "meterNo", coalesce(${SHOP}, '') as place,
       coalesce(${SHOP_EN}, '') as "placeEn"
     ${METERS_IN_PLACE}
     cross join own
     where m.complex_id = $1 and m.meter_id <> $2 and g.enabled
       and (bus.bus_id = own.bus_id or (pr.building_id = own.building_id and pr.floor = own.floor))
     order by (pr.building_id = own.building_id and pr.floor = own.floor) desc nulls last,
       m.meter_id limit 64`,
    [complex, meter],
  )

/** What a round of reading found of each meter. */
export type RoundSeen = {
  createdAt: Instant
  lastEndedAt: Instant | null
  open: number
  powers: ReadonlyMap<number, number | null>
  relays: ReadonlyMap<number, string | null>
}

export const roundSeen = async (
  tx: Tx,
  complex: ComplexId,
  round: string,
): Promise<RoundSeen | null> => {
  const rows = await tx.query<{
    meterId: number
    createdAt: Instant
    endedAt: Instant | null
    powerW: number | null
    relay: string | null
  }>(
    `select k.meter_id as "meterId", b.created_at as "createdAt", k.ended_at as "endedAt",
       (k.result->>'powerW')::integer as "powerW", k.result->>'relay' as relay
     from batch b join command k on k.complex_id = b.complex_id and k.batch_id = b.batch_id
     where b.complex_id = $1 and b.batch_id = $2 and b.kind = 'read'`,
    [complex, round],
  )
  const [first] = rows
  if (!first) return null
  const ends = rows.flatMap(({ endedAt }) => endedAt ?? [])
  return {
    createdAt: first.createdAt,
    lastEndedAt: ends.sort((a, b) => b - a).at(0) ?? null,
    open: rows.length - ends.length,
    powers: new Map(rows.map(({ meterId, powerW }) => [meterId, powerW])),
    relays: new Map(rows.map(({ meterId, relay }) => [meterId, relay])),
  }
}

export type OrderSeen = {
  mode: string
  state: string
  queuedAt: Instant
  endedAt: Instant | null
  relay: string | null
  operator: string | null
}

/** The order to this meter in a batch; null where there is none. */
export const orderSeen = async (
  tx: Tx,
  complex: ComplexId,
  batch: string,
  meter: MeterId,
): Promise<OrderSeen | null> => {
  const rows = await tx.query<OrderSeen>(
    `select k.params->>'mode' as mode, k.state, k.queued_at as "queuedAt",
       k.ended_at as "endedAt", k.result->>'relay' as relay, o.name as operator
     from command k left join operator o on o.operator_id = k.operator_id
     where k.complex_id = $1 and k.batch_id = $2 and k.meter_id = $3 and k.kind = 'setMode'`,
    [complex, batch, meter],
  )
  return rows[0] ?? null
}

export type CreditSeen = { purchaseId: Uuid; state: string; amountFen: number; purchaseNo: number }

/** The newest credit that a check has asked for; null where there is none. */
export const creditOfCheck = async (
  tx: Tx,
  { complexId, checkId }: Pick<OpenCheck, 'complexId' | 'checkId'>,
): Promise<CreditSeen | null> => {
  const rows = await tx.query<CreditSeen>(
    `select p.purchase_id as "purchaseId", p.state, p.amount_fen as "amountFen",
       p.purchase_no as "purchaseNo"
     from check_step s
     join purchase p on p.complex_id = s.complex_id
       and p.purchase_id = (s.facts->>'purchaseId')::uuid
     where s.complex_id = $1 and s.check_id = $2 and s.step = 'credit'
     order by s.step_no desc limit 1`,
    [complexId, checkId],
  )
  return rows[0] ?? null
}

export type SuppliedBy = { accountId: number; mode: 'meter' | 'centre' }

export const suppliedBy = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
): Promise<SuppliedBy | null> => {
  const rows = await tx.query<SuppliedBy>(
    `select a.account_id as "accountId", a.mode
     from installation i
     join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id and s.until is null
     join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
     where i.complex_id = $1 and i.meter_id = $2 and i.until is null`,
    [complex, meter],
  )
  return rows[0] ?? null
}
