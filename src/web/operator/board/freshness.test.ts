import { expect, test } from 'vitest'
import { shownAt } from './freshness.ts'

const OLD = '2026-11-23T08:00:00+08:00'
const NEW = '2026-11-23T08:05:00+08:00'
const NONE = { balanceFen: null, balanceAt: null, relay: null, relayAt: null, readAt: null }

test.each([
  ['never read', NONE, null],
  ['heard, with nothing to show', { ...NONE, readAt: NEW }, NEW],
  ['a balance alone', { ...NONE, balanceFen: 5, balanceAt: OLD, readAt: NEW }, OLD],
  ['a relay alone', { ...NONE, relay: 'closed', relayAt: OLD, readAt: NEW }, OLD],
  [
    'a fresh balance beside an old relay',
    { ...NONE, balanceFen: 5, balanceAt: NEW, relay: 'closed', relayAt: OLD, readAt: NEW },
    OLD,
  ],
  [
    'an old balance beside a fresh relay',
    { ...NONE, balanceFen: 0, balanceAt: OLD, relay: 'tripped', relayAt: NEW, readAt: NEW },
    OLD,
  ],
  [
    'a figure whose time is not known',
    { ...NONE, balanceFen: 5, relay: 'closed', relayAt: NEW, readAt: NEW },
    null,
  ],
] as const)('the tile is as old as its oldest figure: %s', (_what, item, at) => {
  expect(shownAt(item)).toBe(at)
})
