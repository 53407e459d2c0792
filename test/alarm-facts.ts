// What alarm rules are tried on 报警规则测试: a sound meter, and a table of what changes in it with what
// a rule decides while its alarm is not open, and while it is.

import { expect, test } from 'vitest'
import type { AlarmRule, Decision, MeterFacts, MeterRule } from '../src/alarms/rule.ts'
import { tuned } from '../src/alarms/tuned.ts'
import { type Instant, instant, plusMs } from '../src/shared/clock.ts'
import { gatewayId, meterId, supplyId, tenantId } from '../src/shared/ids.ts'

export const NOW = instant(1_790_000_000_000)
export const ago = (seconds: number): Instant => plusMs(NOW, -seconds * 1_000)

export const SOUND: MeterFacts = {
  meterId: meterId(1),
  gatewayId: gatewayId(1),
  supplyId: supplyId(1),
  tenantId: tenantId(1),
  opened: true,
  balanceFen: 10_000,
  balanceAt: NOW,
  paidLately: false,
  limits: { alarm1Fen: 3_000, alarm2Fen: 1_000, overdraftFen: 0 },
  answeredAt: NOW,
  silentSince: null,
  fault: null,
  gateway: { online: true, since: ago(3_600) },
  hold: null,
  statusMs: 180_000,
  suspect: null,
  clock: { offsetMs: 0, at: NOW },
  installed: true,
  barredAt: null,
  unpricedWh: 0,
  figuresMissing: null,
  deduction: null,
  prices: { push: null, due: null, differs: null },
  outage: { open: false, until: null },
  relay: { is: 'closed', since: ago(86_400), readAt: NOW },
  ordered: null,
  power: { watts: 800, at: NOW },
  overload: null,
  overSince: null,
  overloadTrip: null,
}

export const suppliedOf = (rule: AlarmRule) => tuned(rule, null).set

export type Row = [name: string, facts: Partial<MeterFacts>, closed: Decision, open: Decision]

// What each rule decides while its alarm is not open, and while it is.
export const decides = (rule: MeterRule, rows: Row[], figures: Record<string, number> = {}) =>
  test.each(rows)('%s', (_name, changed, closed, open) => {
    const facts = { ...SOUND, ...changed }
    const set = { ...suppliedOf(rule), ...figures }
    expect(rule.decide(facts, false, NOW, set)).toBe(closed)
    expect(rule.decide(facts, true, NOW, set)).toBe(open)
  })
