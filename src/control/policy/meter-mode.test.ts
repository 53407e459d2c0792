import { describe, expect, test } from 'vitest'
import { type Instant, instant, plusMs } from '../../shared/clock.ts'
import {
  type Can,
  decideMeter,
  gapsOf,
  gapsOfCentre,
  type KeptBy,
  type MeterFacts,
  type MeterIntent,
  overdraftWanted,
} from './meter-mode.ts'
import { DEFAULT_POLICY, type SupplyPolicy } from './settings.ts'
import { decideTimed, type TimedFacts } from './timed.ts'
import type { Window } from './windows.ts'

const NOW = instant(Date.UTC(2026, 10, 23, 4))
const HOUR = 3_600_000
const hours = (n: number): Instant => plusMs(NOW, n * HOUR)
const ALL: Can = { keep: true, settings: true }

const FACTS: MeterFacts = {
  ...{ meterId: 13, availableFen: 500, asOf: NOW, overdraftFen: 0, alarm1Fen: 3_000 },
  ...{ relay: 'closed', silent: false, protected: false, commandUnderWay: false },
  ...{ mode: 'prepaid', by: null, dailyFen: 1_200 },
}
const FAR: Window = { now: null, next: { from: hours(20), until: hours(30) } }
const SOON: Window = { now: null, next: { from: hours(1), until: hours(11) } }
const WITHIN: Window = { now: { from: hours(-1), until: hours(9) }, next: null }
const OPEN: Window = { now: null, next: null }
/** Meters are let go some minutes apart. */
const END = plusMs(hours(9), 3 * 60_000)

const byCentre = (reason: string, until: Instant | null = null): Partial<MeterFacts> => ({
  mode: 'kept',
  by: { owner: 'centre', reason, until } satisfies KeptBy,
})
const said = (
  facts: Partial<MeterFacts>,
  policy: Partial<SupplyPolicy>,
  window: Window,
  can: Can = ALL,
): string => {
  const at = { aheadMinutes: 60, now: NOW, can }
  const said: MeterIntent = decideMeter(
    { ...FACTS, ...facts },
    { ...DEFAULT_POLICY, ...policy },
    window,
    at,
  )
  const until = said.intent === 'keep' && said.until !== null ? ` ${(said.until - NOW) / HOUR}` : ''
  return `${said.intent} ${said.reason}${until}`
}

describe('a meter that would trip by itself', () => {
  test.each<[string, Partial<MeterFacts>, Partial<SupplyPolicy>, Window, Can, string]>([
    ['no window near', {}, {}, FAR, ALL, 'nothing noKeepNeeded'],
    ['an hour before a window, money short for it', {}, {}, SOON, ALL, 'keep policy.window 11.05'],
    ['in a window', {}, {}, WITHIN, ALL, 'keep policy.window 9.05'],
    ['money for three such days', { availableFen: 1_400 }, {}, WITHIN, ALL, 'nothing noKeepNeeded'],
    [
      'money for less than that',
      { availableFen: 1_350 },
      {},
      WITHIN,
      ALL,
      'keep policy.window 9.05',
    ],
    [
      'an overdraft counts as money',
      { overdraftFen: 1_000 },
      {},
      WITHIN,
      ALL,
      'nothing noKeepNeeded',
    ],
    [
      'wallet not read for long',
      { availableFen: 99_999, asOf: hours(-3) },
      {},
      WITHIN,
      ALL,
      'keep policy.window 9.05',
    ],
    [
      'nobody knows what it uses',
      { dailyFen: null, availableFen: 3_000 },
      {},
      WITHIN,
      ALL,
      'keep policy.window 9.05',
    ],
    [
      'nobody knows, but there is plenty',
      { dailyFen: null, availableFen: 3_001 },
      {},
      WITHIN,
      ALL,
      'nothing noKeepNeeded',
    ],
    [
      'dark already: a window lights nobody',
      { relay: 'tripped' },
      {},
      WITHIN,
      ALL,
      'nothing notClosed',
    ],
    [
      'kept for this window',
      byCentre('policy.window', END),
      {},
      WITHIN,
      ALL,
      'nothing asItShouldBe',
    ],
    [
      'kept, and money came',
      { ...byCentre('policy.window', END), availableFen: 99_999 },
      {},
      WITHIN,
      ALL,
      'nothing asItShouldBe',
    ],
    [
      'the window was made longer',
      byCentre('policy.window', hours(2)),
      {},
      WITHIN,
      ALL,
      'keep policy.window 9.05',
    ],
    [
      'its window is over: the release is on its way',
      byCentre('policy.window', hours(-1)),
      {},
      OPEN,
      ALL,
      'nothing noKeepNeeded',
    ],
    [
      'a protected circuit is always kept',
      { protected: true, availableFen: 99_999 },
      {},
      OPEN,
      ALL,
      'keep policy.protected',
    ],
    [
      'and stays so',
      { protected: true, ...byCentre('policy.protected') },
      {},
      OPEN,
      ALL,
      'nothing asItShouldBe',
    ],
    [
      'no longer protected',
      byCentre('policy.protected'),
      {},
      OPEN,
      ALL,
      'releaseKeep keepNotWanted',
    ],
    ['arrears never trip here', {}, { trips: false }, OPEN, ALL, 'keep policy.noTrips'],
    [
      'an operator keeps it',
      { mode: 'kept', by: { owner: 'operator', reason: '', until: null } },
      {},
      OPEN,
      ALL,
      'nothing operatorsMode',
    ],
    [
      'an operator has it tripped',
      { mode: 'tripped', protected: true },
      {},
      WITHIN,
      ALL,
      'nothing operatorsMode',
    ],
    [
      'another command is under way',
      { commandUnderWay: true },
      {},
      WITHIN,
      ALL,
      'nothing commandUnderWay',
    ],
    [
      'the model knows no keep-power',
      {},
      {},
      WITHIN,
      { keep: false, settings: true },
      'nothing cannotKeep',
    ],
  ])('%s', (_name, facts, policy, window, can, intent) => {
    expect(said(facts, policy, window, can)).toBe(intent)
  })
})

test.each<[string, number, number, Can, number | null]>([
  ['grace is the meter’s overdraft', 0, 5_000, ALL, 5_000],
  ['it has that already', 5_000, 5_000, ALL, null],
  ['its own terms are wider', 8_000, 5_000, ALL, null],
  ['a model without settings', 0, 5_000, { keep: true, settings: false }, null],
])('%s', (_name, overdraftFen, graceFen, can, wanted) => {
  expect(overdraftWanted({ overdraftFen }, { ...DEFAULT_POLICY, graceFen }, can)).toBe(wanted)
})

test.each<[string, Partial<SupplyPolicy>, Can, string[]]>([
  ['nothing asked', {}, { keep: false, settings: false }, []],
  ['a delay: no meter waits', { delayMinutes: 10 }, ALL, ['delay']],
  ['grace without settings', { graceFen: 1 }, { keep: true, settings: false }, ['grace']],
  [
    'windows without keep-power',
    { noTrip: { ...DEFAULT_POLICY.noTrip, holidays: true } },
    { keep: false, settings: true },
    ['window'],
  ],
  [
    'no trips at all without keep-power',
    { trips: false },
    { keep: false, settings: true },
    ['noTrips'],
  ],
])('what a meter can’t do is said: %s', (_name, policy, can, gaps) => {
  expect(gapsOf(FACTS, { ...DEFAULT_POLICY, ...policy }, can)).toEqual(gaps)
})

test.each<[string, Partial<SupplyPolicy>, { protected: boolean; canTrip: boolean }, string[]]>([
  ['a meter without a relay', {}, { protected: false, canTrip: false }, ['trip']],
  ['one with a relay', {}, { protected: false, canTrip: true }, []],
  ['one that need never trip', {}, { protected: true, canTrip: false }, []],
  ['arrears trip nobody', { trips: false }, { protected: false, canTrip: false }, []],
  [
    'but overloads do',
    { trips: false, overload: { ...DEFAULT_POLICY.overload, powerW: 9_000, centreTrips: true } },
    { protected: false, canTrip: false },
    ['trip'],
  ],
])('what a meter can’t do for the centre is said: %s', (_name, policy, facts, gaps) => {
  expect(gapsOfCentre(facts, { ...DEFAULT_POLICY, ...policy })).toEqual(gaps)
})

describe('a timed circuit', () => {
  const CIRCUIT: TimedFacts = {
    ...{ mode: 'prepaid', by: null, modeSince: null, protected: false, canTrip: true },
    ...{ relay: 'closed', tripCause: null, commandUnderWay: false },
    ...{ orderFailed: false, silent: false },
  }
  const OURS: Partial<TimedFacts> = {
    ...{ mode: 'tripped', by: { owner: 'centre', reason: 'schedule', until: null } },
    ...{ relay: 'tripped', tripCause: 'schedule', modeSince: hours(-8) },
  }
  const his = (mode: TimedFacts['mode'], since: number): Partial<TimedFacts> => ({
    ...{ mode, by: { owner: 'operator', reason: '检修', until: null }, modeSince: hours(since) },
  })
  const FAILED = { orderFailed: true }
  const OFF = { on: false, since: hours(-2), next: hours(6) }
  const ON = { on: true, since: hours(-2), next: hours(6) }
  test.each<[string, Partial<TimedFacts>, typeof OFF, string]>([
    ['its hours are over', {}, OFF, 'trip switch'],
    ['its hours have begun', OURS, ON, 'close switch'],
    ['off as it should be', OURS, OFF, 'nothing asItShouldBe'],
    ['on as it should be', {}, ON, 'nothing asItShouldBe'],
    ['an operator’s trip is never undone', his('tripped', -8), ON, 'nothing operatorsTrip'],
    ['nor his keep-power', his('kept', -8), OFF, 'nothing kept'],
    [
      'nor the policy’s',
      { mode: 'kept', by: { owner: 'centre', reason: 'policy.window', until: null } },
      OFF,
      'nothing kept',
    ],
    [
      'what he closed since the switch stays on',
      his('prepaid', -1),
      OFF,
      'nothing untilNextSwitch',
    ],
    ['what he closed before it does not', his('prepaid', -3), OFF, 'trip switch'],
    [
      'dark for arrears already',
      { relay: 'tripped', tripCause: 'arrears' },
      OFF,
      'nothing arrears',
    ],
    [
      'dark for arrears when its hours begin',
      { relay: 'tripped', tripCause: 'arrears' },
      ON,
      'nothing arrears',
    ],
    [
      'dark for an overload in its hours',
      { relay: 'tripped', tripCause: 'overload' },
      ON,
      'nothing trippedOtherwise',
    ],
    ['a hand is waited for', { relay: 'closePermitted' }, ON, 'nothing waitsForHand'],
    ['ordered, and it did not follow', { ...OURS, relay: 'closed' }, OFF, 'nothing notFollowed'],
    ['the order failed', { ...OURS, ...FAILED, relay: 'closed' }, OFF, 'trip again'],
    [
      'it failed, and the meter is silent',
      { ...OURS, ...FAILED, relay: 'closed', silent: true },
      OFF,
      'nothing notFollowed',
    ],
    [
      'it failed, and the circuit is protected now',
      { ...OURS, ...FAILED, relay: 'closed', protected: true },
      OFF,
      'nothing protected',
    ],
    ['it failed, and is off after all', { ...OURS, ...FAILED }, OFF, 'nothing asItShouldBe'],
    ['closing failed', { ...OURS, ...FAILED, mode: 'prepaid' }, ON, 'close again'],
    [
      'closing failed, and money has it off by now',
      { ...OURS, ...FAILED, mode: 'prepaid', tripCause: 'arrears' },
      ON,
      'nothing arrears',
    ],
    [
      'what an operator ordered is not made again',
      { ...his('prepaid', -3), ...FAILED, relay: 'tripped', tripCause: 'schedule' },
      ON,
      'nothing trippedOtherwise',
    ],
    ['nobody knows how it stands', { relay: null }, OFF, 'nothing trippedOtherwise'],
    ['protected', { protected: true }, OFF, 'nothing protected'],
    ['the model can’t', { canTrip: false }, OFF, 'nothing cannotTrip'],
    ['a command is under way', { commandUnderWay: true }, OFF, 'nothing commandUnderWay'],
  ])('%s', (_name, facts, state, decision) => {
    const { intent, reason } = decideTimed({ ...CIRCUIT, ...facts }, state)
    expect(`${intent} ${reason}`).toBe(decision)
  })
})
