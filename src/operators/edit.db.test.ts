import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, PASSWORD, startWebRig, type WebRig } from '../../test/web-rig.ts'

let rig: WebRig
let admin: Client
let users = 0

beforeAll(async () => {
  rig = await startWebRig()
  await rig.addOperator('admin', 'administrator', null)
  admin = await rig.as('admin')
})
afterAll(() => rig.stop())

const FIRST = 'First-given-1'
const idOf = async (username: string): Promise<number> => {
  const rows = await rig.base.rows<{ id: number }>(
    'select operator_id as id from operator where username = $1',
    [username],
  )
  return rows[0]?.id ?? 0
}
const patch = (client: Client, path: string, body: unknown) => client.send('PATCH', path, { body })
const change = async (client: Client, username: string, body: unknown) =>
  patch(client, `/api/v1/operators/${await idOf(username)}`, body)
const newUser = async (role = 'finance-clerk', complexes = [rig.complex.complexId]) => {
  const username = `user${++users}`
  await rig.addOperator(username, role, complexes)
  return username
}
const asked = (more: object = {}) => ({
  ...{ username: `made${++users}`, name: '李雷', password: FIRST, role: 'finance-clerk' },
  complexes: [rig.complex.complexId],
  ...more,
})
const create = (client: Client, more: object = {}) => client.post('/api/v1/operators', asked(more))
const auditOf = (subject: string) =>
  rig.base.rows<{ action: string; before: unknown; after: unknown; by: number }>(
    `select action, before, after, operator_id as by from audit
     where subject = $1 and complex_id = $2 order by at`,
    [subject, rig.complex.complexId],
  )
const refused = (status: number, code: string, facts: object = {}) => ({
  status,
  body: { code, facts: expect.objectContaining(facts) },
})
/** A role of the installation's own with these permissions, and somebody who has it. */
const holderOf = async (permissions: string[], complexes: number[] | null = null) => {
  const code = `role-${++users}`
  const made = await admin.post('/api/v1/roles', { code, name: '自定义', permissions })
  expect(made).toMatchObject({ status: 200 })
  const username = `holder${users}`
  await rig.addOperator(username, code, null)
  if (complexes) expect(await change(admin, username, { complexes })).toMatchObject({ status: 200 })
  return { code, username, client: await rig.as(username) }
}

describe('a new operator', () => {
  test('must change the password he was given before he can do anything', async () => {
    const { status, body } = await admin.post('/api/v1/operators', asked({ username: 'meimei' }))
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { username: 'meimei', role: 'finance-clerk', mustChangePassword: true },
    })
    expect(JSON.stringify(body)).not.toMatch(/argon|hash/i)
    const client = rig.client()
    expect(await client.logIn('meimei', FIRST)).toMatchObject({ status: 200 })
    expect(await client.get('/api/v1/meters?complexId=1')).toMatchObject({
      body: { code: 'password_change_required' },
    })
    const words = { current: FIRST, next: 'My-own-words-8' }
    expect(await client.post('/api/v1/session/password', words)).toMatchObject({ status: 204 })
    const within = `complexId=${rig.complex.complexId}`
    expect(await client.get(`/api/v1/meters?${within}`)).toMatchObject({ status: 200 })
  })
  test('is audited with what he may reach and nothing of his password', async () => {
    const { body } = await create(admin)
    const id = typeof body === 'object' && body && 'operatorId' in body ? body.operatorId : 0
    const rows = await auditOf(`operator/${id}`)
    expect(rows).toMatchObject([
      { action: 'operator.create', before: null, by: await idOf('admin') },
    ])
    expect(JSON.stringify(rows)).not.toMatch(/password|argon/i)
  })
  test.each([
    ['a taken name', { username: 'admin' }, 409, 'username_taken'],
    ['a short password', { password: 'weak' }, 422, 'password_too_short'],
    ['a common password', { password: 'Passw0rd!' }, 422, 'password_too_common'],
    ['a role that is not there', { role: 'emperor' }, 404, 'not_found'],
    ['a complex that is not there', { complexes: [999_999] }, 404, 'not_found'],
    ['a building that is not there', { buildings: [999_999] }, 404, 'not_found'],
    ['fields that are not asked for', { permissions: ['operator.edit'] }, 400, 'invalid_input'],
    ['a chosen id', { operatorId: 1 }, 400, 'invalid_input'],
    ['capitals in the name', { username: 'Admin' }, 400, 'invalid_input'],
  ])('with %s is refused', async (_, more, status, code) => {
    expect(await create(admin, more)).toMatchObject({ status, body: { code } })
  })
})

describe('a change of an operator', () => {
  test('of role, scope, lock or password ends his sessions at once', async () => {
    for (const body of [
      { role: 'property-operator' },
      { complexes: [rig.otherComplex] },
      { password: 'Second-given-2' },
      { locked: true },
    ]) {
      const username = await newUser()
      const client = await rig.as(username)
      expect(await change(admin, username, body)).toMatchObject({ status: 200 })
      expect(await client.get('/api/v1/session')).toMatchObject({ status: 401 })
    }
  })
  test('of his name alone leaves them', async () => {
    const username = await newUser()
    const client = await rig.as(username)
    await change(admin, username, { name: '韩梅梅', language: 'en' })
    expect(await client.get('/api/v1/session')).toMatchObject({
      body: { operator: { name: '韩梅梅', language: 'en' } },
    })
  })
  test('is audited with before and after', async () => {
    const username = await newUser()
    await change(admin, username, { locked: true, role: 'auditor' })
    expect((await auditOf(`operator/${await idOf(username)}`)).at(-1)).toMatchObject({
      action: 'operator.edit',
      before: { role: 'finance-clerk', locked: false },
      after: { role: 'auditor', locked: true },
    })
  })
  test('by a reset lets him in with the new password only, which he must change', async () => {
    const username = await newUser()
    await change(admin, username, { password: 'Second-given-2' })
    expect(await rig.client().logIn(username, PASSWORD)).toMatchObject({ status: 401 })
    expect(await rig.client().logIn(username, 'Second-given-2')).toMatchObject({
      body: { operator: { mustChangePassword: true } },
    })
  })
  test('that locks him keeps him out until he is unlocked', async () => {
    const username = await newUser()
    await change(admin, username, { locked: true })
    expect(await rig.client().logIn(username)).toMatchObject({ status: 401 })
    await change(admin, username, { locked: false })
    expect(await rig.client().logIn(username)).toMatchObject({ status: 200 })
  })
})

describe('nobody raises himself', () => {
  test.each([
    [{ role: 'administrator' }],
    [{ complexes: null }],
    [{ buildings: null }],
    [{ locked: false }],
    [{ password: 'Another-one-3' }],
  ])('with %o', async (body) => {
    const { client, username } = await holderOf(['operator.view', 'operator.edit'])
    expect(await change(client, username, body)).toMatchObject(refused(409, 'not_on_oneself'))
  })
  test('by changing the role that he has', async () => {
    const permissions = ['operator.view', 'operator.edit', 'role.edit', 'board.view']
    const { client, code } = await holderOf(permissions)
    const rows = await rig.base.rows<{ id: number }>(
      'select role_id as id from role where code = $1',
      [code],
    )
    expect(
      await patch(client, `/api/v1/roles/${rows[0]?.id}`, { permissions: ['role.edit'] }),
    ).toMatchObject(refused(409, 'not_on_oneself'))
  })
})

describe('nobody gives more than he has', () => {
  const EDITS = ['operator.view', 'operator.edit', 'role.edit']

  test('by creating an administrator', async () => {
    const { client } = await holderOf(EDITS)
    expect(await create(client, { role: 'administrator' })).toMatchObject(
      refused(403, 'beyond_own_rights', { permission: expect.any(String) }),
    )
  })
  test('by giving another his own role in more complexes', async () => {
    const { client, code } = await holderOf(EDITS, [rig.complex.complexId])
    const { status, body } = await create(client, { role: code, complexes: null })
    expect({ status, body }).toMatchObject(refused(403, 'beyond_own_rights', { complexId: 'all' }))
  })
  test('by raising somebody who has less', async () => {
    const { client, code } = await holderOf([...EDITS, 'board.view'])
    const { body } = await create(client, { username: 'helper', role: code })
    expect(body).toMatchObject({ username: 'helper' })
    expect(await change(client, 'helper', { role: 'manager' })).toMatchObject(
      refused(403, 'beyond_own_rights'),
    )
  })
  test('by taking over somebody who has more: no reset, no lock, no demotion', async () => {
    const { client, code } = await holderOf(EDITS)
    for (const body of [{ password: 'Taken-over-4' }, { locked: true }, { role: code }])
      expect(await change(client, 'admin', body)).toMatchObject(refused(403, 'beyond_own_rights'))
    expect(await rig.client().logIn('admin')).toMatchObject({ status: 200 })
  })
  test('by a role that holds what he lacks', async () => {
    const { client } = await holderOf(EDITS)
    const role = { code: 'trap', name: '陷阱', permissions: ['payout.make'] }
    expect(await client.post('/api/v1/roles', role)).toMatchObject(
      refused(403, 'beyond_own_rights', { permission: 'payout.make' }),
    )
  })
  test('and who reaches some complexes edits no roles, which reach all', async () => {
    const { client } = await holderOf(EDITS, [rig.complex.complexId])
    const role = { code: 'everywhere', name: '处处', permissions: ['operator.view'] }
    expect(await client.post('/api/v1/roles', role)).toMatchObject(
      refused(403, 'beyond_own_rights', { complexId: 'all' }),
    )
  })
  test('nor is anybody of another complex found', async () => {
    const { client } = await holderOf(EDITS, [rig.otherComplex])
    const username = await newUser()
    expect(await change(client, username, { name: '别人' })).toMatchObject(
      refused(404, 'not_found'),
    )
    expect(await client.get(`/api/v1/operators/${await idOf(username)}`)).toMatchObject({
      status: 404,
    })
  })
})

describe('the last administrator', () => {
  const others = () =>
    rig.base.rows(
      `update operator set disabled_at = now() where username <> 'admin' and role_id =
         (select role_id from role where code = 'administrator')`,
    )
  test.each([[{ locked: true }], [{ role: 'auditor' }], [{ complexes: [1] }]])(
    'is not taken away by %o',
    async (body) => {
      // He may not do it to himself: a role of one's own with every right asks it here.
      await others()
      const all = await rig.base.rows<{ permissions: string[] }>(
        `select permissions from role where code = 'administrator'`,
      )
      const { client } = await holderOf(all[0]?.permissions ?? [])
      expect(await change(client, 'admin', body)).toMatchObject(refused(409, 'last_administrator'))
      expect(await rig.client().logIn('admin')).toMatchObject({ status: 200 })
    },
  )
})

describe('a role', () => {
  test('that is supplied cannot be changed', async () => {
    const rows = await rig.base.rows<{ id: number }>(
      `select role_id as id from role where code = 'auditor'`,
    )
    expect(await patch(admin, `/api/v1/roles/${rows[0]?.id}`, { name: '改' })).toMatchObject(
      refused(409, 'role_supplied'),
    )
  })
  test('of permissions that do not exist is refused', async () => {
    const role = { code: 'wishes', name: '愿望', permissions: ['money.print'] }
    expect(await admin.post('/api/v1/roles', role)).toMatchObject(refused(404, 'not_found'))
  })
  test('with a code that is taken is refused', async () => {
    const role = { code: 'auditor', name: '审计', permissions: [] }
    expect(await admin.post('/api/v1/roles', role)).toMatchObject(refused(409, 'already_exists'))
  })
  test('that changes is felt by the next request of a session that goes on', async () => {
    const { client, code } = await holderOf(['operator.view', 'board.view'])
    expect(await client.get('/api/v1/roles')).toMatchObject({ status: 200 })
    const rows = await rig.base.rows<{ id: number }>(
      'select role_id as id from role where code = $1',
      [code],
    )
    const path = `/api/v1/roles/${rows[0]?.id}`
    expect(await patch(admin, path, { permissions: ['board.view'] })).toMatchObject({ status: 200 })
    expect(await client.get('/api/v1/roles')).toMatchObject(refused(403, 'not_permitted'))
    expect(await auditOf(`role/${rows[0]?.id}`)).toMatchObject([
      { action: 'role.create' },
      { action: 'role.edit', before: { permissions: ['board.view', 'operator.view'] } },
    ])
  })
})
