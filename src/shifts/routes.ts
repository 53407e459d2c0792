// Routes of the till 班次: one's own shift from float to hand-over, and the shifts of all.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { ListQuery, WithinQuery } from '../http/contract/asking.ts'
import {
  CloseShift,
  CountShift,
  CurrentShift,
  OpenShift,
  Shift,
  ShiftQuery,
} from '../http/contract/shifts.ts'
import { Id, listOf, UuidText } from '../http/contract.ts'
import { beforeUuid, pageOf } from '../http/cursor.ts'
import { type OperatorCaller, type Route, route } from '../http/route.ts'
import type { Permission } from '../operators/permissions.ts'
import { must } from '../shared/assert.ts'
import { Refusal } from '../shared/refusal.ts'
import { closeShift, countShift, openShift, type ShiftDeps, type ShiftKey } from './shift.ts'
import { findShift } from './store.ts'
import { currentShiftView, listShifts, oneShift, type ShiftFilter } from './view-store.ts'

const ShiftParams = Type.Object({ id: UuidText })

type Asked = { complexId: number; limit: number; cursor?: string | undefined }

const shiftsOf = (
  deps: ShiftDeps,
  { scope }: OperatorCaller,
  query: Asked,
  filter: Pick<ShiftFilter, 'operatorId' | 'state'>,
) =>
  deps.db.as(scope, async (tx) => {
    const { complexId } = await namedComplex(tx, query.complexId)
    const before = beforeUuid(query.cursor)
    const rows = await listShifts(tx, complexId, { ...filter, before, limit: query.limit + 1 })
    return pageOf(rows, query.limit, (row) => row.shiftId)
  })

const readShift = (deps: ShiftDeps, { scope }: OperatorCaller, key: ShiftKey) =>
  deps.db.as(scope, async (tx) =>
    must(await oneShift(tx, key.complexId, key.shiftId), 'a shift is never removed'),
  )

/** One's own shift asks for `shift.own`, another's for more. Refuses: not_found, not_permitted. */
const permittedShift = async (
  deps: ShiftDeps,
  caller: OperatorCaller,
  asked: { id: string; within: number | undefined },
  ofOthers: Permission,
): Promise<ShiftKey> => {
  const shift = await deps.db.as(caller.scope, (tx) =>
    findShift(tx, asked.id, asked.within ?? null),
  )
  if (!shift) throw new Refusal('not_found', { shiftId: asked.id })
  caller.permit(shift.operatorId === caller.operator.operatorId ? 'shift.own' : ofOthers)
  return { complexId: shift.complexId, shiftId: shift.shiftId }
}

const readingRoutes = (deps: ShiftDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/shifts/current',
    permission: 'shift.own',
    summary: { zh: '本人当前班次', en: 'One’s own shift that is not handed over yet' },
    query: Type.Object({ complexId: Id }),
    answer: CurrentShift,
    handler: ({ scope, operator }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        return { shift: await currentShiftView(tx, complexId, operator.operatorId) }
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/shifts/own',
    permission: 'shift.own',
    summary: { zh: '本人班次记录', en: 'One’s own shifts, newest first' },
    query: ListQuery,
    answer: listOf(Shift),
    handler: (caller, { query }) =>
      shiftsOf(deps, caller, query, { operatorId: caller.operator.operatorId, state: null }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/shifts',
    permission: 'shift.view',
    summary: { zh: '全部班次', en: 'All shifts, newest first' },
    query: ShiftQuery,
    answer: listOf(Shift),
    handler: (caller, { query }) =>
      shiftsOf(deps, caller, query, {
        operatorId: query.operatorId ?? null,
        state: query.state ?? null,
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/shifts/:id',
    permission: 'session',
    summary: { zh: '班次详情', en: 'One shift; the drawer is told once it is counted' },
    params: ShiftParams,
    query: WithinQuery,
    answer: Shift,
    handler: async (caller, { params, query }) => {
      const asked = { id: params.id, within: query.complexId }
      return readShift(deps, caller, await permittedShift(deps, caller, asked, 'shift.view'))
    },
  }),
]

const writingRoutes = (deps: ShiftDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/shifts',
    permission: 'shift.own',
    once: true,
    audited: true,
    summary: { zh: '开班', en: 'Open one’s shift with a float' },
    body: OpenShift,
    answer: Shift,
    handler: async (caller, { body }) => {
      const { scope, requestId } = caller
      const { complexId } = await deps.db.as(scope, (tx) => namedComplex(tx, body.complexId))
      const { floatFen } = body
      const opened = await openShift(deps, scope, { complexId, floatFen, requestId: requestId() })
      return readShift(deps, caller, opened)
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/shifts/:id/count',
    permission: 'session',
    once: true,
    audited: true,
    summary: { zh: '点款', en: 'Count the drawer; only then is told what was expected' },
    params: ShiftParams,
    query: WithinQuery,
    body: CountShift,
    answer: Shift,
    handler: async (caller, { params, query, body }) => {
      const requestId = caller.requestId()
      const asked = { id: params.id, within: query.complexId }
      const key = await permittedShift(deps, caller, asked, 'day.close')
      const { countedFen, perDenomination = [] } = body
      const cmd = { ...key, requestId, countedFen, perDenomination }
      return readShift(deps, caller, await countShift(deps, caller.scope, cmd))
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/shifts/:id/close',
    permission: 'session',
    once: true,
    audited: true,
    summary: { zh: '交班', en: 'Hand the counted drawer over' },
    params: ShiftParams,
    query: WithinQuery,
    body: CloseShift,
    answer: Shift,
    handler: async (caller, { params, query, body }) => {
      const requestId = caller.requestId()
      const asked = { id: params.id, within: query.complexId }
      const key = await permittedShift(deps, caller, asked, 'day.close')
      const { reasonCode = null, note = '' } = body
      const cmd = { ...key, requestId, reasonCode, note }
      return readShift(deps, caller, await closeShift(deps, caller.scope, cmd))
    },
  }),
]

export const shiftRoutes = (deps: ShiftDeps): Route[] => [
  ...readingRoutes(deps),
  ...writingRoutes(deps),
]
