// Plans 电价方案 as they are stored: names, and versions that are only ever added to. What holds at a
// moment is the latest version that has begun, of one beginning the last that was saved.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, PlanId } from '../shared/ids.ts'
import type { Extremes } from '../tariff/extremes.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import type { ComplexTime } from './effective.ts'

export type PlanKey = { complexId: ComplexId; planId: PlanId }
export type PlanNames = { name: string; nameEn: string; retiredAt: Instant | null }

/** Where a plan belongs; null where the scope has none. */
export const placeOfPlan = async (
  tx: Tx,
  plan: PlanId,
  within: number | null,
): Promise<(PlanKey & ComplexTime) | null> => {
  const rows = await tx.query<PlanKey & ComplexTime>(
    `select c.complex_id as "complexId", p.plan_id as "planId", c.zone,
       c.day_cut_minutes as "dayCutMinutes"
     from plan p join complex c on c.complex_id = p.complex_id
     where p.plan_id = $1 and ($2::integer is null or p.complex_id = $2)`,
    [plan, within],
  )
  return rows[0] ?? null
}

/** The row lock that every change of a plan takes first. */
export const lockPlan = async (
  tx: Tx,
  { complexId, planId }: PlanKey,
): Promise<PlanNames | null> => {
  const rows = await tx.query<PlanNames>(
    `select name, name_en as "nameEn", retired_at as "retiredAt" from plan
     where complex_id = $1 and plan_id = $2 for update`,
    [complexId, planId],
  )
  return rows[0] ?? null
}

/** Null: the name is taken. */
export const insertPlan = async (
  tx: Tx,
  complex: ComplexId,
  { name, nameEn }: { name: string; nameEn: string },
): Promise<PlanId | null> => {
  const rows = await tx.query<{ planId: PlanId }>(
    `insert into plan (complex_id, name, name_en) values ($1, $2, $3)
     on conflict (complex_id, name) do nothing returning plan_id as "planId"`,
    [complex, name, nameEn],
  )
  return rows[0]?.planId ?? null
}

/** False: another plan has the name. */
export const updatePlan = async (
  tx: Tx,
  { complexId, planId }: PlanKey,
  { name, nameEn, retiredAt }: PlanNames,
): Promise<boolean> => {
  const rows = await tx.query(
    `update plan set name = $3, name_en = $4, retired_at = $5
     where complex_id = $1 and plan_id = $2 and not exists (select from plan o
       where o.complex_id = $1 and o.plan_id <> $2 and o.name = $3) returning plan_id`,
    [complexId, planId, name, nameEn, sqlTime(retiredAt)],
  )
  return rows.length > 0
}

export type VersionRow = {
  version: number
  effectiveFrom: Instant
  /** The final price of a month holds for it alone; null: up to the next. */
  endsAt: Instant | null
  definition: PlanDefinition
  note: string
  savedAt: Instant | null
  savedBy: string | null
  backdated: boolean
}

/** In the order in which they were saved. */
export const versionsOf = (tx: Tx, { complexId, planId }: PlanKey): Promise<VersionRow[]> =>
  tx.query<VersionRow>(
    `select v.version, v.effective_from as "effectiveFrom", v.ends_at as "endsAt",
       v.definition, v.note, v.saved_at as "savedAt", o.name as "savedBy", v.backdated
     from plan_version v left join operator o on o.operator_id = v.saved_by
     where v.complex_id = $1 and v.plan_id = $2 order by v.version`,
    [complexId, planId],
  )

export type NewVersionRow = PlanKey &
  Extremes & {
    version: number
    since: Instant
    endsAt?: Instant
    definition: PlanDefinition
    note: string
    backdated: boolean
  }

export const insertVersion = async (tx: Tx, row: NewVersionRow): Promise<void> => {
  await tx.query(
    `insert into plan_version (complex_id, plan_id, version, effective_from, definition, note,
       saved_at, saved_by, backdated, cheapest_e8, dearest_e8, ends_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      ...[row.complexId, row.planId, row.version, sqlTime(row.since)],
      ...[JSON.stringify(row.definition), row.note, sqlTime(tx.now), tx.scope.operator],
      ...[row.backdated, row.cheapestE8, row.dearestE8, sqlTime(row.endsAt ?? null)],
    ],
  )
}

/** Supplies that have the plan at that moment or after it, and their accounts. */
export const usersOf = async (
  tx: Tx,
  { complexId, planId }: PlanKey,
  since: Instant,
): Promise<{ supplies: number; accounts: number }> => {
  const rows = await tx.query<{ supplies: number; accounts: number }>(
    `select count(distinct s.supply_id)::int as supplies,
       count(distinct s.account_id)::int as accounts
     from supply_given g
     join supply s on s.complex_id = g.complex_id and s.supply_id = g.supply_id
     where g.complex_id = $1 and g.plan_id = $2 and g.until > $3
       and (s.until is null or s.until > $3)`,
    [complexId, planId, sqlTime(since)],
  )
  return rows[0] ?? { supplies: 0, accounts: 0 }
}
