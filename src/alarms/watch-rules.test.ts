import { describe, expect, test } from 'vitest'
import { ago, NOW, suppliedOf } from '../../test/alarm-facts.ts'
import { day } from '../shared/clock.ts'
import { gatewayId, meterId, supplyId } from '../shared/ids.ts'
import type { CoverFacts, Decision, MainFacts, UseFacts } from './rule.ts'
import coverOpened from './rules/cover-opened.ts'
import mainAgainstSubs from './rules/main-against-subs.ts'
import zeroUse from './rules/zero-use.ts'

type Row<F> = [name: string, facts: Partial<F>, closed: Decision, open: Decision]
const AT = { meterId: meterId(1), gatewayId: gatewayId(1) }
const DAY_S = 86_400

describe('cover-opened 开盖', () => {
  const seen = (secondsAgo: number): CoverFacts['covers'][number] => ({
    ...{ cover: 'meter', count: 2, openedAt: ago(secondsAgo + 60), closedAt: ago(secondsAgo) },
    notedAt: ago(secondsAgo),
  })
  const opened = (secondsAgo: number) => ({ covers: [seen(secondsAgo)] })
  const rows: Row<CoverFacts>[] = [
    ['never', { covers: [] }, 'keep', 'keep'],
    ['and nobody acknowledged it', opened(10), 'raise', 'keep'],
    [
      'and acknowledged',
      { ...opened(10), acknowledgedAt: ago(5), isAcknowledged: true },
      'keep',
      'clear',
    ],
    [
      'after an earlier one was acknowledged',
      { ...opened(10), acknowledgedAt: ago(60) },
      'raise',
      'keep',
    ],
    [
      'again while the acknowledged one is open',
      { ...opened(10), acknowledgedAt: ago(60), isAcknowledged: true },
      ...(['raise', 'clear'] as const),
    ],
  ]
  test.each(rows)('%s', (_name, changed, closed, open) => {
    const facts: CoverFacts = {
      ...{ ...AT, covers: [], acknowledgedAt: null, isAcknowledged: false },
      ...changed,
    }
    const set = suppliedOf(coverOpened)
    expect(coverOpened.decide(facts, false, NOW, set)).toBe(closed)
    expect(coverOpened.decide(facts, true, NOW, set)).toBe(open)
  })
  test('tells of the cover that was seen last, at the meter’s own time', () => {
    const covers: CoverFacts['covers'] = [
      seen(500),
      { ...seen(10), cover: 'terminal', closedAt: null },
    ]
    const facts = { ...AT, covers, acknowledgedAt: null, isAcknowledged: false }
    expect(coverOpened.evidence(facts)).toEqual({
      ...{ cover: 'terminal', times: 2, openedAt: ago(70), closedAt: null, notedAt: ago(10) },
      lastSeen: 'coverOpen',
    })
  })
})

describe('zero-use 零用电', () => {
  const rows: Row<UseFacts>[] = [
    ['nothing for its days', {}, 'raise', 'keep'],
    ['a step of the register', { usedWh: 10 }, 'raise', 'keep'],
    ['more than a step', { usedWh: 11 }, 'keep', 'clear'],
    ['nothing, with the relay open', { relay: 'tripped' }, 'keep', 'clear'],
    ['nothing, and the tenant may close it', { relay: 'closePermitted' }, 'keep', 'clear'],
    ['nothing, and no relay is known', { relay: null }, 'raise', 'keep'],
    ['nothing, since the relay was closed yesterday', { since: ago(DAY_S) }, 'keep', 'keep'],
    ['a moment less than its days', { since: ago(3 * DAY_S - 1) }, 'keep', 'keep'],
    ['what it used is not known', { usedWh: null }, 'keep', 'keep'],
    ['its register was not read for a day', { readAt: ago(DAY_S + 1) }, 'keep', 'keep'],
    ['its register was never read', { readAt: null }, 'keep', 'keep'],
  ]
  test.each(rows)('%s', (_name, changed, closed, open) => {
    const facts: UseFacts = {
      ...{ ...AT, supplyId: supplyId(1), relay: 'closed', since: ago(9 * DAY_S), readAt: NOW },
      ...{ usedWh: 0, usedSince: ago(3 * DAY_S), ...changed },
    }
    const set = suppliedOf(zeroUse)
    expect(zeroUse.decide(facts, false, NOW, set)).toBe(closed)
    expect(zeroUse.decide(facts, true, NOW, set)).toBe(open)
  })
})

describe('main-against-subs 总分表', () => {
  const kwh = (main: number, subs: number, unread = 0) => ({
    ...{ mainWh: main * 1_000, subsWh: subs * 1_000, unread },
  })
  const rows: Row<MainFacts>[] = [
    ['alike', kwh(1_000, 1_000), 'keep', 'clear'],
    ['5 % apart', kwh(1_000, 950), 'keep', 'keep'],
    ['more than 5 % apart', kwh(1_000, 949), 'raise', 'keep'],
    ['4 % apart: a step below', kwh(1_000, 960), 'keep', 'clear'],
    ['the sub-meters count more', kwh(1_000, 1_060), 'raise', 'keep'],
    ['much of little', kwh(20, 11), 'keep', 'keep'],
    ['10 kWh of little', kwh(20, 9), 'raise', 'keep'],
    ['8 kWh of little', kwh(20, 12), 'keep', 'clear'],
    ['the main counted nothing', kwh(0, 50), 'raise', 'keep'],
    ['nothing at all', kwh(0, 0), 'keep', 'clear'],
    ['one of them was not read', kwh(1_000, 500, 1), 'keep', 'keep'],
  ]
  test.each(rows)('%s', (_name, changed, closed, open) => {
    const facts: MainFacts = {
      ...{ ...AT, firstDay: day('2026-11-22'), lastDay: day('2026-11-22'), subs: 9 },
      ...{ mainWh: 0, subsWh: 0, unread: 0, ...changed },
    }
    const set = suppliedOf(mainAgainstSubs)
    expect(mainAgainstSubs.decide(facts, false, NOW, set)).toBe(closed)
    expect(mainAgainstSubs.decide(facts, true, NOW, set)).toBe(open)
  })
})
