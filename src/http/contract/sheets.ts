// The contract of sheets 表格: rows that come in bulk, as a workbook or as JSON, and the report that
// answers them row by row. All or nothing: one bad row and nothing is written.

import { type Static, Type } from 'typebox'
import { Nullable } from '../contract.ts'

/** As in every list of texts: both languages beside each other. */
const Text = Type.Object({ zh: Type.String(), en: Type.String() })

/** A workbook (.xlsx) or .csv (UTF-8) of at most 6 MB; its first sheet counts. */
export const SheetFile = Type.Object({
  fileName: Type.String({ minLength: 1, maxLength: 200 }),
  base64: Type.String({ minLength: 4, maxLength: 8_400_000 }),
})
export type SheetFile = Static<typeof SheetFile>

export const RowProblem = Type.Object({
  /** The field as in the JSON rows; null when it is about the row as a whole. */
  field: Nullable(Type.String()),
  /** The heading of the column. */
  fieldName: Nullable(Text),
  /** A refusal's code, or what is wrong with the cell: required, number, unknown, twice … */
  code: Type.String(),
  title: Text,
})
export type RowProblem = Static<typeof RowProblem>

export const RowReport = Type.Object({
  /** As the sheet counts them: the headings are row 1. */
  row: Type.Integer(),
  /** What the row is about: a meter number or a tenant. */
  subject: Type.String(),
  ok: Type.Boolean(),
  problems: Type.Array(RowProblem),
  /** What came or would come of it: accountNo, claimFen, swapId … */
  facts: Type.Record(Type.String(), Type.Unknown()),
})
export type RowReport = Static<typeof RowReport>

export const SheetAnswer = Type.Object({
  dryRun: Type.Boolean(),
  /** False in a dry run, and where a row was bad: then nothing was written. */
  applied: Type.Boolean(),
  rows: Type.Integer(),
  bad: Type.Integer(),
  /** About the sheet as a whole: headings nobody knows, columns that are missing. */
  problems: Type.Array(RowProblem),
  report: Type.Array(RowReport),
})
export type SheetAnswer = Static<typeof SheetAnswer>

/** A file to be saved by the browser. */
export const FileAnswer = Type.Object({
  fileName: Type.String(),
  mediaType: Type.String(),
  base64: Type.String(),
})
export type FileAnswer = Static<typeof FileAnswer>
