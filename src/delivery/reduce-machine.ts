// The reduction machine 减额状态机: what to do next about taking money out of a meter, as data. PURE.
// Nothing fences a repeat, so it is sent at most once, read back, and else held for a person:
// QUEUED → SENT(before) → DONE | HOLD; CANCELLED only from QUEUED. Explored in `explorer/`.

import type { ModelCapabilities } from '../metering/driver.ts'
import { must } from '../shared/assert.ts'
import { type Instant, plusMs } from '../shared/clock.ts'
import { BEING_TRIPPED } from '../work/waits.ts'
import { countAhead } from './count.ts'
import type { HoldReason } from './hold-reasons.ts'
import { loadMarginFen, tellableFen } from './load-margin.ts'
import { balanceRange, type FenRange, type MoneyRules, within } from './money-fits.ts'
import type { ReductionPurpose, ReductionState } from './reduction-store.ts'
import { byRefundRecord, type RecordVerdict, type Seen } from './refund-record.ts'

export type Reduction = {
  state: ReductionState
  purpose: ReductionPurpose
  /** Null: all that is left, less what may be used until the order is there. */
  wantedFen: number | null
  /** What the meter is told to give; null until it is sent. */
  askedFen: number | null
  /** What was read before it was sent. */
  before: Seen | null
  /** 0 or 1: counted before the byte leaves. */
  sends: number
  sentAt: Instant | null
}

/** What the books know of the meter, in its current epoch. */
export type ReductionBooks = MoneyRules & {
  customerNo: string
  /** The highest number ever assigned in the epoch, at least the count it began with. */
  lastAssigned: number | null
  reduce: ModelCapabilities['reduce']
  onHold: boolean
  /** A purchase is on its way into the meter: it ends first. */
  armed: boolean
  /** It is being switched off for this: under load it would keep a margin. */
  tripping: boolean
  /** What the meter held when it was last known for certain; null where unknown. */
  anchor: { balanceFen: number } | null
}

export type ReductionView = {
  reduction: Reduction
  books: ReductionBooks
  /** Read after whatever was sent; null when there is none. */
  reading: Seen | null
  /** What the reading before this one made us suspect; two in a row hold. */
  suspected: HoldReason | null
  /** The one send is counted, by this walk, and not made yet. */
  maySend: boolean
  fault: string | null
}

export type ReductionAction =
  | { do: 'read'; suspecting: HoldReason | null }
  /** SENT, durably, before the byte leaves. */
  | { do: 'prepare'; before: Seen; askedFen: number }
  | { do: 'send'; amountFen: number }
  | { do: 'done'; takenFen: number; before: Seen; reading: Seen }
  /** Nothing was sent and nothing will be: the meter holds less than is wanted. */
  | { do: 'cancel'; reason: 'not-enough'; reading: Seen }
  | { do: 'hold'; reason: HoldReason; reading: Seen }
  | { do: 'wait'; reason: string }
  | { do: 'stop'; reason: 'ended' | 'held' | 'armed' }

export type ReductionResult =
  | { kind: 'read'; reading: Seen }
  /** The send was made; its answer decides nothing (INV-14, INV-16). */
  | { kind: 'sent' }
  | { kind: 'committed'; at: Instant }
  | { kind: 'fault'; reason: string }

/** A frame may still be under way: only after this long is unfallen money a suspicion. */
export const NOT_TAKEN_AFTER_MS = 60_000

export const loadedReduction = (reduction: Reduction, books: ReductionBooks): ReductionView => ({
  reduction,
  books,
  reading: null,
  suspected: null,
  maySend: false,
  fault: null,
})

/** What was asked for, once it is sent. */
export const amountOf = ({ askedFen }: Pick<Reduction, 'askedFen'>): number =>
  must(askedFen, 'what is sent has its amount')

/** All, less what may be used meanwhile; nothing where so little could not be told from use. */
const allOf = (books: ReductionBooks, reading: Seen): number => {
  if (books.reduce === 'reinitialise') return reading.remainingFen
  const askedFen = reading.remainingFen - loadMarginFen(reading.load ?? null, books)
  const leastFen = reading.lastRefund === undefined ? tellableFen(books) : 1
  return askedFen < leastFen ? 0 : askedFen
}

const foreignIdentity = (books: ReductionBooks, reading: Seen): HoldReason | null => {
  if (reading.customerNo !== books.customerNo) return 'customer-number'
  return reading.opened ? null : 'not-opened'
}

const doubtBeforeSending = (books: ReductionBooks, reading: Seen): HoldReason | null => {
  const identity = foreignIdentity(books, reading)
  if (identity) return identity
  const { lastAssigned, anchor } = books
  const ahead =
    lastAssigned === null ? 0 : countAhead(reading.count, lastAssigned, books.countModulus)
  if (ahead !== 0) return ahead > 0 ? 'count-ahead' : 'count-behind'
  // More than was ever known to be there: an old reading, or somebody else's money.
  const tooMuch = anchor !== null && reading.balanceFen > anchor.balanceFen + books.moneyStepFen
  return tooMuch ? 'balance-above' : null
}

type Verdict = 'taken' | HoldReason

const byMoney = (balanceFen: number, taken: FenRange, still: FenRange): Verdict => {
  const isTaken = within(balanceFen, taken)
  const isThere = within(balanceFen, still)
  // So little that use may have done it: nobody can tell from the balance.
  if (isTaken && isThere) return 'reduction-unclear'
  if (isTaken) return 'taken'
  return isThere ? 'reduction-not-seen' : 'reduction-mismatch'
}

/** The record decides what the balance leaves open, and never against the balance. */
const withRecord = (money: Verdict, record: RecordVerdict): Verdict => {
  const unclear = money === 'reduction-unclear'
  switch (record) {
    case 'ours':
      return money === 'taken' || unclear ? 'taken' : 'reduction-mismatch'
    case 'none':
      return unclear ? 'reduction-not-seen' : money
    case 'other':
      return 'reduction-mismatch'
    case 'missing':
      return money
  }
}

const afterRefund = (view: ReductionView, now: Seen): Verdict => {
  const { reduction, books } = view
  const before = must(reduction.before, 'a sent reduction has its reading')
  const identity = foreignIdentity(books, now)
  if (identity) return identity
  // No source says whether a refund moves the purchase count: some makers may count it.
  const ahead = countAhead(now.count, before.count, books.countModulus)
  if (ahead < 0) return 'count-behind'
  if (ahead > 1) return 'count-ahead'
  if (now.energyWh < before.energyWh) return 'reduction-mismatch'
  const askedFen = amountOf(reduction)
  const taken = balanceRange(before, now, -askedFen, books)
  const money = byMoney(now.balanceFen, taken, balanceRange(before, now, 0, books))
  const verdict = withRecord(money, byRefundRecord(before, now, askedFen, books))
  return ahead === 1 && verdict === 'reduction-not-seen' ? 'count-ahead' : verdict
}

/** The wallet set to nothing and its count to zero; some makers zero the energy as well. */
const afterInitialising = (view: ReductionView, now: Seen): Verdict => {
  const { reduction, books } = view
  const before = must(reduction.before, 'a sent reduction has its reading')
  if (now.count !== 0)
    return now.count === before.count ? 'reduction-not-seen' : 'reduction-mismatch'
  const zeroed = now.energyWh < before.energyWh
  const since = { ...before, balanceFen: 0, energyWh: zeroed ? 0 : before.energyWh }
  const taken = balanceRange(since, now, 0, books)
  if (zeroed) return within(now.balanceFen, taken) ? 'taken' : 'reduction-mismatch'
  return byMoney(now.balanceFen, taken, balanceRange(before, now, 0, books))
}

const whenQueued = (view: ReductionView, reading: Seen): ReductionAction => {
  const { reduction, books } = view
  const doubt = doubtBeforeSending(books, reading)
  if (doubt !== null) return confirm(view, doubt, reading)
  const { wantedFen, purpose } = reduction
  const askedFen = wantedFen ?? allOf(books, reading)
  const paidOut = purpose === 'refund' || purpose === 'reversal'
  if (reading.remainingFen < askedFen || (askedFen === 0 && paidOut))
    return { do: 'cancel', reason: 'not-enough', reading }
  if (askedFen === 0) return { do: 'done', takenFen: 0, before: reading, reading }
  return { do: 'prepare', before: reading, askedFen }
}

const whenSent = (view: ReductionView, reading: Seen): ReductionAction => {
  const { reduction, books } = view
  const before = must(reduction.before, 'a sent reduction has its reading')
  const verdict =
    books.reduce === 'reinitialise' ? afterInitialising(view, reading) : afterRefund(view, reading)
  if (verdict === 'taken') return { do: 'done', takenFen: amountOf(reduction), before, reading }
  const sentAt = must(reduction.sentAt, 'a sent reduction has its time')
  const early = reading.at < plusMs(sentAt, NOT_TAKEN_AFTER_MS)
  if (early && verdict === 'reduction-not-seen') return { do: 'wait', reason: 'not-taken' }
  return confirm(view, verdict, reading)
}

/** A suspicion is confirmed by a second reading before it holds. */
const confirm = (view: ReductionView, doubt: HoldReason, reading: Seen): ReductionAction =>
  view.suspected === null
    ? { do: 'read', suspecting: doubt }
    : { do: 'hold', reason: doubt, reading }

/** The next step. */
export const decideReduction = (view: ReductionView): ReductionAction => {
  const { reduction, books, reading } = view
  const { state } = reduction
  if (state !== 'QUEUED' && state !== 'SENT') return { do: 'stop', reason: 'ended' }
  if (books.onHold) return { do: 'stop', reason: 'held' }
  if (state === 'QUEUED' && books.armed) return { do: 'stop', reason: 'armed' }
  if (state === 'QUEUED' && books.tripping) return { do: 'wait', reason: BEING_TRIPPED }
  if (view.fault !== null) return { do: 'wait', reason: view.fault }
  if (view.maySend) return { do: 'send', amountFen: amountOf(reduction) }
  if (reading === null) return { do: 'read', suspecting: null }
  return state === 'QUEUED' ? whenQueued(view, reading) : whenSent(view, reading)
}

const committed = (view: ReductionView, action: ReductionAction, at: Instant): ReductionView => {
  const { reduction, books } = view
  switch (action.do) {
    case 'prepare': {
      const { before, askedFen } = action
      const sent = { state: 'SENT', before, askedFen, sends: 1, sentAt: at } as const
      return { ...view, maySend: true, reduction: { ...reduction, ...sent } }
    }
    case 'done':
      return { ...view, reduction: { ...reduction, state: 'DONE' } }
    case 'cancel':
      return { ...view, reduction: { ...reduction, state: 'CANCELLED' } }
    case 'hold':
      return {
        ...view,
        books: { ...books, onHold: true },
        // Before anything was sent the meter stops and the reduction waits.
        reduction: { ...reduction, state: reduction.sends > 0 ? 'HOLD' : 'QUEUED' },
      }
    default:
      return view
  }
}

/** What is known after an action and its result. */
export const observeReduction = (
  view: ReductionView,
  action: ReductionAction,
  result: ReductionResult,
): ReductionView => {
  switch (result.kind) {
    case 'read': {
      const suspected = action.do === 'read' ? action.suspecting : null
      return { ...view, reading: result.reading, suspected }
    }
    case 'sent':
      return { ...view, maySend: false, reading: null, suspected: null }
    case 'committed':
      return committed(view, action, result.at)
    case 'fault':
      return { ...view, fault: result.reason }
  }
}

/** What a transaction finds when it has locked the rows. */
export type StoredReduction = {
  state: ReductionState
  sends: number
  onHold: boolean
  armed: boolean
  leased: boolean
}

/** Whether a transaction may still do what was decided before it; where not, it stops silently. */
export const reductionStillRight = (
  stored: StoredReduction,
  view: ReductionView,
  action: ReductionAction,
): boolean => {
  const { state, sends } = view.reduction
  const same = stored.state === state && stored.sends === sends
  if (!same || stored.onHold || !stored.leased) return false
  return action.do === 'prepare' ? !stored.armed && stored.sends === 0 : true
}
