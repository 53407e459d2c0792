import { expect, test } from 'vitest'
import { createManualClock } from '../../../test/manual-clock.ts'
import { type Instant, instant } from '../../shared/clock.ts'
import type { Outcome, WriteAnswer } from '../driver.ts'
import { onTheSecond } from './on-the-second.ts'

const START = instant(1_790_000_000_400)
const ACCEPTED: Outcome<WriteAnswer> = { ok: true, value: { answered: 'accepted' } }
const LATE: Outcome<WriteAnswer> = {
  ok: false,
  reason: 'deadline-passed',
  detail: '',
  mayRetry: false,
}

const setting = (travelMs: number, answers: readonly Outcome<WriteAnswer>[]) => {
  const clock = createManualClock(START)
  const sent: { moment: Instant; at: number }[] = []
  const work = onTheSecond(clock, travelMs, async (moment) => {
    sent.push({ moment, at: clock.now() })
    return answers[sent.length - 1] ?? LATE
  })
  const done = async () => {
    await clock.advance(10_000)
    return work
  }
  return { sent, done }
}

test.each([
  [0, START + 600],
  [150, START + 600 - 150],
  [590, START + 600 - 500],
])(
  'a time that travels %i ms leaves so early that it is right on arrival',
  async (ms, leavesAt) => {
    const { sent, done } = setting(ms, [ACCEPTED])
    expect(await done()).toEqual(ACCEPTED)
    expect(sent).toHaveLength(1)
    expect(sent[0]?.at).toBe(leavesAt)
    expect((sent[0]?.moment ?? 0) % 1_000).toBe(0)
    expect(sent[0]?.moment).toBe(leavesAt + Math.min(ms, 500))
  },
)

test('a bus that is busy at the second is tried at the next', async () => {
  const { sent, done } = setting(0, [LATE, LATE, ACCEPTED])
  expect(await done()).toEqual(ACCEPTED)
  expect(new Set(sent.map(({ moment }) => moment)).size).toBe(3)
})

test('a bus that is always busy is a fault that may be tried again', async () => {
  const { done } = setting(0, [])
  expect(await done()).toMatchObject({ ok: false, reason: 'timeout', mayRetry: true })
})
