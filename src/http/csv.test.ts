import { expect, test } from 'vitest'
import { type Cell, csvOf } from './csv.ts'

const line = (...cells: Cell[]): string => csvOf({ fileName: 'x.csv', rows: [cells] })

test.each<[Cell, string]>([
  ['照明', '照明'],
  [null, ''],
  [12.5, '12.5'],
  [-4, '-4'],
  ['-12.50', '-12.50'],
  ['a,b', '"a,b"'],
  ['say "no"', '"say ""no"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['@sum', "'@sum"],
  ['202611010007', '\t202611010007'],
])('%o stands in its file as %o', (cell, text) => {
  expect(line(cell)).toBe(`\uFEFF${text}\r\n`)
})

test('begins with the mark of UTF-8 and ends each line as spreadsheets do', () => {
  const rows = [
    ['a', 'b'],
    [1, null],
  ] as const
  expect(Buffer.from(csvOf({ fileName: 'x', rows })).toString('hex')).toBe(
    `efbbbf${Buffer.from('a,b\r\n1,\r\n').toString('hex')}`,
  )
})
