// The world of the model 模型世界: a database that holds two sales and one meter on a bus. Every await
// of the real worker is one step here, with its choices.

import type { WalletReading } from '../../metering/driver.ts'
import type { HoldReason } from '../hold-reasons.ts'
import type { Action, Books, Purchase, Stored, View } from '../machine.ts'
import { type Choose, fault, OK } from './choices.ts'
import {
  type Frame,
  type MeterEvent,
  MODULUS,
  type ModelMeter,
  newMeter,
  OURS,
  PRICE_E8,
  type Reply,
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
export const isWaiting = (sale: Sale): boolean => WAITING.includes(sale.state)

/** Index of the earliest sale on its way, or −1. */
export const firstWaiting = (world: World): number => world.sales.findIndex(isWaiting)

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
