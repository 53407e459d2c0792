// The contract of the registers in one workbook 档案导入: what came of each row, and how far it is.

import { type Static, Type } from 'typebox'
import { Id, Nullable, UuidText } from '../contract.ts'
import { RowProblem, SheetFile } from './sheets.ts'

export const REGISTERS = [
  'buildings',
  'premises',
  'points',
  'gateways',
  'buses',
  'devices',
  'meters',
] as const
export const Register = Type.Enum([...REGISTERS])
export type Register = Static<typeof Register>

export const RegisterImport = Type.Object({
  complexId: Id,
  sheet: SheetFile,
  /** What a .csv file holds, which has one table only; of a workbook its sheets tell. */
  register: Type.Optional(Register),
})
export type RegisterImport = Static<typeof RegisterImport>

export const ImportQuery = Type.Object({
  /** Everything is checked and told, nothing is written. */
  dryRun: Type.Optional(Type.Boolean()),
  /** A name of one's own under which the progress can be asked for meanwhile. */
  progress: Type.Optional(UuidText),
})

/** At most this many rows of each kind are told one by one; the counts are of all. */
export const LISTED_MAX = 500
export const WRONG_LISTED_MAX = 2_000

const Words = Type.Object({ zh: Type.String(), en: Type.String() })
/** As it stands in a sheet of either language; null: nothing. */
const Value = Nullable(Words)

const Row = {
  register: Register,
  /** As the sheet counts them: the headings are row 1. Null: another sheet brought it along. */
  row: Nullable(Type.Integer()),
  /** What the row is about, as a person names it. */
  subject: Type.String(),
}

export const WrongRow = Type.Object({
  /** Null: the file as a whole. */
  register: Nullable(Register),
  /** The name that the sheet has in the file; empty for a .csv file. */
  sheetName: Type.String(),
  /** Null: the sheet as a whole. */
  row: Nullable(Type.Integer()),
  subject: Type.String(),
  problem: RowProblem,
})
export type WrongRow = Static<typeof WrongRow>

export const ChangedRow = Type.Object({
  ...Row,
  changes: Type.Array(
    Type.Object({ field: Type.String(), fieldName: Words, before: Value, after: Value }),
  ),
})
export type ChangedRow = Static<typeof ChangedRow>
export const CreatedRow = Type.Object(Row)
export type CreatedRow = Static<typeof CreatedRow>

export const RegisterCount = Type.Object({
  register: Register,
  /** Rows of the sheet that say something. */
  rows: Type.Integer(),
  created: Type.Integer(),
  changed: Type.Integer(),
  same: Type.Integer(),
  /** Rows with something wrong. */
  wrong: Type.Integer(),
  /** Rows of the template that show how it is filled in: left out. */
  examples: Type.Integer(),
})
export type RegisterCount = Static<typeof RegisterCount>

export const ImportAnswer = Type.Object({
  dryRun: Type.Boolean(),
  /** False in a dry run, and where anything was wrong: then nothing was written. */
  applied: Type.Boolean(),
  /** Of all registers, in the order of the sheets. */
  counts: Type.Array(RegisterCount),
  /** Everything that is wrong, cell by cell; of the whole. */
  problems: Type.Integer(),
  wrong: Type.Array(WrongRow),
  changed: Type.Array(ChangedRow),
  created: Type.Array(CreatedRow),
})
export type ImportAnswer = Static<typeof ImportAnswer>

export const IMPORT_PHASES = ['reading', 'checking', 'writing', 'unknown'] as const
export const ImportProgress = Type.Object({
  /** Unknown: not begun, ended, or another process has it. */
  phase: Type.Enum([...IMPORT_PHASES]),
  done: Type.Integer(),
  /** Rows in all; 0 while it is not known. */
  total: Type.Integer(),
})
export type ImportProgress = Static<typeof ImportProgress>

export const RegisterTemplateQuery = Type.Object({
  language: Type.Enum(['zh', 'en'], { default: 'zh' }),
  /** Of a .csv file one register must be named. */
  format: Type.Enum(['xlsx', 'csv'], { default: 'xlsx' }),
  register: Type.Optional(Register),
})
export const RegisterExportQuery = Type.Object({
  complexId: Id,
  ...RegisterTemplateQuery.properties,
})
