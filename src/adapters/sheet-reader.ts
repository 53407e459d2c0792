// Reads a workbook in a thread of its own 读表线程: what is sent may be large, or made to harm, and
// nothing else waits for it.

import { parentPort, workerData } from 'node:worker_threads'
import { readSheet } from 'read-excel-file/node'
import type { Cell } from '../ports/sheets.ts'
import { plainNumber } from './plain-number.ts'
import { lookInto } from './workbook-look.ts'

const textOf = (value: unknown): Cell => {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  const text = String(value).trim()
  return text === '' ? null : text
}

const read = async (workbook: Buffer): Promise<Cell[][] | null> => {
  const look = lookInto(workbook)
  if (!look) return null
  const rows = await readSheet(workbook, 1, { parseNumber: plainNumber })
  const cells = rows.map((row) => row.map(textOf))
  for (const { row, column, said } of look.errors) {
    const of = cells[row]
    if (of && (of[column] ?? null) === null) of[column] = said
  }
  return cells
}

parentPort?.postMessage(await read(Buffer.from(workerData)))
