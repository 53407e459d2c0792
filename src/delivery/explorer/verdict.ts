// The verdict 判定: what must hold when a world has healed and every node has run to its end.

import { must } from '../../shared/assert.ts'
import { plusMs } from '../../shared/clock.ts'
import { type ComparedBooks, compareMeter, type Mismatch } from '../compare.ts'
import { HOLD_REASONS } from '../hold-reasons.ts'
import { readMeter, START_FEN } from './model-meter.ts'
import { booksOf, type Sale, violate, type World } from './model-world.ts'

const LATER_MS = 3_600_000

const guarded = (world: World): boolean =>
  world.meter.guard === 'counter' || world.meter.guard === 'order'

const judgeSale = (world: World, sale: Sale, index: number): void => {
  const credited = world.meter.credited[index] ?? 0
  const happened = [...world.happened].some((event) => event !== 'use')
  const behind = world.onHold && sale.state === 'QUEUED'
  // A meter that wrote half of a credit ends on hold: a person looks at what it took.
  const torn = world.happened.has('torn') && sale.state === 'HOLD'
  if (sale.state === 'ARMED' || (sale.state === 'QUEUED' && !behind))
    violate(world, 'never finished')
  if (credited > 1 && !torn) violate(world, 'credited twice')
  if (sale.state === 'DELIVERED' && !world.meter.everCredited[index])
    violate(world, 'delivered but not credited')
  if (sale.state === 'CANCELLED' && credited > 0) violate(world, 'refunded but credited')
  if (sale.state === 'QUEUED' && credited > 0) violate(world, 'credited while queued')
  if (sale.state !== 'HOLD') return
  if (sale.holdReason === null || !(sale.holdReason in HOLD_REASONS))
    violate(world, 'held without a reason')
  if (guarded(world) && !happened) violate(world, 'held needlessly')
}

/** What the next poll says about the books as they ended. */
export const pollAtTheEnd = (world: World): Mismatch | null => {
  const delivered = world.sales.filter((sale) => sale.state === 'DELIVERED')
  const books = booksOf(world)
  const settled = delivered.at(-1)?.settled ?? null
  if (settled === null) return null
  const n = must(books.lastAssigned, 'delivered sales have numbers')
  const now = readMeter(world.meter)
  const compared: ComparedBooks = {
    ...books,
    opened: true,
    inFlight: world.sales.some((sale) => sale.state === 'ARMED'),
    lastAssigned: n,
    lastDelivered: Math.max(...delivered.map((sale) => sale.n ?? 0)),
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
  const touched = world.happened.has('foreign') || world.happened.has('reset')
  const mismatch = pollAtTheEnd(world)
  if (touched && mismatch === null) violate(world, 'unseen by the poll')
  if (!touched && mismatch !== null) violate(world, 'false alarm of the poll')
}

/** Adds to the world's violations what is wrong at its end. */
export const judge = (world: World): void => {
  const { meter, sales, happened } = world
  for (const [index, sale] of sales.entries()) judgeSale(world, sale, index)
  const due = sales
    .filter((sale) => sale.state === 'DELIVERED')
    .reduce((sum, sale) => sum + sale.amountFen, 0)
  const rolledBack = meter.balanceFen < START_FEN + due - meter.usedFen
  if (rolledBack && !happened.has('reset')) violate(world, 'money rolled back')
  judgePoll(world)
}
