// What prices a meter would get 将下发电价: plan, version and moment, as whoever decides sees them.

import type { PriceToCome } from '../http/contract/commands.ts'
import type { Tx } from '../ports/database.ts'
import { rfc3339 } from '../shared/clock.ts'
import type { ComplexId, MeterId, PlanId } from '../shared/ids.ts'
import type { AcceptedPush } from './push-check.ts'

type Named = { planId: PlanId; plan: string; planEn: string }

/** Of each of the meters that a push would reach; one statement. */
export const pricesToCome = async (
  tx: Tx,
  { complexId, zone }: { complexId: ComplexId; zone: string },
  targets: readonly AcceptedPush[],
): Promise<ReadonlyMap<MeterId, PriceToCome>> => {
  if (targets.length === 0) return new Map()
  const plans = [...new Set(targets.map(({ version }) => version.planId))]
  const named = await tx.query<Named>(
    `select plan_id as "planId", name as plan, name_en as "planEn" from plan
     where complex_id = $1 and plan_id = any ($2)`,
    [complexId, plans],
  )
  const nameOf = new Map(named.map((one) => [one.planId, one]))
  return new Map(
    targets.map(({ meterId, version: { planId, version }, switchAt }) => {
      const { plan = '', planEn = '' } = nameOf.get(planId) ?? {}
      const at = switchAt === null ? null : rfc3339(switchAt, zone)
      return [meterId, { planId, plan, planEn, planVersion: version, switchAt: at }]
    }),
  )
}
