import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Authenticator, type Bent, createAuthenticator } from '../../test/authenticator.ts'
import { shiftedClock } from '../../test/shifted-clock.ts'
import { type Client, PASSWORD, startWebRig, type WebRig } from '../../test/web-rig.ts'

const MINUTE_MS = 60_000
const ORIGIN = 'http://localhost:8080'
const HERE = { 'x-forwarded-host': 'localhost:8080' }
const V1 = '/api/v1'

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

const refused = (status: number, code: string, facts: object = {}) => ({
  status,
  body: { code, facts: expect.objectContaining(facts) },
})
const REFUSED = refused(401, 'passkey_refused')
const post = (client: Client, path: string, body?: unknown, headers: object = {}) =>
  client.post(`${V1}${path}`, body, { ...HERE, ...headers })
const factOf = (body: unknown, key: string): string =>
  String(new Map(Object.entries(Object(body))).get(key))
/** What was put to the browser. */
const question = async (client: Client, path: string) => {
  const { status, body } = await post(client, path)
  expect(status).toBe(200)
  return { challenge: factOf(body, 'challenge'), rpId: factOf(body, 'rpId') }
}
const newUser = async () => {
  const username = `user${++users}`
  await rig.addOperator(username, 'finance-clerk', [rig.complex.complexId])
  return { username, client: await rig.as(username) }
}
const idOf = async (username: string) => {
  const [row] = await rig.base.rows<{ id: number }>(
    'select operator_id as id from operator where username = $1',
    [username],
  )
  return row?.id ?? 0
}
const addTo = async (client: Client, key: Authenticator, bent: Bent = {}) =>
  post(
    client,
    '/session/passkeys',
    key.make('手机', await question(client, '/session/passkeys/ask'), bent),
  )
/** Somebody with a passkey. */
const holder = async () => {
  const { username, client } = await newUser()
  const key = createAuthenticator(ORIGIN)
  const made = await addTo(client, key)
  expect(made).toMatchObject({ status: 200 })
  const codes = factOf(made.body, 'codes').split(',')
  return { username, client, key, codes, operatorId: await idOf(username) }
}
const enter = async (key: Authenticator, bent: Bent = {}) => {
  const client = rig.client()
  const asked = await question(client, '/session/passkey/ask')
  return post(client, '/session/passkey', key.answer(asked, bent))
}
const own = (client: Client) => client.get(`${V1}/session/passkeys`)
const auditOf = (operatorId: number) =>
  rig.base.rows<{ action: string; after: unknown }>(
    `select action, after from audit where subject = $1 order by at`,
    [`operator/${operatorId}`],
  )

describe('a passkey', () => {
  test('lets its holder in alone, with two proofs in one', async () => {
    const { username, key, operatorId } = await holder()
    expect(await enter(key, { userHandle: String(operatorId) })).toMatchObject({
      status: 200,
      body: { operator: { username, passkeys: 1, totp: false }, csrfToken: expect.any(String) },
    })
    const rows = await auditOf(operatorId)
    expect(rows.map(({ action }) => action)).toContain('passkey.create')
    expect(rows.at(-1)).toMatchObject({ action: 'session.begin', after: { passkey: '手机' } })
  })
  test('is asked beside the password from then on, or a recovery code instead', async () => {
    const { username, key, codes } = await holder()
    const words = { username, password: PASSWORD }
    const client = rig.client()
    expect(await post(client, '/session', words)).toMatchObject(
      refused(401, 'totp_required', { totp: false, passkey: true }),
    )
    const passkey = key.answer(await question(client, '/session/passkey/ask'))
    expect(await post(client, '/session', { ...words, passkey })).toMatchObject({ status: 200 })
    expect(codes).toHaveLength(10)
    expect(await post(client, '/session', { ...words, totp: codes[0] })).toMatchObject({
      status: 200,
    })
    expect(await post(client, '/session', { ...words, totp: codes[0] })).toMatchObject(
      refused(401, 'totp_wrong'),
    )
  })
  test('with a wrong password beside it lets nobody in', async () => {
    const { username, key } = await holder()
    const passkey = key.answer(await question(rig.client(), '/session/passkey/ask'))
    const words = { username, password: 'Wrong-horse-7', passkey }
    expect(await post(rig.client(), '/session', words)).toMatchObject(
      refused(401, 'bad_credentials'),
    )
  })
  test('confirms before acts of weight, without the password', async () => {
    const { client, key } = await holder()
    clock.shiftedMs = 11 * MINUTE_MS
    expect(await post(client, '/session/passkeys/ask')).toMatchObject(
      refused(403, 'confirmation_required'),
    )
    const asked = await question(client, '/session/confirm/ask')
    expect(await post(client, '/session/confirm/passkey', key.answer(asked))).toMatchObject({
      status: 204,
    })
    expect(await post(client, '/session/passkeys/ask')).toMatchObject({ status: 200 })
  })
  test('is listed, named and removed by its owner only; the log tells of it', async () => {
    const { client, operatorId, username } = await holder()
    const { body } = await own(client)
    expect(body).toMatchObject({ items: [{ name: '手机', rpId: 'localhost', clonedAt: null }] })
    const path = `${V1}/session/passkeys/${/"passkeyId":(\d+)/.exec(JSON.stringify(body))?.[1]}`
    const { client: other } = await newUser()
    const patch = (by: Client) => by.send('PATCH', path, { body: { name: '办公室' } })
    expect(await patch(other)).toMatchObject(refused(404, 'not_found'))
    expect(await other.send('DELETE', path)).toMatchObject(refused(404, 'not_found'))
    expect(await patch(client)).toMatchObject({ status: 200, body: { name: '办公室' } })
    expect(await client.send('DELETE', path)).toMatchObject({ status: 204 })
    expect((await auditOf(operatorId)).map(({ action }) => action)).toContain('passkey.remove')
    expect(await rig.client().logIn(username)).toMatchObject({ status: 200 })
    const codes = await rig.base.rows('select from recovery_code where operator_id = $1', [
      operatorId,
    ])
    expect(codes).toHaveLength(0)
  })
})

describe('an answer is refused', () => {
  test.each([
    ['from another site', { origin: 'http://localhost.evil.example' }],
    ['from another port', { origin: 'http://localhost:9999' }],
    ['for another host', { rpId: 'evil.example' }],
    ['to a question that nobody put', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['of who did not show that he is its holder', { verified: false as const }],
    ['in the name of somebody else', { userHandle: '999999' }],
  ])('%s', async (_, bent) => {
    const { key } = await holder()
    expect(await enter(key, bent)).toMatchObject(REFUSED)
    expect(await enter(key)).toMatchObject({ status: 200 })
  })
  test('the second time, and after a first one that was wrong', async () => {
    const { key } = await holder()
    const client = rig.client()
    const asked = await question(client, '/session/passkey/ask')
    const answer = key.answer(asked)
    expect(await post(client, '/session/passkey', answer)).toMatchObject({ status: 200 })
    expect(await post(rig.client(), '/session/passkey', answer)).toMatchObject(REFUSED)
    const again = await question(client, '/session/passkey/ask')
    const wrong = key.answer(again, { origin: 'http://evil.example' })
    expect(await post(rig.client(), '/session/passkey', wrong)).toMatchObject(REFUSED)
    expect(await post(rig.client(), '/session/passkey', key.answer(again))).toMatchObject(REFUSED)
  })
  test('that comes too late', async () => {
    const { key } = await holder()
    const asked = await question(rig.client(), '/session/passkey/ask')
    clock.shiftedMs = 6 * MINUTE_MS
    expect(await post(rig.client(), '/session/passkey', key.answer(asked))).toMatchObject(REFUSED)
  })
  test('with another’s signature, or beside another’s password', async () => {
    const one = await holder()
    const other = await holder()
    const asked = () => question(rig.client(), '/session/passkey/ask')
    const forged = { ...other.key.answer(await asked()), id: one.key.id }
    expect(await post(rig.client(), '/session/passkey', forged)).toMatchObject(REFUSED)
    const words = { username: one.username, password: PASSWORD }
    const passkey = other.key.answer(await asked())
    expect(await post(rig.client(), '/session', { ...words, passkey })).toMatchObject(REFUSED)
  })
  test('to a question of another session, or one that was put for something else', async () => {
    const { client, key, username } = await holder()
    const there = rig.client()
    const toLogIn = await question(there, '/session/passkey/ask')
    expect(await post(client, '/session/confirm/passkey', key.answer(toLogIn))).toMatchObject(
      REFUSED,
    )
    const toConfirm = await question(client, '/session/confirm/ask')
    const second = rig.client()
    const passkey = key.answer(await question(second, '/session/passkey/ask'))
    await post(second, '/session', { username, password: PASSWORD, passkey })
    expect(await post(there, '/session/passkey', key.answer(toConfirm))).toMatchObject(REFUSED)
  })
  test('of a locked person, whose passkey is as good as ever', async () => {
    const { key, operatorId } = await holder()
    const set = 'update operator set disabled_at = '
    await rig.base.rows(`${set} now() where operator_id = $1`, [operatorId])
    expect(await enter(key)).toMatchObject(REFUSED)
    await rig.base.rows(`${set} null where operator_id = $1`, [operatorId])
    expect(await enter(key)).toMatchObject({ status: 200 })
  })
  test('whose counter went back: the passkey is a copy, and no longer counts', async () => {
    const { key, operatorId, client } = await holder()
    expect(await enter(key, { counter: 7 })).toMatchObject({ status: 200 })
    expect(await enter(key, { counter: 7 })).toMatchObject(refused(401, 'passkey_cloned'))
    expect(await enter(key, { counter: 8 })).toMatchObject(REFUSED)
    expect(await own(client)).toMatchObject({ body: { items: [{ clonedAt: expect.any(String) }] } })
    expect((await auditOf(operatorId)).map(({ action }) => action)).toContain('passkey.cloned')
  })
  test('of none that ever counts by counting alike: platform keys stay at nought', async () => {
    const { client } = await newUser()
    const key = createAuthenticator(ORIGIN)
    expect(await addTo(client, key, { counter: 0 })).toMatchObject({ status: 200 })
    for (let i = 0; i < 2; i++)
      expect(await enter(key, { counter: 0 })).toMatchObject({ status: 200 })
  })
})

describe('a new passkey', () => {
  test.each([
    ['from another site', { origin: 'https://evil.example' }],
    ['for another host', { rpId: 'evil.example' }],
    ['to another question', { challenge: 'AAAA' }],
    ['without showing who holds it', { verified: false as const }],
  ])('is not taken %s', async (_, bent) => {
    const { client } = await newUser()
    expect(await addTo(client, createAuthenticator(ORIGIN), bent)).toMatchObject(REFUSED)
    expect(await own(client)).toMatchObject({ body: { items: [] } })
  })
  test('that somebody has already is not taken', async () => {
    const { key } = await holder()
    const { client } = await newUser()
    expect(await addTo(client, key)).toMatchObject(REFUSED)
  })
  test('is made only where the console goes by a name that is allowed, by a safe way', async () => {
    const { client } = await newUser()
    const ask = (headers: object) => post(client, '/session/passkeys/ask', undefined, headers)
    const at = (host: string) => refused(409, 'passkey_host_unknown', { host })
    expect(await ask({ 'x-forwarded-host': 'evil.example' })).toMatchObject(at('evil.example'))
    expect(await ask({ 'x-forwarded-host': '127.0.0.1' })).toMatchObject(at('127.0.0.1'))
    const hosts = `update login_policy set passkey_hosts = '{localhost,power.example}'`
    await rig.base.rows(hosts)
    expect(await ask({ 'x-forwarded-host': 'power.example' })).toMatchObject(at('power.example'))
    expect(
      await post(rig.client(), '/session/passkey/ask', undefined, {
        ...{ 'x-forwarded-host': 'power.example', 'x-forwarded-proto': 'https' },
      }),
    ).toMatchObject({ status: 200, body: { rpId: 'power.example', allow: [] } })
  })
})
