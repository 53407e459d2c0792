import { expect, test } from 'vitest'
import type { HoldReason } from './hold-reasons.ts'
import { type Held, planRelease, type Resolution } from './release-plan.ts'

const HELD: Held = {
  reason: 'money-mismatch',
  purchase: { n: 8 },
  lastAssigned: 8,
  count: 8,
  countModulus: 65_536,
}

type Row = {
  when: string
  held?: Partial<Held>
  resolution: Resolution
  says: { purchase: string; baseCount: number | null } | null
}

test.each<Row>([
  {
    when: 'its number is used up',
    resolution: 'ours',
    says: { purchase: 'deliver', baseCount: null },
  },
  {
    when: 'the count went past it',
    held: { count: 9 },
    resolution: 'ours',
    says: { purchase: 'deliver', baseCount: null },
  },
  { when: 'its number is not used up', held: { count: 7 }, resolution: 'ours', says: null },
  {
    when: 'it never had a number',
    held: { purchase: { n: null }, count: 9 },
    resolution: 'ours',
    says: null,
  },
  { when: 'no purchase is held', held: { purchase: null }, resolution: 'ours', says: null },
  {
    when: 'its number was used by another',
    resolution: 'foreign',
    says: { purchase: 'requeue', baseCount: 8 },
  },
  {
    when: 'others used more numbers',
    held: { count: 11 },
    resolution: 'foreign',
    says: { purchase: 'requeue', baseCount: 11 },
  },
  {
    when: 'others were first',
    held: { purchase: { n: null }, lastAssigned: 7, count: 8 },
    resolution: 'foreign',
    says: { purchase: 'requeue', baseCount: 8 },
  },
  {
    when: 'its number may still be on a wire',
    held: { count: 7 },
    resolution: 'foreign',
    says: { purchase: 'rearm', baseCount: null },
  },
  {
    when: 'only the poll found it',
    held: { purchase: null, count: 9 },
    resolution: 'foreign',
    says: { purchase: 'none', baseCount: 9 },
  },
  {
    when: 'the count wrapped',
    held: { lastAssigned: 65_535, purchase: { n: 65_535 }, count: 1 },
    resolution: 'foreign',
    says: { purchase: 'requeue', baseCount: 65_537 },
  },
  { when: 'the counter was reset', held: { count: 0 }, resolution: 'foreign', says: null },
  { when: 'the counter is sound', resolution: 'newEpoch', says: null },
])('$resolution when $when', ({ held, resolution, says }) => {
  expect(planRelease({ ...HELD, ...held }, resolution)).toEqual(says)
})

test.each<[HoldReason, boolean]>([
  ['count-behind', true],
  ['customer-number', true],
  ['not-opened', true],
  ['count-ahead', false],
  ['record-mismatch', false],
  ['no-replay-guard', false],
])('a hold for %s may begin a new epoch: %s', (reason, may) => {
  expect(planRelease({ ...HELD, reason, count: 0 }, 'newEpoch') !== null).toBe(may)
})
