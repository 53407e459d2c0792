import { describe, expect, test } from 'vitest'
import {
  type CommandEvent,
  type CommandState,
  ENDED_STATES,
  endingAtDeadline,
  isOpen,
  nextState,
  OPEN_STATES,
} from './command.ts'

const EVENTS: readonly CommandEvent[] = [
  'send',
  'accept',
  'confirm',
  'fail',
  'hold',
  'expire',
  'cancel',
]
const STATES: readonly CommandState[] = [...OPEN_STATES, ...ENDED_STATES]

describe('INV-20: a terminal state never changes', () => {
  test.each(ENDED_STATES.flatMap((state) => EVENTS.map((event) => ({ state, event }))))(
    '$state ignores $event',
    ({ state, event }) => {
      expect(nextState(state, event)).toBeNull()
    },
  )
})

describe('INV-20: the moves of an open command', () => {
  test.each<[CommandState, CommandEvent, CommandState | null]>([
    ['queued', 'send', 'sent'],
    ['queued', 'accept', null],
    ['queued', 'confirm', 'confirmed'],
    ['queued', 'fail', 'failed'],
    ['queued', 'hold', null],
    ['queued', 'expire', 'expired'],
    ['queued', 'cancel', 'cancelled'],
    ['sent', 'send', 'sent'],
    ['sent', 'accept', 'acknowledged'],
    ['sent', 'confirm', 'confirmed'],
    ['sent', 'fail', 'failed'],
    ['sent', 'hold', 'held'],
    ['sent', 'expire', null],
    ['sent', 'cancel', null],
    ['acknowledged', 'send', 'acknowledged'],
    ['acknowledged', 'accept', 'acknowledged'],
    ['acknowledged', 'confirm', 'confirmed'],
    ['acknowledged', 'fail', 'failed'],
    ['acknowledged', 'hold', 'held'],
    ['acknowledged', 'expire', null],
    ['acknowledged', 'cancel', null],
  ])('%s on %s is %s', (state, event, after) => {
    expect(nextState(state, event)).toBe(after)
  })
})

test('no state but queued, sent and acknowledged is open', () => {
  expect(STATES.filter(isOpen)).toEqual([...OPEN_STATES])
})

test.each(OPEN_STATES)('INV-20: at its deadline a %s command ends, whatever was seen', (state) => {
  for (const seen of ['as-desired', 'otherwise', 'unknown'] as const) {
    const after = nextState(state, endingAtDeadline(state, seen))
    expect(after !== null && !isOpen(after)).toBe(true)
  }
})

test.each([
  ['queued', 'unknown', 'expire'],
  ['queued', 'otherwise', 'expire'],
  ['queued', 'as-desired', 'confirm'],
  ['sent', 'unknown', 'hold'],
  ['acknowledged', 'unknown', 'hold'],
  ['sent', 'otherwise', 'fail'],
  ['acknowledged', 'otherwise', 'fail'],
  ['acknowledged', 'as-desired', 'confirm'],
] as const)(
  'INV-21: at its deadline a %s command whose meter was seen %s ends by %s',
  (state, seen, event) => {
    expect(endingAtDeadline(state, seen)).toBe(event)
  },
)

test('only a queued command can be cancelled', () => {
  expect(STATES.filter((state) => nextState(state, 'cancel') !== null)).toEqual(['queued'])
})
