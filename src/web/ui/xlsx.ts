// A list as a workbook 导出表格: money as numbers that can be summed, with a row of sums; numbers of
// meters and receipts as the texts they are; and what the list was narrowed by below it.

import { offer } from './csv.ts'
import { typedYuan } from './money-text.ts'

export type SheetCell = string | { fen: number }

export type XlsxList = {
  fileName: string
  sheetName: string
  headings: readonly string[]
  rows: readonly (readonly SheetCell[])[]
  /** Heads the row of sums. */
  sumText: string
  notes: readonly string[]
}

const WIDTH = 16

const cellOf = (cell: SheetCell) =>
  typeof cell === 'string'
    ? { value: cell, type: String }
    : { value: Number(typedYuan(cell.fen)), type: Number, format: '#,##0.00' }

const sumsOf = ({ headings, rows, sumText }: XlsxList): SheetCell[] =>
  headings.map((_heading, at) => {
    const cells = rows.flatMap((row) => {
      const cell = row[at]
      return cell === undefined || typeof cell === 'string' ? [] : [cell.fen]
    })
    if (cells.length > 0) return { fen: cells.reduce((sum, fen) => sum + fen, 0) }
    return at === 0 ? sumText : ''
  })

export const saveXlsx = async (list: XlsxList): Promise<void> => {
  const { default: writeXlsxFile } = await import('write-excel-file/browser')
  const { headings, rows, notes, sheetName, fileName } = list
  const data = [
    headings.map((value) => ({ value, fontWeight: 'bold' as const })),
    ...rows.map((row) => row.map(cellOf)),
    sumsOf(list).map(cellOf),
    ...notes.map((note) => [{ value: note, type: String }]),
  ]
  const columns = headings.map(() => ({ width: WIDTH }))
  const book = writeXlsxFile(data, { sheet: sheetName, columns, stickyRowsCount: 1 })
  offer(await book.toBlob(), fileName)
}
