import { describe, expect, test } from 'vitest'
import { ago, decides, NOW, suppliedOf } from '../../test/alarm-facts.ts'
import { buildingId, busId, gatewayId } from '../shared/ids.ts'
import type { BuildingFacts, BusFacts, Decision, GatewayFacts } from './rule.ts'
import buildingSilent from './rules/building-silent.ts'
import busOffline from './rules/bus-offline.ts'
import freshness from './rules/freshness-missed.ts'
import gatewayOffline from './rules/gateway-offline.ts'
import meterOffline from './rules/meter-offline.ts'

describe('meter-offline 电表失联', () => {
  const OUT = { open: true, until: null }
  const lately = (seconds: number) => ({ outage: { open: false, until: ago(seconds) } })
  const back = (seconds: number) => ({ gateway: { online: true, since: ago(seconds) } })
  const down = { gateway: { online: false, since: ago(600) } }
  decides(meterOffline, [
    ['in stock', { silentSince: ago(600), installed: false }, 'keep', 'clear'],
    ['answers', {}, 'keep', 'clear'],
    ['silent for a moment', { silentSince: ago(179) }, 'keep', 'keep'],
    ['silent for a round', { silentSince: ago(180) }, 'raise', 'keep'],
    ['never heard of', { answeredAt: null }, 'keep', 'keep'],
    ['never answered', { answeredAt: null, silentSince: ago(180) }, 'raise', 'keep'],
    ['gateway never seen', { silentSince: ago(180), gateway: null }, 'raise', 'keep'],
    ['behind an offline gateway', { silentSince: ago(900), ...down }, 'keep', 'keep'],
    ['on a bus that is out', { silentSince: ago(900), outage: OUT }, 'keep', 'keep'],
    [
      'still silent, its bus back for a moment',
      { silentSince: ago(900), ...lately(179) },
      'keep',
      'keep',
    ],
    [
      'still silent, its bus back for a round',
      { silentSince: ago(900), ...lately(180) },
      'raise',
      'keep',
    ],
    ['answers although its bus is out', { outage: OUT }, 'keep', 'clear'],
    ['gateway has just come back', { silentSince: ago(900), ...back(20) }, 'keep', 'keep'],
    ['gateway back for a round', { silentSince: ago(900), ...back(180) }, 'raise', 'keep'],
  ])
})

describe('freshness-missed 抄读超期', () => {
  decides(freshness, [
    ['just read', {}, 'keep', 'clear'],
    ['two rounds ago', { answeredAt: ago(360) }, 'keep', 'keep'],
    ['three rounds ago', { answeredAt: ago(540) }, 'keep', 'keep'],
    ['more than three', { answeredAt: ago(541) }, 'raise', 'keep'],
    ['where rounds take ten minutes', { answeredAt: ago(541), statusMs: 600_000 }, 'keep', 'clear'],
    ['never read', { answeredAt: null }, 'keep', 'keep'],
    ['silent', { answeredAt: ago(900), silentSince: ago(800) }, 'keep', 'clear'],
    ['no gateway', { answeredAt: ago(900), gateway: null }, 'keep', 'clear'],
    [
      'gateway back for a moment',
      { answeredAt: ago(900), gateway: { online: true, since: ago(30) } },
      'keep',
      'keep',
    ],
  ])
})

describe('bus-offline 总线失联', () => {
  const BUS: BusFacts = {
    ...{ busId: busId(1), gatewayId: gatewayId(1), meters: 8, silent: 8, since: ago(30) },
    gateway: { online: true, since: ago(3_600) },
  }
  test.each<[string, Partial<BusFacts>, Decision, Decision]>([
    ['all silent for its delay', {}, 'raise', 'keep'],
    ['the last fell silent just now', { since: ago(29) }, 'keep', 'keep'],
    ['one answers', { silent: 7 }, 'keep', 'clear'],
    ['one meter is not a bus', { meters: 1, silent: 1 }, 'keep', 'keep'],
    ['behind an offline gateway', { gateway: { online: false, since: ago(600) } }, 'keep', 'keep'],
    [
      'its gateway came back just now',
      { gateway: { online: true, since: ago(9) } },
      'keep',
      'keep',
    ],
    ['nobody asks there', { silent: 0, since: null }, 'keep', 'clear'],
  ])('%s', (_name, changed, closed, open) => {
    const facts = { ...BUS, ...changed }
    expect(busOffline.decide(facts, false, NOW, suppliedOf(busOffline))).toBe(closed)
    expect(busOffline.decide(facts, true, NOW, suppliedOf(busOffline))).toBe(open)
  })
})

describe('building-silent 整栋失联', () => {
  const HOUSE: BuildingFacts = {
    ...{ buildingId: buildingId(1), meters: 100, silent: 95, since: ago(30), deadLines: 3 },
  }
  test.each<[string, Partial<BuildingFacts>, Decision, Decision]>([
    ['several lines dead', {}, 'raise', 'keep'],
    ['one line is its own alarm', { deadLines: 1 }, 'keep', 'keep'],
    ['too many still answer', { silent: 89 }, 'keep', 'keep'],
    ['half are back', { silent: 50 }, 'keep', 'keep'],
    ['more than half are back', { silent: 49 }, 'keep', 'clear'],
    ['just now', { since: ago(29) }, 'keep', 'keep'],
    ['a hut', { meters: 4, silent: 4 }, 'keep', 'keep'],
  ])('%s', (_name, changed, closed, open) => {
    const facts = { ...HOUSE, ...changed }
    expect(buildingSilent.decide(facts, false, NOW, suppliedOf(buildingSilent))).toBe(closed)
    expect(buildingSilent.decide(facts, true, NOW, suppliedOf(buildingSilent))).toBe(open)
  })
})

describe('gateway-offline 通讯管理机失联', () => {
  const ONLINE: GatewayFacts = {
    gatewayId: gatewayId(1),
    enabled: true,
    online: true,
    since: ago(3_600),
    fault: null,
  }
  test.each<[string, Partial<GatewayFacts>, Decision, Decision]>([
    ['online', {}, 'keep', 'clear'],
    ['back for a moment', { since: ago(14) }, 'keep', 'keep'],
    ['back and steady', { since: ago(15) }, 'keep', 'clear'],
    ['gone for a moment', { online: false, since: ago(19) }, 'keep', 'keep'],
    ['gone', { online: false, since: ago(20) }, 'raise', 'keep'],
    ['never seen', { online: null, since: null }, 'keep', 'keep'],
    ['taken out of service', { enabled: false, online: false }, 'keep', 'clear'],
  ])('%s', (_name, changed, closed, open) => {
    const facts = { ...ONLINE, ...changed }
    expect(gatewayOffline.decide(facts, false, NOW, suppliedOf(gatewayOffline))).toBe(closed)
    expect(gatewayOffline.decide(facts, true, NOW, suppliedOf(gatewayOffline))).toBe(open)
  })
})
