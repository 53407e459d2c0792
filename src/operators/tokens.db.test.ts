import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { shiftedClock } from '../../test/shifted-clock.ts'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { plusMs, rfc3339 } from '../shared/clock.ts'

const DAY_MS = 86_400_000

const clock = shiftedClock()
let rig: WebRig
let admin: Client
let maker: Client
let users = 0

beforeAll(async () => {
  rig = await startWebRig({ clock })
  await rig.addOperator('admin', 'administrator', null)
  admin = await rig.as('admin')
})
afterAll(() => rig.stop())
beforeEach(async () => {
  clock.shiftedMs = 0
  await rig.addOperator(`maker${++users}`, 'manager', [rig.complex.complexId, rig.otherComplex])
  maker = await rig.as(`maker${users}`)
})

const change = async (body: unknown) => {
  const rows = await rig.base.rows<{ id: number }>(
    'select operator_id as id from operator where username = $1',
    [`maker${users}`],
  )
  return admin.send('PATCH', `/api/v1/operators/${rows[0]?.id}`, { body })
}
const inDays = (days: number) => rfc3339(plusMs(clock.now(), days * DAY_MS), 'UTC')
const READS = ['register.view', 'alarm.view']
const asked = (more: object = {}) => ({
  ...{ name: '能耗平台', permissions: READS, expiresAt: inDays(30) },
  ...more,
})
const make = (more: object = {}) => maker.post('/api/v1/session/tokens', asked(more))
const bearer = async (more: object = {}) => {
  const { status, body } = await make(more)
  expect(status).toBe(200)
  const found = /"token":"(pwt_[\w-]{43})".*"tokenId":(\d+)/.exec(JSON.stringify(body))
  return { token: found?.[1] ?? '', tokenId: found?.[2] ?? '' }
}
const using = (token: string) => ({ authorization: `Bearer ${token}` })
const ask = (token: string, path: string) => rig.client().get(path, using(token))
const metersOf = (token: string, complexId: number = rig.complex.complexId) =>
  ask(token, `/api/v1/meters?complexId=${complexId}`)
const refused = (status: number, code: string) => ({ status, body: { code } })

describe('a token', () => {
  test('opens what it was made for and nothing else', async () => {
    const { token } = await bearer()
    expect(await metersOf(token)).toMatchObject({ status: 200 })
    expect(await ask(token, `/api/v1/sales?complexId=${rig.complex.complexId}`)).toMatchObject(
      refused(403, 'not_permitted'),
    )
  })
  test('writes without a CSRF token, since no browser sends it by itself', async () => {
    const { token } = await bearer({ permissions: ['alarm.acknowledge'] })
    const path = '/api/v1/alarms/019aa8c0-0000-7000-8000-000000000001/acknowledge'
    expect(await rig.client().post(path, undefined, using(token))).toMatchObject(
      refused(404, 'not_found'),
    )
  })
  test('is kept as a hash, shown once and known by its beginning', async () => {
    const { token } = await bearer()
    const rows = await rig.base.rows<{ row: string }>('select t::text as row from api_token t')
    expect(rows.filter(({ row }) => row.includes(token))).toEqual([])
    const list = await maker.get('/api/v1/session/tokens')
    expect(JSON.stringify(list.body)).not.toContain('pwt_')
  })
  test('tells when and from where it was last used', async () => {
    const { token } = await bearer()
    await metersOf(token)
    expect(await maker.get('/api/v1/session/tokens')).toMatchObject({
      body: { items: [{ lastUsedAt: expect.any(String), lastAddress: expect.any(String) }] },
    })
  })
  test('revoked opens nothing, at once', async () => {
    const { token, tokenId } = await bearer()
    const path = `/api/v1/session/tokens/${tokenId}`
    expect(await admin.send('DELETE', path)).toMatchObject(refused(404, 'not_found'))
    expect(await maker.send('DELETE', path)).toMatchObject({ status: 204 })
    expect(await metersOf(token)).toMatchObject(refused(401, 'not_logged_in'))
  })
  test('is revoked by an administrator as well', async () => {
    const { token, tokenId } = await bearer()
    expect(await admin.send('DELETE', `/api/v1/tokens/${tokenId}`)).toMatchObject({ status: 204 })
    expect(await metersOf(token)).toMatchObject({ status: 401 })
  })
  test('that has run out opens nothing', async () => {
    const { token } = await bearer({ expiresAt: inDays(1) })
    clock.shiftedMs = DAY_MS + 1_000
    expect(await metersOf(token)).toMatchObject({ status: 401 })
  })
  test('of a locked operator is as dead as he is', async () => {
    const { token } = await bearer()
    await change({ locked: true })
    expect(await metersOf(token)).toMatchObject(refused(401, 'not_logged_in'))
  })
  test('loses what its maker loses', async () => {
    const { token } = await bearer({ permissions: ['sale.view', 'register.view'] })
    await change({ role: 'commissioning-engineer' })
    const sales = `/api/v1/sales?complexId=${rig.complex.complexId}`
    expect(await ask(token, sales)).toMatchObject(refused(403, 'not_permitted'))
    expect(await metersOf(token)).toMatchObject({ status: 200 })
    await change({ complexes: [rig.otherComplex] })
    expect(await metersOf(token)).toMatchObject(refused(404, 'not_found'))
  })
  test('of one complex sees no other that its maker sees', async () => {
    const { token } = await bearer({ complexes: [rig.otherComplex] })
    expect(await metersOf(token)).toMatchObject(refused(404, 'not_found'))
    expect(await metersOf(token, rig.otherComplex)).toMatchObject({ status: 200 })
  })
  test.each([
    ['POST', '/api/v1/session/tokens'],
    ['POST', '/api/v1/session/totp'],
    ['DELETE', '/api/v1/session/totp'],
    ['GET', '/api/v1/session'],
    ['GET', '/api/v1/sessions'],
    ['POST', '/api/v1/operators'],
    ['POST', '/api/v1/roles'],
  ])('never does what is a person’s: %s %s', async (method, path) => {
    const { token } = await bearer()
    expect(await rig.client().send(method, path, { headers: using(token) })).toMatchObject(
      refused(403, 'not_permitted'),
    )
  })
  test.each(['', 'pwt_', 'Basic YWRtaW46YWRtaW4=', 'Bearer', `Bearer pwt_${'A'.repeat(43)}`])(
    'like "%s" is nobody’s, and a cookie beside it does not help',
    async (authorization) => {
      const answer = await maker.get('/api/v1/session', { authorization })
      expect(answer).toMatchObject(refused(401, 'not_logged_in'))
    },
  )
  test('is in the log from its making to its end', async () => {
    const { tokenId } = await bearer()
    await maker.send('DELETE', `/api/v1/session/tokens/${tokenId}`)
    const rows = await rig.base.rows<{ action: string }>(
      `select action from audit where after->>'tokenId' = $1 and complex_id = $2 order by at`,
      [tokenId, rig.complex.complexId],
    )
    expect(rows).toEqual([{ action: 'token.create' }, { action: 'token.revoke' }])
  })
})

describe('nobody makes a token', () => {
  test.each([
    ['of permissions he lacks', { permissions: ['account.recharge'] }, 403, 'beyond_own_rights'],
    ['of permissions that do not exist', { permissions: ['all'] }, 404, 'not_found'],
    ['of complexes he does not see', { complexes: [999_999] }, 403, 'beyond_own_rights'],
    ['that never ends', { expiresAt: '9999-01-01T00:00:00Z' }, 400, 'invalid_input'],
    ['that has ended', { expiresAt: '2020-01-01T00:00:00Z' }, 400, 'invalid_input'],
    ['for another', { operatorId: 1 }, 400, 'invalid_input'],
  ])('%s', async (_, more, status, code) => {
    expect(await make(more)).toMatchObject({ status, body: { code } })
  })
})
