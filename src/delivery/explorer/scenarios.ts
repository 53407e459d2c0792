// What is explored 场景: the protocol as built, in every arrangement that must hold. Budgets are
// faults per execution; each row is enumerated completely.

import type { HoldReason } from '../hold-reasons.ts'
import type { Scenario } from './model-world.ts'

export const PLAIN: Scenario = {
  nodes: 1,
  fence: true,
  guard: 'counter',
  kinds: ['recharge', 'recharge'],
  keepsRecord: false,
  lineRepeats: true,
  events: [],
}

export type Row = {
  name: string
  budget: number
  scenario: Scenario
  /** Hold reasons that some execution must reach: an exploration that never does has gone blind. */
  reaches: readonly HoldReason[]
  /** States of the sales and the reduction that some execution must end in. */
  ends?: readonly string[]
}

/** The bar of the delivery protocol: three faults, one and two nodes, fence on and off. */
export const BAR: readonly Row[] = [
  { name: 'one node', budget: 3, scenario: PLAIN, reaches: [] },
  { name: 'two nodes, lease fence on', budget: 3, scenario: { ...PLAIN, nodes: 2 }, reaches: [] },
  {
    name: 'two nodes, lease fence off',
    budget: 3,
    scenario: { ...PLAIN, nodes: 2, fence: false },
    reaches: [],
  },
]

export const BEYOND: readonly Row[] = [
  {
    name: 'an opening, then a recharge',
    budget: 3,
    scenario: { ...PLAIN, kinds: ['open', 'recharge'], keepsRecord: true },
    reaches: [],
  },
  {
    name: 'a meter with order numbers',
    budget: 3,
    scenario: { ...PLAIN, guard: 'order' },
    reaches: [],
  },
  {
    name: 'electricity used between readings',
    budget: 3,
    scenario: { ...PLAIN, events: ['use'] },
    reaches: [],
  },
  {
    name: 'foreign credits',
    budget: 3,
    scenario: { ...PLAIN, events: ['foreign'] },
    reaches: ['count-ahead', 'money-mismatch'],
  },
  {
    name: 'foreign credits and use, with a purchase record',
    budget: 3,
    scenario: { ...PLAIN, keepsRecord: true, events: ['foreign', 'use'] },
    reaches: ['count-ahead', 'record-mismatch'],
  },
  {
    name: 'power lost between the two writes of a credit',
    budget: 3,
    scenario: { ...PLAIN, keepsRecord: true, events: ['torn'] },
    reaches: ['money-without-count', 'record-mismatch', 'money-mismatch'],
  },
  {
    name: 'a meter reset',
    budget: 3,
    scenario: { ...PLAIN, events: ['reset'] },
    reaches: ['count-behind'],
  },
  {
    name: 'everything at once, two nodes, no fence',
    budget: 2,
    scenario: {
      ...PLAIN,
      nodes: 2,
      fence: false,
      kinds: ['open', 'recharge'],
      keepsRecord: true,
      events: ['foreign', 'use', 'torn', 'reset'],
    },
    reaches: ['customer-number', 'count-ahead', 'count-behind', 'money-without-count'],
  },
  {
    name: 'a meter without a guard: at most once, then a person',
    budget: 3,
    scenario: { ...PLAIN, guard: 'none', lineRepeats: false },
    reaches: ['no-replay-guard'],
  },
  {
    name: 'an absolute-write meter: at most once, then a person',
    budget: 3,
    scenario: { ...PLAIN, guard: 'absolute' },
    reaches: ['no-replay-guard'],
  },
]

const OUT = { wantedFen: 900, from: 'start' } as const
const DONE = 'DELIVERED DELIVERED DONE'

export const ALL_UNDER_LOAD = { wantedFen: null, from: 'start', loaded: true } as const
/** Less than use may have cost: the balance alone tells nothing. */
export const LITTLE = { wantedFen: 5, from: 'start', records: true } as const

/** Money taken out besides: nothing fences it, so it is sent once or held. */
export const REDUCTIONS: readonly Row[] = [
  {
    name: 'a reduction before two sales',
    budget: 3,
    scenario: { ...PLAIN, reduction: OUT },
    reaches: ['reduction-not-seen', 'reduction-mismatch'],
    ends: [DONE],
  },
  {
    name: 'a reduction while a sale is armed, two nodes, no fence',
    budget: 2,
    scenario: { ...PLAIN, nodes: 2, fence: false, reduction: { ...OUT, from: 'armed' } },
    reaches: ['reduction-not-seen'],
    ends: [DONE],
  },
  {
    name: 'all that is left, from a maker that counts refunds',
    budget: 2,
    scenario: {
      ...PLAIN,
      nodes: 2,
      reduction: { wantedFen: null, from: 'armed', counts: true },
    },
    reaches: ['reduction-not-seen'],
    ends: [DONE],
  },
  {
    name: 'more than is left',
    budget: 2,
    scenario: { ...PLAIN, reduction: { wantedFen: 2_500, from: 'start' } },
    reaches: [],
    ends: ['DELIVERED DELIVERED CANCELLED'],
  },
  {
    name: 'a reduction, foreign credits and use',
    budget: 2,
    scenario: { ...PLAIN, events: ['foreign', 'use'], reduction: OUT },
    reaches: ['reduction-mismatch', 'count-ahead'],
    ends: [DONE],
  },
  {
    name: 'a reduction and a meter reset',
    budget: 2,
    scenario: { ...PLAIN, nodes: 2, events: ['reset'], reduction: OUT },
    reaches: ['count-behind'],
    ends: [DONE],
  },
  {
    name: 'power lost while a meter gives money back',
    budget: 2,
    scenario: { ...PLAIN, events: ['torn'], reduction: OUT },
    reaches: ['reduction-mismatch', 'reduction-not-seen'],
    ends: [DONE],
  },
  {
    name: 'the same, with use, from a maker that counts refunds',
    budget: 2,
    scenario: {
      ...PLAIN,
      events: ['torn', 'use'],
      reduction: { wantedFen: null, from: 'armed', counts: true, loaded: true },
    },
    reaches: ['reduction-mismatch', 'reduction-not-seen', 'count-ahead'],
    ends: [DONE],
  },
]

/** The meter goes on using money, or keeps a record of what it gave. */
export const EVIDENCE: readonly Row[] = [
  {
    name: 'all that is left, under load',
    budget: 2,
    scenario: { ...PLAIN, events: ['use'], reduction: ALL_UNDER_LOAD },
    reaches: ['reduction-not-seen'],
    ends: [DONE],
  },
  {
    name: 'all that is left, under load, and nothing fails',
    budget: 3,
    scenario: { ...PLAIN, sound: true, events: ['use'], reduction: ALL_UNDER_LOAD },
    reaches: [],
    ends: [DONE],
  },
  {
    name: 'all that is left, under load, foreign credits, a record, two nodes, no fence',
    budget: 2,
    scenario: {
      ...{ ...PLAIN, nodes: 2, fence: false, events: ['use', 'foreign'] },
      reduction: { ...ALL_UNDER_LOAD, records: true },
    },
    reaches: ['count-ahead'],
    ends: [DONE],
  },
  {
    name: 'too little to be told from use, with a record',
    budget: 2,
    scenario: { ...PLAIN, reduction: LITTLE },
    reaches: ['reduction-not-seen', 'reduction-mismatch'],
    ends: [DONE],
  },
  {
    name: 'too little to be told from use, with a record, and use',
    budget: 2,
    scenario: { ...PLAIN, events: ['use'], reduction: LITTLE },
    reaches: ['reduction-not-seen', 'reduction-mismatch'],
    ends: [DONE],
  },
  {
    name: 'power lost while a meter gives money back, with a record',
    budget: 2,
    scenario: { ...PLAIN, events: ['torn'], reduction: { ...LITTLE, wantedFen: 900 } },
    reaches: ['reduction-mismatch', 'reduction-not-seen'],
    ends: [DONE],
  },
]

export const SWITCHED_OFF = { wantedFen: null, from: 'start', trip: 'ordered' } as const

/** The meter is switched off first, as a swap does, so that it keeps no margin. */
export const TRIPS: readonly Row[] = [
  {
    name: 'all that is left, switched off first',
    budget: 2,
    scenario: { ...PLAIN, events: ['use'], reduction: SWITCHED_OFF },
    reaches: ['reduction-not-seen'],
    ends: [DONE],
  },
  {
    name: 'switched off first while a sale is armed, and nothing fails',
    budget: 3,
    scenario: {
      ...{ ...PLAIN, sound: true, events: ['use'] },
      reduction: { ...SWITCHED_OFF, from: 'armed' },
    },
    reaches: [],
    ends: [DONE],
  },
  {
    name: 'switched off first and called off, two nodes, no fence',
    budget: 2,
    scenario: {
      ...{ ...PLAIN, nodes: 2, fence: false, events: ['callOff'] },
      reduction: SWITCHED_OFF,
    },
    reaches: ['reduction-not-seen'],
    ends: [DONE, 'DELIVERED DELIVERED CANCELLED'],
  },
  {
    name: 'switched off first, given up for dead, two nodes',
    budget: 2,
    scenario: { ...PLAIN, nodes: 2, events: ['use', 'void'], reduction: SWITCHED_OFF },
    reaches: [],
    ends: [DONE, 'DELIVERED DELIVERED DELIVERED CANCELLED'],
  },
]

/** A meter taken down as dead, whatever it still does: its own act, at any moment. */
export const VOIDS: readonly Row[] = [
  {
    name: 'a dead meter taken down',
    budget: 3,
    scenario: { ...PLAIN, events: ['void'] },
    reaches: [],
    ends: ['VOID DELIVERED DELIVERED', 'DELIVERED VOID DELIVERED', 'DELIVERED DELIVERED DELIVERED'],
  },
  {
    name: 'taken down before or after its opening, two nodes, no fence',
    budget: 2,
    scenario: {
      ...{ ...PLAIN, nodes: 2, fence: false, keepsRecord: true },
      kinds: ['open', 'recharge'],
      events: ['void'],
    },
    reaches: [],
    ends: ['VOID DELIVERED DELIVERED', 'DELIVERED DELIVERED'],
  },
  {
    name: 'taken down while money is taken out, two nodes, no fence',
    budget: 2,
    scenario: { ...PLAIN, nodes: 2, fence: false, events: ['void'], reduction: OUT },
    reaches: [],
    ends: [DONE, 'DELIVERED DELIVERED DELIVERED CANCELLED'],
  },
  {
    name: 'taken down after somebody else loaded it, or it lost power over a credit',
    budget: 2,
    scenario: { ...PLAIN, events: ['foreign', 'torn', 'void'] },
    reaches: ['count-ahead', 'money-without-count'],
    ends: ['VOID DELIVERED DELIVERED'],
  },
]
