// What held in a month 当月电价: the versions of plans with the time in which each was the price.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, PlanId } from '../shared/ids.ts'
import type { Span } from '../tariff/periods.ts'
import type { PlanDefinition } from '../tariff/plan.ts'

export type HeldInMonth = { since: Instant; until: Instant; definition: PlanDefinition }

/** In the order of time, cut to the span. */
export const heldIn = (
  tx: Tx,
  complex: ComplexId,
  plan: PlanId,
  { from, until }: Span,
): Promise<HeldInMonth[]> =>
  tx.query<HeldInMonth>(
    `select greatest(since, $3) as since, least(until, $4) as until, definition
     from plan_version_held where complex_id = $1 and plan_id = $2 and since < $4 and until > $3
     order by 1`,
    [complex, plan, sqlTime(from), sqlTime(until)],
  )

export type HeldPlan = {
  planId: PlanId
  plan: string
  planEn: string
  definition: PlanDefinition
  supplies: number
}

/** Plans that somebody had in the span, each with the last version that held. */
export const plansIn = (tx: Tx, complex: ComplexId, { from, until }: Span): Promise<HeldPlan[]> =>
  tx.query<HeldPlan>(
    `select p.plan_id as "planId", p.name as plan, p.name_en as "planEn", v.definition,
       u.supplies::integer
     from plan p
     join (
       select plan_id, count(distinct supply_id) as supplies from supply_given
       where complex_id = $1 and since < $3 and until > $2 group by plan_id
     ) u on u.plan_id = p.plan_id
     join lateral (
       select definition from plan_version_held h where h.complex_id = $1
         and h.plan_id = p.plan_id and h.since < $3 and h.until > $2 order by h.since desc limit 1
     ) v on true
     where p.complex_id = $1 order by p.name`,
    [complex, sqlTime(from), sqlTime(until)],
  )
