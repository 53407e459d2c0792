// Statements under the rights of the database's owner, for the few tasks that need them.

import { withClient } from './one-client.ts'

const hasRows = (value: unknown): value is { rows: unknown[] } =>
  typeof value === 'object' && value !== null && 'rows' in value && Array.isArray(value.rows)

const isNamed = (row: unknown): row is { name: string } =>
  typeof row === 'object' && row !== null && 'name' in row && typeof row.name === 'string'

/** Several statements in one text are one transaction; the rows with a name of the last return. */
export const ownerQuery =
  (url: string) =>
  (sql: string): Promise<{ name: string }[]> =>
    withClient(url, async (client) => {
      const answer: unknown = await client.query(sql)
      const last: unknown = Array.isArray(answer) ? answer.at(-1) : answer
      return hasRows(last) ? last.rows.filter(isNamed) : []
    })
