// Which price held when 电价时间表: the plans of supplies with their versions, as the tariff takes
// them. Supplies of one plan share a schedule.

import type { Tx } from '../ports/database.ts'
import { type Instant, instant } from '../shared/clock.ts'
import type { ComplexId, SupplyId } from '../shared/ids.ts'
import { calendarOf, type OwnDay } from '../tariff/calendar.ts'
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
}

const HELD = `
  select h.supply_id as "supplyId", s.since as began, h.plan_id as "planId", h.version,
    h.definition, h.since
  from supply_held h
  join supply s on s.complex_id = h.complex_id and s.supply_id = h.supply_id
  where h.complex_id = $1 and h.supply_id = any ($2)
  order by h.supply_id, h.since`

const calendarIn = async (tx: Tx, complex: ComplexId) =>
  calendarOf(
    await tx.query<OwnDay>(
      `select day::text, type, name, name_en as "nameEn" from calendar_day where complex_id = $1`,
      [complex],
    ),
  )

/** What held when the supply began holds for the register it began with too. */
const heldOf = (rows: readonly HeldRow[]): Held[] => {
  const before = rows.findLastIndex(({ since, began }) => since <= began)
  return rows.slice(Math.max(0, before)).map(({ planId, version, definition, since, began }) => ({
    since: since <= began ? instant(0) : since,
    plan: { planId, version, definition },
  }))
}

/** A supply without any version has a schedule in which nothing holds. */
export const schedulesOf = async (
  tx: Tx,
  complex: ComplexId,
  zone: string,
  supplies: readonly SupplyId[],
): Promise<Map<SupplyId, Schedule>> => {
  const rows = await tx.query<HeldRow>(HELD, [complex, supplies])
  const calendar = await calendarIn(tx, complex)
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
