import { describe, expect, test } from 'vitest'
import { fen } from '../ledger/money.ts'
import { instant } from '../shared/clock.ts'
import { wh } from '../shared/energy.ts'
import {
  decideReduction,
  loadedReduction,
  NOT_TAKEN_AFTER_MS,
  observeReduction,
  type Reduction,
  type ReductionAction,
  type ReductionBooks,
  type ReductionView,
  reductionStillRight,
  type StoredReduction,
} from './reduce-machine.ts'
import type { Seen } from './refund-record.ts'

const OURS = '000100000007'
const LATER = instant(NOT_TAKEN_AFTER_MS)

const reading = (count: number, balanceFen: number, more: Partial<Seen> = {}) => ({
  at: LATER,
  remainingFen: fen(Math.max(0, balanceFen)),
  overdraftFen: fen(Math.max(0, -balanceFen)),
  balanceFen: fen(balanceFen),
  count,
  customerNo: OURS,
  opened: true,
  energyWh: wh(1_000_000),
  lastPurchase: null,
  ...more,
})

const BOOKS: ReductionBooks = {
  customerNo: OURS,
  lastAssigned: 7,
  countModulus: 65_536,
  dearestPriceE8: 100_000_000,
  moneyStepFen: 1,
  reduce: 'refund',
  onHold: false,
  armed: false,
  tripping: false,
  anchor: { balanceFen: 9_000 },
}

const QUEUED: Reduction = {
  state: 'QUEUED',
  purpose: 'refund',
  wantedFen: 5_000,
  askedFen: null,
  before: null,
  sends: 0,
  sentAt: null,
}
const ALL = { wantedFen: null, purpose: 'close' } as const
const TRIPPED = { relay: 'tripped', powerW: 0 } as const
const BEFORE = reading(7, 8_000, { at: instant(0) })
const SENT: Reduction = {
  ...QUEUED,
  ...{ state: 'SENT', askedFen: 5_000, before: BEFORE, sends: 1, sentAt: instant(0) },
}

const viewOf = (
  reduction: Reduction,
  more: Partial<ReductionView> = {},
  books: ReductionBooks = BOOKS,
): ReductionView => ({ ...loadedReduction(reduction, books), ...more })

type Case = {
  when: string
  reduction?: Partial<Reduction>
  view?: Partial<ReductionView>
  books?: Partial<ReductionBooks>
  says: Partial<ReductionAction> & { do: ReductionAction['do'] }
}

const says = (base: Reduction, { reduction, view, books }: Case): ReductionAction =>
  decideReduction(viewOf({ ...base, ...reduction }, view, { ...BOOKS, ...books }))

const suspecting = (balanceFen: number, count = 7, more: Partial<Seen> = {}) => ({
  reading: reading(count, balanceFen, more),
  suspected: 'reduction-mismatch' as const,
})

const waits = (reason: string) => ({ do: 'wait', reason }) as const

describe('a queued reduction', () => {
  const cases: Case[] = [
    { when: 'nothing was read yet', says: { do: 'read', suspecting: null } },
    { when: 'the meter is on hold', books: { onHold: true }, says: { do: 'stop', reason: 'held' } },
    {
      when: 'a purchase is on its way into the meter',
      books: { armed: true },
      says: { do: 'stop', reason: 'armed' },
    },
    {
      when: 'the meter is being switched off first, whatever it shows',
      view: { reading: reading(7, 8_000, { load: TRIPPED }) },
      books: { tripping: true },
      says: waits('tripping'),
    },
    { when: 'the meter is silent', view: { fault: 'timeout' }, says: waits('timeout') },
    {
      when: 'the money is there',
      view: { reading: reading(7, 8_000) },
      says: { do: 'prepare', before: reading(7, 8_000), askedFen: 5_000 },
    },
    {
      when: 'there is less than is wanted: never a part',
      view: { reading: reading(7, 4_999) },
      says: { do: 'cancel', reason: 'not-enough' },
    },
    {
      when: 'all is wanted and nothing is left',
      reduction: ALL,
      view: { reading: reading(7, 0) },
      says: { do: 'done', takenFen: 0 },
    },
    {
      when: 'all is wanted and the tenant owes',
      reduction: ALL,
      view: { reading: reading(7, -300) },
      says: { do: 'done', takenFen: 0 },
    },
    {
      when: 'all is to be paid out and nothing is left',
      reduction: { ...ALL, purpose: 'refund' },
      view: { reading: reading(7, 0) },
      says: { do: 'cancel', reason: 'not-enough' },
    },
    {
      when: 'all is wanted of a meter that is tripped',
      reduction: ALL,
      view: { reading: reading(7, 8_000, { load: TRIPPED }) },
      says: { do: 'prepare', askedFen: 8_000 },
    },
    {
      when: 'all is wanted under load: less what 12 kW use in a minute at 1 yuan, and a step',
      reduction: ALL,
      view: { reading: reading(7, 8_000, { load: { relay: 'closed', powerW: 1_000 } }) },
      says: { do: 'prepare', askedFen: 7_979 },
    },
    {
      when: 'all is wanted and is too little to be told from use',
      reduction: ALL,
      view: { reading: reading(7, 12, { load: TRIPPED }) },
      says: { do: 'done', takenFen: 0 },
    },
    {
      when: 'it is as little, and the meter keeps a record',
      reduction: ALL,
      view: { reading: reading(7, 12, { load: TRIPPED, lastRefund: null }) },
      says: { do: 'prepare', askedFen: 12 },
    },
    {
      when: 'the wallet is initialised: whatever is in it',
      reduction: ALL,
      books: { reduce: 'reinitialise' },
      view: { reading: reading(7, 8_000) },
      says: { do: 'prepare', askedFen: 8_000 },
    },
    {
      when: 'another customer is in the meter',
      view: { reading: reading(7, 8_000, { customerNo: '000000000001' }) },
      says: { do: 'read', suspecting: 'customer-number' },
    },
    {
      when: 'the count is ahead of the books',
      view: { reading: reading(8, 8_000) },
      says: { do: 'read', suspecting: 'count-ahead' },
    },
    {
      when: 'the count is behind, seen twice',
      view: { ...suspecting(8_000, 6), suspected: 'count-behind' },
      says: { do: 'hold', reason: 'count-behind' },
    },
    {
      when: 'more is there than was ever known',
      view: { reading: reading(7, 9_100) },
      says: { do: 'read', suspecting: 'balance-above' },
    },
  ]
  test.each(cases)('when $when: $says.do', (each) => {
    expect(says(QUEUED, each)).toMatchObject(each.says)
  })
})

describe('a sent reduction', () => {
  const cases: Case[] = [
    { when: 'it is found after a crash', says: { do: 'read', suspecting: null } },
    { when: 'the relay is ordered again', books: { tripping: true }, says: { do: 'read' } },
    {
      when: 'it was counted in this walk',
      view: { maySend: true },
      says: { do: 'send', amountFen: 5_000 },
    },
    {
      when: 'the money fell by the amount',
      view: { reading: reading(7, 3_000) },
      says: { do: 'done', takenFen: 5_000 },
    },
    {
      when: 'it fell by the amount and by what was used',
      view: { reading: reading(7, 2_900, { energyWh: wh(1_001_000) }) },
      says: { do: 'done', takenFen: 5_000 },
    },
    {
      when: 'the maker counts it as a purchase',
      view: { reading: reading(8, 3_000) },
      says: { do: 'done', takenFen: 5_000 },
    },
    {
      when: 'all was wanted and the meter is empty',
      reduction: { wantedFen: null, askedFen: 8_000 },
      view: { reading: reading(7, 0) },
      says: { do: 'done', takenFen: 8_000 },
    },
    {
      when: 'nothing fell and the frame may be under way',
      view: { reading: reading(7, 8_000, { at: instant(NOT_TAKEN_AFTER_MS - 1) }) },
      says: waits('not-taken'),
    },
    {
      when: 'nothing fell',
      view: { reading: reading(7, 8_000) },
      says: { do: 'read', suspecting: 'reduction-not-seen' },
    },
    {
      when: 'nothing fell, seen twice',
      view: suspecting(8_000),
      says: { do: 'hold', reason: 'reduction-not-seen' },
    },
    {
      when: 'it was taken twice',
      reduction: { askedFen: 3_000 },
      view: suspecting(2_000),
      says: { do: 'hold', reason: 'reduction-mismatch' },
    },
    {
      when: 'somebody loaded the meter meanwhile',
      view: suspecting(13_000, 8),
      says: { do: 'hold', reason: 'reduction-mismatch' },
    },
    {
      when: 'use may have done it as well',
      reduction: { askedFen: 5 },
      view: suspecting(7_995),
      says: { do: 'hold', reason: 'reduction-unclear' },
    },
    {
      when: 'the register went back',
      view: suspecting(3_000, 7, { energyWh: wh(10) }),
      says: { do: 'hold', reason: 'reduction-mismatch' },
    },
    {
      when: 'the meter was reset',
      view: suspecting(0, 0),
      says: { do: 'hold', reason: 'count-behind' },
    },
    { when: 'the meter does not answer', view: { fault: 'timeout' }, says: waits('timeout') },
  ]
  test.each(cases)('when $when: $says.do', (each) => {
    expect(says(SENT, each)).toMatchObject(each.says)
  })
})

describe('a sent reduction of a meter that keeps records', () => {
  const WAS = { count: 3, amountFen: fen(700), beforeFen: fen(9_000), afterFen: fen(8_300) }
  const record = (amountFen: number) => ({
    ...{ count: 4, amountFen: fen(amountFen) },
    ...{ beforeFen: fen(8_000), afterFen: fen(8_000 - amountFen) },
  })
  const kept = (balanceFen: number, lastRefund: Seen['lastRefund']) => ({
    reading: reading(7, balanceFen, { lastRefund }),
    suspected: 'reduction-mismatch' as const,
  })
  const cases: Case[] = [
    {
      when: 'so little fell that use may have done it, and the record is ours',
      reduction: { askedFen: 5 },
      view: kept(7_995, record(5)),
      says: { do: 'done', takenFen: 5 },
    },
    {
      when: 'so little fell and there is no new record',
      reduction: { askedFen: 5 },
      view: kept(7_995, WAS),
      says: { do: 'hold', reason: 'reduction-not-seen' },
    },
    {
      when: 'it fell by the amount and the record was not written',
      view: kept(3_000, WAS),
      says: { do: 'done', takenFen: 5_000 },
    },
    {
      when: 'the record is ours and the money is there',
      view: kept(8_000, record(5_000)),
      says: { do: 'hold', reason: 'reduction-mismatch' },
    },
    {
      when: 'the record is another’s',
      view: kept(3_000, record(4_999)),
      says: { do: 'hold', reason: 'reduction-mismatch' },
    },
  ]
  test.each(cases)('when $when: $says.do', (each) => {
    const before = { ...BEFORE, lastRefund: WAS }
    const reduction = { ...each.reduction, before }
    expect(says(SENT, { ...each, reduction })).toMatchObject(each.says)
  })
})

describe('an initialised wallet', () => {
  const all = { wantedFen: null, askedFen: 8_000 }
  const books = { reduce: 'reinitialise' } as const
  const cases: Case[] = [
    {
      when: 'it is empty and its count is zero',
      view: { reading: reading(0, 0, { opened: false, customerNo: '000000000000' }) },
      says: { do: 'done', takenFen: 8_000 },
    },
    {
      when: 'its energy was cleared too',
      view: { reading: reading(0, 0, { energyWh: wh(0) }) },
      says: { do: 'done', takenFen: 8_000 },
    },
    {
      when: 'nothing happened, seen twice',
      view: suspecting(8_000),
      says: { do: 'hold', reason: 'reduction-not-seen' },
    },
    {
      when: 'the count is zero and money is left',
      view: suspecting(4_000, 0),
      says: { do: 'hold', reason: 'reduction-mismatch' },
    },
  ]
  test.each(cases)('when $when: $says.do', (each) => {
    expect(says(SENT, { ...each, reduction: all, books })).toMatchObject(each.says)
  })
})

describe('what is known after an action', () => {
  test('preparing allows one send, and only to the walk that prepared', () => {
    const view = viewOf(QUEUED, { reading: BEFORE })
    const prepared = observeReduction(
      view,
      { do: 'prepare', before: BEFORE, askedFen: 5_000 },
      { kind: 'committed', at: instant(5) },
    )
    expect(prepared).toMatchObject({
      maySend: true,
      reduction: { state: 'SENT', askedFen: 5_000, sends: 1, sentAt: 5 },
    })
    const sent = observeReduction(prepared, { do: 'send', amountFen: 1 }, { kind: 'sent' })
    expect(sent).toMatchObject({ maySend: false, reading: null })
    expect(loadedReduction(sent.reduction, BOOKS).maySend).toBe(false)
  })

  test.each([
    [QUEUED, 'QUEUED'],
    [SENT, 'HOLD'],
  ])('a hold stops the meter; only what was sent is held itself', (reduction, state) => {
    const held = observeReduction(
      viewOf(reduction),
      { do: 'hold', reason: 'count-ahead', reading: BEFORE },
      { kind: 'committed', at: LATER },
    )
    expect(held).toMatchObject({ books: { onHold: true }, reduction: { state } })
  })
})

describe('under lock', () => {
  const stored: StoredReduction = {
    state: 'QUEUED',
    sends: 0,
    onHold: false,
    armed: false,
    leased: true,
  }
  const prepare = { do: 'prepare', before: BEFORE, askedFen: 5_000 } as const
  const done = { do: 'done', takenFen: 1, before: BEFORE, reading: BEFORE } as const
  test.each<[string, Partial<StoredReduction>, ReductionAction, boolean]>([
    ['nothing has changed', {}, prepare, true],
    ['another node has sent it', { state: 'SENT', sends: 1 }, prepare, false],
    ['it was cancelled', { state: 'CANCELLED' }, prepare, false],
    ['the meter was stopped', { onHold: true }, prepare, false],
    ['the lease is gone', { leased: false }, done, false],
    ['a purchase was armed', { armed: true }, prepare, false],
    ['an end does not ask for what is armed', { armed: true }, done, true],
  ])('when %s', (_, change, action, right) => {
    expect(reductionStillRight({ ...stored, ...change }, viewOf(QUEUED), action)).toBe(right)
  })
})
