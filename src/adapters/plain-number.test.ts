import { expect, test } from 'vitest'
import { plainNumber } from './plain-number.ts'

test.each([
  ['202600000101', '202600000101'],
  ['2.02600000102E11', '202600000102'],
  ['1E3', '1000'],
  ['5e-2', '0.05'],
  ['-1.25E-1', '-0.125'],
  ['12.5E0', '12.5'],
  ['88.8', '88.8'],
  ['#N/A', '#N/A'],
])('%s is read as %s', (saved, read) => {
  expect(plainNumber(saved)).toBe(read)
})
