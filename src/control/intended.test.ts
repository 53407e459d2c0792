import { expect, test } from 'vitest'
import { SOUND_METER } from '../../test/tiny-complex.ts'
import { intendedMode } from './intended.ts'
import type { ControlMode, ModeFacts, RelayRead } from './mode.ts'

const FACTS: ModeFacts = {
  protected: false,
  money: 'suffices',
  tripOurs: false,
  byOperator: true,
  tripDue: false,
}
const CLOSED: RelayRead = { relay: 'closed', kept: false }
const TRIPPED: RelayRead = { relay: 'tripped', kept: false }
const OURS = { ...FACTS, tripOurs: true }
const noDirect = { ...SOUND_METER.relay, directClose: false }

test.each<[string, ControlMode, RelayRead | null, ModeFacts, string]>([
  ['a closed meter is tripped', 'tripped', CLOSED, FACTS, 'trip'],
  ['keep-power comes off first', 'tripped', { ...CLOSED, kept: true }, FACTS, 'keepOff trip'],
  ['what an operator has tripped stays as it is', 'tripped', TRIPPED, OURS, 'nothing'],
  ['what tripped by itself is ordered all the same', 'tripped', TRIPPED, FACTS, 'trip'],
  ['a tripped meter is kept and closed', 'kept', TRIPPED, OURS, 'keepOn directClose'],
  ['a kept one stays', 'kept', { ...CLOSED, kept: true }, FACTS, 'nothing'],
  ['a tripped one is permitted to close', 'prepaid', TRIPPED, OURS, 'permitClose (mayNeedHand)'],
  [
    'permitted already, it waits for a hand',
    'prepaid',
    { relay: 'closePermitted', kept: false },
    OURS,
    'nothing (needsHandOnButton)',
  ],
  [
    'without money it stays tripped',
    'prepaid',
    TRIPPED,
    { ...OURS, money: 'short' },
    'nothing (moneyShort)',
  ],
  ['its own trip is its own', 'prepaid', TRIPPED, FACTS, 'nothing (tripNotOurs)'],
  ['an unknown relay is looked at first', 'tripped', null, FACTS, 'lookFirst (relayUnknown)'],
])('%s', (_name, mode, read, facts, words) => {
  const { intended, note } = intendedMode(mode, SOUND_METER.relay, read, facts)
  expect(`${intended.join(' ')}${note === null ? '' : ` (${note})`}`).toBe(words)
})

test('a model without direct closing may need a hand also when it is kept', () => {
  expect(intendedMode('kept', noDirect, TRIPPED, OURS)).toEqual({
    intended: ['keepOn', 'permitClose'],
    note: 'mayNeedHand',
  })
})
