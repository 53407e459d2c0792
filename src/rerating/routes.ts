// Routes of changes of the past 追溯重算: preview, apply, list, statement, and final prices of a month.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { WithinQuery } from '../http/contract/asking.ts'
import {
  ApplyRerate,
  PreviewRerate,
  Rerate,
  RerateDetail,
  RerateListQuery,
  RerateSheet,
  RerateSheetQuery,
  RerateStatement,
  StatementQuery,
} from '../http/contract/rerate.ts'
import { listOf, UuidText } from '../http/contract.ts'
import { beforeUuid, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import { workbook } from '../http/workbook.ts'
import { applyRerate, dropRerate, PERMISSION_OF } from './apply.ts'
import type { RerateDeps } from './deps.ts'
import { monthPriceRoutes } from './month-price-routes.ts'
import { previewRerate } from './preview.ts'
import { listReratings, reratingMonths } from './rerating-store.ts'
import { lineRows, monthRows } from './sheet.ts'
import { rerateDetail, rerateStatement, rerateView, reratingNamed } from './view.ts'

const Params = Type.Object({ id: UuidText })

const changing = (deps: RerateDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/rerate/preview',
    permission: 'rerate.make',
    once: true,
    audited: true,
    summary: { zh: '追溯变更试算', en: 'Preview a change of the past; nothing takes effect' },
    body: PreviewRerate,
    answer: RerateDetail,
    handler: async ({ scope, requestId, permit }, { body }) => {
      const { complexId, ...asked } = body
      permit(PERMISSION_OF[asked.change.kind])
      const named = requestId()
      const complex = await deps.db.as(scope, (tx) => namedComplex(tx, complexId))
      const id = await previewRerate(deps, scope, complex, { ...asked, requestId: named })
      return deps.db.as(scope, async (tx) =>
        rerateDetail(tx, await reratingNamed(tx, id, undefined)),
      )
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/rerate',
    permission: 'rerate.make',
    once: true,
    audited: true,
    summary: {
      zh: '应用追溯变更并入账（须复核）',
      en: 'Apply a change of the past that a second person agreed to, and post it',
    },
    body: ApplyRerate,
    answer: Rerate,
    handler: async ({ scope, requestId, permit, confirmed }, { body }) => {
      confirmed()
      const named = requestId()
      const { kind } = await deps.db.as(scope, (tx) =>
        reratingNamed(tx, body.reratingId, undefined),
      )
      permit(PERMISSION_OF[kind])
      await applyRerate(deps, scope, { ...body, requestId: named })
      return deps.db.as(scope, async (tx) =>
        rerateView(await reratingNamed(tx, body.reratingId, undefined)),
      )
    },
  }),
]

const dropping = (deps: RerateDeps): Route[] => [
  route({
    method: 'DELETE',
    path: '/api/v1/rerate/:id',
    permission: 'rerate.make',
    audited: true,
    summary: { zh: '撤销尚未应用的追溯变更', en: 'Drop a change of the past not yet applied' },
    params: Params,
    answer: Rerate,
    handler: async ({ scope }, { params }) => {
      await dropRerate(deps, scope, params.id)
      return deps.db.as(scope, async (tx) =>
        rerateView(await reratingNamed(tx, params.id, undefined)),
      )
    },
  }),
]

const seeing = (deps: RerateDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/rerate',
    permission: 'rerate.view',
    summary: { zh: '追溯变更列表', en: 'Changes of the past, newest first' },
    query: RerateListQuery,
    answer: listOf(Rerate),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        const { kind = null, state = null, limit } = query
        const asked = { complexId, kind, state, before: beforeUuid(query.cursor) }
        const rows = await listReratings(tx, { ...asked, limit: limit + 1 })
        const page = pageOf(rows, limit, (row) => row.reratingId)
        return { ...page, items: page.items.map(rerateView) }
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/rerate/:id',
    permission: 'rerate.view',
    summary: { zh: '追溯变更详情', en: 'A change of the past with every account’s difference' },
    params: Params,
    query: WithinQuery,
    answer: RerateDetail,
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, async (tx) =>
        rerateDetail(tx, await reratingNamed(tx, params.id, query.complexId)),
      ),
  }),
]

const tables = (deps: RerateDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/rerate/:id/statement',
    permission: 'rerate.view',
    summary: { zh: '用户清算明细', en: 'What it changes for one account, line by line' },
    params: Params,
    query: StatementQuery,
    answer: RerateStatement,
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, async (tx) => {
        const row = await reratingNamed(tx, params.id, query.complexId)
        return rerateStatement(tx, row, query.accountId)
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/rerate/:id/sheet',
    permission: 'rerate.view',
    summary: { zh: '导出追溯变更（xlsx）', en: 'A change of the past as a workbook' },
    params: Params,
    query: RerateSheetQuery,
    answer: RerateSheet,
    handler: async ({ scope, language }, { params, query }) => {
      const { title, rows } = await deps.db.as(scope, async (tx) => {
        const row = await reratingNamed(tx, params.id, query.complexId)
        const months = await reratingMonths(tx, row, { lines: query.table === 'lines' })
        const table = query.table === 'lines' ? lineRows : monthRows
        return { title: row.title, rows: table(months, language) }
      })
      const name = title[language].replace(/[\\/:*?"<>|]/g, ' ')
      return workbook(deps.sheets, rows, language === 'zh' ? '追溯重算' : 'Rerating', name)
    },
  }),
]

export const rerateRoutes = (deps: RerateDeps): Route[] => [
  ...changing(deps),
  ...dropping(deps),
  ...monthPriceRoutes(deps),
  ...seeing(deps),
  ...tables(deps),
]
