// A demonstration complex of any size 大型演示: the shops of the demo's table over and over, sixteen to
// a floor, two floors to a gateway. Pure, so that the centre and the simulator make the same one.

import { must } from '../shared/assert.ts'
import { type ComplexDefinition, DEMO_COMPLEX, type MeterDefinition } from './complex.ts'

const PER_FLOOR = 16
const FLOORS_PER_GATEWAY = 2
const FLOORS = 16
const PER_GATEWAY = PER_FLOOR * FLOORS_PER_GATEWAY
const PER_BUILDING = PER_FLOOR * FLOORS
/** The last users of each gateway share a device of twelve circuits, three phases each. */
const ON_DEVICE = 4
const PHASES = 3

/** Shops with a meter of their own; main meters and circuits of a device are made anew. */
const SHOPS = DEMO_COMPLEX.meters.filter(({ main, centre }) => !main && !centre)

const buildingAt = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index)
const two = (n: number): string => String(n).padStart(2, '0')

type Wiring = Pick<MeterDefinition, 'bus' | 'device' | 'channels' | 'model' | 'centre'>

const wiringOf = (shop: MeterDefinition, placeOnGateway: number): Wiring => {
  const user = placeOnGateway - (PER_GATEWAY - ON_DEVICE)
  if (user < 0) return { bus: 1, channels: [1], model: shop.model, centre: false }
  const channels = Array.from({ length: PHASES }, (_, phase) => user * PHASES + phase + 1)
  return { bus: 2, device: '1', channels, model: 'acrel-adf300-12', centre: true }
}

const meterAt = (index: number): MeterDefinition => {
  const shop = must(SHOPS[index % SHOPS.length], 'the demo has shops')
  const branch = Math.floor(index / SHOPS.length) + 1
  const building = buildingAt(Math.floor(index / PER_BUILDING))
  const inBuilding = index % PER_BUILDING
  const floor = Math.floor(inBuilding / PER_FLOOR) + 1
  return {
    ...shop,
    ...wiringOf(shop, index % PER_GATEWAY),
    address: `2026110${String(index + 1).padStart(5, '0')}`,
    gateway: gatewayAt(building, Math.floor(inBuilding / PER_GATEWAY)),
    building,
    floor,
    premises: `${building}-${floor}${two((index % PER_FLOOR) + 1)}`,
    name: `${shop.name}${branch}店`,
    nameEn: `${shop.nameEn} ${branch}`,
  }
}

const gatewayAt = (building: string, index: number): string => `${building}${index + 1}`

const gatewaysIn = (building: string, meters: number): ComplexDefinition['gateways'] =>
  Array.from({ length: Math.ceil(meters / PER_GATEWAY) }, (_, index) => {
    const lowest = index * FLOORS_PER_GATEWAY + 1
    const highest = lowest + FLOORS_PER_GATEWAY - 1
    return {
      code: gatewayAt(building, index),
      name: `${building}座${lowest}–${highest}层`,
      nameEn: `Building ${building}, floors ${lowest}–${highest}`,
      substation: `${building}座${lowest}层配电间`,
      buses: must(DEMO_COMPLEX.gateways[0], 'the demo has a gateway').buses,
    }
  })

/** The demonstration of so many meters; null is the small one, drawn by hand. */
export const demoComplex = (meters: number | null): ComplexDefinition => {
  if (meters === null) return DEMO_COMPLEX
  const sizes = Array.from({ length: Math.ceil(meters / PER_BUILDING) }, (_, index) => ({
    code: buildingAt(index),
    meters: Math.min(PER_BUILDING, meters - index * PER_BUILDING),
  }))
  return {
    name: `锦绣新城（${meters}块表）`,
    nameEn: `Jinxiu New Town (${meters} meters)`,
    utcOffsetMinutes: DEMO_COMPLEX.utcOffsetMinutes,
    buildings: sizes.map((b) => ({
      code: b.code,
      name: `${b.code}座`,
      nameEn: `Building ${b.code}`,
      floors: Array.from({ length: Math.ceil(b.meters / PER_FLOOR) }, (_, index) => index + 1),
    })),
    gateways: sizes.flatMap((b) => gatewaysIn(b.code, b.meters)),
    meters: Array.from({ length: meters }, (_, index) => meterAt(index)),
    sharing: [],
  }
}
