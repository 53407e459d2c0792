import { expect, test } from 'vitest'
import { spansOf, spansText } from './spans.ts'

test.each<[string, string | null]>([
  ['', ''],
  ['8:00-20:00', '08:00-20:00'],
  ['22:00-24:00, 00:00-08:00', '00:00-08:00, 22:00-24:00'],
  ['08：00～12：00；14：00～18：00', '08:00-12:00, 14:00-18:00'],
  ['08:00-12:00, 11:00-13:00', null],
  ['20:00-08:00', null],
  ['08:00-24:30', null],
  ['08:60-09:00', null],
  ['morning', null],
])('%j is %j', (typed, shown) => {
  const spans = spansOf(typed)
  expect(spans && spansText(spans)).toBe(shown)
})
