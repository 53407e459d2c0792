// A list in bulk 批量清单: from a workbook, a csv file or JSON to typed rows, and then all of them in
// one transaction or none, with a report row by row.

import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { RowProblem, SheetAnswer, SheetFile } from '../http/contract/sheets.ts'
import { ROWS_MAX } from '../http/contract/swap.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Sheets } from '../ports/sheets.ts'
import { must } from '../shared/assert.ts'
import { REFUSALS, type Refusal, type RefusalCode } from '../shared/refusal.ts'
import { answeredMeanwhile, once, type RequestName } from '../work/request.ts'
import { csvCells, csvTextOf } from './csv.ts'
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
  const cells = isCsv ? csvCells(csvTextOf(bytes)) : await sheets.read(bytes)
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

/** What a row came to: its facts, or what is wrong with it. */
export type RowEnd =
  | { ok: true; facts: Record<string, unknown> }
  | { ok: false; problems: RowProblem[]; facts?: Record<string, unknown> }

/** Codes whose column is always the same, by its field; else the refusal tells it. */
export type ColumnsOf = Partial<Record<RefusalCode, string>>

/** A refusal as what is wrong with a row, at its column. */
export const refusalEnd = (
  { code, facts }: Refusal,
  columns: readonly Column[],
  of: ColumnsOf = {},
): RowEnd => {
  const { zh, en } = REFUSALS[code]
  const figures = Object.entries(facts).filter(([name]) => /(Fen|Wh|No)$/.test(name))
  const field = facts.field ?? of[code]
  const column = columns.find((one) => one.field === field) ?? null
  return {
    ok: false,
    problems: [{ ...problem('invalid', column), code, title: { zh, en } }],
    facts: Object.fromEntries(figures),
  }
}

class NotApplied extends Error {}

/** A row that could be read, by its number in the sheet. */
export type GoodRow<T> = { row: number; value: T }

export type Plan<T> = {
  listed: Listed<T>
  dryRun: boolean
  subject: (value: T) => string
  /**
   * Carries the rows out, and tells what each came to, in their order. What it writes stays only
   * where every row is good; `keep` false: nothing will stay.
   */
  carryOut: (tx: Tx, rows: readonly GoodRow<T>[], keep: boolean) => Promise<readonly RowEnd[]>
}

const runIn = async <T>(tx: Tx, plan: Plan<T>): Promise<SheetAnswer> => {
  const { listed, dryRun } = plan
  const { rows, problems } = listed
  const good = rows.flatMap(({ row, value }) => (value === null ? [] : [{ row, value }]))
  const sound = problems.length === 0 && rows.length > 0 && good.length === rows.length
  const ends = await plan.carryOut(tx, good, !dryRun && sound)
  const came = new Map(good.map(({ row }, at) => [row, must(ends[at], 'each row came to an end')]))
  const report = rows.map((one): SheetAnswer['report'][number] => {
    const { row, value } = one
    const subject = value === null ? '' : plan.subject(value)
    const end = came.get(row) ?? { ok: false, problems: one.problems }
    const wrong = end.ok ? [] : end.problems
    return { row, subject, ok: end.ok, problems: wrong, facts: end.facts ?? {} }
  })
  const bad = report.filter((row) => !row.ok).length
  return {
    dryRun,
    applied: !dryRun && sound && bad === 0,
    rows: rows.length,
    bad,
    problems,
    report,
  }
}

/**
 * Carries all out, once per request, or none. What is not applied writes nothing and does not use
 * its request up: the same one may come again, mended.
 */
export const appliedOnce = async <A extends { applied: boolean }>(
  db: Db,
  scope: Scope,
  request: RequestName,
  dryRun: boolean,
  run: (tx: Tx) => Promise<A>,
): Promise<A> => {
  const kept: A[] = []
  try {
    return await once(db, scope, request, async (tx) => {
      const answer = await run(tx)
      kept.splice(0, 1, answer)
      if (!answer.applied) throw new NotApplied('nothing is written')
      return answer
    })
  } catch (error) {
    if (!(error instanceof NotApplied)) throw error
    // Sent twice at once, the second finds the work of the first done.
    const meanwhile = dryRun ? null : await answeredMeanwhile<A>(db, scope, request)
    return meanwhile?.answer ?? must(kept[0], 'it has its report')
  }
}

/** All rows of a list, as `appliedOnce` says. */
export const runList = <T>(
  db: Db,
  scope: Scope,
  request: RequestName,
  plan: Plan<T>,
): Promise<SheetAnswer> => appliedOnce(db, scope, request, plan.dryRun, (tx) => runIn(tx, plan))
