// A reduction in the world of the model 减额模型: the row, the order on the bus, and the transactions,
// each with everything that can go wrong. The meter takes a repeated order again.

import { instant } from '../../shared/clock.ts'
import type { HoldReason } from '../hold-reasons.ts'
import type { ReductionAction, ReductionBooks, StoredReduction } from '../reduce-machine.ts'
import { fault } from './choices.ts'
import { LINE_CHOICES, sendOver } from './model-bus.ts'
import {
  applyReduction,
  applyTornReduction,
  MODULUS,
  type ModelMeter,
  PRICE_E8,
  type Reply,
  START_FEN,
} from './model-meter.ts'
import type { ModelReduction } from './model-row.ts'
import { endTrip, isTripping, judgeAsking } from './model-trip.ts'
import {
  anchorOf,
  type Committed,
  commitOf,
  customerNoOf,
  lastAssigned,
  meterOf,
  violate,
  type World,
} from './model-world.ts'

export const reductionBooksOf = (world: World): ReductionBooks => ({
  customerNo: customerNoOf(world),
  lastAssigned: lastAssigned(world),
  countModulus: MODULUS,
  dearestPriceE8: PRICE_E8,
  moneyStepFen: 1,
  reduce: 'refund',
  onHold: world.onHold,
  armed: world.sales.some((sale) => sale.state === 'ARMED'),
  tripping: isTripping(world),
  anchor: anchorOf(world) ?? { balanceFen: START_FEN },
})

export const storedReductionOf = (world: World, token: number): StoredReduction => ({
  state: world.reduction?.state ?? 'CANCELLED',
  sends: world.reduction?.sends ?? 0,
  onHold: world.onHold,
  armed: world.sales.some((sale) => sale.state === 'ARMED'),
  leased: !world.scenario.fence || token === world.token,
})

const take = (world: World, meter: ModelMeter, amountFen: number): Reply => {
  const reply = applyReduction(meter, amountFen)
  world.log?.push(`   meter gives ${amountFen}: ${reply}`)
  return reply
}

const TORN_CHOICES = [
  ...LINE_CHOICES,
  fault('part of the money given'),
  fault('record written, money not'),
]

/** What the meter answered to the order, null for nothing, or a crash of the sender. */
export const sendReduction = (
  world: World,
  meter: ModelMeter,
  amountFen: number,
): Reply | null | 'crash' => {
  if (world.reduction?.sends !== 1) violate(world, 'a reduction on the wire before it was counted')
  judgeAsking(world, meter, amountFen)
  const choices = world.scenario.events.includes('torn') ? TORN_CHOICES : LINE_CHOICES
  return sendOver(world, {
    ...{ name: 'reduction', meter, choices },
    apply: () => take(world, meter, amountFen),
    tear: (choice) =>
      applyTornReduction(meter, amountFen, choice.startsWith('part') ? 'part' : 'record'),
  })
}

const ENDED = ['DONE', 'CANCELLED']

// A hold before anything was sent stops the meter; the reduction waits.
const hold = (world: World, row: ModelReduction, reason: HoldReason): void => {
  row.holdReason = reason
  if (row.sends > 0) row.state = 'HOLD'
  world.onHold = true
}

// A maker that counts refunds has used up a number of ours.
const followCount = (world: World, count: number): void => {
  const last = lastAssigned(world)
  if (last !== null && count > last) world.baseCount = count
}

const write = (world: World, row: ModelReduction, action: ReductionAction): void => {
  if (ENDED.includes(row.state)) violate(world, 'a final state changed')
  switch (action.do) {
    case 'prepare':
      row.state = 'SENT'
      row.before = action.before
      row.askedFen = action.askedFen
      row.sends++
      row.sentAt = instant(action.before.at)
      return
    case 'done':
      row.state = 'DONE'
      row.takenFen = action.takenFen
      row.before = action.before
      row.settled = action.reading
      if (action.takenFen > 0 && meterOf(world, row).given.length === 0)
        violate(world, 'done before it was taken')
      followCount(world, action.reading.count)
      endTrip(world, { stays: false })
      return
    case 'cancel':
      row.state = 'CANCELLED'
      endTrip(world, { stays: true })
      return
    case 'hold':
      hold(world, row, action.reason)
      return
    default:
      violate(world, 'wrote what is no transaction')
  }
}

export const transactReduction = (
  world: World,
  action: ReductionAction,
  right: boolean,
): Committed => {
  const row = world.reduction
  if (!right || row === null) return 'stale'
  return commitOf(world, () => write(world, row, action))
}
