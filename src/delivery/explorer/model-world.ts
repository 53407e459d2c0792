// The world of the model 模型世界: a database that holds two sales, a bus that loses, delays, holds and
// repeats, and one meter. Every await of the real worker is one step here, with its choices.

import type { WalletReading } from '../../metering/driver.ts'
import type { HoldReason } from '../hold-reasons.ts'
import type { Action, Answer, Books, Purchase, Stored, View } from '../machine.ts'
import type { Choose } from './choices.ts'
import {
  applyFrame,
  applyTorn,
  type Frame,
  happen,
  type MeterEvent,
  MODULUS,
  type ModelMeter,
  newMeter,
  OURS,
  PRICE_E8,
  type Reply,
  readMeter,
  START_COUNT,
} from './model-meter.ts'
import { isUnderWay, type ModelReduction, newReduction } from './model-row.ts'

export type Scenario = {
  nodes: 1 | 2
  /** Transactions check the lease token. */
  fence: boolean
  guard: ModelMeter['guard']
  /** What the centre believes the guard to be; differs only in a mutant. */
  believedGuard?: ModelMeter['guard']
  kinds: readonly ['open' | 'recharge', 'recharge']
  keepsRecord: boolean
  /** The line may repeat a request: harmless only where the meter refuses a repeat. */
  lineRepeats: boolean
  /** Besides the faults of line, store and processes. */
  events: readonly WorldEvent[]
  /** Money is to be taken out of the meter, from the start or once the first sale is armed. */
  reduction?: { wantedFen: number | null; from: 'start' | 'armed'; counts?: boolean }
}

export type WorldEvent = MeterEvent | 'torn' | 'swap'

export type Sale = Purchase & {
  holdReason: HoldReason | null
  posted: number
  /** What was read back when it was settled. */
  settled: WalletReading | null
}

/** What the wrong protocols do besides. */
export type ModelAction = Action | { do: 'cancel' }

export type World = {
  scenario: Scenario
  choose: Choose
  meter: ModelMeter
  sales: Sale[]
  baseCount: number | null
  onHold: boolean
  /** The lease's token; each take-over raises it. */
  token: number
  /** Null where none is wanted, or none yet. */
  reduction: ModelReduction | null
  /** What waits in a gateway; each says what came of it when it arrives. */
  heldFrames: (() => string)[]
  lateReadings: WalletReading[]
  lateReplies: Reply[]
  happened: Set<string>
  violations: string[]
  healed: boolean
  /** Null while exploring; lines while one execution is walked again. */
  log: string[] | null
}

const AMOUNTS = [10_000, 5_000]

const newSale = (kind: 'open' | 'recharge', index: number): Sale => ({
  state: 'QUEUED',
  kind,
  amountFen: AMOUNTS[index] ?? 0,
  n: null,
  before: null,
  sends: 0,
  holdReason: null,
  posted: 0,
  settled: null,
})

export const newWorld = (scenario: Scenario, choose: Choose, log: string[] | null): World => {
  const opened = scenario.kinds[0] === 'recharge'
  return {
    scenario,
    choose,
    meter: {
      ...newMeter(scenario.guard, opened, scenario.keepsRecord),
      countsReductions: scenario.reduction?.counts === true,
    },
    sales: scenario.kinds.map(newSale),
    baseCount: opened ? START_COUNT : null,
    onHold: false,
    token: 0,
    reduction: scenario.reduction?.from === 'start' ? newReduction(scenario.reduction) : null,
    heldFrames: [],
    lateReadings: [],
    lateReplies: [],
    happened: new Set(),
    violations: [],
    healed: false,
    log,
  }
}

export const violate = (world: World, what: string): void => {
  if (!world.violations.includes(what)) world.violations.push(what)
  world.log?.push(`!! ${what}`)
}

export const lastAssigned = (world: World): number | null =>
  world.sales.reduce<number | null>(
    (most, sale) => (sale.n === null ? most : Math.max(most ?? sale.n, sale.n)),
    world.baseCount,
  )

/** What the meter held when it was last known for certain, in the order of the readings. */
export const anchorOf = ({ sales, reduction }: World) => {
  const settled = [...sales.map((sale) => sale.settled), reduction?.settled ?? null]
  return settled.reduce(
    (last, next) => (next !== null && (last === null || next.at > last.at) ? next : last),
    null,
  )
}

export const booksOf = (world: World): Books => ({
  customerNo: OURS,
  baseCount: world.baseCount,
  lastAssigned: lastAssigned(world),
  countModulus: MODULUS,
  dearestPriceE8: PRICE_E8,
  moneyStepFen: 1,
  replayGuard: world.scenario.believedGuard ?? world.scenario.guard,
  onHold: world.onHold,
  first: true,
  anchor: anchorOf(world),
})

const WAITING = ['QUEUED', 'ARMED', 'HOLD']
const isWaiting = (sale: Sale): boolean => WAITING.includes(sale.state)

/** Index of the earliest sale on its way, or −1. */
export const firstWaiting = (world: World): number => world.sales.findIndex(isWaiting)

const QUIET = { name: 'quiet', cost: 0, event: null } as const
const FLUSH = { name: 'held frame flushed', cost: 0, event: 'flush' } as const
const EVENTS = {
  foreign: { name: 'foreign credit', cost: 1, event: 'foreign' },
  use: { name: 'electricity used', cost: 1, event: 'use' },
  swap: { name: 'swapped as dead: what is under way is void', cost: 1, event: 'swap' },
  reset: { name: 'meter reset', cost: 1, event: 'reset' },
} as const

const credit = (world: World, frame: Frame): Reply => {
  const before = world.meter.credited[frame.sale] ?? 0
  const reply = applyFrame(world.meter, frame)
  const after = world.meter.credited[frame.sale] ?? 0
  if (after > 1 && after > before) world.log?.push(`   sale ${frame.sale + 1} credited again`)
  return reply
}

export const flush = (world: World): void => {
  for (const arrive of world.heldFrames.splice(0)) {
    const what = arrive()
    world.log?.push(`   gateway flushes ${what}`)
  }
}

const isPossible = (world: World, event: WorldEvent): event is MeterEvent | 'swap' =>
  event !== 'torn' && !((event === 'reset' || event === 'swap') && world.happened.has(event))

/** A person swaps the meter as dead, in one transaction: nothing that was under way goes on. */
const swap = (world: World): void => {
  for (const sale of world.sales) if (isWaiting(sale)) sale.state = 'VOID'
  const { reduction } = world
  if (reduction && isUnderWay(reduction)) reduction.state = 'CANCELLED'
  world.happened.add('swap')
}

export const surroundings = (world: World): void => {
  if (world.healed) return
  const { events } = world.scenario
  if (events.length === 0 && world.heldFrames.length === 0) return
  const taken = world.choose([
    QUIET,
    ...(world.heldFrames.length > 0 ? [FLUSH] : []),
    ...events.flatMap((event) => (isPossible(world, event) ? [EVENTS[event]] : [])),
  ])
  if (taken.event === null) return
  if (taken.event === 'flush') {
    flush(world)
    return
  }
  world.log?.push(`   ${taken.name}`)
  if (taken.event === 'swap') {
    swap(world)
    return
  }
  const { count, balanceFen } = world.meter
  happen(world.meter, taken.event)
  // A meter that holds nothing yet is as it was.
  if (taken.event === 'reset' && count === 0 && balanceFen === 0) return
  // Before the opening there is no book that a credit or a reset could contradict.
  if (world.baseCount !== null) world.happened.add(taken.event)
}

export const fault = (name: string) => ({ name, cost: 1 })
export const OK = { name: 'ok', cost: 0 }
const READ_CHOICES = [OK, fault('reading lost'), fault('reading late')]
const CREDIT_CHOICES = [
  OK,
  fault('request lost'),
  fault('reply lost'),
  fault('reply late'),
  fault('held in a gateway'),
  fault('sent twice'),
  fault('negative though applied'),
  fault('crash after sending'),
]
const TORN_CHOICES = [
  ...CREDIT_CHOICES,
  fault('money written, count not'),
  fault('count written, money not'),
]

/** A reading, or null when nothing came; a late one is taken for the next unanswered request's. */
export const readOverBus = (world: World): WalletReading | null => {
  surroundings(world)
  const { name } = world.healed ? OK : world.choose(READ_CHOICES)
  const now = readMeter(world.meter)
  if (name === 'ok') return now
  const late = world.lateReadings.shift() ?? null
  if (name === 'reading late') world.lateReadings.push(now)
  world.log?.push(`   ${name}${late ? ', an older one taken for it' : ''}`)
  return late
}

export const unanswered = (world: World): Reply | null => world.lateReplies.shift() ?? null

const deliverFrame = (world: World, frame: Frame, name: string): Reply | null => {
  switch (name) {
    case 'ok':
      return credit(world, frame)
    case 'request lost':
      return unanswered(world)
    case 'reply lost':
      credit(world, frame)
      return unanswered(world)
    case 'reply late': {
      const reply = credit(world, frame)
      const earlier = unanswered(world)
      world.lateReplies.push(reply)
      return earlier
    }
    case 'held in a gateway':
      world.heldFrames.push(() => `credit n=${frame.n}: ${credit(world, frame)}`)
      return unanswered(world)
    case 'sent twice':
      credit(world, frame)
      return credit(world, frame)
    case 'negative though applied':
      credit(world, frame)
      return 'other'
    default:
      applyTorn(world.meter, frame, name.startsWith('money') ? 'money' : 'count')
      world.happened.add('torn')
      return unanswered(world)
  }
}

/** What the meter answered to a credit, null for nothing, or a crash of the sender. */
export const sendOverBus = (world: World, frame: Frame): Reply | null | 'crash' => {
  surroundings(world)
  const { events, lineRepeats } = world.scenario
  const choices = (events.includes('torn') ? TORN_CHOICES : CREDIT_CHOICES).filter(
    (choice) => lineRepeats || choice.name !== 'sent twice',
  )
  const { name } = world.healed ? OK : world.choose(choices)
  if (name === 'crash after sending') {
    credit(world, frame)
    world.log?.push('   applied; crash after sending')
    return 'crash'
  }
  const reply = deliverFrame(world, frame, name)
  world.log?.push(`   ${name}: ${reply ?? 'no answer'}`)
  return reply
}

export const answerOf = (reply: Reply | null): Answer => {
  if (reply === null) return 'none'
  return reply === 'accepted' ? 'accepted' : 'refused'
}

const COMMIT_CHOICES = [
  OK,
  fault('commit unknown, kept'),
  fault('commit unknown, rolled back'),
  fault('crash before commit'),
  fault('crash after commit'),
]

const FINAL = ['DELIVERED', 'HOLD', 'CANCELLED', 'VOID']

export const storedOf = (world: World, index: number, token: number): Stored => {
  const sale = world.sales[index] ?? newSale('recharge', index)
  return {
    state: sale.state,
    n: sale.n,
    sends: sale.sends,
    lastAssigned: lastAssigned(world),
    onHold: world.onHold,
    first: firstWaiting(world) === index && !isUnderWay(world.reduction),
    leased: !world.scenario.fence || token === world.token,
  }
}

const noteViolations = (world: World, sale: Sale, index: number, action: ModelAction): void => {
  if (FINAL.includes(sale.state)) violate(world, 'a final state changed')
  if (action.do === 'arm') {
    if (world.sales.some((other) => other !== sale && other.n === action.n))
      violate(world, 'a number given to two sales')
    if (world.sales.some((other) => other !== sale && other.state === 'ARMED'))
      violate(world, 'two sales armed')
    if (world.sales.slice(0, index).some(isWaiting)) violate(world, 'sales out of order')
  }
  if (action.do === 'settle' && !world.meter.everCredited[index])
    violate(world, 'marked delivered before it was credited')
}

const write = (world: World, index: number, action: ModelAction): void => {
  const sale = world.sales[index]
  if (sale === undefined) return
  noteViolations(world, sale, index, action)
  switch (action.do) {
    case 'arm':
      if (world.scenario.reduction?.from === 'armed')
        world.reduction ??= newReduction(world.scenario.reduction)
      sale.state = 'ARMED'
      sale.n = action.n
      sale.before = action.before
      world.baseCount = action.baseCount
      return
    case 'note':
      sale.sends++
      return
    case 'settle':
      sale.state = 'DELIVERED'
      sale.posted++
      sale.settled = action.reading
      if (sale.posted > 1) violate(world, 'posted twice')
      return
    case 'hold':
      sale.state = 'HOLD'
      sale.holdReason = action.reason
      world.onHold = true
      return
    case 'cancel':
      sale.state = 'CANCELLED'
  }
}

export type Committed = 'committed' | 'unknown' | 'stale' | 'crash'

/** One transaction: committed for the caller, unknown, refused as stale, or the caller is gone. */
export const transact = (
  world: World,
  index: number,
  action: ModelAction,
  right: boolean,
): Committed => (right ? commitOf(world, () => write(world, index, action)) : 'stale')

/** What becomes of a transaction that writes. */
export const commitOf = (world: World, writes: () => void): Committed => {
  const { name } = world.healed ? OK : world.choose(COMMIT_CHOICES)
  const kept = name !== 'commit unknown, rolled back' && name !== 'crash before commit'
  if (kept) writes()
  if (name !== 'ok') world.log?.push(`   ${name}`)
  if (name.startsWith('crash')) return 'crash'
  return name === 'ok' ? 'committed' : 'unknown'
}

export const frameOf = (world: World, index: number, n: number, view: View): Frame => ({
  sale: index,
  kind: view.purchase.kind,
  n,
  amountFen: view.purchase.amountFen,
  customerNo: OURS,
  absoluteFen: (view.reading?.balanceFen ?? world.meter.balanceFen) + view.purchase.amountFen,
})
