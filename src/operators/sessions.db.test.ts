import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { shiftedClock } from '../../test/shifted-clock.ts'
import { type Client, PASSWORD, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { systemRng } from '../adapters/system.ts'
import { systemScope } from '../ports/database.ts'
import { ensureAdmin, seedRoles } from './create.ts'
import { createPasswords } from './password.ts'
import { SUPPLIED_ROLES } from './roles.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const clock = shiftedClock()
let rig: WebRig
let users = 0

beforeAll(async () => {
  rig = await startWebRig({ clock })
})
afterAll(() => rig.stop())
beforeEach(() => {
  clock.shiftedMs = 0
})

const newUser = async (role = 'finance-clerk'): Promise<string> => {
  const username = `user${++users}`
  await rig.addOperator(username, role, [rig.complex.complexId])
  return username
}
const auditOf = async (username: string) => {
  const rows = await rig.base.rows<{ action: string; from: string; complex: number }>(
    `select action, came_from as "from", complex_id as complex from audit
     where subject = (select 'operator/' || operator_id from operator where username = $1)
     order by at`,
    [username],
  )
  return rows
}
const session = (client: Client) => client.get('/api/v1/session')
const from = (address: string) => ({ 'x-forwarded-for': address })
const tryPassword = (username: string, password: string, address = '10.0.0.1') =>
  rig.client().post('/api/v1/session', { username, password }, from(address))

describe('a log-in', () => {
  test('gives who he is, what he may and the token for writes', async () => {
    const username = await newUser()
    const answer = await rig.client().logIn(username)
    expect(answer).toMatchObject({
      status: 200,
      body: {
        operator: { username, role: 'finance-clerk', mustChangePassword: false },
        complexes: [{ complexId: rig.complex.complexId, zone: 'Asia/Shanghai' }],
        csrfToken: expect.stringMatching(/^[\w-]{32}$/),
      },
    })
    expect(JSON.stringify(answer.body)).not.toMatch(/argon2|hash/i)
  })
  test('is who he is among many who ask at the same moment', async () => {
    const names = await Promise.all([newUser(), newUser(), newUser()])
    const clients = [...(await Promise.all(names.map((name) => rig.as(name)))), rig.client()]
    const everybody = Array.from({ length: 4 }, () => clients).flat()
    const answers = await Promise.all(everybody.map(session))
    const each = names.map((username) => ({ status: 200, body: { operator: { username } } }))
    const wanted = Array.from({ length: 4 }, () => [...each, { status: 401 }]).flat()
    expect(answers).toMatchObject(wanted)
  })
  test('sets a cookie that scripts and other sites cannot use', async () => {
    const username = await newUser()
    const { headers } = await rig.client().logIn(username)
    expect(headers.get('set-cookie')).toMatch(/^sid=[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict$/)
  })
  test('by TLS sets a cookie that never leaves TLS', async () => {
    const username = await newUser()
    const client = rig.client()
    const secure = { 'x-forwarded-proto': 'https' }
    const body = { username, password: PASSWORD }
    const { headers } = await client.post('/api/v1/session', body, secure)
    expect(headers.get('set-cookie')).toMatch(
      /^__Host-sid=[\w-]{32}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
    expect(await client.get('/api/v1/session', secure)).toMatchObject({ status: 200 })
    expect(await client.get('/api/v1/session')).toMatchObject({ status: 401 })
  })
  test('keeps only a hash of its token in the database', async () => {
    const client = await rig.as(await newUser())
    const token = client.cookie.split('=')[1] ?? ''
    const rows = await rig.base.rows<{ row: string }>('select s::text as row from session s')
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.filter(({ row }) => row.includes(token))).toEqual([])
    const hex = Buffer.from(token).toString('hex')
    expect(rows.filter(({ row }) => row.includes(hex))).toEqual([])
  })
  test('with a token already in hand gives a new one and ends the old session', async () => {
    const username = await newUser()
    const client = await rig.as(username)
    const old = client.cookie
    await client.logIn(username)
    expect(client.cookie).not.toBe(old)
    expect(await rig.client().get('/api/v1/session', { cookie: old })).toMatchObject({
      status: 401,
    })
  })
  test('from a page of another site is refused', async () => {
    const body = { username: await newUser(), password: PASSWORD }
    const headers = { origin: 'https://evil.example' }
    expect(await rig.client().post('/api/v1/session', body, headers)).toMatchObject({
      status: 403,
      body: { code: 'csrf_token_wrong' },
    })
  })
  test('is audited in every complex of the operator, with the address it came from', async () => {
    const username = await newUser()
    await tryPassword(username, 'wrong', '10.7.0.1')
    await tryPassword(username, PASSWORD, '10.7.0.2')
    const complex = rig.complex.complexId
    expect((await auditOf(username)).slice(1)).toEqual([
      { action: 'session.refused', from: '10.7.0.1', complex },
      { action: 'session.begin', from: '10.7.0.2', complex },
    ])
  })
})

describe('a refused log-in', () => {
  test('says the same of a wrong password, an unknown user and a disabled one', async () => {
    const username = await newUser()
    const gone = await newUser()
    await rig.base.rows('update operator set disabled_at = now() where username = $1', [gone])
    const wrong = await tryPassword(username, 'Wrong-horse-7')
    const unknown = await tryPassword('nobody-here', 'Wrong-horse-7')
    const disabled = await tryPassword(gone, PASSWORD)
    expect(wrong).toMatchObject({ status: 401, body: { code: 'bad_credentials' } })
    expect(unknown.body).toEqual(wrong.body)
    expect(disabled.body).toEqual(wrong.body)
    expect(wrong.headers.get('set-cookie')).toBeNull()
  })
  test('takes no less time for a name nobody has than for one that is known', async () => {
    const username = await newUser()
    for (const name of [username, 'nobody-at-all']) {
      const before = performance.now()
      await tryPassword(name, 'Wrong-horse-7', '10.8.0.1')
      // What is done for a known name is over by then: both are answered at the same beat.
      expect(performance.now() - before).toBeGreaterThan(98)
    }
  })
  test('five times locks the user out from there, and only from there', async () => {
    const username = await newUser()
    for (let i = 0; i < 5; i++)
      expect(await tryPassword(username, `Wrong-${i}`)).toMatchObject({ status: 401 })
    const locked = await tryPassword(username, PASSWORD)
    expect(locked).toMatchObject({ status: 429, body: { code: 'too_many_attempts' } })
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(590)
    expect(await tryPassword(username, PASSWORD, '10.0.0.2')).toMatchObject({ status: 200 })
    clock.shiftedMs = 10 * MINUTE_MS + 1
    expect(await tryPassword(username, 'Wrong-6')).toMatchObject({ status: 401 })
    // The sixth failure doubled the wait.
    clock.shiftedMs += 19 * MINUTE_MS
    expect(await tryPassword(username, PASSWORD)).toMatchObject({ status: 429 })
    clock.shiftedMs += 2 * MINUTE_MS
    expect(await tryPassword(username, PASSWORD)).toMatchObject({ status: 200 })
    // A success forgets them all.
    expect(await tryPassword(username, 'Wrong-7')).toMatchObject({ status: 401 })
  })
  test('is counted once for each of many guesses at the same time', async () => {
    const username = await newUser()
    const guesses = Array.from({ length: 12 }, (_, i) => tryPassword(username, `Wrong-${i}`))
    const statuses = (await Promise.all(guesses)).map((answer) => answer.status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(5)
    expect(statuses.filter((status) => status === 429)).toHaveLength(7)
  })
})

test('a flood of log-ins from one address is held back before passwords are read', async () => {
  const statuses = new Set<number>()
  for (let i = 0; i < 121; i++) {
    const answer = await rig.client().post('/api/v1/session', {}, from('10.9.9.9'))
    statuses.add(answer.status)
    if (i === 120)
      expect(answer).toMatchObject({ status: 429, body: { code: 'too_many_attempts' } })
  }
  expect([...statuses]).toEqual([400, 429])
  expect(await tryPassword('nobody-here', 'x', '10.9.9.8')).toMatchObject({ status: 401 })
})

describe('a session', () => {
  test('ends by logging out, and its cookie goes', async () => {
    const username = await newUser()
    const client = await rig.as(username)
    const kept = client.cookie
    const answer = await client.send('DELETE', '/api/v1/session')
    expect(answer).toMatchObject({ status: 204, body: '' })
    expect(answer.headers.get('set-cookie')).toMatch(/^sid=; .*Expires=Thu, 01 Jan 1970/)
    expect(await rig.client().get('/api/v1/session', { cookie: kept })).toMatchObject({
      status: 401,
      body: { code: 'not_logged_in' },
    })
    expect((await auditOf(username)).at(-1)).toMatchObject({ action: 'session.end' })
  })
  test('lapses after 30 minutes without a request', async () => {
    const client = await rig.as(await newUser())
    clock.shiftedMs = 29 * MINUTE_MS
    expect(await session(client)).toMatchObject({ status: 200 })
    clock.shiftedMs += 29 * MINUTE_MS
    expect(await session(client)).toMatchObject({ status: 200 })
    clock.shiftedMs += 31 * MINUTE_MS
    expect(await session(client)).toMatchObject({ status: 401 })
  })
  test('lapses after 12 hours whatever happens', async () => {
    const client = await rig.as(await newUser())
    for (; clock.shiftedMs < 12 * HOUR_MS; clock.shiftedMs += 20 * MINUTE_MS)
      expect(await session(client)).toMatchObject({ status: 200 })
    expect(await session(client)).toMatchObject({ status: 401 })
  })
  test('loses its rights at once when they are taken away', async () => {
    const username = await newUser('property-operator')
    const client = await rig.as(username)
    const complexId = rig.complex.complexId
    const alarms = () => client.get(`/api/v1/alarms?complexId=${complexId}`)
    expect(await alarms()).toMatchObject({ status: 200 })
    await rig.base.rows(
      `update operator set role_id = (select role_id from role where code = 'nobody')
       where username = $1`,
      [username],
    )
    expect(await alarms()).toMatchObject({ status: 403 })
    await rig.base.rows('update operator set disabled_at = now() where username = $1', [username])
    expect(await alarms()).toMatchObject({ status: 401 })
  })
  test('of a token nobody gave out does not exist', async () => {
    const forged = { cookie: `sid=${'A'.repeat(32)}` }
    expect(await rig.client().get('/api/v1/session', forged)).toMatchObject({ status: 401 })
  })
})

describe('a first password', () => {
  const NEXT = 'Better-horse-8'
  test('must be changed before anything else is open', async () => {
    const username = await newUser()
    await rig.base.rows('update operator set must_change_password = true where username = $1', [
      username,
    ])
    const client = await rig.as(username)
    const meters = `/api/v1/meters?complexId=${rig.complex.complexId}`
    expect(await client.get(meters)).toMatchObject({
      status: 403,
      body: { code: 'password_change_required' },
    })
    const change = (current: string, next: string) =>
      client.post('/api/v1/session/password', { current, next })
    expect(await change('Wrong-horse-7', NEXT)).toMatchObject({
      status: 422,
      body: { code: 'password_wrong' },
    })
    expect(await change(PASSWORD, 'short')).toMatchObject({ body: { code: 'password_too_short' } })
    expect(await change(PASSWORD, PASSWORD)).toMatchObject({ body: { code: 'password_same' } })
    expect(await change(PASSWORD, NEXT)).toMatchObject({ status: 204 })
    expect(await client.get(meters)).toMatchObject({ status: 200 })
    expect(await tryPassword(username, PASSWORD)).toMatchObject({ status: 401 })
    expect(await tryPassword(username, NEXT)).toMatchObject({ status: 200 })
  })
  test('changed ends the other sessions of the operator', async () => {
    const username = await newUser()
    const here = await rig.as(username)
    const elsewhere = await rig.as(username)
    await here.post('/api/v1/session/password', { current: PASSWORD, next: NEXT })
    expect(await session(here)).toMatchObject({ status: 200 })
    expect(await session(elsewhere)).toMatchObject({ status: 401 })
  })
})

describe('the first start', () => {
  const deps = () => ({ ...rig.deps, passwords: createPasswords(systemRng) })
  test('makes the user admin once, with a password that must be changed', async () => {
    const made = await ensureAdmin(deps(), { password: null })
    expect(made).toEqual({ created: true, password: expect.stringMatching(/^[\w-]{16}$/) })
    expect(await ensureAdmin(deps(), { password: 'Other-words-1' })).toEqual({
      created: false,
      password: null,
    })
    expect(await tryPassword('admin', made.password ?? '')).toMatchObject({
      status: 200,
      body: { operator: { username: 'admin', role: 'administrator', mustChangePassword: true } },
    })
  })
  test('writes the roles supplied, and writing them again changes nothing', async () => {
    const roles = () => rig.base.rows('select * from role order by role_id')
    const before = await roles()
    await rig.base.db.as(systemScope('test'), seedRoles)
    expect(await roles()).toEqual(before)
    const codes = before.map((row) => JSON.stringify(row))
    for (const { code } of SUPPLIED_ROLES)
      expect(codes.filter((row) => row.includes(`"${code}"`))).toHaveLength(1)
  })
  test('with a password given makes an admin who need not change it', async () => {
    await rig.base.rows("update operator set username = 'admin-before' where username = 'admin'")
    expect(await ensureAdmin(deps(), { password: 'Given-words-1' })).toEqual({
      created: true,
      password: null,
    })
    expect(await tryPassword('admin', 'Given-words-1')).toMatchObject({
      status: 200,
      body: { operator: { mustChangePassword: false } },
    })
  })
})
