// The rows that opening an account reads and writes 开户.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type {
  AccountId,
  ComplexId,
  MeterId,
  PlanId,
  PointId,
  SupplyId,
  TenantId,
} from '../shared/ids.ts'

export type OpenableMeter = {
  meterId: MeterId
  model: string
  pointId: PointId | null
  barred: boolean
  supplied: boolean
  lastEpoch: number
  /** What its register showed when it was last read. */
  readWh: number | null
  /** The same, else as found when it was installed; null: unknown. */
  registerWh: number | null
  /** When it was read, or the meter installed. */
  registerAt: Instant | null
  /** What its wallet showed when it was last read. */
  balanceFen: number | null
}

// What follows plans none of its statements anew, as with a sale.
const LOCK_POINTS = `
  select set_config('plan_cache_mode', 'force_generic_plan', true)
  from point p join installation i
    on i.complex_id = p.complex_id and i.point_id = p.point_id and i.until is null
  where p.complex_id = $1 and i.meter_id = any ($2) order by p.point_id for update of p`

/** Two clerks can't open the same point: the second one waits here. */
export const lockPointsOf = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<void> => {
  await tx.query(LOCK_POINTS, [complex, meters], 'kept')
}

const OPENABLE = `
  select m.meter_id as "meterId", d.model, i.point_id as "pointId",
    m.barred_at is not null as barred,
    exists (select from supply s where s.complex_id = m.complex_id
      and s.point_id = i.point_id and s.until is null) as supplied,
    coalesce((select max(e.epoch) from epoch e where e.complex_id = m.complex_id
      and e.meter_id = m.meter_id), 0)::int as "lastEpoch",
    l.energy_wh as "readWh", coalesce(l.energy_wh, i.initial_wh) as "registerWh",
    case when l.energy_wh is not null then l.energy_at
      when i.initial_wh is not null then i.since end as "registerAt",
    l.balance_fen as "balanceFen"
  from meter m
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
    and i.until is null
  left join latest l on l.complex_id = m.complex_id and l.meter_id = m.meter_id
  where m.complex_id = $1 and m.meter_id = any ($2)`

export const openableMeters = (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<OpenableMeter[]> => tx.query<OpenableMeter>(OPENABLE, [complex, meters], 'kept')

/** Of these plans, those that have a version in force. */
export const plansInForce = async (
  tx: Tx,
  complex: ComplexId,
  plans: readonly PlanId[],
): Promise<Set<PlanId>> => {
  const rows = await tx.query<{ planId: PlanId }>(
    `select p.plan_id as "planId" from plan p
     where p.complex_id = $1 and p.plan_id = any ($2) and p.retired_at is null
       and exists (select from plan_version v where v.complex_id = p.complex_id
         and v.plan_id = p.plan_id and v.effective_from <= $3)`,
    [complex, plans, sqlTime(tx.now)],
    'kept',
  )
  return new Set(rows.map(({ planId }) => planId))
}

export type NewAccount = { no: string; mode: 'meter' | 'centre'; tenantId: TenantId }

const ACCOUNTS = `
  with said as (
    select * from unnest($3::text[], $4::text[], $5::integer[]) as a(no, mode, tenant_id)
  ), a as (
    insert into account (complex_id, no, mode, opened_at)
    select $1, no, mode, $2 from said returning account_id, no
  ), held as (
    insert into account_tenant (complex_id, account_id, tenant_id, since)
    select $1, account_id, tenant_id, $2 from a join said using (no)
  )
  select account_id as id, no from a`

/** Their ids by their numbers. */
export const insertAccounts = async (
  tx: Tx,
  complex: ComplexId,
  accounts: readonly NewAccount[],
): Promise<Map<string, AccountId>> => {
  const rows = await tx.query<{ id: AccountId; no: string }>(
    ACCOUNTS,
    [
      ...[complex, sqlTime(tx.now), accounts.map(({ no }) => no)],
      accounts.map(({ mode }) => mode),
      accounts.map(({ tenantId }) => tenantId),
    ],
    'kept',
  )
  return new Map(rows.map(({ id, no }) => [no, id]))
}

export type NewSupply = {
  accountId: AccountId
  pointId: PointId
  planId: PlanId
  meterId: MeterId
  /** Null in centre mode: the meter's count is nothing to us. */
  epoch: { epoch: number; customerNo: string } | null
  alarm1Fen: number
  alarm2Fen: number
  overdraftFen: number
  hoardingFen: number
}

const SUPPLIES = `
  insert into supply (complex_id, account_id, point_id, alarm1_fen, alarm2_fen, overdraft_fen,
    hoarding_fen, since)
  select $1, *, $2::timestamptz from unnest($3::integer[], $4::integer[], $5::bigint[],
    $6::bigint[], $7::bigint[], $8::bigint[])
  returning supply_id as "supplyId", point_id as "pointId"`

// Apart from the supplies, though one statement could do both: joined to them anew, thousands of
// rows would be looked through for each.
const BEGINNINGS = `
  with said as (
    select * from unnest($4::integer[], $5::bigint[], $6::integer[], $7::integer[],
      $8::integer[], $9::text[])
      as u(supply_id, capacity_va, plan_id, meter_id, epoch, customer_no)
  ), p as (
    insert into supply_plan (complex_id, supply_id, since, plan_id, capacity_va, saved_at,
      saved_by)
    select $1, supply_id, $2, plan_id, capacity_va, $2, $3 from said
  )
  insert into epoch (complex_id, meter_id, epoch, supply_id, customer_no, opened_at)
  select $1, meter_id, epoch, supply_id, customer_no, $2 from said where epoch is not null`

/** The transformers stay where the tenants before had them: VA by point. */
const formerCapacities = async (
  tx: Tx,
  complex: ComplexId,
  points: readonly PointId[],
): Promise<Map<PointId, number | null>> => {
  const rows = await tx.query<{ pointId: PointId; capacityVa: number | null }>(
    `select distinct on (o.point_id) o.point_id as "pointId", sp.capacity_va as "capacityVa"
     from supply o
     join supply_plan sp on sp.complex_id = o.complex_id and sp.supply_id = o.supply_id
     where o.complex_id = $1 and o.point_id = any ($2) and sp.since <= $3
     order by o.point_id, sp.since desc, sp.ordinal desc`,
    [complex, points, sqlTime(tx.now)],
  )
  return new Map(rows.map(({ pointId, capacityVa }) => [pointId, capacityVa]))
}

/** The supplies of the points and, in meter mode, the meters' new counter epochs; by point. */
export const insertSupplies = async (
  tx: Tx,
  complex: ComplexId,
  supplies: readonly NewSupply[],
): Promise<Map<PointId, SupplyId>> => {
  const points = supplies.map((supply) => supply.pointId)
  const capacities = await formerCapacities(tx, complex, points)
  const rows = await tx.query<{ supplyId: SupplyId; pointId: PointId }>(
    SUPPLIES,
    [
      ...[complex, sqlTime(tx.now), supplies.map((supply) => supply.accountId), points],
      supplies.map((supply) => supply.alarm1Fen),
      supplies.map((supply) => supply.alarm2Fen),
      supplies.map((supply) => supply.overdraftFen),
      supplies.map((supply) => supply.hoardingFen),
    ],
    'kept',
  )
  const ids = new Map(rows.map(({ supplyId, pointId }) => [pointId, supplyId]))
  await tx.query(
    BEGINNINGS,
    [
      ...[complex, sqlTime(tx.now), tx.scope.operator],
      points.map((point) => must(ids.get(point), 'the supply was written')),
      points.map((point) => capacities.get(point) ?? null),
      supplies.map((supply) => supply.planId),
      supplies.map((supply) => supply.meterId),
      supplies.map((supply) => supply.epoch?.epoch ?? null),
      supplies.map((supply) => supply.epoch?.customerNo ?? null),
    ],
    'kept',
  )
  return ids
}

/** What the former account's points were to get later, the next one's get: it is the points'. */
export const handOnPlans = async (
  tx: Tx,
  complex: ComplexId,
  { former, next }: { former: AccountId; next: AccountId },
): Promise<void> => {
  await tx.query(
    `insert into supply_plan (complex_id, supply_id, since, ordinal, plan_id, capacity_va, note,
       saved_at, saved_by)
     select n.complex_id, n.supply_id, sp.since, sp.ordinal, sp.plan_id, sp.capacity_va, sp.note,
       sp.saved_at, sp.saved_by
     from supply n
     join lateral (
       select o.supply_id from supply o where o.complex_id = n.complex_id
         and o.point_id = n.point_id and o.account_id = $2 order by o.since desc limit 1
     ) o on true
     join supply_plan sp on sp.complex_id = n.complex_id and sp.supply_id = o.supply_id
       and sp.since > n.since
     where n.complex_id = $1 and n.account_id = $3 and n.until is null`,
    [complex, former, next],
  )
}
