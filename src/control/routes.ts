// Routes of commands 命令: send to one or many meters, watch, cancel what has not been sent.

import { Type } from 'typebox'
import { WithinQuery } from '../http/contract/asking.ts'
import { Command, CommandRequest, UuidText } from '../http/contract.ts'
import { type Route, route } from '../http/route.ts'
import type { Scope } from '../ports/database.ts'
import { type ComplexId, type MeterId, meterId, uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { type ControlDeps, cancelCommand, commandById, createCommands } from './commands.ts'
import { complexesOfMeters } from './complex-of-meters-store.ts'

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

const sendRoute = (deps: ControlDeps): Route =>
  route({
    method: 'POST',
    path: '/api/v1/commands',
    permission: 'command.send',
    once: true,
    audited: true,
    summary: {
      zh: '下发命令（拉闸、保电、恢复预付费另需 command.setMode）',
      en: 'Send a command; setMode also needs the permission command.setMode',
    },
    query: WithinQuery,
    body: CommandRequest,
    answer: Command,
    handler: async ({ scope, language, requestId, permit }, { query, body }) => {
      if (body.kind !== 'read') permit('command.setMode')
      const meterIds = body.meterIds.map(meterId)
      const complexId = await complexOf(deps, scope, meterIds, query.complexId ?? null)
      return createCommands(deps, scope, {
        ...body,
        requestId: body.dryRun ? deps.ids.uuid() : requestId(),
        complexId,
        meterIds,
        language,
      })
    },
  })

export const controlRoutes = (deps: ControlDeps): Route[] => [
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
      if (command.kind !== 'read') permit('command.setMode')
      return cancelCommand(deps, scope, uuid(params.id), language)
    },
  }),
]
