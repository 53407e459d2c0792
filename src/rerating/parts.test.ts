import { expect, test } from 'vitest'
import { inTurn, partsOf } from './parts.ts'

type One = [name: number, months: number]
const parts = (...all: One[]) =>
  partsOf(all, { key: ([name]) => name, months: ([, months]) => months })

test.each<[string, One[], One[][]]>([
  ['nothing has no part', [], []],
  [
    'what fits goes together',
    [
      [1, 20],
      [2, 40],
    ],
    [
      [
        [1, 20],
        [2, 40],
      ],
    ],
  ],
  [
    'what does not is the next part',
    [
      [1, 40],
      [2, 30],
      [3, 30],
    ],
    [
      [[1, 40]],
      [
        [2, 30],
        [3, 30],
      ],
    ],
  ],
  [
    'more than fits is a part of its own',
    [
      [1, 1],
      [2, 99],
      [3, 1],
    ],
    [[[1, 1]], [[2, 99]], [[3, 1]]],
  ],
  [
    'one name stays together',
    [
      [1, 40],
      [2, 10],
      [1, 40],
    ],
    [
      [
        [1, 40],
        [1, 40],
      ],
      [[2, 10]],
    ],
  ],
])('%s', (_name, all, expected) => {
  expect(parts(...all)).toEqual(expected)
})

test('parts are done one after the other', async () => {
  let running = 0
  const made = await inTurn([1, 2, 3], async (part) => {
    running += 1
    await Promise.resolve()
    expect(running).toBe(1)
    running -= 1
    return part * 2
  })
  expect(made).toEqual([2, 4, 6])
})
