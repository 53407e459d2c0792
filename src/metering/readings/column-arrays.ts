// Rows on their way into the database, column by column 列数组: each column is one array literal, so
// that a batch is one parameter per column; columns without any value do not travel at all.

import { type Instant, sqlTime } from '../../shared/clock.ts'

export type Column<Row> = {
  name: string
  type: string
  /** An element of an array literal; null is SQL's null. */
  of: (row: Row) => string | number | boolean | null
}

export const column = <Row>(name: string, type: string, of: Column<Row>['of']): Column<Row> => ({
  name,
  type,
  of,
})

/** Text as an element of an array literal. */
export const quoted = (text: string | null): string | null =>
  text === null ? null : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** Times of one batch repeat themselves: formatting them is most of the work of sending it. */
export const batchTimes = (): ((at: Instant | null) => string | null) => {
  const known = new Map<Instant, string | null>()
  return (at) => {
    if (at === null) return null
    const text = known.get(at) ?? sqlTime(at)
    known.set(at, text)
    return text
  }
}

export type FilledColumn = {
  name: string
  type: string
  literal: string
  /** Some rows have no value here. */
  hasGaps: boolean
}

const literalOf = (values: readonly (string | number | boolean | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`

/** The columns that carry a value in these rows. */
export const filledColumns = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): FilledColumn[] =>
  columns.flatMap(({ name, type, of }) => {
    const values = rows.map(of)
    if (!values.some((value) => value !== null)) return []
    return [{ name, type, literal: literalOf(values), hasGaps: values.includes(null) }]
  })

/** `unnest(…)` of these columns as `i`, with the place of each row as `ordinal`. */
export const unnested = (columns: readonly FilledColumn[], firstParameter: number): string => {
  const arrays = columns.map(({ type }, i) => `$${firstParameter + i}::${type}[]`)
  const names = columns.map(({ name }) => name).join(', ')
  return `unnest(${arrays.join(', ')}) with ordinality as i(${names}, ordinal)`
}
