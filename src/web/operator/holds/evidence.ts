// The evidence of a held meter 挂起证据 as a comparison: what the books expected, what was read, and
// whether the two fit. What the evidence does not hold stays null and is never guessed.

type Part = Record<string, unknown>

/** Books rarely know a balance exactly: use lowers it, so they know the most or the least. */
export type Expected<Value> = { value: Value; bound: 'is' | 'most' | 'least' }
export type Compared<Value> = { expected: Expected<Value> | null; read: Value | null }
export type PurchaseRecord = {
  count: number | null
  amountFen: number | null
  beforeFen: number | null
  afterFen: number | null
}

export type Comparison = {
  /** When the meter was read, ms since 1970. */
  readAtMs: number | null
  count: Compared<number>
  balanceFen: Compared<number>
  customerNo: Compared<string>
  opened: Compared<boolean>
  /** The meter's newest purchase record, and the sale it should be about. */
  record: PurchaseRecord | null
  sale: { n: number | null; amountFen: number } | null
  /** The newest refund record, and what our order asked for; null: nothing was taken out. */
  refund: { askedFen: number; record: PurchaseRecord | null } | null
  /** What the meter measured since the balance was last known for certain. */
  usedWh: number | null
  /** Read minus what was last known for certain: what somebody else loaded, less the use since. */
  differenceFen: number | null
}

const isPart = (value: unknown): value is Part =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const partIn = (whole: Part, key: string): Part => {
  const value = whole[key]
  return isPart(value) ? value : {}
}
const numberIn = (part: Part, key: string): number | null => {
  const value = part[key]
  return typeof value === 'number' ? value : null
}
const textIn = (part: Part, key: string): string | null => {
  const value = part[key]
  return typeof value === 'string' ? value : null
}
const booleanIn = (part: Part, key: string): boolean | null => {
  const value = part[key]
  return typeof value === 'boolean' ? value : null
}

const bounded = <Value>(
  value: Value | null,
  bound: Expected<Value>['bound'],
): Expected<Value> | null => (value === null ? null : { value, bound })

const minus = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : a - b

const expectedCount = (evidence: Part, expected: Part) =>
  bounded(numberIn(expected, 'countMax'), 'most') ??
  bounded(numberIn(expected, 'countMin'), 'least') ??
  bounded(numberIn(evidence, 'n') ?? numberIn(evidence, 'lastAssigned'), 'is')

// A sale with a number was sent, so it may be in the meter beside what was there before.
const expectedBalance = (evidence: Part, expected: Part, knownFen: number | null) => {
  const sentFen = numberIn(evidence, 'n') === null ? null : numberIn(evidence, 'amountFen')
  return (
    bounded(numberIn(expected, 'balanceMaxFen'), 'most') ??
    bounded(numberIn(expected, 'balanceMinFen'), 'least') ??
    bounded(knownFen === null ? null : knownFen + (sentFen ?? 0), 'most')
  )
}

const recordOf = (record: Part): PurchaseRecord | null =>
  Object.keys(record).length === 0
    ? null
    : {
        count: numberIn(record, 'count'),
        amountFen: numberIn(record, 'amountFen'),
        beforeFen: numberIn(record, 'beforeFen'),
        afterFen: numberIn(record, 'afterFen'),
      }

const saleOf = (evidence: Part): Comparison['sale'] => {
  const amountFen = numberIn(evidence, 'amountFen')
  return amountFen === null ? null : { n: numberIn(evidence, 'n'), amountFen }
}

const refundOf = (evidence: Part): Comparison['refund'] => {
  const askedFen = numberIn(evidence, 'askedFen')
  const record = partIn(partIn(evidence, 'reading'), 'lastRefund')
  return askedFen === null ? null : { askedFen, record: recordOf(record) }
}

export const comparisonOf = (evidence: Part): Comparison => {
  const reading = partIn(evidence, 'reading')
  const expected = partIn(evidence, 'expected')
  const before = partIn(evidence, 'before')
  // Certain is what was read before our sale was sent; otherwise the last settlement or release.
  const known = numberIn(before, 'balanceFen') === null ? partIn(evidence, 'anchor') : before
  const knownFen = numberIn(known, 'balanceFen')
  const balanceFen = numberIn(reading, 'balanceFen')
  return {
    readAtMs: numberIn(reading, 'at'),
    count: { expected: expectedCount(evidence, expected), read: numberIn(reading, 'count') },
    balanceFen: { expected: expectedBalance(evidence, expected, knownFen), read: balanceFen },
    customerNo: {
      expected: bounded(textIn(expected, 'customerNo') ?? textIn(evidence, 'customerNo'), 'is'),
      read: textIn(reading, 'customerNo'),
    },
    opened: {
      expected: bounded(booleanIn(expected, 'opened'), 'is'),
      read: booleanIn(reading, 'opened'),
    },
    record: recordOf(partIn(reading, 'lastPurchase')),
    sale: saleOf(evidence),
    refund: refundOf(evidence),
    usedWh: minus(numberIn(reading, 'energyWh'), numberIn(known, 'energyWh')),
    differenceFen: minus(balanceFen, knownFen),
  }
}

type Known = number | string | boolean

/** False only where both sides are known and contradict each other. */
export const fits = <Value extends Known>({ expected, read }: Compared<Value>): boolean => {
  if (expected === null || read === null) return true
  if (expected.bound === 'is') return read === expected.value
  return expected.bound === 'most' ? read <= expected.value : read >= expected.value
}
