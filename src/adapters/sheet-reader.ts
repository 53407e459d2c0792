// Reads a workbook in a thread of its own 读表线程: what is sent may be large, or made to harm, and
// nothing else waits for it. Many rows go back piece by piece, which are taken in one at a time.

import { parentPort, workerData } from 'node:worker_threads'
import readWorkbook, { readSheet } from 'read-excel-file/node'
import type { Cell, NamedSheet } from '../ports/sheets.ts'
import { plainNumber } from './plain-number.ts'
import { type CellError, lookInto } from './workbook-look.ts'

const ROWS_AT_ONCE = 500

const textOf = (value: unknown): Cell => {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  const text = String(value).trim()
  return text === '' ? null : text
}

const cellsOf = (rows: readonly (readonly unknown[])[], errors: readonly CellError[]) => {
  const cells = rows.map((row) => row.map(textOf))
  for (const { row, column, said } of errors) {
    const of = cells[row]
    if (of && (of[column] ?? null) === null) of[column] = said
  }
  return cells
}

const first = async (workbook: Buffer): Promise<NamedSheet[] | null> => {
  const [look] = lookInto(workbook)?.sheets ?? []
  if (!look) return null
  const rows = await readSheet(workbook, 1, { parseNumber: plainNumber })
  return [{ name: '', cells: cellsOf(rows, look.errors) }]
}

const all = async (workbook: Buffer): Promise<NamedSheet[] | null> => {
  const looks = lookInto(workbook, 'all')?.sheets
  if (!looks) return null
  const sheets = await readWorkbook(workbook, { parseNumber: plainNumber })
  return sheets.map(({ sheet, data }, at) => ({
    name: sheet,
    cells: cellsOf(data, looks[at]?.errors ?? []),
  }))
}

/** Messages that wait are taken in all at once: the next is sent when the last was asked for. */
const asked = () => new Promise((resolve) => parentPort?.once('message', resolve))

const send = async (sheets: readonly NamedSheet[] | null): Promise<void> => {
  for (const { name, cells } of sheets ?? []) {
    parentPort?.postMessage({ part: 'sheet', name })
    for (let at = 0; at < cells.length; at += ROWS_AT_ONCE) {
      parentPort?.postMessage({ part: 'rows', cells: cells.slice(at, at + ROWS_AT_ONCE) })
      await asked()
    }
  }
  parentPort?.postMessage({ part: sheets === null ? 'nothing' : 'end' })
}

const { workbook, which } = workerData
const bytes = Buffer.from(workbook)
await send(which === 'all' ? await all(bytes) : await first(bytes))
