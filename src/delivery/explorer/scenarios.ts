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
