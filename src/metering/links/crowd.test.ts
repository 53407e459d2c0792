import { expect, test } from 'vitest'
import { createCrowd } from './crowd.ts'

test('a flood from one host turns nobody else away', () => {
  const crowd = createCrowd<string>(8)
  expect(crowd.admit('box', '10.0.0.7:40001')).toBeNull()
  const gone: (string | null)[] = []
  for (let n = 0; n < 100; n++) gone.push(crowd.admit(`flood ${n}`, `10.0.0.66:${50_000 + n}`))
  expect(gone.slice(7, 10)).toEqual(['flood 0', 'flood 1', 'flood 2'])
  expect(crowd.has('box')).toBe(true)
  expect(crowd.all()).toHaveLength(8)
})

test('where all come from one host the one that has waited longest goes', () => {
  const crowd = createCrowd<number>(2)
  expect([1, 2, 3].map((n) => crowd.admit(n, `::1:${n}`))).toEqual([null, null, 1])
  crowd.leave(2)
  expect(crowd.all()).toEqual([3])
})
