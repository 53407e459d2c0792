// Every poll against the books 账表核对: a foreign credit, a reset or a swapped meter is found by the
// next status round (INV-17). PURE. Silent while a purchase is in flight or just settled.

import { type Instant, plusMs } from '../shared/clock.ts'
import { countAhead } from './count.ts'
import type { HoldReason } from './hold-reasons.ts'
import { balanceRange, type MoneyRules } from './money-fits.ts'

export type ComparedBooks = MoneyRules & {
  customerNo: string
  /** The opening of this epoch was delivered: before it the meter owes us nothing. */
  opened: boolean
  inFlight: boolean
  onHold: boolean
  lastAssigned: number
  lastDelivered: number
  /** What the meter held when the last purchase was settled or released; null where unknown. */
  anchor: { at: Instant; balanceFen: number; energyWh: number } | null
  /** The money was changed by other means since the anchor: nothing can be said about it. */
  moneyMoved: boolean
}

export type Polled = {
  at: Instant
  balanceFen: number
  count: number
  customerNo: string
  opened: boolean
}

/** Balance and register as last known; the register bounds what can have been used. */
export type KnownUse = {
  balanceFen: number
  balanceAt: Instant
  energyWh: number
  energyAt: Instant
}

export type Mismatch = {
  reason: HoldReason
  /** A low value can be an old one: it must be seen twice. A high one can't. */
  sure: boolean
  expected: Readonly<Record<string, number | string | boolean>>
}

// A status reading is several exchanges, and a recharge may have gone between two of them.
const READING_SPAN_MS = 60_000

// Meters cut fractions of a fen at each deduction; only a loss that matters stops a meter.
const LOSS_MIN_FEN = 100
const USE_PER_LOSS = 100

const settledBefore = (books: ComparedBooks, at: Instant): boolean =>
  books.anchor === null || plusMs(books.anchor.at, READING_SPAN_MS) <= at

const byIdentity = (books: ComparedBooks, polled: Polled): Mismatch | null => {
  if (polled.customerNo !== books.customerNo)
    return {
      reason: 'customer-number',
      sure: true,
      expected: { customerNo: books.customerNo },
    }
  return polled.opened ? null : { reason: 'not-opened', sure: true, expected: { opened: true } }
}

const byCount = (books: ComparedBooks, polled: Polled): Mismatch | null => {
  const { lastAssigned, lastDelivered, countModulus } = books
  if (countAhead(polled.count, lastAssigned, countModulus) > 0)
    return { reason: 'count-ahead', sure: true, expected: { countMax: lastAssigned } }
  if (countAhead(polled.count, lastDelivered, countModulus) < 0)
    return { reason: 'count-behind', sure: false, expected: { countMin: lastDelivered } }
  return null
}

const byBalance = (books: ComparedBooks, polled: Polled): Mismatch | null => {
  if (books.anchor === null || books.moneyMoved) return null
  const highFen = books.anchor.balanceFen + books.moneyStepFen
  return polled.balanceFen > highFen
    ? { reason: 'balance-above', sure: true, expected: { balanceMaxFen: highFen } }
    : null
}

const byUse = (books: ComparedBooks, known: KnownUse | null): Mismatch | null => {
  const { anchor } = books
  if (anchor === null || known === null || books.moneyMoved) return null
  // A register read before the balance would miss what was used between the two.
  const ordered = known.energyAt >= known.balanceAt && settledBefore(books, known.balanceAt)
  if (!ordered || known.energyWh < anchor.energyWh) return null
  const now = { at: known.energyAt, energyWh: known.energyWh }
  const { lowFen } = balanceRange(anchor, now, 0, books)
  const cutFen = Math.ceil((anchor.balanceFen - lowFen) / USE_PER_LOSS)
  const balanceMinFen = lowFen - LOSS_MIN_FEN - cutFen
  return known.balanceFen < balanceMinFen
    ? { reason: 'balance-below', sure: false, expected: { balanceMinFen } }
    : null
}

/**
 * What does not fit, or null. Never speaks while a purchase is armed, before the opening, on a
 * meter that is on hold already, or on a reading that may be older than the last delivery.
 */
export const compareMeter = (
  books: ComparedBooks,
  polled: Polled,
  known: KnownUse | null,
): Mismatch | null => {
  if (!books.opened || books.inFlight || books.onHold) return null
  if (!settledBefore(books, polled.at)) return null
  return (
    byIdentity(books, polled) ??
    byCount(books, polled) ??
    byBalance(books, polled) ??
    byUse(books, known)
  )
}
