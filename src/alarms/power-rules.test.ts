import { describe, expect, test } from 'vitest'
import { ago, decides, NOW, SOUND } from '../../test/alarm-facts.ts'
import { overSinceAfter } from './overload.ts'
import overload from './rules/overload.ts'
import overloadStays from './rules/overload-stays.ts'
import disagrees from './rules/relay-disagrees.ts'
import reversePower from './rules/reverse-power.ts'
import useWhileTripped from './rules/use-while-tripped.ts'

describe('overload 过载', () => {
  const draws = (watts: number, overSeconds: number | null) => ({
    ...{ power: { watts, at: NOW }, overload: { powerW: 1_000, delayS: 300 } },
    overSince: overSeconds === null ? null : ago(overSeconds),
  })
  decides(overload, [
    ['nobody watches', {}, 'keep', 'clear'],
    ['no power was read lately', { ...draws(0, 400), power: null }, 'keep', 'keep'],
    ['at its limit', draws(1_000, 400), 'keep', 'keep'],
    ['above, for less than its delay', draws(1_001, 299), 'keep', 'keep'],
    ['above, for its delay', draws(1_001, 300), 'raise', 'keep'],
    ['a step below', draws(950, 400), 'keep', 'keep'],
    ['more than a step below', draws(949, null), 'keep', 'clear'],
  ])
  test.each<[string, number | null, number | null, number | null]>([
    ['begins with the reading that shows it', 1_001, null, 0],
    ['goes on', 1_500, 600, 600],
    ['goes on within a step below', 960, 600, 600],
    ['does not begin there', 960, null, null],
    ['is over below it', 949, 600, null],
    ['goes on while nobody knows', null, 600, 600],
  ])('its start %s', (_name, watts, before, after) => {
    const power = watts === null ? null : { watts, at: NOW }
    const overSince = before === null ? null : ago(before)
    const facts = { power, overload: { powerW: 1_000, delayS: 300 }, overSince }
    expect(overSinceAfter(facts)).toBe(after === null ? null : ago(after))
    expect(overSinceAfter({ ...facts, overload: null })).toBeNull()
  })
})

describe('overload-stays 过载后未合闸', () => {
  const HOUR_S = 3_600
  const off = (trip: { s?: number; tries?: number; triedS?: number; most?: number | null }) => ({
    overloadTrip: {
      ...{ since: ago(trip.s ?? 600), tries: trip.tries ?? 0, triesMost: trip.most ?? null },
      triedAt: trip.triedS === undefined ? null : ago(trip.triedS),
    },
  })
  decides(overloadStays, [
    ['on, or off for another reason', {}, 'keep', 'clear'],
    ['left to an operator, for a moment', off({ s: 299 }), 'keep', 'keep'],
    ['left to an operator', off({ s: 300 }), 'raise', 'keep'],
    ['to be closed by the policy', off({ most: 2 }), 'keep', 'clear'],
    ['closed once of twice', off({ tries: 1, triedS: 900, most: 2 }), 'keep', 'clear'],
    ['tripped after the last closing', off({ tries: 2, triedS: 900, most: 2 }), 'raise', 'keep'],
    ['tripped again a moment ago', off({ s: 60, tries: 2, triedS: 400, most: 2 }), 'keep', 'keep'],
    ['being closed', off({ s: 900, tries: 2, triedS: 60, most: 2 }), 'keep', 'keep'],
    ['the last closing came to nothing', off({ tries: 2, triedS: 300, most: 2 }), 'raise', 'keep'],
    ['the settings allow more by now', off({ tries: 2, triedS: 900, most: 3 }), 'keep', 'clear'],
    ['they allow fewer', off({ tries: 2, triedS: 900, most: 1 }), 'raise', 'keep'],
    [
      'a day is over, the policy begins again',
      off({ s: 23 * HOUR_S, tries: 2, triedS: 24 * HOUR_S, most: 2 }),
      ...(['keep', 'clear'] as const),
    ],
  ])
  test('tells since when, and how often it was closed', () => {
    const facts = { ...SOUND, ...off({ tries: 2, triedS: 900, most: 2 }) }
    expect(overloadStays.evidence(facts)).toEqual({
      ...{ trippedSince: ago(600), tries: 2, triedAt: ago(900), triesMost: 2 },
    })
  })
})

describe('use-while-tripped 拉闸后用电', () => {
  const tripped = (seconds: number, watts: number, readSeconds = 0) => ({
    relay: { is: 'tripped' as const, since: ago(seconds), readAt: NOW },
    power: { watts, at: ago(readSeconds) },
  })
  decides(useWhileTripped, [
    ['closed', { power: { watts: 5_000, at: NOW } }, 'keep', 'clear'],
    ['nobody knows the relay', { relay: null }, 'keep', 'keep'],
    ['nothing is drawn', tripped(600, 0), 'keep', 'clear'],
    ['little is drawn', tripped(600, 49), 'keep', 'keep'],
    ['power is drawn', tripped(600, 50), 'raise', 'keep'],
    ['power flows backwards', tripped(600, -50), 'raise', 'keep'],
    ['tripped a moment ago', tripped(179, 900), 'keep', 'keep'],
    ['the power was read before the trip', tripped(600, 900, 601), 'keep', 'keep'],
  ])
})

describe('relay-disagrees 继电器状态不符', () => {
  const stands = (
    is: 'closed' | 'tripped' | 'closePermitted',
    mode: 'prepaid' | 'kept' | 'tripped',
    seconds: number,
  ) => ({
    relay: { is, since: ago(60), readAt: NOW },
    ordered: { mode, since: ago(seconds) },
  })
  decides(disagrees, [
    ['never ordered anything', {}, 'keep', 'clear'],
    ['prepaid', stands('tripped', 'prepaid', 9_000), 'keep', 'clear'],
    ['tripped as ordered', stands('tripped', 'tripped', 9_000), 'keep', 'clear'],
    ['closed, a trip was ordered lately', stands('closed', 'tripped', 899), 'keep', 'keep'],
    ['closed, a trip was ordered', stands('closed', 'tripped', 900), 'raise', 'keep'],
    ['kept, and dark', stands('tripped', 'kept', 900), 'raise', 'keep'],
    ['kept, and waits for the button', stands('closePermitted', 'kept', 900), 'raise', 'keep'],
    [
      'nobody knows the relay',
      { ...stands('closed', 'tripped', 900), relay: null },
      'keep',
      'keep',
    ],
  ])
})

describe('reverse-power 反向潮流', () => {
  const flows = (watts: number) => ({ power: { watts, at: NOW } })
  decides(reversePower, [
    ['inwards', flows(800), 'keep', 'clear'],
    ['nothing', flows(0), 'keep', 'clear'],
    ['a little outwards', flows(-99), 'keep', 'keep'],
    ['outwards', flows(-100), 'raise', 'keep'],
    ['nobody knows', { power: null }, 'keep', 'keep'],
  ])
})
