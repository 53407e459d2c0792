import { describe, expect, test } from 'vitest'
import { type Instant, instant, plusMs } from '../../shared/clock.ts'
import { changedBy, type Decision, decide, type PolicyFacts, TRIP_FRESH_MS } from './decide.ts'
import { DEFAULT_POLICY, type SupplyPolicy } from './settings.ts'
import type { Window } from './windows.ts'

const NOW = instant(Date.UTC(2026, 10, 23, 4))
const MINUTE = 60_000
const ago = (minutes: number): Instant => plusMs(NOW, -minutes * MINUTE)
const ahead = (minutes: number): Instant => plusMs(NOW, minutes * MINUTE)

const OWES: PolicyFacts = {
  ...{ charged: 'centre', availableFen: -100, asOf: ago(1), overdraftFen: 0, alarm2Fen: 1_000 },
  ...{ owesSince: ago(60), relay: 'closed', kept: false, silent: false, mode: 'prepaid' },
  ...{ tripCause: null, protected: false, purchasesOnWay: 0, commandUnderWay: false },
  ...{ surge: false, canTrip: true, power: null, overloadSince: null, overloadTries: 0 },
  ...{ overloadTriedAt: null, trippedSince: null },
}
const OPEN: Window = { now: null, next: null }
const CLOSED_TILL: Window = { now: { from: ago(60), until: ahead(90) }, next: null }

const word = ({ intent, cause, reason, at }: Decision): string =>
  [intent, cause, reason, at === null ? null : `at ${(at - NOW) / MINUTE}`]
    .filter((part) => part !== null && part !== undefined)
    .join(' ')

const said = (
  facts: Partial<PolicyFacts>,
  policy: Partial<SupplyPolicy> = {},
  window: Window = OPEN,
): string => word(decide({ ...OWES, ...facts }, { ...DEFAULT_POLICY, ...policy }, window, NOW))

const TRIPPED_FOR_ARREARS = {
  relay: 'tripped',
  tripCause: 'arrears',
  availableFen: 99_999,
} as const
const TOO_MUCH = { power: { watts: 9_000, at: ago(1) }, overloadSince: ago(60) }
const WATCHED = { overload: { ...DEFAULT_POLICY.overload, powerW: 5_000, centreTrips: true } }

describe('INV-20: one command at a time, and it reaches its end first', () => {
  test.each<[string, Partial<PolicyFacts>, Partial<SupplyPolicy>]>([
    ['no trip for arrears', {}, {}],
    ['no trip for an overload', TOO_MUCH, WATCHED],
    ['no closing when money has come', TRIPPED_FOR_ARREARS, {}],
  ])('while one is under way: %s', (_name, facts, policy) => {
    expect(said({ ...facts, commandUnderWay: true }, policy)).toBe('nothing commandUnderWay')
    expect(said(facts, policy)).not.toMatch(/^nothing/)
  })
})

describe('INV-21: what was right when it was ordered is asked again before it is sent', () => {
  const queued = { availableFen: -100, asOf: ago(1) }
  test.each<[string, Partial<PolicyFacts>, Window, string]>([
    ['still so', {}, OPEN, 'trip arrears arrears'],
    ['the figure has grown old', { asOf: ago(16) }, OPEN, 'nothing staleReading'],
    ['money has come', { availableFen: 5_000 }, OPEN, 'nothing enough'],
    ['a purchase was paid', { purchasesOnWay: 1 }, OPEN, 'nothing paidOnTheWay'],
    ['a no-trip window has begun', {}, CLOSED_TILL, 'warn noTripWindow at 90'],
    ['an operator keeps it now', { mode: 'kept' }, OPEN, 'nothing kept'],
    ['the meter fell silent', { silent: true }, OPEN, 'nothing silent'],
  ])('a trip for arrears: %s', (_name, since, window, decision) => {
    expect(said({ ...queued, ...since }, {}, window)).toBe(decision)
  })
})

describe('INV-22: a reclosing never follows an operator’s trip without his release', () => {
  const rich = { relay: 'tripped', availableFen: 99_999 } as const
  test.each<[string, Partial<PolicyFacts>, string]>([
    [
      'tripped by an operator, mode back by mistake',
      { tripCause: 'operator' },
      'nothing needsOperator',
    ],
    ['his mode stands', { mode: 'tripped', tripCause: 'operator' }, 'nothing trippedByMode'],
    [
      'his mode stands over arrears',
      { mode: 'tripped', tripCause: 'arrears' },
      'nothing trippedByMode',
    ],
    ['nobody knows who did it', { tripCause: 'unknown' }, 'nothing tripNotOurs'],
    ['nobody remembers any trip', { tripCause: null }, 'nothing tripNotOurs'],
    ['a timed circuit is off', { tripCause: 'schedule' }, 'nothing switchedOff'],
    ['tripped for arrears, money is there', { tripCause: 'arrears' }, 'reclose arrears moneyCame'],
    ['an operator has released it', { tripCause: 'released' }, 'reclose arrears moneyCame'],
    [
      'a meter with a wallet closes by itself',
      { tripCause: 'arrears', charged: 'meter' },
      'nothing meterTripsItself',
    ],
  ])('%s', (_name, facts, decision) => {
    expect(said({ ...rich, ...facts })).toBe(decision)
  })
  test.each<[number | null, string]>([
    [-1, 'nothing awaitingMoney'],
    [0, 'nothing awaitingMoney'],
    [1, 'reclose arrears moneyCame'],
    [null, 'nothing moneyUnknown'],
  ])('tripped for arrears with %s fen: %s', (availableFen, decision) => {
    expect(said({ relay: 'tripped', tripCause: 'arrears', availableFen })).toBe(decision)
  })
})

describe('INV-23: nobody is tripped for arrears', () => {
  test.each<[string, Partial<PolicyFacts>, string]>([
    ['unless he owes, and then he is', {}, 'trip arrears arrears'],
    [
      'on a figure older than the limit',
      { asOf: plusMs(NOW, -TRIP_FRESH_MS - 1) },
      'nothing staleReading',
    ],
    ['but on one just as old', { asOf: plusMs(NOW, -TRIP_FRESH_MS) }, 'trip arrears arrears'],
    ['on no figure at all', { availableFen: null, asOf: null }, 'nothing moneyUnknown'],
    ['while power is kept by order', { mode: 'kept' }, 'nothing kept'],
    ['while the meter says that it is kept', { kept: true }, 'nothing kept'],
    ['while a paid purchase is on its way', { purchasesOnWay: 1 }, 'nothing paidOnTheWay'],
    ['at a protected point', { protected: true }, 'warn protected'],
    ['while the meter is silent', { silent: true }, 'nothing silent'],
    ['while nobody knows how the relay stands', { relay: null }, 'nothing relayUnknown'],
    ['while closing waits for a hand', { relay: 'closePermitted' }, 'nothing relayUnknown'],
    [
      'while another command is under way (INV-20)',
      { commandUnderWay: true },
      'nothing commandUnderWay',
    ],
    ['by the centre where the meter does it', { charged: 'meter' }, 'nothing meterTripsItself'],
    ['where the model can’t', { canTrip: false }, 'warn cannotTrip'],
    ['in a surge nobody has released', { surge: true }, 'warn surge'],
  ])('%s', (_name, facts, decision) => {
    expect(said(facts)).toBe(decision)
  })
})

describe('INV-24: what an operator has confirmed, the centre does not order otherwise', () => {
  test.each<[string, Partial<PolicyFacts>, Partial<SupplyPolicy>, string]>([
    ['his trip, with money', { ...TRIPPED_FOR_ARREARS, mode: 'tripped' }, {}, 'trippedByMode'],
    ['his trip that the meter does not show yet', { mode: 'tripped' }, {}, 'trippedByMode'],
    ['his keep-power, with arrears', { mode: 'kept' }, {}, 'kept'],
    ['his keep-power, with an overload', { ...TOO_MUCH, mode: 'kept' }, WATCHED, 'kept'],
    ['a relay that nobody has read', { relay: null }, {}, 'relayUnknown'],
  ])('%s', (_name, facts, policy, reason) => {
    expect(said(facts, policy)).toBe(`nothing ${reason}`)
  })
})

describe('INV-25: of whom nothing is known, nothing is ordered', () => {
  test.each<[string, Partial<PolicyFacts>, Partial<SupplyPolicy>]>([
    ['in arrears', {}, {}],
    ['overloaded', TOO_MUCH, WATCHED],
    ['tripped, and money has come', TRIPPED_FOR_ARREARS, {}],
  ])('%s', (_name, facts, policy) => {
    expect(said({ ...facts, silent: true }, policy)).toBe('nothing silent')
  })
})

describe('patience', () => {
  test.each<[string, Partial<PolicyFacts>, Partial<SupplyPolicy>, Window, string]>([
    ['money left', { availableFen: 1_001 }, {}, OPEN, 'nothing enough'],
    ['little money left', { availableFen: 1_000 }, {}, OPEN, 'warn lowMoney'],
    ['within the supply’s overdraft', { overdraftFen: 101 }, {}, OPEN, 'warn lowMoney'],
    ['overdraft used up', { overdraftFen: 100 }, {}, OPEN, 'trip arrears arrears'],
    ['within the grace', {}, { graceFen: 101 }, OPEN, 'warn inGrace'],
    ['grace used up', {}, { graceFen: 100 }, OPEN, 'trip arrears arrears'],
    [
      'the larger of overdraft and grace',
      { overdraftFen: 500 },
      { graceFen: 50 },
      OPEN,
      'warn lowMoney',
    ],
    ['before the delay is over', {}, { delayMinutes: 90 }, OPEN, 'warn delay at 30'],
    ['when the delay is over', {}, { delayMinutes: 60 }, OPEN, 'trip arrears arrears'],
    ['first seen owing', { owesSince: null }, { delayMinutes: 5 }, OPEN, 'warn delay at 5'],
    ['in a no-trip window', {}, {}, CLOSED_TILL, 'warn noTripWindow at 90'],
    ['arrears never trip here', {}, { trips: false }, OPEN, 'warn tripsOff'],
    [
      'money comes in a window too',
      { relay: 'tripped', tripCause: 'arrears', availableFen: 1 },
      {},
      CLOSED_TILL,
      'reclose arrears moneyCame',
    ],
  ])('%s', (_name, facts, policy, window, decision) => {
    expect(said(facts, policy, window)).toBe(decision)
  })
})

describe('overload', () => {
  const centre = { ...DEFAULT_POLICY.overload, powerW: 5_000, centreTrips: true }
  const policy = { overload: centre }
  const drawing = (watts: number, readAgo = 1): Partial<PolicyFacts> => ({
    ...{ availableFen: 99_999, power: { watts, at: ago(readAgo) }, overloadSince: ago(10) },
  })
  test.each<[string, Partial<PolicyFacts>, Partial<SupplyPolicy>, Window, string]>([
    ['at the limit', drawing(5_000), policy, OPEN, 'nothing enough'],
    ['above it for long', drawing(5_001), policy, OPEN, 'trip overload overload'],
    ['also in a no-trip window', drawing(5_001), policy, CLOSED_TILL, 'trip overload overload'],
    [
      'a meter with a wallet too',
      { ...drawing(5_001), charged: 'meter' },
      policy,
      OPEN,
      'trip overload overload',
    ],
    [
      'just begun',
      { ...drawing(5_001), overloadSince: ago(2) },
      policy,
      OPEN,
      'warn overloadDelay at 3',
    ],
    ['a figure too old', drawing(9_000, 16), policy, OPEN, 'nothing enough'],
    ['protected', { ...drawing(9_000), protected: true }, policy, OPEN, 'nothing enough'],
    ['kept', { ...drawing(9_000), mode: 'kept' }, policy, OPEN, 'nothing kept'],
    ['in a surge', { ...drawing(9_000), surge: true }, policy, OPEN, 'warn surge'],
    [
      'left to the meter',
      drawing(9_000),
      { overload: { ...centre, centreTrips: false } },
      OPEN,
      'nothing enough',
    ],
  ])('%s', (_name, facts, settings, window, decision) => {
    expect(said(facts, settings, window)).toBe(decision)
  })

  const auto = { ...centre, recovery: 'automatic', waitMinutes: 10, tries: 2 } as const
  const tripped = { relay: 'tripped', tripCause: 'overload', trippedSince: ago(11) } as const
  test.each<[string, Partial<PolicyFacts>, Partial<SupplyPolicy>, string]>([
    ['by an operator only', {}, policy, 'nothing overloadOperator'],
    ['after the wait', {}, { overload: auto }, 'reclose overload overloadOver'],
    [
      'before it is over',
      { trippedSince: ago(4) },
      { overload: auto },
      'nothing overloadWait at 6',
    ],
    [
      'again, counted from the last try',
      { overloadTries: 1, overloadTriedAt: ago(3) },
      { overload: auto },
      'nothing overloadWait at 7',
    ],
    [
      'no more than so often',
      { overloadTries: 2, overloadTriedAt: ago(30) },
      { overload: auto },
      'nothing overloadTriesUsed',
    ],
    [
      'a day later from the beginning',
      { overloadTries: 2, overloadTriedAt: ago(25 * 60) },
      { overload: auto },
      'reclose overload overloadOver',
    ],
    [
      'never while an operator has it tripped',
      { mode: 'tripped' },
      { overload: auto },
      'nothing trippedByMode',
    ],
  ])('recovers %s', (_name, facts, settings, decision) => {
    expect(said({ ...tripped, ...facts }, settings)).toBe(decision)
  })
})

test('every answer says what would change it', () => {
  expect(changedBy('staleReading')).toEqual(['reading'])
  expect(changedBy('noTripWindow')).toEqual(['payment', 'time'])
})
