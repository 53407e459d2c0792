import { expect, test } from 'vitest'
import { ask, load, NOON, openedMeter, readDi } from './bench-meter.ts'
import { binLow, hexLow } from './bytes.ts'
import type { VirtualMeter } from './virtual-meter.ts'

const OPERATOR = Buffer.from('11223344', 'hex')
const ORDER = '0001000000000042'

/** Sends 070108FF: `ok`, the number of the SERR bit, or `silence`. */
const refund = (meter: VirtualMeter, amountFen: number, orderNo = ORDER, meterNo?: string) => {
  const answer = ask(
    meter,
    0x03,
    Buffer.concat([
      hexLow('070108FF'),
      OPERATOR,
      binLow(amountFen, 4),
      hexLow(orderNo),
      Buffer.alloc(4),
      hexLow(meterNo ?? meter.state.meterNo),
      Buffer.alloc(4),
    ]),
  )
  if (answer === null) return 'silence'
  if (answer.control === 0x83) return 'ok'
  return Math.log2(Buffer.from(answer.data).readUInt16LE(0))
}

test('a refund takes the money and keeps a record with its order number', () => {
  const meter = openedMeter(5_000, 7)
  expect(refund(meter, 1_200)).toBe('ok')
  expect(meter.state).toMatchObject({ remainingFen: 3_800, purchaseCount: 7 })
  expect(meter.state.reductions).toEqual([{ atMs: NOON, amountFen: 1_200, orderNo: ORDER }])
  expect(readDi(meter, '03340201')).toBe('0001')
  expect(readDi(meter, '03340301')).toBe('00001200')
  expect(readDi(meter, '03340501')).toBe('00003800')
  expect(readDi(meter, '03340701')).toBe(ORDER)
  expect(readDi(meter, '0334FF02')).toBe('0'.repeat(46))
})

test('nothing fences it: the same order again takes the money again', () => {
  const meter = openedMeter(5_000)
  expect([refund(meter, 1_000), refund(meter, 1_000)]).toEqual(['ok', 'ok'])
  expect(meter.state.remainingFen).toBe(3_000)
})

test.each([
  ['more than remains', 5_001, undefined, 0],
  ['the number of another meter', 100, '000000000009', 7],
])('%s is refused and nothing is taken', (_, amountFen, meterNo, bit) => {
  const meter = openedMeter(5_000)
  expect(refund(meter, amountFen, ORDER, meterNo)).toBe(bit)
  expect(meter.state).toMatchObject({ remainingFen: 5_000, reductions: [] })
})

test('a site may count refunds as purchases: the next credit is one further', () => {
  const meter = openedMeter(5_000, 7, { refundCounts: true })
  refund(meter, 1_000)
  expect(meter.state.purchaseCount).toBe(8)
  expect(load(meter, { amountFen: 500, count: 9 })).toBe('ok')
})

test('an emptied wallet trips for arrears', () => {
  const meter = openedMeter(5_000)
  expect(refund(meter, 5_000)).toBe('ok')
  expect(meter.state.relay).toMatchObject({ open: true, cause: 'arrears' })
})

test.each([
  ['balanceFirst', { remainingFen: 4_000, refunds: [] }],
  ['countFirst', { remainingFen: 5_000, reductions: [] }],
] as const)('a power cut (%s) leaves half of it, without an answer', (powerCut, left) => {
  const meter = openedMeter(5_000)
  meter.powerCut = powerCut
  expect(refund(meter, 1_000)).toBe('silence')
  expect(meter.dead).toBe(true)
  expect(meter.state).toMatchObject(left)
})
