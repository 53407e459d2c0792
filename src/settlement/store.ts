// The supplies that the centre charges 后台计费供电: which there are, up to which register each
// has been charged, and the readings that end a day.

import type { ComplexDays } from '../ledger/posting-day.ts'
import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, MeterId, SupplyId } from '../shared/ids.ts'

export type ChargedComplex = ComplexDays

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
  /** Since when the account is the present tenant's: no month is priced across tenants. */
  tenantSince: Instant
  /** The register at which this tenant's use begins. */
  beganAt: Instant
  markAt: Instant
  /** The last day that was charged; null before the first. */
  lastDay: Day | null
}

const SUPPLIES = `
  select s.supply_id as "supplyId", s.account_id as "accountId", um.meter_id as "meterId",
    s.since, um.at as "markAt", t.since as "tenantSince",
    coalesce(
      (select max(u.until_at) from usage_day u where u.complex_id = s.complex_id
        and u.supply_id = s.supply_id and u.tenant_since < t.since),
      (select min(u.from_at) from usage_day u where u.complex_id = s.complex_id
        and u.supply_id = s.supply_id), um.at) as "beganAt",
    (select max(u.day)::text from usage_day u where u.complex_id = s.complex_id
      and u.supply_id = s.supply_id and u.cause is null) as "lastDay"
  from supply s
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  join account_tenant t on t.complex_id = a.complex_id and t.account_id = a.account_id
    and t.until is null
  join usage_mark um on um.complex_id = s.complex_id and um.supply_id = s.supply_id
  join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
    and i.meter_id = um.meter_id and i.until is null
  where s.complex_id = $1 and a.mode = 'centre' and a.closed_at is null and s.until is null`

/** Open supplies with the meter that hangs there now. */
export const chargedSupplies = (tx: Tx, complex: ComplexId): Promise<ChargedSupply[]> =>
  tx.query<ChargedSupply>(`${SUPPLIES} order by s.supply_id`, [complex])

/** As they stand; the caller holds their accounts' locks, or only looks. */
export const suppliesNow = (
  tx: Tx,
  complex: ComplexId,
  supplies: readonly SupplyId[],
): Promise<ChargedSupply[]> =>
  tx.query<ChargedSupply>(
    `${SUPPLIES} and s.supply_id = any ($2) order by s.supply_id`,
    [complex, supplies],
    'kept',
  )

/** In the order of their numbers, so that nobody waits for each other. */
export const lockAccounts = async (
  tx: Tx,
  complex: ComplexId,
  supplies: readonly Pick<ChargedSupply, 'accountId'>[],
): Promise<void> => {
  await tx.query(
    `select from account where complex_id = $1 and account_id = any ($2)
     order by account_id for update`,
    [complex, supplies.map(({ accountId }) => accountId)],
    'kept',
  )
}

/** Those that are still open under their accounts' locks. */
export const lockSupplies = async (
  tx: Tx,
  complex: ComplexId,
  supplies: readonly Pick<ChargedSupply, 'supplyId' | 'accountId'>[],
): Promise<ChargedSupply[]> => {
  await lockAccounts(tx, complex, supplies)
  return suppliesNow(
    tx,
    complex,
    supplies.map(({ supplyId }) => supplyId),
  )
}

export type DayEnd = { at: Instant; energyWh: number; reverseWh: number | null }

/** The last reading that may be billed, not after `until`: what the day ends with. */
export const lastBillable = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
  { after, until }: { after: Instant; until: Instant },
): Promise<DayEnd | null> => {
  const ends = await lastBillables(tx, complex, [{ meterId: meter, after }], until)
  return ends[0] ?? null
}

/** The same of many meters, in their order. */
export const lastBillables = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly { meterId: MeterId; after: Instant }[],
  until: Instant,
): Promise<(DayEnd | null)[]> => {
  const rows = await tx.query<DayEnd & { nth: number }>(
    `select m.nth::integer, r.* from unnest($2::integer[], $3::timestamptz[]) with ordinality
       as m(meter_id, after, nth)
     -- First the moment, along the index, then which of its readings.
     cross join lateral (
       select b.at from billable_reading b
       where b.complex_id = $1 and b.meter_id = m.meter_id and b.at > m.after and b.at <= $4
       order by b.at desc limit 1
     ) l
     cross join lateral (
       select b.at, b.energy_wh as "energyWh", b.reverse_wh as "reverseWh"
       from billable_reading b
       where b.complex_id = $1 and b.meter_id = m.meter_id and b.at = l.at
       order by b.source limit 1
     ) r`,
    [
      complex,
      meters.map(({ meterId }) => meterId),
      meters.map(({ after }) => sqlTime(after)),
      sqlTime(until),
    ],
    'kept',
  )
  const found = new Map(rows.map(({ nth, ...end }) => [nth, end]))
  return meters.map((_, index) => found.get(index + 1) ?? null)
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

/**
 * A mark at a reading that somebody has rejected goes back to the last one that is believed; the
 * caller holds the accounts' locks.
 */
export const settleMarks = async (
  tx: Tx,
  complex: ComplexId,
  supplies: readonly SupplyId[],
): Promise<void> => {
  await tx.query(
    `update usage_mark m set energy_wh = b.energy_wh, reverse_wh = b.reverse_wh, at = b.at
     from usage_mark was
     join lateral (
       select r.energy_wh, r.reverse_wh, r.at from billable_reading r
       where r.complex_id = was.complex_id and r.meter_id = was.meter_id and r.at <= was.at
       order by r.at desc, r.source limit 1
     ) b on b.at < was.at
     where was.complex_id = $1 and was.supply_id = any ($2) and m.complex_id = $1
       and m.supply_id = was.supply_id and m.meter_id = was.meter_id
       -- What was noted when the meter was hung is no reading.
       and not exists (select from installation i where i.complex_id = $1
         and i.meter_id = was.meter_id and i.since = was.at)`,
    [complex, supplies],
  )
}
