import { expect, test } from 'vitest'
import { energyWhOfKwh, fenOfYuan, powerWOfKw, wholeOf } from './decimal-text.ts'

test.each([
  ['433.31', 433_310],
  ['0.1', 100],
  ['0', 0],
  ['-0.000', 0],
  ['+12', 12_000],
  [' 7. ', 7_000],
  // A float would make 1.005 kWh 1004 Wh.
  ['1.005', 1_005],
  ['999999.999', 999_999_999],
  ['12.3459', 12_345],
  ['9007199254740.991', 9_007_199_254_740_991],
  ['9007199254740.992', null],
  ['-1', null],
  ['-0.0001', null],
  ['1e3', null],
  ['', null],
  ['.5', null],
  ['1,5', null],
  ['NaN', null],
  ['0x10', null],
  ['1 2', null],
  ['１２', null],
  ['9'.repeat(400), null],
])('%j kWh are %j Wh', (text, energyWh) => {
  expect(energyWhOfKwh(text)).toBe(energyWh)
})

test.each([
  ['100.00', 10_000],
  ['-3.5', -350],
  ['0.010', 1],
  ['0.015', null],
  ['-0', 0],
])('%j yuan are %j fen', (text, fen) => {
  expect(fenOfYuan(text)).toBe(fen)
})

test.each([
  ['1.2345', 1_234],
  ['-0.5', -500],
])('%j kW are %j W', (text, powerW) => {
  expect(powerWOfKw(text)).toBe(powerW)
})

test.each([
  ['17', 17],
  ['17.000', 17],
  ['17.5', null],
])('%j is the whole number %j', (text, whole) => {
  expect(wholeOf(text)).toBe(whole)
})
