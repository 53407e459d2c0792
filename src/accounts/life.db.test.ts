import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deliverWaiting } from '../../test/delivered.ts'
import { type Answer, type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { systemClock } from '../adapters/system.ts'
import { auditBooks } from '../ledger/audit.ts'
import { ensurePartitions } from '../metering/readings/partitions.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Instant, plusMs, sqlTime } from '../shared/clock.ts'
import { accountId } from '../shared/ids.ts'
import { type ClosingWorkerDeps, lookAtClosings } from './close-worker.ts'
import { lockAccount } from './store.ts'

let rig: WebRig
let clerk: Client
let outsider: Client
let worker: ClosingWorkerDeps
let now: Instant

beforeAll(async () => {
  now = systemClock.now()
  const clock = { ...systemClock, now: () => now }
  rig = await startWebRig({ meters: 13, clock })
  await ensurePartitions((sql) => ownerQuery(rig.base.ownerUrl)(sql), now)
  await rig.addOperator('clerk', 'finance-clerk', [rig.complex.complexId])
  await rig.addOperator('operator', 'property-operator', [rig.complex.complexId])
  await rig.addOperator('outsider', 'administrator', [rig.otherComplex])
  clerk = await rig.as('clerk')
  outsider = await rig.as('outsider')
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  worker = { ...rig.complex.deps, clock, log, holder: 'test' }
})
afterAll(() => rig.stop())

const meterAt = (index: number) => must(rig.complex.meters[index], 'a meter')
const later = (ms: number) => {
  now = plusMs(now, ms)
}
const sql = <Row>(text: string, values: unknown[] = []) =>
  rig.base.db.as(systemScope('test'), (tx) => tx.query<Row>(text, values))
const field = (answer: Answer, name: string): unknown => Object(answer.body)[name]
const items = (answer: Answer): Record<string, unknown>[] => {
  const found = field(answer, 'items')
  return Array.isArray(found) ? found : []
}

const open = async (index: number, firstPurchaseFen?: number): Promise<number> => {
  const answer = await clerk.post('/api/v1/accounts', {
    complexId: rig.complex.complexId,
    tenant: { name: '老王火锅', phone: '13912345678' },
    meters: [
      {
        meterId: meterAt(index).meterId,
        planId: rig.complex.planId,
        alarm1Fen: 5_000,
        alarm2Fen: 2_000,
        ...(firstPurchaseFen === undefined ? {} : { firstPurchaseFen }),
      },
    ],
  })
  expect(answer.status).toBe(200)
  return Number(field(answer, 'accountId'))
}

const edit = (id: number, body: unknown) => clerk.send('PATCH', `/api/v1/accounts/${id}`, { body })

describe('tenant data and thresholds', () => {
  test('are changed with their history; of a phone only its ends are kept', async () => {
    const id = await open(0)
    const meter = meterAt(0)
    later(1_000)
    const answer = await edit(id, {
      tenant: {
        ...{ name: '老李火锅', phone: '13800001111', contact: '李四', licenceNo: 'A-17' },
        nameEn: 'Li Hotpot',
      },
      supplies: [{ meterId: meter.meterId, alarm1Fen: 8_000, hoardingFen: 900_000 }],
      reason: '更名',
    })
    expect(answer).toMatchObject({
      status: 200,
      body: { tenant: '老李火锅', phoneMasked: '138****1111', meters: [{ alarm1Fen: 8_000 }] },
    })
    const found = items(await clerk.get(`/api/v1/accounts/${id}/history`))
    const changed = found.filter((item) => item.action === 'account.edit')
    expect(changed).toHaveLength(7)
    expect(changed).toContainEqual(
      expect.objectContaining({
        ...{ field: 'tenant.phone', from: '139****5678', to: '138****1111' },
        operator: '操作员 clerk',
      }),
    )
    expect(changed).toContainEqual(
      expect.objectContaining({ field: 'tenant.name', from: '老王火锅', to: '老李火锅' }),
    )
    expect(JSON.stringify(found)).not.toContain('1380000')
    expect(await clerk.get(`/api/v1/accounts/${id}/life`)).toMatchObject({
      body: {
        tenant: {
          name: '老李火锅',
          contact: '李四',
          licenceNo: 'A-17',
          phoneMasked: '138****1111',
        },
        supplies: [{ alarm1Fen: 8_000, hoardingFen: 900_000, overdraftEditable: false }],
        tenancies: [{ tenant: '老李火锅', until: null }],
        closing: null,
      },
    })
    // The new name and the new phone find him, the old ones do not.
    const search = async (text: string) => {
      const asked = `complexId=${rig.complex.complexId}&search=${encodeURIComponent(text)}`
      return items(await clerk.get(`/api/v1/accounts?${asked}`)).map((one) => one.accountId)
    }
    expect(await search('13800001111')).toEqual([id])
    expect(await search('llhg')).toEqual([id])
    expect(await search('13912345678')).toEqual([])
    expect(await edit(id, { tenant: { phone: null } })).toMatchObject({
      body: { phoneMasked: null },
    })
  })

  test('a whole phone is shown to who may, and the log says so without the number', async () => {
    const id = await open(12)
    const show = (client: Client) => client.post(`/api/v1/accounts/${id}/phone`, undefined)
    expect(await show(clerk)).toMatchObject({ status: 200, body: { phone: '13912345678' } })
    expect((await show(outsider)).status).toBe(404)
    const shown = await sql<{ action: string; after: unknown }>(
      `select action, after from audit where subject = $1 and action = 'account.showPhone'`,
      [`account/${id}`],
    )
    expect(shown).toMatchObject([{ after: { phone: '139****5678' } }])
  })

  test.each([
    ['alarms the wrong way round', { alarm1Fen: 100 }, 422, 'alarm_amounts_crossed'],
    ['a hoarding limit of nothing', { hoardingFen: 0 }, 400, 'invalid_input'],
    ['what no meter has room for', { hoardingFen: 100_000_000 }, 400, 'invalid_input'],
    ['an overdraft that the meter keeps', { overdraftFen: 500 }, 422, 'not_supported_by_model'],
    ['a meter of somebody else', { meterId: 999_999 }, 422, 'meter_not_on_account'],
  ])('refuses %s', async (_, supply, status, code) => {
    const found = await sql<{ id: number }>(
      `select account_id as id from supply s join installation i using (point_id)
       where meter_id = $1`,
      [meterAt(0).meterId],
    )
    const id = must(found[0], 'the account').id
    const body = { supplies: [{ meterId: meterAt(0).meterId, ...supply }] }
    expect(await edit(id, body)).toMatchObject({ status, body: { code } })
  })

  test('nobody without the right or from elsewhere changes or sees them', async () => {
    const id = await open(1)
    const other = await rig.as('operator')
    const body = { tenant: { name: '别家' } }
    const refused = await other.send('PATCH', `/api/v1/accounts/${id}`, { body })
    expect(refused).toMatchObject({ status: 403 })
    for (const path of ['life', 'history', 'closing', 'export'])
      expect(await outsider.get(`/api/v1/accounts/${id}/${path}`)).toMatchObject({ status: 404 })
    const outside = await outsider.send('PATCH', `/api/v1/accounts/${id}`, { body })
    expect(outside).toMatchObject({ status: 404 })
    expect(await clerk.get(`/api/v1/accounts/${id}/closing`)).toMatchObject({ status: 404 })
  })
})

const list = async (what: 'purchases' | 'sales', id: number) =>
  items(await clerk.get(`/api/v1/${what}?complexId=${rig.complex.complexId}&accountId=${id}`))

describe('handing over', () => {
  test('while a sale waits: it is the next tenant’s by name, or asked for again', async () => {
    const id = accountId(await open(11))
    const { complexId } = rig.complex
    const waiting = async () => {
      const waits = `select count(*)::int as n from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database()`
      for (let i = 0; i < 500; i++) if ((await sql<{ n: number }>(waits))[0]?.n === 1) return
      throw new Error('nobody waits')
    }
    /** The account becomes another's while the sale that is asked for waits for it. */
    const meanwhile = async (name: string, since: Instant, amountFen: number) => {
      const sale = await rig.base.db.as(systemScope('test'), async (tx) => {
        await lockAccount(tx, id)
        const asked = clerk.post(`/api/v1/accounts/${id}/recharge`, { amountFen, method: 'cash' })
        await waiting()
        const values = [complexId, id, name, sqlTime(since)]
        await tx.query(
          `update account_tenant set until = $3
           where complex_id = $1 and account_id = $2 and until is null`,
          [complexId, id, sqlTime(since)],
        )
        await tx.query(
          `with t as (insert into tenant (complex_id, name, pinyin) values ($1, $3, '')
             returning tenant_id)
           insert into account_tenant (complex_id, account_id, tenant_id, since)
           select $1, $2, t.tenant_id, $4 from t`,
          values,
        )
        return [asked]
      })
      return must(sale[0], 'it was asked')
    }
    later(60_000)
    const before = now
    later(1_000)
    expect(await meanwhile('下一家', before, 100)).toMatchObject({
      body: { receipt: { tenant: '下一家' } },
    })
    expect(await meanwhile('再下一家', plusMs(now, 500), 200)).toMatchObject({
      status: 409,
      body: { code: 'account_handed_over' },
    })
    later(60_000)
  })

  test('with the money, by agreement: the next tenant sees nothing of before', async () => {
    const id = await open(2, 10_000)
    const next = { tenant: { name: '新租户', phone: '13700002222' }, handOver: 'moneyStays' }
    const path = `/api/v1/accounts/${id}/transfer`
    const under = await clerk.post(path, { ...next, note: '协议 3 号' })
    expect(under).toMatchObject({ status: 409, body: { code: 'money_under_way' } })
    await deliverWaiting(rig.complex.deps, rig.complex, meterAt(2).meterId)
    expect(await clerk.post(path, next)).toMatchObject({ status: 400 })
    later(60_000)
    expect(await clerk.post(path, { ...next, note: '协议 3 号' })).toMatchObject({
      status: 200,
      body: { handOver: 'moneyStays', closing: null, assigned: { netFen: 0 } },
    })
    expect(await clerk.get(`/api/v1/accounts/${id}`)).toMatchObject({
      body: { tenant: '新租户', phoneMasked: '137****2222' },
    })
    expect(await list('purchases', id)).toEqual([])
    expect(await list('sales', id)).toEqual([])
    const own = await clerk.get(`/api/v1/accounts/${id}/export`)
    expect(String(own.body)).not.toContain('老王火锅')
    const life = await clerk.get(`/api/v1/accounts/${id}/life`)
    expect(life).toMatchObject({
      body: { tenancies: [{ tenant: '老王火锅' }, { tenant: '新租户', until: null }] },
    })
    const [former] = Object(life.body).tenancies
    const his = await clerk.get(`/api/v1/accounts/${id}/export?tenantId=${former.tenantId}`)
    expect(String(his.body)).toContain('100.00')
    expect(String(his.body)).not.toContain('新租户')
    later(60_000)
    await clerk.post(`/api/v1/accounts/${id}/recharge`, { amountFen: 700, method: 'cash' })
    expect(await list('purchases', id)).toMatchObject([{ amountFen: 700, tenant: '新租户' }])
    expect(await list('sales', id)).toMatchObject([{ paidFen: 700 }])
    const found = items(await clerk.get(`/api/v1/accounts/${id}/history`))
    expect(found).toContainEqual(expect.objectContaining({ action: 'account.transfer' }))
    expect(await auditBooks(rig.base.db)).toEqual([])
  })

  test('settled: the next tenant has an account, supply and epoch of his own', async () => {
    const id = await open(3, 4_000)
    // Next year’s price was given to the shop already.
    await sql(
      `with p as (
         insert into plan (complex_id, name) values ($1, '明年') returning plan_id)
       insert into supply_plan (complex_id, supply_id, since, plan_id, saved_at)
       select $1, s.supply_id, '2099-01-01', p.plan_id, s.since from p, supply s
       where s.account_id = $2`,
      [rig.complex.complexId, id],
    )
    const answer = await clerk.post(`/api/v1/accounts/${id}/transfer`, {
      tenant: { name: '后来者', phone: '13600003333', contact: '赵六' },
      ...{ handOver: 'settled', note: '转租', method: 'transfer' },
      finalWh: { [meterAt(3).meterId]: 77_000_000 },
    })
    expect(answer).toMatchObject({
      status: 200,
      body: { closing: { state: 'delivering', reasonCode: 'handOver' }, assigned: null },
    })
    later(5_000)
    await lookAtClosings(worker)
    // Never delivered: the queued money came back, and nobody is switched off between two tenants.
    const closing = await clerk.get(`/api/v1/accounts/${id}/closing`)
    expect(closing).toMatchObject({
      body: {
        state: 'settling',
        settlement: { payableFen: 4_000, netFen: 4_000 },
        meters: [{ tripped: 'notWanted', wallet: 'none', finalBy: 'hand' }],
      },
    })
    const paid = await clerk.post(`/api/v1/accounts/${id}/closing/pay`, {
      ...{ method: 'transfer', expectedNetFen: 4_000 },
    })
    expect(paid).toMatchObject({ status: 200, body: { closing: { state: 'closed' } } })
    const nextId = Number(Object(field(paid, 'closing')).nextAccountId)
    expect(nextId).not.toBe(id)
    expect(await clerk.get(`/api/v1/accounts/${nextId}`)).toMatchObject({
      body: {
        ...{ tenant: '后来者', phoneMasked: '136****3333', carryOwedFen: 0, closedAt: null },
        meters: [{ meterId: meterAt(3).meterId, pendingFen: 0, alarm1Fen: 5_000 }],
      },
    })
    const coming = await sql<{ plan: string }>(
      `select p.name as plan from supply_plan g join supply s on s.supply_id = g.supply_id
       join plan p on p.plan_id = g.plan_id where s.account_id = $1 and g.since = '2099-01-01'`,
      [nextId],
    )
    expect(coming).toEqual([{ plan: '明年' }])
    const purchases = await list('purchases', nextId)
    expect(purchases).toMatchObject([{ kind: 'open', amountFen: 0, tenant: '后来者' }])
    expect(await list('sales', nextId)).toEqual([])
    const statement = String((await clerk.get(`/api/v1/accounts/${nextId}/export`)).body)
    expect(statement).not.toContain('老王火锅')
    expect(statement).not.toContain('40.00')
    const epochs = await sql<{ epoch: number; open: boolean }>(
      `select epoch, closed_at is null as open from epoch where meter_id = $1 order by epoch`,
      [meterAt(3).meterId],
    )
    expect(epochs).toEqual([
      { epoch: 1, open: false },
      { epoch: 2, open: true },
    ])
    expect(await clerk.get(`/api/v1/accounts/${id}`)).toMatchObject({
      body: { tenant: '老王火锅', meters: [] },
    })
    expect(await auditBooks(rig.base.db)).toEqual([])
  })
})

test('a deposit can be left when the account is opened', async () => {
  const answer = await clerk.post('/api/v1/accounts', {
    complexId: rig.complex.complexId,
    tenant: { name: '押金商户' },
    meters: [
      {
        meterId: meterAt(5).meterId,
        ...{ planId: rig.complex.planId, alarm1Fen: 5_000, alarm2Fen: 2_000 },
        firstPurchaseFen: 1_000,
      },
    ],
    depositFen: 20_000,
  })
  expect(answer).toMatchObject({
    status: 200,
    body: { receipts: [{ paidFen: 1_000 }, { paidFen: 20_000, depositFen: 20_000 }] },
  })
  const life = await clerk.get(`/api/v1/accounts/${field(answer, 'accountId')}/life`)
  expect(life).toMatchObject({ body: { settlement: { depositFen: 20_000, netFen: 20_000 } } })
  expect(await auditBooks(rig.base.db)).toEqual([])
})

test('the statement is a table of what was paid and what is held, in both languages', async () => {
  const id = await open(4, 12_345)
  await clerk.post(`/api/v1/accounts/${id}/deposit`, { amountFen: 50_000, method: 'card' })
  const english = await clerk.get(`/api/v1/accounts/${id}/export?format=csv`)
  expect(english.headers.get('content-type')).toContain('text/csv')
  const lines = String(english.body).replace('\uFEFF', '').trim().split('\r\n')
  expect(lines[0]).toMatch(/^Account,Tenant,Time,Kind/)
  expect(lines.filter((line) => line.includes('Payment'))).toHaveLength(2)
  expect(lines.some((line) => line.includes('123.45'))).toBe(true)
  expect(lines.some((line) => line.includes('Deposit') && line.includes('500.00'))).toBe(true)
  const chinese = await clerk.get(`/api/v1/accounts/${id}/export`, { 'accept-language': 'zh' })
  expect(String(chinese.body)).toContain('户号,商户,时间')
  const other = await clerk.get(`/api/v1/accounts/${id}/export?tenantId=999999`)
  expect(other).toMatchObject({ status: 404 })
})

test('no answer of these broke its contract', () => {
  expect(rig.lines.filter((line) => line.level === 'error')).toEqual([])
})
