import { expect, test } from 'vitest'
import { benchMeter, NOON } from './meter/bench-meter.ts'
import { flowingW } from './meter/electrical.ts'
import { energyWhOf } from './meter/state.ts'
import { VirtualMeter } from './meter/virtual-meter.ts'
import { feedsOf } from './stations.ts'

const HOUR_MS = 3_600_000
const at = (hours: number) => NOON + hours * HOUR_MS

const building = () => {
  const [one, two, main] = [benchMeter(), benchMeter(), benchMeter()]
  for (const shop of [one, two]) {
    shop.site.fixedW = 1_000
    shop.site.stuckRelay = true
  }
  main.site.feeds = feedsOf([one, two])
  main.advance(NOON)
  return { one, two, main }
}

test('a main meter counts what flows to those behind it, and 2 % that is lost', () => {
  const { one, main } = building()
  main.advance(at(10))
  expect(energyWhOf(one.state)).toBe(10_000)
  expect(energyWhOf(main.state)).toBe(20_400)
})

test('a meter that is wired round counts nothing, and its main meter counts on', () => {
  const { one, main } = building()
  one.change(NOON, (state) => {
    state.bypass = { on: true, energyWh: 0, rest: 0 }
  })
  main.advance(at(10))
  expect(energyWhOf(one.state)).toBe(0)
  expect(energyWhOf(main.state)).toBe(20_400)
  expect(flowingW({ state: one.state, site: one.site, nowMs: at(10) })).toBe(0)
  expect(flowingW({ state: main.state, site: main.site, nowMs: at(10) })).toBe(2_040)
})

test('after a pause of the simulator it has counted what the others lived through', () => {
  const { one, two, main } = building()
  main.advance(at(1))
  for (const shop of [one, two]) shop.advance(at(5))
  const woken = new VirtualMeter(main.site, structuredClone(main.state), at(5))
  woken.site.feeds = feedsOf([one, two])
  woken.advance(at(5))
  expect(energyWhOf(woken.state)).toBe(10_200)
})
