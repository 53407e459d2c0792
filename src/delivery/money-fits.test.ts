import { expect, test } from 'vitest'
import { fen } from '../ledger/money.ts'
import { instant } from '../shared/clock.ts'
import { wh } from '../shared/energy.ts'
import { countAhead, countOnWire, unwrapCount } from './count.ts'
import { dearestUseFen, moneyFits, recordFits } from './money-fits.ts'

// 1 yuan per kWh: ten Wh, one register step, cost one fen. The second reading is ten minutes later.
const LATER_MS = 600_000
const RULES = { dearestPriceE8: 100_000_000, moneyStepFen: 1, countModulus: 65_536 }

const wallet = (balanceFen: number, energyWh: number, atMs = 0) => ({
  at: instant(atMs),
  remainingFen: fen(Math.max(0, balanceFen)),
  overdraftFen: fen(Math.max(0, -balanceFen)),
  balanceFen: fen(balanceFen),
  count: 0,
  customerNo: '',
  opened: true,
  energyWh: wh(energyWh),
  lastPurchase: null,
})

test.each([
  { energyWh: 0, priceE8: 105_000_000, fen: 0 },
  { energyWh: 10, priceE8: 105_000_000, fen: 2 },
  { energyWh: 95_238, priceE8: 105_000_000, fen: 10_000 },
  { energyWh: 1_000_000, priceE8: 105_000_000, fen: 105_000 },
  { energyWh: 9_000_000_000, priceE8: 999_999_999, fen: 8_999_999_991 },
  { energyWh: -10, priceE8: 105_000_000, fen: 0 },
])('$energyWh Wh at $priceE8 cost at most $fen fen', ({ energyWh, priceE8, fen: most }) => {
  expect(dearestUseFen(energyWh, priceE8)).toBe(most)
})

test.each([
  { name: 'nothing used', usedWh: 0, nowFen: 7_000, fits: true },
  { name: 'one step above', usedWh: 0, nowFen: 7_001, fits: true },
  { name: 'two steps above', usedWh: 0, nowFen: 7_002, fits: false },
  { name: 'a heavy load just before the register', usedWh: 0, nowFen: 6_989, fits: true },
  { name: 'more than such a load', usedWh: 0, nowFen: 6_988, fits: false },
  { name: 'all use at the dearest price', usedWh: 10_000, nowFen: 6_000, fits: true },
  { name: 'use at a cheaper price', usedWh: 10_000, nowFen: 6_400, fits: true },
  { name: 'ten seconds more of that use', usedWh: 10_000, nowFen: 5_982, fits: true },
  { name: 'more than the dearest use', usedWh: 10_000, nowFen: 5_981, fits: false },
  { name: 'only the old balance', usedWh: 0, nowFen: 2_000, fits: false },
  { name: 'twice the amount', usedWh: 0, nowFen: 12_000, fits: false },
  { name: 'a register that went back', usedWh: -10, nowFen: 7_000, fits: false },
])('5,000 fen on 2,000: $name ($fits)', ({ usedWh, nowFen, fits }) => {
  const before = wallet(2_000, 50_000)
  const now = wallet(nowFen, 50_000 + usedWh, LATER_MS)
  expect(moneyFits(before, now, 5_000, RULES)).toBe(fits)
})

const record = (count: number, amountFen: number, beforeFen: number, afterFen: number) => ({
  count,
  amountFen: fen(amountFen),
  beforeFen: fen(beforeFen),
  afterFen: fen(afterFen),
})

test.each([
  { name: 'ours', start: 2_000, record: record(8, 5_000, 2_000, 7_000), fits: true },
  { name: 'another number', start: 2_000, record: record(9, 5_000, 2_000, 7_000), fits: false },
  { name: 'another amount', start: 2_000, record: record(8, 4_999, 2_000, 6_999), fits: false },
  { name: 'another balance', start: 2_000, record: record(8, 5_000, 2_100, 7_100), fits: false },
  { name: 'a wrong sum', start: 2_000, record: record(8, 5_000, 2_000, 7_100), fits: false },
  { name: 'out of overdraft', start: -300, record: record(8, 5_000, 0, 4_700), fits: true },
  { name: 'the overdraft forgotten', start: -300, record: record(8, 5_000, 0, 5_000), fits: false },
  { name: 'overdraft larger', start: -6_000, record: record(8, 5_000, 0, 0), fits: true },
])('a purchase record that is $name ($fits)', ({ start, record: seen, fits }) => {
  const before = wallet(start, 50_000)
  const now = wallet(start + 5_000, 50_000)
  expect(recordFits(seen, before, now, { n: 8, amountFen: 5_000 }, RULES)).toBe(fits)
})

test('two readings seconds apart under a large load do not contradict each other', () => {
  // As met at 18 kW times 300: two seconds between money and register in each reading.
  const before = wallet(73_888, 1_866_000)
  const now = wallet(73_641, 1_867_820, 3_858)
  const ours = { n: 2, amountFen: 103 }
  const rules = { ...RULES, dearestPriceE8: 105_000_000 }
  expect(recordFits(record(2, 103, 73_576, 73_679), before, now, ours, rules)).toBe(true)
})

test('a record of two BCD bytes is recognised beyond 9999', () => {
  const before = wallet(2_000, 0)
  const seen = record(2, 5_000, 2_000, 7_000)
  const ours = { n: 10_002, amountFen: 5_000 }
  expect(recordFits(seen, before, wallet(7_000, 0), ours, RULES)).toBe(true)
})

test.each([
  { metered: 7, n: 7, modulus: 65_536, ahead: 0 },
  { metered: 7, n: 8, modulus: 65_536, ahead: -1 },
  { metered: 0, n: 65_536, modulus: 65_536, ahead: 0 },
  { metered: 65_535, n: 65_536, modulus: 65_536, ahead: -1 },
  { metered: 1, n: 65_536, modulus: 65_536, ahead: 1 },
  { metered: 0, n: 9_999, modulus: 10_000, ahead: 1 },
  { metered: 0, n: 40, modulus: 4_294_967_296, ahead: -40 },
])('count $metered is $ahead ahead of number $n (mod $modulus)', (row) => {
  expect(countAhead(row.metered, row.n, row.modulus)).toBe(row.ahead)
  expect(unwrapCount(row.metered, row.n, row.modulus)).toBe(row.n + row.ahead)
  expect(countOnWire(row.n + row.ahead, row.modulus)).toBe(row.metered)
})
