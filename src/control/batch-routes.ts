// Routes of batches 批量操作: how far they have come, pausing, going on, stopping, and the results as a
// workbook. A batch begins as a command to several meters.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { ListQuery, WithinQuery } from '../http/contract/asking.ts'
import { type BatchGroup, BatchQuery, BatchSummary, BatchView } from '../http/contract/batches.ts'
import { FileAnswer } from '../http/contract/sheets.ts'
import { listOf, UuidText } from '../http/contract.ts'
import { afterUuid, beforeUuid, pageOf } from '../http/cursor.ts'
import { type OperatorCaller, type Route, route } from '../http/route.ts'
import { workbook } from '../http/workbook.ts'
import type { Sheets } from '../ports/sheets.ts'
import { uuid } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { Language } from '../shared/words.ts'
import { batchSheet } from './batch-sheet.ts'
import { batchById, itemsOfBatch, listBatches, refusedOfBatch } from './batch-view-store.ts'
import { pauseBatch, resumeBatch, stopBatch } from './batches.ts'
import type { ControlDeps } from './commands.ts'
import { permitKind } from './permit-kind.ts'

export type BatchDeps = ControlDeps & { sheets: Sheets }

const BatchParams = Type.Object({ id: UuidText })
const ITEMS_MAX = 5_000

type Asked = { group: BatchGroup; limit: number; cursor?: string | undefined }

/** Refuses: not_found. */
const viewOf = (
  deps: BatchDeps,
  { scope }: OperatorCaller,
  id: string,
  language: Language,
  asked: Asked,
): Promise<BatchView> =>
  deps.db.as(scope, async (tx) => {
    const found = await batchById(tx, uuid(id))
    if (!found) throw new Refusal('not_found', { batchId: id })
    const page = { after: afterUuid(asked.cursor), group: asked.group, limit: asked.limit + 1 }
    const rows = await itemsOfBatch(tx, found, page)
    const { complexId } = await namedComplex(tx, found.summary.complexId)
    const refused = await refusedOfBatch(tx, complexId, found.refused, language)
    return { ...found.summary, refused, ...pageOf(rows, asked.limit, (row) => row.commandId) }
  })

const ACTS = {
  pause: { act: pauseBatch, zh: '暂停：未发的先不发', en: 'Pause: what was not sent waits' },
  resume: { act: resumeBatch, zh: '继续', en: 'Go on with a batch that was paused' },
  stop: { act: stopBatch, zh: '停止：未发的取消', en: 'Stop: what was not sent is cancelled' },
} as const

const actRoute = (deps: BatchDeps, name: keyof typeof ACTS): Route =>
  route({
    method: 'POST',
    path: `/api/v1/batches/:id/${name}`,
    permission: 'command.send',
    audited: true,
    summary: { zh: ACTS[name].zh, en: ACTS[name].en },
    params: BatchParams,
    query: WithinQuery,
    answer: BatchSummary,
    handler: async ({ scope, permit }, { params }) => {
      const id = uuid(params.id)
      const summary = () =>
        deps.db.as(scope, async (tx) => {
          const found = await batchById(tx, id)
          if (!found) throw new Refusal('not_found', { batchId: id })
          return found.summary
        })
      permitKind(permit, (await summary()).kind)
      await ACTS[name].act(deps, scope, id)
      return summary()
    },
  })

export const batchRoutes = (deps: BatchDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/batches',
    permission: 'command.view',
    summary: { zh: '批量操作记录', en: 'Commands to several meters, newest first' },
    query: ListQuery,
    answer: listOf(BatchSummary),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        const page = { before: beforeUuid(query.cursor), limit: query.limit + 1 }
        const rows = await listBatches(tx, complexId, page)
        return pageOf(rows, query.limit, (row) => row.batchId)
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/batches/:id',
    permission: 'command.view',
    summary: { zh: '批量操作进度与结果', en: 'A batch with its progress and results' },
    params: BatchParams,
    query: BatchQuery,
    answer: BatchView,
    handler: (caller, { params, query }) => viewOf(deps, caller, params.id, caller.language, query),
  }),
  actRoute(deps, 'pause'),
  actRoute(deps, 'resume'),
  actRoute(deps, 'stop'),
  route({
    method: 'GET',
    path: '/api/v1/batches/:id/results',
    permission: 'command.view',
    summary: { zh: '导出批量操作结果', en: 'The results of a batch as a workbook' },
    params: BatchParams,
    query: WithinQuery,
    answer: FileAnswer,
    handler: async (caller, { params }) => {
      const { language } = caller
      const asked = { group: 'all' as const, limit: ITEMS_MAX }
      const view = await viewOf(deps, caller, params.id, language, asked)
      const name = language === 'zh' ? '批量操作结果' : 'batch'
      const fileName = `${name}-${params.id.slice(0, 8)}`
      return workbook(deps.sheets, batchSheet(view, language), name, fileName)
    },
  }),
]
