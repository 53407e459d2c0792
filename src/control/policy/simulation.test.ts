import { expect, test } from 'vitest'
import { must } from '../../shared/assert.ts'
import { type Instant, instant, parseRfc3339, plusMs } from '../../shared/clock.ts'
import { calendarOf } from '../../tariff/calendar.ts'
import { decide, owedMost, type PolicyFacts, TRIP_FRESH_MS } from './decide.ts'
import { darkAnswer, daysOf } from './forecast.ts'
import { memoryOf } from './memory.ts'
import { DEFAULT_POLICY, type SupplyPolicy } from './settings.ts'
import { noTripBetween, type Span, windowIn } from './windows.ts'

// One shop for four days, looked at every ten minutes: money is used up, paid, lost sight of; an
// operator trips and releases. The relay does what the policy orders.

const PLACE = { zone: 'Asia/Shanghai', calendar: calendarOf([]) }
const BEGIN = must(parseRfc3339('2026-11-26T10:00+08:00'), 'a Thursday')
const STEP_MS = 10 * 60_000
const STEPS = 4 * 144
const END = plusMs(BEGIN, STEPS * STEP_MS)

const seeded = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
}

const policyOf = (pick: (below: number) => number): SupplyPolicy => ({
  ...DEFAULT_POLICY,
  delayMinutes: pick(3) * 60,
  graceFen: pick(2) * 2_000,
  noTrip: {
    week: Array.from({ length: 7 }, () => (pick(2) === 0 ? [] : [{ from: 0, to: 480 }])),
    weekends: pick(2) === 0,
    holidays: false,
  },
})

type Shop = PolicyFacts & { byOperator: boolean }
const shopOf = (pick: (below: number) => number, now: Instant): Shop => ({
  ...{ charged: 'centre', availableFen: 2_000 + pick(20_000), asOf: now, overdraftFen: 0 },
  ...{ alarm2Fen: 1_000, owesSince: null, relay: 'closed', kept: false, silent: false },
  ...{ mode: 'prepaid', tripCause: null, protected: pick(10) === 0, purchasesOnWay: 0 },
  ...{ commandUnderWay: false, surge: false, canTrip: true, power: null, overloadSince: null },
  ...{ overloadTries: 0, overloadTriedAt: null, trippedSince: null, byOperator: false },
})

const look = (shop: Shop, policy: SupplyPolicy, noTrip: readonly Span[], now: Instant) => {
  Object.assign(shop, memoryOf(shop, policy, now))
  const window = windowIn(noTrip, now)
  const decision = decide(shop, policy, window, now)
  if (decision.intent === 'trip') {
    expect(shop).toMatchObject({
      protected: false,
      kept: false,
      purchasesOnWay: 0,
      mode: 'prepaid',
    })
    expect(window.now).toBeNull()
    expect(now - must(shop.asOf, 'a figure')).toBeLessThanOrEqual(TRIP_FRESH_MS)
    expect(shop.availableFen).toBeLessThanOrEqual(-owedMost(0, policy))
    Object.assign(shop, { relay: 'tripped', tripCause: 'arrears' })
  }
  if (decision.intent === 'reclose') {
    expect(shop.byOperator).toBe(false)
    expect(shop.availableFen).toBeGreaterThan(-owedMost(0, policy))
    Object.assign(shop, { relay: 'closed', tripCause: null })
  }
  return decision
}

const happens = (shop: Shop, pick: (below: number) => number): void => {
  const event = pick(120)
  if (event === 0) shop.availableFen = (shop.availableFen ?? 0) + 10_000
  if (event === 1)
    Object.assign(shop, {
      mode: 'tripped',
      relay: 'tripped',
      tripCause: 'operator',
      byOperator: true,
    })
  if (event === 2 && shop.byOperator)
    Object.assign(shop, { mode: 'prepaid', tripCause: 'released', byOperator: false })
  if (event === 3) shop.kept = !shop.kept && shop.relay === 'closed'
  if (event === 4) shop.purchasesOnWay = shop.purchasesOnWay === 0 ? 1 : 0
}

test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
  'whatever happens, nobody is tripped or closed against the rules: seed %i',
  (seed) => {
    const pick = seeded(seed)
    const policy = policyOf(pick)
    const shop = shopOf(pick, BEGIN)
    const noTrip = noTripBetween(policy.noTrip, PLACE, { from: BEGIN, until: END })
    for (let step = 0; step < STEPS; step++) {
      const now = plusMs(BEGIN, step * STEP_MS)
      happens(shop, pick)
      const isRead = pick(4) > 0
      if (isRead) shop.asOf = now
      if (shop.relay === 'closed') shop.availableFen = (shop.availableFen ?? 0) - pick(100)
      look(shop, policy, noTrip, now)
    }
  },
)

test.each(Array.from({ length: 40 }, (_, seed) => seed + 101))(
  'who was told to go dark does so when he was told, if nobody pays: seed %i',
  (seed) => {
    const pick = seeded(seed)
    const policy = policyOf(pick)
    const shop = shopOf(pick, BEGIN)
    const until = END
    const daily = 2_400 + pick(24_000)
    const span = { from: BEGIN, until }
    const period = {
      ...{ now: BEGIN, until, days: daysOf(PLACE, span) },
      noTrip: noTripBetween(policy.noTrip, PLACE, span),
    }
    const use = Array.from({ length: 7 }, () => daily)
    const facts = { ...shop, meterId: 1, by: null, use }
    const can = { keep: true, settings: true }
    const told = darkAnswer(facts, policy, can, period)
    const begunFen = must(shop.availableFen, 'a balance')
    let trippedAt: Instant | null = null
    for (let now = BEGIN; now < until && trippedAt === null; now = plusMs(now, STEP_MS)) {
      shop.availableFen = Math.ceil(begunFen - (daily * (now - BEGIN)) / 86_400_000)
      shop.asOf = now
      if (look(shop, policy, period.noTrip, now).intent === 'trip') trippedAt = now
    }
    if (told.outcome !== 'trips') return expect(trippedAt).toBeNull()
    const late = must(
      trippedAt ?? (told.at && told.at + 2 * STEP_MS >= until ? told.at : null),
      'dark',
    )
    expect(Math.abs(late - must(told.at, 'a time'))).toBeLessThanOrEqual(2 * STEP_MS)
    expect(instant(late)).toBeGreaterThan(BEGIN)
  },
)
