// The world of the model 模型世界: a database that holds two sales and one meter on a bus. Every await
// of the real worker is one step here, with its choices.

import type { RefundRecord, WalletReading } from '../../metering/driver.ts'
import { must } from '../../shared/assert.ts'
import type { HoldReason } from '../hold-reasons.ts'
import type { Action, Books, Purchase, Stored, View } from '../machine.ts'
import { type Choose, fault, OK, type Option } from './choices.ts'
import {
  type Frame,
  type MeterEvent,
  MODULUS,
  type ModelMeter,
  newMeter,
  OURS,
  OURS_NEXT,
  PRICE_E8,
  type Reply,
  START_COUNT,
} from './model-meter.ts'
import {
  isUnderWay,
  type ModelReduction,
  type ModelTrip,
  newReduction,
  newTrip,
} from './model-row.ts'

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
  reduction?: {
    wantedFen: number | null
    from: 'start' | 'armed'
    counts?: boolean
    /** The meter keeps refund records. */
    records?: boolean
    /** It is not tripped: something may be used until the order is there. */
    loaded?: boolean
    /**
     * It is switched off first. Mutants: `lost`, nobody ends the order; `kept`, the point never
     * gets its mode back.
     */
    trip?: 'ordered' | 'lost' | 'kept'
  }
  /** Line, store and processes do what they should. */
  sound?: boolean
  /** What is armed goes along when a meter is taken down as dead: only a mutant does that. */
  carriesArmed?: boolean
}

/**
 * `void`: a person takes the meter down as dead, and what was under way to it is void. `callOff`: a
 * person calls the taking out off, while nothing was sent.
 */
export type WorldEvent = MeterEvent | 'torn' | 'void' | 'callOff'

export type Sale = Purchase & {
  holdReason: HoldReason | null
  posted: number
  /** What was read back when it was settled. */
  settled: WalletReading | null
  /** The first meter's, or the one's after it. */
  epoch: number
}

/** What the wrong protocols do besides. */
export type ModelAction = Action | { do: 'cancel' }

export type World = {
  scenario: Scenario
  choose: Choose
  /** The meter that hangs there, and the one that was taken down as dead, whatever it is. */
  meter: ModelMeter
  retired: ModelMeter | null
  epoch: number
  sales: Sale[]
  /** In which order they reach a meter. */
  order: number[]
  baseCount: number | null
  onHold: boolean
  /** The lease's token; each take-over raises it. */
  token: number
  /** Null where none is wanted, or none yet. */
  reduction: ModelReduction | null
  /** Null where nothing is switched off. */
  trip: ModelTrip | null
  /** What waits in a gateway; each says what came of it when it arrives. */
  heldFrames: (() => string)[]
  /** Whose answers they are: a frame carries its address. */
  lateReadings: { from: ModelMeter; reading: WalletReading }[]
  lateReplies: { from: ModelMeter; reply: Reply }[]
  lateRefunds: { from: ModelMeter; refund: RefundRecord | null }[]
  happened: Set<string>
  violations: string[]
  healed: boolean
  /** Null while exploring; lines while one execution is walked again. */
  log: string[] | null
}

const AMOUNTS = [10_000, 5_000]

export const newSale = (kind: 'open' | 'recharge', amountFen: number, epoch: number): Sale => ({
  state: 'QUEUED',
  kind,
  amountFen,
  epoch,
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
    retired: null,
    epoch: 1,
    sales: scenario.kinds.map((kind, i) => newSale(kind, AMOUNTS[i] ?? 0, 1)),
    order: scenario.kinds.map((_, i) => i),
    baseCount: opened ? START_COUNT : null,
    onHold: false,
    token: 0,
    reduction: scenario.reduction?.from === 'start' ? newReduction(scenario.reduction, 1) : null,
    trip: scenario.reduction?.trip === undefined ? null : newTrip(),
    heldFrames: [],
    lateReadings: [],
    lateReplies: [],
    lateRefunds: [],
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
    (most, { n, epoch }) => (n === null || epoch !== world.epoch ? most : Math.max(most ?? n, n)),
    world.baseCount,
  )

/** What the meter held when it was last known for certain, in the order of the readings. */
export const anchorOf = ({ sales, reduction, epoch }: World) => {
  const rows = reduction === null ? sales : [...sales, reduction]
  const settled = rows.map((row) => (row.epoch === epoch ? row.settled : null))
  return settled.reduce(
    (last, next) => (next !== null && (last === null || next.at > last.at) ? next : last),
    null,
  )
}

export const customerNoOf = ({ epoch }: World): string => (epoch === 1 ? OURS : OURS_NEXT)

/** The meter that a row of an epoch is about. */
export const meterOf = (world: World, { epoch }: { epoch: number }): ModelMeter =>
  epoch === world.epoch ? world.meter : (world.retired ?? world.meter)

export const booksOf = (world: World): Books => ({
  customerNo: customerNoOf(world),
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
export const firstWaiting = ({ sales, order }: World): number =>
  order.find((index) => sales[index] !== undefined && isWaiting(sales[index])) ?? -1

const COMMIT_CHOICES = [
  OK,
  fault('commit unknown, kept'),
  fault('commit unknown, rolled back'),
  fault('crash before commit'),
  fault('crash after commit'),
]

const FINAL = ['DELIVERED', 'HOLD', 'CANCELLED', 'VOID']

export const storedOf = (world: World, index: number, token: number): Stored => {
  const sale = must(world.sales[index], 'a node works on a sale')
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
    const given = world.sales.some(
      (other) => other !== sale && other.epoch === sale.epoch && other.n === action.n,
    )
    if (given) violate(world, 'a number given to two sales')
    if (world.sales.some((other) => other !== sale && other.state === 'ARMED'))
      violate(world, 'two sales armed')
    if (firstWaiting(world) !== index) violate(world, 'sales out of order')
  }
  if (action.do === 'settle' && !meterOf(world, sale).everCredited[index])
    violate(world, 'marked delivered before it was credited')
}

const write = (world: World, index: number, action: ModelAction): void => {
  const sale = world.sales[index]
  if (sale === undefined) return
  noteViolations(world, sale, index, action)
  switch (action.do) {
    case 'arm':
      if (world.scenario.reduction?.from === 'armed')
        world.reduction ??= newReduction(world.scenario.reduction, world.epoch)
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

/** What goes wrong, where anything may. */
export const mishap = (world: World, options: readonly Option[]): Option =>
  world.healed || world.scenario.sound ? OK : world.choose(options)

/** What becomes of a transaction that writes. */
export const commitOf = (world: World, writes: () => void): Committed => {
  const { name } = mishap(world, COMMIT_CHOICES)
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
  customerNo: view.books.customerNo,
  absoluteFen: (view.reading?.balanceFen ?? world.meter.balanceFen) + view.purchase.amountFen,
})
