// A table as a file 导出: CSV with the mark by which spreadsheets know UTF-8. A cell that would begin
// a formula is made text, because names and notes are typed by anybody.

import { formulaAsText } from '../shared/formula-text.ts'

export type Cell = string | number | null
/** Each row as long as the first, which holds the headings. */
export type Sheet = { fileName: string; rows: readonly (readonly Cell[])[] }

const MARK = '\uFEFF'

const cellText = (cell: Cell): string => {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const safe = formulaAsText(cell)
  // Spreadsheets would show a meter number as 1.2E+11.
  const text = /^\d{8,}$/.test(safe) ? `\t${safe}` : safe
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const csvOf = ({ rows }: Sheet): string =>
  `${MARK}${rows.map((row) => row.map(cellText).join(',')).join('\r\n')}\r\n`
