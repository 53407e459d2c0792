// Wrong protocols 错误协议: each is believed by somebody and each loses or doubles money. They test the
// explorer: one that is no longer caught means that the exploration has gone blind.

import { must } from '../../shared/assert.ts'
import { countAhead } from '../count.ts'
import { decide, stillRight } from '../machine.ts'
import type { ModelAction, Scenario } from './model-world.ts'
import { type ModelView, type Protocol, realProtocol } from './run.ts'
import { PLAIN } from './scenarios.ts'

export type Mutant = {
  name: string
  protocol: Protocol
  scenario: Scenario
  /** What the exploration must find. */
  violation: string
}

const READ: ModelAction = { do: 'read', suspecting: null }
const ENDED: ModelAction = { do: 'stop', reason: 'ended' }
const HELD: ModelAction = { do: 'stop', reason: 'held' }
const WAIT: ModelAction = { do: 'wait', reason: 'again' }

const settleNow = (view: ModelView): ModelAction => ({
  do: 'settle',
  n: view.purchase.n ?? 0,
  reading: must(view.reading ?? view.last, 'something was read before'),
})

/** Any state but a final one, of the same purchase. */
const sameState: Protocol['stillRight'] = (stored, view) => stored.state === view.purchase.state

const next = (view: ModelView): number =>
  must(view.reading ?? view.last, 'something was read before').count + 1

const naiveResend: Protocol['decide'] = (view) => {
  if (view.purchase.state !== 'QUEUED') return ENDED
  if (view.answer === 'accepted') return settleNow(view)
  if (view.fault !== null) return WAIT
  return view.reading === null ? READ : { do: 'send', n: next(view) }
}

const markFirst: Protocol['decide'] = (view) => {
  const { state } = view.purchase
  if (state === 'QUEUED') {
    if (view.fault !== null) return WAIT
    return view.reading === null ? READ : settleNow(view)
  }
  return state === 'DELIVERED' && view.answer === null && view.last !== null
    ? { do: 'send', n: next(view) }
    : ENDED
}

const trustAnswers: Protocol['decide'] = (view) => {
  const { state, n } = view.purchase
  if (state !== 'ARMED' || view.books.onHold) return decide(view)
  if (view.answer === 'accepted') return settleNow(view)
  if (view.answer === 'refused') return { do: 'cancel' }
  if (view.answer === 'none' || view.fault !== null) return WAIT
  if (view.reading === null) return READ
  return view.noted ? { do: 'send', n: must(n, 'armed') } : { do: 'note' }
}

const trustRepeat: Protocol['decide'] = (view) => {
  const usedUp = view.reply === 'accepted' || view.reply === 'repeat'
  return view.purchase.state === 'ARMED' && usedUp ? settleNow(view) : decide(view)
}

const numberFromMeter: Protocol['decide'] = (view) => {
  const { state, n } = view.purchase
  if (state !== 'QUEUED' && state !== 'ARMED') return ENDED
  if (view.books.onHold) return HELD
  if (view.fault !== null) return WAIT
  if (view.reading === null) return READ
  const readBack = view.answer !== null && view.reading.count === n
  if (readBack) return settleNow(view)
  if (view.answer !== null) return WAIT
  if (n !== next(view))
    return { do: 'arm', n: next(view), baseCount: view.books.baseCount ?? 0, before: view.reading }
  return view.noted ? { do: 'send', n } : { do: 'note' }
}

const cancelUnmoved: Protocol['decide'] = (view) => {
  const action = decide(view)
  return action.do === 'wait' && action.reason === 'not-taken' ? { do: 'cancel' } : action
}

const counterOnly: Protocol['decide'] = (view) => {
  const { state, n } = view.purchase
  const { reading, books } = view
  const reached =
    n !== null && reading !== null && countAhead(reading.count, n, books.countModulus) === 0
  return state === 'ARMED' && !books.onHold && reached ? settleNow(view) : decide(view)
}

const unchecked: Protocol['stillRight'] = (stored, view, action) =>
  action.do === 'arm' || action.do === 'note' ? stillRight(stored, view, action) : true

const noFence: Scenario = { ...PLAIN, nodes: 2, fence: false }

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'read the counter, send counter + 1, resend on doubt',
    protocol: { name: 'naive', decide: naiveResend, stillRight: sameState },
    scenario: PLAIN,
    violation: 'credited twice',
  },
  {
    name: 'mark delivered first, then send',
    protocol: { name: 'mark-first', decide: markFirst, stillRight: sameState },
    scenario: PLAIN,
    violation: 'delivered but not credited',
  },
  {
    name: 'an acknowledgement is delivered, a negative answer is refunded',
    protocol: { name: 'trust-answers', decide: trustAnswers, stillRight: sameState },
    scenario: PLAIN,
    violation: 'refunded but credited',
  },
  {
    name: 'a repeat answered by the meter is delivered',
    protocol: { ...realProtocol, name: 'trust-repeat', decide: trustRepeat },
    scenario: PLAIN,
    violation: 'delivered but not credited',
  },
  {
    name: 'the number is taken from the meter',
    protocol: { name: 'number-from-meter', decide: numberFromMeter, stillRight: sameState },
    scenario: PLAIN,
    violation: 'credited twice',
  },
  {
    name: 'an armed sale is cancelled because the counter has not moved',
    protocol: { name: 'cancel-unmoved', decide: cancelUnmoved, stillRight: sameState },
    scenario: PLAIN,
    violation: 'refunded but credited',
  },
  {
    name: 'the counter decides without the balance',
    protocol: { ...realProtocol, name: 'counter-only', decide: counterOnly },
    scenario: { ...PLAIN, events: ['foreign'] },
    violation: 'delivered but not credited',
  },
  {
    name: 'a frame held on the way to an absolute-write meter that is sent to again',
    protocol: { ...realProtocol, name: 'absolute-resent' },
    scenario: { ...PLAIN, guard: 'absolute', believedGuard: 'counter' },
    violation: 'money rolled back',
  },
  {
    name: 'a meter without a guard that is sent to again',
    protocol: { ...realProtocol, name: 'unguarded-resent' },
    scenario: { ...PLAIN, guard: 'none', believedGuard: 'counter', lineRepeats: false },
    violation: 'credited twice',
  },
  {
    name: 'the state is not checked again in the last transaction',
    protocol: { ...realProtocol, name: 'unchecked', stillRight: unchecked },
    scenario: noFence,
    violation: 'posted twice',
  },
  {
    name: 'what is armed goes along to the next meter',
    protocol: { ...realProtocol, name: 'armed-moved' },
    scenario: { ...PLAIN, events: ['void'], carriesArmed: true },
    violation: 'credited to a meter that was taken down',
  },
  {
    name: 'a purchase is armed by what the meter before showed',
    protocol: { ...realProtocol, name: 'blind-to-moves', ignoresMoves: true },
    scenario: { ...PLAIN, kinds: ['open', 'recharge'], events: ['void'] },
    violation: 'credited to a meter that was taken down',
  },
  {
    name: 'what is void is settled when its reading comes',
    protocol: { ...realProtocol, name: 'void-settled', stillRight: unchecked },
    scenario: { ...PLAIN, events: ['void'] },
    violation: 'a final state changed',
  },
]
