import { expect, test } from 'vitest'
import { createBusyTime } from './busy.ts'

test('a line in use half of the time is half busy, from its first second on', () => {
  const busy = createBusyTime(1_000)
  expect(busy.share(1_000)).toBe(0)
  for (let at = 1_000; at < 300_000; at += 200) {
    busy.add(at, at + 100)
    expect(busy.share(at + 200)).toBeCloseTo(0.5, 1)
  }
})

test('a line that fell silent is forgotten within two minutes', () => {
  const busy = createBusyTime(0)
  for (let at = 0; at < 120_000; at += 100) busy.add(at, at + 100)
  expect(busy.share(120_000)).toBe(1)
  expect(busy.share(150_000)).toBeCloseTo(0.5, 1)
  expect(busy.share(240_000)).toBe(0)
})
