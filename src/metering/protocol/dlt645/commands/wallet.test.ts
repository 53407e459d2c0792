import { expect, test } from 'vitest'
import { fen } from '../../../../ledger/money.ts'
import { authenticate, creditMacs, macFor } from '../../secure/wallet-key.ts'
import { bytesOf, exampleFrame } from '../example-frames.ts'
import { encodeFrame } from '../frame.ts'
import {
  authenticationValidity,
  endAuthentication,
  identityAuthentication,
  openAccount,
  queryWallet,
  recharge,
} from './wallet.ts'

const METER = '202611220001'
// Operator 11 22 33 44 as it travels.
const ASKER = { address: METER, operatorCode: '44332211' }
const KEY = {
  bytes: bytesOf('0123456789ABCDEF FEDCBA9876543210'),
  scheme: 'invert',
} as const
const RANDOM_1 = bytesOf('1122334455667788')
const RANDOM_2 = bytesOf('A1B2C3D4')
const ORDER = { amountFen: fen(10_000), count: 1, customerNo: '000000123456' }

const reply = (control: number, data: string) =>
  encodeFrame({ address: METER, control, data: bytesOf(data) })

test('F38 and F39: the meter answers the challenge with random 2', () => {
  const request = identityAuthentication(ASKER, authenticate(KEY, METER, RANDOM_1))
  expect(encodeFrame(request.frame)).toEqual(exampleFrame('F38'))
  expect(request.parse(exampleFrame('F39'))).toEqual({
    kind: 'reply',
    result: { ok: true, value: { random2: RANDOM_2, esamSerial: bytesOf('0102030405060708') } },
  })
})

test('F40 and F41: a recharge under the MACs of that random 2', () => {
  const request = recharge(ASKER, { ...ORDER, ...creditMacs(KEY, RANDOM_2, ORDER) })
  expect(encodeFrame(request.frame)).toEqual(exampleFrame('F40'))
  expect(request.repeatable).toBe(false)
  expect(request.parse(exampleFrame('F41a'))).toEqual({
    kind: 'reply',
    result: { ok: true, value: 'accepted' },
  })
  expect(request.parse(exampleFrame('F41b'))).toMatchObject({
    result: { ok: false, reason: 'refused-by-meter', code: 2, refusals: ['repeatRecharge'] },
  })
  expect(request.parse(exampleFrame('F41c'))).toMatchObject({
    result: { ok: false, refusals: ['suspended'], code: 0x100 },
  })
})

test('opening an account differs from a recharge by its identifier only', () => {
  const credit = { ...ORDER, ...creditMacs(KEY, RANDOM_2, ORDER) }
  const opened = openAccount(ASKER, credit).frame.data
  expect(opened.subarray(0, 4)).toEqual(bytesOf('FF 01 01 07'))
  expect(opened.subarray(4)).toEqual(recharge(ASKER, credit).frame.data.subarray(4))
})

test.each([
  ['01 00', ['other']],
  ['02 00', ['repeatRecharge']],
  ['04 00', ['macWrong']],
  ['08 00', ['notAuthenticated']],
  ['10 00', ['customerMismatch']],
  ['20 00', ['countWrong']],
  ['40 00', ['hoardingLimit']],
  ['80 00', ['addressWrong']],
  ['00 01', ['suspended']],
  ['00 02', ['closeRestoreFailed']],
  ['00 80', ['reserved']],
  ['24 00', ['macWrong', 'countWrong']],
  ['02', ['repeatRecharge']],
  ['00 00', ['other']],
])('SERR %s refuses for %j', (data, refusals) => {
  const request = recharge(ASKER, { ...ORDER, ...creditMacs(KEY, RANDOM_2, ORDER) })
  expect(request.parse(reply(0xc3, data))).toMatchObject({
    kind: 'reply',
    result: { ok: false, reason: 'refused-by-meter', refusals },
  })
})

test('F18 and F19: a commercial meter is asked under its own identifier and may refuse', () => {
  const request = queryWallet({ address: '260305510012', operatorCode: '44332211' }, '078102FF')
  expect(encodeFrame(request.frame)).toEqual(exampleFrame('F18'))
  expect(request.parse(exampleFrame('F19a'))).toMatchObject({
    result: { ok: false, code: 2, refusals: ['repeatRecharge'] },
  })
  expect(request.parse(exampleFrame('F19b'))).toMatchObject({
    result: { ok: false, code: 1, refusals: ['other'] },
  })
})

const WALLET = '10 27 00 00  04 03 02 01  07 00 00 00  08 07 06 05  56 34 12 00 00 00  0D 0C 0B 0A'

test('the wallet shows money and count in binary and the customer number in digits', () => {
  expect(queryWallet(ASKER).parse(reply(0x83, `01 02 81 07 ${WALLET}`))).toEqual({
    kind: 'reply',
    result: {
      ok: true,
      value: {
        remainingFen: 10_000,
        remainingMac: bytesOf('01020304'),
        count: 7,
        countMac: bytesOf('05060708'),
        customerNo: '000000123456',
        keyInfo: bytesOf('0A0B0C0D'),
      },
    },
  })
})

test.each([WALLET.slice(0, -3), `${WALLET} 00`, WALLET.replace('34', '3A'), ''])(
  'a wallet of other bytes is a bad reply: case %#',
  (wallet) => {
    expect(queryWallet(ASKER).parse(reply(0x83, `01 02 81 07 ${wallet}`))).toMatchObject({
      result: { ok: false, reason: 'bad-reply' },
    })
  },
)

test('ending the authentication shows the wallet once more', () => {
  const data = 'FF 02 00 07  56 34 12 00 00 00  10 27 00 00  07 00 00 00  0D 0C 0B 0A'
  expect(endAuthentication(ASKER).parse(reply(0x83, data))).toMatchObject({
    result: {
      ok: true,
      value: { customerNo: '000000123456', remainingFen: 10_000, count: 7 },
    },
  })
})

test('the validity goes in decimal minutes with its MAC', () => {
  const mac = macFor('validity', KEY, RANDOM_2, bytesOf('00 30'))
  const { data } = authenticationValidity(ASKER, 30, mac).frame
  expect(data).toHaveLength(0x0e)
  expect(data.subarray(8, 10)).toEqual(bytesOf('30 00'))
  expect(data.subarray(10)).toEqual(Buffer.from(mac).reverse())
  expect(() => authenticationValidity(ASKER, 0, mac)).toThrow('not a validity')
})

test('an answer that carries another identifier is not ours', () => {
  const request = recharge(ASKER, { ...ORDER, ...creditMacs(KEY, RANDOM_2, ORDER) })
  expect(request.parse(reply(0x83, 'FF 01 01 07'))).toEqual({ kind: 'not-ours' })
})

test('a MAC or customer number of the wrong length is a bug, never sent', () => {
  const macs = creditMacs(KEY, RANDOM_2, ORDER)
  expect(() => recharge(ASKER, { ...ORDER, ...macs, mac1: bytesOf('00') })).toThrow('4 bytes')
  expect(() => recharge(ASKER, { ...ORDER, ...macs, customerNo: '123' })).toThrow('12 digits')
})
