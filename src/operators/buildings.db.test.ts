import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROUTES_BY_BUILDING } from '../../test/routes-by-building.ts'
import { WITHOUT_WALL } from '../../test/tables-without-wall.ts'
import { SECRET, startTwoBuildings, type TwoBuildings } from '../../test/two-buildings.ts'
import type { Client } from '../../test/web-rig.ts'
import { allRoutes } from '../http/all-routes.ts'
import { createPasswords } from './password.ts'
import { createSessions } from './sessions.ts'

let world: TwoBuildings
/** An administrator, but of one building. */
let narrow: Client

beforeAll(async () => {
  world = await startTwoBuildings()
  const { rig, admin, open } = world
  await rig.addOperator('narrow', 'administrator', null)
  const rows = await world.query<{ id: number }>(
    `select operator_id as id from operator where username = 'narrow'`,
  )
  const scope = { complexes: [rig.complex.complexId], buildings: [open.buildingId] }
  const path = `/api/v1/operators/${rows[0]?.id}`
  expect(await admin.send('PATCH', path, { body: scope })).toMatchObject({ status: 200 })
  narrow = await rig.as('narrow')
})
afterAll(() => world.stop())

const withTables = Object.entries(ROUTES_BY_BUILDING)
const methodOf = (name: string) => name.split(' ')[0] ?? ''
const V1 = '/api/v1'
const ask = (client: Client, name: string, path: string, body?: unknown) =>
  client.send(methodOf(name), `${V1}${path}`, { body })
const codeOf = ({ status, body }: { status: number; body: unknown }) => ({
  status,
  code: typeof body === 'object' && body !== null && 'code' in body ? body.code : null,
})
const NOT_FOUND = { status: 404, code: 'not_found' }

test('every route says what of another building it could show, and why it does not', () => {
  const passwords = createPasswords(world.rig.deps.rng)
  const sessions = createSessions({ ...world.rig.deps, passwords })
  const live = { watch: () => {}, stop: async () => {} }
  const routes = allRoutes({ ...world.rig.deps, sessions, passwords, live })
  const names = routes.map(({ method, path }) => `${method} ${path.replace(V1, '')}`)
  expect(names.filter((name) => !(name in ROUTES_BY_BUILDING))).toEqual([])
  expect(Object.keys(ROUTES_BY_BUILDING).filter((name) => !names.includes(name))).toEqual([])
})

test('every table of a complex has its wall, or a reason to have none', async () => {
  const rows = await world.query<{ name: string; walled: boolean }>(
    `select c.relname as name, exists (
       select from pg_policy p where p.polrelid = c.oid and p.polname = 'buildings') as walled
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'complex_id'
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and not c.relispartition and c.relname <> 'complex' order by 1`,
  )
  expect(rows.length).toBeGreaterThan(50)
  const bare = rows.filter((row) => !row.walled).map((row) => row.name)
  expect(bare).toEqual(Object.keys(WITHOUT_WALL).sort())
})

describe('a list', () => {
  const lists = withTables.flatMap(([name, row]) => ('sees' in row ? [{ name, row }] : []))
  test.each(lists)('$name shows nothing of another building', async ({ name, row }) => {
    const path = row.sees(world.secret)
    const all = await ask(world.admin, name, path)
    expect(codeOf(all)).toEqual({ status: 200, code: null })
    const mark = row.mark?.(world.secret) ?? SECRET
    if (!row.nothing) expect(JSON.stringify(all.body)).toContain(mark)
    const seen = await ask(narrow, name, path)
    expect(codeOf(seen)).toEqual({ status: 200, code: null })
    expect(JSON.stringify(seen.body)).not.toContain(mark)
  })
  test.each([
    ['/meters', 'meterId'],
    ['/board', 'meterId'],
    ['/accounts', 'accountId'],
    ['/purchases', 'purchaseId'],
    ['/sales', 'saleId'],
  ] as const)('%s shows what is in his own', async (path, key) => {
    const { body } = await narrow.get(`${V1}${path}?complexId=${world.secret.complexId}`)
    expect(JSON.stringify(body)).toContain(`"${key}":${JSON.stringify(world.open.shop[key])}`)
  })
})

describe('what is named in another building', () => {
  const named = withTables.flatMap(([name, row]) => ('gone' in row ? [{ name, row }] : []))
  test.each(named)('is not found by $name', async ({ name, row }) => {
    const path = row.gone(world.secret)
    expect(codeOf(await ask(narrow, name, path, row.body?.(world.secret)))).toEqual(NOT_FOUND)
    const other = codeOf(await ask(world.admin, name, path, row.body?.(world.secret)))
    expect(other.code).not.toBe('not_found')
    expect(other.code).not.toBe('invalid_input')
    expect(other.status).toBeLessThan(500)
  })
  const sheets = withTables.flatMap(([name, row]) => ('unknown' in row ? [{ name, row }] : []))
  test.each(sheets)('is unknown to the sheet of $name', async ({ name, row }) => {
    const { complexId } = world.secret
    const body = { ...Object(row.unknown(world.secret)), complexId, dryRun: true }
    const path = name.split(' ')[1] ?? ''
    const report = (await ask(narrow, name, path, body)).body
    expect(report).toMatchObject({ bad: 1 })
    expect(JSON.stringify(report)).toMatch(/"unknown"|"not_found"/)
    expect(JSON.stringify((await ask(world.admin, name, path, body)).body)).not.toMatch(
      /"code":"(unknown|not_found)","title":\{"zh":"[^"]*表/,
    )
  })
})

describe('what reaches the whole complex', () => {
  const whole = withTables.flatMap(([name, row]) => ('refused' in row ? [{ name }] : []))
  test.each(whole)('is refused by $name', async ({ name }) => {
    const path = (name.split(' ')[1] ?? '').replace(':id', world.secret.shiftId)
    const body = name.includes('/count') ? { countedFen: 0 } : name.includes('/close') ? {} : null
    expect(codeOf(await ask(narrow, name, path, body ?? undefined))).toEqual({
      status: 403,
      code: 'not_permitted',
    })
  })
})

describe('live events', () => {
  const hear = (meterId: number, seq: number) =>
    world.query(
      `insert into latest (complex_id, meter_id, seq, balance_fen, balance_at, answered_at)
       values ($1, $2, $3, 1234, now(), now())
       on conflict (complex_id, meter_id) do update set seq = excluded.seq`,
      [world.secret.complexId, meterId, seq],
    )
  /** What comes until the meter of his own building is told. */
  const listen = async (client: Client): Promise<string> => {
    const abort = new AbortController()
    const path = `${world.rig.web.url}${V1}/events?complexId=${world.secret.complexId}&since=0`
    const { body } = await fetch(path, { headers: { cookie: client.cookie }, signal: abort.signal })
    let text = ''
    for await (const chunk of body ?? []) {
      text += new TextDecoder().decode(chunk)
      if (text.includes(`"meterId":${world.open.shop.meterId},`)) break
    }
    abort.abort()
    return text
  }
  test('tell an operator of one building nothing of another', async () => {
    await hear(world.secret.meterId, 1_000)
    await hear(world.open.shop.meterId, 1_001)
    const [told, all] = await Promise.all([listen(narrow), listen(world.admin)])
    expect(all).toContain(SECRET)
    expect(told).not.toContain(SECRET)
    expect(told).not.toContain(world.secret.alarmId)
    expect(told).not.toContain(world.secret.purchaseId)
  })
})
