import { describe, expect, test } from 'vitest'
import { DEMO_COMPLEX, type MeterDefinition } from './complex.ts'

const { buildings, gateways, meters } = DEMO_COMPLEX
const count = (is: (meter: MeterDefinition) => boolean) => meters.filter(is).length

const goesDark = (m: MeterDefinition) => !m.main && m.openingFen <= 40

describe('the demonstration complex', () => {
  test('has enough meters, each with an address of its own', () => {
    expect(meters.length).toBeGreaterThanOrEqual(66)
    expect(new Set(meters.map(({ address }) => address)).size).toBe(meters.length)
  })

  test.each(meters)('$address $premises fits its place', (meter) => {
    const building = buildings.find(({ code }) => code === meter.building)
    expect(building?.floors).toContain(meter.floor)
    expect(gateways.map(({ code }) => code)).toContain(meter.gateway)
    expect(meter.address).toMatch(/^\d{12}$/)
    expect(meter.alarm1Fen).toBeGreaterThan(meter.alarm2Fen)
    expect(meter.initialWh % 10).toBe(0)
    expect(meter.ratedW).toBeGreaterThan(0)
    const gateway = gateways.find(({ code }) => code === meter.gateway)
    const bus = gateway?.buses.find(({ ordinal }) => ordinal === meter.bus)
    expect(bus?.protocol).toBe(meter.device === undefined ? 'dlt645' : 'modbus')
    expect(`${meter.name}${meter.tenant}`).toMatch(/[\u4e00-\u9fff]/)
    expect(meter.nameEn).toMatch(/^[\w ]+$/)
  })

  test.each([
    ['three-phase', (m: MeterDefinition) => m.model === 'dlt645-prepaid-3p', 10, 40],
    ['a circuit of a multi-user device', (m: MeterDefinition) => m.centre, 8, 14],
    ['protected', (m: MeterDefinition) => m.protected, 6, 12],
    ['not opened', (m: MeterDefinition) => !m.opened && !m.main, 2, 3],
    ['dead', (m: MeterDefinition) => m.dead, 0, 2],
    ['about to go dark', goesDark, 4, 8],
    [
      'between the two alarms',
      (m: MeterDefinition) => m.openingFen < m.alarm1Fen && m.openingFen > m.alarm2Fen,
      3,
      12,
    ],
    ['well off', (m: MeterDefinition) => m.openingFen >= 5_000 && m.openingFen <= 80_000, 45, 70],
  ])('has a fair share that is %s', (_name, is, atLeast, atMost) => {
    expect(count(is)).toBeGreaterThanOrEqual(atLeast)
    expect(count(is)).toBeLessThanOrEqual(atMost)
  })

  test.each(meters.filter(goesDark))(
    '$premises $name goes dark within two minutes of being opened',
    ({ openingFen, priceE4, ratedW }) => {
      // Round-the-clock loads never fall below four fifths of their rated power.
      const energyWh = (openingFen * 100_000) / priceE4
      const seconds = (energyWh * 3_600) / (ratedW * 0.8)
      expect(seconds).toBeLessThan(120)
    },
  )
})

describe('from the fifth floor up', () => {
  const high = meters.filter(({ floor }) => floor >= 5)

  test('every user hangs on a multi-user device and has its account in the centre', () => {
    expect(high.length).toBeGreaterThanOrEqual(9)
    expect(high.every((m) => m.centre && m.model === 'acrel-adf300-12')).toBe(true)
    expect(meters.filter(({ centre }) => centre)).toEqual(high)
  })

  test('a circuit belongs to one user, three-phase users have three', () => {
    const taken = high.flatMap((m) => m.channels.map((n) => `${m.gateway}/${m.device}/${n}`))
    expect(new Set(taken).size).toBe(taken.length)
    for (const m of high) expect([1, 3]).toContain(m.channels.length)
  })
})

describe('main meters', () => {
  test.each(buildings)('$code has one, without an account', ({ code }) => {
    const mains = meters.filter((m) => m.building === code && m.main)
    expect(mains).toMatchObject([{ opened: false, point: 'public', centre: false }])
  })
})
