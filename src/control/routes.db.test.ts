import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'

let rig: WebRig
let operator: Client
let clerk: Client
let keeper: Client

beforeAll(async () => {
  rig = await startWebRig({ meters: 4 })
  const own = [rig.complex.complexId]
  await rig.addOperator('operator', 'property-operator', own)
  await rig.addOperator('clerk', 'finance-clerk', own)
  await rig.addOperator('outsider', 'administrator', [rig.otherComplex])
  operator = await rig.as('operator')
  await rig.addOperator('keeper', 'administrator', own)
  clerk = await rig.as('clerk')
  keeper = await rig.as('keeper')
})
afterAll(() => rig.stop())

const meterAt = (index: number) => must(rig.complex.meters[index], 'a meter').meterId
const send = (client: Client, body: object, headers?: Record<string, string>) =>
  client.post('/api/v1/commands', { params: {}, ...body }, headers)
const tokenOf = (answer: Answer): string => String(Object(Object(answer.body).selection).token)
/** Selected, and carried out at once. */
const order = async (client: Client, body: object, headers?: Record<string, string>) => {
  const token = tokenOf(await send(client, { ...body, dryRun: true }, headers))
  return send(client, { ...body, token }, headers)
}
const idOf = (answer: Answer): string => String(Object(answer.body).commandId)
const rows = <Row>(sql: string) => rig.base.db.as(systemScope('test'), (tx) => tx.query<Row>(sql))
const trip = (index: number) => ({
  kind: 'setMode',
  meterIds: [meterAt(index)],
  params: { mode: 'tripped', reason: '装修' },
})

describe('a command', () => {
  test('to several meters is one batch that can be watched', async () => {
    const sent = await send(clerk, { kind: 'read', meterIds: [meterAt(0), meterAt(1)] })
    expect(sent).toMatchObject({
      status: 200,
      body: {
        kind: 'read',
        dryRun: false,
        items: [{ state: 'queued', attempts: 0 }, { state: 'queued' }],
        refused: [],
      },
    })
    const query = `?complexId=${rig.complex.complexId}`
    expect(await operator.get(`/api/v1/commands/${idOf(sent)}${query}`)).toMatchObject({
      status: 200,
      body: Object(sent.body),
    })
  })
  test('with the same key is sent once', async () => {
    const key = { 'idempotency-key': 'read-again' }
    const body = { kind: 'read', meterIds: [meterAt(2)] }
    expect(idOf(await send(clerk, body, key))).toBe(idOf(await send(clerk, body, key)))
    expect(await send(clerk, { ...body, meterIds: [meterAt(3)] }, key)).toMatchObject({
      status: 409,
      body: { code: 'request_id_reused' },
    })
  })
  test('that trips needs the right for it; reading a meter does not', async () => {
    expect(await send(clerk, trip(0))).toMatchObject({
      status: 403,
      body: { code: 'not_permitted', facts: { permission: 'command.setMode' } },
    })
    expect(await order(operator, trip(0))).toMatchObject({ status: 200 })
  })
  test('that trips leaves an audit row with who and why', async () => {
    await order(operator, trip(1))
    const audited = await rows<{ username: string; reason: string }>(
      `select o.username, a.after->>'reason' as reason from audit a
       join operator o on o.operator_id = a.operator_id where a.action = 'control.setMode'`,
    )
    expect(audited).toContainEqual({ username: 'operator', reason: '装修' })
  })
  test('that cuts power for a reason of the list says so beside the meter', async () => {
    const { kind, meterIds } = trip(1)
    const asked = { kind, meterIds, params: { mode: 'tripped' } }
    const token = tokenOf(await send(operator, { ...asked, dryRun: true }))
    const why = (reasonCode: string) => ({ mode: 'tripped', reasonCode, reason: ' 三号箱: B 相 ' })
    expect(await send(operator, { ...asked, params: why('event'), token })).toMatchObject({
      ...{ status: 400, body: { code: 'invalid_input', facts: { field: 'params.reasonCode' } } },
    })
    const sent = await send(operator, { ...asked, params: why('works'), token })
    expect(sent).toMatchObject({ status: 200, body: { items: [{ state: 'queued' }] } })
    expect(await operator.get(`/api/v1/meters/${meterAt(1)}`)).toMatchObject({
      body: { mode: 'tripped', modeReason: { code: 'works', note: '三号箱: B 相' } },
    })
  })
  test('for a dry run needs no key and writes nothing', async () => {
    const count = () => rows('select command_id from command')
    const before = (await count()).length
    const answer = await operator.send('POST', '/api/v1/commands', {
      body: { ...trip(2), dryRun: true },
      without: ['idempotency-key'],
    })
    expect(answer).toMatchObject({ status: 200, body: { dryRun: true, items: [{}] } })
    expect(await count()).toHaveLength(before)
  })
  test('to a meter that cannot obey is refused for it, in the words of the caller', async () => {
    await rows(
      `update point set protected = true
       where point_id = (select point_id from installation where meter_id = ${meterAt(3)})`,
    )
    expect(await order(operator, trip(3), { 'accept-language': 'zh' })).toMatchObject({
      status: 200,
      body: {
        items: [],
        refused: [{ code: 'point_protected', title: '该计量点受保护，不能拉闸' }],
      },
    })
  })
  test('to meters of another complex does not reach them', async () => {
    const outsider = await rig.as('outsider')
    expect(await send(outsider, trip(0))).toMatchObject({ status: 404 })
    const within = `/api/v1/commands?complexId=${rig.otherComplex}`
    expect(await operator.post(within, trip(0))).toMatchObject({ status: 404 })
    const sent = await send(clerk, { kind: 'read', meterIds: [meterAt(0)] })
    expect(await outsider.get(`/api/v1/commands/${idOf(sent)}`)).toMatchObject({ status: 404 })
    expect(await outsider.post(`/api/v1/commands/${idOf(sent)}/cancel`, {})).toMatchObject({
      status: 404,
    })
  })
  test('that has not been sent can be cancelled, once, by whoever might have sent it', async () => {
    const sent = await order(operator, trip(2))
    const cancel = `/api/v1/commands/${idOf(sent)}/cancel`
    expect(await clerk.post(cancel, {})).toMatchObject({ status: 403 })
    expect(await operator.post(cancel, {})).toMatchObject({
      status: 200,
      body: { items: [{ state: 'cancelled' }] },
    })
    expect(await operator.post(cancel, {})).toMatchObject({
      status: 409,
      body: { code: 'command_not_cancellable' },
    })
  })
})

describe('from how many meters on some go first', () => {
  const path = () => `/api/v1/complexes/${rig.complex.complexId}/batch-settings`
  const set = (client: Client, canaryAbove: unknown) =>
    client.send('PUT', path(), { body: { canaryAbove } })

  test('is set by who sets the power policy, audited, and holds for the next batch', async () => {
    const every = {
      ...{ kind: 'setMode', meterIds: [0, 1, 2, 3].map(meterAt), dryRun: true },
      params: { mode: 'kept', reason: '消防演练', until: '2099-01-01T00:00:00+08:00' },
    }
    expect(await clerk.get(path())).toMatchObject({ status: 200, body: { canaryAbove: 20 } })
    expect(await send(operator, every)).toMatchObject({ body: { selection: { canary: 0 } } })
    expect(await set(clerk, 3)).toMatchObject({ status: 403 })
    expect(await set(keeper, 3)).toMatchObject({ status: 200, body: { canaryAbove: 3 } })
    expect(await clerk.get(path())).toMatchObject({ body: { canaryAbove: 3 } })
    expect(await send(operator, every)).toMatchObject({
      body: { selection: { canary: expect.toSatisfy((n: number) => n > 0) } },
    })
    expect(await rows(`select before, after from audit where action = 'complex.batch'`)).toEqual([
      { before: { canaryAbove: 20 }, after: { canaryAbove: 3 } },
    ])
  })
  test.each([0, -1, 1_001, 2.5, '20', null])('is never %j', async (canaryAbove) => {
    expect(await set(keeper, canaryAbove)).toMatchObject({ status: 400 })
  })
  test('is of one complex', async () => {
    expect(await set(await rig.as('outsider'), 5)).toMatchObject({ status: 404 })
  })
})

test('no answer of these broke its contract', () => {
  expect(rig.lines.filter((line) => line.level === 'error')).toEqual([])
})
