// The application's login, on a real server.

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { systemScope } from '../ports/database.ts'
import { changeLoginPassword, ensureAppLogin, urlOfRole } from './app-roles.ts'
import { connectDatabase } from './database.ts'
import { withClient } from './one-client.ts'
import { systemClock, systemRng } from './system.ts'

let home: TestDatabase
beforeAll(async () => {
  home = await freshDatabase()
})
afterAll(() => home.drop())

const asOwner = (sql: string) => withClient(home.ownerUrl, (client) => client.query(sql))

const loginName = () => new URL(home.ownerUrl).pathname.slice(1).concat('_login')

test('the login is made, may do what the group may, and owns nothing', async () => {
  const appUrl = await ensureAppLogin(home.ownerUrl, 'first')
  const rows = await withClient(appUrl, async (client) => {
    const result = await client.query(
      `select current_user as me, pg_has_role('prewatt_app', 'member') as member,
              (select count(*)::int from pg_class where relowner = current_user::regrole) as owns`,
    )
    return result.rows
  })
  expect(rows).toEqual([{ me: loginName(), member: true, owns: 0 }])
})

test('a changed password is set again, also by several starters at once', async () => {
  const urls = await Promise.all(
    Array.from({ length: 6 }, () => ensureAppLogin(home.ownerUrl, 'second')),
  )
  expect(new Set(urls)).toEqual(new Set([urlOfRole(home.ownerUrl, loginName(), 'second')]))
  await withClient(urls[0] ?? '', (client) => client.query('select 1'))
})

test('a login that left the group joins it again', async () => {
  const appUrl = await ensureAppLogin(home.ownerUrl, 'third')
  await asOwner(`revoke prewatt_app from ${loginName()}`)
  await ensureAppLogin(home.ownerUrl, 'third')
  const member = await withClient(appUrl, (client) =>
    client.query("select pg_has_role('prewatt_app', 'member') as member"),
  )
  expect(member.rows).toEqual([{ member: true }])
})

test('a login that passes by row security is refused', async () => {
  await ensureAppLogin(home.ownerUrl, 'fourth')
  await asOwner(`alter role ${loginName()} bypassrls`)
  await expect(ensureAppLogin(home.ownerUrl, 'fourth')).rejects.toMatchObject({
    notices: [{ code: 'app_role_unbound' }],
  })
  await asOwner(`alter role ${loginName()} nobypassrls`)
})

test('who may not make roles gets SQL for the administrator, without the password', async () => {
  const weak = `weak_${randomBytes(4).toString('hex')}`
  const other = await freshDatabase()
  try {
    await asOwner(`create role ${weak} login password 'weak'`)
    const weakUrl = urlOfRole(other.ownerUrl, weak, 'weak')
    const refusal = await ensureAppLogin(weakUrl, 'secret-word').catch((error: unknown) => error)
    expect(refusal).toMatchObject({ notices: [{ code: 'role_creation_refused' }] })
    const text = refusal instanceof Error ? refusal.message : ''
    expect(text).not.toContain('secret-word')
    const sql = /create role [^;]+;/.exec(text)?.[0] ?? ''
    await asOwner(sql)
    expect(await ensureAppLogin(weakUrl, 'secret-word')).toContain('secret-word')
  } finally {
    await other.drop()
  }
})

test('a pool that runs takes a changed password with its next connection', async () => {
  const url = await ensureAppLogin(home.ownerUrl, 'before')
  const urlAgain = async () => urlOfRole(home.ownerUrl, loginName(), 'after')
  const ports = { clock: systemClock, rng: systemRng }
  const [running, stale, owner] = [
    connectDatabase({ url, urlAgain, ...ports }),
    connectDatabase({ url, ...ports }),
    connectDatabase({ url: home.ownerUrl, ...ports }),
  ]
  const ask = (db: typeof running) => db.as(systemScope('test'), (tx) => tx.query('select 1'))
  const changed = await owner.as(systemScope('test'), (tx) => changeLoginPassword(tx, 'after'))
  expect(changed).toBe(true)
  await Promise.all([ask(running), ask(running), ask(running)])
  await expect(ask(stale)).rejects.toThrow(/password authentication failed/)
  await Promise.all([running.close(), stale.close(), owner.close()])
})
