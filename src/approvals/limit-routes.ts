// Routes of what one person may do alone 限额与复核规则: the rules of a complex, and the money that each
// operator may move. To loosen either is itself agreed to by a second person.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import {
  ApprovalSettings,
  ApprovalSettingsShown,
  OperatorLimit,
  SetApprovalSettings,
  SetOperatorLimit,
} from '../http/contract/approvals.ts'
import { ListQuery } from '../http/contract/asking.ts'
import { Id, listOf } from '../http/contract.ts'
import { afterId, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import type { Tx } from '../ports/database.ts'
import type { ComplexId } from '../shared/ids.ts'
import type { ApprovalDeps } from './ask.ts'
import { operatorLimits } from './limits-store.ts'
import { setApprovalSettings, setOperatorLimit } from './set-limits.ts'
import { approvalSettings, decidersOf, SUGGESTED } from './settings-store.ts'
import { bodyOf, type Tries, triedBy, wantedField } from './try.ts'

/** For the two kinds of this room. */
export const limitTries = (
  deps: ApprovalDeps,
): Pick<Tries, 'operator.limit' | 'approval.settings'> => {
  const limitIn = bodyOf(SetOperatorLimit)
  const settingsIn = bodyOf(ApprovalSettings)
  return {
    'operator.limit': (caller, ask) =>
      triedBy(deps.db, caller.scope, (tx, agreement) =>
        setOperatorLimit(tx, deps.ids, limitIn(ask), agreement),
      ),
    'approval.settings': (caller, ask) =>
      triedBy(deps.db, caller.scope, async (tx, agreement) => {
        const { complexId } = await namedComplex(tx, wantedField(ask.complexId, 'complexId'))
        return setApprovalSettings(tx, deps.ids, complexId, settingsIn(ask), agreement)
      }),
  }
}

const operatorRoutes = (deps: ApprovalDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/operator-limits',
    permission: 'operator.limit',
    summary: { zh: '操作员限额', en: 'What each operator may move alone' },
    query: ListQuery,
    answer: listOf(OperatorLimit),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        const page = { after: afterId(query.cursor), limit: query.limit + 1 }
        const rows = await operatorLimits(tx, complexId, page)
        return pageOf(rows, query.limit, (row) => row.operatorId)
      }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/operator-limits',
    permission: 'operator.limit',
    audited: true,
    summary: { zh: '设定操作员限额', en: 'Set what an operator may move alone' },
    body: SetOperatorLimit,
    answer: OperatorLimit,
    handler: ({ scope }, { body }) =>
      deps.db.as(scope, (tx) =>
        setOperatorLimit(tx, deps.ids, body, { approvalId: body.approvalId }),
      ),
  }),
]

const PATH = '/api/v1/complexes/:id/approval-settings'
const params = Type.Object({ id: Id })

const shown = async (tx: Tx, complexId: ComplexId) => ({
  complexId,
  settings: await approvalSettings(tx, complexId),
  suggested: SUGGESTED,
  deciders: (await decidersOf(tx, complexId)).length,
})

const settingRoutes = (deps: ApprovalDeps): Route[] => [
  route({
    method: 'GET',
    path: PATH,
    permission: 'operator.limit',
    summary: { zh: '复核规则', en: 'What one person may do alone' },
    params,
    answer: ApprovalSettingsShown,
    handler: ({ scope }, { params: { id } }) =>
      deps.db.as(scope, async (tx) => shown(tx, (await namedComplex(tx, id)).complexId)),
  }),
  route({
    method: 'PUT',
    path: PATH,
    permission: 'operator.limit',
    confirmed: true,
    audited: true,
    summary: { zh: '设定复核规则', en: 'Set what one person may do alone' },
    params,
    body: SetApprovalSettings,
    answer: ApprovalSettingsShown,
    handler: ({ scope }, { params: { id }, body: { settings, approvalId } }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, id)
        await setApprovalSettings(tx, deps.ids, complexId, settings, { approvalId })
        return shown(tx, complexId)
      }),
  }),
]

export const limitRoutes = (deps: ApprovalDeps): Route[] => [
  ...operatorRoutes(deps),
  ...settingRoutes(deps),
]
