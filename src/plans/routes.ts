// Routes of plans 电价方案.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { ListQuery, WithinQuery } from '../http/contract/asking.ts'
import {
  NewPlan,
  NewVersion,
  Plan,
  PlanCheck,
  PlanChecked,
  PlanDetail,
  PlanNaming,
  SavedVersion,
} from '../http/contract/plans.ts'
import { Id, listOf } from '../http/contract.ts'
import { afterId, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import type { Db, Tx } from '../ports/database.ts'
import { capFinding } from '../price-cap/check.ts'
import { must } from '../shared/assert.ts'
import { type PlanId, planId as planIdOf } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { dryRun, once } from '../work/request.ts'
import { complexCalendar } from './calendar-store.ts'
import type { ComplexTime } from './effective.ts'
import { listPlans } from './list-store.ts'
import { type PlanKey, placeOfPlan, versionsOf } from './plan-store.ts'
import { addVersion, createPlan, type PlanDeps, renamePlan } from './plans.ts'
import { checked } from './preview.ts'
import { historyOf } from './versions.ts'

export type PlanRouteDeps = PlanDeps & { db: Db }

/** Refuses: not_found. */
export const planNamed = async (
  tx: Tx,
  id: number,
  within: number | undefined,
): Promise<PlanKey & ComplexTime> => {
  const found = await placeOfPlan(tx, planIdOf(id), within ?? null)
  if (!found) throw new Refusal('not_found', { planId: id })
  return found
}

const planShown = async (tx: Tx, place: PlanKey & ComplexTime): Promise<Plan> => {
  const rows = await listPlans(tx, { ...place, after: place.planId - 1, limit: 1 })
  return must(rows[0], 'the plan is there')
}

const Params = Type.Object({ id: Id })

const reading = (deps: PlanRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/plans',
    permission: 'register.view',
    summary: { zh: '电价方案列表', en: 'Plans' },
    query: ListQuery,
    answer: listOf(Plan),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const complex = await namedComplex(tx, query.complexId)
        const page = { ...complex, after: afterId(query.cursor), limit: query.limit }
        return pageOf(await listPlans(tx, page), query.limit, (row) => row.planId)
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/plans/:id',
    permission: 'register.view',
    summary: { zh: '电价方案与版本历史', en: 'A plan with the history of its versions' },
    params: Params,
    query: WithinQuery,
    answer: PlanDetail,
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, async (tx) => {
        const place = await planNamed(tx, params.id, query.complexId)
        const versions = historyOf(await versionsOf(tx, place), place.zone)
        return { ...(await planShown(tx, place)), versions }
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/plans/check',
    permission: 'register.view',
    summary: { zh: '校验并预览电价方案', en: 'Check a plan and see a day of it' },
    body: PlanCheck,
    answer: PlanChecked,
    handler: ({ scope, language }, { body }) =>
      deps.db.as(scope, async (tx) => {
        const complex = await namedComplex(tx, body.complexId)
        const { complexId, zone } = complex
        const calendar = await complexCalendar(tx, complexId)
        const found = checked(body, calendar, { now: tx.now, zone, language })
        const asked = { definition: body.definition, since: tx.now, supplyIds: [] }
        return { ...found, cap: found.complete ? await capFinding(tx, complex, asked) : null }
      }),
  }),
]

const newPlanRoute = (deps: PlanRouteDeps): Route =>
  route({
    method: 'POST',
    path: '/api/v1/plans',
    permission: 'plan.edit',
    once: true,
    audited: true,
    summary: { zh: '新增电价方案', en: 'Make a plan' },
    body: NewPlan,
    answer: Plan,
    handler: async ({ scope, requestId }, { body }) => {
      const { complexId: asked, ...rest } = body
      const named = requestId()
      const complex = await deps.db.as(scope, (tx) => namedComplex(tx, asked))
      const name = { complexId: complex.complexId, requestId: named, operation: 'plan.create' }
      const planId = await once<PlanId>(deps.db, scope, { ...name, content: rest }, (tx) =>
        createPlan(tx, deps, complex, rest),
      )
      return deps.db.as(scope, (tx) => planShown(tx, { ...complex, planId }))
    },
  })

const namingRoute = (deps: PlanRouteDeps): Route =>
  route({
    method: 'PATCH',
    path: '/api/v1/plans/:id',
    permission: 'plan.edit',
    audited: true,
    summary: { zh: '修改方案名称或停用', en: 'Rename or retire a plan' },
    params: Params,
    query: WithinQuery,
    body: PlanNaming,
    answer: Plan,
    handler: ({ scope }, { params, query, body }) =>
      deps.db.as(scope, async (tx) => {
        const place = await planNamed(tx, params.id, query.complexId)
        await renamePlan(tx, deps, place, body)
        return planShown(tx, place)
      }),
  })

const versionRoute = (deps: PlanRouteDeps): Route =>
  route({
    method: 'POST',
    path: '/api/v1/plans/:id/versions',
    permission: 'plan.edit',
    once: true,
    audited: true,
    summary: { zh: '新增方案版本', en: 'Add a version to a plan' },
    params: Params,
    query: WithinQuery,
    body: NewVersion,
    answer: SavedVersion,
    handler: async ({ scope, requestId, permit, confirmed }, { params, query, body }) => {
      if (!body.dryRun) confirmed()
      const { dryRun: isDryRun, approvalId, ...asked } = body
      const agreement = { approvalId, dryRun: isDryRun }
      const run = async (tx: Tx) => {
        const place = await planNamed(tx, params.id, query.complexId)
        const saved = await addVersion(
          tx,
          deps,
          place,
          asked,
          () => permit('plan.backdate'),
          agreement,
        )
        const { rerates } = saved
        refuseIf(rerates > 0 && !isDryRun, 'rerate_required', { supplies: rerates })
        return saved
      }
      if (isDryRun) return { ...(await dryRun(deps.db, scope, run)), version: null }
      const complexId = async (tx: Tx) =>
        (await planNamed(tx, params.id, query.complexId)).complexId
      const content = { planId: params.id, ...asked }
      const name = { complexId, requestId: requestId(), operation: 'plan.version', content }
      return once(deps.db, scope, name, run)
    },
  })

export const planRoutes = (deps: PlanRouteDeps): Route[] => [
  ...reading(deps),
  newPlanRoute(deps),
  namingRoute(deps),
  versionRoute(deps),
]
