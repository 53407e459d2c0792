// From cells to rows 表格解析: headings in either language, yuan and kWh as decimal text become whole
// fen and Wh, and everything that is wrong is named with its row and field. PURE.

import type { RowProblem } from '../http/contract/sheets.ts'
import type { Cell, SheetCells } from '../ports/sheets.ts'

type TextKind = 'text' | 'code' | 'key'
type NumberKind = 'yuan' | 'kwh' | 'area' | 'whole'
export type Choice = { value: string | number; zh: string; en: string; also?: readonly string[] }

export type Column = {
  /** As in the JSON rows. */
  field: string
  zh: string
  en: string
  /**
   * A `code` is a number that people type and machines compare: spaces and wide digits go. A `key`
   * names something: wide letters become plain ones. A `word` is one of the choices or one's own.
   */
  kind: TextKind | NumberKind | 'yes' | 'mode' | 'choice' | 'word' | 'channels'
  required?: true
  /** Of texts: their length at most. Of whole numbers: their limits. */
  max?: number
  min?: number
  choices?: readonly Choice[]
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
  range: { zh: '超出范围', en: 'is out of range' },
  tooLong: { zh: '字数过多', en: 'is too long' },
  date: {
    zh: '被表格当成了日期，请把此列的格式设为“文本”再填',
    en: 'was taken for a date by the spreadsheet: format the column as text',
  },
  fixed: { zh: '导入不能改这一项', en: 'can not be changed by an import' },
  address: {
    zh: '不是此表型的地址（DL/T 645 为 12 位数字，Modbus 为 1–247）',
    en: 'is no address of this model (12 digits for DL/T 645, 1–247 for Modbus)',
  },
  exists: { zh: '系统里已有', en: 'exists already' },
  unused: { zh: '这种链路不用此列', en: 'is not used by this kind of link' },
  link: { zh: '链路参数不对', en: 'does not fit the link' },
  supplied: { zh: '正在供电，先换表或销户', en: 'supplies somebody: swap it or close the account' },
  armed: { zh: '有命令或充值正在下发', en: 'something is on its way to the meter' },
  barred: { zh: '该表已停用', en: 'is barred' },
  pointTaken: { zh: '该计量点已装表', en: 'the point has a meter already' },
  meterHangs: {
    zh: '该表装在别处，改装请用换表',
    en: 'hangs somewhere else: swap it',
  },
  channels: { zh: '此表型没有这个回路', en: 'the model has no such circuit' },
  channelTaken: { zh: '此回路已属于另一块表', en: 'the circuit belongs to another meter' },
  circular: { zh: '供电关系成环', en: 'feeds itself' },
  unknownSheet: { zh: '不认识的工作表', en: 'a sheet nobody knows' },
  whichRegister: { zh: '请选择此 .csv 文件是哪一种档案', en: 'say which register the .csv holds' },
  cellError: { zh: '公式没有结果', en: 'is a formula without a result' },
} as const
export type ProblemCode = keyof typeof PROBLEMS

export type SheetRow = {
  /** The headings are row 1. */
  row: number
  values: Record<string, string | number | boolean>
  problems: RowProblem[]
}
export type ReadSheet = { rows: SheetRow[]; problems: RowProblem[] }

export type Said = string | { zh: string; en: string }

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

/** As headings and names are compared: what is in brackets, spaces and marks do not count. */
export const normal = (heading: string): string =>
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

type Parsed =
  | { value: string | number | boolean }
  | { code: ProblemCode; limits?: readonly [number, number] }

const parsedNumber = (column: Column, text: string, decimals: number): Parsed => {
  const units = wholeUnits(text, decimals)
  if (units === null) return { code: 'number' }
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = column
  return units >= min && units <= max ? { value: units } : { code: 'range', limits: [min, max] }
}

/** Brackets and commas of Chinese names stay as wide as they are. */
const WIDE = /[Ａ-Ｚａ-ｚ０-９－＿．／＃＆＋　]/g

/** What is digits with spaces between them is a number that somebody grouped. */
const keyOf = (text: string): string => {
  const narrow = text.replace(WIDE, (sign) => sign.normalize('NFKC'))
  const name = narrow.trim().replace(/\s+/g, ' ')
  return /^[\d ]+$/.test(name) ? name.replaceAll(' ', '') : name
}

const parsedText = ({ kind, max = Number.MAX_SAFE_INTEGER }: Column, text: string): Parsed => {
  const value =
    kind === 'text' ? text : kind === 'key' ? keyOf(text) : plain(text).replace(/\s/g, '')
  return value.length > max ? { code: 'tooLong', limits: [1, max] } : { value }
}

const chosen = (column: Column, text: string): Choice | undefined => {
  const said = normal(text)
  return column.choices?.find(({ value, zh, en, also = [] }) =>
    [String(value), zh, en, ...also].some((name) => normal(name) === said),
  )
}

const CHANNELS_MAX = 64

/** `4-6` and `1,2` alike, as `1,2,3` in their order; null for what is none. */
const channelsOf = (text: string): string | null => {
  const parts = plain(text).split(/[,、;；\s]+/)
  const all = parts.flatMap((part) => {
    const [, first = '', last = first] = /^(\d{1,2})(?:[-~](\d{1,2}))?$/.exec(part) ?? []
    const [from, to] = [Number(first), Number(last)]
    if (from < 1 || to < from || to > CHANNELS_MAX) return [0]
    return Array.from({ length: to - from + 1 }, (_, n) => from + n)
  })
  return all.includes(0) ? null : all.join(',')
}

const parsedChoice = (column: Column, text: string): Parsed => {
  const choice = chosen(column, text)
  if (choice) return { value: choice.value }
  return column.kind === 'word' ? parsedText({ ...column, kind: 'key' }, text) : { code: 'choice' }
}

/** As the reader tells a cell that the spreadsheet holds for a date, or that has no value. */
const DATE = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/
const ERROR = /^#(REF!|N\/A|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|\?)$/

const parsed = (column: Column, text: string): Parsed => {
  const low = plain(text).toLowerCase()
  if (ERROR.test(text)) return { code: 'cellError' }
  // No database can hold it.
  if (text.includes('\0')) return { code: 'invalid' }
  if (DATE.test(text)) return { code: 'date' }
  switch (column.kind) {
    case 'text':
    case 'code':
    case 'key':
      return parsedText(column, text)
    case 'yuan':
    case 'area':
      return parsedNumber(column, text, FEN_DECIMALS)
    case 'kwh':
      return parsedNumber(column, text, WH_DECIMALS)
    case 'whole':
      return parsedNumber(column, text, 0)
    case 'choice':
    case 'word':
      return parsedChoice(column, text)
    case 'channels': {
      const channels = channelsOf(text)
      return channels === null ? { code: 'invalid' } : { value: channels }
    }
    case 'yes':
      if (YES.includes(low)) return { value: true }
      return NO.includes(low) ? { value: false } : { code: 'choice' }
    case 'mode': {
      const mode = MODES.get(low)
      return mode === undefined ? { code: 'choice' } : { value: mode }
    }
  }
}

const SAID_MAX = 40

const saidOf = (whole: string, limits?: readonly [number, number]): Said => {
  const text = whole.replaceAll('\0', '')
  const said = text.length > SAID_MAX ? `${text.slice(0, SAID_MAX)}…` : text
  if (limits === undefined) return said
  const range = limits.join('–')
  return { zh: `${said}（${range}）`, en: `${said} (${range})` }
}

export const readRow = (
  row: number,
  cells: readonly Cell[],
  at: readonly (Column | null)[],
): SheetRow => {
  const read: SheetRow = { row, values: {}, problems: [] }
  for (const [index, column] of at.entries()) {
    const text = cells[index] ?? null
    if (column === null || text === null) continue
    const found = parsed(column, text)
    if ('value' in found) read.values[column.field] = found.value
    else read.problems.push(problem(found.code, column, saidOf(text, found.limits)))
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

export type Headings = {
  /** Rows above the first that may hold values. */
  top: number
  /** What each column of the sheet is. */
  at: (Column | null)[]
  problems: RowProblem[]
}

/** Headings in any order, with a title above them or none. */
export const readHeadings = (cells: SheetCells, columns: readonly Column[]): Headings => {
  const top = headingRow(cells, columns)
  const headings = cells[top] ?? []
  const at = headings.map((heading) => columnOf(columns, heading))
  const problems = headings.flatMap((heading, index) =>
    heading !== null && at[index] === null ? [problem('unknownHeading', null, heading)] : [],
  )
  for (const column of columns)
    if (column.required && !at.includes(column)) problems.push(problem('missingHeading', column))
  for (const column of columns)
    if (at.filter((one) => one === column).length > 1) problems.push(problem('twice', column))
  return { top: top + 1, at, problems }
}

/** Headings in any order; empty rows are left out. */
export const readCells = (cells: SheetCells, columns: readonly Column[]): ReadSheet => {
  const { top, at, problems } = readHeadings(cells, columns)
  const rows = cells
    .slice(top)
    .map((row, index) => ({ row: top + index + 1, cells: row }))
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
