// A list in bulk 批量清单: from a workbook, a csv file or JSON to typed rows, and then all of them in
// one transaction or none, with a report row by row.

import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { RowProblem, SheetAnswer, SheetFile } from '../http/contract/sheets.ts'
import { ROWS_MAX } from '../http/contract/swap.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Sheets } from '../ports/sheets.ts'
import { must } from '../shared/assert.ts'
import { REFUSALS, Refusal } from '../shared/refusal.ts'
import { once, type RequestName } from '../work/request.ts'
import { csvCells } from './csv.ts'
import { type Column, problem, type ReadSheet, readCells } from './sheet.ts'

export type ListDeps = { db: Db; sheets: Sheets }
export type Given = {
  sheet?: SheetFile | undefined
  rows?: readonly Record<string, unknown>[] | undefined
}

/** A row that can be carried out, or what is wrong with it. */
export type ListedRow<T> = { row: number; value: T | null; problems: RowProblem[] }
export type Listed<T> = { rows: ListedRow<T>[]; problems: RowProblem[] }

const FIRST_ROW = 2

const nothing = (code: 'notReadable' | 'noRows' | 'tooMany'): ReadSheet => ({
  rows: [],
  problems: [problem(code, null)],
})

const readFile = async (
  { sheets }: ListDeps,
  file: SheetFile,
  columns: readonly Column[],
): Promise<ReadSheet> => {
  const bytes = Buffer.from(file.base64, 'base64')
  const isCsv = file.fileName.toLowerCase().endsWith('.csv')
  const cells = isCsv ? csvCells(bytes.toString('utf8')) : await sheets.read(bytes)
  return cells === null ? nothing('notReadable') : readCells(cells, columns)
}

const checked = <S extends TSchema>(
  schema: S,
  columns: readonly Column[],
  row: number,
  values: unknown,
): ListedRow<Static<S>> => {
  if (Value.Check(schema, values)) return { row, value: values, problems: [] }
  const paths = Value.Errors(schema, values).map((error) => error.instancePath.slice(1))
  const problems = [...new Set(paths)].map((field) => {
    const column = columns.find((one) => one.field === field) ?? null
    return { ...problem('invalid', column), ...(column === null && { field: field || null }) }
  })
  return { row, value: null, problems }
}

/** Every row, checked against the schema that JSON rows have as well. */
export const listRows = async <S extends TSchema>(
  deps: ListDeps,
  given: Given,
  columns: readonly Column[],
  schema: S,
): Promise<Listed<Static<S>>> => {
  if (given.rows !== undefined)
    return {
      problems: [],
      rows: given.rows.map((values, at) => checked(schema, columns, at + FIRST_ROW, values)),
    }
  const read = given.sheet ? await readFile(deps, given.sheet, columns) : nothing('noRows')
  const { rows, problems } = read.rows.length > ROWS_MAX ? nothing('tooMany') : read
  return {
    problems,
    rows: rows.map(({ row, values, problems: found }) =>
      found.length > 0
        ? { row, value: null, problems: found }
        : checked(schema, columns, row, values),
    ),
  }
}

const refusalProblem = (refusal: Refusal, columns: readonly Column[]): RowProblem => {
  const { zh, en } = REFUSALS[refusal.code]
  const column = columns.find((one) => one.field === refusal.facts.field) ?? null
  return {
    field: column?.field ?? null,
    fieldName: column === null ? null : { zh: column.zh, en: column.en },
    code: refusal.code,
    title: { zh, en },
  }
}

/** What a row came to: its facts, or what is wrong with it. */
export type RowEnd = { facts: Record<string, unknown> } | { problems: RowProblem[] }

class NotApplied extends Error {}

export type Plan<T> = {
  columns: readonly Column[]
  listed: Listed<T>
  dryRun: boolean
  subject: (value: T) => string
  /** Before the first row: locks, in one order for everybody. */
  begin?: (tx: Tx, values: readonly T[]) => Promise<void>
  /** Carries a row out. A refusal is reported and the others are tried as well. */
  apply: (tx: Tx, value: T, row: number) => Promise<RowEnd>
}

const applyRow = async <T>(tx: Tx, plan: Plan<T>, one: ListedRow<T>) => {
  const { row, value, problems } = one
  const subject = value === null ? '' : plan.subject(value)
  if (value === null) return { row, subject, ok: false, problems, facts: {} }
  try {
    const end = await plan.apply(tx, value, row)
    if ('facts' in end) return { row, subject, ok: true, problems: [], facts: end.facts }
    return { row, subject, ok: false, problems: end.problems, facts: {} }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { facts } = error
    return { row, subject, ok: false, problems: [refusalProblem(error, plan.columns)], facts }
  }
}

const runIn = async <T>(tx: Tx, plan: Plan<T>): Promise<SheetAnswer> => {
  const { listed, dryRun } = plan
  const values = listed.rows.flatMap(({ value }) => (value === null ? [] : [value]))
  await plan.begin?.(tx, values)
  const report: SheetAnswer['report'] = []
  for (const row of listed.rows) report.push(await applyRow(tx, plan, row))
  const bad = report.filter((row) => !row.ok).length
  const applied = !dryRun && bad === 0 && listed.problems.length === 0 && report.length > 0
  return { dryRun, applied, rows: report.length, bad, problems: listed.problems, report }
}

/**
 * Carries all rows out, once per request, or none. A list with a bad row writes nothing and does
 * not use its request up: the same one may come again, mended.
 */
export const runList = async <T>(
  db: Db,
  scope: Scope,
  request: RequestName,
  plan: Plan<T>,
): Promise<SheetAnswer> => {
  const kept: SheetAnswer[] = []
  try {
    return await once(db, scope, request, async (tx) => {
      const answer = await runIn(tx, plan)
      kept.splice(0, 1, answer)
      if (!answer.applied) throw new NotApplied('nothing is written')
      return answer
    })
  } catch (error) {
    if (!(error instanceof NotApplied)) throw error
    return must(kept[0], 'it has its report')
  }
}
