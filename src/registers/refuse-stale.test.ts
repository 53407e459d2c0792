import { expect, test } from 'vitest'
import { refuseStale } from './refuse-stale.ts'

const NOW = { name: '东楼', ordinal: 1, settings: { a: 1, b: 2 } }

test.each([[undefined], [{}], [{ name: '东楼' }], [{ settings: { b: 2, a: 1 } }]])(
  'what is as it was seen (%o) may be changed',
  (seen) => {
    expect(() => refuseStale(NOW, seen)).not.toThrow()
  },
)

test.each([
  [{ name: '西楼' }, 'name'],
  [{ name: '东楼', ordinal: 2 }, 'ordinal'],
  [{ settings: { a: 1 } }, 'settings'],
])('what somebody changed meanwhile (seen as %o) is refused and named', (seen, field) => {
  expect(() => refuseStale(NOW, seen)).toThrow(
    expect.objectContaining({ code: 'changed_meanwhile', facts: { field } }),
  )
})
