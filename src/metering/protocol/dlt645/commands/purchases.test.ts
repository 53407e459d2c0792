import { expect, test } from 'vitest'
import { bytesOf } from '../example-frames.ts'
import { encodeFrame } from '../frame.ts'
import { readCustomerNo, readPurchase } from './purchases.ts'

const METER = '202611220001'
const reply = (data: string) => encodeFrame({ address: METER, control: 0x91, data: bytesOf(data) })

const NEWEST = '01 FF 33 03'
const RECORD = '20 10 22 11 26  12 00  00 00 01 00  50 12 00 00  50 12 01 00  00 50 12 00'

test('the newest purchase is the evidence of who loaded the meter last', () => {
  expect(readPurchase(METER).parse(reply(`${NEWEST} ${RECORD}`))).toEqual({
    kind: 'reply',
    result: {
      ok: true,
      value: {
        at: {
          year: 2026,
          month: 11,
          dayOfMonth: 22,
          weekday: 0,
          hour: 10,
          minute: 20,
          second: 0,
        },
        count: 12,
        amountFen: 10_000,
        beforeFen: 1250,
        afterFen: 11_250,
        cumulativeFen: 125_000,
      },
    },
  })
})

test('a maker that writes the count in binary is read in binary', () => {
  const parsed = readPurchase(METER, 1, 'binary').parse(reply(`${NEWEST} ${RECORD}`))
  expect(parsed).toMatchObject({ result: { value: { count: 0x12 } } })
})

test('the tenth purchase back has its own identifier', () => {
  expect(readPurchase(METER, 10).label).toBe('read 0333FF0A')
  expect(() => readPurchase(METER, 11)).toThrow('no purchase record')
})

test.each(['00', 'FF'])('a record of %s bytes is no purchase', (byte) => {
  const empty = Array.from({ length: 23 }, () => byte).join(' ')
  expect(readPurchase(METER).parse(reply(`${NEWEST} ${empty}`))).toEqual({
    kind: 'reply',
    result: { ok: true, value: null },
  })
})

test.each([
  ['a byte too few', RECORD.slice(0, -3)],
  ['an amount of no digits', RECORD.replace('50 12 01 00', '50 1A 01 00')],
  ['month 13', RECORD.replace('22 11 26', '22 13 26')],
])('a record with %s is a bad reply', (_, record) => {
  expect(readPurchase(METER).parse(reply(`${NEWEST} ${record}`))).toMatchObject({
    result: { ok: false, reason: 'bad-reply' },
  })
})

test('the customer number keeps its zeros', () => {
  expect(readCustomerNo(METER).parse(reply('0E 04 00 04 56 34 12 00 00 00'))).toEqual({
    kind: 'reply',
    result: { ok: true, value: '000000123456' },
  })
})
