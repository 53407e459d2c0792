import { expect, test } from 'vitest'
import { dayCutOf, dayCutText } from './day-cut.ts'

test.each([
  ['00:00', 0],
  ['6:30', 390],
  ['23:59', 1_439],
  ['24:00', null],
  ['7', null],
  ['7:5', null],
  ['', null],
])('%o is %o minutes after midnight', (text, minutes) => {
  expect(dayCutOf(text)).toBe(minutes)
})

test.each([0, 390, 1_439])('%o comes back as it was typed', (minutes) => {
  expect(dayCutOf(dayCutText(minutes))).toBe(minutes)
})
