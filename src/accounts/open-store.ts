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
  /** What its register showed: just read, else as found when it was installed; null: unknown. */
  registerWh: number | null
  /** When it was read, or the meter installed. */
  registerAt: Instant | null
}

/** Locks the points, so that two clerks can't open the same one. */
export const openableMeters = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<OpenableMeter[]> => {
  await tx.query(
    `select from point p join installation i
       on i.complex_id = p.complex_id and i.point_id = p.point_id and i.until is null
     where p.complex_id = $1 and i.meter_id = any ($2) order by p.point_id for update of p`,
    [complex, meters],
  )
  return tx.query<OpenableMeter>(
    `select m.meter_id as "meterId", d.model, i.point_id as "pointId",
       m.barred_at is not null as barred,
       exists (select from supply s where s.complex_id = m.complex_id
         and s.point_id = i.point_id and s.until is null) as supplied,
       coalesce((select max(e.epoch) from epoch e where e.complex_id = m.complex_id
         and e.meter_id = m.meter_id), 0)::int as "lastEpoch",
       coalesce(l.energy_wh, i.initial_wh) as "registerWh",
       case when l.energy_wh is not null then l.energy_at
         when i.initial_wh is not null then i.since end as "registerAt"
     from meter m
     join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
     left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
       and i.until is null
     left join latest l on l.complex_id = m.complex_id and l.meter_id = m.meter_id
     where m.complex_id = $1 and m.meter_id = any ($2)`,
    [complex, meters],
  )
}

export const planExists = async (tx: Tx, complex: ComplexId, plan: PlanId): Promise<boolean> => {
  const rows = await tx.query(
    `select from plan p join plan_version v on v.complex_id = p.complex_id
       and v.plan_id = p.plan_id and v.effective_from <= $3
     where p.complex_id = $1 and p.plan_id = $2 and p.retired_at is null limit 1`,
    [complex, plan, sqlTime(tx.now)],
  )
  return rows.length > 0
}

export const insertTenant = async (
  tx: Tx,
  complex: ComplexId,
  tenant: {
    name: string
    pinyin: string
    phone: { sealed: Buffer; index: Buffer; tail: string } | null
  },
): Promise<TenantId> => {
  const rows = await tx.query<{ id: TenantId }>(
    `insert into tenant (complex_id, name, pinyin, phone_sealed, phone_index, phone_tail)
     values ($1, $2, $3, $4, $5, $6) returning tenant_id as id`,
    [
      complex,
      tenant.name,
      tenant.pinyin,
      tenant.phone?.sealed ?? null,
      tenant.phone?.index ?? null,
      tenant.phone?.tail ?? null,
    ],
  )
  return must(rows[0], 'the tenant was written').id
}

export const insertAccount = async (
  tx: Tx,
  account: { complexId: ComplexId; no: string; mode: 'meter' | 'centre'; tenantId: TenantId },
): Promise<AccountId> => {
  const rows = await tx.query<{ id: AccountId }>(
    `with a as (
       insert into account (complex_id, no, mode, opened_at) values ($1, $2, $5, $4)
       returning account_id
     ), held as (
       insert into account_tenant (complex_id, account_id, tenant_id, since)
       select $1, account_id, $3, $4 from a
     )
     select account_id as id from a`,
    [account.complexId, account.no, account.tenantId, sqlTime(tx.now), account.mode],
  )
  return must(rows[0], 'the account was written').id
}

export type NewSupply = {
  complexId: ComplexId
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

/** The supply of the point and, in meter mode, the meter's new counter epoch. */
export const insertSupply = async (tx: Tx, supply: NewSupply): Promise<SupplyId> => {
  const rows = await tx.query<{ id: SupplyId }>(
    `with s as (
       insert into supply (complex_id, account_id, point_id, alarm1_fen, alarm2_fen,
         overdraft_fen, hoarding_fen, since)
       values ($1, $2, $3, $5, $6, $7, $8, $9) returning supply_id
     ), p as (
       insert into supply_plan (complex_id, supply_id, since, plan_id, capacity_va, saved_at,
         saved_by)
       -- The transformer stays where the tenant before had it.
       select $1, supply_id, $9, $4, (select sp.capacity_va from supply_plan sp
           join supply o on o.complex_id = sp.complex_id and o.supply_id = sp.supply_id
           where o.complex_id = $1 and o.point_id = $3 and sp.since <= $9
           order by sp.since desc, sp.ordinal desc limit 1), $9, $13
       from s
     ), e as (
       insert into epoch (complex_id, meter_id, epoch, supply_id, customer_no, opened_at)
       select $1, $10, $11, supply_id, $12, $9 from s where $11::integer is not null
     )
     select supply_id as id from s`,
    [
      supply.complexId,
      supply.accountId,
      supply.pointId,
      supply.planId,
      supply.alarm1Fen,
      supply.alarm2Fen,
      supply.overdraftFen,
      supply.hoardingFen,
      sqlTime(tx.now),
      supply.meterId,
      supply.epoch?.epoch ?? null,
      supply.epoch?.customerNo ?? null,
      tx.scope.operator,
    ],
  )
  return must(rows[0], 'the supply was written').id
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
