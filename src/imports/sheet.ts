// From cells to rows 表格解析: headings in either language, yuan and kWh as decimal text become whole
// fen and Wh, and everything that is wrong is named with its row and field. PURE.

import type { RowProblem } from '../http/contract/sheets.ts'
import type { Cell, SheetCells } from '../ports/sheets.ts'

export type Column = {
  /** As in the JSON rows. */
  field: string
  zh: string
  en: string
  /** A `code` is a number that people type and machines compare: spaces and wide digits go. */
  kind: 'text' | 'code' | 'yuan' | 'kwh' | 'yes' | 'mode'
  required?: true
  /** What stands in the template. */
  example?: string
}

export const PROBLEMS = {
  required: { zh: '必填', en: 'is required' },
  number: { zh: '不是有效的数', en: 'is no valid number' },
  choice: { zh: '不是可选的值', en: 'is none of the values it may have' },
  invalid: { zh: '内容无效', en: 'is not valid' },
  unknown: { zh: '找不到', en: 'is not known' },
  notInstalled: { zh: '该表没有装在计量点上', en: 'hangs at no point' },
  zerosLost: {
    zh: '前面的零丢了，请把此列的格式设为“文本”再填',
    en: 'has lost the zeros before it: format the column as text',
  },
  ambiguous: { zh: '不唯一，请写得更具体', en: 'fits several: be more specific' },
  twice: { zh: '重复', en: 'stands there twice' },
  differs: { zh: '同一户的各行不一致', en: 'differs between the rows of one account' },
  unknownHeading: { zh: '不认识的列', en: 'a heading nobody knows' },
  missingHeading: { zh: '缺少此列', en: 'this column is missing' },
  noRows: { zh: '没有数据行', en: 'there are no rows' },
  notReadable: {
    zh: '文件无法读取：只收 .xlsx 和 .csv（旧的 .xls 请另存为 .xlsx），远处的行列里不能有内容',
    en: 'the file cannot be read: it must be .xlsx or .csv, with nothing in far rows or columns',
  },
  tooMany: { zh: '行数过多', en: 'too many rows' },
} as const
export type ProblemCode = keyof typeof PROBLEMS

export type SheetRow = {
  /** The headings are row 1. */
  row: number
  values: Record<string, string | number | boolean>
  problems: RowProblem[]
}
export type ReadSheet = { rows: SheetRow[]; problems: RowProblem[] }

type Said = string | { zh: string; en: string }

const sayingWhat = (code: ProblemCode, said: Said) => {
  const { zh, en } = typeof said === 'string' ? { zh: said, en: said } : said
  return { zh: `${PROBLEMS[code].zh}：${zh}`, en: `${PROBLEMS[code].en}: ${en}` }
}

export const problem = (code: ProblemCode, column: Column | null, said: Said = ''): RowProblem => ({
  field: column?.field ?? null,
  fieldName: column === null ? null : { zh: column.zh, en: column.en },
  code,
  title: said === '' ? PROBLEMS[code] : sayingWhat(code, said),
})

/** Said of what stands in an earlier row already. */
export const asInRow = (row: number): Said => ({ zh: `与第 ${row} 行相同`, en: `as in row ${row}` })

/** Wide digits, signs and spaces, as Chinese keyboards type them, become plain ones. */
const plain = (text: string): string => text.normalize('NFKC').trim()

const normal = (heading: string): string =>
  plain(heading)
    .toLowerCase()
    .replace(/[（(].*?[)）]/g, '')
    .replace(/[\s*_.-]/g, '')

/** A binary double's noise, as spreadsheets save sums: 0.30000000000000004. */
const NOISE_DIGITS = 12

/** Whole units of 10^-decimals; null for what is no such number. Floats are never made of it. */
export const wholeUnits = (text: string, decimals: number): number | null => {
  const [, sign = '', whole = '', part = ''] =
    /^([+-]?)(\d{1,12})(?:\.(\d+))?$/.exec(
      plain(text)
        .replace(/[,\s¥]/g, '')
        .replace(/元$/, ''),
    ) ?? []
  if (whole === '') return null
  const shown = part.replace(/0+$/, '')
  const noisy = shown.length >= NOISE_DIGITS
  if (shown.length > decimals && !noisy) return null
  const kept = shown.padEnd(decimals + 1, '0')
  const up = noisy && Number(kept.charAt(decimals)) >= 5 ? 1 : 0
  const units = Number(whole + kept.slice(0, decimals)) + up
  return sign === '-' ? -units : units
}

const METER_NO_DIGITS = 12

/** What a spreadsheet may have made this meter number of: it drops zeros before a number. */
export const zerosBefore = (meterNo: string): string[] =>
  /^\d+$/.test(meterNo) && meterNo.length < METER_NO_DIGITS
    ? [meterNo.padStart(METER_NO_DIGITS, '0')]
    : []

const FEN_DECIMALS = 2
const WH_DECIMALS = 3
const YES = ['是', 'y', 'yes', 'true', '1', '√']
const NO = ['否', 'n', 'no', 'false', '0']
const MODES = new Map([
  ['表内计费', 'meter'],
  ['meter', 'meter'],
  ['后台计费', 'centre'],
  ['centre', 'centre'],
  ['center', 'centre'],
])

type Parsed = { value: string | number | boolean } | { code: ProblemCode }

const parsedNumber = (units: number | null): Parsed =>
  units === null ? { code: 'number' } : { value: units }

const parsed = (column: Column, text: string): Parsed => {
  const low = plain(text).toLowerCase()
  switch (column.kind) {
    case 'text':
      return { value: text }
    case 'code':
      return { value: plain(text).replace(/\s/g, '') }
    case 'yuan':
      return parsedNumber(wholeUnits(text, FEN_DECIMALS))
    case 'kwh':
      return parsedNumber(wholeUnits(text, WH_DECIMALS))
    case 'yes':
      if (YES.includes(low)) return { value: true }
      return NO.includes(low) ? { value: false } : { code: 'choice' }
    case 'mode': {
      const mode = MODES.get(low)
      return mode === undefined ? { code: 'choice' } : { value: mode }
    }
  }
}

const readRow = (row: number, cells: readonly Cell[], at: readonly (Column | null)[]): SheetRow => {
  const read: SheetRow = { row, values: {}, problems: [] }
  for (const [index, column] of at.entries()) {
    const text = cells[index] ?? null
    if (column === null || text === null) continue
    const found = parsed(column, text)
    if ('value' in found) read.values[column.field] = found.value
    else read.problems.push(problem(found.code, column, text))
  }
  const said = new Set(read.problems.map((one) => one.field))
  for (const column of at)
    if (column?.required && !(column.field in read.values) && !said.has(column.field))
      read.problems.push(problem('required', column))
  return read
}

const columnOf = (columns: readonly Column[], heading: Cell): Column | null => {
  const name = normal(heading ?? '')
  return columns.find((c) => [c.zh, c.en, c.field].some((text) => normal(text) === name)) ?? null
}

/** People write a title above the headings. */
const HEADINGS_WITHIN = 10

/** The first row that names two columns, else the first of all. */
const headingRow = (cells: SheetCells, columns: readonly Column[]): number => {
  const names = (row: SheetCells[number]) =>
    row.filter((cell) => cell !== null && columnOf(columns, cell) !== null).length
  const at = cells.slice(0, HEADINGS_WITHIN).findIndex((row) => names(row) > 1)
  return Math.max(at, 0)
}

/** Headings in any order, with a title above them or none; empty rows are left out. */
export const readCells = (cells: SheetCells, columns: readonly Column[]): ReadSheet => {
  const top = headingRow(cells, columns)
  const [headings = [], ...rest] = cells.slice(top)
  const at = headings.map((heading) => columnOf(columns, heading))
  const problems = headings.flatMap((heading, index) =>
    heading !== null && at[index] === null ? [problem('unknownHeading', null, heading)] : [],
  )
  for (const column of columns)
    if (column.required && !at.includes(column)) problems.push(problem('missingHeading', column))
  for (const column of columns)
    if (at.filter((one) => one === column).length > 1) problems.push(problem('twice', column))
  const rows = rest
    .map((row, index) => ({ row: top + index + 2, cells: row }))
    .filter((one) => one.cells.some((cell) => cell !== null))
    .map((one) => readRow(one.row, one.cells, at))
  if (rows.length === 0) problems.push(problem('noRows', null))
  return { rows, problems }
}

/** Headings and one example. */
export const templateRows = (columns: readonly Column[], language: 'zh' | 'en'): string[][] => [
  columns.map((column) => (column.required ? `${column[language]} *` : column[language])),
  columns.map((column) => column.example ?? ''),
]
