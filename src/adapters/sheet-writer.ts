// Writes a workbook in a thread of its own 写表线程: ten thousand rows take seconds, and nothing else
// waits for them. The rows come piece by piece.

import { parentPort } from 'node:worker_threads'
import writeWorkbook, { type Row, type SheetData } from 'write-excel-file/node'

const COLUMN_WIDTH = 18
/** As text: what looks like a formula, a date or a number stays what it is. */
const TEXT = { type: String, format: '@' } as const

const sheets: { sheet: string; data: SheetData; columns: { width: number }[] }[] = []

const cellOf = (value: string | number) =>
  typeof value === 'number' ? { value, type: Number } : { ...TEXT, value }

const headed = (name: string, headings: readonly (string | number)[]) => ({
  ...{ sheet: name, stickyRowsCount: 1 },
  data: [headings.map((value): Row[number] => ({ value: String(value), fontWeight: 'bold' }))],
  columns: headings.map(() => ({ width: COLUMN_WIDTH })),
})

export type WriterPart =
  | { part: 'sheet'; name: string; headings: readonly (string | number)[] }
  | { part: 'rows'; rows: readonly (readonly (string | number)[])[] }
  | { part: 'spare'; rows: number }
  | { part: 'end' }

const take = async (sent: WriterPart): Promise<void> => {
  const sheet = sheets.at(-1)
  switch (sent.part) {
    case 'sheet':
      sheets.push(headed(sent.name, sent.headings))
      return
    case 'rows':
      for (const row of sent.rows) sheet?.data.push(row.map(cellOf))
      return
    case 'spare':
      for (let n = 0; n < sent.rows; n++) sheet?.data.push(sheet.columns.map(() => TEXT))
      return
    case 'end':
      parentPort?.postMessage(await writeWorkbook(sheets).toBuffer())
  }
}

parentPort?.on('message', (sent: WriterPart) => void take(sent))
