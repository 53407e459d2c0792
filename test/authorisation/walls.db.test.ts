// The wall in the database, attacked 行级安全攻击: whoever can make the application say any statement
// within a scope, what could he read or write of others? Every table comes from the catalogue.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorCode } from '../../src/adapters/error-code.ts'
import { withClient } from '../../src/adapters/one-client.ts'
import { type Scope, systemScope, type Tx } from '../../src/ports/database.ts'
import { must } from '../../src/shared/assert.ts'
import { WITHOUT_WALL } from '../tables-without-wall.ts'
import { SECRET, startTwoBuildings, type TwoBuildings } from '../two-buildings.ts'
import { worldOf } from './world.ts'

/** Tables that belong to no complex, and why the application may see all of each. */
const OF_NO_COMPLEX: Record<string, string> = {
  api_token: 'tokens of people; lists show those whose complexes the caller shares',
  collector: 'processes of the installation',
  installation_id: 'the name of the installation',
  kysely_migration: 'nothing: the application may not even read it',
  kysely_migration_lock: 'nothing: the application may not even read it',
  login_attempt: 'failures by name and address',
  login_policy: 'rules of the installation',
  operator: 'people; lists show those whose complexes the caller shares',
  passkey: 'public keys of people',
  passkey_challenge: 'questions to browsers, each for once',
  password_history: 'hashes of people',
  recovery_code: 'keyed hashes of people',
  role: 'roles of the installation',
  session: 'hashes of sessions',
}

/** Functions that run as their owner, and why the application may call them. */
const ONLY_IDS = 'ids of what is behind the wall, and never what they stand for'
const AS_OWNER: Record<string, string> = {
  erase_name: 'takes the name of a tenant out of texts that are final, within the scope',
  hidden_accounts: ONLY_IDS,
  hidden_batch: ONLY_IDS,
  hidden_buses: ONLY_IDS,
  hidden_devices: ONLY_IDS,
  hidden_gateways: ONLY_IDS,
  hidden_meters: ONLY_IDS,
  hidden_points: ONLY_IDS,
  hidden_supplies: ONLY_IDS,
  hidden_tenants: ONLY_IDS,
}

const DENIED = '42501'

let world: TwoBuildings
let tables: string[]
let mine: Scope
let narrow: Scope

beforeAll(async () => {
  world = await startTwoBuildings()
  await worldOf(world)
  const { rig, open } = world
  mine = { complexes: [rig.otherComplex], operator: null, from: 'attack' }
  narrow = {
    ...{ complexes: [rig.complex.complexId], buildings: [open.buildingId] },
    ...{ operator: null, from: 'attack' },
  }
  const rows = await world.query<{ name: string }>(
    `select c.relname as name from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'complex_id'
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and not c.relispartition order by 1`,
  )
  tables = rows.map(({ name }) => name)
})
afterAll(() => world.stop())

class Undone extends Error {}

/** What a statement gives within a scope: its rows, or the code of its error. Nothing stays. */
const attempt = async <Row>(
  scope: Scope,
  run: (tx: Tx) => Promise<Row[]>,
): Promise<Row[] | string> => {
  let got: Row[] = []
  try {
    await world.rig.base.db.as(scope, async (tx) => {
      got = await run(tx)
      throw new Undone('nothing stays')
    })
  } catch (error) {
    if (!(error instanceof Undone)) return errorCode(error) || String(error)
  }
  return got
}

/** What of these tables gave something, as `table: what it gave`. */
const holes = async (
  of: readonly string[],
  scope: Scope,
  run: (tx: Tx, table: string) => Promise<unknown[]>,
): Promise<string[]> => {
  const found: string[] = []
  for (const table of of) {
    const got = await attempt(scope, (tx) => run(tx, table))
    if (got !== DENIED && got.length > 0) found.push(`${table}: ${JSON.stringify(got)}`)
  }
  return found
}

const a = () => world.rig.complex.complexId

describe('within the scope of another complex', () => {
  test('no table with a complex gives a row of this one', async () => {
    expect(tables.length).toBeGreaterThan(70)
    const there: string[] = []
    for (const table of tables) {
      const rows = await world.query(`select 1 from ${table} where complex_id = $1 limit 1`, [a()])
      if (rows.length > 0) there.push(table)
    }
    // Otherwise it would prove nothing.
    expect(there.length).toBeGreaterThan(40)
    const read = (tx: Tx, table: string) =>
      tx.query(`select complex_id from ${table} where complex_id <> $1`, [world.rig.otherComplex])
    expect(await holes(tables, mine, read)).toEqual([])
  })
  test.each([
    ['changed', (table: string) => `update ${table} set complex_id = complex_id`],
    ['deleted', (table: string) => `delete from ${table}`],
    ['locked', (table: string) => `select complex_id from ${table}`],
  ])('none is %s', async (how, sql) => {
    const end = how === 'locked' ? 'for update' : 'returning complex_id'
    const write = (tx: Tx, table: string) =>
      tx.query(`${sql(table)} where complex_id = $1 ${end}`, [a()])
    expect(await holes(tables, mine, write)).toEqual([])
  })
  test('none is added, nor does an own one move there', async () => {
    const codes: Record<string, unknown> = {}
    for (const table of tables) {
      const rows = await world.query<{ columns: string; row: unknown }>(
        `select (select string_agg(quote_ident(attname), ', ') from pg_attribute
             where attrelid = $2::regclass and attnum > 0 and not attisdropped
               and attgenerated = '') as columns,
           (select to_jsonb(t) from ${table} t where complex_id = $1 limit 1) as row`,
        [a(), `public.${table}`],
      )
      const { columns, row: found } = must(rows[0], 'a table has columns')
      const row = JSON.stringify(found ?? { complex_id: a() })
      const of = `jsonb_populate_record(null::public.${table}, $1)`
      const add = `insert into ${table} (${columns}) select ${columns} from ${of}`
      const got = await attempt(mine, (tx) => tx.query(add, [row]))
      if (got !== DENIED) codes[table] = got
    }
    expect(codes).toEqual({})
    const moved = await attempt(mine, (tx) =>
      tx.query('update chain_head set complex_id = $1 returning 1', [a()]),
    )
    expect(moved).toBe(DENIED)
  })
})

test('without any scope nothing is seen', async () => {
  await withClient(world.rig.base.appUrl, async (client) => {
    for (const table of tables) {
      const asked = client.query(`select 1 from ${table} limit 1`)
      const rows = await asked.then(({ rowCount }) => rowCount, errorCode)
      expect([0, DENIED], table).toContain(rows)
    }
  })
})

test('within one building no table tells of another', async () => {
  const there = await holes(tables, systemScope('test'), (tx, table) =>
    tx.query(`select 1 from ${table} t where t::text like '%${SECRET}%' limit 1`),
  )
  expect(there.length).toBeGreaterThan(8)
  const walled = tables.filter((table) => !(table in WITHOUT_WALL))
  const seen = await holes(walled, narrow, (tx, table) =>
    tx.query(`select 1 from ${table} t where t::text like '%${SECRET}%' limit 1`),
  )
  expect(seen).toEqual([])
})

describe('the catalogue', () => {
  const names = async (sql: string): Promise<string[]> =>
    (await world.query<{ name: string }>(sql)).map(({ name }) => name)

  test('has a wall on every table with a complex', async () => {
    const bare = await names(
      `select c.relname as name from pg_class c
       join pg_attribute t on t.attrelid = c.oid and t.attname = 'complex_id'
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
         and not c.relispartition and (not c.relrowsecurity or not exists (
           select from pg_policy p where p.polrelid = c.oid and p.polname = 'scope'
             and p.polpermissive and p.polcmd = '*'
             and pg_get_expr(p.polqual, p.polrelid) like '%prewatt.scope%'))`,
    )
    expect(bare).toEqual([])
  })
  test('has no second permissive policy, which would be a way round the first', async () => {
    const more = await names(
      `select c.relname as name from pg_policy p join pg_class c on c.oid = p.polrelid
       where p.polpermissive and p.polname <> 'scope'`,
    )
    expect(more).toEqual([])
  })
  test('has no other table but those that are listed here with a reason', async () => {
    const others = await names(
      `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace
         and c.relkind in ('r', 'p') and not c.relispartition and not exists (
           select from pg_attribute t where t.attrelid = c.oid and t.attname = 'complex_id')
       order by 1`,
    )
    expect(others.filter((name) => !(name in OF_NO_COMPLEX))).toEqual([])
    expect(Object.keys(OF_NO_COMPLEX).filter((name) => !others.includes(name))).toEqual([])
  })
  test('has no view that sees with the eyes of its owner', async () => {
    expect(
      await names(
        `select relname as name from pg_class where relnamespace = 'public'::regnamespace
         and relkind in ('v', 'm', 'f')
         and not coalesce(reloptions @> '{security_invoker=true}', false)`,
      ),
    ).toEqual([])
  })
  test('lets the application at no partition past the wall of its table', async () => {
    const open = await names(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace
       and relispartition and relkind = 'r' and not relrowsecurity
       and has_table_privilege(oid, 'select, insert, update, delete, truncate')`,
    )
    expect(open).toEqual([])
  })
  test('has no function that runs as its owner but those listed here', async () => {
    const definers = await names(
      `select proname as name from pg_proc where pronamespace = 'public'::regnamespace
       and prosecdef and has_function_privilege(oid, 'execute') order by 1`,
    )
    expect(definers).toEqual(Object.keys(AS_OWNER).sort())
  })
  test('gives the application nothing of its own, and no power over the server', async () => {
    const rows = await world.query<Record<string, boolean>>(
      `select rolsuper as super, rolbypassrls as bypass, rolcreaterole as roles,
         rolcreatedb as databases, rolreplication as replication,
         has_schema_privilege('public', 'create') as creates,
         has_database_privilege(current_database(), 'create') as schemas,
         exists (select from pg_class where relowner = r.oid) as owns,
         exists (select from pg_auth_members m where m.member = r.oid
           and m.roleid <> 'prewatt_app'::regrole) as others
       from pg_roles r where rolname = current_user`,
    )
    expect(Object.entries(must(rows[0], 'the role')).filter(([, may]) => may)).toEqual([])
  })
  test('lets it turn no sequence back', async () => {
    expect(
      await names(
        `select relname as name from pg_class where relnamespace = 'public'::regnamespace
         and case when relkind = 'S' then has_sequence_privilege(oid, 'update') end`,
      ),
    ).toEqual([])
  })
})

describe('what no application says', () => {
  test.each([
    ['turn the wall off', 'alter table tenant disable row level security'],
    ['add a policy', 'create policy mine on tenant using (true)'],
    ['drop a policy', 'drop policy scope on tenant'],
    ['turn triggers off', "set session_replication_role = 'replica'"],
    ['drop a trigger', 'drop trigger posting_is_final on posting'],
    ['see past the wall', 'set local row_security = off; select 1 from tenant'],
    ['empty the log', 'truncate audit'],
    ['change the log', `update audit set action = 'x'`],
    ['change an entry', 'update entry set fen = 1'],
    ['delete a posting', 'delete from posting'],
    ['read the passwords of the server', 'select rolpassword from pg_authid'],
    ['read a file', `select pg_read_file('/etc/passwd')`],
    ['run a program', `copy tenant to program 'cat'`],
    ['write a file', `copy tenant to '/tmp/tenant'`],
    ['bring in a file', `select lo_import('/etc/passwd')`],
    ['load a library', `load '/tmp/evil.so'`],
    ['make a function', `create function public.f() returns int language sql as 'select 1'`],
    ['make a table', 'create table public.t (a int)'],
    ['change the migrations', 'delete from kysely_migration'],
  ])('is denied: %s', async (_, sql) => {
    expect(await attempt(systemScope('attack'), (tx) => tx.query(sql))).toBe(DENIED)
  })
  test('it cannot become the owner of its tables', async () => {
    const rows = await world.query<{ owner: string }>(
      `select tableowner as owner from pg_tables where tablename = 'tenant'`,
    )
    const { owner } = must(rows[0], 'somebody owns it')
    expect(await attempt(mine, (tx) => tx.query(`set role "${owner}"`))).toBe(DENIED)
  })
  test('a name is erased within the scope only', async () => {
    const erase = (scope: Scope) =>
      attempt(scope, (tx) => tx.query(`select erase_name($1, 1, 'x', 'y')`, [a()]))
    expect(await erase(mine)).toBe('P0001')
    expect(await erase({ ...mine, complexes: [world.rig.complex.complexId] })).toHaveLength(1)
  })
  test('statistics tell no values of walled tables', async () => {
    const rows = await attempt(mine, (tx) =>
      tx.query(`select tablename from pg_stats where tablename = any ($1)`, [tables]),
    )
    expect(rows).toEqual([])
  })
})
