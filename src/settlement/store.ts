// What the daily charge reads and writes 日电费入账: supplies of accounts in centre mode, up to which
// register each has been charged, and the days as they were charged.

import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, MeterId, SupplyId, Uuid } from '../shared/ids.ts'
import type { MonthSoFar } from './day-charge.ts'

export type ChargedComplex = { complexId: ComplexId; zone: string; dayCutMinutes: number }

export const complexesWithCentreMode = (tx: Tx): Promise<ChargedComplex[]> =>
  tx.query<ChargedComplex>(
    `select complex_id as "complexId", zone, day_cut_minutes as "dayCutMinutes" from complex c
     where exists (select from account a where a.complex_id = c.complex_id and a.mode = 'centre')
     order by complex_id`,
  )

export type ChargedSupply = {
  supplyId: SupplyId
  accountId: AccountId
  meterId: MeterId
  since: Instant
  markAt: Instant
  /** The last day that was charged; null before the first. */
  lastDay: Day | null
}

const SUPPLIES = `
  select s.supply_id as "supplyId", s.account_id as "accountId", um.meter_id as "meterId",
    s.since, um.at as "markAt",
    (select max(u.day)::text from usage_day u where u.complex_id = s.complex_id
      and u.supply_id = s.supply_id) as "lastDay"
  from supply s
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  join usage_mark um on um.complex_id = s.complex_id and um.supply_id = s.supply_id
  join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
    and i.meter_id = um.meter_id and i.until is null
  where s.complex_id = $1 and a.mode = 'centre' and a.closed_at is null and s.until is null`

/** Open supplies with the meter that hangs there now. */
export const chargedSupplies = (tx: Tx, complex: ComplexId): Promise<ChargedSupply[]> =>
  tx.query<ChargedSupply>(`${SUPPLIES} order by s.supply_id`, [complex])

/** The same supply under its account's lock; null where it has ended meanwhile. */
export const lockSupply = async (
  tx: Tx,
  complex: ComplexId,
  supply: ChargedSupply,
): Promise<ChargedSupply | null> => {
  await tx.query('select from account where complex_id = $1 and account_id = $2 for update', [
    complex,
    supply.accountId,
  ])
  const rows = await tx.query<ChargedSupply>(`${SUPPLIES} and s.supply_id = $2`, [
    complex,
    supply.supplyId,
  ])
  return rows[0] ?? null
}

export type DayEnd = { at: Instant; energyWh: number; reverseWh: number | null }

/** The last reading that may be billed, not after `until`: what the day ends with. */
export const lastBillable = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
  span: { after: Instant; until: Instant },
): Promise<DayEnd | null> => {
  const rows = await tx.query<DayEnd>(
    `select at, energy_wh as "energyWh", reverse_wh as "reverseWh" from billable_reading
     where complex_id = $1 and meter_id = $2 and at > $3 and at <= $4
     order by at desc, source limit 1`,
    [complex, meter, sqlTime(span.after), sqlTime(span.until)],
  )
  return rows[0] ?? null
}

/** Up to when the supply was charged by this meter; null where it never was to be. */
export const usageMarkAt = async (
  tx: Tx,
  complex: ComplexId,
  supply: SupplyId,
  meter: MeterId,
): Promise<Instant | null> => {
  const rows = await tx.query<{ at: Instant }>(
    'select at from usage_mark where complex_id = $1 and supply_id = $2 and meter_id = $3',
    [complex, supply, meter],
  )
  return rows[0]?.at ?? null
}

export type PriceOfDay = { planVersion: number; priceE8: number }

/** The flat price that stood when the day began; null: the plan has none. */
export const priceAt = async (
  tx: Tx,
  complex: ComplexId,
  supply: SupplyId,
  at: Instant,
): Promise<PriceOfDay | null> => {
  const rows = await tx.query<PriceOfDay>(
    `select v.version as "planVersion", (v.definition->>'priceE8')::bigint as "priceE8"
     from supply s join plan_version v on v.complex_id = s.complex_id and v.plan_id = s.plan_id
     where s.complex_id = $1 and s.supply_id = $2 and v.definition->>'kind' = 'flat'
       and v.effective_from <= greatest($3::timestamptz, s.since)
     order by v.effective_from desc limit 1`,
    [complex, supply, sqlTime(at)],
  )
  return rows[0] ?? null
}

export const monthSoFar = async (
  tx: Tx,
  complex: ComplexId,
  supply: SupplyId,
  { day, planVersion }: { day: Day; planVersion: number },
): Promise<MonthSoFar> => {
  const rows = await tx.query<MonthSoFar>(
    `select coalesce(sum(energy_wh), 0)::bigint as "energyWh",
       coalesce(sum(due_fen), 0)::bigint as "dueFen"
     from usage_day where complex_id = $1 and supply_id = $2 and plan_version = $3
       and day >= date_trunc('month', $4::date) and day < $4`,
    [complex, supply, planVersion, day],
  )
  return rows[0] ?? { energyWh: 0, dueFen: 0 }
}

export type ChargedDay = {
  complexId: ComplexId
  supplyId: SupplyId
  meterId: MeterId
  day: Day
  energyWh: number
  dueFen: number
  price: PriceOfDay
  /** Null where nothing was due. */
  postingId: Uuid | null
  /** The registers between which the day lies; null where no reading came. */
  from: Instant
  until: DayEnd | null
}

/** Writes the day, or one more part of it, and moves the mark, in one statement. */
export const insertDay = async (tx: Tx, charged: ChargedDay): Promise<void> => {
  const { price, until } = charged
  await tx.query(
    `with moved as (
       update usage_mark set energy_wh = $12, at = $13, reverse_wh = $14
       where complex_id = $1 and supply_id = $2 and meter_id = $3 and $13::timestamptz is not null
     )
     insert into usage_day (complex_id, supply_id, meter_id, day, version, lines, energy_wh,
       due_fen, posting_id, at, plan_version, price_e8)
     select $1, $2, $3, $4, coalesce(max(u.version), 0) + 1, $5, $6, $7, $8, $9, $10, $11
     from usage_day u where u.complex_id = $1 and u.supply_id = $2 and u.meter_id = $3
       and u.day = $4`,
    [
      charged.complexId,
      charged.supplyId,
      charged.meterId,
      charged.day,
      JSON.stringify([{ from: sqlTime(charged.from), until: sqlTime(until?.at ?? null) }]),
      charged.energyWh,
      charged.dueFen,
      charged.postingId,
      sqlTime(tx.now),
      price.planVersion,
      price.priceE8,
      until?.energyWh ?? null,
      sqlTime(until?.at ?? null),
      until?.reverseWh ?? null,
    ],
  )
}
