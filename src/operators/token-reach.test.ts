import { expect, test } from 'vitest'
import { buildingId, complexId } from '../shared/ids.ts'
import { reachOfToken } from './token-reach.ts'

const reach = (
  permissions: string[],
  complexes: number[] | null = null,
  buildings: number[] | null = null,
) => ({
  permissions,
  complexes: complexes?.map(complexId) ?? null,
  buildings: buildings?.map(buildingId) ?? null,
})

test.each([
  ['what it was given', reach(['a', 'b']), reach(['a']), reach(['a'])],
  ['nothing that was taken from its maker', reach(['b']), reach(['a', 'b']), reach(['b'])],
  ['its own complexes', reach(['a']), reach(['a'], [1]), reach(['a'], [1])],
  ['those left to its maker', reach(['a'], [2]), reach(['a']), reach(['a'], [2])],
  ['what both have', reach(['a'], [1, 2]), reach(['a'], [2, 3]), reach(['a'], [2])],
  ['no complex at all', reach(['a'], [1]), reach(['a'], [2]), reach(['a'], [])],
  ['the buildings of its maker', reach(['a'], [1], [7]), reach(['a'], [1]), reach(['a'], [1], [7])],
])('a token reaches %s', (_, person, given, expected) => {
  expect(reachOfToken(person, given)).toEqual(expected)
})
