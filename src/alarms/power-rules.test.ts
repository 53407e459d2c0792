import { describe, expect, test } from 'vitest'
import { ago, decides, NOW } from '../../test/alarm-facts.ts'
import { overSinceAfter } from './overload.ts'
import overload from './rules/overload.ts'
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
