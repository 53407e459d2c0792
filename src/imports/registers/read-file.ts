// From a workbook or a .csv file to the rows of each register 读档案表: the sheets are told by their
// names in either language, examples are left out, and whatever can't be read is named.

import { REGISTERS, type Register } from '../../http/contract/imports.ts'
import type { SheetFile } from '../../http/contract/sheets.ts'
import type { NamedSheet, Sheets } from '../../ports/sheets.ts'
import { csvTextOf, largeCsvCells } from '../csv.ts'
import {
  normal,
  type ProblemCode,
  problem,
  readHeadings,
  readRow,
  type SheetRow,
} from '../sheet.ts'
import { SHEETS } from './columns.ts'
import { eachRow, Faults, KEYS, type SheetRows, subjectOf } from './items.ts'

/** Of all sheets together: ten thousand meters with all that they need, and room to spare. */
export const IMPORT_ROWS_MAX = 60_000

export const NOTES = { zh: '说明', en: 'Notes' } as const

export type ReadFile = {
  rows: SheetRows
  faults: Faults
  /** What each sheet is called in the file. */
  names: Readonly<Partial<Record<Register, string>>>
  examples: Readonly<Record<Register, number>>
}

type Reading = {
  rows: Record<Register, SheetRow[]>
  faults: Faults
  names: Partial<Record<Register, string>>
  examples: Record<Register, number>
}

const ofEach = <T>(make: () => T): Record<Register, T> => ({
  buildings: make(),
  premises: make(),
  points: make(),
  gateways: make(),
  buses: make(),
  devices: make(),
  meters: make(),
})

const wholeFile = (faults: Faults, code: ProblemCode, said = ''): void =>
  faults.add(null, null, '', problem(code, null, said))

const namedRegister = (name: string): Register | undefined =>
  REGISTERS.find((register) => {
    const { zh, en } = SHEETS[register]
    return [zh, en, register].some((text) => normal(text) === normal(name))
  })

/** The register all of whose needed columns are there, and most of the others. */
const headedRegister = ({ cells }: NamedSheet): Register | undefined => {
  const fitting = REGISTERS.flatMap((register) => {
    const { columns } = SHEETS[register]
    const { at, problems } = readHeadings(cells, columns)
    const known = at.filter((column) => column !== null).length
    return problems.some(({ code }) => code === 'missingHeading') ? [] : [{ register, known }]
  })
  return fitting.sort((a, b) => b.known - a.known)[0]?.register
}

const EXAMPLE = /^(示例|example)/i

const isExample = (register: Register, { values }: SheetRow): boolean =>
  KEYS[register].some((field) => EXAMPLE.test(String(values[field] ?? '')))

const takeRow = (reading: Reading, register: Register, row: SheetRow): void => {
  if (isExample(register, row)) {
    reading.examples[register]++
    return
  }
  reading.rows[register].push(row)
  const subject = subjectOf(register, row.values)
  for (const one of row.problems) reading.faults.add(register, row.row, subject, one)
}

const takeSheet = async (
  reading: Reading,
  register: Register,
  { name, cells }: NamedSheet,
  breathe: () => Promise<void>,
): Promise<void> => {
  const { columns } = SHEETS[register]
  if (reading.names[register] !== undefined) return wholeFile(reading.faults, 'twice', name)
  reading.names[register] = name
  const { top, at, problems } = readHeadings(cells, columns)
  for (const one of problems) reading.faults.add(register, null, '', one)
  await eachRow(cells.slice(top).entries(), breathe, ([index, row]) => {
    if (row.some((cell) => cell !== null))
      takeRow(reading, register, readRow(top + index + 1, row, at))
  })
}

const registersOf = (
  sheets: readonly NamedSheet[],
  chosen: Register | undefined,
  faults: Faults,
): [Register, NamedSheet][] => {
  const [first, second] = sheets
  const only = first && !second ? first : null
  if (only) {
    const register = chosen ?? namedRegister(only.name) ?? headedRegister(only)
    if (register) return [[register, only]]
  }
  return sheets.flatMap((sheet): [Register, NamedSheet][] => {
    const register = namedRegister(sheet.name)
    if (register) return [[register, sheet]]
    const isNotes = [NOTES.zh, NOTES.en].some((name) => normal(name) === normal(sheet.name))
    const isEmpty = sheet.name === '' || sheet.cells.length === 0
    if (!isNotes && !isEmpty) wholeFile(faults, 'unknownSheet', sheet.name)
    return []
  })
}

const sheetsIn = async (
  sheets: Sheets,
  file: SheetFile,
  breathe: () => Promise<void>,
): Promise<readonly NamedSheet[] | null> => {
  const bytes = Buffer.from(file.base64, 'base64')
  if (!file.fileName.toLowerCase().endsWith('.csv')) return sheets.readAll(bytes)
  return [{ name: '', cells: await largeCsvCells(csvTextOf(bytes), breathe) }]
}

export const readFile = async (
  sheets: Sheets,
  file: SheetFile,
  chosen: Register | undefined,
  breathe: () => Promise<void>,
): Promise<ReadFile> => {
  const reading: Reading = {
    ...{ rows: ofEach(() => []), faults: new Faults() },
    ...{ names: {}, examples: ofEach(() => 0) },
  }
  const found = await sheetsIn(sheets, file, breathe)
  if (found === null) {
    wholeFile(reading.faults, 'notReadable')
    return reading
  }
  const total = found.reduce((sum, { cells }) => sum + cells.length, 0)
  if (total > IMPORT_ROWS_MAX) {
    wholeFile(reading.faults, 'tooMany', `${total} > ${IMPORT_ROWS_MAX}`)
    return reading
  }
  const known = registersOf(found, chosen, reading.faults)
  for (const [register, sheet] of known) await takeSheet(reading, register, sheet, breathe)
  const rows = Object.values(reading.rows).reduce((sum, some) => sum + some.length, 0)
  const isCsv = file.fileName.toLowerCase().endsWith('.csv')
  if (known.length === 0 && isCsv) wholeFile(reading.faults, 'whichRegister')
  else if (rows === 0) wholeFile(reading.faults, 'noRows')
  return reading
}
