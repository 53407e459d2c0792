import { expect, test } from 'vitest'
import { weightText } from './weight.ts'

test.each([
  ['176 m² for 31 days', 'area', 17_600 * 31 * 27_720, '5,456'],
  ['half of 29 m² for a day', 'area', (2_900 * 27_720) / 2, '14.5'],
  ['three parts for 30 days', 'fixed', 3 * 30 * 27_720, '90'],
  ['kilowatt-hours', 'energy', 8_568_820, '8,568.82'],
] as const)('%s', (_what, by, weight, shown) => {
  expect(weightText(by, weight)).toBe(shown)
})
