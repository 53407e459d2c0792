import { expect, test } from 'vitest'
import { createReplyTimes } from './reply-time.ts'

const CEILING_MS = 1_500

test('an unknown meter is given the full time', () => {
  expect(createReplyTimes(CEILING_MS).waitMs('1')).toBe(CEILING_MS)
})

test.each([
  ['a quick one soon', 30, 400],
  ['a slow one late', 480, 1_000],
])('after twenty answers %s counts as silent', (_, thinkingMs, atMost) => {
  const times = createReplyTimes(CEILING_MS)
  for (let i = 0; i < 20; i++) times.answered('1', thinkingMs)
  expect(times.waitMs('1')).toBeGreaterThan(thinkingMs)
  expect(times.waitMs('1')).toBeLessThanOrEqual(atMost)
})

test('after silence the wait doubles up to the ceiling, and one answer ends that', () => {
  const times = createReplyTimes(CEILING_MS)
  for (let i = 0; i < 20; i++) times.answered('1', 30)
  times.silent('1')
  expect(times.waitMs('1')).toBe(800)
  for (let i = 0; i < 5; i++) times.silent('1')
  expect(times.waitMs('1')).toBe(CEILING_MS)
  times.answered('1', 30)
  expect(times.waitMs('1')).toBe(400)
})

test('one meter teaches nothing about another', () => {
  const times = createReplyTimes(CEILING_MS)
  times.answered('1', 30)
  expect(times.waitMs('2')).toBe(CEILING_MS)
})
