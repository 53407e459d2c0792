import { describe, expect, test } from 'vitest'
import { comparisonOf, fits } from './evidence.ts'

const reading = {
  at: 1_795_000_000_000,
  balanceFen: 56_377,
  count: 4,
  customerNo: '000000000007',
  opened: true,
  energyWh: 5_500,
}

describe('a poll that does not fit', () => {
  const found = comparisonOf({
    reason: 'count-ahead',
    expected: { countMax: 3 },
    reading,
    anchor: { balanceFen: 48_600, energyWh: 5_000 },
    lastAssigned: 3,
    lastDelivered: 3,
  })
  test('shows the count the books allow at most', () =>
    expect(found.count).toEqual({ expected: { value: 3, bound: 'most' }, read: 4 }))
  test('shows the money last known for certain as the most there can be', () =>
    expect(found.balanceFen).toEqual({ expected: { value: 48_600, bound: 'most' }, read: 56_377 }))
  test('names the difference, and what was used meanwhile', () => {
    expect(found.differenceFen).toBe(7_777)
    expect(found.usedWh).toBe(500)
  })
  test('does not invent a customer number that the books did not name', () =>
    expect(found.customerNo).toEqual({ expected: null, read: '000000000007' }))
})

describe('a sale that stopped', () => {
  const evidence = {
    reason: 'record-mismatch',
    reading: {
      ...reading,
      lastPurchase: { count: 4, amountFen: 7_777, beforeFen: 48_600, afterFen: 56_377 },
    },
    before: { balanceFen: 48_600, energyWh: 5_500 },
    n: 4,
    amountFen: 10_000,
    customerNo: '000000000007',
    lastAssigned: 4,
  }
  const found = comparisonOf(evidence)
  test('expects its own number and its own money on top of what was there', () => {
    expect(found.count).toEqual({ expected: { value: 4, bound: 'is' }, read: 4 })
    expect(found.balanceFen.expected).toEqual({ value: 58_600, bound: 'most' })
  })
  test('lays its amount beside the record of the meter', () => {
    expect(found.sale).toEqual({ n: 4, amountFen: 10_000 })
    expect(found.record?.amountFen).toBe(7_777)
  })
  test('takes the difference from what was read before it was sent', () =>
    expect(found.differenceFen).toBe(7_777))
  test('without a reading before it no difference is made up', () =>
    expect(comparisonOf({ ...evidence, before: null }).differenceFen).toBeNull())
})

test('evidence of another shape compares nothing and contradicts nothing', () => {
  const found = comparisonOf({ reading: 'none', expected: 3 })
  expect(found.differenceFen).toBeNull()
  expect(fits(found.count)).toBe(true)
})

test.each([
  ['is', 3, 3, true],
  ['is', 3, 4, false],
  ['most', 3, 3, true],
  ['most', 3, 4, false],
  ['least', 3, 3, true],
  ['least', 3, 2, false],
] as const)('where %s %i was expected, %i fits: %s', (bound, value, read, answer) =>
  expect(fits<number>({ expected: { value, bound }, read })).toBe(answer),
)

describe('an order to give money back', () => {
  const evidence = {
    ...{ reason: 'reduction-mismatch', askedFen: 700, before: { balanceFen: 9_000 } },
    reading: {
      balanceFen: 8_000,
      lastRefund: { count: 4, amountFen: 700, beforeFen: 9_000, afterFen: 8_300 },
    },
  }
  test('lies beside the refund that the meter remembers', () => {
    expect(comparisonOf(evidence).refund).toEqual({
      askedFen: 700,
      record: { count: 4, amountFen: 700, beforeFen: 9_000, afterFen: 8_300 },
    })
  })
  test('is not there for a sale', () => {
    expect(comparisonOf({ reading: {} }).refund).toBeNull()
  })
})
