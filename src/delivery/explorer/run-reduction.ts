// A node at work on a reduction 减额一步: the machine decides, the model's bus and store answer.

import { instant } from '../../shared/clock.ts'
import { BEING_TRIPPED } from '../../work/waits.ts'
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
import type { Seen } from '../refund-record.ts'
import { readOverBus, readRefundOverBus } from './model-bus.ts'
import { LOAD_W, type ModelMeter, type Reply } from './model-meter.ts'
import {
  reductionBooksOf,
  sendReduction,
  storedReductionOf,
  transactReduction,
} from './model-reduction.ts'
import { isUnderWay } from './model-row.ts'
import type { World } from './model-world.ts'
import { stepTrip } from './step-trip.ts'

/** What wrong protocols remember besides: the last reply as worded, the last reading at all. */
export type ReductionModelView = ReductionView & {
  reply: Reply | null
  last: Seen | null
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
  // As it was loaded: whoever works on it does not see what another writes.
  return { ...loadedReduction({ ...reduction }, reductionBooksOf(world)), reply: null, last: null }
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

/** Null where something of it did not come. */
const seenOf = (world: World, meter: ModelMeter): Seen | null => {
  const { records = false, loaded = false } = world.scenario.reduction ?? {}
  const relay = world.trip === null && !loaded ? ('tripped' as const) : meter.relay
  const load = { relay, powerW: LOAD_W }
  const wallet = readOverBus(world, meter)
  if (wallet === null || !records) return wallet && { ...wallet, load }
  const lastRefund = readRefundOverBus(world, meter)
  return lastRefund === undefined ? null : { ...wallet, load, lastRefund }
}

const read = (
  world: World,
  { view, meter }: ReductionWork,
  action: ReductionAction,
): ReductionModelView => {
  const reading = seenOf(world, meter)
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
      // While it waits the order goes on.
      return action.reason === BEING_TRIPPED && !stepTrip(world, meter) ? 'idle' : null
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
