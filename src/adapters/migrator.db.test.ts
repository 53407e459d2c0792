// Migrations on a real server: once, whole or not at all, never backwards.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { migrate } from './migrator.ts'
import { withClient } from './one-client.ts'

let folder: string
let url: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prewatt-migrations-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const home = await freshDatabase()
  onTestFinished(() => home.drop())
  // The template is migrated: begin again in an empty schema.
  await withClient(home.ownerUrl, (client) =>
    client.query('drop schema public cascade; create schema public'),
  )
  url = home.ownerUrl
})

const write = (name: string, sql: string) => writeFile(join(folder, name), sql)

const tables = async (): Promise<string[]> => {
  const { rows } = await withClient(url, (client) =>
    client.query("select relname from pg_class where relname in ('a', 'b') order by relname"),
  )
  return rows.map((row) => String(row.relname))
}

test('every migration is applied once and in order, however many start at once', async () => {
  await write('0002-second.sql', '-- why\nalter table a add y int;\ncreate table b ();')
  await write('0001-first.sql', '-- why\ncreate table a (x int);')
  await write('notes.txt', 'not a migration')
  const told: string[] = []
  const starters = [1, 2, 3, 4].map(() =>
    migrate(url, { folder, onProgress: (name) => told.push(name) }),
  )
  const applied = (await Promise.all(starters)).flat()
  expect(applied).toEqual(['0001-first', '0002-second'])
  expect(told).toEqual(applied)
  expect(await migrate(url, { folder })).toEqual([])
})

test('a failing migration is named and leaves the database as it was', async () => {
  await write('0001-first.sql', 'create table a ();')
  await write('0002-wrong.sql', 'create table b (); select no_such_column;')
  await expect(migrate(url, { folder })).rejects.toMatchObject({
    notices: [{ code: 'migration_failed', en: expect.stringContaining('0002-wrong') }],
  })
  expect(await tables()).toEqual([])
})

test('a database newer than the program is refused and left alone', async () => {
  await write('0001-first.sql', 'create table a ();')
  await write('0002-later.sql', 'create table b ();')
  await migrate(url, { folder })
  await rm(join(folder, '0002-later.sql'))
  await expect(migrate(url, { folder })).rejects.toMatchObject({
    notices: [{ code: 'database_newer_than_program', en: expect.stringContaining('0002-later') }],
  })
  expect(await tables()).toEqual(['a', 'b'])
})

test('a fresh database is a copy of its own', async () => {
  const other = await freshDatabase()
  onTestFinished(() => other.drop())
  await withClient(url, (client) => client.query('create table a ()'))
  const { rows } = await withClient(other.ownerUrl, (client) =>
    client.query("select to_regclass('a') as found, to_regclass('kysely_migration') as template"),
  )
  expect(rows).toEqual([{ found: null, template: 'kysely_migration' }])
})
