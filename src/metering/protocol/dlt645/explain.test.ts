import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOf, EXAMPLE_FRAMES, exampleFrame } from './example-frames.ts'
import { explain, explainBytes } from './explain.ts'
import { decodeFrame, encodeFrame } from './frame.ts'

const wireOf = (hex: string) => {
  const bytes = bytesOf(hex)
  return bytes.subarray(bytes.indexOf(0x68))
}

test.each(EXAMPLE_FRAMES)('$id ($what) is explained byte for byte, without a rest', ({ hex }) => {
  const wire = wireOf(hex)
  const lines = explainBytes(wire)
  expect(Buffer.concat(lines.map((one) => one.bytes))).toEqual(wire)
  for (const { zh, en, value } of lines) {
    expect(zh).not.toBe('')
    expect(en).not.toBe('')
    expect(`${zh} ${value.zh}`).not.toMatch(/无法解析|缺失|多余|未知|错误，应为/)
  }
})

/** The lines of the data, as `name = value`. */
const dataLines = (id: string) => {
  const wire = exampleFrame(id)
  return explainBytes(wire.subarray(wire.indexOf(0x68)))
    .slice(5, -2)
    .map(({ en, value }) => `${en} = ${value.en}`)
}

test.each([
  ['F1', ['data identifier = 00010000 forward active energy, total, now']],
  [
    'F2',
    [
      'data identifier = 00010000 forward active energy, total, now',
      'forward active energy, total, now = 0.26 kWh',
    ],
  ],
  [
    'F15',
    [
      'password class = 00',
      'password = 000000',
      'operator code = 00000000',
      'order = 1AH trip',
      'reserved = 00',
      'valid until = 2018-05-12 15:41:24',
    ],
  ],
  ['F19a', ['error word = 02H this purchase count is used up']],
  [
    'F22',
    [
      'data identifier = 0201FF00 voltage, block',
      'voltage, block [1] = 230.1 V',
      'voltage, block [2] = 229.8 V',
      'voltage, block [3] = 230.5 V',
    ],
  ],
  [
    'F27',
    [
      'data identifier = 04001002 alarm amount 2',
      'password class = 02',
      'password = 000000',
      'operator code = 00000001',
      'alarm amount 2 = 20.00 yuan',
    ],
  ],
  ['F32', ['error word = 04H wrong password or not authorised']],
  ['F33', ['time = 2026-11-22 10:20:30']],
  ['F34', ['freeze at = 99-99 00:00']],
  ['F35', ['data identifier = 0001FF00 forward active energy, block, now', 'follow-up number = 1']],
  ['F36', ['new address = 202611220001']],
  ['F37', ['baud rate = 20H 9600 bps']],
  [
    'F39',
    [
      'data identifier = 070000FF identity authentication',
      'random 2 = A1B2C3D4',
      'ESAM serial = 0102030405060708',
    ],
  ],
  [
    'F40',
    [
      'data identifier = 070102FF recharge',
      'operator code = 44332211',
      'amount = 100.00 yuan',
      'purchase count = 1',
      'MAC 1 = 48CF6CDC',
      'customer number = 000000123456',
      'MAC 2 = 444FA59E',
    ],
  ],
  ['F41c', ['error word = 100H the meter is suspended']],
])('%s says what it means', (id, lines) => {
  expect(dataLines(id)).toEqual(lines)
})

test('a wrong checksum and end are named with what they should be', () => {
  const wire = exampleFrame('F21')
  wire[wire.length - 2] = 0x77
  wire[wire.length - 1] = 0x17
  expect(
    explainBytes(wire)
      .slice(-2)
      .map(({ value }) => value.en),
  ).toEqual(['wrong, should be 76', 'wrong, should be 16'])
})

test.each(EXAMPLE_FRAMES)(
  '$id with data cut short at any length is explained all the same',
  ({ hex }) => {
    const frame = decodeFrame(wireOf(hex))
    if (frame === null) throw new Error('the example is a frame')
    for (let length = 0; length <= frame.data.length; length++) {
      const cut = encodeFrame({ ...frame, data: frame.data.subarray(0, length) })
      expect(Buffer.concat(explainBytes(cut).map((one) => one.bytes))).toEqual(cut)
    }
  },
)

test('any frame at all is explained byte for byte', () => {
  const someId = fc.constantFrom(
    ...EXAMPLE_FRAMES.map(
      ({ hex }) => decodeFrame(wireOf(hex))?.data.subarray(0, 4) ?? Buffer.alloc(0),
    ),
  )
  const frame = fc
    .tuple(fc.integer({ min: 0, max: 255 }), someId, fc.uint8Array({ maxLength: 60 }))
    .map(([control, id, rest]) => ({
      address: '202611220001',
      control,
      data: Buffer.concat([id, Buffer.from(rest)]),
    }))
  fc.assert(
    fc.property(frame, (one) => {
      const lines = explain(one)
      expect(Buffer.concat(lines.map((part) => part.bytes))).toEqual(encodeFrame(one))
    }),
    { numRuns: 2000 },
  )
})

test('combined energy below nothing is explained with its sign', () => {
  const data = bytesOf('00 00 00 00 45 23 01 80')
  const lines = explainBytes(encodeFrame({ address: '202611220001', control: 0x91, data }))
  expect(lines.map(({ value }) => value.en)).toContain('-123.45 kWh')
})
