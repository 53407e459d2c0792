// What a bill shows 账单展示: the month as it was priced last, the charges that made it, and the
// names of supplies, meters and plans.

import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, MeterId, SupplyId, Uuid } from '../shared/ids.ts'
import type { Line } from '../tariff/lines.ts'
import type { Unpriced } from '../tariff/price.ts'
import type { MeterUse } from './rate.ts'

export type BillRow = {
  supplyId: SupplyId
  complexId: ComplexId
  accountId: AccountId
  accountNo: string
  tenant: string
  premises: string
  premisesName: string
  mode: 'meter' | 'centre'
  zone: string
  dayCutMinutes: number
  supplySince: Instant
  supplyUntil: Instant | null
  tenantSince: Instant
  /** Null: nothing of the month was priced yet. */
  lines: readonly Line[] | null
  meters: readonly MeterUse[] | null
  unpriced: readonly Unpriced[] | null
  energyWh: number
  estimatedWh: number
  dueFen: number
  untilAt: Instant | null
}

const BILLS = `
  select s.supply_id as "supplyId", s.complex_id as "complexId", a.account_id as "accountId",
    a.no as "accountNo", t.name as tenant, coalesce(pr.no, '') as premises,
    coalesce(pr.name, '') as "premisesName", a.mode, c.zone,
    c.day_cut_minutes as "dayCutMinutes", s.since as "supplySince", s.until as "supplyUntil",
    h.since as "tenantSince", b.lines, b.meters, b.unpriced,
    coalesce(b.energy_wh, 0)::bigint as "energyWh",
    coalesce(b.estimated_wh, 0)::bigint as "estimatedWh",
    coalesce(b.due_fen, 0)::bigint as "dueFen", b.until_at as "untilAt"
  from supply s
  join complex c on c.complex_id = s.complex_id
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  -- Of one tenant only: the newest never sees what the former one used.
  join lateral (
    select x.tenant_id, x.since from account_tenant x
    where x.complex_id = a.complex_id and x.account_id = a.account_id
    order by x.since desc limit 1
  ) h on true
  join tenant t on t.complex_id = s.complex_id and t.tenant_id = h.tenant_id
  join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  left join month_bill b on b.complex_id = s.complex_id and b.supply_id = s.supply_id
    and b.month = $1 and b.tenant_since = h.since
  where ($2::integer is null or s.supply_id = $2) and ($3::integer is null or s.account_id = $3)
    and ($4::integer is null or s.complex_id = $4)
  order by s.supply_id`

export type BillsAsked = {
  month: Day
  supply: number | null
  account: number | null
  within: number | null
}

export const billRows = (tx: Tx, { month, supply, account, within }: BillsAsked) =>
  tx.query<BillRow>(BILLS, [month, supply, account, within])

export type ChargeRow = {
  day: Day
  at: Instant
  meterNo: string
  energyWh: number
  dueFen: number
  cause: string | null
  postingId: Uuid | null
  untilAt: Instant | null
}

/** In the order in which they were made; days on which nothing was used are left out. */
export const chargeRows = (tx: Tx, bill: BillRow, month: Day): Promise<ChargeRow[]> =>
  tx.query<ChargeRow>(
    `select u.day::text, u.at, m.no as "meterNo", u.energy_wh as "energyWh",
       u.due_fen as "dueFen", u.cause, u.posting_id as "postingId", u.until_at as "untilAt"
     from usage_day u
     join meter m on m.complex_id = u.complex_id and m.meter_id = u.meter_id
     where u.complex_id = $1 and u.supply_id = $2 and u.month = $3 and u.tenant_since = $4
       and (u.due_fen <> 0 or u.energy_wh <> 0)
     order by u.at, u.day, u.version`,
    [bill.complexId, bill.supplyId, month, sqlTime(bill.tenantSince)],
  )

export type PlanName = {
  planId: number
  version: number
  name: string
  nameEn: string
  effectiveFrom: Instant
}

export const planNames = (tx: Tx, complex: ComplexId, plans: readonly number[]) =>
  tx.query<PlanName>(
    `select p.plan_id as "planId", v.version, p.name, p.name_en as "nameEn",
       v.effective_from as "effectiveFrom"
     from plan p join plan_version v on v.complex_id = p.complex_id and v.plan_id = p.plan_id
     where p.complex_id = $1 and p.plan_id = any ($2)`,
    [complex, plans],
  )

export const meterNos = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<Map<MeterId, string>> => {
  const rows = await tx.query<{ meterId: MeterId; no: string }>(
    'select meter_id as "meterId", no from meter where complex_id = $1 and meter_id = any ($2)',
    [complex, meters],
  )
  return new Map(rows.map(({ meterId, no }) => [meterId, no]))
}
