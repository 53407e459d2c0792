// Migrations 数据库变更: plain SQL files, forward only, all in one transaction under one lock, so that
// several processes may start at once. A database newer than the program is refused, never guessed.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import pg from 'pg'
import { ensureAppGroup } from './app-roles.ts'
import { refuseStart } from './start-refusal.ts'

/** Called with the name of each migration before it is applied. */
export type Progress = (migration: string) => void

const FOLDER = fileURLToPath(new URL('../../db/migrations', import.meta.url))
const FILE_NAME = /^(\d{4}-[a-z0-9-]+)\.sql$/
const CONNECTIONS_MAX = 2

const readMigrations = async (
  folder: string,
  onProgress: Progress,
): Promise<Record<string, Migration>> => {
  const migrations: Record<string, Migration> = {}
  for (const file of await readdir(folder)) {
    const name = FILE_NAME.exec(file)?.[1]
    if (name === undefined) continue
    const text = await readFile(join(folder, file), 'utf8')
    migrations[name] = {
      up: async (db) => {
        onProgress(name)
        await sql.raw(text).execute(db)
      },
    }
  }
  return migrations
}

/** Migrations the database has and the program does not. */
const unknownMigrations = async (pool: pg.Pool, known: readonly string[]): Promise<string[]> => {
  const table = await pool.query("select to_regclass('kysely_migration') as found")
  if (table.rows[0]?.found === null) return []
  const applied = await pool.query('select name from kysely_migration order by name')
  return applied.rows.map((row) => String(row.name)).filter((name) => !known.includes(name))
}

/**
 * Brings the database to the newest migration and returns the names applied, none when it was
 * there already. Refuses: database_newer_than_program, migration_failed, role_creation_refused.
 */
export const migrate = async (
  ownerUrl: string,
  options: { onProgress?: Progress; folder?: string } = {},
): Promise<string[]> => {
  const migrations = await readMigrations(
    options.folder ?? FOLDER,
    options.onProgress ?? (() => {}),
  )
  const pool = new pg.Pool({ connectionString: ownerUrl, max: CONNECTIONS_MAX })
  // A client that loses its server between two statements reports here, and would end the process;
  // the next statement fails by itself.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    await ensureAppGroup(ownerUrl)
    const provider = { getMigrations: () => Promise.resolve(migrations) }
    const { error, results = [] } = await new Migrator({ db, provider }).migrateToLatest()
    if (error === undefined) return results.map((result) => result.migrationName)
    const [unknown] = await unknownMigrations(pool, Object.keys(migrations))
    if (unknown) refuseStart('database_newer_than_program', { migration: unknown })
    const failed = results.find((result) => result.status === 'Error')
    if (failed === undefined) throw error
    const detail = error instanceof Error ? error.message : String(error)
    return refuseStart('migration_failed', { migration: failed.migrationName, detail })
  } finally {
    await db.destroy()
  }
}
