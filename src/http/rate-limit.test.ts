import { expect, test } from 'vitest'
import { callerOfAddress, createBuckets } from './rate-limit.ts'

test('a caller may ask his minute at once, and then as fast as it fills again', () => {
  const buckets = createBuckets(60)
  for (let n = 0; n < 60; n++) expect(buckets.take('a', 0)).toBeNull()
  expect(buckets.take('a', 0)).toBe(1)
  expect(buckets.take('a', 999)).toBe(1)
  expect(buckets.take('a', 1_000)).toBeNull()
  expect(buckets.take('a', 1_000)).toBe(1)
})

test('one caller’s haste is nobody else’s', () => {
  const buckets = createBuckets(1)
  expect([buckets.take('a', 0), buckets.take('a', 0), buckets.take('b', 0)]).toEqual([
    null,
    60,
    null,
  ])
})

test('zero is no limit', () => {
  const buckets = createBuckets(0)
  for (let n = 0; n < 10_000; n++) expect(buckets.take('a', 0)).toBeNull()
})

test('who is never heard again is forgotten, and who hurries is not', () => {
  const buckets = createBuckets(2)
  buckets.take('hurry', 0)
  buckets.take('hurry', 0)
  for (let n = 0; n < 19_998; n++) buckets.take(`once-${n}`, 0)
  expect(buckets.take('hurry', 0)).toBe(30)
  for (let n = 0; n < 100; n++) buckets.take(`more-${n}`, 1)
  expect(buckets.take('hurry', 1)).toBe(30)
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::7', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s counts as %s', (address, caller) => {
  expect(callerOfAddress(address)).toBe(caller)
})
