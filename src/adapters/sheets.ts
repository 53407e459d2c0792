// Workbooks 电子表格 (.xlsx), loaded only when one comes or goes.

import { Worker } from 'node:worker_threads'
import type { Cell, Sheets } from '../ports/sheets.ts'

const COLUMN_WIDTH = 18

const READ_MAX_MS = 30_000
const HEAP_MAX_MB = 512

/** Null where it can't be read, takes too long or too much. */
const readApart = (workbook: Buffer): Promise<Cell[][] | null> =>
  new Promise((resolve) => {
    const worker = new Worker(new URL('./sheet-reader.ts', import.meta.url), {
      workerData: workbook,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB },
    })
    const end = (cells: Cell[][] | null) => {
      clearTimeout(timer)
      resolve(cells)
      void worker.terminate()
    }
    const timer = setTimeout(() => end(null), READ_MAX_MS)
    worker.once('message', end)
    // Whatever it is, it is no workbook that can be read.
    worker.once('error', () => end(null))
    worker.once('exit', () => end(null))
  })

export const xlsxSheets: Sheets = {
  read: readApart,
  write: async (rows, sheetName) => {
    const { default: writeXlsxFile } = await import('write-excel-file/node')
    const [headings = [], ...rest] = rows
    const data = [
      headings.map((value) => ({ value, fontWeight: 'bold' as const })),
      ...rest.map((row) =>
        row.map((value) =>
          typeof value === 'number' ? { value, type: Number } : { value, type: String },
        ),
      ),
    ]
    const columns = headings.map(() => ({ width: COLUMN_WIDTH }))
    return writeXlsxFile(data, { sheet: sheetName, columns }).toBuffer()
  },
}
