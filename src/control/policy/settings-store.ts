// The settings of the power policy as stored 供电策略设置: rows are only ever added, the newest holds.

import type { Tx } from '../../ports/database.ts'
import { type Instant, sqlTime } from '../../shared/clock.ts'
import type { ComplexId, SupplyId } from '../../shared/ids.ts'
import type { InterlockSettings } from './interlock.ts'
import { type ComplexPolicy, complexPolicy, type SupplyOverride } from './settings.ts'

export type SavedPolicy<S> = {
  policyId: number
  settings: S
  reason: string
  savedAt: Instant
  savedBy: string | null
}

/** The grace of the supply `s`, its own or the complex's: an expression in SQL. */
export const GRACE_OF_SUPPLY = `coalesce(
  (select (w.settings->>'graceFen')::bigint from power_policy w
   where w.complex_id = s.complex_id and w.supply_id = s.supply_id
   order by w.policy_id desc limit 1),
  (select (w.settings->>'graceFen')::bigint from power_policy w
   where w.complex_id = s.complex_id and w.supply_id is null
   order by w.policy_id desc limit 1), 0)`

const SAVED = `
  select w.policy_id as "policyId", w.settings, w.reason, w.saved_at as "savedAt",
    o.name as "savedBy"
  from power_policy w left join operator o on o.operator_id = w.saved_by`

/** Null: nobody has ever said anything, the program's own settings hold. */
export const savedComplexPolicy = async (
  tx: Tx,
  complex: ComplexId,
): Promise<SavedPolicy<Partial<ComplexPolicy>> | null> => {
  const rows = await tx.query<SavedPolicy<Partial<ComplexPolicy>>>(
    `${SAVED} where w.complex_id = $1 and w.supply_id is null
     order by w.policy_id desc limit 1`,
    [complex],
    'kept',
  )
  return rows[0] ?? null
}

export const policyOfComplex = async (tx: Tx, complex: ComplexId): Promise<ComplexPolicy> =>
  complexPolicy((await savedComplexPolicy(tx, complex))?.settings ?? null)

export const interlockOf = async (tx: Tx, complex: ComplexId): Promise<InterlockSettings> =>
  (await policyOfComplex(tx, complex)).interlock

/** Of running supplies that have something otherwise. */
export const supplyOverrides = async (
  tx: Tx,
  complex: ComplexId,
): Promise<Map<SupplyId, SupplyOverride>> => {
  const rows = await tx.query<{ supplyId: SupplyId; settings: SupplyOverride }>(
    `select w."supplyId", w.settings from (
       select distinct on (w.supply_id) w.supply_id as "supplyId", w.settings
       from power_policy w where w.complex_id = $1 and w.supply_id is not null
       order by w.supply_id, w.policy_id desc) w
     join supply s on s.complex_id = $1 and s.supply_id = w."supplyId" and s.until is null
     where w.settings is not null`,
    [complex],
    'kept',
  )
  return new Map(rows.map(({ supplyId, settings }) => [supplyId, settings]))
}

export const insertPolicy = async (
  tx: Tx,
  complex: ComplexId,
  supply: SupplyId | null,
  settings: ComplexPolicy | SupplyOverride | null,
  reason: string,
): Promise<void> => {
  await tx.query(
    `insert into power_policy (complex_id, supply_id, settings, reason, saved_at, saved_by)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      ...[complex, supply, settings && JSON.stringify(settings), reason],
      ...[sqlTime(tx.now), tx.scope.operator],
    ],
  )
}
