// Routes of who has which plan 电价分配, and of the calendar that prices go by 日历.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { WithinQuery } from '../http/contract/asking.ts'
import {
  Assigned,
  Assignment,
  Calendar,
  CalendarQuery,
  CalendarSaved,
  SupplyPlan,
  SupplyPlanQuery,
} from '../http/contract/plans.ts'
import { Id, listOf } from '../http/contract.ts'
import { afterId, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import type { Tx } from '../ports/database.ts'
import { businessDay } from '../shared/clock.ts'
import { refuseIf } from '../shared/refusal.ts'
import { yearOf } from '../tariff/calendar.ts'
import { dryRun, once } from '../work/request.ts'
import { assignPlan } from './assign.ts'
import { calendarYear, saveCalendar } from './calendar.ts'
import { type PlanRouteDeps, planNamed } from './routes.ts'
import { listSupplyPlans } from './supply-store.ts'

const assignRoute = (deps: PlanRouteDeps): Route =>
  route({
    method: 'POST',
    path: '/api/v1/plans/:id/assign',
    permission: 'plan.assign',
    once: true,
    audited: true,
    summary: { zh: '给供电分配电价方案', en: 'Give supplies a plan' },
    params: Type.Object({ id: Id }),
    query: WithinQuery,
    body: Assignment,
    answer: Assigned,
    handler: async ({ scope, requestId, permit, confirmed }, { params, query, body }) => {
      if (!body.dryRun) confirmed()
      const { approvalId, ...asked } = body
      const agreement = { approvalId, dryRun: body.dryRun }
      const run = async (tx: Tx) => {
        const place = await planNamed(tx, params.id, query.complexId)
        const found = await assignPlan(
          tx,
          deps,
          place,
          asked,
          () => permit('plan.backdate'),
          agreement,
        )
        const { rerates } = found
        refuseIf(rerates > 0 && !body.dryRun, 'rerate_required', { supplies: rerates })
        return found
      }
      if (body.dryRun) return dryRun(deps.db, scope, run)
      const complexId = async (tx: Tx) =>
        (await planNamed(tx, params.id, query.complexId)).complexId
      const content = { planId: params.id, ...asked }
      const name = { complexId, requestId: requestId(), operation: 'plan.assign', content }
      return once(deps.db, scope, name, run)
    },
  })

const listRoute = (deps: PlanRouteDeps): Route =>
  route({
    method: 'GET',
    path: '/api/v1/supply-plans',
    permission: 'register.view',
    summary: { zh: '各供电的电价方案', en: 'Supplies with their plans' },
    query: SupplyPlanQuery,
    answer: listOf(SupplyPlan),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId, zone } = await namedComplex(tx, query.complexId)
        const { limit, planId = null, accountId = null, buildingId = null } = query
        const page = { complexId, zone, after: afterId(query.cursor), limit }
        const rows = await listSupplyPlans(tx, { ...page, planId, accountId, buildingId })
        return pageOf(rows, limit, (row) => row.supplyId)
      }),
  })

const calendarRoutes = (deps: PlanRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/calendar',
    permission: 'register.view',
    summary: { zh: '某年的节假日与调休', en: 'Holidays and swapped days of a year' },
    query: CalendarQuery,
    answer: Calendar,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId, zone } = await namedComplex(tx, query.complexId)
        const year = query.year ?? yearOf(businessDay(tx.now, zone, 0))
        return calendarYear(tx, complexId, year)
      }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/calendar',
    permission: 'calendar.edit',
    audited: true,
    summary: { zh: '维护某年的日历', en: 'Set the complex’s own days of a year' },
    body: CalendarSaved,
    answer: Calendar,
    handler: ({ scope }, { body }) =>
      deps.db.as(scope, async (tx) =>
        saveCalendar(tx, deps, await namedComplex(tx, body.complexId), body),
      ),
  }),
]

export const assignRoutes = (deps: PlanRouteDeps): Route[] => [
  assignRoute(deps),
  listRoute(deps),
  ...calendarRoutes(deps),
]
