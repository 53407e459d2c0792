import { expect, test } from 'vitest'
import { fen } from '../ledger/money.ts'
import { instant } from '../shared/clock.ts'
import { wh } from '../shared/energy.ts'
import { byRefundRecord, type RecordVerdict, type Seen } from './refund-record.ts'

const RULES = { dearestPriceE8: 100_000_000, moneyStepFen: 1, countModulus: 65_536 }
const ASKED_FEN = 5

const seen = (balanceFen: number, lastRefund: Seen['lastRefund'], atMs = 0): Seen => ({
  at: instant(atMs),
  ...{ remainingFen: fen(balanceFen), overdraftFen: fen(0), balanceFen: fen(balanceFen) },
  ...{ count: 7, customerNo: '000100000007', opened: true, energyWh: wh(1_000_000) },
  lastPurchase: null,
  ...(lastRefund !== undefined && { lastRefund }),
})

const record = (count: number, beforeFen = 8_000, amountFen = ASKED_FEN, afterFen?: number) => ({
  ...{ count, amountFen: fen(amountFen), beforeFen: fen(beforeFen) },
  afterFen: fen(afterFen ?? beforeFen - amountFen),
})

const WAS = record(3, 9_000, 700)

test.each<[string, Seen['lastRefund'], Seen['lastRefund'], RecordVerdict]>([
  ['the next one is of our order', WAS, record(4), 'ours'],
  ['a fen was used before it', WAS, record(4, 7_999), 'ours'],
  ['the first one of all is ours', null, record(1), 'ours'],
  ['its count wraps at four digits', { ...WAS, count: 9_999 }, record(0), 'ours'],
  ['its count wraps at two bytes', { ...WAS, count: 65_535 }, record(0), 'ours'],
  ['the same one still', WAS, WAS, 'none'],
  ['none before and none now', null, null, 'none'],
  ['another amount', WAS, record(4, 8_000, 6), 'other'],
  ['it began from another balance', WAS, record(4, 8_300), 'other'],
  ['it gave more than it says', WAS, record(4, 8_000, ASKED_FEN, 7_000), 'other'],
  ['two were written', WAS, record(5, 7_995), 'other'],
  ['two were written, the first ever', null, record(2, 7_995), 'other'],
  ['its count went back', WAS, record(2), 'other'],
  ['they are gone', WAS, null, 'other'],
  ['it was not read before', undefined, record(4), 'missing'],
  ['it was not read after', WAS, undefined, 'missing'],
])('a record as evidence: %s', (_, was, is, verdict) => {
  const [before, now] = [seen(8_000, was), seen(7_995, is, 60_000)]
  expect(byRefundRecord(before, now, ASKED_FEN, RULES)).toBe(verdict)
})
