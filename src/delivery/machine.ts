// The delivery machine 下发状态机: what to do next about one purchase, as data. PURE. The meter's
// purchase count is the fence, our books give the numbers, and only what is read back decides:
// QUEUED → ARMED(n, before) → DELIVERED | HOLD. Explored exhaustively in `explorer/`.

import type { ModelCapabilities, WalletReading } from '../metering/driver.ts'
import { must } from '../shared/assert.ts'
import { countAhead } from './count.ts'
import type { HoldReason } from './hold-reasons.ts'
import { type MoneyRules, moneyFits, recordFits, recordIsOf } from './money-fits.ts'

export type PurchaseState = 'QUEUED' | 'ARMED' | 'DELIVERED' | 'HOLD' | 'CANCELLED' | 'VOID'

export type Purchase = {
  state: PurchaseState
  /** 'open' writes the customer number with the first amount, which may be zero. */
  kind: 'open' | 'recharge'
  amountFen: number
  n: number | null
  /** What was read before the number was assigned. */
  before: WalletReading | null
  /** How often the credit has been, or may have been, sent. */
  sends: number
}

/** What the books know of the meter, in its current epoch. */
export type Books = MoneyRules & {
  customerNo: string
  /** The count the epoch began with; null until the first read. */
  baseCount: number | null
  /** The highest number ever assigned in the epoch, at least the base count. */
  lastAssigned: number | null
  replayGuard: ModelCapabilities['replayGuard']
  /** A person has to release the meter first. */
  onHold: boolean
  /** No purchase of this meter that was sold earlier is still on its way. */
  first: boolean
  /** What the meter held when it was last known for certain; null where unknown. */
  anchor: { balanceFen: number } | null
}

/** What the meter answered to a credit. It says nothing about what the meter did (INV-14, 16). */
export type Answer = 'accepted' | 'refused' | 'none'

export type View = {
  purchase: Purchase
  books: Books
  /** Read after the last credit that was sent; null when there is none. */
  reading: WalletReading | null
  /** What the reading before this one made us suspect; two in a row hold. */
  suspected: HoldReason | null
  /** The next credit is counted in the database and may be sent. */
  noted: boolean
  /** The answer to the credit sent since loading; null when none was sent. */
  answer: Answer | null
  fault: string | null
}

export type Action =
  | { do: 'read'; suspecting: HoldReason | null }
  /** Assign n, durably, before the first byte that carries it (INV-12). */
  | { do: 'arm'; n: number; baseCount: number; before: WalletReading }
  /** Count the send, durably, before it: an unguarded meter is never sent to twice. */
  | { do: 'note' }
  | { do: 'send'; n: number }
  | { do: 'settle'; n: number; reading: WalletReading }
  | { do: 'hold'; reason: HoldReason; reading: WalletReading }
  /** Nothing more can be done now: look again later. */
  | { do: 'wait'; reason: string }
  | { do: 'stop'; reason: 'ended' | 'held' | 'notFirst' }

export type Result =
  | { kind: 'read'; reading: WalletReading }
  | { kind: 'answered'; answer: Answer }
  | { kind: 'committed' }
  | { kind: 'fault'; reason: string }

/** A meter that refused this often is not asked again: authentication locks up (SERR bit 8). */
export const REFUSED_SENDS_MAX = 12
/** Reads well and never takes the credit: after this many sends a person looks. */
export const SENDS_MAX = 60

export const loaded = (purchase: Purchase, books: Books): View => ({
  purchase,
  books,
  reading: null,
  suspected: null,
  noted: false,
  answer: null,
  fault: null,
})

const foreignIdentity = (books: Books, reading: WalletReading): HoldReason | null => {
  if (reading.customerNo !== books.customerNo) return 'customer-number'
  return reading.opened ? null : 'not-opened'
}

const doubtBeforeArming = (view: View, reading: WalletReading): HoldReason | null => {
  const { purchase, books } = view
  // Before its opening a meter may hold another's customer number or none.
  const identity = purchase.kind === 'open' ? null : foreignIdentity(books, reading)
  if (identity) return identity
  if (books.lastAssigned === null) return null
  const ahead = countAhead(reading.count, books.lastAssigned, books.countModulus)
  if (ahead !== 0) return ahead > 0 ? 'count-ahead' : 'count-behind'
  // An old reading, from before money was taken out, or somebody else's money.
  const { anchor, moneyStepFen } = books
  const tooMuch = anchor !== null && reading.balanceFen > anchor.balanceFen + moneyStepFen
  return tooMuch ? 'balance-above' : null
}

const doubtAboutMoney = (view: View, n: number, now: WalletReading): HoldReason | null => {
  const { purchase, books } = view
  const before = must(purchase.before, 'an armed purchase has its reading')
  const record = now.lastPurchase
  // An opening without money need not leave a record.
  const decides =
    record !== null && (purchase.amountFen > 0 || recordIsOf(record, n, books.countModulus))
  if (record !== null && decides) {
    const ours = { n, amountFen: purchase.amountFen }
    return recordFits(record, before, now, ours, books) ? null : 'record-mismatch'
  }
  return moneyFits(before, now, purchase.amountFen, books) ? null : 'money-mismatch'
}

const guarded = (books: Books): boolean =>
  books.replayGuard === 'counter' || books.replayGuard === 'order'

const doubtAboutSending = (view: View, now: WalletReading): HoldReason | null => {
  const { purchase, books, answer } = view
  const before = must(purchase.before, 'an armed purchase has its reading')
  // A meter that lost power between its two writes has the money and not the count.
  const rise = now.balanceFen - before.balanceFen
  if (rise > books.moneyStepFen) return 'money-without-count'
  if (!guarded(books) && purchase.sends > 0 && !view.noted) return 'no-replay-guard'
  const sendsMax = answer === 'refused' ? REFUSED_SENDS_MAX : SENDS_MAX
  return answer !== null && purchase.sends >= sendsMax ? 'not-taken' : null
}

const doubtWhenArmed = (view: View, n: number, now: WalletReading): HoldReason | null => {
  const { purchase, books } = view
  const ahead = countAhead(now.count, n, books.countModulus)
  const mustBeOurs = purchase.kind === 'recharge' || ahead === 0
  const identity = mustBeOurs ? foreignIdentity(books, now) : null
  if (identity) return identity
  if (ahead > 0) return 'count-ahead'
  if (ahead === 0) return doubtAboutMoney(view, n, now)
  return ahead === -1 ? doubtAboutSending(view, now) : 'count-behind'
}

const armOrders = (view: View, reading: WalletReading): Action => {
  const { baseCount, lastAssigned } = view.books
  const base = baseCount ?? reading.count
  return { do: 'arm', n: (lastAssigned ?? base) + 1, baseCount: base, before: reading }
}

const whenArmed = (view: View, n: number, reading: WalletReading): Action => {
  if (countAhead(reading.count, n, view.books.countModulus) === 0)
    return { do: 'settle', n, reading }
  if (view.answer !== null) return { do: 'wait', reason: 'not-taken' }
  return view.noted ? { do: 'send', n } : { do: 'note' }
}

/** The next step. A suspicion is confirmed by a second reading before it holds. */
export const decide = (view: View): Action => {
  const { purchase, books, reading } = view
  const { state } = purchase
  if (state !== 'QUEUED' && state !== 'ARMED') return { do: 'stop', reason: 'ended' }
  if (books.onHold) return { do: 'stop', reason: 'held' }
  if (!books.first) return { do: 'stop', reason: 'notFirst' }
  if (view.fault !== null) return { do: 'wait', reason: view.fault }
  if (reading === null) return { do: 'read', suspecting: null }
  const n = state === 'ARMED' ? must(purchase.n, 'an armed purchase has its number') : null
  const doubt = n === null ? doubtBeforeArming(view, reading) : doubtWhenArmed(view, n, reading)
  if (doubt !== null)
    return view.suspected === null
      ? { do: 'read', suspecting: doubt }
      : { do: 'hold', reason: doubt, reading }
  return n === null ? armOrders(view, reading) : whenArmed(view, n, reading)
}

const committed = (view: View, action: Action): View => {
  const { purchase, books } = view
  switch (action.do) {
    case 'arm':
      return {
        ...view,
        purchase: { ...purchase, state: 'ARMED', n: action.n, before: action.before },
        books: { ...books, baseCount: action.baseCount, lastAssigned: action.n },
      }
    case 'note':
      return { ...view, noted: true, purchase: { ...purchase, sends: purchase.sends + 1 } }
    case 'settle':
      return { ...view, purchase: { ...purchase, state: 'DELIVERED' } }
    case 'hold':
      return { ...view, purchase: { ...purchase, state: 'HOLD' } }
    default:
      return view
  }
}

/** What is known after an action and its result. */
export const observe = (view: View, action: Action, result: Result): View => {
  switch (result.kind) {
    case 'read': {
      const suspected = action.do === 'read' ? action.suspecting : null
      return { ...view, reading: result.reading, suspected }
    }
    case 'answered':
      return { ...view, answer: result.answer, noted: false, reading: null, suspected: null }
    case 'committed':
      return committed(view, action)
    case 'fault':
      return { ...view, fault: result.reason }
  }
}

/** What a transaction finds when it has locked the rows. */
export type Stored = {
  state: PurchaseState
  n: number | null
  sends: number
  lastAssigned: number | null
  onHold: boolean
  first: boolean
  /** The gateway's lease is still the one under which we read. */
  leased: boolean
}

/**
 * Whether a transaction may still do what was decided before it: the state is checked again under
 * lock, because another node may have been here meanwhile. Where not, it stops silently.
 */
export const stillRight = (stored: Stored, view: View, action: Action): boolean => {
  const { purchase, books } = view
  const same = stored.state === purchase.state && stored.n === purchase.n
  if (!same || stored.onHold || !stored.leased) return false
  if (action.do === 'arm') return stored.first && stored.lastAssigned === books.lastAssigned
  if (action.do === 'note') return guarded(books) || stored.sends === purchase.sends
  return true
}
