import { describe, expect, test } from 'vitest'
import { DEMO_COMPLEX, type MeterDefinition } from './complex.ts'
import { demoComplex } from './large-complex.ts'

test('without a number the demonstration is the one drawn by hand', () => {
  expect(demoComplex(null)).toBe(DEMO_COMPLEX)
})

describe.each([
  [1, 1, 1],
  [33, 2, 1],
  [1_000, 32, 4],
  [5_000, 157, 20],
])('of %i meters', (size, gateways, buildings) => {
  const complex = demoComplex(size)

  test(`has ${gateways} gateways in ${buildings} buildings`, () => {
    expect(complex.meters).toHaveLength(size)
    expect(complex.gateways).toHaveLength(gateways)
    expect(complex.buildings).toHaveLength(buildings)
    expect(new Set(complex.gateways.map(({ code }) => code)).size).toBe(gateways)
  })

  test('each meter has an address, premises and circuits of its own, and fits its place', () => {
    const places = new Map(complex.buildings.map(({ code, floors }) => [code, floors]))
    const codes = new Set(complex.gateways.map(({ code }) => code))
    const circuits = complex.meters.flatMap(({ gateway, device, channels, address }) =>
      channels.map((channel) => `${gateway}/${device ?? address}/${channel}`),
    )
    expect(new Set(circuits).size).toBe(circuits.length)
    expect(new Set(complex.meters.map(({ address }) => address)).size).toBe(size)
    expect(new Set(complex.meters.map(({ premises }) => premises)).size).toBe(size)
    const fits = ({ address, building, floor, gateway }: MeterDefinition) =>
      /^\d{12}$/.test(address) && places.get(building)?.includes(floor) && codes.has(gateway)
    expect(complex.meters.filter((meter) => !fits(meter))).toEqual([])
  })
})
