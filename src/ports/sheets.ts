// The sheets port 表格: a workbook's first sheet as text cells, and a workbook made of rows.

export type Cell = string | null
export type SheetCells = readonly (readonly Cell[])[]

export type Sheets = {
  /** Null for what is no workbook. Numbers come as their decimal text. */
  read(workbook: Buffer): Promise<SheetCells | null>
  /** The first row is the headings. Numbers stay numbers, so that they can be summed. */
  write(rows: readonly (readonly (string | number)[])[], sheetName: string): Promise<Buffer>
}
