// A node at work on a reduction 减额一步: the machine decides, the model's bus and store answer.

import type { WalletReading } from '../../metering/driver.ts'
import { instant } from '../../shared/clock.ts'
import {
  decideReduction,
  loadedReduction,
  observeReduction,
  type ReductionAction,
  type ReductionResult,
  type ReductionView,
  reductionStillRight,
  type StoredReduction,
} from '../reduce-machine.ts'
import { readOverBus } from './model-bus.ts'
import type { ModelMeter, Reply } from './model-meter.ts'
import {
  reductionBooksOf,
  sendReduction,
  storedReductionOf,
  transactReduction,
} from './model-reduction.ts'
import { isUnderWay } from './model-row.ts'
import type { World } from './model-world.ts'

/** What wrong protocols remember besides: the last reply as worded, the last reading at all. */
export type ReductionModelView = ReductionView & {
  reply: Reply | null
  last: WalletReading | null
}

export type ReductionProtocol = {
  decide(view: ReductionModelView): ReductionAction
  stillRight(stored: StoredReduction, view: ReductionModelView, action: ReductionAction): boolean
}

export const realReductionProtocol: ReductionProtocol = {
  decide: decideReduction,
  stillRight: reductionStillRight,
}

/** What a node holds of a reduction while it works on it. */
export type ReductionWork = { view: ReductionModelView; token: number; meter: ModelMeter }

/** Null where there is nothing to take out, or a purchase is on its way in. */
export const loadReduction = (world: World, mayOvertake: boolean): ReductionModelView | null => {
  const { reduction } = world
  const armed = world.sales.some((sale) => sale.state === 'ARMED')
  if (reduction === null || !isUnderWay(reduction) || (armed && !mayOvertake)) return null
  const { state, wantedFen, before, sends, sentAt } = reduction
  const row = { state, wantedFen, before, sends, sentAt }
  return { ...loadedReduction(row, reductionBooksOf(world)), reply: null, last: null }
}

const learn = (
  view: ReductionModelView,
  action: ReductionAction,
  result: ReductionResult,
  reply: Reply | null = view.reply,
): ReductionModelView => ({
  ...observeReduction(view, action, result),
  reply,
  last: result.kind === 'read' ? result.reading : view.last,
})

const read = (
  world: World,
  { view, meter }: ReductionWork,
  action: ReductionAction,
): ReductionModelView => {
  const reading = readOverBus(world, meter)
  return reading === null
    ? learn(view, action, { kind: 'fault', reason: 'timeout' })
    : learn(view, action, { kind: 'read', reading })
}

const say = (world: World, name: string, action: ReductionAction): void => {
  if (world.log === null) return
  const why = 'reason' in action ? ` ${action.reason}` : ''
  const { count, balanceFen } = world.meter
  world.log.push(`${name} reduction: ${action.do}${why} [meter count ${count}, ${balanceFen} fen]`)
}

/** One step; null when the node has let go of it, 'idle' when nothing can be done now. */
export const stepReduction = (
  world: World,
  protocol: ReductionProtocol,
  name: string,
  work: ReductionWork,
): ReductionModelView | null | 'idle' => {
  const { view, token, meter } = work
  const action = protocol.decide(view)
  say(world, name, action)
  switch (action.do) {
    case 'read':
      return read(world, work, action)
    case 'send': {
      const reply = sendReduction(world, meter, action.amountFen)
      return reply === 'crash' ? null : learn(view, action, { kind: 'sent' }, reply)
    }
    case 'wait':
      return null
    case 'stop':
      return action.reason === 'ended' ? null : 'idle'
    default: {
      const right = protocol.stillRight(storedReductionOf(world, token), view, action)
      const done = transactReduction(world, action, right)
      if (done === 'stale') world.log?.push('   the state has changed: stops')
      const at = instant(view.reading?.at ?? 0)
      return done === 'committed' ? learn(view, action, { kind: 'committed', at }) : null
    }
  }
}
