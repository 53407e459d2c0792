import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { shiftedClock } from '../../test/shifted-clock.ts'
import { type Client, PASSWORD, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { systemRng } from '../adapters/system.ts'
import { ensureAdmin } from './create.ts'
import { createPasswords } from './password.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const V1 = '/api/v1'

const clock = shiftedClock()
let rig: WebRig
let admin: Client
let users = 0

beforeAll(async () => {
  rig = await startWebRig({ clock })
  await rig.addOperator('boss', 'administrator', null)
})
afterAll(() => rig.stop())
beforeEach(async () => {
  clock.shiftedMs = 0
  await rig.base.rows(
    `update login_policy set profile = 'mlps', password_length_min = 8, password_kinds_min = 2,
       password_history = 1, password_days_max = null, factor_for = 'role', failures_free = 5,
       lock_minutes = 10, lock_growth = 2, separation = false, rules_at = null, idle_minutes = 30`,
  )
  admin = await rig.as('boss')
})

const newUser = async (role = 'finance-clerk') => {
  const username = `user${++users}`
  await rig.addOperator(username, role, role === 'finance-clerk' ? [rig.complex.complexId] : null)
  return username
}
const idOf = async (username: string) => {
  const [row] = await rig.base.rows<{ id: number }>(
    'select operator_id as id from operator where username = $1',
    [username],
  )
  return row?.id ?? 0
}
const refused = (status: number, code: string, facts: object = {}) => ({
  status,
  body: { code, facts: expect.objectContaining(facts) },
})
const policy = (body: object, by = admin) => by.send('PATCH', `${V1}/login-policy`, { body })
const preview = (body: object, by = admin) => by.post(`${V1}/login-policy/preview`, body)
const change = async (username: string, body: object, by = admin) =>
  by.send('PATCH', `${V1}/operators/${await idOf(username)}`, { body })
const own = (client: Client) => client.get(`${V1}/session`)
const renew = (client: Client, current: string, next: string) =>
  client.post(`${V1}/session/password`, { current, next })
const meters = (client: Client) => client.get(`${V1}/meters?complexId=${rig.complex.complexId}`)

describe('a profile', () => {
  test('brings its rules, and says what is not as it says', async () => {
    expect(await policy({ profile: 'asvs', factorFor: 'role' })).toMatchObject({
      status: 200,
      body: { passwordLengthMin: 15, passwordDaysMax: null, differs: ['factorFor'] },
    })
    expect(await policy({ profile: 'mlps', idleMinutes: 20 })).toMatchObject({
      body: {
        ...{ passwordKindsMin: 3, passwordDaysMax: 90, factorFor: 'all', idleMinutes: 20 },
        differs: ['idleMinutes', 'separation'],
      },
    })
    await policy({ factorFor: 'role' })
  })
  test('is shown with whom it reaches before it is switched', async () => {
    const old = await newUser()
    await rig.base.rows(
      `update operator set password_at = now() - interval '100 days' where username = $1`,
      [old],
    )
    const { status, body } = await preview({
      profile: 'mlps',
      passwordDaysMax: 90,
      factorFor: 'all',
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      changes: ['passwordDaysMax', 'factorFor'],
      mustChangePassword: [{ username: old }],
      passwordLookedAt: [],
      inTheWay: [],
    })
    const factor = JSON.stringify(body).split('mustSetUpFactor')[1]
    expect(factor).toContain('"username":"boss"')
    expect(await own(await rig.as(old))).toMatchObject({
      body: { operator: { mustChangePassword: false } },
    })
  })
  test('is only for who reaches the whole installation', async () => {
    const near = await newUser('administrator')
    await change(near, { complexes: [rig.complex.complexId] })
    const client = await rig.as(near)
    const beyond = refused(403, 'beyond_own_rights')
    expect(await policy({ profile: 'asvs' }, client)).toMatchObject(beyond)
    expect(await preview({ profile: 'asvs' }, client)).toMatchObject(beyond)
  })
  test('holds from the beginning of an installation; a password given is kept', async () => {
    const deps = { ...rig.deps, passwords: createPasswords(systemRng) }
    await ensureAdmin(deps, { password: 'abcdefgh-7' })
    const client = rig.client()
    expect(await client.logIn('admin', 'abcdefgh-7')).toMatchObject({
      body: { operator: { mustChangePassword: false, mustSetUpTotp: false }, idleMinutes: 10 },
    })
    expect(await client.get(`${V1}/login-policy`)).toMatchObject({
      body: { profile: 'mlps', passwordDaysMax: 90, differs: ['factorFor', 'separation'] },
    })
  })
})

describe('a password', () => {
  test('older than the policy says must be changed, by a person; a token goes on', async () => {
    const username = await newUser()
    const client = await rig.as(username)
    const expiresAt = new Date(clock.now() + 200 * DAY_MS).toISOString()
    const asked = { name: '接口', permissions: ['register.view'], expiresAt }
    const made = await client.post(`${V1}/session/tokens`, asked)
    const token = /"token":"([^"]+)"/.exec(JSON.stringify(made.body))?.[1]
    await policy({ passwordDaysMax: 90 })
    clock.shiftedMs = 89 * DAY_MS
    const before = await rig.as(username)
    expect(await meters(before)).toMatchObject({ status: 200 })
    expect(await own(before)).toMatchObject({
      body: { operator: { passwordUntil: expect.any(String) } },
    })
    clock.shiftedMs = 90 * DAY_MS + MINUTE_MS
    const after = await rig.as(username)
    expect(await meters(after)).toMatchObject(refused(403, 'password_change_required'))
    const machine = await rig
      .client()
      .get(`${V1}/meters?complexId=${rig.complex.complexId}`, { authorization: `Bearer ${token}` })
    expect(machine).toMatchObject({ status: 200 })
    expect(await renew(after, PASSWORD, 'Better-horse-8')).toMatchObject({ status: 204 })
    expect(await meters(after)).toMatchObject({ status: 200 })
  })
  test('used before is taken again only after as many others as the policy says', async () => {
    await policy({ passwordHistory: 3 })
    const client = await rig.as(await newUser())
    const words = [PASSWORD, 'Better-horse-8', 'Better-horse-9', 'Better-horse-10']
    for (const [i, next] of words.slice(1).entries()) {
      expect(await renew(client, words[i] ?? '', PASSWORD)).toMatchObject(
        refused(422, i === 0 ? 'password_same' : 'password_used_before', {
          passwordHistory: i + 1,
        }),
      )
      expect(await renew(client, words[i] ?? '', next)).toMatchObject({ status: 204 })
    }
    expect(await renew(client, words[3] ?? '', PASSWORD)).toMatchObject({ status: 204 })
  })
  test('chosen before the rules became stricter is looked at when it is next given', async () => {
    const weak = await newUser()
    const given = await preview({ passwordLengthMin: 20 })
    expect(JSON.stringify(given.body)).toContain(`"username":"${weak}"`)
    const there = await rig.as(weak)
    await policy({ passwordLengthMin: 20 })
    expect(await meters(there)).toMatchObject({ status: 200 })
    const client = await rig.as(weak)
    expect(await meters(client)).toMatchObject(refused(403, 'password_change_required'))
    const long = 'Better-horse-and-cart-8'
    expect(await renew(client, PASSWORD, long)).toMatchObject({ status: 204 })
    const again = rig.client()
    await again.logIn(weak, long)
    expect(await meters(again)).toMatchObject({ status: 200 })
  })
  test('may not hold the name of the complex or of the person', async () => {
    const client = await rig.as(await newUser())
    const [row] = await rig.base.rows<{ name: string }>('select name from complex limit 1')
    expect(await renew(client, PASSWORD, `${row?.name}-Aa7`)).toMatchObject(
      refused(422, 'password_holds_name'),
    )
  })
})

describe('the limit of failures', () => {
  test('is what the policy says, and counts from the last of them', async () => {
    await policy({ failuresFree: 3, lockMinutes: 30, lockGrowth: 3 })
    const username = await newUser()
    const from = { 'x-forwarded-for': '10.20.0.1' }
    const guess = (password: string) =>
      rig.client().post(`${V1}/session`, { username, password }, from)
    for (let i = 0; i < 3; i++) expect(await guess('Wrong-horse-7')).toMatchObject({ status: 401 })
    expect(await guess(PASSWORD)).toMatchObject(refused(429, 'too_many_attempts'))
    clock.shiftedMs = 29 * MINUTE_MS
    expect(await guess(PASSWORD)).toMatchObject({ status: 429 })
    clock.shiftedMs = 31 * MINUTE_MS
    expect(await guess('Wrong-horse-7')).toMatchObject({ status: 401 })
    clock.shiftedMs = 120 * MINUTE_MS
    expect(await guess(PASSWORD)).toMatchObject({ status: 429 })
    clock.shiftedMs = 122 * MINUTE_MS
    expect(await guess(PASSWORD)).toMatchObject({ status: 200 })
  })
})

describe('a session', () => {
  test('is not kept alive by what a page asks by itself, nor by its live line', async () => {
    const client = await rig.as(await newUser())
    const byItself = () => client.get(`${V1}/session`, { 'x-background': '1' })
    const lasts = async (minutes: number, ask: () => ReturnType<typeof own>) => {
      clock.shiftedMs += minutes * MINUTE_MS
      return (await ask()).status
    }
    expect(await lasts(20, byItself)).toBe(200)
    expect(await lasts(9, () => own(client))).toBe(200)
    expect(await lasts(25, byItself)).toBe(200)
    expect(await lasts(6, byItself)).toBe(401)
  })
})

describe('who comes in', () => {
  test('is told when he was last here, from where, and how often it was tried since', async () => {
    const username = await newUser()
    const at = (address: string, password = PASSWORD) =>
      rig.client().post(`${V1}/session`, { username, password }, { 'x-forwarded-for': address })
    expect(await at('10.9.0.1')).toMatchObject({ body: { lastLogIn: null } })
    await at('10.9.0.2', 'Wrong-horse-7')
    await at('10.9.0.3', 'Wrong-horse-7')
    const told = { at: expect.any(String), from: '10.9.0.1', refused: 2 }
    expect(await at('10.9.0.4')).toMatchObject({ body: { lastLogIn: told } })
    const again = { at: expect.any(String), from: '10.9.0.4', refused: 0 }
    expect(await at('10.9.0.5')).toMatchObject({ body: { lastLogIn: again } })
  })
})

describe('an account', () => {
  test('with an end lets nobody in from then on, with sessions and tokens', async () => {
    const username = await newUser()
    const client = await rig.as(username)
    const end = new Date(clock.now() + 2 * DAY_MS).toISOString()
    const asked = { name: '接口', permissions: ['register.view'], expiresAt: end }
    const made = await client.post(`${V1}/session/tokens`, asked)
    const token = /"token":"([^"]+)"/.exec(JSON.stringify(made.body))?.[1]
    const until = new Date(clock.now() + DAY_MS).toISOString()
    expect(await change(username, { expiresAt: until })).toMatchObject({
      body: { expiresAt: expect.any(String) },
    })
    const machine = () =>
      rig.client().get(`${V1}/meters?complexId=${rig.complex.complexId}`, {
        authorization: `Bearer ${token}`,
      })
    clock.shiftedMs = DAY_MS - MINUTE_MS
    const late = await rig.as(username)
    expect(await machine()).toMatchObject({ status: 200 })
    clock.shiftedMs = DAY_MS + MINUTE_MS
    expect(await own(late)).toMatchObject(refused(401, 'not_logged_in'))
    expect(await machine()).toMatchObject(refused(401, 'not_logged_in'))
    expect(await rig.client().logIn(username)).toMatchObject(refused(401, 'bad_credentials'))
    admin = await rig.as('boss')
    expect(await change(username, { expiresAt: null })).toMatchObject({ body: { expiresAt: null } })
    expect(await rig.client().logIn(username)).toMatchObject({ status: 200 })
  })
  test('where nobody came for long is named as stale, unless a machine of his did', async () => {
    const quiet = await newUser()
    const busy = await newUser()
    const long = `now() - interval '91 days'`
    await rig.base.rows(`update operator set created_at = ${long} where username in ($1, $2)`, [
      ...[quiet, busy],
    ])
    await rig.base.rows(
      `insert into api_token (operator_id, name, hash, permissions, created_at, expires_at,
         last_used_at) values ($1, 'x', '\\x01', '{}', ${long}, now(), now())`,
      [await idOf(busy)],
    )
    const staleOf = async (name: string) => admin.get(`${V1}/operators/${await idOf(name)}`)
    expect(await staleOf(quiet)).toMatchObject({ body: { stale: true } })
    expect(await staleOf(busy)).toMatchObject({ body: { stale: false } })
    expect(await change(quiet, { locked: true })).toMatchObject({ body: { stale: false } })
  })
})

describe('sessions of others', () => {
  test('are seen and ended by administrators, and by nobody with fewer rights', async () => {
    const username = await newUser()
    const client = await rig.as(username)
    const path = `${V1}/operators/${await idOf(username)}/sessions`
    const { body } = await admin.get(path)
    expect(body).toMatchObject({ items: [{ address: '127.0.0.1' }] })
    const one = `${path}/${/"sessionId":(\d+)/.exec(JSON.stringify(body))?.[1]}`
    const auditor = await rig.as(await newUser('auditor'))
    expect(await auditor.get(path)).toMatchObject({ status: 200 })
    expect(await auditor.send('DELETE', one)).toMatchObject(refused(403, 'not_permitted'))
    expect(await admin.send('DELETE', one)).toMatchObject({ status: 204 })
    expect(await admin.send('DELETE', one)).toMatchObject(refused(404, 'not_found'))
    expect(await own(client)).toMatchObject({ status: 401 })
  })
})

describe('separate administrators', () => {
  /** Everybody but `boss` with more than one duty is out of the way. */
  const clear = () =>
    rig.base.rows(
      `update operator set disabled_at = now() where username <> 'boss' and role_id =
         (select role_id from role where code = 'administrator')`,
    )
  const roleOf = async (username: string) =>
    (
      await rig.base.rows<{ code: string }>(
        `select r.code from operator o join role r using (role_id) where username = $1`,
        [username],
      )
    )[0]?.code

  test('are not switched on while somebody holds two duties: he is named', async () => {
    await clear()
    const other = await newUser('administrator')
    const way = { username: other, duty: 'system', with: 'security' }
    expect(await preview({ separation: true })).toMatchObject({
      body: { inTheWay: [way], ownRole: 'security-administrator' },
    })
    expect(await policy({ separation: true })).toMatchObject(
      refused(409, 'duties_not_separate', way),
    )
    expect(await roleOf('boss')).toBe('administrator')
  })
  test('are kept apart from then on, also by who lets people in', async () => {
    await clear()
    expect(await policy({ separation: true })).toMatchObject({ body: { separation: true } })
    expect(await roleOf('boss')).toBe('security-administrator')
    const clerk = await newUser()
    expect(await meters(admin)).toMatchObject(refused(403, 'not_permitted'))
    expect(await change(clerk, { role: 'administrator' })).toMatchObject(
      refused(409, 'duties_not_separate'),
    )
    expect(await change(clerk, { role: 'manager' })).toMatchObject({ status: 200 })
    expect(await change(clerk, { role: 'system-administrator' })).toMatchObject({ status: 200 })
    const role = {
      code: `mixed-${++users}`,
      name: '混合',
      permissions: ['audit.view', 'role.edit'],
    }
    const make = (permissions: string[]) => admin.post(`${V1}/roles`, { ...role, permissions })
    expect(await make(role.permissions)).toMatchObject(refused(409, 'duties_not_separate'))
    const made = await make(['audit.view'])
    expect(made).toMatchObject({ status: 200 })
    const path = `${V1}/roles/${/"roleId":(\d+)/.exec(JSON.stringify(made.body))?.[1]}`
    const body = { permissions: ['audit.view', 'account.recharge'] }
    expect(await admin.send('PATCH', path, { body })).toMatchObject(
      refused(409, 'duties_not_separate', { duty: 'audit', with: 'account.recharge' }),
    )
    const locked = await rig.base.rows<{ username: string }>(
      `select username from operator o join role r using (role_id)
       where disabled_at is not null and r.code = 'administrator' limit 1`,
    )
    expect(await change(String(locked[0]?.username), { locked: false })).toMatchObject(
      refused(409, 'duties_not_separate'),
    )
    expect(await policy({ separation: false })).toMatchObject({ body: { separation: false } })
    expect(await roleOf('boss')).toBe('administrator')
  })
  test('always leave one who lets people in', async () => {
    await clear()
    await policy({ separation: true })
    const second = await newUser('security-administrator')
    const client = await rig.as(second)
    expect(await change('boss', { locked: true }, client)).toMatchObject({ status: 200 })
    expect(await change(second, { role: 'auditor' }, client)).toMatchObject(
      refused(409, 'not_on_oneself'),
    )
    await rig.base.rows(
      `update operator set disabled_at = null, role_id =
         (select role_id from role where code = 'administrator') where username = 'boss'`,
    )
  })
})
