import { describe, expect, test } from 'vitest'
import { adf300 } from '../meter-model/adf300-map.ts'
import { itemValue } from '../meter-model/model-items.ts'
import type { ModbusModel, RegisterItem } from '../meter-model/model-schema.ts'
import ddsy1352 from '../models/acrel-ddsy1352.ts'
import dtsd1352 from '../models/acrel-dtsd1352.ts'
import submeter from '../models/modbus-submeter.ts'
import { planReads } from './modbus-plan.ts'
import { wantedFor } from './modbus-values.ts'

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)

describe('a plan covers what is wanted in as few requests as the limits allow', () => {
  test.each<[string, ModbusModel, 'status' | 'energy' | 'relay', number[], [number, number][]]>([
    ['one meter, status', ddsy1352, 'status', [1], [[0x0201, 0x24]]],
    ['one meter, relay', ddsy1352, 'relay', [1], [[0x0224, 1]]],
    ['forward, tariffs and reverse together', dtsd1352, 'energy', [1], [[0x000a, 12]]],
    ['floating point', submeter, 'energy', [1], [[0x0048, 4]]],
    ['12 circuits', adf300(12), 'status', range(12), [[0x0a00, 33]]],
    ['36 circuits', adf300(36), 'status', range(36), [[0x0a00, 81]]],
    ['36 circuits, relays', adf300(36), 'relay', range(36), [[0x0a00, 6]]],
    [
      '36 circuits, energies: whole circuits',
      adf300(36),
      'energy',
      range(36),
      [
        [0x0b00, 120],
        [0x0b78, 120],
        [0x0bf0, 120],
      ],
    ],
    ['one of 36', adf300(36), 'energy', [36], [[0x0c5e, 10]]],
    [
      'two far apart',
      adf300(36),
      'energy',
      [1, 36],
      [
        [0x0b00, 10],
        [0x0c5e, 10],
      ],
    ],
  ])('%s', (_, model, what, circuits, expected) => {
    const plan = planReads(model, wantedFor(model, what, circuits))
    expect(plan.map(({ start, count }) => [start, count])).toEqual(expected)
    expect(plan.every(({ count }) => count <= model.readMax)).toBe(true)
  })
})

describe('an item says a number in the centre’s units', () => {
  const block = { start: 0x10, bytes: Buffer.from('0001e2400000c8001234ffff', 'hex') }
  test.each<[string, RegisterItem, number, ModbusModel['quirks'], number | null]>([
    ['0.01 kWh in Wh', { register: 0x10, code: 'u32', times: 10 }, 1, [], 1_234_560],
    ['low word first', { register: 0x10, code: 'u32' }, 1, ['swapped-words'], 0xe2400001],
    ['negative', { register: 0x15, code: 'i16' }, 1, [], -1],
    ['a ratio', { register: 0x13, code: 'u16', times: 1, over: 512 }, 1, [], 100],
    ['bcd', { register: 0x14, code: 'bcd', registers: 1 }, 1, [], 1_234],
    ['bcd that is none', { register: 0x15, code: 'bcd', registers: 1 }, 1, [], null],
    ['the next circuit', { register: 0x10, code: 'u16', step: 1 }, 2, [], 0xe240],
    ['a bit', { register: 0x11, code: 'bits', bit: 6 }, 1, [], 1],
    ['a packed bit', { register: 0x11, code: 'bits', packed: true }, 7, [], 1],
    [
      'a packed bit of the next register',
      { register: 0x13, code: 'bits', packed: true },
      19,
      [],
      1,
    ],
  ])('%s', (_, item, circuit, quirks, expected) => {
    expect(itemValue([block], item, circuit, quirks)).toBe(expected)
  })
})
