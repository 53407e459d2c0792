import { describe, expect, test } from 'vitest'
import { NOON } from '../meter/bench-meter.ts'
import { askUnit, benchDevice, readRegisters, writeRegisters } from './bench-device.ts'
import type { SimulatedDevice } from './device.ts'

const HOUR_MS = 3_600_000
const LATER = NOON + HOUR_MS
const FORCE_OPEN = [1, 1]
const FORCE_CLOSED = [1, 0]
const LEAVE = [0, 0]

const at = (nowMs: number) => ({ nowMs })
const words = (read: number[] | number | null): number[] => (Array.isArray(read) ? read : [])
const u32 = (read: number[] | number | null, offset = 0): number =>
  (words(read)[offset] ?? 0) * 65_536 + (words(read)[offset + 1] ?? 0)

const drawing = (device: SimulatedDevice, watts: number, circuit = 0) => {
  const meter = device.circuits[circuit]
  if (meter === undefined) throw new Error(`no circuit ${circuit}`)
  meter.site.fixedW = watts
  return meter
}

describe('what every device refuses', () => {
  const device = benchDevice({ model: 'acrel-ddsy1352' })
  test.each([
    ['a function it does not have', [0x01, 0, 0, 0, 1], [0x81, 0x01]],
    ['input registers where it has none', [0x04, 0, 0, 0, 1], [0x84, 0x01]],
    ['a register that does not exist', [0x03, 0x09, 0, 0, 1], [0x83, 0x02]],
    ['a read over the end of a block', [0x03, 0x02, 0x2f, 0, 2], [0x83, 0x02]],
    ['no registers', [0x03, 2, 0, 0, 0], [0x83, 0x03]],
    ['126 registers', [0x03, 2, 0, 0, 126], [0x83, 0x03]],
    ['a write elsewhere', [0x10, 2, 0, 0, 1, 2, 0, 0], [0x90, 0x02]],
    ['a write whose lengths disagree', [0x10, 0, 0x57, 0, 2, 2, 0, 0], [0x90, 0x03]],
    ['a word that is no order', [0x10, 0, 0x57, 0, 2, 4, 0, 1, 0, 7], [0x90, 0x03]],
  ])('%s', (_name, pdu, answer) => {
    expect([...(askUnit(device, 1, pdu) ?? [])]).toEqual(answer)
  })

  test('nothing is answered for another unit, nor to a broadcast', () => {
    expect(askUnit(device, 2, [0x03, 2, 0, 0, 1])).toBeNull()
    expect(askUnit(device, 0, [0x03, 2, 0, 0, 1])).toBeNull()
    expect(writeRegisters(device, 0x0057, FORCE_OPEN, { unit: 0 })).toBeNull()
    expect(device.circuits[0].state.relay.open).toBe(true)
  })
})

describe('DDSY1352', () => {
  test('the main block shows energy, power, clock and relay', () => {
    const device = benchDevice({ model: 'acrel-ddsy1352', initialWh: 12_340 })
    drawing(device, 3_600)
    const block = readRegisters(device, 0x0200, 48, at(LATER))
    expect(u32(block, 0x15)).toBe(1_234 + 360)
    // Kind 7, one phase: volts, nothing, nothing; amperes 17.22; 3.600 kW.
    expect(words(block).slice(0, 11)).toEqual([7, 2_200, 0, 0, 1_722, 0, 0, 3_600, 0, 0, 3_600])
    expect(words(block)[0x24]).toBe(0x2000)
    expect(words(block).slice(0x28, 0x2c)).toEqual([0x1a0b, 0x1600, 0x0d00, 0x0000])
    expect(words(block)[0x2f]).toBe(1)
    expect(u32(readRegisters(device, 0x0000, 2, at(LATER)))).toBe(1_594)
    expect(readRegisters(device, 0x0043, 3)).toEqual([0x2026, 0x1122, 0x0001])
  })

  test('found in use it keeps a wallet and trips by itself', () => {
    const found = { customerNo: '000000000001', purchaseCount: 7, balanceFen: 300 }
    const device = benchDevice({ model: 'acrel-ddsy1352', found, priceE4: 10_000 })
    drawing(device, 1_000)
    expect(u32(readRegisters(device, 0x021f, 2, at(LATER)))).toBe(200)
    expect(readRegisters(device, 0x0221, 1, at(LATER))).toEqual([7])
    // Closed, both alarms; prepaid control on with L1 closed.
    expect(readRegisters(device, 0x0224, 2, at(LATER))).toEqual([0x20c0, 0x0900])
    const dark = NOON + 4 * HOUR_MS
    // Open, both alarms, arrears; prepaid control holds L1 open.
    expect(readRegisters(device, 0x0224, 2, at(dark))).toEqual([0x00e0, 0x0800])
  })

  test.each([
    ['forced open', [FORCE_OPEN], 0x0008],
    ['forced closed', [FORCE_CLOSED], 0x2009],
    ['forced open, then left', [FORCE_OPEN, LEAVE], 0x2000],
    ['forced closed, then open', [FORCE_CLOSED, FORCE_OPEN], 0x0008],
    ['forced open, then closed', [FORCE_OPEN, FORCE_CLOSED], 0x2009],
  ])('%s', (_name, orders, bits) => {
    const device = benchDevice({ model: 'acrel-ddsy1352' })
    for (const order of orders) expect(writeRegisters(device, 0x0057, order)).toBe('ok')
    expect(readRegisters(device, 0x0224, 1)).toEqual([bits])
  })

  test('forced open it counts nothing', () => {
    const device = benchDevice({ model: 'acrel-ddsy1352' })
    drawing(device, 3_600)
    writeRegisters(device, 0x0057, FORCE_OPEN)
    expect(u32(readRegisters(device, 0x0215, 2, at(LATER)))).toBe(0)
  })

  test('rolls over after 999999.99', () => {
    const device = benchDevice({ model: 'acrel-ddsy1352', initialWh: 999_999_990 })
    drawing(device, 3_600)
    expect(u32(readRegisters(device, 0x0000, 2))).toBe(99_999_999)
    expect(u32(readRegisters(device, 0x0000, 2, at(NOON + 20_000)))).toBe(1)
  })
})

describe('DTSY1352', () => {
  test('three phases add up, and feeding back is negative', () => {
    const device = benchDevice({ model: 'acrel-dtsy1352' })
    drawing(device, -3_000)
    const block = words(readRegisters(device, 0x0200, 48))
    expect(block[0]).toBe(5)
    expect(block.slice(1, 4)).toEqual([2_200, 2_210, 2_220])
    expect(block.slice(7, 11)).toEqual([64_536, 64_536, 64_536, 62_536])
    expect(block[0x24]).toBe(0xe000)
  })
})

describe('DTSD1352', () => {
  test('shows the secondary side', () => {
    const device = benchDevice({ model: 'acrel-dtsd1352', ct: 40, initialWh: 400_000 })
    drawing(device, 80_000)
    expect(u32(readRegisters(device, 0x000a, 12, at(LATER)))).toBe(1_000 + 200)
    expect(u32(readRegisters(device, 0x0000, 2, at(LATER)))).toBe(1_200)
    expect(words(readRegisters(device, 0x0061, 23))[9]).toBe(2_000)
    expect(readRegisters(device, 0x008d, 2)).toEqual([1, 40])
  })

  test('adds reverse energy to the total and keeps it apart', () => {
    const device = benchDevice({ model: 'acrel-dtsd1352', initialWh: 5_000 })
    drawing(device, -1_000)
    expect(u32(readRegisters(device, 0x0000, 2, at(LATER)))).toBe(600)
    expect(u32(readRegisters(device, 0x0014, 2, at(LATER)))).toBe(100)
  })

  test('lets its clock be set', () => {
    const device = benchDevice({ model: 'acrel-dtsd1352' })
    expect(writeRegisters(device, 0x003c, [0x1a0b, 0x160c, 0x0a1e])).toBe('ok')
    expect(readRegisters(device, 0x003c, 3)).toEqual([0x1a0b, 0x160c, 0x0a1e])
    expect(writeRegisters(device, 0x003c, [0x1a0d, 0x160c, 0x0a1e])).toBe(0x03)
  })
})

describe('sub-meters', () => {
  test('the floating-point one answers function 04 only', () => {
    const device = benchDevice({ model: 'modbus-submeter', initialWh: 1_234_560 })
    drawing(device, 1_500)
    const float = (start: number) => {
      const [high = 0, low = 0] = words(readRegisters(device, start, 2, { code: 0x04 }))
      const bytes = Buffer.alloc(4)
      bytes.writeUInt16BE(high, 0)
      bytes.writeUInt16BE(low, 2)
      return bytes.readFloatBE(0)
    }
    expect(float(0x0000)).toBeCloseTo(220)
    expect(float(0x000c)).toBe(1_500)
    expect(float(0x0048)).toBeCloseTo(1_234.56, 2)
    expect(readRegisters(device, 0, 2)).toBe(0x01)
  })

  test('the Sfere one counts secondary hundredths', () => {
    const device = benchDevice({ model: 'sfere-submeter', ct: 10, initialWh: 50_000 })
    expect(u32(readRegisters(device, 0x0073, 34))).toBe(500)
    expect(u32(readRegisters(device, 0x008f, 2))).toBe(500)
  })
})

describe('ADF300', () => {
  test.each([
    ['acrel-adf300-12', 12, 2],
    ['acrel-adf300-24', 24, 1],
    ['acrel-adf300-36', 36, 0],
  ] as const)('%s has %i circuits and no more', (model, circuits, size) => {
    const device = benchDevice({ model, initialWh: 100 })
    expect(words(readRegisters(device, 0x0a00, 9 + 2 * circuits))).toHaveLength(9 + 2 * circuits)
    expect(readRegisters(device, 0x0a00, 10 + 2 * circuits)).toBe(0x02)
    expect(u32(readRegisters(device, 0x0b00 + 10 * (circuits - 1), 10))).toBe(10)
    expect(readRegisters(device, 0x0b00 + 10 * circuits, 1)).toBe(0x02)
    expect(writeRegisters(device, 0x0500 + 2 * circuits, LEAVE)).toBe(0x02)
    const main = words(readRegisters(device, 0x0200, 48))
    expect([main[0], main[0x2f]]).toEqual([10, size])
    expect(u32(main, 0x15)).toBe(10 * circuits)
  })

  test('all energies of 36 circuits take three requests', () => {
    const device = benchDevice({ model: 'acrel-adf300-36' })
    drawing(device, 3_600, 35)
    const blocks = [0, 120, 240].map((offset) =>
      readRegisters(device, 0x0b00 + offset, 120, at(LATER)),
    )
    expect(blocks.map((block) => words(block).length)).toEqual([120, 120, 120])
    expect(u32(blocks[2] ?? null, 110)).toBe(360)
    expect(u32(blocks[2] ?? null, 116)).toBe(360)
  })

  test('each circuit has a relay of its own', () => {
    const device = benchDevice({ model: 'acrel-adf300-24' })
    drawing(device, 1_000, 19)
    expect(writeRegisters(device, 0x0500 + 2 * 17, [...FORCE_OPEN, ...FORCE_CLOSED])).toBe('ok')
    // Circuit 18 open, 19 closed by force; the others closed and free.
    expect(readRegisters(device, 0x0900, 6)).toEqual([0xffff, 0x00fd, 0, 0, 0x0006, 0])
    expect(words(readRegisters(device, 0x0a09 + 38, 2))).toEqual([1_000, 478])
  })

  test('one wrong pair among good ones and nothing is done', () => {
    const device = benchDevice({ model: 'acrel-adf300-12' })
    expect(writeRegisters(device, 0x0500, [...FORCE_OPEN, 5, 5])).toBe(0x03)
    expect(writeRegisters(device, 0x0501, FORCE_OPEN)).toBe(0x02)
    expect(readRegisters(device, 0x0900, 1)).toEqual([0x0fff])
  })

  test('without power the whole device is silent', () => {
    const device = benchDevice({ model: 'acrel-adf300-12' })
    device.circuits[3]?.setPowered(NOON, false)
    expect(readRegisters(device, 0x0900, 6)).toBeNull()
  })
})
