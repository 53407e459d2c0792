// Database roles 数据库角色: the application logs in as `<database>_login`, which owns nothing and may
// do what the migrations grant to the group `prewatt_app`. Roles belong to the whole server, so
// another starter may make the same one at the same moment.

import type pg from 'pg'
import type { Tx } from '../ports/database.ts'
import { assert } from '../shared/assert.ts'
import { errorCode } from './error-code.ts'
import { withClient } from './one-client.ts'
import { scramVerifier } from './scram.ts'
import { refuseStart } from './start-refusal.ts'

export const APP_GROUP = 'prewatt_app'

const DUPLICATE = ['42710', '23505']
const LOGIN_FAILED = ['28P01', '28000']
const INSUFFICIENT_PRIVILEGE = '42501'
const INTERNAL_ERROR = 'XX000'
const ATTEMPTS_MAX = 10
const ROLE_NAME_BYTES_MAX = 63
const UNDEFINED_OBJECT = '42704'

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`

const exists = async (client: pg.Client, role: string): Promise<boolean> => {
  const found = await client.query('select 1 from pg_roles where rolname = $1', [role])
  return found.rowCount === 1
}

/** Tries again where another starter changes the same role at the same moment. */
const changeRole = async (client: pg.Client, statement: string, attempt = 1): Promise<void> => {
  try {
    await client.query(statement)
  } catch (error) {
    const code = errorCode(error)
    if (DUPLICATE.includes(code)) return
    // "tuple concurrently updated" has no code of its own.
    if (code !== INTERNAL_ERROR || attempt === ATTEMPTS_MAX) throw error
    await changeRole(client, statement, attempt + 1)
  }
}

const orRefuse = async (sql: string, work: Promise<void>): Promise<void> =>
  work.catch((error: unknown) => {
    if (errorCode(error) !== INSUFFICIENT_PRIVILEGE) throw error
    refuseStart('role_creation_refused', { sql })
  })

const CREATE_GROUP = `create role ${APP_GROUP} nologin`

const addGroup = async (client: pg.Client): Promise<void> => {
  if (!(await exists(client, APP_GROUP))) await changeRole(client, CREATE_GROUP)
}

/** Makes the group that migrations grant to. Refuses: role_creation_refused. */
export const ensureAppGroup = (ownerUrl: string): Promise<void> =>
  withClient(ownerUrl, (client) => orRefuse(`${CREATE_GROUP};`, addGroup(client)))

/** The same server and database, as another role. */
export const urlOfRole = (url: string, role: string, password: string): string => {
  const other = new URL(url)
  // A URL without a host holds no user; the real socket folder stands in `?host=`.
  if (other.host === '') other.host = 'localhost'
  for (const name of ['user', 'password']) other.searchParams.delete(name)
  other.username = encodeURIComponent(role)
  other.password = encodeURIComponent(password)
  return other.href
}

type Login = 'ready' | 'refused' | 'not-in-group'

const tryLogin = async (appUrl: string): Promise<Login> =>
  withClient(appUrl, async (client): Promise<Login> => {
    const { rows } = await client.query(
      `select rolsuper or rolbypassrls as unbound,
              exists (select 1 from pg_auth_members m join pg_roles g on g.oid = m.roleid
                      where m.member = r.oid and g.rolname = $1) as in_group
       from pg_roles r where rolname = current_user`,
      [APP_GROUP],
    )
    if (rows[0]?.unbound) refuseStart('app_role_unbound')
    return rows[0]?.in_group ? 'ready' : 'not-in-group'
  }).catch((error: unknown) => {
    if (LOGIN_FAILED.includes(errorCode(error))) return 'refused'
    throw error
  })

const currentDatabase = (ownerUrl: string): Promise<string> =>
  withClient(ownerUrl, async (client) => {
    const { rows } = await client.query('select current_database() as name')
    return String(rows[0]?.name)
  })

const loginSql = (role: string, verifier: string, login: { exists: boolean }): string =>
  login.exists
    ? `alter role ${identifier(role)} login password '${verifier}';
grant ${APP_GROUP} to ${identifier(role)};`
    : `create role ${identifier(role)} login password '${verifier}' in role ${APP_GROUP};`

/**
 * Makes or mends the login `<database>_login` and returns its address; a login that works already
 * is left alone. Call it before `migrate`, so that an administrator who must make roles by hand is
 * shown all of them at once. Refuses: role_creation_refused, app_role_unbound.
 */
export const ensureAppLogin = async (ownerUrl: string, password: string): Promise<string> => {
  const role = `${await currentDatabase(ownerUrl)}_login`
  assert(Buffer.byteLength(role) <= ROLE_NAME_BYTES_MAX, `the role name ${role} is too long`)
  const appUrl = urlOfRole(ownerUrl, role, password)
  if ((await tryLogin(appUrl)) === 'ready') return appUrl
  await withClient(ownerUrl, async (client) => {
    const groupExists = await exists(client, APP_GROUP)
    const verifier = scramVerifier(password)
    const sql = loginSql(role, verifier, { exists: await exists(client, role) })
    const make = async (): Promise<void> => {
      await addGroup(client)
      for (const statement of sql.split('\n')) await changeRole(client, statement)
    }
    await orRefuse(groupExists ? sql : `${CREATE_GROUP};\n${sql}`, make())
  })
  await withClient(appUrl, (client) => client.query('select 1'))
  return appUrl
}

/**
 * A new password for the login, with whatever else the owner's transaction writes. False where the
 * owner may not change it: it was made by hand.
 */
export const changeLoginPassword = async (tx: Tx, password: string): Promise<boolean> => {
  const rows = await tx.query<{ name: string }>('select current_database() as name')
  const role = identifier(`${rows[0]?.name}_login`)
  await tx.query('savepoint login')
  try {
    await tx.query(`alter role ${role} password '${scramVerifier(password)}'`)
    return true
  } catch (error) {
    if (![INSUFFICIENT_PRIVILEGE, UNDEFINED_OBJECT].includes(errorCode(error))) throw error
    await tx.query('rollback to savepoint login')
    return false
  }
}
