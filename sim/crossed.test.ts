import { describe, expect, test } from 'vitest'
import { judgeTrip, type PowerOf } from '../src/commissioning/load-drop.ts'
import { type Crossing, crossWires } from './crossed.ts'
import { identityOf } from './definition.ts'
import { flowingW } from './meter/electrical.ts'
import { trip } from './meter/relay.ts'
import { SimulatedMeter } from './simulated-meter.ts'
import { hostTimers } from './timers.ts'

const NOW = 1_790_000_000_000
const surroundings = { utcOffsetMinutes: 480, seed: 1, load: { factor: 1 } }

const meterOf = (address: string, ratedW: number): SimulatedMeter => {
  const identity = identityOf({ gateway: 'A', address, ratedW, load: 'round-the-clock' })
  const timers = { ...hostTimers, wallMs: () => NOW }
  const meter = new SimulatedMeter(
    { gateway: 'A', dead: false },
    { ...surroundings, identity },
    null,
    timers,
  )
  meter.virtual.state.relay.open = false
  return meter
}

const wattsOf = (meter: SimulatedMeter): number => {
  const { state, site } = meter.virtual
  return flowingW({ state, site, nowMs: NOW })
}
const powersOf = (meters: readonly SimulatedMeter[]): PowerOf =>
  new Map(meters.map((meter, i) => [i, wattsOf(meter)]))

const walk = (what: Crossing | null) => {
  const own = meterOf('202611220001', 2_000)
  const other = meterOf('202611220002', 5_000)
  const meters = [own, other]
  if (what) crossWires(meters, own, other, what)
  const before = powersOf(meters)
  trip(own.virtual.state, own.virtual.site, 'operator', NOW)
  return { before, after: powersOf(meters), own, other, meters }
}

describe('a check of crossed meters', () => {
  test('whose contactors are exchanged names the other by its load', () => {
    const { before, after } = walk('contactors')
    const seen = { meterId: 0, before, after, tripped: true, dark: false, wentDark: null }
    expect(judgeTrip(seen)).toMatchObject({ reason: 'otherLoadDropped', partners: [1] })
  })

  test('whose wires are exchanged is found by the light, and draws the other’s load', () => {
    const { before, after } = walk('wires')
    const sound = walk(null)
    expect(before.get(0)).toBe(sound.before.get(1))
    const seen = { meterId: 0, before, after, tripped: true, dark: false, wentDark: 1 }
    expect(judgeTrip(seen)).toMatchObject({ reason: 'otherShopDark', partners: [1] })
  })

  test('that are as they should be finds nothing', () => {
    const { before, after } = walk(null)
    const seen = { meterId: 0, before, after, tripped: true, dark: true, wentDark: null }
    expect(judgeTrip(seen)).toMatchObject({ result: 'passed', reason: '' })
  })

  test('puts both right again', () => {
    const { own, meters, before } = walk('contactors')
    crossWires(meters, own, null, 'wires')
    expect(wattsOf(own)).toBe(0)
    expect(powersOf(meters).get(1)).toBe(before.get(1))
  })
})
