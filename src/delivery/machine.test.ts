import { describe, expect, test } from 'vitest'
import { fen } from '../ledger/money.ts'
import type { PurchaseRecord, WalletReading } from '../metering/driver.ts'
import { instant } from '../shared/clock.ts'
import { wh } from '../shared/energy.ts'
import {
  type Action,
  type Books,
  decide,
  loaded,
  observe,
  type Purchase,
  REFUSED_SENDS_MAX,
  SENDS_MAX,
  type Stored,
  stillRight,
  type View,
} from './machine.ts'

const OURS = '000100000007'

const reading = (count: number, balanceFen: number, more: Partial<WalletReading> = {}) => ({
  at: instant(0),
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

const record = (count: number, amount: number, before: number, after: number): PurchaseRecord => ({
  count,
  amountFen: fen(amount),
  beforeFen: fen(before),
  afterFen: fen(after),
})

const BOOKS: Books = {
  customerNo: OURS,
  baseCount: 3,
  lastAssigned: 7,
  countModulus: 65_536,
  dearestPriceE8: 100_000_000,
  moneyStepFen: 1,
  replayGuard: 'counter',
  onHold: false,
  first: true,
  anchor: null,
}

const QUEUED: Purchase = {
  state: 'QUEUED',
  kind: 'recharge',
  amountFen: 5_000,
  n: null,
  before: null,
  sends: 0,
}

/** Armed as number 8 when the meter held 2,000 fen and count 7. */
const ARMED: Purchase = { ...QUEUED, state: 'ARMED', n: 8, before: reading(7, 2_000) }
const ARMED_BOOKS: Books = { ...BOOKS, lastAssigned: 8 }

type Case = { when: string; view: Partial<View> & { books?: Books }; says: Partial<Action> }

const viewOf = (purchase: Purchase, books: Books, more: Partial<View>): View => ({
  ...loaded(purchase, books),
  ...more,
})

/** A doubt is read again first, and holds when the next reading says the same. */
const doubts = (purchase: Purchase, books: Books, more: Partial<View>, reason: string) => {
  const first = viewOf(purchase, books, more)
  const again = decide(first)
  expect(again).toEqual({ do: 'read', suspecting: reason })
  const now = first.reading
  if (now === null) throw new Error('a doubt is about a reading')
  const second = observe(first, again, { kind: 'read', reading: now })
  expect(decide(second)).toEqual({ do: 'hold', reason, reading: now })
}

describe('before arming', () => {
  const cases: Case[] = [
    { when: 'nothing was read', view: {}, says: { do: 'read', suspecting: null } },
    {
      when: 'the line failed',
      view: { fault: 'timeout' },
      says: { do: 'wait', reason: 'timeout' },
    },
    {
      when: 'the meter stands where the books say',
      view: { reading: reading(7, 2_000) },
      says: { do: 'arm', n: 8, baseCount: 3 },
    },
    {
      when: 'more is there than was ever known',
      view: { books: { ...BOOKS, anchor: { balanceFen: 1_900 } }, reading: reading(7, 2_000) },
      says: { do: 'read', suspecting: 'balance-above' },
    },
    {
      when: 'the meter is on hold',
      view: { books: { ...BOOKS, onHold: true } },
      says: { do: 'stop', reason: 'held' },
    },
    {
      when: 'an earlier sale is on its way',
      view: { books: { ...BOOKS, first: false } },
      says: { do: 'stop', reason: 'notFirst' },
    },
    {
      when: 'the count has wrapped in the meter',
      view: { books: { ...BOOKS, lastAssigned: 65_540 }, reading: reading(4, 2_000) },
      says: { do: 'arm', n: 65_541 },
    },
  ]
  test.each(cases)('when $when: $says.do', ({ view, says }) => {
    const { books = BOOKS, ...more } = view
    expect(decide(viewOf(QUEUED, books, more))).toMatchObject(says)
  })

  test('the first read of an epoch adopts the count of the meter', () => {
    const fresh = { ...BOOKS, baseCount: null, lastAssigned: null }
    const opening: Purchase = { ...QUEUED, kind: 'open', amountFen: 0 }
    const foreign = reading(41, 900, { customerNo: '000000000000', opened: false })
    expect(decide(viewOf(opening, fresh, { reading: foreign }))).toEqual({
      do: 'arm',
      n: 42,
      baseCount: 41,
      before: foreign,
    })
  })

  test.each([
    ['count-ahead', reading(8, 2_000)],
    ['count-behind', reading(6, 2_000)],
    ['customer-number', reading(7, 2_000, { customerNo: '000100000008' })],
    ['not-opened', reading(7, 2_000, { opened: false })],
  ])('a reading that says %s twice holds', (reason, seen) => {
    doubts(QUEUED, BOOKS, { reading: seen }, reason)
  })

  test('a single odd reading is forgotten when the next one fits', () => {
    const odd = viewOf(QUEUED, BOOKS, { reading: reading(6, 2_000) })
    const again = decide(odd)
    const sound = observe(odd, again, { kind: 'read', reading: reading(7, 2_000) })
    expect(decide(sound)).toMatchObject({ do: 'arm', n: 8 })
  })
})

describe('armed', () => {
  const cases: Case[] = [
    {
      when: 'the meter is one behind and the send is not counted',
      view: { reading: reading(7, 2_000) },
      says: { do: 'note' },
    },
    {
      when: 'the meter is one behind and the send is counted',
      view: { reading: reading(7, 2_000), noted: true },
      says: { do: 'send', n: 8 },
    },
    {
      when: 'it was sent, accepted, and the count has not moved',
      view: { reading: reading(7, 2_000), answer: 'accepted' },
      says: { do: 'wait', reason: 'not-taken' },
    },
    {
      when: 'it was refused and nothing was read back',
      view: { answer: 'refused' },
      says: { do: 'read', suspecting: null },
    },
    {
      when: 'it was accepted and nothing was read back',
      view: { answer: 'accepted' },
      says: { do: 'read', suspecting: null },
    },
    {
      when: 'count and money fit, though refused',
      view: { reading: reading(8, 7_000), answer: 'refused' },
      says: { do: 'settle', n: 8 },
    },
    {
      when: 'count and money fit after a restart',
      view: { reading: reading(8, 7_000) },
      says: { do: 'settle', n: 8 },
    },
    {
      when: '2 kWh were used meanwhile',
      view: { reading: reading(8, 6_800, { energyWh: wh(1_002_000) }) },
      says: { do: 'settle', n: 8 },
    },
    {
      when: 'the meter counts modulo its width',
      view: {
        books: { ...ARMED_BOOKS, countModulus: 8, lastAssigned: 8 },
        reading: reading(0, 7_000),
      },
      says: { do: 'settle', n: 8 },
    },
    {
      when: 'the purchase record is ours',
      view: { reading: reading(8, 7_000, { lastPurchase: record(8, 5_000, 2_000, 7_000) }) },
      says: { do: 'settle', n: 8 },
    },
  ]
  test.each(cases)('when $when: $says.do', ({ view, says }) => {
    const { books = ARMED_BOOKS, ...more } = view
    expect(decide(viewOf(ARMED, books, more))).toMatchObject(says)
  })

  test.each([
    ['count-ahead', reading(9, 7_000)],
    ['count-behind', reading(6, 2_000)],
    ['customer-number', reading(7, 2_000, { customerNo: '000100000008' })],
    ['not-opened', reading(7, 2_000, { opened: false })],
    ['money-mismatch', reading(8, 9_700)],
    ['money-mismatch', reading(8, 2_000)],
    ['money-mismatch', reading(8, 6_800, { energyWh: wh(1_001_000), at: instant(600_000) })],
    ['money-without-count', reading(7, 7_000)],
    ['record-mismatch', reading(8, 7_000, { lastPurchase: record(7, 5_000, 2_000, 7_000) })],
    ['record-mismatch', reading(8, 9_700, { lastPurchase: record(8, 7_700, 2_000, 9_700) })],
    ['record-mismatch', reading(8, 7_000, { lastPurchase: record(8, 5_000, 2_000, 9_000) })],
    ['record-mismatch', reading(8, 9_000, { lastPurchase: record(8, 5_000, 4_000, 9_000) })],
  ])('a reading that says %s twice holds', (reason, seen) => {
    doubts(ARMED, ARMED_BOOKS, { reading: seen }, reason)
  })

  test.each([
    ['refused', REFUSED_SENDS_MAX],
    ['none', SENDS_MAX],
  ] as const)('%s for the %i-th time, read back and not taken: held', (answer, sends) => {
    const more = { reading: reading(7, 2_000), answer }
    doubts({ ...ARMED, sends }, ARMED_BOOKS, more, 'not-taken')
    const earlier = viewOf({ ...ARMED, sends: sends - 1 }, ARMED_BOOKS, more)
    expect(decide(earlier)).toMatchObject({ do: 'wait' })
  })

  test.each(['none', 'absolute'] as const)(
    'a meter guarded by "%s" is sent to once and never again',
    (replayGuard) => {
      const books: Books = { ...ARMED_BOOKS, replayGuard }
      const before = { reading: reading(7, 2_000) }
      expect(decide(viewOf(ARMED, books, before))).toEqual({ do: 'note' })
      const sent = { ...ARMED, sends: 1 }
      const noted = viewOf(sent, books, { ...before, noted: true })
      expect(decide(noted)).toMatchObject({ do: 'send' })
      doubts(sent, books, before, 'no-replay-guard')
    },
  )

  test('an opening is delivered only under our customer number', () => {
    const opening: Purchase = { ...ARMED, kind: 'open' }
    const before = reading(7, 2_000, { customerNo: '999', opened: false })
    const ready = viewOf(opening, ARMED_BOOKS, { reading: before, noted: true })
    expect(decide(ready)).toMatchObject({ do: 'send' })
    const taken = reading(8, 7_000, { customerNo: '999' })
    doubts(opening, ARMED_BOOKS, { reading: taken }, 'customer-number')
  })

  test('an opening without money needs no purchase record', () => {
    const opening: Purchase = { ...ARMED, kind: 'open', amountFen: 0 }
    const seen = reading(8, 2_000, { lastPurchase: record(7, 300, 1_700, 2_000) })
    expect(decide(viewOf(opening, ARMED_BOOKS, { reading: seen }))).toMatchObject({ do: 'settle' })
  })

  test('what is known after a send is only what is read after it', () => {
    const sending = viewOf(ARMED, ARMED_BOOKS, { reading: reading(7, 2_000), noted: true })
    const after = observe(sending, decide(sending), { kind: 'answered', answer: 'accepted' })
    expect(after).toMatchObject({ reading: null, noted: false, answer: 'accepted' })
    expect(decide(after)).toEqual({ do: 'read', suspecting: null })
  })
})

test.each(['DELIVERED', 'HOLD', 'CANCELLED', 'VOID'] as const)('%s is left alone', (state) => {
  const more = { reading: reading(7, 2_000) }
  const ended = viewOf({ ...ARMED, state }, ARMED_BOOKS, more)
  expect(decide(ended)).toEqual({ do: 'stop', reason: 'ended' })
})

describe('in the transaction', () => {
  const arm: Action = { do: 'arm', n: 8, baseCount: 3, before: reading(7, 2_000) }
  const settleIt: Action = { do: 'settle', n: 8, reading: reading(8, 7_000) }
  const note: Action = { do: 'note' }
  const queued: Stored = {
    state: 'QUEUED',
    n: null,
    sends: 0,
    lastAssigned: 7,
    onHold: false,
    first: true,
    leased: true,
  }
  const armed: Stored = { ...queued, state: 'ARMED', n: 8, lastAssigned: 8, sends: 1 }
  const whenQueued = viewOf(QUEUED, BOOKS, {})
  const whenArmed = viewOf({ ...ARMED, sends: 1 }, ARMED_BOOKS, {})
  const unguarded = viewOf(ARMED, { ...ARMED_BOOKS, replayGuard: 'none' }, {})

  test.each<[string, Stored, View, Action, boolean]>([
    ['nothing has changed', queued, whenQueued, arm, true],
    ['another armed it', { ...queued, state: 'ARMED', n: 8 }, whenQueued, arm, false],
    ['another number was assigned', { ...queued, lastAssigned: 8 }, whenQueued, arm, false],
    ['an earlier sale waits', { ...queued, first: false }, whenQueued, arm, false],
    ['the meter was stopped', { ...queued, onHold: true }, whenQueued, arm, false],
    ['the lease was lost', { ...queued, leased: false }, whenQueued, arm, false],
    ['it was cancelled', { ...queued, state: 'CANCELLED' }, whenQueued, arm, false],
    ['it is still armed', armed, whenArmed, settleIt, true],
    ['another settled it', { ...armed, state: 'DELIVERED' }, whenArmed, settleIt, false],
    ['another held it', { ...armed, state: 'HOLD' }, whenArmed, settleIt, false],
    ['it was given another number', { ...armed, n: 9 }, whenArmed, settleIt, false],
    ['the lease was lost before settling', { ...armed, leased: false }, whenArmed, settleIt, false],
    ['another sent to a guarded meter', { ...armed, sends: 2 }, whenArmed, note, true],
    ['another sent to an unguarded meter', armed, unguarded, note, false],
  ])('%s', (_, stored, view, action, right) => {
    expect(stillRight(stored, view, action)).toBe(right)
  })
})
