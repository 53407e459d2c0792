import { expect, test } from 'vitest'
import { type Db, systemScope } from '../ports/database.ts'
import { fewAtOnce } from './few-at-once.ts'

test('so many transactions at a time, the others in turn, also after one that failed', async () => {
  const ends: (() => void)[] = []
  let running = 0
  let most = 0
  const db: Db = {
    as: async () => {
      running++
      most = Math.max(most, running)
      await new Promise<void>((end) => ends.push(end))
      running--
      throw new Error('it failed')
    },
    close: async () => {},
  }
  const few = fewAtOnce(db, 2)
  const asked = Array.from({ length: 5 }, () =>
    few.as(systemScope('test'), async () => 0).catch(() => 'failed'),
  )
  for (let i = 0; i < 5; i++) {
    while (ends.length === 0) await Promise.resolve()
    ends.shift()?.()
  }
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 5 }, () => 'failed'))
  expect(most).toBe(2)
})
