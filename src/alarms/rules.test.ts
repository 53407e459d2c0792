import { describe, expect, test } from 'vitest'
import { ago, decides, NOW, type Row, SOUND, suppliedOf } from '../../test/alarm-facts.ts'
import { complexId } from '../shared/ids.ts'
import type { ComplexFacts, Decision, MeterFacts } from './rule.ts'
import { isAlarmRule } from './rule.ts'
import arrears from './rules/arrears.ts'
import low1 from './rules/balance-low-1.ts'
import low2 from './rules/balance-low-2.ts'
import barred from './rules/barred-meter-money.ts'
import calendarUnknown from './rules/calendar-unknown.ts'
import clockDrift from './rules/clock-drift.ts'
import unpriced from './rules/energy-without-price.ts'
import keepOverdue from './rules/keep-power-overdue.ts'
import otherwise from './rules/meter-deducts-otherwise.ts'
import figures from './rules/month-figures-missing.ts'
import pricesDiffer from './rules/price-differs.ts'
import switchUnconfirmed from './rules/price-switch-unconfirmed.ts'
import mismatch from './rules/purchase-count-mismatch.ts'
import readingSuspect from './rules/reading-suspect.ts'
import tripSurge from './rules/trip-surge.ts'
import webhookOff from './rules/webhook-off.ts'

const COMPLEX: ComplexFacts = {
  ...{ complexId: complexId(1), unknownYear: null, surge: null, webhooksOff: 0 },
  keeps: { unset: 0, overdue: 0 },
}

const HOUR_S = 3_600
const PUSH = {
  planId: 1,
  version: 2,
  switchAt: ago(-30 * HOUR_S),
  underWay: false,
  writtenAt: ago(60),
  inForceAt: null,
  lostAt: null,
}
const DUE = { planId: 1, version: 2, at: ago(-20 * HOUR_S) }
type Push = MeterFacts['prices']['push']
const priced = (push: Push, due: MeterFacts['prices']['due'] = null, differs: string[] = []) => ({
  prices: { push, due, differs },
})

describe('a switch-over that nobody has confirmed', () => {
  decides(switchUnconfirmed, [
    ['nothing was pushed and nothing changes', priced(null), 'keep', 'clear'],
    ['waits, written and read back', priced(PUSH), 'keep', 'clear'],
    ['not written, 30 hours before', priced({ ...PUSH, writtenAt: null }), 'keep', 'clear'],
    [
      'not written, a day before',
      priced({ ...PUSH, writtenAt: null, switchAt: ago(-24 * HOUR_S) }),
      'raise',
      'keep',
    ],
    [
      'still being written',
      priced({ ...PUSH, writtenAt: null, switchAt: ago(-HOUR_S), underWay: true }),
      'keep',
      'clear',
    ],
    ['a few minutes after its moment', priced({ ...PUSH, switchAt: ago(600) }), 'keep', 'clear'],
    ['not seen long after its moment', priced({ ...PUSH, switchAt: ago(901) }), 'raise', 'keep'],
    ['something else is in the meter', priced({ ...PUSH, lostAt: NOW }), 'raise', 'keep'],
    [
      'in a meter that was taken down',
      { ...priced({ ...PUSH, lostAt: NOW }), installed: false },
      'keep',
      'clear',
    ],
    ['in force', priced({ ...PUSH, switchAt: ago(901), inForceAt: NOW }), 'keep', 'clear'],
    ['a change tomorrow that was never pushed', priced(null, DUE), 'raise', 'keep'],
    ['that was pushed', priced({ ...PUSH, switchAt: DUE.at }, DUE), 'keep', 'clear'],
    ['of which another version was pushed', priced({ ...PUSH, version: 1 }, DUE), 'raise', 'keep'],
    [
      'that is in force and was noted before',
      priced({ ...PUSH, inForceAt: NOW }, DUE),
      'keep',
      'clear',
    ],
  ])
})

describe('prices in a meter that are not the plan’s', () => {
  decides(pricesDiffer, [
    ['nobody can tell', { prices: { push: null, due: null, differs: null } }, 'keep', 'keep'],
    ['as the plan says', priced(null), 'keep', 'clear'],
    ['another price', priced(null, null, ['prices']), 'raise', 'keep'],
    [
      'in a meter that was taken down',
      { ...priced(null, null, ['prices']), installed: false },
      'keep',
      'clear',
    ],
    ['while a change is due the other alarm tells', priced(null, DUE, ['prices']), 'keep', 'keep'],
  ])
})

// Whatever the level, these tell nothing about the balance now, or that nobody owes here.
const UNKNOWN: Row[] = [
  ['balance never read', { balanceFen: null, balanceAt: null }, 'keep', 'keep'],
  ['balance older than two rounds', { balanceFen: -5, balanceAt: ago(361) }, 'keep', 'keep'],
  ['old and high again', { balanceFen: 99_999, balanceAt: ago(361) }, 'keep', 'keep'],
  ['nobody knows whether it is opened', { balanceFen: -5, opened: null }, 'keep', 'keep'],
  ['paid a moment ago', { balanceFen: -5, paidLately: true }, 'keep', 'keep'],
  ['paid, and read with the money', { paidLately: true }, 'keep', 'clear'],
  ['not opened', { balanceFen: -5, opened: false }, 'keep', 'clear'],
  ['no supply', { balanceFen: -5, limits: null, supplyId: null }, 'keep', 'clear'],
]

describe('balance-low-1 余额不足一级', () => {
  decides(low1, [
    ['plenty', {}, 'keep', 'clear'],
    ['a fen above the alarm amount', { balanceFen: 3_001 }, 'keep', 'keep'],
    ['at the alarm amount', { balanceFen: 3_000 }, 'raise', 'keep'],
    ['below it', { balanceFen: 2_000 }, 'raise', 'keep'],
    ['just above the gap', { balanceFen: 3_101 }, 'keep', 'clear'],
    ['at the end of the gap', { balanceFen: 3_100 }, 'keep', 'keep'],
    ['in the band of the second level', { balanceFen: 1_000 }, 'keep', 'keep'],
    ['in arrears', { balanceFen: 0 }, 'keep', 'keep'],
    ['read two rounds ago', { balanceFen: 3_000, balanceAt: ago(360) }, 'raise', 'keep'],
    [
      'told two reports ago by a gateway that sends every half hour',
      { balanceFen: 3_000, balanceAt: ago(3_600), statusMs: 1_800_000 },
      'raise',
      'keep',
    ],
    ...UNKNOWN,
  ])
})

describe('balance-low-2 余额不足二级', () => {
  const overdraft = { alarm1Fen: 3_000, alarm2Fen: 1_000, overdraftFen: 2_000 }
  decides(low2, [
    ['plenty', {}, 'keep', 'clear'],
    ['in the band of the first level', { balanceFen: 1_500 }, 'keep', 'clear'],
    ['at the alarm amount', { balanceFen: 1_000 }, 'raise', 'keep'],
    ['one fen left', { balanceFen: 1 }, 'raise', 'keep'],
    ['in arrears', { balanceFen: 0 }, 'keep', 'keep'],
    ['in overdraft', { balanceFen: -1, limits: overdraft }, 'keep', 'keep'],
    ['just above the gap', { balanceFen: 1_101 }, 'keep', 'clear'],
    ['within the gap', { balanceFen: 1_100 }, 'keep', 'keep'],
    ...UNKNOWN,
  ])
})

describe('arrears 欠费', () => {
  decides(arrears, [
    ['plenty', {}, 'keep', 'clear'],
    ['one fen left', { balanceFen: 1 }, 'keep', 'clear'],
    ['nothing left', { balanceFen: 0 }, 'raise', 'keep'],
    ['overdrawn', { balanceFen: -500 }, 'raise', 'keep'],
    ...UNKNOWN,
  ])
})

test.each([5_000, 3_000, 1_001, 1_000, 1, 0, -1])(
  'a balance of %d fen raises at most one level',
  (balanceFen) => {
    const facts = { ...SOUND, balanceFen }
    const raised = [low1, low2, arrears].filter(
      (r) => r.decide(facts, false, NOW, suppliedOf(r)) === 'raise',
    )
    expect(raised).toHaveLength(balanceFen > 3_000 ? 0 : 1)
  },
)

describe('barred-meter-money 停用表有余额', () => {
  const barredAt = ago(3_600)
  decides(barred, [
    ['not barred', {}, 'keep', 'clear'],
    ['read with money since', { barredAt, installed: false }, 'raise', 'keep'],
    ['read before it was barred', { barredAt, balanceAt: ago(3_601) }, 'keep', 'keep'],
    ['never read', { barredAt, balanceFen: null, balanceAt: null }, 'keep', 'keep'],
    ['read as empty', { barredAt, balanceFen: 0 }, 'keep', 'clear'],
  ])
})

const deduction = { deductedFen: 1_000, pricedFen: 1_030, slackFen: 20, energyWh: 1, astrayDays: 1 }
describe('meter-deducts-otherwise 表内电价不符', () => {
  decides(otherwise, [
    ['never compared', {}, 'keep', 'clear'],
    ['they agree', { deduction: { ...deduction, astrayDays: 0 } }, 'keep', 'clear'],
    ['a little off for a day', { deduction }, 'keep', 'keep'],
    ['a little off for two', { deduction: { ...deduction, astrayDays: 2 } }, 'raise', 'keep'],
    ['far off at once', { deduction: { ...deduction, pricedFen: 1_200 } }, 'raise', 'keep'],
    [
      'a large part of a few fen',
      { deduction: { ...deduction, deductedFen: 26, pricedFen: 19 } },
      'keep',
      'keep',
    ],
  ])
})

describe('energy-without-price 电量无电价', () => {
  decides(unpriced, [
    ['all of it has a price', {}, 'keep', 'clear'],
    ['some of it has none', { unpricedWh: 1 }, 'raise', 'keep'],
  ])
})

describe('month-figures-missing 月度计量未录入', () => {
  decides(figures, [
    ['nothing is needed, or all of it was entered', {}, 'keep', 'clear'],
    [
      'the month is charged without its demand',
      { figuresMissing: { month: '2026-10', what: ['maxDemand'] } },
      ...(['raise', 'keep'] as const),
    ],
  ])
})

describe('clock-drift 时钟偏差', () => {
  const off = (seconds: number) => ({ clock: { offsetMs: seconds * 1_000, at: NOW } })
  decides(clockDrift, [
    ['right', {}, 'keep', 'clear'],
    ['a minute off', off(-60), 'keep', 'clear'],
    ['five minutes off', off(300), 'keep', 'keep'],
    ['more', off(-301), 'raise', 'keep'],
    ['not measured', { clock: null }, 'keep', 'keep'],
  ])
})

describe('reading-suspect 可疑读数', () => {
  decides(readingSuspect, [
    ['nothing to decide', {}, 'keep', 'clear'],
    ['a reading that waits', { suspect: { at: ago(60), flags: 1 } }, 'raise', 'keep'],
  ])
  test('says why in both languages', () => {
    const suspect = { at: NOW, flags: 1 | 4 | 64 }
    expect(readingSuspect.evidence({ ...SOUND, suspect })).toEqual({
      readAt: NOW,
      reason: '读数倒走、时钟异常、补抄',
      reasonEn: 'the register went backwards, impossible clock, fetched later',
    })
  })
})

describe('purchase-count-mismatch 充值次数异常', () => {
  decides(mismatch, [
    ['nothing held', {}, 'keep', 'clear'],
    ['held', { hold: { reason: 'count-ahead', since: ago(1) } }, 'raise', 'keep'],
  ])
})

describe('holidays of a year that nobody knows', () => {
  test.each<[number | null, Decision, Decision]>([
    [null, 'keep', 'clear'],
    [2027, 'raise', 'keep'],
  ])('%j', (unknownYear, closed, open) => {
    const facts = { ...COMPLEX, unknownYear }
    expect(calendarUnknown.decide(facts, false, NOW, suppliedOf(calendarUnknown))).toBe(closed)
    expect(calendarUnknown.decide(facts, true, NOW, suppliedOf(calendarUnknown))).toBe(open)
    expect(calendarUnknown.evidence(facts)).toEqual({ year: unknownYear })
  })
})

test('a falling balance is told once at each level, a rising one clears them all', () => {
  const open = new Set<string>()
  const told: string[] = []
  const cleared: string[] = []
  for (const balanceFen of [5_000, 3_000, 2_999, 3_050, 2_500, 1_000, 900, 0, -10, 50, 4_000]) {
    for (const rule of [low1, low2, arrears]) {
      const decision = rule.decide(
        { ...SOUND, balanceFen },
        open.has(rule.id),
        NOW,
        suppliedOf(rule),
      )
      if (decision === 'raise') told.push(rule.id)
      if (decision === 'clear' && open.has(rule.id)) cleared.push(rule.id)
      if (decision === 'raise') open.add(rule.id)
      if (decision === 'clear') open.delete(rule.id)
    }
  }
  expect(told).toEqual(['balance-low-1', 'balance-low-2', 'arrears'])
  expect(cleared).toEqual(['arrears', 'balance-low-1', 'balance-low-2'])
  expect(open.size).toBe(0)
})

test.each([{}, null, { id: 'x' }, { id: 'x', subjectKind: 'meter', decide: 1, evidence: 2 }])(
  '%o is no rule',
  (value) => {
    expect(isAlarmRule(value)).toBe(false)
  },
)

describe('what the power policy alarms about', () => {
  const surge = { surges: 1, meters: 61, since: NOW }
  test.each<[string, Partial<ComplexFacts>, string, string]>([
    ['nothing', {}, 'keep', 'clear'],
    ['a surge', { surge }, 'raise', 'keep'],
  ])('%s', (_name, facts, closed, open) => {
    const known = { ...COMPLEX, ...facts }
    expect(tripSurge.decide(known, false, NOW, suppliedOf(tripSurge))).toBe(closed)
    expect(tripSurge.decide(known, true, NOW, suppliedOf(tripSurge))).toBe(open)
  })
  test.each<[number, number, string, string]>([
    [0, 0, 'keep', 'clear'],
    [1, 0, 'raise', 'keep'],
    [0, 1, 'raise', 'keep'],
  ])('%i not kept, %i kept too long', (unset, overdue, closed, open) => {
    const known = { ...COMPLEX, keeps: { unset, overdue } }
    expect(keepOverdue.decide(known, false, NOW, suppliedOf(keepOverdue))).toBe(closed)
    expect(keepOverdue.decide(known, true, NOW, suppliedOf(keepOverdue))).toBe(open)
    expect(keepOverdue.evidence(known)).toEqual({ unset, overdue })
  })
  test('a surge tells how many', () => {
    expect(tripSurge.evidence({ ...COMPLEX, surge })).toEqual(surge)
  })
})

test.each<[number, string, string]>([
  [0, 'keep', 'clear'],
  [2, 'raise', 'keep'],
])('%i webhooks that were switched off', (webhooksOff, closed, open) => {
  const known = { ...COMPLEX, webhooksOff }
  expect(webhookOff.decide(known, false, NOW, suppliedOf(webhookOff))).toBe(closed)
  expect(webhookOff.decide(known, true, NOW, suppliedOf(webhookOff))).toBe(open)
  expect(webhookOff.evidence(known)).toEqual({ webhooks: webhooksOff })
})
