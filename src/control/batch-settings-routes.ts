// Routes of what a complex sets about batches 批量操作设置: from how many meters on some go first.
// Batches that have begun stay as they were.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { BatchSettings, SetBatchSettings } from '../http/contract/batches.ts'
import { Id } from '../http/contract.ts'
import { type Route, route } from '../http/route.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { canaryAbove, setCanaryAbove } from './store.ts'

const PATH = '/api/v1/complexes/:id/batch-settings'
const params = Type.Object({ id: Id })

export const batchSettingRoutes = (deps: { db: Db; ids: Ids }): Route[] => [
  route({
    method: 'GET',
    path: PATH,
    permission: 'command.view',
    summary: { zh: '批量操作设置', en: 'What holds for batches of the complex' },
    params,
    answer: BatchSettings,
    handler: ({ scope }, { params: { id } }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, id)
        return { complexId, canaryAbove: await canaryAbove(tx, complexId) }
      }),
  }),
  route({
    method: 'PUT',
    path: PATH,
    permission: 'policy.edit',
    audited: true,
    summary: { zh: '设定批量操作先行试点', en: 'Set from how many meters on some go first' },
    params,
    body: SetBatchSettings,
    answer: BatchSettings,
    handler: ({ scope }, { params: { id }, body }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, id)
        const before = await setCanaryAbove(tx, complexId, body.canaryAbove)
        await audit(tx, deps.ids, {
          complexId,
          action: 'complex.batch',
          subject: `complex/${complexId}`,
          before: { canaryAbove: before },
          after: body,
        })
        return { complexId, ...body }
      }),
  }),
]
