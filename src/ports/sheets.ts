// The sheets port 表格: workbooks as text cells, and workbooks made of rows.

export type Cell = string | null
export type SheetCells = readonly (readonly Cell[])[]
export type NamedSheet = { name: string; cells: SheetCells }

/** The first row is the headings. */
export type WrittenSheet = {
  name: string
  rows: readonly (readonly (string | number)[])[]
  /** Empty rows below, formatted as text, so that what is typed there keeps its zeros. */
  spareRows?: number
}

export type Sheets = {
  /** The first sheet; null for what is no workbook. Numbers come as their decimal text. */
  read(workbook: Buffer): Promise<SheetCells | null>
  /** All sheets in their order; null for what is no workbook. */
  readAll(workbook: Buffer): Promise<readonly NamedSheet[] | null>
  /** The first row is the headings. Numbers stay numbers, so that they can be summed. */
  write(rows: readonly (readonly (string | number)[])[], sheetName: string): Promise<Buffer>
  /** Many rows in several sheets; texts are formatted as text. Nothing else waits for it. */
  writeAll(sheets: readonly WrittenSheet[]): Promise<Buffer>
}
