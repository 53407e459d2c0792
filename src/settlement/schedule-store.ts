// Which price held when 电价时间表: the plans of supplies with their versions, as the tariff takes
// them. Supplies of one plan share a schedule.

import { complexCalendar } from '../plans/calendar-store.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, instant } from '../shared/clock.ts'
import type { ComplexId, SupplyId } from '../shared/ids.ts'
import type { Held, Schedule } from '../tariff/periods.ts'
import type { PlanDefinition } from '../tariff/plan.ts'

type HeldRow = {
  supplyId: SupplyId
  /** When the supply began. */
  began: Instant
  planId: number
  version: number
  definition: PlanDefinition
  since: Instant
  /** Null: to this day. */
  until: Instant | null
}

const HELD = `
  select g.supply_id as "supplyId", s.since as began, g.plan_id as "planId", v.version,
    v.definition, greatest(g.since, v.since) as since,
    nullif(least(g.until, v.until), 'infinity') as until
  from supply_given g
  join supply s on s.complex_id = g.complex_id and s.supply_id = g.supply_id
  join plan_version_held v on v.complex_id = g.complex_id and v.plan_id = g.plan_id
    and v.since < g.until and v.until > g.since
  where g.complex_id = $1 and g.supply_id = any ((select $2::integer[])::integer[])
  order by g.supply_id, 6`

/**
 * What held when the supply began holds for the register it began with too. Where a plan ends and
 * the next has no price yet, nothing holds.
 */
const heldOf = (rows: readonly HeldRow[]): Held[] =>
  rows.flatMap(({ since, until, began, planId, version, definition }, index) => {
    const from = since <= began ? instant(0) : since
    const held: Held = { since: from, plan: { planId, version, definition } }
    const next = rows[index + 1]?.since
    const gap = until !== null && (next === undefined || next > until)
    return gap ? [held, { since: until, plan: null }] : [held]
  })

/** A supply without any version has a schedule in which nothing holds. */
export const schedulesOf = async (
  tx: Tx,
  complex: ComplexId,
  zone: string,
  supplies: readonly SupplyId[],
): Promise<Map<SupplyId, Schedule>> => {
  const rows = await tx.query<HeldRow>(HELD, [complex, supplies], 'kept')
  const calendar = await complexCalendar(tx, complex)
  const ofSupply = Map.groupBy(rows, (row) => row.supplyId)
  const shared = new Map<string, Schedule>()
  const out = new Map<SupplyId, Schedule>()
  for (const supply of supplies) {
    const held = heldOf(ofSupply.get(supply) ?? [])
    const key = held.map(({ since, plan }) => `${since} ${plan?.planId} ${plan?.version}`).join()
    const schedule = shared.get(key) ?? { held, calendar, zone }
    shared.set(key, schedule)
    out.set(supply, schedule)
  }
  return out
}
