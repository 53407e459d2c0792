import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { shiftedClock } from '../../test/shifted-clock.ts'
import { type Client, PASSWORD, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { hotp, stepAt } from './totp.ts'

const NOBODYS = '019352f0-0000-7000-8000-000000000000'
const MINUTE_MS = 60_000

const clock = shiftedClock()
let rig: WebRig
let admin: Client
let users = 0

beforeAll(async () => {
  rig = await startWebRig({ clock })
  await rig.addOperator('admin', 'administrator', null)
  admin = await rig.as('admin')
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
const refused = (status: number, code: string) => ({ status, body: { code } })
const textOf = (body: unknown, key: string): string =>
  String(new Map(Object.entries(Object(body))).get(key))

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const bytesOf = (secret: string): Buffer => {
  const bits = [...secret].map((c) => BASE32.indexOf(c).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
/** The telephone: shows the code of now, or of a step beside it. */
const phoneOf =
  (secret: string) =>
  (off = 0) =>
    hotp(bytesOf(secret), stepAt(clock.now()) + off)

const setUp = async (client: Client) => {
  const { body } = await client.post('/api/v1/session/totp', undefined)
  const phone = phoneOf(textOf(body, 'secret'))
  const proved = await client.post('/api/v1/session/totp/prove', { code: phone() })
  expect(proved).toMatchObject({ status: 200 })
  return { phone, codes: textOf(proved.body, 'codes').split(',') }
}
const enrolled = async (role?: string) => {
  const username = await newUser(role)
  const factor = await setUp(await rig.as(username))
  return { username, ...factor }
}
const logIn = (username: string, totp?: string, address = '10.1.0.1') =>
  rig
    .client()
    .post('/api/v1/session', { username, password: PASSWORD, totp }, { 'x-forwarded-for': address })
const meters = (client: Client) => client.get(`/api/v1/meters?complexId=${rig.complex.complexId}`)

describe('a second factor', () => {
  test('counts only once its first code was proved', async () => {
    const username = await newUser()
    const client = await rig.as(username)
    expect(await client.post('/api/v1/session/totp/prove', { code: '000000' })).toMatchObject({
      body: { code: 'totp_not_pending' },
    })
    await client.post('/api/v1/session/totp', undefined)
    expect(await logIn(username)).toMatchObject({ status: 200 })
    expect(await client.post('/api/v1/session/totp/prove', { code: '000000' })).toMatchObject(
      refused(401, 'totp_wrong'),
    )
    expect(await logIn(username)).toMatchObject({ status: 200 })
  })
  test('is asked after the right password, and never after a wrong one', async () => {
    const { username, phone } = await enrolled()
    expect(await logIn(username)).toMatchObject(refused(401, 'totp_required'))
    const wrong = { username, password: 'Wrong-horse-7', totp: phone(1) }
    expect(await rig.client().post('/api/v1/session', wrong)).toMatchObject(
      refused(401, 'bad_credentials'),
    )
    expect(await logIn(username, phone(1))).toMatchObject({
      status: 200,
      body: { operator: { totp: true, mustSetUpTotp: false } },
    })
  })
  test('takes each code once, also of two that come at the same time', async () => {
    const { username, phone } = await enrolled()
    const code = phone(1)
    const both = await Promise.all([logIn(username, code), logIn(username, code, '10.1.0.2')])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
    expect(await logIn(username, code)).toMatchObject(refused(401, 'totp_wrong'))
  })
  test('is kept sealed: neither its secret nor its codes can be read in the database', async () => {
    const username = await newUser()
    const client = await rig.as(username)
    const { body } = await client.post('/api/v1/session/totp', undefined)
    const rows = await rig.base.rows<{ row: string }>(
      'select o::text as row from operator o where username = $1',
      [username],
    )
    expect(rows[0]?.row).not.toContain(bytesOf(textOf(body, 'secret')).toString('hex'))
    expect(JSON.stringify(await client.get('/api/v1/session'))).not.toContain(
      textOf(body, 'secret'),
    )
  })
  test('guessed at is held back wherever the guesses come from', async () => {
    const { username, phone } = await enrolled()
    for (let i = 0; i < 5; i++)
      expect(await logIn(username, '000000', `10.2.0.${i}`)).toMatchObject(
        refused(401, 'totp_wrong'),
      )
    expect(await logIn(username, phone(1), '10.2.0.9')).toMatchObject(
      refused(429, 'too_many_attempts'),
    )
    clock.shiftedMs = 10 * MINUTE_MS + 1_000
    expect(await logIn(username, phone(), '10.2.0.9')).toMatchObject({ status: 200 })
  })
  test('cannot be locked by somebody who does not know the password', async () => {
    const { username, phone } = await enrolled()
    for (let i = 0; i < 7; i++)
      await rig
        .client()
        .post(
          '/api/v1/session',
          { username, password: 'Wrong-horse-7', totp: '000000' },
          { 'x-forwarded-for': '10.3.0.1' },
        )
    expect(await logIn(username, phone(1), '10.3.0.2')).toMatchObject({ status: 200 })
  })
  test('lost is replaced by a recovery code, each of which works once', async () => {
    const { username, codes } = await enrolled()
    expect(codes).toHaveLength(10)
    const spoken = String(codes[0]).toLowerCase().replaceAll('-', ' ')
    expect(await logIn(username, spoken)).toMatchObject({ status: 200 })
    expect(await logIn(username, codes[0])).toMatchObject(refused(401, 'totp_wrong'))
    expect(await logIn(username, codes[1])).toMatchObject({ status: 200 })
    const other = await enrolled()
    expect(await logIn(other.username, codes[2])).toMatchObject(refused(401, 'totp_wrong'))
  })
  test('is taken away by an administrator, which ends the sessions', async () => {
    const { username } = await enrolled()
    const id = await rig.base.rows<{ id: number }>(
      'select operator_id as id from operator where username = $1',
      [username],
    )
    const path = `/api/v1/operators/${id[0]?.id}`
    expect(await admin.send('PATCH', path, { body: { clearTotp: true } })).toMatchObject({
      status: 200,
      body: { totp: false },
    })
    expect(await logIn(username)).toMatchObject({ status: 200 })
  })
})

describe('a role that asks for it', () => {
  test('lets nobody on before it is set up', async () => {
    const roles = await rig.base.rows<{ id: number }>(
      `select role_id as id from role where code = 'auditor'`,
    )
    const path = `/api/v1/roles/${roles[0]?.id}`
    const require = (totpRequired: boolean) => admin.send('PATCH', path, { body: { totpRequired } })
    expect(await require(true)).toMatchObject({ status: 200, body: { totpRequired: true } })
    const username = await newUser('auditor')
    const client = await rig.as(username)
    expect(await client.get('/api/v1/session')).toMatchObject({
      body: { operator: { mustSetUpTotp: true } },
    })
    expect(await meters(client)).toMatchObject(refused(403, 'totp_enrolment_required'))
    await setUp(client)
    expect(await meters(client)).toMatchObject({ status: 200 })
    await require(false)
  })
})

describe('an act of weight', () => {
  beforeEach(async () => {
    admin = await rig.as('admin')
  })
  const operator = () => ({
    ...{ username: `weight${++users}`, name: '新人', password: 'First-given-1' },
    ...{ role: 'finance-clerk', complexes: [rig.complex.complexId] },
  })
  test('asks for the password again some minutes after the log-in', async () => {
    expect(await admin.post('/api/v1/operators', operator())).toMatchObject({ status: 200 })
    clock.shiftedMs = 11 * MINUTE_MS
    expect(await admin.post('/api/v1/operators', operator())).toMatchObject(
      refused(403, 'confirmation_required'),
    )
    const confirm = (password: string) => admin.post('/api/v1/session/confirm', { password })
    expect(await confirm('Wrong-horse-7')).toMatchObject(refused(422, 'password_wrong'))
    expect(await admin.post('/api/v1/operators', operator())).toMatchObject({ status: 403 })
    expect(await confirm(PASSWORD)).toMatchObject({ status: 204 })
    expect(await admin.post('/api/v1/operators', operator())).toMatchObject({ status: 200 })
  })
  test('like a refund, or cutting power to several at once, asks for it again', async () => {
    const [one, other] = rig.complex.meters.map(({ meterId }) => meterId)
    const send = (path: string, body: unknown) => admin.post(path, body)
    const trip = (meterIds: unknown[], dryRun = false) =>
      send('/api/v1/commands', {
        ...{ kind: 'setMode', meterIds, dryRun },
        params: { mode: 'tripped', reason: 'test' },
      })
    const refund = { all: true, method: 'cash', reasonCode: 'wrong-meter' }
    clock.shiftedMs = 11 * MINUTE_MS
    const asked = refused(403, 'confirmation_required')
    expect(await trip([one, other])).toMatchObject(asked)
    expect(await send('/api/v1/accounts/1/refund', refund)).toMatchObject(asked)
    const back = { method: 'cash', reasonCode: 'wrong-meter' }
    const definition = { kind: 'flat', priceE8: 1 }
    const basis = { kind: 'catalogue', priceE8: 1 }
    const cap = { since: '2030-01', basis, marginE6: 0, serviceFee: false, act: 'off' }
    const { complexId } = rig.complex
    for (const [path, body] of [
      [`/api/v1/sales/${NOBODYS}/reverse`, back],
      [`/api/v1/purchases/${NOBODYS}/reverse`, back],
      [`/api/v1/reductions/${NOBODYS}/pay`, { method: 'cash' }],
      ['/api/v1/accounts/1/payable', { ...back, use: 'payOut', amountFen: 100 }],
      ['/api/v1/accounts/1/closing/pay', { method: 'cash' }],
      ['/api/v1/plans/1/versions', { effectiveFrom: '2030-01-01', definition }],
      ['/api/v1/plans/1/assign', { effectiveFrom: '2030-01-01', supplyIds: [1] }],
      ['/api/v1/price-cap', { complexId, ...cap }],
      ['/api/v1/rerate', { reratingId: NOBODYS }],
    ] as const)
      expect(await send(path, body)).toMatchObject(asked)
    const secret = { body: { link: { secret: 'new-secret-7' } } }
    expect(await admin.send('PATCH', '/api/v1/gateways/1', secret)).toMatchObject(asked)
    expect(await trip([one, other], true)).toMatchObject({ status: 200 })
    expect(await trip([one])).toMatchObject(refused(409, 'selection_required'))
  })
  test('asks for the second factor as well where there is one', async () => {
    const username = await newUser()
    const client = await rig.as(username)
    const { phone } = await setUp(client)
    clock.shiftedMs = 11 * MINUTE_MS
    const confirm = (totp?: string) =>
      client.post('/api/v1/session/confirm', { password: PASSWORD, totp })
    expect(await confirm()).toMatchObject(refused(401, 'totp_required'))
    expect(await confirm(phone())).toMatchObject({ status: 204 })
  })
})

describe('one’s own sessions', () => {
  beforeAll(async () => {
    clock.shiftedMs = 0
    admin = await rig.as('admin')
  })
  test('are listed without their tokens, and ended one by one', async () => {
    const username = await newUser()
    const here = await rig.as(username)
    const there = await rig.as(username)
    const { body } = await here.get('/api/v1/sessions')
    expect(body).toMatchObject({ items: [{ current: false }, { current: true }] })
    expect(JSON.stringify(body)).not.toContain(there.cookie.split('=')[1])
    const first = /"sessionId":(\d+)/.exec(JSON.stringify(body))?.[1]
    const path = `/api/v1/sessions/${first}`
    const stranger = await rig.as(await newUser())
    expect(await stranger.send('DELETE', path)).toMatchObject(refused(404, 'not_found'))
    expect(await here.send('DELETE', path)).toMatchObject({ status: 204 })
    expect(await there.get('/api/v1/session')).toMatchObject({ status: 401 })
    expect(await here.get('/api/v1/session')).toMatchObject({ status: 200 })
  })
  test('lapse when the installation says, and passwords are as long as it says', async () => {
    const policy = (body: unknown) => admin.send('PATCH', '/api/v1/login-policy', { body })
    expect(await policy({ idleMinutes: 5, passwordLengthMin: 16 })).toMatchObject({
      status: 200,
      body: { idleMinutes: 5, absoluteMinutes: 720, passwordLengthMin: 16 },
    })
    const client = await rig.as(await newUser())
    const words = { current: PASSWORD, next: 'Better-horse-8' }
    expect(await client.post('/api/v1/session/password', words)).toMatchObject({
      status: 422,
      body: { code: 'password_too_short', facts: { lengthMin: 16 } },
    })
    clock.shiftedMs = 6 * MINUTE_MS
    expect(await client.get('/api/v1/session')).toMatchObject({ status: 401 })
    admin = await rig.as('admin')
    await policy({ idleMinutes: 30, passwordLengthMin: 8 })
  })
})
