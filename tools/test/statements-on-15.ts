// Whether the oldest PostgreSQL we promise understands every statement that the tests sent to the
// bundled one: each is prepared there on the same schema, none is run.

import { chmod, readFile, rm } from 'node:fs/promises'
import {
  startEmbeddedPostgres,
  urlOfDatabase,
} from '../../src/adapters/embedded-postgres/launcher.ts'
import { migrate } from '../../src/adapters/migrator.ts'
import { withClient } from '../../src/adapters/one-client.ts'
import { quickFolder } from '../../test/setup/quick-folder.ts'

const STATEMENTS = '.cache/test/statements.jsonl'
const PREPARABLE = /^\s*(with|select|insert|update|delete|merge|values)\b/i
/** Fewer would mean that the tests noted nothing, and this check proves nothing. */
const STATEMENTS_MIN = 500
/** A table that a test made for itself. */
const UNDEFINED_TABLE = '42P01'
const DATABASE = 'prewatt'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

/** Says each statement that PostgreSQL 15 does not take, and how many it took. */
const check = async (ownerUrl: string, statements: readonly string[]): Promise<string[]> => {
  const faults: string[] = []
  await withClient(urlOfDatabase(ownerUrl, DATABASE), async (client) => {
    for (const sql of statements)
      await client.query(`prepare one as ${sql}`).then(
        () => client.query('deallocate one'),
        (error: unknown) => {
          if (codeOf(error) !== UNDEFINED_TABLE) faults.push(`${String(error)}\n${sql}`)
        },
      )
  })
  return faults
}

const statementsIn = (text: string): string[] => {
  const all = text.split('\n').filter((line) => line !== '')
  const statements = all.map((line) => String(JSON.parse(line)))
  return [...new Set(statements)].filter((sql) => PREPARABLE.test(sql))
}

const main = async (): Promise<number> => {
  const statements = statementsIn(await readFile(STATEMENTS, 'utf8'))
  const dataDir = quickFolder()
  await chmod(dataDir, 0o711)
  const server = await startEmbeddedPostgres({
    dataDir,
    version: 15,
    durable: false,
    log: () => {},
  })
  try {
    await migrate(server.ownerUrl)
    const faults = await check(server.ownerUrl, statements)
    process.stdout.write(`${statements.length} statements, ${faults.length} not understood\n`)
    process.stdout.write(faults.map((fault) => `${fault}\n`).join(''))
    return faults.length === 0 && statements.length >= STATEMENTS_MIN ? 0 : 1
  } finally {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

process.exit(await main())
