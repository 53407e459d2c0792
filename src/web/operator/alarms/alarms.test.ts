import { describe, expect, test } from 'vitest'
import type { AlarmCounts } from '../../../http/contract/alarms.ts'
import { figureOf, figureText } from './figures.ts'
import { soundOf } from './sound-choice.ts'
import { kwText, pastedRows, wattsOf } from './threshold-rows.ts'
import { wholeWithin } from './whole.ts'

test.each([
  ['12', 12_000],
  ['12.5', 12_500],
  ['0.001', 1],
  ['0', null],
  ['1.2345', null],
  ['-3', null],
  ['', null],
  ['12kW', null],
])('%j kW typed is %j W', (typed, watts) => {
  expect(wattsOf(typed)).toBe(watts)
})

test.each([
  [12_500, '12.5'],
  [1, '0.001'],
  [0, '0'],
  [-250, '-0.25'],
  [null, '—'],
])('%j W is shown as %s kW', (watts, text) => {
  expect(kwText(watts)).toBe(text)
})

test('rows from a sheet are read by tab or comma, and lines that make no sense are named', () => {
  expect(pastedRows('M1\t12.5\t60\r\n\nM2,,\nM3;abc;1\n,1,1')).toEqual({
    rows: [
      { meterNo: 'M1', powerW: 12_500, delayS: 60 },
      { meterNo: 'M2', powerW: null, delayS: null },
    ],
    badLines: [4, 5],
  })
})

test.each([
  ['5', 5],
  ['4', null],
  ['11', null],
  ['5.5', null],
])('%j within 5 and 10 is %j', (typed, value) => {
  expect(wholeWithin(typed, 5, 10)).toBe(value)
})

test.each([
  ['fen', '1.50', 150],
  ['fen', '1', 100],
  ['fen', '0.99', null],
  ['fen', '1.005', null],
  ['kwh', '150', 150],
  ['kwh', '1.5', null],
] as const)('a figure in %s, typed as %j, is %j', (unit, typed, value) => {
  const figure = { name: 'x', words: { zh: '', en: '' }, unit, value: 0, supplied: 0 }
  expect(figureOf({ ...figure, min: 100, max: 1_000 }, typed)).toBe(value)
  if (value !== null) expect(Number(figureText(unit, value))).toBe(Number(typed))
})

describe('the sound', () => {
  const at = (minute: number) => `2026-11-23T10:${minute}:00+08:00`
  const counts = (serious: number | null, warning: number | null): AlarmCounts => ({
    open: { serious: 0, warning: 0, info: 0 },
    newest: {
      serious: serious === null ? null : at(serious),
      warning: warning === null ? null : at(warning),
      info: null,
    },
    escalatedToMe: 0,
  })
  const heard = Date.parse(at(30))
  test.each([
    ['off', counts(40, 40), null],
    ['serious', counts(null, 40), null],
    ['serious', counts(40, null), 'serious'],
    ['warning', counts(20, 40), 'warning'],
    ['info', counts(40, 50), 'serious'],
    ['info', counts(30, 20), null],
  ] as const)('%s chosen, %j: %j', (sound, now, severity) => {
    expect(soundOf(sound, now, heard)).toBe(severity)
  })
})
