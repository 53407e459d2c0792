// The rows that opening an account reads and writes 开户.

import type { Tx } from '../ports/database.ts'
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
  /** What its register showed: just read, else as found when it was installed; null: unknown. */
  registerWh: number | null
  /** When it was read, or the meter installed. */
  registerAt: Instant | null
  /** What its wallet showed when it was last read. */
  balanceFen: number | null
}

const LOCK_POINTS = `
  select from point p join installation i
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
    coalesce(l.energy_wh, i.initial_wh) as "registerWh",
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
  with said as (
    select * from unnest($4::integer[], $5::integer[], $6::integer[], $7::integer[],
      $8::integer[], $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[])
      as u(account_id, point_id, plan_id, meter_id, epoch, customer_no, alarm1_fen, alarm2_fen,
        overdraft_fen, hoarding_fen)
  ), s as (
    insert into supply (complex_id, account_id, point_id, alarm1_fen, alarm2_fen,
      overdraft_fen, hoarding_fen, since)
    select $1, account_id, point_id, alarm1_fen, alarm2_fen, overdraft_fen, hoarding_fen, $2
    from said returning supply_id, point_id
  ), p as (
    insert into supply_plan (complex_id, supply_id, since, plan_id, capacity_va, saved_at,
      saved_by)
    -- The transformer stays where the tenant before had it.
    select $1, s.supply_id, $2, said.plan_id, (select sp.capacity_va from supply_plan sp
        join supply o on o.complex_id = sp.complex_id and o.supply_id = sp.supply_id
        where o.complex_id = $1 and o.point_id = said.point_id and sp.since <= $2
        order by sp.since desc, sp.ordinal desc limit 1), $2, $3
    from s join said using (point_id)
  ), e as (
    insert into epoch (complex_id, meter_id, epoch, supply_id, customer_no, opened_at)
    select $1, said.meter_id, said.epoch, s.supply_id, said.customer_no, $2
    from s join said using (point_id) where said.epoch is not null
  )
  select supply_id as "supplyId", point_id as "pointId" from s`

/** The supplies of the points and, in meter mode, the meters' new counter epochs; by point. */
export const insertSupplies = async (
  tx: Tx,
  complex: ComplexId,
  supplies: readonly NewSupply[],
): Promise<Map<PointId, SupplyId>> => {
  const rows = await tx.query<{ supplyId: SupplyId; pointId: PointId }>(
    SUPPLIES,
    [
      ...[complex, sqlTime(tx.now), tx.scope.operator],
      supplies.map((supply) => supply.accountId),
      supplies.map((supply) => supply.pointId),
      supplies.map((supply) => supply.planId),
      supplies.map((supply) => supply.meterId),
      supplies.map((supply) => supply.epoch?.epoch ?? null),
      supplies.map((supply) => supply.epoch?.customerNo ?? null),
      supplies.map((supply) => supply.alarm1Fen),
      supplies.map((supply) => supply.alarm2Fen),
      supplies.map((supply) => supply.overdraftFen),
      supplies.map((supply) => supply.hoardingFen),
    ],
    'kept',
  )
  return new Map(rows.map(({ supplyId, pointId }) => [pointId, supplyId]))
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
