// One execution 一次执行: nodes drive the machine through the world of the model, faults first, then
// the world heals, stale nodes run to their end, and everything must be delivered or on hold.

import type { WalletReading } from '../../metering/driver.ts'
import {
  type Action,
  decide,
  loaded,
  observe,
  type Result,
  type Stored,
  stillRight,
  type View,
} from '../machine.ts'
import type { Choose } from './choices.ts'
import { answerOf, flush, readOverBus, sendCredit } from './model-bus.ts'
import type { ModelMeter, Reply } from './model-meter.ts'
import {
  booksOf,
  firstWaiting,
  frameOf,
  type ModelAction,
  newWorld,
  type Scenario,
  storedOf,
  transact,
  violate,
  type World,
} from './model-world.ts'
import {
  loadReduction,
  type ReductionModelView,
  type ReductionProtocol,
  realReductionProtocol,
  stepReduction,
} from './run-reduction.ts'
import { judge } from './verdict.ts'

/** What wrong protocols remember besides: the last reply as worded, the last reading at all. */
export type ModelView = View & { reply: Reply | null; last: WalletReading | null }

/** The protocol under exploration: the real one, or a wrong one that must be caught. */
export type Protocol = {
  name: string
  decide(view: ModelView): ModelAction
  stillRight(stored: Stored, view: ModelView, action: ModelAction): boolean
  reduction?: ReductionProtocol
  /** Takes money out although a purchase is armed. */
  reducesWhileArmed?: boolean
  /** Does not see that a purchase has gone to another meter meanwhile. */
  ignoresMoves?: boolean
}

const isReal = (action: ModelAction): action is Action => action.do !== 'cancel'

export const realProtocol: Protocol = {
  name: 'the protocol as built',
  decide,
  stillRight: (stored, view, action) => isReal(action) && stillRight(stored, view, action),
}

type Node = {
  name: string
  sale: number
  view: ModelView | null
  /** While it works on a reduction there is no sale, and the reverse. */
  reduction: ReductionModelView | null
  token: number
  /** Whose driver it asks, and of which epoch what it loaded was. */
  meter: ModelMeter
  epoch: number
  idle: boolean
}

const isBusy = (node: Node): boolean => node.view !== null || node.reduction !== null

const newNode = (name: string, world: World): Node => ({
  ...{ name, meter: world.meter, epoch: world.epoch },
  sale: 0,
  view: null,
  reduction: null,
  token: 0,
  idle: false,
})

const STEPS_MAX = 400

const load = (world: World, protocol: Protocol, node: Node): boolean => {
  node.meter = world.meter
  node.epoch = world.epoch
  node.reduction = world.onHold ? null : loadReduction(world, protocol.reducesWhileArmed === true)
  if (node.reduction !== null) {
    world.token++
    node.token = world.token
    return true
  }
  node.sale = firstWaiting(world)
  const sale = world.sales[node.sale]
  if (sale === undefined || world.onHold) {
    node.idle = true
    return false
  }
  world.token++
  node.token = world.token
  const { kind, amountFen, state, n, before, sends } = sale
  node.view = {
    ...loaded({ kind, amountFen, state, n, before, sends }, booksOf(world)),
    reply: null,
    last: null,
  }
  return true
}

const say = (world: World, node: Node, action: ModelAction): void => {
  if (world.log === null) return
  const n = 'n' in action ? ` n=${action.n}` : ''
  const why = 'reason' in action ? ` ${action.reason}` : ''
  const { meter } = world
  world.log.push(
    `${node.name} sale ${node.sale + 1}: ${action.do}${n}${why}` +
      ` [meter count ${meter.count}, ${meter.balanceFen} fen]`,
  )
}

const learn = (node: Node, view: ModelView, action: ModelAction, result: Result, reply?: Reply) => {
  const real: Action = isReal(action) ? action : { do: 'stop', reason: 'ended' }
  const last = result.kind === 'read' ? result.reading : view.last
  node.view = { ...observe(view, real, result), reply: reply ?? view.reply, last }
}

const send = (world: World, node: Node, view: ModelView, n: number, action: ModelAction): void => {
  const stored = world.sales[node.sale]
  if (stored?.n !== n) violate(world, 'a number on the wire before it was durable')
  const reply = sendCredit(world, node.meter, frameOf(world, node.sale, n, view))
  if (reply === 'crash') node.view = null
  else learn(node, view, action, { kind: 'answered', answer: answerOf(reply) }, reply ?? undefined)
}

const perform = (
  world: World,
  protocol: Protocol,
  node: Node,
  view: ModelView,
  action: ModelAction,
): void => {
  switch (action.do) {
    case 'read': {
      const reading = readOverBus(world, node.meter)
      if (reading === null) learn(node, view, action, { kind: 'fault', reason: 'timeout' })
      else learn(node, view, action, { kind: 'read', reading })
      return
    }
    case 'send':
      send(world, node, view, action.n, action)
      return
    case 'wait':
      node.view = null
      return
    case 'stop':
      node.view = null
      node.idle = action.reason !== 'ended'
      return
    default: {
      const stored = storedOf(world, node.sale, node.token)
      const moved = world.sales[node.sale]?.epoch !== node.epoch && !protocol.ignoresMoves
      const right = !moved && protocol.stillRight(stored, view, action)
      const done = transact(world, node.sale, action, right)
      if (done === 'committed') learn(node, view, action, { kind: 'committed' })
      else node.view = null
      if (done === 'stale') world.log?.push('   the state has changed: stops')
    }
  }
}

const stepOut = (world: World, protocol: Protocol, node: Node, view: ReductionModelView): void => {
  const rules = protocol.reduction ?? realReductionProtocol
  const next = stepReduction(world, rules, node.name, { ...node, view })
  node.reduction = next === 'idle' ? null : next
  if (next === 'idle') node.idle = true
}

const step = (world: World, protocol: Protocol, node: Node): void => {
  if (!isBusy(node) && !load(world, protocol, node)) return
  if (node.reduction !== null) {
    stepOut(world, protocol, node, node.reduction)
    return
  }
  const view = node.view
  if (view === null) return
  const action = protocol.decide(view)
  say(world, node, action)
  perform(world, protocol, node, view, action)
}

const STAY = { name: 'same node', cost: 0 }
const SWITCH = { name: 'the other node acts', cost: 1 }

const faultPhase = (world: World, protocol: Protocol, nodes: readonly Node[]): void => {
  let acting = 0
  for (let steps = 0; steps < STEPS_MAX; steps++) {
    const current = nodes[acting]
    if (current === undefined) return
    if (current.idle) {
      acting = nodes.findIndex((node) => !node.idle && isBusy(node))
      if (acting < 0) return
    } else if (nodes.length > 1 && world.choose([STAY, SWITCH]) === SWITCH) {
      acting = 1 - acting
      const other = nodes[acting]
      if (other) other.idle = false
    }
    const node = nodes[acting]
    if (node) step(world, protocol, node)
  }
  violate(world, 'stuck')
}

const runToEnd = (world: World, protocol: Protocol, node: Node): void => {
  for (let steps = 0; steps < STEPS_MAX && !node.idle; steps++) step(world, protocol, node)
  if (!node.idle) violate(world, 'stuck')
}

const FLUSH_FIRST = { name: 'held frames flushed at healing', cost: 0 }
const FLUSH_LAST = { name: 'held frames flushed after everything', cost: 0 }

const heal = (world: World, protocol: Protocol, nodes: readonly Node[]): void => {
  const early =
    world.heldFrames.length > 0 && world.choose([FLUSH_FIRST, FLUSH_LAST]) === FLUSH_FIRST
  world.healed = true
  world.log?.push('-- healed')
  if (early) flush(world)
  for (const node of nodes) if (isBusy(node)) runToEnd(world, protocol, node)
  const fresh = newNode('C', world)
  runToEnd(world, protocol, fresh)
  flush(world)
}

/** Walks one execution from the first step to the verdict. */
export const execute = (
  scenario: Scenario,
  protocol: Protocol,
  choose: Choose,
  log: string[] | null = null,
): World => {
  const world = newWorld(scenario, choose, log)
  const nodes = ['A', 'B'].slice(0, scenario.nodes).map((name) => newNode(name, world))
  faultPhase(world, protocol, nodes)
  heal(world, protocol, nodes)
  judge(world)
  return world
}
