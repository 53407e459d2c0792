// The real world behind the small ports: clock, identifiers, randomness.

import { randomBytes, randomInt } from 'node:crypto'
import { v7 } from 'uuid'
import type { Clock } from '../ports/clock.ts'
import type { Ids, Rng } from '../ports/ids.ts'
import { instant } from '../shared/clock.ts'
import { uuid } from '../shared/ids.ts'

const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, Math.max(0, ms))
    signal?.addEventListener('abort', done, { once: true })
  })

export const systemClock: Clock = {
  now: () => instant(Date.now()),
  mono: () => performance.now(),
  sleep,
  after: (ms, run) => {
    const timer = setTimeout(run, Math.max(0, ms))
    return () => clearTimeout(timer)
  },
}

export const systemIds: Ids = { uuid: () => uuid(v7()) }

export const systemRng: Rng = {
  below: (below) => randomInt(below),
  bytes: (length) => randomBytes(length),
}
