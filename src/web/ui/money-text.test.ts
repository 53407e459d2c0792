import { describe, expect, test } from 'vitest'
import {
  amountTyped,
  e6Of,
  e8Of,
  fenOf,
  kwhText,
  kwText,
  priceText,
  roundedPriceText,
  signedFenOf,
  signedTyped,
  typedKwh,
  typedPercent,
  typedPrice,
  typedYuan,
  yuanText,
} from './money-text.ts'

describe('money is shown exactly, with separators and two decimals', () => {
  test.each([
    [0, '0.00'],
    [5, '0.05'],
    [-5, '-0.05'],
    [123_456, '1,234.56'],
    [-100_000_000, '-1,000,000.00'],
    [9_007_199_254_740_991, '90,071,992,547,409.91'],
  ])('%i fen is %s', (amountFen, text) => expect(yuanText(amountFen)).toBe(text))
})

describe('energy rounds half away from zero, power keeps every watt', () => {
  test.each([
    [0, '0.00'],
    [4, '0.00'],
    [5, '0.01'],
    [-5, '-0.01'],
    [1_234_567, '1,234.57'],
  ])('%i Wh is %s kWh', (energyWh, text) => expect(kwhText(energyWh)).toBe(text))
  test('1500 W is 1.500 kW', () => expect(kwText(1500)).toBe('1.500'))
})

describe('a price shows four decimals, and more only where they matter', () => {
  test.each([
    [85_000_000, '0.8500'],
    [123_456_789, '1.23456789'],
    [85_000_010, '0.8500001'],
  ])('%i is %s', (priceE8, text) => expect(priceText(priceE8)).toBe(text))
})

describe('a price that was divided ends after four decimals', () => {
  test.each([
    [0, '0.0000'],
    [105_004_102, '1.0500'],
    [168_300_001, '1.6830'],
    [83_184_999, '0.8318'],
    [83_185_000, '0.8319'],
    [-83_185_000, '-0.8319'],
  ])('%i is %s', (priceE8, text) => expect(roundedPriceText(priceE8)).toBe(text))
})

describe('an amount field can only hold an amount', () => {
  test.each([
    ['12.345', '12.34'],
    ['12.3.4', '12.34'],
    ['-5', '5'],
    ['1e3', '13'],
    ['007', '7'],
    ['.5', '0.5'],
    ['100。5', '100.5'],
    ['', ''],
  ])('%s becomes %s', (typed, kept) => expect(amountTyped(typed)).toBe(kept))
})

describe('typed yuan become whole fen without floating point', () => {
  test.each([
    ['500', 50_000],
    ['0.1', 10],
    ['0.29', 29],
    ['12.', 1200],
    ['', null],
    ['abc', null],
    ['1.234', null],
  ])('%s is %s', (text, amountFen) => expect(fenOf(text)).toBe(amountFen))
})

describe('a difference may be negative, and stays exact', () => {
  test.each([
    ['-12.345', '-12.34'],
    ['12-', '-12'],
    ['-', '-'],
    ['77.77', '77.77'],
  ])('%s becomes %s', (typed, kept) => expect(signedTyped(typed)).toBe(kept))
  test.each([
    ['77.77', 7777],
    ['-0.29', -29],
    ['-0', 0],
    ['-', null],
    ['', null],
    ['--5', null],
  ])('%s is %s', (text, amountFen) => expect(signedFenOf(text)).toBe(amountFen))
  test.each([0, 7777, -5, -123_456_789])('%i fen typed and read is itself', (amountFen) =>
    expect(signedFenOf(typedYuan(amountFen))).toBe(amountFen),
  )
})

describe('prices, shares and kWh are typed as decimals and stay whole', () => {
  test.each([
    ['0.5283', 52_830_000],
    ['-0.05', -5_000_000],
    ['1.00000001', 100_000_001],
    ['0.123456789', null],
    ['', null],
  ])('%s yuan is %s', (text, priceE8) => expect(e8Of(text)).toBe(priceE8))
  test.each([
    [52_830_000, '0.5283'],
    [100_000_000, '1'],
    [0, '0'],
    [-5_000_000, '-0.05'],
  ])('%i is typed as %s', (priceE8, text) => expect(typedPrice(priceE8)).toBe(text))
  test('3.5 percent are 35000 millionths, and back', () =>
    expect([e6Of('3.5'), typedPercent(35_000)]).toEqual([35_000, '3.5']))
  test('200 kWh are typed without decimals', () => expect(typedKwh(200_000)).toBe('200'))
})
