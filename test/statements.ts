// The statements that tests send 测试语句, written down once each, so that a second server of another
// version can be asked whether it understands them.

import { appendFileSync } from 'node:fs'
import type { Db } from '../src/ports/database.ts'

const known = new Set<string>()
let fresh: string[] = []

const write = (sql: string): void => {
  if (known.has(sql)) return
  known.add(sql)
  fresh.push(sql)
}

/** The same door; `each` is told every statement that goes through it. */
export const watched = (db: Db, each: (sql: string) => void): Db => ({
  ...db,
  as: (scope, run, kind) =>
    db.as(
      scope,
      (tx) =>
        run({
          ...tx,
          query: (sql, params, plan) => {
            each(sql)
            return tx.query(sql, params, plan)
          },
        }),
      kind,
    ),
})

/** The same door; what goes through it is written down. */
export const noting = (db: Db): Db => watched(db, write)

/** Appends what is new to a file of one JSON text a line. */
export const keepStatements = (path: string): void => {
  if (fresh.length === 0) return
  appendFileSync(path, fresh.map((sql) => `${JSON.stringify(sql)}\n`).join(''))
  fresh = []
}
