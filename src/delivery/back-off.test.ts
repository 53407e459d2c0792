import { expect, test } from 'vitest'
import { backOffMs } from './back-off.ts'

const still = { below: () => 0, bytes: () => Buffer.alloc(0) }
const restless = { ...still, below: (below: number) => below - 1 }

test.each([
  [0, 1_000],
  [1, 1_000],
  [2, 2_000],
  [3, 4_000],
  [6, 32_000],
  [7, 60_000],
  [5_000, 60_000],
])('after %i faults in a row it waits %i ms, and at most a quarter more', (faults, ms) => {
  expect(backOffMs(faults, still)).toBe(ms)
  expect(backOffMs(faults, restless)).toBe(ms + ms / 4)
})
