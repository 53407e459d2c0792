import { expect, test } from 'vitest'
import { addressMatches, isMeterAddress, shortenedAddress } from './address.ts'
import { bytesOf, EXAMPLE_FRAMES, exampleFrame } from './example-frames.ts'
import {
  controlByte,
  decodeFrame,
  encodeFrame,
  FRAME_BYTES_MAX,
  measureFrame,
  parseControl,
} from './frame.ts'

const withoutWakeUp = (bytes: Buffer) => bytes.subarray(bytes.indexOf(0x68))

test.each(EXAMPLE_FRAMES)('$id ($what) survives decoding and encoding', ({ hex }) => {
  const wire = withoutWakeUp(bytesOf(hex))
  const frame = decodeFrame(wire)
  expect(frame).not.toBeNull()
  if (frame !== null) expect(encodeFrame(frame)).toEqual(wire)
})

test.each([
  ['F1', '000000000161', 0x11, '00000100'],
  ['F2', '000000000161', 0x91, '0000010026000000'],
  ['F5', '201709320072', 0x91, '0000010086010000'],
  ['F10', 'AAAAAAAAAAAA', 0x11, '00000100'],
  ['F10r', '000072007201', 0x91, '0000010000000000'],
  ['F15r', '111111111111', 0x9c, ''],
  ['F26b', '202611220001', 0xd4, '04'],
  ['F33', '999999999999', 0x08, '302010221126'],
])('%s holds its address, control byte and data without +33H', (id, address, control, data) => {
  expect(decodeFrame(withoutWakeUp(exampleFrame(id)))).toEqual({
    address,
    control,
    data: Buffer.from(data, 'hex'),
  })
})

test('a frame is preceded by as many wake-up bytes as asked for', () => {
  const frame = { address: '202611220001', control: 0x11, data: bytesOf('00 00 01 00') }
  const bare = encodeFrame(frame)
  expect(encodeFrame(frame, { preamble: 4 })).toEqual(Buffer.concat([bytesOf('FEFEFEFE'), bare]))
})

test('no frame is longer than FRAME_BYTES_MAX', () => {
  const longest = { address: '202611220001', control: 0x91, data: Buffer.alloc(255, 0xcc) }
  expect(encodeFrame(longest)).toHaveLength(FRAME_BYTES_MAX)
  expect(decodeFrame(encodeFrame(longest))).toEqual(longest)
  expect(() => encodeFrame({ ...longest, data: Buffer.alloc(256) })).toThrow('do not fit')
})

test('a decoded frame does not change when the buffer it came from is used again', () => {
  const wire = exampleFrame('F2')
  const frame = decodeFrame(wire)
  const before = frame?.data.toString('hex')
  wire.fill(0)
  expect(frame?.data.toString('hex')).toBe(before)
})

test('every control byte is its four parts and back', () => {
  for (let control = 0; control <= 0xff; control++) {
    expect(controlByte(parseControl(control))).toBe(control)
  }
  expect(parseControl(0xb1)).toEqual({ fromSlave: true, error: false, more: true, func: 0x11 })
  expect(parseControl(0xc3)).toEqual({ fromSlave: true, error: true, more: false, func: 0x03 })
})

test.each(EXAMPLE_FRAMES)(
  '$id cut short anywhere is no frame yet, never a wrong one',
  ({ hex }) => {
    const wire = withoutWakeUp(bytesOf(hex))
    for (let length = 1; length < wire.length; length++) {
      const piece = wire.subarray(0, length)
      expect(measureFrame(piece, 0).kind).toBe('partial')
      expect(decodeFrame(piece)).toBeNull()
    }
  },
)

test.each([
  ['202611220001', '202611220001', true],
  ['202611220001', '202611220002', false],
  ['AAAAAAAAAAAA', '202611220001', true],
  ['AAAAAAAA0001', '202611220001', true],
  ['AAAAAAAA0002', '202611220001', false],
  ['202611220001', 'AAAAAAAAAAAA', false],
])('asked at %s, an answer from %s is taken: %s', (asked, actual, taken) => {
  expect(addressMatches(asked, actual)).toBe(taken)
})

test('an address known by its low digits is filled up with wildcards', () => {
  expect(shortenedAddress('0001')).toBe('AAAAAAAA0001')
  expect(() => shortenedAddress('001')).toThrow('whole low bytes')
})

test.each([
  ['202611220001', true],
  ['999999999999', false],
  ['AAAAAAAAAAAA', false],
  ['20261122000', false],
])('%s is the address of a meter: %s', (text, yes) => {
  expect(isMeterAddress(text)).toBe(yes)
})
