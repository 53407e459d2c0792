// Routes of sharing 公摊: rules, and the months that are shared by them.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { ListQuery, PageQuery } from '../http/contract/asking.ts'
import {
  NewSharingRule,
  ReverseSharing,
  ShareMonth,
  SharingPremisesList,
  SharingRule,
  SharingRuleChange,
  SharingRun,
} from '../http/contract/sharing.ts'
import { Id, listOf, UuidText } from '../http/contract.ts'
import { afterId, beforeUuid, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import { once } from '../work/request.ts'
import { premisesBehind } from './pool-store.ts'
import { foundRule, listRules } from './rule-store.ts'
import { changeRule, createRule } from './rules.ts'
import { reverseRun, runLine, runView, type SharingDeps, shareMonth } from './run.ts'
import { foundRun, listRuns } from './run-store.ts'

const OneRule = Type.Object({ id: Id })
const OneRun = Type.Object({ id: UuidText })

const ruleRoutes = (deps: SharingDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/sharing-rules',
    permission: 'ledger.view',
    summary: { zh: '公摊方案', en: 'Sharing rules' },
    query: ListQuery,
    answer: listOf(SharingRule),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        const page = { after: afterId(query.cursor), limit: query.limit + 1 }
        return pageOf(await listRules(tx, complexId, page), query.limit, (row) => row.ruleId)
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/sharing-rules',
    permission: 'sharing.make',
    once: true,
    audited: true,
    summary: { zh: '新建公摊方案', en: 'Make a sharing rule' },
    body: NewSharingRule,
    answer: SharingRule,
    handler: async ({ scope, requestId }, { body }) => {
      const { complexId, ...asked } = body
      const complex = await deps.db.as(scope, (tx) => namedComplex(tx, complexId))
      const name = {
        complexId: complex.complexId,
        requestId: requestId(),
        operation: 'sharing.rule',
        content: body,
      }
      const id = await once(deps.db, scope, name, (tx) =>
        createRule(tx, deps.ids, complex.complexId, asked),
      )
      return deps.db.as(scope, (tx) => foundRule(tx, id))
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/sharing-rules/:id',
    permission: 'sharing.make',
    audited: true,
    summary: { zh: '修改公摊方案', en: 'Change a sharing rule' },
    params: OneRule,
    body: SharingRuleChange,
    answer: SharingRule,
    handler: ({ scope }, { params, body }) =>
      deps.db.as(scope, async (tx) => {
        await changeRule(tx, deps.ids, params.id, body)
        return foundRule(tx, params.id)
      }),
  }),
]

const runRoutes = (deps: SharingDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/sharing-rules/:id/premises',
    permission: 'ledger.view',
    summary: { zh: '公摊商铺', en: 'Premises behind the main point of a rule' },
    params: OneRule,
    answer: SharingPremisesList,
    handler: ({ scope }, { params }) =>
      deps.db.as(scope, async (tx) => {
        const rule = await foundRule(tx, params.id)
        const rows = await premisesBehind(tx, rule.complexId, rule)
        return { items: rows.map(({ name: premises, ...row }) => ({ ...row, premises })) }
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/sharing-rules/:id/runs',
    permission: 'ledger.view',
    summary: { zh: '公摊记录', en: 'Months shared by a rule, newest first' },
    params: OneRule,
    query: PageQuery,
    answer: listOf(SharingRun),
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, async (tx) => {
        const rule = await foundRule(tx, params.id)
        const { zone } = await namedComplex(tx, rule.complexId)
        const page = { before: beforeUuid(query.cursor), limit: query.limit + 1 }
        const rows = await listRuns(tx, rule.complexId, rule.ruleId, page)
        const { items, nextCursor } = pageOf(rows, query.limit, (row) => row.runId)
        return { items: items.map((row) => runLine(row, zone)), nextCursor }
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/sharing-rules/:id/runs',
    permission: 'sharing.make',
    once: true,
    audited: true,
    summary: { zh: '分摊一个月', en: 'Share a month; a dry run shows every share' },
    params: OneRule,
    body: ShareMonth,
    answer: SharingRun,
    handler: ({ scope, requestId }, { params, body }) => {
      const isDry = body.dryRun === true
      return shareMonth(deps, scope, {
        ruleId: params.id,
        month: body.month,
        dryRun: isDry,
        requestId: isDry ? deps.ids.uuid() : requestId(),
      })
    },
  }),
]

const oneRunRoutes = (deps: SharingDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/sharing-runs/:id',
    permission: 'ledger.view',
    summary: { zh: '公摊明细', en: 'A shared month with every share' },
    params: OneRun,
    answer: SharingRun,
    handler: ({ scope }, { params }) =>
      deps.db.as(scope, async (tx) => {
        return runView(tx, await foundRun(tx, params.id))
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/sharing-runs/:id/reverse',
    permission: 'sharing.make',
    once: true,
    audited: true,
    summary: { zh: '撤销公摊', en: 'Take a shared month back' },
    params: OneRun,
    body: ReverseSharing,
    answer: SharingRun,
    handler: ({ scope, requestId }, { params, body }) =>
      reverseRun(deps, scope, {
        runId: params.id,
        reason: body.reason,
        requestId: requestId(),
      }),
  }),
]

export const sharingRoutes = (deps: SharingDeps): Route[] => [
  ...ruleRoutes(deps),
  ...runRoutes(deps),
  ...oneRunRoutes(deps),
]
