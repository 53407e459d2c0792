// Workbooks 电子表格 (.xlsx), loaded only when one comes or goes.

import { Worker } from 'node:worker_threads'
import type { Cell, NamedSheet, Sheets, WrittenSheet } from '../ports/sheets.ts'
import type { WriterPart } from './sheet-writer.ts'

const COLUMN_WIDTH = 18

/** Forty thousand rows take a second, on a busy machine much longer. */
const READ_MAX_MS = 120_000
const WRITE_MAX_MS = 180_000
const HEAP_MAX_MB = 512
const ROWS_AT_ONCE = 500

type ReaderPart =
  | { part: 'sheet'; name: string }
  | { part: 'rows'; cells: readonly (readonly Cell[])[] }
  | { part: 'end' }
  | { part: 'nothing' }

/** What `use` makes of its messages; null where it fails or takes too long or too much. */
const withWorker = <T, Part>(
  file: string,
  workerData: unknown,
  maxMs: number,
  use: (worker: Worker, sent: Part) => { end: T } | null,
  begin: (worker: Worker) => void = () => {},
): Promise<T | null> =>
  new Promise((resolve) => {
    const worker = new Worker(new URL(file, import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB },
    })
    const end = (made: T | null) => {
      clearTimeout(timer)
      resolve(made)
      void worker.terminate()
    }
    const timer = setTimeout(() => end(null), maxMs)
    worker.on('message', (sent: Part) => {
      const done = use(worker, sent)
      if (done !== null) end(done.end)
    })
    // Whatever it is, it is no workbook that can be read.
    worker.once('error', () => end(null))
    worker.once('exit', () => end(null))
    begin(worker)
  })

const readApart = (workbook: Buffer, which: 'first' | 'all'): Promise<NamedSheet[] | null> => {
  const sheets: { name: string; cells: (readonly Cell[])[] }[] = []
  const take = (worker: Worker, sent: ReaderPart): { end: NamedSheet[] | null } | null => {
    switch (sent.part) {
      case 'sheet':
        sheets.push({ name: sent.name, cells: [] })
        return null
      case 'rows':
        sheets.at(-1)?.cells.push(...sent.cells)
        setImmediate(() => worker.postMessage('next'))
        return null
      case 'end':
        return { end: sheets }
      case 'nothing':
        return { end: null }
    }
  }
  return withWorker('./sheet-reader.ts', { workbook, which }, READ_MAX_MS, take)
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const sendSheets = async (worker: Worker, sheets: readonly WrittenSheet[]): Promise<void> => {
  const post = (part: WriterPart) => worker.postMessage(part)
  for (const { name, rows, spareRows = 0 } of sheets) {
    const [headings = [], ...rest] = rows
    post({ part: 'sheet', name, headings })
    for (let at = 0; at < rest.length; at += ROWS_AT_ONCE) {
      post({ part: 'rows', rows: rest.slice(at, at + ROWS_AT_ONCE) })
      await turn()
    }
    post({ part: 'spare', rows: spareRows })
  }
  post({ part: 'end' })
}

const writeApart = async (sheets: readonly WrittenSheet[]): Promise<Buffer> => {
  const bytes = await withWorker<Uint8Array, Uint8Array>(
    './sheet-writer.ts',
    null,
    WRITE_MAX_MS,
    (_worker, sent) => ({ end: sent }),
    (worker) => void sendSheets(worker, sheets),
  )
  if (bytes === null) throw new Error('the workbook could not be written')
  return Buffer.from(bytes)
}

export const xlsxSheets: Sheets = {
  read: async (workbook) => (await readApart(workbook, 'first'))?.[0]?.cells ?? null,
  readAll: (workbook) => readApart(workbook, 'all'),
  writeAll: writeApart,
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
