import { expect, test } from 'vitest'
import { areaDm2Of, areaText, floorOf, floorTyped } from './area.ts'

test.each([
  ['3', 3],
  ['12F', 12],
  ['B1', -1],
  ['b2', -2],
  ['-3', -3],
  ['0', 0],
  ['201', null],
  ['-21', null],
  ['G', null],
  ['', null],
])('floor %o is %o', (text, floor) => {
  expect(floorOf(text)).toBe(floor)
})

test.each([
  ['85', 8_500],
  ['85.5', 8_550],
  ['0.01', 1],
  ['', null],
  ['0', undefined],
  ['1.234', undefined],
  ['a', undefined],
  ['1000001', undefined],
])('area %o is %o square decimetres', (text, dm2) => {
  expect(areaDm2Of(text)).toBe(dm2)
})

test.each([-2, 1, 40])('floor %o comes back as it was typed', (floor) => {
  expect(floorOf(floorTyped(floor))).toBe(floor)
})

test.each([1, 8_550, 8_500, 100_000])('area %o comes back as it was typed', (dm2) => {
  expect(areaDm2Of(areaText(dm2))).toBe(dm2)
})
