// What a bill shows 账单展示: the month as it was priced last, the charges that made it, and the
// names of supplies, meters and plans.

import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, SupplyId, Uuid } from '../shared/ids.ts'
import type { Line } from '../tariff/lines.ts'
import type { Tiers } from '../tariff/plan.ts'
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
  tenantUntil: Instant | null
  /** Null: nothing of the month was priced yet. */
  lines: readonly Line[] | null
  meters: readonly MeterUse[] | null
  unpriced: readonly Unpriced[] | null
  energyWh: number | null
  estimatedWh: number | null
  dueFen: number | null
  untilAt: Instant | null
  /** Of the meters above. */
  meterNos: Readonly<Record<string, string>> | null
}

// What is charged once a month may be due of a month that was not read: its use is unknown then.
export const READ_WH = (column: string): string =>
  `case when b.until_at is not null then ${column} end`

const BILLS = `
  select s.supply_id as "supplyId", s.complex_id as "complexId", a.account_id as "accountId",
    a.no as "accountNo", t.name as tenant, coalesce(pr.no, '') as premises,
    coalesce(pr.name, '') as "premisesName", a.mode, c.zone,
    c.day_cut_minutes as "dayCutMinutes", s.since as "supplySince", s.until as "supplyUntil",
    h.since as "tenantSince", h.until as "tenantUntil", b.lines, b.meters, b.unpriced,
    ${READ_WH('b.energy_wh')} as "energyWh", ${READ_WH('b.estimated_wh')} as "estimatedWh",
    b.due_fen as "dueFen", b.until_at as "untilAt", (
      -- The wall lets only plain columns near the index of a table; one by one, because the planner
      -- expects a hundred meters in every bill and would read all there are instead.
      select jsonb_object_agg(u.meter_id, n.no)
      from (select (e->>'meterId')::integer as meter_id from jsonb_array_elements(b.meters) e
        offset 0) u
      cross join lateral (select m.no from meter m
        where m.complex_id = s.complex_id and m.meter_id = u.meter_id limit 1) n
    ) as "meterNos"
  from supply s
  join complex c on c.complex_id = s.complex_id
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  -- Of one tenant only, the newest unless another is named: none sees what another one used.
  join lateral (
    select x.tenant_id, x.since, x.until from account_tenant x
    where x.complex_id = a.complex_id and x.account_id = a.account_id
      and ($4::timestamptz is null or x.since = $4)
    order by x.since desc limit 1
  ) h on true
  join tenant t on t.complex_id = s.complex_id and t.tenant_id = h.tenant_id
  join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  left join month_bill b on b.complex_id = s.complex_id and b.supply_id = s.supply_id
    and b.month = $1 and b.tenant_since = h.since
    and (b.until_at is not null or b.due_fen <> 0)
  where `

/** One supply's, every supply's of an account, or those of a whole complex. */
export type Whose = { supply: number } | { account: number } | { complex: number }

// A text of its own for each, so that its plan can be kept: a bill joins nine tables, and planning
// that takes ten times as long as reading it.
const WITHIN = 'and ($3::integer is null or s.complex_id = $3)'
const OF_SUPPLY = `${BILLS} s.supply_id = $2 ${WITHIN} order by s.complex_id`
const OF_ACCOUNT = `${BILLS} s.account_id = $2 ${WITHIN} order by s.supply_id`
const OF_COMPLEX = `${BILLS} s.complex_id = $2 ${WITHIN} order by s.supply_id`

export type BillsAsked = {
  month: Day
  of: Whose
  within: number | null
  /** Since when the tenant had it whose bill it is; null: the newest. */
  tenantSince?: Instant | null
}

const whoseRows = (of: Whose): [text: string, id: number] => {
  if ('supply' in of) return [OF_SUPPLY, of.supply]
  if ('account' in of) return [OF_ACCOUNT, of.account]
  return [OF_COMPLEX, of.complex]
}

export const billRows = (tx: Tx, asked: BillsAsked): Promise<BillRow[]> => {
  const [text, id] = whoseRows(asked.of)
  const since = sqlTime(asked.tenantSince ?? null)
  return tx.query<BillRow>(text, [asked.month, id, asked.within, since], 'kept')
}

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

const CHARGES = `
  select k.nth::integer, u.day::text, u.at, m.no as "meterNo", u.energy_wh as "energyWh",
    u.due_fen as "dueFen", u.cause, u.posting_id as "postingId", u.until_at as "untilAt"
  from unnest($1::integer[], $2::integer[], $3::timestamptz[]) with ordinality
    as k(complex_id, supply_id, tenant_since, nth)
  join usage_day u on u.complex_id = k.complex_id and u.supply_id = k.supply_id
    and u.month = $4 and u.tenant_since = k.tenant_since
    and (u.due_fen <> 0 or u.energy_wh <> 0)
  join meter m on m.complex_id = u.complex_id and m.meter_id = u.meter_id
  order by k.nth, u.at, u.day, u.version`

/**
 * Of each bill in the order in which they were made; days on which nothing was used are left out.
 */
export const chargeRows = async (
  tx: Tx,
  bills: readonly BillRow[],
  month: Day,
): Promise<ChargeRow[][]> => {
  const rows = await tx.query<ChargeRow & { nth: number }>(
    CHARGES,
    [
      bills.map(({ complexId }) => complexId),
      bills.map(({ supplyId }) => supplyId),
      bills.map(({ tenantSince }) => sqlTime(tenantSince)),
      month,
    ],
    'kept',
  )
  const charges: ChargeRow[][] = bills.map(() => [])
  for (const { nth, ...charge } of rows) charges[nth - 1]?.push(charge)
  return charges
}

export type PlanName = {
  planId: number
  version: number
  name: string
  nameEn: string
  effectiveFrom: Instant
  tiers: Tiers | null
}

/** Of every plan of a complex. */
export const planNames = (tx: Tx, complex: ComplexId): Promise<PlanName[]> =>
  tx.query<PlanName>(
    `select p.plan_id as "planId", v.version, p.name, p.name_en as "nameEn",
       v.effective_from as "effectiveFrom", v.definition->'tiers' as tiers
     from plan p join plan_version v on v.complex_id = p.complex_id and v.plan_id = p.plan_id
     where p.complex_id = $1`,
    [complex],
    'kept',
  )
