import { describe, expect, test } from 'vitest'
import { DEMO_KEY, encryptBlocks, messageMac, padded, retailMac, sessionKey } from './cipher.ts'

const upper = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase()
const zeroIv = Buffer.alloc(8)
const TEXT = Buffer.from('Now is the time for all ')
const zeroPadded = (text: string) => {
  const length = Math.ceil(text.length / 8) * 8
  return Buffer.concat([Buffer.from(text), Buffer.alloc(length - text.length)])
}

describe('published vectors', () => {
  test('3DES of one block', () => {
    expect(upper(encryptBlocks(DEMO_KEY, Buffer.from('Now is t')))).toBe('D80A0D8B2BAE5E4E')
  })
  test.each([
    ['method 1', TEXT, 'A1C72E74EA3FA9B6'],
    ['method 2', padded(TEXT), 'E9086230CA3BE796'],
    ['method 1, short text', zeroPadded('Now is the time for it'), '2E2B1428CC78254F'],
  ])('retail MAC, %s', (_name, blocks, expected) => {
    expect(upper(retailMac(DEMO_KEY, zeroIv, blocks))).toBe(expected)
  })
  test('retail MAC under another key', () => {
    const key = Buffer.from('7CA110454A1A6E570131D9619DC1376E', 'hex')
    expect(upper(retailMac(key, zeroIv, Buffer.from('Hello World !!!!')))).toBe('F09B856213BAB83B')
  })
})

describe('the worked example of meter 202611220001', () => {
  const factor = Buffer.from('0000202611220001', 'hex')
  const session = sessionKey(DEMO_KEY, factor)
  const random2 = Buffer.from('A1B2C3D4', 'hex')
  const data = (hex: string) => Buffer.from(hex, 'hex')

  test('session key', () => {
    expect(upper(session)).toBe('DB2DDDC1BFA2AD3E24D2223E405D52C1')
  })
  test('authentication cipher', () => {
    expect(upper(encryptBlocks(session, data('1122334455667788')))).toBe('48174EF7A3F10E9C')
  })
  test.each([
    ['recharge of 100.00, count 1', '8432010C0C', '0000271000000001', '48CF6CDC'],
    ['customer number', '04D682240A', '000000123456', '444FA59E'],
  ])('check code of the %s', (_name, header, fields, expected) => {
    expect(upper(messageMac(DEMO_KEY, random2, header, data(fields)))).toBe(expected)
  })
})
