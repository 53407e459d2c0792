// A workbook as an answer 表格文件: written, and named for the browser that saves it.

import type { Sheets } from '../ports/sheets.ts'
import type { FileAnswer } from './contract/sheets.ts'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** `title` names the sheet, and the file where that has no name of its own. */
export const workbook = async (
  sheets: Sheets,
  rows: Parameters<Sheets['write']>[0],
  title: string,
  fileName = title,
): Promise<FileAnswer> => {
  const bytes = await sheets.write(rows, title)
  return { fileName: `${fileName}.xlsx`, mediaType: XLSX, base64: bytes.toString('base64') }
}
