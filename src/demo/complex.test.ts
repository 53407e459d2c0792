import { describe, expect, test } from 'vitest'
import { DEMO_COMPLEX, type MeterDefinition } from './complex.ts'

const { buildings, gateways, meters } = DEMO_COMPLEX
const count = (is: (meter: MeterDefinition) => boolean) => meters.filter(is).length

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
    expect(`${meter.name}${meter.tenant}`).toMatch(/[\u4e00-\u9fff]/)
    expect(meter.nameEn).toMatch(/^[\w ]+$/)
  })

  test.each([
    ['three-phase', (m: MeterDefinition) => m.model === 'dlt645-prepaid-3p', 10, 40],
    ['protected', (m: MeterDefinition) => m.protected, 6, 12],
    ['not opened', (m: MeterDefinition) => !m.opened, 2, 3],
    ['dead', (m: MeterDefinition) => m.dead, 0, 2],
    ['about to go dark', (m: MeterDefinition) => m.openingFen <= 40, 4, 8],
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

  test.each(meters.filter(({ openingFen }) => openingFen <= 40))(
    '$premises $name goes dark within two minutes of being opened',
    ({ openingFen, priceE4, ratedW }) => {
      // Round-the-clock loads never fall below four fifths of their rated power.
      const energyWh = (openingFen * 100_000) / priceE4
      const seconds = (energyWh * 3_600) / (ratedW * 0.8)
      expect(seconds).toBeLessThan(120)
    },
  )
})
