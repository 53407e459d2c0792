// A database of its own for a test 测试数据库: a copy of the migrated template, on a real server.

import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { connectDatabase } from '../src/adapters/database.ts'
import { urlOfDatabase } from '../src/adapters/embedded-postgres/launcher.ts'
import { withClient } from '../src/adapters/one-client.ts'
import { systemClock, systemRng } from '../src/adapters/system.ts'
import type { Clock } from '../src/ports/clock.ts'
import { type Db, systemScope } from '../src/ports/database.ts'
import type { Rng } from '../src/ports/ids.ts'
import { keepStatements, noting } from './statements.ts'

export type TestDatabase = {
  /** As the superuser, past every grant and row policy. */
  ownerUrl: string
  /** As the application logs in. */
  appUrl: string
  db: Db
  /** Past the walls between complexes, within the application's grants. */
  rows<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>
  /** Closes `db` and removes the database, whoever is still connected. */
  drop(): Promise<void>
}

const POOL_MAX = 4

export const freshDatabase = async (
  options: { clock?: Clock; rng?: Rng; poolMax?: number } = {},
): Promise<TestDatabase> => {
  const { ownerUrl, appUrl, template, statements } = inject('cluster')
  const name = `test_${randomBytes(6).toString('hex')}`
  const adminUrl = urlOfDatabase(ownerUrl, 'postgres')
  await withClient(adminUrl, (client) =>
    client.query(`create database ${name} template ${template} strategy file_copy`),
  )
  const url = urlOfDatabase(appUrl, name)
  const { clock = systemClock, rng = systemRng, poolMax = POOL_MAX } = options
  const opened = connectDatabase({ url, clock, rng, poolMax })
  const db = statements === null ? opened : noting(opened)
  return {
    ownerUrl: urlOfDatabase(ownerUrl, name),
    appUrl: url,
    db,
    rows: (sql, params = []) => db.as(systemScope('test'), (tx) => tx.query(sql, params)),
    drop: async () => {
      await db.close()
      if (statements !== null) keepStatements(statements)
      await withClient(adminUrl, (client) => client.query(`drop database ${name} with (force)`))
    },
  }
}
