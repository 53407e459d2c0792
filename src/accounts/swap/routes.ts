// Routes of meter swaps 换表: one at a point, the list, one with its steps, and calling it off.

import { Type } from 'typebox'
import { reinitialise } from '../../control/initialise.ts'
import { namedComplex } from '../../http/complex-store.ts'
import { WithinQuery } from '../../http/contract/asking.ts'
import { Command } from '../../http/contract/commands.ts'
import {
  Reinitialise,
  Swap,
  SwapCancel,
  SwapListQuery,
  SwapRequest,
} from '../../http/contract/swap.ts'
import { Id, listOf, UuidText } from '../../http/contract.ts'
import { beforeUuid, pageOf } from '../../http/cursor.ts'
import { type Route, route } from '../../http/route.ts'
import { meterId, pointId } from '../../shared/ids.ts'
import { reasonGiven, reasonText } from '../../shared/reason-text.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { SwapDeps } from './command.ts'
import { cancelSwap, swapMeter } from './commands.ts'
import { complexOfPoint } from './place-store.ts'
import { swapPlace, swapView, swapViews } from './view-store.ts'

const readingRoutes = (deps: SwapDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/swaps',
    permission: 'account.view',
    summary: { zh: '换表记录', en: 'Meter swaps, newest first' },
    query: SwapListQuery,
    answer: listOf(Swap),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        const items = await swapViews(tx, complexId, {
          ids: null,
          pointId: query.pointId ?? null,
          accountId: query.accountId ?? null,
          state: query.state ?? null,
          before: beforeUuid(query.cursor),
          limit: query.limit + 1,
        })
        return pageOf(items, query.limit, (item) => item.swapId ?? '')
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/swaps/:id',
    permission: 'account.view',
    summary: { zh: '换表详情', en: 'One meter swap with its steps' },
    params: Type.Object({ id: UuidText }),
    query: WithinQuery,
    answer: Swap,
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, async (tx) => {
        const place = await swapPlace(tx, params.id)
        const within = query.complexId ?? place?.complexId
        const found = place?.complexId === within && place !== null
        const view = found ? await swapView(tx, place.complexId, params.id) : null
        if (!view) throw new Refusal('not_found', { swapId: params.id })
        return view
      }),
  }),
]

const writingRoutes = (deps: SwapDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/points/:id/swap',
    permission: 'meter.swap',
    once: true,
    audited: true,
    summary: { zh: '换表', en: 'Swap the meter at a point' },
    params: Type.Object({ id: Id }),
    query: WithinQuery,
    body: SwapRequest,
    answer: Swap,
    handler: async ({ scope, requestId }, { params, body }) => {
      const { reasonCode = 'other', note: said, ...asked } = body
      const note = reasonText(reasonGiven(reasonCode, said))
      const dryRun = body.dryRun === true
      const named = dryRun ? deps.ids.uuid() : requestId()
      const complexId = await deps.db.as(scope, (tx) => complexOfPoint(tx, params.id))
      if (complexId === null) throw new Refusal('not_found', { pointId: params.id })
      return swapMeter(deps, scope, {
        ...asked,
        ...{ complexId, pointId: pointId(params.id), requestId: named, bulkId: null, dryRun, note },
      })
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/meters/:id/reinitialise',
    permission: 'meter.swap',
    once: true,
    audited: true,
    summary: { zh: '停用表初始化', en: 'Reinitialise a barred meter' },
    params: Type.Object({ id: Id }),
    query: WithinQuery,
    body: Reinitialise,
    answer: Command,
    handler: ({ scope, language, requestId }, { params, body }) =>
      reinitialise(deps, scope, {
        ...{ meterId: meterId(params.id), note: body.note, requestId: requestId(), language },
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/swaps/:id/cancel',
    permission: 'meter.swap',
    once: true,
    audited: true,
    summary: { zh: '取消换表', en: 'Call a meter swap off' },
    params: Type.Object({ id: UuidText }),
    query: WithinQuery,
    body: SwapCancel,
    answer: Swap,
    handler: ({ scope, requestId }, { params, body }) =>
      cancelSwap(deps, scope, {
        swapId: params.id,
        reason: body.reason,
        requestId: requestId(),
      }),
  }),
]

export const swapRoutes = (deps: SwapDeps): Route[] => [
  ...readingRoutes(deps),
  ...writingRoutes(deps),
]
