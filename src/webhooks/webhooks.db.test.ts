import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type EventReceiver, startEventReceiver, verified } from '../../test/event-receiver.ts'
import { type ShiftedClock, shiftedClock } from '../../test/shifted-clock.ts'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { createOutbound } from '../adapters/outbound.ts'
import { systemRng } from '../adapters/system.ts'
import { sweepAlarms } from '../alarms/sweep.ts'
import { WEBHOOK_KINDS } from '../http/contract/webhooks.ts'
import { systemScope } from '../ports/database.ts'
import type { Outbound } from '../ports/outbound.ts'
import { addressRange } from '../shared/addresses.ts'
import { must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import { tellDue, tidyUp, type WebhookWorkerDeps } from './worker.ts'

let rig: WebRig
let admin: Client
let clock: ShiftedClock
let receiver: EventReceiver
let url: string
let heard: EventReceiver['heard']
let answers: EventReceiver['answers']

const HERE = must(addressRange('127.0.0.1'), 'an address')
const outbound = createOutbound([HERE])

beforeAll(async () => {
  clock = shiftedClock()
  receiver = await startEventReceiver()
  ;({ url, heard, answers } = receiver)
  rig = await startWebRig({ clock, meters: 2, outbound })
  await rig.addOperator('admin', 'administrator', null)
  admin = await rig.as('admin')
})
afterAll(async () => {
  receiver.stop()
  await rig.stop()
})
beforeEach(async () => {
  heard.length = 0
  answers.length = 0
  await awake()
  await gateway(true)
})
/** Whoever is logged in stays so, whatever the clock says. */
const awake = () =>
  sql(
    `update session set seen_at = $1, confirmed_at = $1,
       expires_at = $1::timestamptz + interval '1 day'`,
    [sqlTime(clock.now())],
  )
const later = async (ms: number) => {
  clock.shiftedMs += ms
  await awake()
}
const made: number[] = []
afterEach(async () => {
  for (const id of made.splice(0)) await admin.send('DELETE', `/api/v1/webhooks/${id}`)
})

const sql = <Row>(text: string, params: readonly unknown[] = []) =>
  rig.base.db.as(systemScope('test'), (tx) => tx.query<Row>(text, params))

type Subscription = { id: number; secret: string }
const isMade = (body: unknown): body is { secret: string; item: { webhookId: number } } =>
  typeof body === 'object' && body !== null && 'secret' in body

const subscribe = async (kinds: string[], to = url): Promise<Subscription> => {
  const body = { complexId: rig.complex.complexId, name: '财务系统', url: to, kinds }
  const answer = await admin.post('/api/v1/webhooks', body)
  if (!isMade(answer.body)) throw new Error(JSON.stringify(answer.body))
  made.push(answer.body.item.webhookId)
  return { id: answer.body.item.webhookId, secret: answer.body.secret }
}
const worker = (over: Partial<WebhookWorkerDeps> = {}): WebhookWorkerDeps => ({
  ...rig.deps,
  ...{ db: rig.base.db, clock, rng: systemRng, outbound, holder: 'test', ...over },
})
const going = new AbortController().signal
const tell = (over: Partial<WebhookWorkerDeps> = {}) => tellDue(worker(over), going)
/** Gateways come and go: the cheapest cause of events. */
const gateway = (online: boolean) =>
  sql(
    `insert into gateway_latest (complex_id, gateway_id, online, since)
     select complex_id, gateway_id, $2, to_timestamp($3) from gateway where complex_id = $1
     on conflict (complex_id, gateway_id) do update set online = $2, since = to_timestamp($3)`,
    [rig.complex.complexId, online, clock.now() / 1_000],
  )
const BOTH = ['gateway.offline', 'gateway.online']
const kinds = () => heard.map(({ body }) => JSON.parse(body).type)
const ids = () => heard.map(({ headers }) => headers['webhook-id'])
const deliveries = async (id: number, query = '') => {
  const { body } = await admin.get(`/api/v1/webhooks/${id}/deliveries${query}`)
  return body
}
const one = (over: object) => ({ items: [expect.objectContaining(over)], nextCursor: null })

/** Opens an account on the first meter and sells to it, as the counter does. */
const sellToFirst = async () => {
  const { complexId, planId, meters } = rig.complex
  const meterId = must(meters[0], 'a meter').meterId
  const opened = await admin.post('/api/v1/accounts', {
    ...{ complexId, tenant: { name: '蜀香小厨', phone: '13800138000' } },
    meters: [{ meterId, planId, alarm1Fen: 2_000, alarm2Fen: 1_000 }],
  })
  const [account] = await sql<{ id: number }>('select account_id as id from account')
  const { id } = must(account, JSON.stringify(opened.body))
  await admin.post('/api/v1/shifts', { complexId, floatFen: 0 })
  const sold = await admin.post(`/api/v1/accounts/${id}/recharge`, {
    ...{ amountFen: 5_000, method: 'cash' },
  })
  expect(sold).toMatchObject({ status: 200 })
  return { accountId: id }
}

describe('an event', () => {
  test('that nobody subscribed to is not written down', async () => {
    await subscribe(['sale.made'])
    await gateway(false)
    await gateway(true)
    expect(await sql('select 1 from webhook_delivery')).toEqual([])
    expect(await tell()).toBe(0)
  })
  test('arrives signed, with its kind, its time and its facts, and nothing else', async () => {
    const { id, secret } = await subscribe(BOTH)
    await gateway(false)
    expect(await tell()).toBe(1)
    const [message] = heard
    expect(verified(secret, must(message, 'it arrived'))).toEqual([true])
    expect(JSON.parse(message?.body ?? '')).toEqual({
      type: 'gateway.offline',
      timestamp: expect.stringMatching(/^20.*\+08:00$/),
      complexId: rig.complex.complexId,
      data: { gatewayId: expect.any(Number), since: expect.any(String) },
    })
    expect(
      Math.abs(Number(message?.headers['webhook-timestamp']) - clock.now() / 1_000),
    ).toBeLessThan(2)
    expect(await deliveries(id)).toEqual(one({ state: 'delivered', attempts: 1, answerCode: 204 }))
    expect(await tell()).toBe(0)
  })
  test('is not written where its cause is rolled back', async () => {
    await subscribe(BOTH)
    const rolledBack = rig.base.db.as(systemScope('test'), async (tx) => {
      await tx.query('update gateway_latest set online = false')
      throw new Error('no')
    })
    await expect(rolledBack).rejects.toThrow('no')
    expect(await tell()).toBe(0)
  })
  test('of another complex reaches nobody here', async () => {
    const { id } = await subscribe(BOTH)
    await sql('update webhook set complex_id = complex_id where webhook_id = $1', [id])
    await rig.addOperator('outsider', 'administrator', [rig.otherComplex])
    const outsider = await rig.as('outsider')
    expect(await outsider.get(`/api/v1/webhooks/${id}/deliveries`)).toMatchObject({ status: 404 })
    expect(await outsider.send('DELETE', `/api/v1/webhooks/${id}`)).toMatchObject({ status: 404 })
  })
})

test('every event has its cause in the database, told with columns that are there', async () => {
  const triggers = await sql<{ table: string; args: string }>(
    `select c.relname as table, encode(t.tgargs, 'escape') as args from pg_trigger t
     join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
     where p.proname = 'tell_webhooks'`,
  )
  const columns = await sql<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns
     where table_schema = 'public'`,
  )
  const there = new Set(columns.map(({ table, column }) => `${table}.${column}`))
  const told = triggers.map(({ table, args }) => {
    const [kind = '', id = '', at = '', subject = '', , ...facts] = args.split('\\000').slice(0, -1)
    const named = [id, at, subject, ...facts.map((fact) => fact.split('=')[1] ?? '')]
    expect(named.filter((column) => !there.has(`${table}.${column}`))).toEqual([])
    return kind
  })
  expect([...new Set(told)].sort()).toEqual([...WEBHOOK_KINDS].sort())
})

test('a sale is told with its money, and without the tenant’s name or telephone', async () => {
  await subscribe([...WEBHOOK_KINDS])
  const { accountId } = await sellToFirst()
  for (let sent = 1; sent > 0; ) sent = await tell()
  const bodies = heard.map(({ body }) => JSON.parse(body))
  expect(bodies.map(({ type }) => type)).toEqual(['account.opened', 'sale.made'])
  expect(bodies[1].data).toEqual({
    ...{
      saleId: expect.any(String),
      accountId,
      receiptNo: expect.any(String),
      method: 'cash',
      paidFen: 5_000,
    },
  })
  expect(JSON.stringify(bodies)).not.toMatch(/蜀香|13800138000/)
})

describe('a try that failed', () => {
  test.each([[500], [404], [301]])(
    'with %d is made again later, under the same id',
    async (status) => {
      const { id, secret } = await subscribe(BOTH)
      answers.push({ status, headers: { location: `${url}/elsewhere` } })
      await gateway(false)
      expect(await tell()).toBe(1)
      expect(await deliveries(id)).toEqual(
        one({ state: 'waiting', attempts: 1, answerCode: status, dueAt: expect.any(String) }),
      )
      expect(await tell()).toBe(0)
      await later(6_000)
      expect(await tell()).toBe(1)
      expect(new Set(ids()).size).toBe(1)
      expect(heard.map((each) => [each.path, ...verified(secret, each)])).toEqual([
        ['/', true],
        ['/', true],
      ])
      await gateway(true)
      await tell()
    },
  )
  test('keeps later events of the same subject waiting, and no others', async () => {
    await subscribe(BOTH)
    const hold = await subscribe(['meter.held'])
    answers.push({ status: 500 })
    await gateway(false)
    await gateway(true)
    await tell()
    await tell()
    expect(kinds()).toEqual(['gateway.offline'])
    await later(6_000)
    await tell()
    await tell()
    expect(kinds()).toEqual(['gateway.offline', 'gateway.offline', 'gateway.online'])
    expect(await deliveries(hold.id)).toMatchObject({ items: [] })
  })
  test('for want of an answer leaves the receiver in peace for a while', async () => {
    const dead = 'http://127.0.0.1:9'
    const { id } = await subscribe(BOTH, dead)
    await gateway(false)
    await tell()
    expect(await deliveries(id)).toEqual(one({ state: 'waiting', fault: 'connection' }))
    await later(10_000)
    expect(await tell()).toBe(0)
    await later(25_000)
    expect(await tell()).toBe(1)
  })
  test('with Retry-After waits as long as it was asked to', async () => {
    await subscribe(BOTH)
    answers.push({ status: 429, headers: { 'retry-after': '600' } })
    await gateway(false)
    await tell()
    await later(590_000)
    expect(await tell()).toBe(0)
    await later(11_000)
    expect(await tell()).toBe(1)
  })
  test('with 410 is dead at once, and is sent again when somebody says so', async () => {
    const { id } = await subscribe(BOTH)
    answers.push({ status: 410 })
    await gateway(false)
    await tell()
    expect(await deliveries(id, '?state=dead')).toEqual(one({ answerCode: 410 }))
    const again = await admin.post(`/api/v1/webhooks/${id}/again`, {})
    expect(again).toMatchObject({ status: 200, body: { deliveries: 1 } })
    await tell()
    expect(await deliveries(id)).toEqual(one({ state: 'delivered' }))
    expect(new Set(ids()).size).toBe(1)
  })
  test('is given up after a day, and the subscriber after five', async () => {
    const { id } = await subscribe(BOTH, 'http://127.0.0.1:9')
    await gateway(false)
    await tell()
    await later(25 * 3_600_000)
    await tidyUp(worker())
    expect(await deliveries(id)).toEqual(one({ state: 'dead', fault: 'expired' }))
    await later(4 * 24 * 3_600_000)
    await gateway(true)
    await tell()
    expect((await admin.get(`/api/v1/webhooks?complexId=${rig.complex.complexId}`)).body).toEqual({
      items: [expect.objectContaining({ enabled: false, gaveUpAt: expect.any(String) })],
    })
    await sweepAlarms({ ...rig.deps, rules: rig.deps.alarmRules, clock })
    expect(
      await sql(`select facts from alarm where rule = 'webhook-off' and cleared_at is null`),
    ).toEqual([{ facts: { webhooks: 1 } }])
    await gateway(false)
    expect(await deliveries(id)).toMatchObject({ items: [{}, {}] })
    expect(await admin.post(`/api/v1/webhooks/${id}/test`, {})).toMatchObject({
      status: 409,
      body: { code: 'webhook_off' },
    })
  })
})

test('a process that dies between sending and marking sends again, under the same id', async () => {
  const { secret } = await subscribe(BOTH)
  const dying: Outbound = {
    ...outbound,
    post: async (message) => {
      await outbound.post(message)
      throw new Error('killed')
    },
  }
  await gateway(false)
  expect(await tell({ outbound: dying })).toBe(0)
  expect(await tell({ holder: 'other' })).toBe(0)
  await later(6 * 60_000)
  expect(await tell({ holder: 'other' })).toBe(1)
  expect(new Set(ids()).size).toBe(1)
  expect(heard.map((each) => verified(secret, each))).toEqual([[true], [true]])
})

describe('a secret', () => {
  test('is shown once and kept sealed', async () => {
    const { id, secret } = await subscribe(BOTH)
    const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64')
    const rows = await sql<{ sealed: Buffer }>(
      'select secret_sealed as sealed from webhook where webhook_id = $1',
      [id],
    )
    expect(rows[0]?.sealed.includes(bytes)).toBe(false)
    const list = await admin.get(`/api/v1/webhooks?complexId=${rig.complex.complexId}`)
    expect(JSON.stringify(list.body)).not.toContain(secret)
    const log = await sql<{ text: string }>(
      `select concat(before, after) as text from audit where action like 'webhook.%'`,
    )
    expect(log.length).toBeGreaterThan(0)
    for (const { text } of log) expect(text).not.toContain(secret)
  })
  test('that was changed signs beside the new one for a day', async () => {
    const { id, secret } = await subscribe(BOTH)
    const answer = await admin.post(`/api/v1/webhooks/${id}/secret`, {})
    const next = isMade(answer.body) ? answer.body.secret : ''
    await gateway(false)
    await tell()
    await later(25 * 3_600_000)
    await gateway(true)
    await tell()
    const [both, alone] = heard
    expect(verified(secret, must(both, 'first'))).toEqual([false, true])
    expect(verified(next, must(both, 'first'))).toEqual([true, false])
    expect(verified(next, must(alone, 'second'))).toEqual([true])
  })
})

describe('the address', () => {
  test('of a private network is refused', async () => {
    const to = 'https://10.0.0.7/'
    const body = { complexId: rig.complex.complexId, name: 'x', url: to, kinds: BOTH }
    expect(await admin.post('/api/v1/webhooks', body)).toMatchObject({
      status: 422,
      body: { code: 'webhook_url', facts: { wrong: 'address' } },
    })
  })
  test('is not changed by a token or without the password', async () => {
    const { id } = await subscribe(BOTH)
    await sql('update session set confirmed_at = null')
    expect(
      await admin.send('PATCH', `/api/v1/webhooks/${id}`, { body: { url: 'https://a.test/' } }),
    ).toMatchObject({ status: 403, body: { code: 'confirmation_required' } })
  })
})

test('so many subscribers there may be and no more', async () => {
  const { complexId } = rig.complex
  await sql(
    `insert into webhook (complex_id, name, url, kinds, secret_sealed, created_at)
     select $1, 'x', 'https://x.test/', '{sale.made}', 'x', now() from generate_series(1, 20)`,
    [complexId],
  )
  const body = { complexId, name: 'x', url, kinds: BOTH }
  expect(await admin.post('/api/v1/webhooks', body)).toMatchObject({
    status: 409,
    body: { code: 'too_many_webhooks' },
  })
  await sql('update webhook set enabled = false, ended_at = now()')
})

test('a test event is sent and answered like any other', async () => {
  const { id, secret } = await subscribe(['sale.made'])
  expect(await admin.post(`/api/v1/webhooks/${id}/test`, {})).toMatchObject({ status: 200 })
  await tell()
  expect(kinds()).toEqual(['webhook.test'])
  expect(verified(secret, must(heard[0], 'it arrived'))).toEqual([true])
})
