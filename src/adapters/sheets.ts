// Workbooks 电子表格 (.xlsx), loaded only when one comes or goes.

import type { Cell, Sheets } from '../ports/sheets.ts'

const COLUMN_WIDTH = 18

const textOf = (value: unknown): Cell => {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  const text = String(value).trim()
  return text === '' ? null : text
}

export const xlsxSheets: Sheets = {
  read: async (workbook) => {
    const { readSheet } = await import('read-excel-file/node')
    try {
      const rows = await readSheet(workbook, 1, { parseNumber: (text: string) => text })
      return rows.map((row) => row.map(textOf))
    } catch {
      // Whatever it is, it is no workbook that can be read.
      return null
    }
  },
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
