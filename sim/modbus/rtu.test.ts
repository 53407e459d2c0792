import { describe, expect, test } from 'vitest'
import { bytes, hex } from '../meter/bench-meter.ts'
import { crc16, decodeRtu, encodeRtu, MODBUS_RTU } from './rtu.ts'

describe('the check', () => {
  test('of the published string', () => {
    expect(crc16(Buffer.from('123456789'))).toBe(0x4b37)
  })
  test.each([
    ['11 03 00 6B 00 03', '76 87'],
    ['01 03 30 01 00 06', '9B 08'],
    ['01 03 0C 12 01 08 0A 01 01 01 00 00 00 00 00', '80 23'],
    ['11 03 09 00 00 06', 'C4 C4'],
    ['01 83 02', 'C0 F1'],
    ['01 10 00 57 00 02 04 00 01 00 01', '27 75'],
    ['01 10 00 57 00 02', 'F0 18'],
    ['01 03 02 1F 00 02', 'F4 75'],
  ])('of %s', (body, check) => {
    const [unit = 0, ...pdu] = bytes(body)
    expect(hex(encodeRtu({ unit, pdu: Buffer.from(pdu) }))).toBe(`${body} ${check}`)
  })
})

describe('what a slave hears', () => {
  const REQUEST = bytes('01 03 02 1F 00 02 F4 75')

  test.each([
    ['one frame', [REQUEST], 1],
    ['a frame in two pieces', [REQUEST.subarray(0, 3), REQUEST.subarray(3)], 1],
    ['a frame with a byte too much in front', [bytes('00'), REQUEST], 0],
    ['two frames without a pause', [Buffer.concat([REQUEST, REQUEST])], 0],
    ['a frame with a wrong check', [bytes('01 03 02 1F 00 02 F4 76')], 0],
  ])('%s', (_name, pieces, frames) => {
    const scanner = MODBUS_RTU.scanner()
    expect(pieces.flatMap((piece) => scanner.push(piece))).toHaveLength(frames)
  })

  test('after a pause whatever was begun is void', () => {
    const scanner = MODBUS_RTU.scanner()
    scanner.push(bytes('01 03 02'))
    scanner.reset()
    expect(scanner.push(REQUEST)).toHaveLength(1)
  })
})

describe('spoilt answers', () => {
  const REPLY = encodeRtu({ unit: 247, pdu: Buffer.from([3, 2, 0, 1]) })
  test('a neighbour answers under a good check', () => {
    expect(decodeRtu(MODBUS_RTU.neighbour(REPLY))?.unit).toBe(1)
  })
  test('a wrong check is no frame', () => {
    expect(decodeRtu(MODBUS_RTU.wrongCheck(REPLY))).toBeNull()
  })
  test.each([
    ['forced control', [0x10, 0, 0x57], 'relay'],
    ['forced control of a circuit', [0x10, 5, 2], 'relay'],
    ['a write elsewhere', [0x10, 0, 0x3c], 'write'],
    ['a read', [3, 0, 0x57], 'read'],
  ])('%s is told apart', (_name, pdu, is) => {
    expect(MODBUS_RTU.classOf({ unit: 1, pdu: Buffer.from(pdu) })).toBe(is)
  })
})
