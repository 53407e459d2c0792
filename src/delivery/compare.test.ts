import { expect, test } from 'vitest'
import { instant } from '../shared/clock.ts'
import { type ComparedBooks, compareMeter, type KnownUse, type Polled } from './compare.ts'

const MINUTE = 60_000
const SETTLED = instant(1_000 * MINUTE)
const later = (minutes: number) => instant(SETTLED + minutes * MINUTE)

// Settled with 10,000 fen in the meter, number 8, at 1 yuan per kWh.
const BOOKS: ComparedBooks = {
  customerNo: '000100000007',
  opened: true,
  inFlight: false,
  onHold: false,
  lastAssigned: 8,
  lastDelivered: 8,
  anchor: { at: SETTLED, balanceFen: 10_000, energyWh: 500_000 },
  moneyMoved: false,
  dearestPriceE8: 100_000_000,
  moneyStepFen: 1,
  countModulus: 65_536,
}

const POLLED: Polled = {
  at: later(3),
  balanceFen: 9_900,
  count: 8,
  customerNo: '000100000007',
  opened: true,
}

const known = (balanceFen: number, usedWh: number, energyLag = 0): KnownUse => ({
  balanceFen,
  balanceAt: later(30),
  energyWh: 500_000 + usedWh,
  energyAt: later(30 + energyLag),
})

type Row = {
  when: string
  books?: Partial<ComparedBooks>
  polled?: Partial<Polled>
  known?: KnownUse
  says: string | null
}

test.each<Row>([
  { when: 'everything fits', says: null },
  { when: 'the count is ahead', polled: { count: 9 }, says: 'count-ahead' },
  { when: 'the count is behind', polled: { count: 7 }, says: 'count-behind' },
  {
    when: 'the count has wrapped',
    books: { lastAssigned: 65_536, lastDelivered: 65_536 },
    polled: { count: 0 },
    says: null,
  },
  { when: 'the meter was reset', polled: { count: 0, balanceFen: 0 }, says: 'count-behind' },
  { when: 'the customer number is another', polled: { customerNo: '1' }, says: 'customer-number' },
  { when: 'the meter says not opened', polled: { opened: false }, says: 'not-opened' },
  { when: 'money came from nowhere', polled: { balanceFen: 10_002 }, says: 'balance-above' },
  { when: 'it is one step above', polled: { balanceFen: 10_001 }, says: null },
  { when: 'use explains the balance', known: known(5_000, 50_000), says: null },
  { when: 'a cheaper price does', known: known(8_000, 50_000), says: null },
  { when: 'cut fractions do', known: known(4_860, 50_000), says: null },
  { when: 'nothing explains it', known: known(4_800, 50_000), says: 'balance-below' },
  { when: 'money went without use', known: known(9_000, 0), says: 'balance-below' },
  { when: 'the register is older than the balance', known: known(4_000, 0, -20), says: null },
  {
    when: 'a refund was ordered since',
    books: { moneyMoved: true },
    known: known(0, 0),
    says: null,
  },
  {
    when: 'a purchase is armed',
    books: { inFlight: true, lastAssigned: 9 },
    polled: { count: 9, balanceFen: 15_000 },
    says: null,
  },
  {
    when: 'the meter is on hold already',
    books: { onHold: true },
    polled: { count: 12 },
    says: null,
  },
  {
    when: 'it is not opened yet',
    books: { opened: false },
    polled: { customerNo: '1', count: 44 },
    says: null,
  },
  {
    when: 'the reading is older than the settlement',
    polled: { at: later(-1), count: 7, balanceFen: 5_000 },
    says: null,
  },
  {
    when: 'the reading may have been cut in two by it',
    polled: { at: later(0.5), count: 7 },
    says: null,
  },
])('when $when: $says', ({ books, polled, known: use, says }) => {
  const mismatch = compareMeter({ ...BOOKS, ...books }, { ...POLLED, ...polled }, use ?? null)
  expect(mismatch?.reason ?? null).toBe(says)
})

test.each([
  [{ count: 9 }, true],
  [{ balanceFen: 20_000 }, true],
  [{ count: 7 }, false],
])('a value that an old reading can show must be seen twice: %o sure %s', (polled, sure) => {
  expect(compareMeter(BOOKS, { ...POLLED, ...polled }, null)).toMatchObject({ sure })
})
