// Wrong ways of taking money out 错误减额协议: each is believed by somebody and each takes money twice,
// or pays for money that the meter still holds. One that is no longer caught: the search is blind.

import { must } from '../../shared/assert.ts'
import { amountOf, decideReduction, type ReductionAction } from '../reduce-machine.ts'
import type { Mutant } from './mutants.ts'
import { realProtocol } from './run.ts'
import {
  type ReductionModelView,
  type ReductionProtocol,
  realReductionProtocol,
} from './run-reduction.ts'
import { ALL_UNDER_LOAD, LITTLE, PLAIN, SWITCHED_OFF } from './scenarios.ts'

const OUT = { ...PLAIN, reduction: { wantedFen: 900, from: 'start' } } as const
const AFTER_ARMED = { ...PLAIN, reduction: { wantedFen: 900, from: 'armed' } } as const
const TRIPPED = { ...PLAIN, reduction: SWITCHED_OFF } as const
const WAIT: ReductionAction = { do: 'wait', reason: 'again' }

const amountIn = (view: ReductionModelView): number => amountOf(view.reduction)

/** Done, whatever was read last. */
const doneNow = (view: ReductionModelView): ReductionAction => {
  const reading = must(view.reading ?? view.last, 'something was read')
  const { askedFen, wantedFen, before } = view.reduction
  const takenFen = askedFen ?? wantedFen ?? reading.remainingFen
  return { do: 'done', takenFen, before: before ?? reading, reading }
}

const isUnseen = (action: ReductionAction): boolean =>
  (action.do === 'read' && action.suspecting === 'reduction-not-seen') ||
  (action.do === 'hold' && action.reason === 'reduction-not-seen')

const resend: ReductionProtocol['decide'] = (view) => {
  const action = decideReduction(view)
  return isUnseen(action) ? { do: 'send', amountFen: amountIn(view) } : action
}

const trustAnswer: ReductionProtocol['decide'] = (view) =>
  view.reduction.state === 'SENT' && view.reply === 'accepted'
    ? doneNow(view)
    : decideReduction(view)

const payFirst: ReductionProtocol['decide'] = (view) => {
  const action = decideReduction(view)
  return view.reduction.state === 'SENT' && !view.maySend && view.last !== null
    ? doneNow(view)
    : action
}

const callOff: ReductionProtocol['decide'] = (view) => {
  const action = decideReduction(view)
  if (!isUnseen(action)) return action
  const reading = must(view.reading, 'it was read back')
  return { do: 'cancel', reason: 'not-enough', reading }
}

const callOffRefused: ReductionProtocol['decide'] = (view) =>
  view.reduction.state === 'SENT' && view.reply === 'other' && view.reading !== null
    ? { do: 'cancel', reason: 'not-enough', reading: view.reading }
    : decideReduction(view)

/** It said no and shows everything untouched: an older reading shows that as well. */
const callOffUntouched: ReductionProtocol['decide'] = (view) => {
  const { reduction, reading, reply } = view
  const untouched = reading !== null && reading.balanceFen === reduction.before?.balanceFen
  return reduction.state === 'SENT' && reply === 'other' && untouched
    ? { do: 'cancel', reason: 'not-enough', reading }
    : decideReduction(view)
}

/** All of it, though the meter goes on using it. */
const withoutMargin: ReductionProtocol['decide'] = (view) => {
  const action = decideReduction(view)
  return action.do === 'prepare' ? { ...action, askedFen: action.before.remainingFen } : action
}

/** The margin was asked for as well, it says. */
const owedWithMargin: ReductionProtocol['decide'] = (view) => {
  const action = decideReduction(view)
  return action.do === 'done' ? { ...action, takenFen: action.before.remainingFen } : action
}

const newerRecord = (view: ReductionModelView): boolean => {
  const { before } = view.reduction
  const count = view.reading?.lastRefund?.count ?? 0
  return view.reduction.state === 'SENT' && count > (before?.lastRefund?.count ?? 0)
}

/** A newer record is ours, whatever it says and whatever the balance does. */
const anyRecord: ReductionProtocol['decide'] = (view) =>
  newerRecord(view) ? doneNow(view) : decideReduction(view)

/** The balance alone, where it can't tell. */
const unclearIsTaken: ReductionProtocol['decide'] = (view) => {
  const { reading, ...rest } = view
  if (reading === null || view.reduction.state !== 'SENT') return decideReduction(view)
  const { lastRefund: _record, ...wallet } = reading
  const action = decideReduction({ ...rest, reading: wallet })
  const unclear = action.do === 'read' && action.suspecting === 'reduction-unclear'
  return unclear ? doneNow(view) : action
}

const anyFall: ReductionProtocol['decide'] = (view) => {
  const { reduction, reading } = view
  const { before } = reduction
  const fell = before !== null && reading !== null && reading.balanceFen < before.balanceFen
  return reduction.state === 'SENT' && fell ? doneNow(view) : decideReduction(view)
}

/** Looks at nothing that the sale is about to change. */
const whileArmed: ReductionProtocol['decide'] = (view) =>
  decideReduction({
    ...view,
    books: { ...view.books, armed: false, lastAssigned: null, anchor: null },
  })

/** A maker that counts refunds has counted: so it was taken. */
const countDecides: ReductionProtocol['decide'] = (view) => {
  const { reduction, reading } = view
  const { before } = reduction
  const counted = before !== null && reading !== null && reading.count > before.count
  return reduction.state === 'SENT' && counted ? doneNow(view) : decideReduction(view)
}

/** The order will be carried out in time, it says. */
const beforeTrip: ReductionProtocol['decide'] = (view) =>
  decideReduction({ ...view, books: { ...view.books, tripping: false } })

const sendFirst: ReductionProtocol['decide'] = (view) => {
  const { reduction, reading } = view
  if (view.fault !== null) return WAIT
  if (reduction.state !== 'QUEUED' || reading === null || view.reply !== null)
    return decideReduction(view)
  return { do: 'send', amountFen: reduction.wantedFen ?? reading.remainingFen }
}

const mutant = (
  name: string,
  violation: string,
  decide: ReductionProtocol['decide'],
  more: Partial<Mutant> = {},
): Mutant => ({
  name,
  protocol: { ...realProtocol, name, reduction: { ...realReductionProtocol, decide } },
  scenario: OUT,
  violation,
  ...more,
})

const WHILE_ARMED = 'reduce-while-armed: taken out while a sale is on its way in'

export const REDUCTION_MUTANTS: readonly Mutant[] = [
  mutant('resend-reduction: sent again when it is not seen', 'taken twice, owed once', resend),
  mutant('trust-ack-of-reduction: an acknowledgement is done', 'done but not taken', trustAnswer, {
    scenario: AFTER_ARMED,
  }),
  mutant('pay-before-read-back: sent is done', 'done but not taken', payFirst),
  mutant('cancel-unseen: called off when it is not seen', 'cancelled but taken', callOff),
  mutant('cancel-refused: a negative answer calls it off', 'cancelled but taken', callOffRefused),
  mutant(
    'cancel-untouched: refused, and read as untouched, calls it off',
    'cancelled but taken',
    callOffUntouched,
  ),
  mutant('no-margin: all is asked of a loaded meter', 'held needlessly', withoutMargin, {
    scenario: { ...PLAIN, sound: true, events: ['use'], reduction: ALL_UNDER_LOAD },
  }),
  mutant('owe-the-margin: all is owed', 'owed is not what was taken', owedWithMargin, {
    scenario: { ...PLAIN, reduction: ALL_UNDER_LOAD },
  }),
  mutant('any-record: a newer record is ours', 'taken twice, owed once', anyRecord, {
    scenario: { ...PLAIN, reduction: LITTLE },
  }),
  mutant('record-alone: never mind the balance', 'done but not taken', anyRecord, {
    scenario: { ...PLAIN, events: ['torn'], reduction: { ...LITTLE, wantedFen: 900 } },
  }),
  mutant('unclear-is-taken: so little may be gone', 'done but not taken', unclearIsTaken, {
    scenario: { ...PLAIN, events: ['use'], reduction: LITTLE },
  }),
  mutant('any-fall: money that fell was taken', 'done but not taken', anyFall, {
    scenario: { ...OUT, events: ['use'] },
  }),
  mutant('all-or-nothing: a fall is the whole of it', 'owed is not what was taken', anyFall, {
    scenario: { ...OUT, events: ['torn'] },
  }),
  mutant('count-decides: a count that moved is taken', 'done but not taken', countDecides, {
    scenario: {
      ...{ ...PLAIN, events: ['torn'] },
      reduction: { wantedFen: 900, from: 'start', counts: true },
    },
  }),
  mutant(
    'take-before-trip: not waited for',
    'money asked for before the trip had ended',
    beforeTrip,
    {
      scenario: TRIPPED,
    },
  ),
  mutant('trip-lost: an order that was lost is waited for', 'never finished', decideReduction, {
    scenario: { ...TRIPPED, reduction: { ...SWITCHED_OFF, trip: 'lost' } },
  }),
  mutant('trip-kept: the point stays off', 'left switched off', decideReduction, {
    scenario: { ...TRIPPED, reduction: { ...SWITCHED_OFF, trip: 'kept' } },
  }),
  mutant('send-uncounted: sent before it is counted', 'taken twice, owed once', sendFirst),
  mutant(WHILE_ARMED, 'held needlessly', whileArmed, {
    scenario: AFTER_ARMED,
    protocol: {
      ...realProtocol,
      name: WHILE_ARMED,
      reducesWhileArmed: true,
      reduction: { decide: whileArmed, stillRight: () => true },
    },
  }),
  mutant('unchecked: the state is not checked again', 'taken twice, owed once', decideReduction, {
    scenario: { ...OUT, nodes: 2, fence: false },
    protocol: {
      ...realProtocol,
      name: 'unchecked',
      reduction: { decide: decideReduction, stillRight: () => true },
    },
  }),
]
