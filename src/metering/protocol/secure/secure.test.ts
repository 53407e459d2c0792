import { expect, test } from 'vitest'
import { fen } from '../../../ledger/money.ts'
import { singleDesCbc, tripleDesCbc, tripleDesEcb, ZERO_IV } from './des.ts'
import { macAlgorithm1, macAlgorithm3, pad } from './mac.ts'
import { authenticate, creditMacs, macFor, moneyData, sessionKey } from './wallet-key.ts'

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex')
const hexOf = (bytes: Buffer) => bytes.toString('hex').toUpperCase()

const DOUBLE_KEY = hex('0123456789ABCDEF FEDCBA9876543210')
const SENTENCE = Buffer.from('Now is the time for all ')
const SHORT_SENTENCE = Buffer.from('Now is the time for it')
const GREETING = Buffer.from('Hello World !!!!')

test('single DES encrypts the classic block', () => {
  const key = hex('133457799BBCDFF1')
  const block = hex('0123456789ABCDEF')
  expect(hexOf(singleDesCbc(key, ZERO_IV, block))).toBe('85E813540F0AB405')
})

test('two-key triple DES encrypts the published blocks', () => {
  expect(hexOf(tripleDesEcb(DOUBLE_KEY, Buffer.from('Now is t')))).toBe('D80A0D8B2BAE5E4E')
  expect(hexOf(tripleDesCbc(DOUBLE_KEY, ZERO_IV, SENTENCE))).toBe(
    'D80A0D8B2BAE5E4E319E5E68C3E8891B93462A6DB9B4A4D1',
  )
})

test('a key or text of the wrong length is a bug, not a weak cipher', () => {
  expect(() => tripleDesEcb(DOUBLE_KEY.subarray(0, 8), hex('0123456789ABCDEF'))).toThrow('16 bytes')
  expect(() => tripleDesEcb(DOUBLE_KEY, hex('0123'))).toThrow('whole DES blocks')
})

test('ISO 9797-1 algorithm 1 gives the published MAC', () => {
  const mac = macAlgorithm1(hex('0123456789ABCDEF'), SENTENCE, { padding: 1 })
  expect(hexOf(mac)).toBe('70A30640CC76DD8B')
})

test.each([
  ['a full text, padding 1', DOUBLE_KEY, SENTENCE, 1, 'A1C72E74EA3FA9B6'],
  ['a full text, padding 2', DOUBLE_KEY, SENTENCE, 2, 'E9086230CA3BE796'],
  ['a broken text, padding 1', DOUBLE_KEY, SHORT_SENTENCE, 1, '2E2B1428CC78254F'],
  ['another key', hex('7CA110454A1A6E57 0131D9619DC1376E'), GREETING, 1, 'F09B856213BAB83B'],
] as const)(
  'ISO 9797-1 algorithm 3 of %s gives the published MAC',
  (_, key, text, padding, mac) => {
    expect(hexOf(macAlgorithm3(key, text, { padding }))).toBe(mac)
  },
)

test.each([
  ['', 1, ''],
  ['0102030405060708', 1, '0102030405060708'],
  ['01', 1, '0100000000000000'],
  ['', 2, '8000000000000000'],
  ['0102030405060708', 2, '01020304050607088000000000000000'],
  ['01020304050607', 2, '0102030405060780'],
] as const)('%s padded by method %i is %s', (text, method, padded) => {
  expect(hexOf(pad(hex(text), method))).toBe(padded)
})

// The worked example: meter 202611220001.
const METER_NO = '202611220001'
const INVERT = { bytes: DOUBLE_KEY, scheme: 'invert' } as const
const PBOC = { bytes: DOUBLE_KEY, scheme: 'pboc' } as const
const RANDOM_2 = hex('A1B2C3D4')

test.each([
  [INVERT, 'DB2DDDC1BFA2AD3E24D2223E405D52C1'],
  [PBOC, 'DB2DDDC1BFA2AD3E1FE9544287C2DFAF'],
])('the session key by scheme $scheme is that of the worked example', (key, session) => {
  expect(hexOf(sessionKey(key, METER_NO))).toBe(session)
})

test('authentication encrypts random 1 under the session key of the meter', () => {
  const challenge = authenticate(INVERT, METER_NO, hex('1122334455667788'))
  expect(hexOf(challenge.cipher1)).toBe('48174EF7A3F10E9C')
  expect(hexOf(challenge.factor)).toBe('0000202611220001')
})

test('MACs of a recharge are those of the worked example', () => {
  const order = { amountFen: fen(10_000), count: 1, customerNo: '000000123456' }
  expect(hexOf(moneyData(order.amountFen, order.count))).toBe('0000271000000001')
  const { mac1, mac2 } = creditMacs(INVERT, RANDOM_2, order)
  expect(hexOf(mac1)).toBe('48CF6CDC')
  expect(hexOf(mac2)).toBe('444FA59E')
})

test('a MAC is bound to what it protects, to random 2 and to every bit of the data', () => {
  const data = moneyData(fen(10_000), 1)
  const macs = [
    macFor('recharge', INVERT, RANDOM_2, data),
    macFor('presetMoney', INVERT, RANDOM_2, data),
    macFor('recharge', INVERT, hex('A1B2C3D5'), data),
    macFor('recharge', INVERT, RANDOM_2, moneyData(fen(10_000), 2)),
    macFor('recharge', INVERT, RANDOM_2, moneyData(fen(10_001), 1)),
  ]
  expect(new Set(macs.map(hexOf)).size).toBe(macs.length)
})
