// Comma separated values 逗号分隔: RFC 4180, as spreadsheets save them, with or without a byte order
// mark. PURE.

import type { Cell } from '../ports/sheets.ts'
import { formulaAsText } from '../shared/formula-text.ts'

const BOM = '\uFEFF'

type Reading = { rows: Cell[][]; row: Cell[]; cell: string; quoted: boolean }

// A formula in a cell would run on whoever opens the file: a mark before it makes it text, and is
// taken off when the file comes back.
const MARKED = /^'+[=+\-@＝＋－＠\t\r\n]/

const endCell = (reading: Reading): void => {
  const { cell } = reading
  const text = (MARKED.test(cell) ? cell.slice(1) : cell).trim()
  reading.row.push(text === '' ? null : text)
  reading.cell = ''
}

const endRow = (reading: Reading): void => {
  endCell(reading)
  reading.rows.push(reading.row)
  reading.row = []
}

const inQuotes = (reading: Reading, text: string, at: number): number => {
  if (text[at] !== '"') reading.cell += text[at]
  else if (text[at + 1] === '"') {
    reading.cell += '"'
    return at + 1
  } else reading.quoted = false
  return at
}

/** As Chinese spreadsheets save it unless told otherwise: GB 18030; UTF-8 where it is that. */
export const csvTextOf = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

const begun = (): Reading => ({ rows: [], row: [], cell: '', quoted: false })

/** Reads on from `at`, over a little more than `signs` of them; where the next begins. */
const readOn = (reading: Reading, text: string, from: number, signs: number): number => {
  let at = from === 0 && text.startsWith(BOM) ? 1 : from
  for (; at < Math.min(text.length, from + signs); at++) {
    const sign = text[at] ?? ''
    if (reading.quoted) at = inQuotes(reading, text, at)
    else if (sign === '"') reading.quoted = true
    else if (sign === ',') endCell(reading)
    else if (sign === '\n') endRow(reading)
    else if (sign !== '\r') reading.cell += sign
  }
  return at
}

const ended = (reading: Reading): Cell[][] => {
  if (reading.cell !== '' || reading.row.length > 0) endRow(reading)
  return reading.rows
}

export const csvCells = (text: string): Cell[][] => {
  const reading = begun()
  readOn(reading, text, 0, text.length)
  return ended(reading)
}

const SIGNS_AT_ONCE = 100_000

/** The same of a large file, with time for others in between. */
export const largeCsvCells = async (
  text: string,
  breathe: () => Promise<void>,
): Promise<Cell[][]> => {
  const reading = begun()
  for (let at = 0; at < text.length; ) {
    at = readOn(reading, text, at, SIGNS_AT_ONCE)
    await breathe()
  }
  return ended(reading)
}

const quoted = (text: string): string => {
  // What begins with our mark already gets another, so that it comes back as it was.
  const safe = MARKED.test(text) ? `'${text}` : formulaAsText(text)
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** With a byte order mark, so that spreadsheets take it for UTF-8. */
export const csvText = (rows: readonly (readonly string[])[]): string =>
  BOM + rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('')
