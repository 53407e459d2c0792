// Routes of commands 命令: send to one or many meters, watch, cancel what has not been sent.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { ListQuery, PageQuery, WithinQuery } from '../http/contract/asking.ts'
import { Command, CommandRequest } from '../http/contract/commands.ts'
import { ReadRound, ReadRoundRequest, ReadRoundSummary } from '../http/contract/rounds.ts'
import { listOf, UuidText } from '../http/contract.ts'
import { afterUuid, beforeUuid, pageOf } from '../http/cursor.ts'
import { type Route, route, sheetRoute } from '../http/route.ts'
import type { Scope } from '../ports/database.ts'
import { type ComplexId, type MeterId, meterId, uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import type { Language } from '../shared/words.ts'
import {
  type ControlDeps,
  cancelCommand,
  commandById,
  createCommands,
  selectCommands,
} from './commands.ts'
import { complexesOfMeters } from './complex-of-meters-store.ts'
import { withReasonKept } from './mode-reason.ts'
import { permitKind } from './permit-kind.ts'
import { roundSheet } from './read-round-sheet.ts'
import { itemsOfRound, listRounds, roundById } from './read-round-store.ts'
import { createReadRound, stopReadRound } from './read-rounds.ts'

const CommandParams = Type.Object({ id: UuidText })

/** Refuses: not_found, invalid_input where the meters are in several complexes. */
const complexOf = async (
  deps: ControlDeps,
  scope: Scope,
  meters: readonly MeterId[],
  within: number | null,
): Promise<ComplexId> => {
  const found = await deps.db.as(scope, (tx) => complexesOfMeters(tx, meters, within))
  const [complex, other] = found
  if (complex === undefined) throw new Refusal('not_found', { field: 'meterIds' })
  refuseIf(other !== undefined, 'invalid_input', {
    where: 'body',
    field: 'meterIds',
    rule: 'oneComplex',
  })
  return complex
}

/** Prices, and power cut to several at once: the operator shows that it is still he. */
const isWeighty = ({ kind, params, meterIds, unit, dryRun }: CommandRequest): boolean => {
  const several = unit !== undefined || (meterIds?.length ?? 0) > 1
  return !dryRun && (kind === 'pushPrice' || (params.mode === 'tripped' && several))
}

/** Refuses: not_found, invalid_input where neither meters nor a unit are named, or both. */
export const complexAsked = (
  deps: ControlDeps,
  scope: Scope,
  { meterIds, unit }: CommandRequest,
  within: number | null,
): Promise<ComplexId> => {
  refuseIf((meterIds === undefined) === (unit === undefined), 'invalid_input', {
    field: 'meterIds',
    rule: 'orUnit',
  })
  if (meterIds) return complexOf(deps, scope, meterIds.map(meterId), within)
  if (within === null)
    throw new Refusal('invalid_input', { where: 'query', field: 'complexId', rule: 'required' })
  return deps.db.as(scope, async (tx) => (await namedComplex(tx, within)).complexId)
}

const sendRoute = (deps: ControlDeps): Route =>
  route({
    method: 'POST',
    path: '/api/v1/commands',
    permission: 'command.send',
    once: true,
    audited: true,
    summary: {
      zh: '预览（dryRun）并下发命令，按命令种类另需相应权限',
      en: 'See what a command would do (dryRun) and send it; each kind needs its own permission',
    },
    query: WithinQuery,
    body: CommandRequest,
    answer: Command,
    handler: async ({ scope, language, requestId, permit, confirmed }, { query, body }) => {
      permitKind(permit, body.kind)
      if (isWeighty(body)) confirmed()
      const named = body.dryRun ? null : requestId()
      const complexId = await complexAsked(deps, scope, body, query.complexId ?? null)
      const { kind, unit, token } = body
      const params = withReasonKept(body.params)
      const asked = {
        complexId,
        kind,
        unit,
        params,
        language,
        meterIds: body.meterIds?.map(meterId),
      }
      if (named === null) return selectCommands(deps, scope, asked)
      const given = token === undefined ? undefined : uuid(token)
      const { approvalId } = body
      return createCommands(deps, scope, { ...asked, requestId: named, token: given, approvalId })
    },
  })

const ItemsQuery = {
  ...PageQuery.properties,
  group: Type.Enum(['all', 'open', 'read', 'failed', 'cancelled'], { default: 'all' }),
}
type ItemsAsked = {
  limit: number
  cursor?: string | undefined
  group: 'all' | 'open' | 'read' | 'failed' | 'cancelled'
}
/** Longer ones would have to be made beside the request. */
const SHEET_ROWS_MAX = 50_000
const FIRST_ITEMS: ItemsAsked = { limit: 100, group: 'all' }

/** Refuses: not_found. */
const roundView = (
  deps: ControlDeps,
  scope: Scope,
  id: string,
  language: Language,
  asked: ItemsAsked = FIRST_ITEMS,
) =>
  deps.db.as(scope, async (tx) => {
    const round = await roundById(tx, uuid(id), language)
    if (!round) throw new Refusal('not_found', { readRoundId: id })
    const page = { after: afterUuid(asked.cursor), group: asked.group, limit: asked.limit + 1 }
    const rows = await itemsOfRound(tx, round, page)
    const { zone: _, ...shown } = round
    return { ...shown, ...pageOf(rows, asked.limit, (row) => row.commandId) }
  })

const roundChanges = (deps: ControlDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/read-rounds',
    permission: 'command.send',
    once: true,
    audited: true,
    summary: { zh: '立即抄表：一块、一个单元或全部', en: 'Read now: one meter, a unit or all' },
    body: ReadRoundRequest,
    answer: ReadRound,
    handler: async ({ scope, language, requestId }, { body }) => {
      const named = requestId()
      await deps.db.as(scope, (tx) => namedComplex(tx, body.complexId))
      const id = await createReadRound(deps, scope, named, body)
      return roundView(deps, scope, id, language)
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/read-rounds/:id/stop',
    permission: 'command.send',
    audited: true,
    summary: { zh: '停止抄表：未抄的取消', en: 'Stop a round: what was not asked is cancelled' },
    params: CommandParams,
    query: WithinQuery,
    answer: ReadRound,
    handler: async ({ scope, language }, { params }) => {
      await stopReadRound(deps, scope, uuid(params.id))
      return roundView(deps, scope, params.id, language)
    },
  }),
]

const roundRoutes = (deps: ControlDeps): Route[] => [
  ...roundChanges(deps),
  route({
    method: 'GET',
    path: '/api/v1/read-rounds',
    permission: 'command.view',
    summary: { zh: '立即抄表记录', en: 'Rounds of reading on demand, newest first' },
    query: ListQuery,
    answer: listOf(ReadRoundSummary),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        const page = { before: beforeUuid(query.cursor), limit: query.limit + 1 }
        const rows = await listRounds(tx, complexId, page)
        return pageOf(rows, query.limit, (row) => row.readRoundId)
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/read-rounds/:id',
    permission: 'command.view',
    summary: { zh: '抄表进度与结果', en: 'A round with its progress and results' },
    params: CommandParams,
    query: Type.Object({ ...WithinQuery.properties, ...ItemsQuery }),
    answer: ReadRound,
    handler: ({ scope, language }, { params, query }) =>
      roundView(deps, scope, params.id, language, query),
  }),
  sheetRoute({
    method: 'GET',
    path: '/api/v1/read-rounds/:id/results',
    permission: 'command.view',
    summary: { zh: '导出抄表结果', en: 'The results of a round as a file' },
    params: CommandParams,
    query: Type.Object({
      ...WithinQuery.properties,
      group: ItemsQuery.group,
      format: Type.Enum(['csv'], { default: 'csv' }),
    }),
    handler: async ({ scope, language }, { params, query }) => {
      const asked = { limit: SHEET_ROWS_MAX, group: query.group }
      const { items } = await roundView(deps, scope, params.id, language, asked)
      return { fileName: `read-round-${params.id}.csv`, rows: roundSheet(items, language) }
    },
  }),
]

export const controlRoutes = (deps: ControlDeps): Route[] => [
  ...roundRoutes(deps),
  sendRoute(deps),
  route({
    method: 'GET',
    path: '/api/v1/commands/:id',
    permission: 'command.view',
    summary: { zh: '命令进度与结果', en: 'A command with its progress and results' },
    params: CommandParams,
    query: WithinQuery,
    answer: Command,
    handler: ({ scope, language }, { params }) =>
      commandById(deps, scope, uuid(params.id), language),
  }),
  route({
    method: 'POST',
    path: '/api/v1/commands/:id/cancel',
    permission: 'command.send',
    audited: true,
    summary: { zh: '取消未发出的命令', en: 'Cancel what has not been sent' },
    params: CommandParams,
    query: WithinQuery,
    answer: Command,
    handler: async ({ scope, language, permit }, { params }) => {
      const command = await commandById(deps, scope, uuid(params.id), language)
      permitKind(permit, command.kind)
      return cancelCommand(deps, scope, uuid(params.id), language)
    },
  }),
]
