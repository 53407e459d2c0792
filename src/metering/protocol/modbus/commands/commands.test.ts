import { expect, test } from 'vitest'
import type { Request } from '../../request.ts'
import { crc16 } from '../crc16.ts'
import { modbusExample } from '../example-frames.ts'
import { RTU, type Target, tcpFraming } from '../framing.ts'
import { readCoils, readInputs, writeCoil, writeCoils } from './bits.ts'
import { readIdentity, readServerId } from './identity.ts'
import {
  maskWriteRegister,
  readRegisters,
  readWriteRegisters,
  writeRegister,
  writeRegisters,
} from './registers.ts'
import { vendorRequest } from './vendor.ts'

const unit = (n: number): Target => ({ unit: n, framing: RTU })
const ONE = unit(1)
const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')
const sealed = (hex: string): Buffer => {
  const body = bytesOf(hex)
  const crc = crc16(body)
  return Buffer.concat([body, Buffer.of(crc & 0xff, crc >> 8)])
}
const value = (v: unknown) => ({ kind: 'reply', result: { ok: true, value: v } })

const firmware = vendorRequest(ONE, {
  label: 'firmware',
  fn: 0x11,
  data: bytesOf('FE DC BA 98 76 54 32 10'),
  form: { kind: 'counted-any', bytesMax: 250 },
  repeatable: true,
  read: (content) => ({ ok: true, value: content.toString('hex') }),
})

test.each<[string, Request<unknown>]>([
  ['R1', readRegisters(ONE, { start: 0, count: 10 })],
  ['R2', readRegisters(unit(17), { start: 0x6b, count: 3 })],
  ['R3', writeRegister(ONE, { register: 1, value: 3 })],
  ['R4', readRegisters(ONE, { start: 0x3001, count: 6 })],
  ['R6', readRegisters(unit(17), { start: 0x900, count: 6 })],
  ['R10', readRegisters(ONE, { start: 0x200, count: 48 })],
  ['R11', writeRegisters(ONE, { start: 0x57, values: [1, 1] })],
  ['R12', writeRegisters(ONE, { start: 0x57, values: [1, 0] })],
  ['R15', readRegisters(ONE, { start: 0x21f, count: 2 })],
  ['R16', firmware],
  ['T1', readRegisters({ unit: 17, framing: tcpFraming() }, { start: 0x6b, count: 3 })],
])('%s is what asks for it', (id, request) => {
  expect(request.bytes).toEqual(modbusExample(id))
})

test.each<[string, Request<unknown>, string]>([
  ['read coils', readCoils(ONE, { start: 0x13, count: 37 }), '01 01 00 13 00 25'],
  ['read inputs', readInputs(ONE, { start: 0xc4, count: 22 }), '01 02 00 C4 00 16'],
  ['read input', readRegisters(ONE, { fn: 4, start: 8, count: 1 }), '01 04 00 08 00 01'],
  ['write coil', writeCoil(ONE, { coil: 0xac, on: true }), '01 05 00 AC FF 00'],
  ['write coil off', writeCoil(ONE, { coil: 0xac, on: false }), '01 05 00 AC 00 00'],
  [
    'write coils',
    writeCoils(ONE, {
      start: 0x13,
      values: [true, false, true, true, false, false, true, true, true, false],
    }),
    '01 0F 00 13 00 0A 02 CD 01',
  ],
  [
    'mask',
    maskWriteRegister(ONE, { register: 4, andMask: 0xf2, orMask: 0x25 }),
    '01 16 00 04 00 F2 00 25',
  ],
  [
    'read and write',
    readWriteRegisters(ONE, { start: 3, count: 6 }, { start: 14, values: [255, 255, 255] }),
    '01 17 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF',
  ],
  ['identity', readIdentity(ONE), '01 2B 0E 01 00'],
  ['server id', readServerId(ONE), '01 11'],
])('%s has the bytes of the specification', (_, request, hex) => {
  expect(request.bytes).toEqual(sealed(hex))
})

test.each<[string, Request<unknown>, string, unknown]>([
  [
    'registers',
    readRegisters(ONE, { start: 7, count: 2 }),
    '01 03 04 00 00 30 39',
    { start: 7, bytes: bytesOf('00 00 30 39') },
  ],
  [
    'input registers',
    readRegisters(ONE, { fn: 4, start: 8, count: 1 }),
    '01 04 02 00 0A',
    { start: 8, bytes: bytesOf('00 0A') },
  ],
  [
    'coils, lowest bit first',
    readCoils(ONE, { start: 0, count: 10 }),
    '01 01 02 CD 01',
    [true, false, true, true, false, false, true, true, true, false],
  ],
  ['one input', readInputs(ONE, { start: 0, count: 1 }), '01 02 01 01', [true]],
  [
    'a written register',
    writeRegister(ONE, { register: 1, value: 3 }),
    '01 06 00 01 00 03',
    'accepted',
  ],
  [
    'written registers',
    writeRegisters(ONE, { start: 87, values: [1, 1] }),
    '01 10 00 57 00 02',
    'accepted',
  ],
  ['a written coil', writeCoil(ONE, { coil: 172, on: true }), '01 05 00 AC FF 00', 'accepted'],
  [
    'written coils',
    writeCoils(ONE, { start: 19, values: [true] }),
    '01 0F 00 13 00 01',
    'accepted',
  ],
  [
    'a mask',
    maskWriteRegister(ONE, { register: 4, andMask: 0xf2, orMask: 0x25 }),
    '01 16 00 04 00 F2 00 25',
    'accepted',
  ],
  [
    'read and write',
    readWriteRegisters(ONE, { start: 3, count: 1 }, { start: 14, values: [255] }),
    '01 17 02 00 FE',
    { start: 3, bytes: bytesOf('00 FE') },
  ],
  ['server id', readServerId(ONE), '01 11 03 41 42 FF', bytesOf('41 42 FF')],
  ['a maker’s answer', firmware, '01 11 02 01 07', '0107'],
  [
    'identity',
    readIdentity(ONE),
    '01 2B 0E 01 01 00 00 02 00 03 41 42 43 01 02 58 31',
    new Map([
      [0, 'ABC'],
      [1, 'X1'],
    ]),
  ],
])('an answer with %s is read', (_, request, hex, expected) => {
  expect(request.parse(sealed(hex))).toEqual(value(expected))
  const [piece, ...more] = request.reader().push(sealed(hex))
  expect(piece).toEqual({ kind: 'frame', raw: sealed(hex) })
  expect(more).toEqual([])
})

test('an identity in two parts is joined', () => {
  const first = readIdentity(ONE).parse(sealed('01 2B 0E 01 01 FF 01 01 00 03 41 42 43'))
  if (first.kind !== 'more') throw new Error('more follows')
  expect(first.next.bytes).toEqual(sealed('01 2B 0E 01 01'))
  expect(first.next.parse(sealed('01 2B 0E 01 01 00 00 01 01 02 58 31'))).toEqual(
    value(
      new Map([
        [0, 'ABC'],
        [1, 'X1'],
      ]),
    ),
  )
})

const THREE = () => readRegisters(ONE, { start: 0x6b, count: 3 })

test.each([
  ['another unit', '02 03 06 00 01 00 02 00 03'],
  ['another function', '01 04 06 00 01 00 02 00 03'],
  ['another count', '01 03 04 00 01 00 02'],
  ['our own request', '01 03 00 6B 00 03'],
  ['an exception of another function', '01 84 02'],
])('an answer from %s is not ours', (_, hex) => {
  expect(THREE().parse(sealed(hex))).toEqual({ kind: 'not-ours' })
})

test('an answer with a wrong CRC is not ours', () => {
  const raw = sealed('01 03 06 00 01 00 02 00 03')
  raw[4] = 9
  expect(THREE().parse(raw)).toEqual({ kind: 'not-ours' })
})

test.each([
  [1, 'functionUnknown', false],
  [2, 'addressUnknown', false],
  [3, 'valueRejected', false],
  [4, 'deviceFailure', false],
  [5, 'acknowledged', true],
  [6, 'busy', true],
  [8, 'memoryParity', true],
  [10, 'gatewayPath', true],
  [11, 'gatewayTargetSilent', true],
  [0x55, 'other', false],
])('exception %i is the refusal %s', (code, refusal, mayRetry) => {
  const hex = `01 83 ${code.toString(16).padStart(2, '0')}`
  expect(THREE().parse(sealed(hex))).toMatchObject({
    kind: 'reply',
    result: { ok: false, reason: 'refused-by-meter', refusals: [refusal], code, mayRetry },
  })
})

test('a write confirmed with other registers is not our confirmation', () => {
  const write = writeRegisters(ONE, { start: 87, values: [1, 1] })
  expect(write.parse(sealed('01 10 00 58 00 02'))).toEqual({ kind: 'not-ours' })
  expect(write.repeatable).toBe(false)
})

test.each<[string, () => Request<unknown>]>([
  ['126 registers', () => readRegisters(ONE, { start: 0, count: 126 })],
  ['no register', () => readRegisters(ONE, { start: 0, count: 0 })],
  ['registers beyond the last', () => readRegisters(ONE, { start: 0xffff, count: 2 })],
  ['2001 bits', () => readCoils(ONE, { start: 0, count: 2001 })],
  ['writing 124 registers', () => writeRegisters(ONE, { start: 0, values: Array(124).fill(0) })],
  ['writing 1969 coils', () => writeCoils(ONE, { start: 0, values: Array(1969).fill(true) })],
  [
    '122 registers written with a read',
    () => readWriteRegisters(ONE, { start: 0, count: 1 }, { start: 0, values: Array(122).fill(0) }),
  ],
  ['70000 in a register', () => writeRegister(ONE, { register: 0, value: 70_000 })],
  ['unit 256', () => readRegisters(unit(256), { start: 0, count: 1 })],
  ['a broadcast read', () => readRegisters(unit(0), { start: 0, count: 1 })],
])('%s is a bug', (_, build) => {
  expect(build).toThrow()
})

test.each<[string, Request<unknown>, number]>([
  ['125 registers', readRegisters(ONE, { start: 0, count: 125 }), 255],
  ['2000 bits', readCoils(ONE, { start: 0, count: 2000 }), 255],
  ['123 written registers', writeRegisters(ONE, { start: 0, values: Array(123).fill(0) }), 8],
  ['1968 written coils', writeCoils(ONE, { start: 0, values: Array(1968).fill(true) }), 8],
])('%s are allowed, and the longest answer is known', (_, request, replyBytesMax) => {
  expect(request.bytes.length).toBeLessThanOrEqual(256)
  expect(request.replyBytesMax).toBe(replyBytesMax)
})

test('a write to unit 0 is a broadcast on a serial line, not over TCP', () => {
  expect(writeRegister(unit(0), { register: 1, value: 1 }).expectsReply).toBe(false)
  const overTcp = writeRegister({ unit: 0, framing: tcpFraming() }, { register: 1, value: 1 })
  expect(overTcp.expectsReply).toBe(true)
})

test('over TCP the transaction decides whose answer it is', () => {
  const target: Target = { unit: 1, framing: tcpFraming(0xffff) }
  const first = readRegisters(target, { start: 0, count: 1 })
  const second = readRegisters(target, { start: 0, count: 1 })
  expect(first.bytes.subarray(0, 2)).toEqual(bytesOf('FF FF'))
  expect(second.bytes.subarray(0, 2)).toEqual(bytesOf('00 00'))
  const answer = bytesOf('00 00 00 00 00 05 01 03 02 00 2A')
  expect(first.parse(answer)).toEqual({ kind: 'not-ours' })
  expect(second.parse(answer)).toEqual(value({ start: 0, bytes: bytesOf('00 2A') }))
})

test('over TCP an answer to our number with other counts is a bad reply', () => {
  const request = readRegisters({ unit: 1, framing: tcpFraming() }, { start: 0, count: 2 })
  expect(request.parse(bytesOf('00 01 00 00 00 05 01 03 02 00 2A'))).toMatchObject({
    result: { ok: false, reason: 'bad-reply' },
  })
})

test('a maker’s function above 80H has answers and no exceptions', () => {
  const request = vendorRequest(ONE, {
    label: 'write parameters',
    fn: 0xaa,
    data: bytesOf('00 46 00 01'),
    form: { kind: 'fixed', bytes: 4 },
    repeatable: false,
    read: (content) => ({ ok: true, value: content }),
  })
  expect(request.parse(sealed('01 AA 00 46 00 02'))).toEqual(value(bytesOf('00 46 00 02')))
  expect(request.parse(sealed('01 AA 02'))).toEqual({ kind: 'not-ours' })
})
