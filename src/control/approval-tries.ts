// Orders of a mode that a second person agrees to, tried 控制复核试算: the body is that of
// POST /commands.

import { bodyOf, type Tries, type Try, triedBy } from '../approvals/try.ts'
import type { CommandRequest as Request } from '../http/contract/commands.ts'
import { CommandRequest } from '../http/contract/commands.ts'
import { meterId } from '../shared/ids.ts'
import { type ControlDeps, tryCommands } from './commands.ts'
import { withReasonKept } from './mode-reason.ts'
import { complexAsked } from './routes.ts'

/** A selection is made anew when the order is carried out: nothing of it is kept. */
const orderOf = ({ kind, unit, params, meterIds }: Request) => ({
  ...{ kind, unit, params: withReasonKept(params), meterIds: meterIds?.map(meterId) },
})

export const controlTries = (deps: ControlDeps): Pick<Tries, 'command.keep' | 'command.trip'> => {
  const requestIn = bodyOf(CommandRequest)
  const attempt: Try = async ({ scope }, ask) => {
    const body = requestIn(ask)
    const complexId = await complexAsked(deps, scope, body, ask.complexId ?? null)
    const { requestId } = ask
    const order = { ...orderOf(body), complexId, requestId }
    return triedBy(deps.db, scope, (tx, agreement) => tryCommands(tx, deps, order, agreement))
  }
  return { 'command.keep': attempt, 'command.trip': attempt }
}
