// A table as a file 导出: CSV with the mark by which Excel knows UTF-8. A cell that would begin a
// formula is made text, because names and notes are typed by anybody.

import type { FileAnswer } from '../../http/contract/sheets.ts'
import { formulaAsText } from '../../shared/formula-text.ts'

export type Cell = string | number | null

const BOM = '\uFEFF'

export const csvCell = (cell: Cell): string => {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const safe = formulaAsText(cell)
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Long numbers stay text: Excel would show a meter number as 1.2E+11. */
export const asText = (text: string): string => (/^\d{8,}$/.test(text) ? `\t${text}` : text)

export const csvOf = (rows: readonly (readonly Cell[])[]): string =>
  BOM + rows.map((row) => row.map(csvCell).join(',')).join('\r\n')

/** As a download of the browser. */
export const offer = (blob: Blob, fileName: string): void => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = fileName
  link.click()
  URL.revokeObjectURL(link.href)
}

export const saveCsv = (fileName: string, rows: readonly (readonly Cell[])[]): void =>
  offer(new Blob([csvOf(rows)], { type: 'text/csv;charset=utf-8' }), fileName)

/** A file that the server sent as base64. */
export const saveFile = (file: FileAnswer): void => {
  const bytes = Uint8Array.from(atob(file.base64), (char) => char.charCodeAt(0))
  offer(new Blob([bytes], { type: file.mediaType }), file.fileName)
}
