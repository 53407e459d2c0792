// Comma separated values 逗号分隔: RFC 4180, as spreadsheets save them, with or without a byte order
// mark. PURE.

import type { Cell } from '../ports/sheets.ts'

const BOM = '\uFEFF'

type Reading = { rows: Cell[][]; row: Cell[]; cell: string; quoted: boolean }

const endCell = (reading: Reading): void => {
  const text = reading.cell.trim()
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

export const csvCells = (text: string): Cell[][] => {
  const reading: Reading = { rows: [], row: [], cell: '', quoted: false }
  for (let at = text.startsWith(BOM) ? 1 : 0; at < text.length; at++) {
    const sign = text[at] ?? ''
    if (reading.quoted) at = inQuotes(reading, text, at)
    else if (sign === '"') reading.quoted = true
    else if (sign === ',') endCell(reading)
    else if (sign === '\n') endRow(reading)
    else if (sign !== '\r') reading.cell += sign
  }
  if (reading.cell !== '' || reading.row.length > 0) endRow(reading)
  return reading.rows
}

// A formula in a cell would run on whoever opens the file.
const RISKY = /^[=+\-@\t\r]/

const quoted = (text: string): string => {
  const safe = RISKY.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** With a byte order mark, so that spreadsheets take it for UTF-8. */
export const csvText = (rows: readonly (readonly string[])[]): string =>
  BOM + rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('')
