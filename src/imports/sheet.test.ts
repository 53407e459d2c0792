import { describe, expect, test } from 'vitest'
import { csvCells, csvText } from './csv.ts'
import { type Column, readCells, templateRows, wholeUnits } from './sheet.ts'

const COLUMNS: readonly Column[] = [
  { field: 'meterNo', zh: '表号', en: 'Meter no.', kind: 'text', required: true },
  { field: 'balanceFen', zh: '余额（元）', en: 'Balance (yuan)', kind: 'yuan' },
  { field: 'initialWh', zh: '底度（kWh）', en: 'Initial (kWh)', kind: 'kwh' },
  { field: 'dead', zh: '坏表', en: 'Dead', kind: 'yes' },
  { field: 'mode', zh: '模式', en: 'Mode', kind: 'mode' },
]

describe('a decimal', () => {
  test.each<[string, number, number | null]>([
    ['12.34', 2, 1_234],
    ['12', 2, 1_200],
    ['12.30', 2, 1_230],
    ['-0.05', 2, -5],
    ['1,234.5', 2, 123_450],
    ['¥ 8', 2, 800],
    ['0.30000000000000004', 2, 30],
    ['0.28999999999999998', 2, 29],
    ['1234.567', 3, 1_234_567],
    ['1.005', 2, null],
    ['12a', 2, null],
    ['', 2, null],
    ['1e3', 2, null],
  ])('%s with %i decimals is %s', (text, decimals, units) => {
    expect(wholeUnits(text, decimals)).toBe(units)
  })
})

test('a sheet is read by its headings, in either language and any order', () => {
  const read = readCells(
    [
      ['Balance', '表号 *', 'Dead', '模式', null],
      ['88.80', '000123', '是', '后台计费', null],
      [null, null, null, null, null],
      [null, '000124', null, null, null],
    ],
    COLUMNS,
  )
  expect(read.problems).toEqual([])
  expect(read.rows).toEqual([
    {
      row: 2,
      values: { balanceFen: 8_880, meterNo: '000123', dead: true, mode: 'centre' },
      problems: [],
    },
    { row: 4, values: { meterNo: '000124' }, problems: [] },
  ])
})

test('what is wrong is named with its row, its field and both languages', () => {
  const read = readCells(
    [
      ['表号', '余额', '楼层'],
      [null, '很多', '3'],
    ],
    COLUMNS,
  )
  expect(read.problems).toMatchObject([
    { code: 'unknownHeading', title: { zh: '不认识的列：楼层' } },
  ])
  expect(read.rows).toMatchObject([
    {
      row: 2,
      problems: [
        { field: 'balanceFen', fieldName: { zh: '余额（元）' }, code: 'number' },
        { field: 'meterNo', code: 'required', title: { en: 'is required' } },
      ],
    },
  ])
})

test('a sheet without a required column, or without rows, says so', () => {
  expect(readCells([['余额']], COLUMNS).problems).toMatchObject([
    { code: 'missingHeading', field: 'meterNo' },
    { code: 'noRows' },
  ])
})

test('csv comes back as it was written, quotes, commas and lines included', () => {
  const rows = [
    ['表号', '备注'],
    ['000123', '他说 "好", 明天\n再来'],
  ]
  expect(csvCells(csvText(rows))).toEqual(rows)
  expect(csvCells('a,,\r\n"b""c", d\n')).toEqual([
    ['a', null, null],
    ['b"c', 'd'],
  ])
})

test('nothing that is written is taken for a formula', () => {
  expect(csvText([['=1+1']])).toContain("'=1+1")
})

test('a template has its headings in the language asked for', () => {
  expect(templateRows(COLUMNS, 'en')[0]).toEqual([
    'Meter no. *',
    'Balance (yuan)',
    'Initial (kWh)',
    'Dead',
    'Mode',
  ])
})
