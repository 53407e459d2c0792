import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc16 } from './crc16.ts'
import { MODBUS_EXAMPLES, modbusExample } from './example-frames.ts'
import { explainRtu, explainTcp } from './explain.ts'

const sealed = (hex: string): Buffer => {
  const body = Buffer.from(hex.replaceAll(' ', ''), 'hex')
  const crc = crc16(body)
  return Buffer.concat([body, Buffer.of(crc & 0xff, crc >> 8)])
}

test.each(MODBUS_EXAMPLES)(
  '$id ($what) is explained byte for byte, without a rest',
  ({ id, framing }) => {
    const raw = modbusExample(id)
    const lines = framing === 'rtu' ? explainRtu(raw) : explainTcp(raw)
    expect(Buffer.concat(lines.map((one) => one.bytes))).toEqual(raw)
    const said = lines.map(({ zh, value }) => `${zh} ${value.zh}`).join('\n')
    expect(said).not.toMatch(/缺失|错误，应为/)
    // The functions of these two are no public ones.
    if (!['R8', 'R16'].includes(id)) expect(said).not.toMatch(/其余数据|未知/)
  },
)

const said = (hex: string): string[] =>
  explainRtu(sealed(hex))
    .slice(1, -1)
    .map(({ en, value }) => `${en} = ${value.en}`)

test.each([
  [
    '01 06 00 01 00 03',
    ['function = 06H write one register, request or reply', 'address = 0001H 1', 'value = 0003H 3'],
  ],
  [
    '01 10 00 57 00 02',
    ['function = 10H write registers, reply', 'first address = 0057H 87', 'count = 2'],
  ],
  [
    '01 01 02 CD 01',
    [
      'function = 01H read coils, reply',
      'byte count = 2',
      'states (lowest first) = 10110011 10000000',
    ],
  ],
  [
    '01 0F 00 13 00 0A 02 CD 01',
    [
      'function = 0FH write coils, request',
      'first address = 0013H 19',
      'count = 10',
      'byte count = 2',
      'states (lowest first) = 10110011 10000000',
    ],
  ],
  [
    '01 16 00 04 00 F2 00 25',
    [
      'function = 16H mask write register, request or reply',
      'address = 0004H 4',
      'AND mask = 00F2H 242',
      'OR mask = 0025H 37',
    ],
  ],
  [
    '01 17 00 03 00 06 00 0E 00 01 02 00 FF',
    [
      'function = 17H read and write registers, request',
      'first address = 0003H 3',
      'count = 6',
      'first address = 000EH 14',
      'count = 1',
      'byte count = 2',
      'register [1] = 00FFH 255',
    ],
  ],
  [
    '01 2B 0E 01 00',
    [
      'function = 2BH read device identification, request',
      'MEI type = 14',
      'level and object = 0100H 256',
    ],
  ],
  [
    '01 2B 0E 01 01 00 00 01 00 03 41 42 43',
    [
      'function = 2BH read device identification, reply',
      'MEI type = 14',
      'level and conformity = 0101',
      'more follows = no',
      'next object = 0',
      'number of objects = 1',
      'object and length = 0, 3',
      'text = ABC',
    ],
  ],
  [
    '01 11 02 41 FF',
    ['function = 11H report server id, reply', 'byte count = 2', 'further data = 41FF'],
  ],
  [
    '00 AA 00 46',
    ['function = AAH vendor or unknown function, request or reply', 'further data = 0046'],
  ],
])('%s says what it means', (hex, lines) => {
  expect(said(hex)).toEqual(lines)
})

test('any bytes at all are explained byte for byte', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .tuple(fc.constantFrom(...MODBUS_EXAMPLES), fc.nat(20))
      .map(([one, n]) => modbusExample(one.id).subarray(0, n)),
  )
  fc.assert(
    fc.property(bytes, (any) => {
      const raw = Buffer.from(any)
      for (const explain of [explainRtu, explainTcp]) {
        expect(Buffer.concat(explain(raw).map((one) => one.bytes))).toEqual(raw)
      }
    }),
    { numRuns: 2000 },
  )
})
