import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'

let rig: WebRig
let clerk: Client
let outsider: Client
let requests = 0

beforeAll(async () => {
  rig = await startWebRig({ meters: 12 })
  await rig.addOperator('clerk', 'finance-clerk', [rig.complex.complexId])
  await rig.addOperator('manager', 'manager', [rig.complex.complexId])
  await rig.addOperator('keeper', 'administrator', [rig.complex.complexId])
  await rig.addOperator('outsider', 'administrator', [rig.otherComplex])
  clerk = await rig.as('clerk')
  outsider = await rig.as('outsider')
})
afterAll(() => rig.stop())

const key = () => ({ 'idempotency-key': `request-${++requests}` })
const meterAt = (index: number) => must(rig.complex.meters[index], 'a meter')

type Wanted = { name: string; phone?: string; meters: number[]; firstPurchaseFen?: number }
const openBody = ({ name, phone, meters, firstPurchaseFen }: Wanted) => ({
  complexId: rig.complex.complexId,
  tenant: { name, ...(phone === undefined ? {} : { phone }) },
  meters: meters.map((index) => ({
    meterId: meterAt(index).meterId,
    planId: rig.complex.planId,
    alarm1Fen: 5_000,
    alarm2Fen: 2_000,
    ...(firstPurchaseFen === undefined ? {} : { firstPurchaseFen }),
  })),
})
const field = (answer: Answer, name: string): unknown => {
  const found: unknown = Object(answer.body)[name]
  return found
}
const open = async (wanted: Wanted): Promise<number> => {
  const answer = await clerk.post('/api/v1/accounts', openBody(wanted), key())
  expect(answer).toMatchObject({ status: 200 })
  return Number(field(answer, 'accountId'))
}
const rows = <Row>(sql: string) => rig.base.db.as(systemScope('test'), (tx) => tx.query<Row>(sql))

describe('an account', () => {
  test('is opened, found, recharged and told, from the counter to the books', async () => {
    const accountId = await open({ name: '蜀香小厨', meters: [0], firstPurchaseFen: 10_000 })
    const account = await clerk.get(`/api/v1/accounts/${accountId}`)
    expect(account).toMatchObject({
      status: 200,
      body: {
        accountId,
        complexId: rig.complex.complexId,
        mode: 'meter',
        tenant: '蜀香小厨',
        phoneMasked: null,
        carryOwedFen: 0,
        closedAt: null,
        meters: [
          {
            meterId: meterAt(0).meterId,
            premises: 'A-101',
            state: 'offline',
            balanceFen: null,
            pendingFen: 10_000,
            nextPurchaseNo: 2,
            held: false,
            opened: false,
            alarm1Fen: 5_000,
          },
        ],
      },
    })
    const body = { amountFen: 5_000, method: 'cash' }
    const path = `/api/v1/accounts/${accountId}/recharge`
    const dry = await clerk.post(path, { ...body, dryRun: true })
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, purchaseId: null } })
    const sold = await clerk.post(path, { ...body, expectedPurchaseNo: 2 }, key())
    expect(sold).toMatchObject({
      status: 200,
      body: { dryRun: false, receipt: { paidFen: 5_000, purchaseNo: 2, operator: '操作员 clerk' } },
    })
    const purchaseId = String(field(sold, 'purchaseId'))
    expect(await clerk.get(`/api/v1/purchases/${purchaseId}`)).toMatchObject({
      status: 200,
      body: {
        state: 'QUEUED',
        kind: 'recharge',
        amountFen: 5_000,
        tenant: '蜀香小厨',
        timeline: [{ kind: 'paid' }, { kind: 'posted' }, { kind: 'queued' }],
      },
    })
    const receipt = Object(field(sold, 'receipt'))
    const printed = await clerk.get(`/api/v1/receipts/${receipt.saleId}`)
    expect(printed.body).toEqual(receipt)
    const list = `/api/v1/purchases?complexId=${rig.complex.complexId}&accountId=${accountId}`
    expect(await clerk.get(list)).toMatchObject({
      body: {
        items: [
          { purchaseId, amountFen: 5_000 },
          { kind: 'open', amountFen: 10_000 },
        ],
      },
    })
    for (const hidden of [
      `/api/v1/accounts/${accountId}`,
      `/api/v1/purchases/${purchaseId}`,
      `/api/v1/receipts/${receipt.saleId}`,
    ])
      expect(await outsider.get(hidden)).toMatchObject({ status: 404 })
    expect(await outsider.post(path, body, key())).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    })
    const manager = await rig.as('manager')
    const books = `complexId=${rig.complex.complexId}`
    expect(await manager.get(`/api/v1/ledger/trial-balance?${books}`)).toMatchObject({
      status: 200,
      body: {
        totalFen: 0,
        items: expect.arrayContaining([
          expect.objectContaining({
            path: expect.stringMatching(/^cash\//),
            about: expect.stringMatching(/^操作员 \S+ \d{4}-\d\d-\d\d/),
            balanceFen: 15_000,
          }),
        ]),
      },
    })
    expect(await manager.get(`/api/v1/ledger/postings?${books}&limit=1`)).toMatchObject({
      body: {
        items: [
          { kind: 'sale', operator: '操作员 clerk', lines: [{ fen: 5_000 }, { fen: -5_000 }] },
        ],
        nextCursor: expect.any(String),
      },
    })
  })
  test('its purchases are found by receipt, shop, tenant, meter, account and state', async () => {
    const accountId = await open({ name: '百味面馆', meters: [10], firstPurchaseFen: 3_000 })
    const within = `complexId=${rig.complex.complexId}&accountId=${accountId}`
    const found = async (query: string) => {
      const answer = await clerk.get(`/api/v1/purchases?${within}&${query}`)
      expect(answer).toMatchObject({ status: 200 })
      const { items } = Object(answer.body)
      return items
    }
    const [{ receiptNo, meterNo, accountNo }] = await found('')
    for (const text of [receiptNo, meterNo, accountNo, '百味', '%味', ''])
      expect(await found(`search=${encodeURIComponent(text)}`)).toHaveLength(text === '%味' ? 0 : 1)
    expect(await found('state=QUEUED')).toHaveLength(1)
    expect(await found('state=DELIVERED')).toHaveLength(0)
    const wrong = await clerk.get(`/api/v1/purchases?${within}&state=LOST`)
    expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid_input' } })
  })
  test('is opened once for one key, and the key is refused for other content', async () => {
    const wanted = openBody({ name: '茶语时光', meters: [1] })
    const once = key()
    const first = await clerk.post('/api/v1/accounts', wanted, once)
    const again = await clerk.post('/api/v1/accounts', wanted, once)
    expect(first.status).toBe(200)
    expect(again.body).toEqual(first.body)
    const other = openBody({ name: '别家', meters: [1] })
    expect(await clerk.post('/api/v1/accounts', other, once)).toMatchObject({
      status: 409,
      body: { code: 'request_id_reused' },
    })
  })
  test('is refused in the words of the counter', async () => {
    const accountId = await open({ name: '两表商户', meters: [2, 3] })
    const path = `/api/v1/accounts/${accountId}/recharge`
    expect(
      await clerk.post(path, { amountFen: 100, method: 'cash' }, { 'accept-language': 'zh' }),
    ).toMatchObject({
      status: 422,
      body: { code: 'meter_required', title: '该户有多块电表，请指定电表', facts: { meters: 2 } },
    })
    expect(await clerk.post(path, { amountFen: 0.5, method: 'cash' })).toMatchObject({
      status: 400,
      body: { facts: { field: 'amountFen', rule: 'type' } },
    })
  })
  test('leaves an audit row with the operator and his address', async () => {
    const accountId = await open({ name: '审计商户', meters: [4] })
    const found = await rows(
      `select action, came_from as "from", operator_id is not null as signed from audit
       where subject = 'account/${accountId}'`,
    )
    expect(found).toEqual([{ action: 'account.open', from: '127.0.0.1', signed: true }])
  })
})

describe('the one box', () => {
  let hotpot = 0
  beforeAll(async () => {
    hotpot = await open({ name: '老王火锅', phone: '13912345678', meters: [5, 6] })
    await open({ name: '老王书店', phone: '13912340000', meters: [7] })
    await open({ name: '100%纯棉', meters: [8] })
  })
  const find = async (text: string, query = '') => {
    const search = encodeURIComponent(text)
    const answer = await clerk.get(
      `/api/v1/accounts?complexId=${rig.complex.complexId}&search=${search}${query}`,
    )
    expect(answer.status).toBe(200)
    const items = field(answer, 'items')
    return Array.isArray(items) ? items.map((item) => String(item.tenant)) : []
  }

  test.each([
    ['a tenant name', () => '老王火锅', ['老王火锅']],
    ['a part of a tenant name', () => '火锅', ['老王火锅']],
    ['pinyin initials', () => 'lwhg', ['老王火锅']],
    ['pinyin initials in capitals', () => 'LWHG', ['老王火锅']],
    ['a beginning that two tenants share', () => '老王', ['老王火锅', '老王书店']],
    ['a whole phone number', () => '13912345678', ['老王火锅']],
    ['the last four digits of a phone', () => '5678', ['老王火锅']],
    ['a whole meter number', () => meterAt(5).address, ['老王火锅']],
    ['the last six digits of a meter number', () => meterAt(7).address.slice(-6), ['老王书店']],
    ['text around which blanks were pasted', () => '  火锅 ', ['老王火锅']],
    ['a sign that SQL would take for any text', () => '%', ['100%纯棉']],
    ['another such sign', () => '_', []],
    ['what nobody is called', () => '不存在的商户', []],
    ['a quote', () => "'; select 1", []],
  ])('finds by %s', async (_promise, text, tenants) => {
    expect((await find(text())).toSorted()).toEqual(tenants.toSorted())
  })
  test('finds by shop number, whatever its case, and no other shop', async () => {
    const account = await clerk.get(`/api/v1/accounts/${hotpot}`)
    const meters = field(account, 'meters')
    const shop = Array.isArray(meters) ? String(meters[0].premises) : ''
    expect(shop).not.toBe('')
    const found = await find(shop.toLowerCase())
    expect(found).toContain('老王火锅')
    expect(found).not.toContain('蜀香小厨')
  })
  test('shows no more of a phone than its ends', async () => {
    const account = await clerk.get(`/api/v1/accounts/${hotpot}`)
    expect(field(account, 'phoneMasked')).toBe('139****5678')
    expect(JSON.stringify(account.body)).not.toContain('1391')
  })
  test('pages through what it found', async () => {
    const asked = `complexId=${rig.complex.complexId}&search=${encodeURIComponent('老王')}`
    const path = `/api/v1/accounts?${asked}&limit=1`
    const first = await clerk.get(path)
    const second = await clerk.get(`${path}&cursor=${field(first, 'nextCursor')}`)
    const tenants = [first, second].flatMap((answer) => {
      const items = field(answer, 'items')
      return Array.isArray(items) ? items.map((item) => item.tenant) : []
    })
    expect(tenants.toSorted()).toEqual(['老王书店', '老王火锅'])
    expect(field(second, 'nextCursor')).toBeNull()
  })
  test('leaves closed accounts out where only open ones are asked for', async () => {
    await rows(
      `update account set closed_at = opened_at + interval '1 hour' where account_id = ${hotpot}`,
    )
    expect(await find('lwhg', '&state=open')).toEqual([])
    expect(await find('lwhg', '&state=closed')).toEqual(['老王火锅'])
    expect(await find('lwhg')).toEqual(['老王火锅'])
  })
})

test('lists go on where they stopped, and every account comes once', async () => {
  const seen: number[] = []
  let cursor = ''
  for (let page = 0; page < 20 && cursor !== 'null'; page++) {
    const answer = await clerk.get(
      `/api/v1/accounts?complexId=${rig.complex.complexId}&limit=2${cursor && `&cursor=${cursor}`}`,
    )
    const items = field(answer, 'items')
    if (Array.isArray(items)) seen.push(...items.map((item) => Number(item.accountId)))
    cursor = String(field(answer, 'nextCursor'))
  }
  const all = await rows<{ id: number }>('select account_id as id from account order by 1')
  expect(seen).toEqual(all.map(({ id }) => id))
})

test('no answer of these broke its contract', () => {
  expect(rig.lines.filter((line) => line.level === 'error')).toEqual([])
})

describe('the service fee of a complex', () => {
  const path = () => `/api/v1/complexes/${rig.complex.complexId}/service-fee`

  test('is set by who sets prices, audited, and shown before payment', async () => {
    const accountId = await open({ name: '云裳', meters: [11], firstPurchaseFen: 100 })
    const keeper = await rig.as('keeper')
    expect(await clerk.send('PUT', path(), { body: { serviceFee: null } })).toMatchObject({
      status: 403,
    })
    const serviceFee = { kind: 'permille', permille: 30 }
    expect(await keeper.send('PUT', path(), { body: { serviceFee } })).toMatchObject({
      status: 200,
      body: { serviceFee },
    })
    expect(await clerk.get(path())).toMatchObject({ body: { serviceFee } })
    const sale = { amountFen: 10_000, method: 'cash', dryRun: true }
    const told = await clerk.post(`/api/v1/accounts/${accountId}/recharge`, sale, key())
    expect(told).toMatchObject({ body: { receipt: { serviceFeeFen: 300, creditFen: 9_700 } } })
    const log = `select before, after from audit where action = 'complex.serviceFee'`
    expect(await rows(log)).toEqual([
      { before: { serviceFee: null }, after: { serviceFee: { kind: 'permille', permille: 30 } } },
    ])
    await keeper.send('PUT', path(), { body: { serviceFee: null } })
    expect(await clerk.get(path())).toMatchObject({ body: { serviceFee: null } })
  })

  test.each([
    { kind: 'permille', permille: 999 },
    { kind: 'fixed', fen: -1 },
    { kind: 'percent', percent: 3 },
  ])('is refused as $kind out of its bounds', async (serviceFee) => {
    const keeper = await rig.as('keeper')
    expect(await keeper.send('PUT', path(), { body: { serviceFee } })).toMatchObject({
      status: 400,
      body: { code: 'invalid_input' },
    })
  })
})
