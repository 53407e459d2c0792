// One order for one meter 单表命令: the batch, its command and the work, in the caller's transaction.

import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { plusMs } from '../shared/clock.ts'
import type { ComplexId, GatewayId, MeterId, Uuid } from '../shared/ids.ts'
import { addWork } from '../work/store.ts'
import { COMMAND_WORK } from './command-work.ts'
import { type CommandFacts, insertBatch, insertCommands } from './store.ts'

export type OneOrder = {
  complexId: ComplexId
  meterId: MeterId
  gatewayId: GatewayId
  kind: 'setMode' | 'pushSettings' | 'initialise'
  /** For whoever carries it out. */
  params: CommandFacts
  /** For people; the same where left out. */
  asked?: CommandFacts
  lifeMs: number
}

/** The batch's id. */
export const queueOrder = async (tx: Tx, ids: Ids, order: OneOrder): Promise<Uuid> => {
  const { complexId, meterId, gatewayId, kind, params, asked = params } = order
  const [batchId, commandId] = [ids.uuid(), ids.uuid()]
  const requestId = `${kind}/${batchId}`
  await insertBatch(tx, { complexId, batchId, kind, requestId, params: asked, refused: [] })
  const deadline = plusMs(tx.now, order.lifeMs)
  await insertCommands(tx, { complexId, batchId, kind, deadline }, [{ commandId, meterId, params }])
  await addWork(tx, ids, { complexId, kind: COMMAND_WORK, key: commandId, gatewayId })
  return batchId
}
