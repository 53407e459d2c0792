import { describe, expect, test } from 'vitest'
import { ago, NOW } from '../../test/alarm-facts.ts'
import type { EscalationStep } from '../http/contract/alarms.ts'
import { buildingId, busId, gatewayId } from '../shared/ids.ts'
import { badStep, dueSteps } from './escalation.ts'
import type { Stretch } from './line-facts-store.ts'
import { buildingsOf, busesOf } from './lines.ts'
import type { GatewayFacts } from './rule.ts'
import gatewayOffline from './rules/gateway-offline.ts'
import meterOffline from './rules/meter-offline.ts'
import { decideStorm, ruleOfStorm, stormOf } from './storm.ts'
import { tuned, unfit } from './tuned.ts'

describe('a storm of at most 30', () => {
  const limits = { alarms: 30, minutes: 10 }
  test.each<[lately: number, left: number, closed: string, open: string]>([
    [30, 0, 'keep', 'keep'],
    [31, 0, 'raise', 'keep'],
    [16, 0, 'keep', 'keep'],
    [15, 0, 'keep', 'clear'],
    [15, 15, 'keep', 'clear'],
    [0, 16, 'keep', 'keep'],
  ])('%i raised lately and %i left', (lately, left, closed, open) => {
    expect(decideStorm({ lately, left }, false, limits)).toBe(closed)
    expect(decideStorm({ lately, left }, true, limits)).toBe(open)
  })
  test('has a name of its own, which names its rule', () => {
    expect(ruleOfStorm(stormOf('meter-offline'))).toBe('meter-offline')
    expect(ruleOfStorm('meter-offline')).toBeNull()
  })
})

const step = (severity: EscalationStep['severity'], afterMinutes: number): EscalationStep => ({
  ...{ severity, afterMinutes, roles: ['manager'], operatorIds: [] },
})

describe('escalation', () => {
  const steps = [step('serious', 60), step('serious', 15), step('warning', 5)]
  test.each<
    [severity: 'serious' | 'warning' | 'info', minutes: number, taken: number, due: number[]]
  >([
    ['serious', 14, 0, []],
    ['serious', 15, 0, [15]],
    ['serious', 15, 1, []],
    ['serious', 60, 1, [60]],
    ['serious', 90, 0, [15, 60]],
    ['serious', 90, 2, []],
    ['warning', 90, 0, [5]],
    ['info', 90, 0, []],
  ])('of a %s alarm after %i minutes, %i steps taken', (severity, minutes, escalated, due) => {
    const waiting = { severity, since: ago(minutes * 60), escalated }
    expect(dueSteps(steps, waiting, NOW).map((one) => one.afterMinutes)).toEqual(due)
  })
  test.each<[EscalationStep[], string | null]>([
    [[], null],
    [steps, null],
    [[step('info', 5), step('serious', 5)], null],
    [[step('info', 5), step('info', 5)], 'same_time'],
    [[{ ...step('info', 5), roles: [] }], 'nobody'],
    [[{ ...step('info', 5), roles: ['ghost'] }], 'unknown'],
    [[{ ...step('info', 5), operatorIds: [9] }], 'unknown'],
  ])('%j can be saved, or why not', (wanted, rule) => {
    const known = { roles: new Set(['manager']), operators: new Set([1]) }
    expect(badStep(wanted, known)?.rule ?? null).toBe(rule)
  })
})

describe('the settings of a rule', () => {
  test('are what is stored, within its bounds, and else as supplied', () => {
    expect(tuned(meterOffline, null)).toMatchObject({
      ...{ enabled: true, severity: 'warning', set: { delayS: 180 } },
    })
    const stored = { enabled: false, figures: { delayS: 1, gone: 7 } }
    expect(tuned(meterOffline, stored)).toMatchObject({ enabled: false, set: { delayS: 60 } })
  })
  test('never turn off what safety hangs on, whatever was stored', () => {
    expect(tuned(gatewayOffline, { enabled: false }).enabled).toBe(true)
  })
  test.each([
    [meterOffline, { enabled: false, severity: 'info', figures: {} }, null],
    [meterOffline, { enabled: true, severity: 'info', figures: { delayS: 59 } }, 'figure'],
    [meterOffline, { enabled: true, severity: 'info', figures: { other: 1 } }, 'figure'],
    [gatewayOffline, { enabled: false, severity: 'serious', figures: {} }, 'safety'],
    [gatewayOffline, { enabled: true, severity: 'warning', figures: {} }, 'severity'],
    [gatewayOffline, { enabled: true, severity: 'serious', figures: { delayS: 30 } }, null],
  ] as const)('%# fit or tell why not', (rule, settings, why) => {
    expect(unfit(rule, settings)?.why ?? null).toBe(why)
  })
})

describe('lines', () => {
  const gateway = (id: number, online: boolean): [ReturnType<typeof gatewayId>, GatewayFacts] => [
    gatewayId(id),
    { ...{ gatewayId: gatewayId(id), enabled: true, online, fault: null }, since: ago(100) },
  ]
  const gateways = new Map([gateway(1, true), gateway(2, false)])
  const part = (
    bus: number,
    building: number | null,
    [meters, silent]: [number, number],
    on = 1,
  ): Stretch => ({
    ...{ gatewayId: gatewayId(on), busId: busId(bus), meters, silent },
    buildingId: building === null ? null : buildingId(building),
    silentSince: silent === 0 ? null : ago(bus * 10),
  })
  const parts = [
    part(1, 1, [8, 8]),
    part(1, 2, [4, 0]),
    part(2, 1, [2, 2]),
    part(3, 1, [10, 0], 2),
    part(4, null, [5, 5]),
  ]
  test('of one bus are counted over its buildings', () => {
    expect(busesOf(parts, gateways)).toMatchObject([
      { busId: 1, meters: 12, silent: 8, since: ago(10), gateway: { online: true } },
      { busId: 2, meters: 2, silent: 2, since: ago(20) },
      { busId: 3, meters: 10, silent: 0, since: null, gateway: { online: false } },
      { busId: 4, meters: 5, silent: 5 },
    ])
  })
  test('of a building count what hides behind an offline gateway, each dead line once', () => {
    expect(buildingsOf(parts, gateways)).toEqual([
      { buildingId: 1, meters: 20, silent: 20, since: ago(10), deadLines: 3 },
      { buildingId: 2, meters: 4, silent: 0, since: null, deadLines: 0 },
    ])
  })
})
