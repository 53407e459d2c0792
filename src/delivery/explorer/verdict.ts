// The verdict 判定: what must hold when a world has healed and every node has run to its end.

import { must } from '../../shared/assert.ts'
import { plusMs } from '../../shared/clock.ts'
import { type ComparedBooks, compareMeter, type Mismatch } from '../compare.ts'
import { HOLD_REASONS } from '../hold-reasons.ts'
import { readMeter, START_FEN, USE_FEN } from './model-meter.ts'
import { judgeTrip } from './model-trip.ts'
import { anchorOf, booksOf, meterOf, type Sale, violate, type World } from './model-world.ts'

const LATER_MS = 3_600_000

const guarded = (world: World): boolean =>
  world.meter.guard === 'counter' || world.meter.guard === 'order'

/** What was void stays with the meter that was taken down, and nothing else reaches that one. */
const judgeMeters = (world: World, sale: Sale, index: number): void => {
  const { meter, retired, epoch } = world
  if (retired === null) return
  if (sale.epoch < epoch && (meter.credited[index] ?? 0) > 0)
    violate(world, 'void but credited to the next meter')
  if (sale.epoch === epoch && (retired.credited[index] ?? 0) > 0)
    violate(world, 'credited to a meter that was taken down')
}

const judgeSale = (world: World, sale: Sale, index: number): void => {
  judgeMeters(world, sale, index)
  if (sale.state === 'VOID') return
  const meter = meterOf(world, sale)
  const credited = meter.credited[index] ?? 0
  const happened = [...world.happened].some((event) => event !== 'use' && event !== 'void')
  const behind = world.onHold && sale.state === 'QUEUED'
  // A meter that wrote half of a credit ends on hold: a person looks at what it took.
  const torn = world.happened.has('torn') && sale.state === 'HOLD'
  if (sale.state === 'ARMED' || (sale.state === 'QUEUED' && !behind))
    violate(world, 'never finished')
  if (credited > 1 && !torn) violate(world, 'credited twice')
  if (sale.state === 'DELIVERED' && !meter.everCredited[index])
    violate(world, 'delivered but not credited')
  if (sale.state === 'CANCELLED' && credited > 0) violate(world, 'refunded but credited')
  if (sale.state === 'QUEUED' && credited > 0) violate(world, 'credited while queued')
  if (sale.state !== 'HOLD') return
  if (sale.holdReason === null || !(sale.holdReason in HOLD_REASONS))
    violate(world, 'held without a reason')
  if (guarded(world) && !happened) violate(world, 'held needlessly')
}

const judgeReduction = (world: World): void => {
  const { reduction } = world
  if (reduction === null) return
  const { state, takenFen } = reduction
  const meter = meterOf(world, reduction)
  const given = meter.given.length
  if ((state === 'QUEUED' || state === 'SENT') && !world.onHold) violate(world, 'never finished')
  if (state === 'DONE' && given > 1) violate(world, 'taken twice, owed once')
  if (state === 'DONE' && given === 0 && takenFen !== 0) violate(world, 'done but not taken')
  if (state === 'DONE' && given === 1 && takenFen !== meter.given[0])
    violate(world, 'owed is not what was taken')
  const called = state === 'CANCELLED' && world.retired === null
  if (called && given > 0) violate(world, 'cancelled but taken')
  if (state === 'QUEUED' && given > 0) violate(world, 'taken while queued')
  if (state === 'HOLD' && reduction.holdReason === null) violate(world, 'held without a reason')
  // Nothing failed, and no more was used than a load uses until an order is there.
  const sound = world.scenario.sound === true && meter.usedFen <= USE_FEN
  if (sound && state === 'HOLD') violate(world, 'held needlessly')
}

/** Into the meter that hangs there now. */
const deliveredTo = ({ sales, epoch }: World): Sale[] =>
  sales.filter((sale) => sale.state === 'DELIVERED' && sale.epoch === epoch)

/** What the next poll says about the books as they ended. */
export const pollAtTheEnd = (world: World): Mismatch | null => {
  const delivered = deliveredTo(world)
  const books = booksOf(world)
  const settled = anchorOf(world)
  if (settled === null || delivered.length === 0) return null
  const n = must(books.lastAssigned, 'delivered sales have numbers')
  const now = readMeter(world.meter)
  const compared: ComparedBooks = {
    ...books,
    opened: true,
    inFlight:
      world.sales.some((sale) => sale.state === 'ARMED') || world.reduction?.state === 'SENT',
    lastAssigned: n,
    lastDelivered: Math.max(world.baseCount ?? 0, ...delivered.map((sale) => sale.n ?? 0)),
    anchor: settled,
    moneyMoved: false,
  }
  const at = plusMs(now.at, LATER_MS)
  const { balanceFen, energyWh } = now
  return compareMeter(
    compared,
    { ...now, at },
    { balanceFen, energyWh, balanceAt: at, energyAt: at },
  )
}

const judgePoll = (world: World): void => {
  if (world.onHold || world.violations.length > 0) return
  // A reset that took nothing of ours, or what was sent again, leaves no trace and no loss.
  const lost = world.sales.some(
    (sale, i) =>
      sale.state === 'DELIVERED' && sale.epoch === world.epoch && world.meter.credited[i] !== 1,
  )
  const wiped = world.happened.has('reset') && lost
  const touched = world.happened.has('foreign') || wiped
  const mismatch = pollAtTheEnd(world)
  if (touched && mismatch === null) violate(world, 'unseen by the poll')
  const innocent = !touched && !world.happened.has('reset')
  if (innocent && mismatch !== null) violate(world, 'false alarm of the poll')
}

/** Adds to the world's violations what is wrong at its end. */
export const judge = (world: World): void => {
  const { meter, sales } = world
  for (const [index, sale] of sales.entries()) judgeSale(world, sale, index)
  const due = deliveredTo(world).reduce((sum, sale) => sum + sale.amountFen, 0)
  const startFen = world.retired === null ? START_FEN : 0
  const given = meter.given.reduce((sum, amountFen) => sum + amountFen, 0)
  const rolledBack = meter.balanceFen < startFen + due - meter.usedFen - given
  if (rolledBack && meter.resets === 0) violate(world, 'money rolled back')
  judgeReduction(world)
  judgeTrip(world)
  judgePoll(world)
}
