import { describe, expect, test } from 'vitest'
import { csvCells, csvText, csvTextOf } from './csv.ts'
import { type Column, readCells, templateRows, wholeUnits, zerosBefore } from './sheet.ts'

const COLUMNS: readonly Column[] = [
  { field: 'meterNo', zh: '表号', en: 'Meter no.', kind: 'code', required: true },
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

describe('what people make of a sheet', () => {
  test('a title above the headings is passed over; rows keep their numbers', () => {
    const cells = [
      ['某广场商户清单', null],
      [null, null],
      ['表号', '余额（元）'],
      ['101', '5'],
    ]
    const read = readCells(cells, COLUMNS)
    expect(read.problems).toEqual([])
    expect(read.rows).toMatchObject([{ row: 4, values: { meterNo: '101', balanceFen: 500 } }])
  })
  test('a column that stands there twice is named', () => {
    const read = readCells(
      [
        ['表号', '余额（元）', 'Balance'],
        ['101', '5', '6'],
      ],
      COLUMNS,
    )
    expect(read.problems).toMatchObject([{ field: 'balanceFen', code: 'twice' }])
  })
  test.each([
    ['２０．５０', 2_050],
    ['￥20', 2_000],
    ['20元', 2_000],
    ['１，０００', 100_000],
    ['2024-01-05T00:00:00.000Z', null],
    ['#N/A', null],
  ])('the amount %s is %s fen', (text, fen) => {
    expect(wholeUnits(text, 2)).toBe(fen)
  })
  test('a number that is compared loses its spaces and wide digits', () => {
    const read = readCells(
      [
        ['表号', '余额（元）'],
        [' ２０２６ 0000 0101', '1'],
      ],
      COLUMNS,
    )
    expect(read.rows).toMatchObject([{ values: { meterNo: '202600000101' } }])
  })
  test.each([
    ['101', ['000000000101']],
    ['202600000101', []],
    ['A-101', []],
  ])('the zeros that %s may have lost', (no, longer) => {
    expect(zerosBefore(no)).toEqual(longer)
  })
  test('a file of a Chinese spreadsheet is read as what it was saved in', () => {
    const saved = Buffer.from([0xc9, 0xcc, 0xbb, 0xa7])
    expect(csvTextOf(saved)).toBe('商户')
    expect(csvTextOf(Buffer.from('商户'))).toBe('商户')
  })
})

describe('a cell of the registers', () => {
  const SIDES = [
    { value: 'primary', zh: '一次侧', en: 'Primary', also: ['一次'] },
    { value: 'secondary', zh: '二次侧', en: 'Secondary' },
  ]
  const column = (kind: Column['kind'], more: Partial<Column> = {}): Column => ({
    ...{ field: 'x', zh: '列', en: 'Column', kind, ...more },
  })
  const read = (of: Column, text: string) => {
    const [row] = readCells([['列', '列二'], [text]], [of]).rows
    return row?.problems[0]?.code ?? row?.values.x
  }
  test.each<[Column, string, unknown]>([
    [column('key'), ' Ａ－１０１ ', 'A-101'],
    [column('key'), '2026 0000 0101', '202600000101'],
    [column('key'), 'A座（东）', 'A座（东）'],
    [column('text'), 'a\0b', 'invalid'],
    [column('key', { max: 3 }), 'abcd', 'tooLong'],
    [column('code'), '２０２６ 0001', '20260001'],
    [column('whole', { min: 1, max: 16 }), '１６', 16],
    [column('whole', { min: 1, max: 16 }), '17', 'range'],
    [column('whole', { min: 1, max: 16 }), '1.5', 'number'],
    [column('area'), '86.5', 8_650],
    [column('channels'), '4-6', '4,5,6'],
    [column('channels'), '1、3', '1,3'],
    [column('channels'), '0', 'invalid'],
    [column('channels'), '6-4', 'invalid'],
    [column('choice', { choices: SIDES }), '一次', 'primary'],
    [column('choice', { choices: SIDES }), 'SECONDARY', 'secondary'],
    [column('choice', { choices: SIDES }), '三次', 'choice'],
    [column('word', { choices: SIDES }), '三次', '三次'],
    [column('text'), '2026-01-02T00:00:00.000Z', 'date'],
    [column('text'), '#N/A', 'cellError'],
    [column('text'), '#12', '#12'],
  ])('%o: %s is %s', (of, text, value) => {
    expect(read(of, text)).toBe(value)
  })
})

test.each(['=1+1', "'=1+1", "''=1", '@x', '-cmd', '+a', "'plain", '-5', '+86', 'a\nb', 'say "x"'])(
  'a .csv cell %j comes back as it was',
  (text) => {
    expect(csvCells(csvText([['h', text]]))).toEqual([['h', text]])
  },
)
