import { expect, test } from 'vitest'
import { instant } from '../shared/clock.ts'
import { gatewayId, meterId } from '../shared/ids.ts'
import { openingsDue } from './open-pace.ts'

const NOW = instant(1_000_000)
const hung = (meters: readonly [meter: number, gateway: number][]) =>
  meters.map(([meter, gateway]) => ({ meterId: meterId(meter), gatewayId: gatewayId(gateway) }))
const waits = (meters: readonly [number, number][]) =>
  [...openingsDue(NOW, hung(meters)).values()].map((at) => at - NOW)

test('a few openings of a gateway are due at once, the others one after the other', () => {
  const six = [1, 2, 3, 4, 5, 6].map((meter): [number, number] => [meter, 1])
  expect(waits(six)).toEqual([0, 0, 0, 0, 6_000, 12_000])
})

test('gateways do not wait for each other', () => {
  const five = [1, 2, 3, 4, 5].map((meter): [number, number] => [meter, meter])
  expect(waits(five)).toEqual([0, 0, 0, 0, 0])
})
