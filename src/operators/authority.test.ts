import { expect, test } from 'vitest'
import { buildingId, complexId } from '../shared/ids.ts'
import { beyond, type Rights } from './authority.ts'

const rights = (
  permissions: string[],
  complexes: number[] | null = null,
  buildings: number[] | null = null,
): Rights => ({
  permissions,
  complexes: complexes?.map(complexId) ?? null,
  buildings: buildings?.map(buildingId) ?? null,
})

test.each([
  ['as much as he has', rights(['a', 'b'], [1], [7]), rights(['a', 'b'], [1], [7]), null],
  ['less than he has', rights(['a', 'b'], [1, 2], [7, 8]), rights(['a'], [2], [8]), null],
  ['nothing', rights([]), rights([]), null],
  ['one building of all', rights(['a']), rights(['a'], [1], [7]), null],
  ['a permission he lacks', rights(['a']), rights(['a', 'b']), { permission: 'b' }],
  ['another complex', rights(['a'], [1]), rights(['a'], [1, 2]), { complexId: 2 }],
  ['every complex', rights(['a'], [1, 2]), rights(['a'], null), { complexId: 'all' }],
  ['another building', rights(['a'], [1], [7]), rights(['a'], [1], [8]), { buildingId: 8 }],
  ['every building', rights(['a'], [1], [7]), rights(['a'], [1], null), { buildingId: 'all' }],
])('whoever gives %s: what is too much is named', (_, own, other, facts) => {
  expect(beyond(own, other)).toEqual(facts)
})
