import { describe, expect, test } from 'vitest'
import { judgeClose, judgeTrip, type PowerOf, type TripEvidence } from './load-drop.ts'

const OWN = 1
const power = (own: number | null, other = 800, third = 500): PowerOf =>
  new Map([
    [OWN, own],
    [2, other],
    [3, third],
  ])

const trip = (over: Partial<TripEvidence>): TripEvidence => ({
  ...{ meterId: OWN, tripped: true, dark: true, wentDark: null },
  ...{ before: power(1_200), after: power(0) },
  ...over,
})

describe('after the trip', () => {
  test.each<[string, Partial<TripEvidence>, object]>([
    ['its load and the light went', {}, { result: 'passed', reason: '' }],
    [
      'a few watts are left: the meter’s own',
      { after: power(30) },
      { result: 'passed', reason: '' },
    ],
    [
      'nobody used anything, and the light went',
      { before: power(3), after: power(0) },
      { result: 'passed', reason: 'noLoadSeen' },
    ],
    [
      'its load went, and the light of another shop: the wires are crossed',
      { dark: false, wentDark: 3 },
      { result: 'failed', reason: 'otherShopDark', partners: [3] },
    ],
    [
      'its load went, and the light here stayed',
      { dark: false },
      { result: 'failed', reason: 'otherShopDark', partners: [] },
    ],
    [
      'its load goes on and the neighbour’s went: the contactors are crossed',
      { after: power(1_190, 0), dark: false },
      { result: 'failed', reason: 'otherLoadDropped', partners: [2] },
    ],
    [
      'the same, whatever the engineer says he saw',
      { after: power(1_190, 0), dark: true },
      { result: 'failed', reason: 'otherLoadDropped', partners: [2] },
    ],
    [
      'of two that went the one with more load is named first',
      { before: power(1_200, 100, 900), after: power(1_200, 0, 0), dark: false },
      { reason: 'otherLoadDropped', partners: [3, 2] },
    ],
    ['nothing dropped', { after: power(1_250) }, { result: 'failed', reason: 'loadStays' }],
    [
      'nobody used anything and the light stayed',
      { before: power(0), after: power(0), dark: false },
      { result: 'failed', reason: 'lightStayed' },
    ],
    ['the relay did not open', { tripped: false }, { result: 'failed', reason: 'notTripped' }],
    ['its power was not read', { after: power(null) }, { result: 'failed', reason: 'powerUnread' }],
    [
      'one that fed back is cut as well',
      { before: power(-900), after: power(0) },
      { result: 'passed' },
    ],
  ])('%s', (_name, over, expected) => {
    expect(judgeTrip(trip(over))).toMatchObject(expected)
  })
})

describe('after closing', () => {
  const sound = { closed: true, lit: true, hadW: 1_200, hasW: 1_100 }
  test.each([
    ['load and light are back', {}, { result: 'passed', reason: '' }],
    ['there was no load before', { hadW: 0, hasW: 0 }, { result: 'passed', reason: 'noLoadSeen' }],
    ['the relay is still open', { closed: false }, { result: 'failed', reason: 'notClosed' }],
    ['the light stayed off', { lit: false }, { result: 'failed', reason: 'lightStayedOff' }],
    ['no load came back', { hasW: 0 }, { result: 'failed', reason: 'loadDidNotReturn' }],
    ['its power was not read', { hasW: null }, { result: 'failed', reason: 'powerUnread' }],
  ])('%s', (_name, over, expected) => {
    expect(judgeClose({ ...sound, ...over })).toMatchObject(expected)
  })
})
