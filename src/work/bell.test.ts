import { expect, test } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { createBell } from './bell.ts'

const LONG_MS = 60_000

const waiting = (before: (bell: ReturnType<typeof createBell>) => void = () => {}) => {
  const clock = createManualClock()
  const bell = createBell()
  const stopping = new AbortController()
  const since = bell.rings
  before(bell)
  let over = false
  const wait = bell.wait(clock, LONG_MS, since, stopping.signal).then(() => {
    over = true
  })
  return { clock, bell, stopping, wait, isOver: () => over }
}

test('who waits is woken by a ring, long before the time is up', async () => {
  const { clock, bell, wait, isOver } = waiting()
  await clock.advance(1_000)
  expect(isOver()).toBe(false)
  bell.ring()
  await clock.advance(100)
  await wait
  expect(isOver()).toBe(true)
})

test('a ring between the look and the wait is not missed', async () => {
  const { clock, isOver } = waiting((bell) => bell.ring())
  await clock.advance(100)
  expect(isOver()).toBe(true)
})

test('who rings right after another is heard with him', async () => {
  const { clock, bell, isOver } = waiting((bell) => bell.ring())
  await clock.advance(10)
  expect(isOver()).toBe(false)
  bell.ring()
  await clock.advance(20)
  expect(isOver()).toBe(true)
})

test('without a ring the wait ends by itself', async () => {
  const { clock, isOver } = waiting()
  await clock.advance(LONG_MS)
  expect(isOver()).toBe(true)
})

test('stopping ends it', async () => {
  const { stopping, wait } = waiting()
  stopping.abort()
  await wait
})
