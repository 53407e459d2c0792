import { describe, expect, test } from 'vitest'
import { busesOf, parseDefinition } from './definition.ts'

const ONE = '202611220001'
const TWO = '202611220002'
const gateways = [
  {
    code: 'A',
    buses: [{ ordinal: 1 }, { ordinal: 2, protocol: 'modbus' }, { ordinal: 3, baud: 1_200 }],
  },
]
const multi = { gateway: 'A', bus: 2, device: '1', model: 'acrel-adf300-12' }

describe('the definition of a complex', () => {
  test('the short form of a gateway is one DL/T 645 bus', () => {
    expect(busesOf({ code: 'A', baud: 2_400 })).toEqual([
      { ordinal: 1, baud: 2_400, parity: 'even', protocol: 'dlt645' },
    ])
  })

  test('a Modbus bus is 8N1 unless it says otherwise', () => {
    const [gateway] = parseDefinition({ gateways, meters: [] }).gateways
    expect(gateway && busesOf(gateway)[1]).toEqual({
      ordinal: 2,
      baud: 9_600,
      parity: 'none',
      protocol: 'modbus',
    })
  })

  test.each([
    ['an unknown gateway', [{ address: ONE, gateway: 'B' }], 'no gateway B'],
    ['an unknown bus', [{ address: ONE, gateway: 'A', bus: 4 }], 'no bus 4'],
    [
      'two meters of one address',
      [
        { address: ONE, gateway: 'A' },
        { address: ONE, gateway: 'A' },
      ],
      'defined twice',
    ],
    ['a model that speaks something else', [{ address: ONE, gateway: 'A', bus: 2 }], 'not speak'],
    [
      'a Modbus meter on the other bus',
      [{ ...multi, address: ONE, bus: 1 }],
      'acrel-adf300-12 does not speak dlt645',
    ],
    ['no device', [{ ...multi, address: ONE, device: undefined }], 'from 1 to 247'],
    ['a unit address too high', [{ ...multi, address: ONE, device: '248' }], 'from 1 to 247'],
    ['a meter under another address', [{ address: ONE, gateway: 'A', device: TWO }], 'its own'],
    ['a circuit too high', [{ ...multi, address: ONE, channels: [13] }], 'has 12 circuits'],
    [
      'a circuit for two',
      [
        { ...multi, address: ONE, channels: [1, 2, 3] },
        { ...multi, address: TWO, channels: [3] },
      ],
      `circuit 3 is that of ${ONE}`,
    ],
    [
      'two models in one device',
      [
        { ...multi, address: ONE },
        { ...multi, address: TWO, channels: [2], model: 'acrel-adf300-24' },
      ],
      'is of model acrel-adf300-12',
    ],
  ])('refuses %s', (_name, meters, words) => {
    expect(() => parseDefinition({ gateways, meters })).toThrow(words)
  })
})
