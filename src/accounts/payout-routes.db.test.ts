import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'

let rig: WebRig
let clerk: Client
let manager: Client
let administrator: Client
let accountId: number

beforeAll(async () => {
  rig = await startWebRig({ meters: 2 })
  await rig.addOperator('clerk', 'finance-clerk', [rig.complex.complexId])
  await rig.addOperator('night', 'finance-clerk', [rig.complex.complexId])
  await rig.addOperator('manager', 'manager', [rig.complex.complexId])
  await rig.addOperator('administrator', 'administrator', null)
  clerk = await rig.as('clerk')
  manager = await rig.as('manager')
  administrator = await rig.as('administrator')
  const opened = await administrator.post('/api/v1/accounts', {
    complexId: rig.complex.complexId,
    tenant: { name: '蜀香餐饮' },
    meters: [
      {
        meterId: rig.complex.meters[0]?.meterId,
        planId: rig.complex.planId,
        alarm1Fen: 5_000,
        alarm2Fen: 2_000,
      },
    ],
  })
  accountId = field(opened.body, 'accountId', isNumber)
})
afterAll(() => rig.stop())

const isNumber = (value: unknown): value is number => typeof value === 'number'
const isText = (value: unknown): value is string => typeof value === 'string'
const field = <T>(body: unknown, name: string, is: (value: unknown) => value is T): T => {
  const found = Object.entries(Object(body)).find(([key]) => key === name)?.[1]
  if (!is(found)) throw new Error(`no ${name} in ${JSON.stringify(body)}`)
  return found
}

const sellBy = async (client: Client, amountFen: number): Promise<string> => {
  const sold = await client.post(`/api/v1/accounts/${accountId}/recharge`, {
    ...{ amountFen, method: 'cash', similarAccepted: true },
  })
  return field(sold.body, 'purchaseId', isText)
}
const within = () => `complexId=${rig.complex.complexId}`
const reason = { reasonCode: 'wrong-amount' } as const

describe('at the counter', () => {
  test('a clerk reverses his own sale, finds the voucher and prints it again', async () => {
    const purchaseId = await sellBy(clerk, 3_300)
    const path = `/api/v1/purchases/${purchaseId}/reverse`
    const tried = await clerk.post(path, { ...reason, dryRun: true }, { 'idempotency-key': 'x' })
    expect(tried).toMatchObject({ status: 200, body: { dryRun: true, amountFen: 3_300 } })
    const done = await clerk.post(path, { ...reason, note: '输错' })
    expect(done).toMatchObject({ status: 200, body: { state: 'paid', reductionId: null } })
    const listed = await clerk.get(
      `/api/v1/payouts?${within()}&search=${encodeURIComponent('蜀香')}`,
    )
    expect(listed).toMatchObject({
      status: 200,
      body: { items: [{ purpose: 'reversal', paidFen: 3_300, note: '输错' }], nextCursor: null },
    })
    const none = await clerk.get(`/api/v1/payouts?${within()}&purpose=refund`)
    expect(none).toMatchObject({ body: { items: [] } })
    const old = await clerk.get(`/api/v1/payouts?${within()}&to=2020-01-01`)
    expect(old).toMatchObject({ body: { items: [] } })
    const payoutId = field(field(listed.body, 'items', Array.isArray)[0], 'payoutId', isText)
    const printed = await clerk.get(`/api/v1/payouts/${payoutId}`)
    expect(printed).toMatchObject({ status: 200, body: { payoutId, operator: '操作员 clerk' } })
    const lost = await clerk.get(`/api/v1/payouts/${rig.deps.ids.uuid()}`)
    expect(lost).toMatchObject({ status: 404 })
  })

  test('the reasons are a closed list in two languages', async () => {
    const { body } = await clerk.get('/api/v1/payout-reasons')
    expect(body).toMatchObject({
      items: expect.arrayContaining([
        {
          ...{ code: 'other', zh: expect.any(String), en: expect.any(String), needsNote: true },
          uses: ['payout', 'waiver'],
        },
      ]),
    })
    const purchaseId = await sellBy(clerk, 200)
    const wrong = { reasonCode: 'because' }
    expect(await clerk.post(`/api/v1/purchases/${purchaseId}/reverse`, wrong)).toMatchObject({
      status: 400,
      body: { code: 'invalid_input' },
    })
  })

  test('nothing owed is not forgiven, and nothing is written down', async () => {
    const path = `/api/v1/accounts/${accountId}/waive`
    expect(await clerk.post(path, { amountFen: 1, reasonCode: 'goodwill' })).toMatchObject({
      status: 422,
      body: { code: 'more_than_is_owed' },
    })
  })

  test('a refund tells in words what is missing', async () => {
    const path = `/api/v1/accounts/${accountId}/refund`
    const asked = await clerk.post(path, { all: true, method: 'cash', ...reason })
    expect(asked).toMatchObject({ status: 409, body: { code: 'balance_unknown' } })
  })
})

describe('four eyes', () => {
  test('a colleague asks, the manager agrees, the colleague reverses', async () => {
    const purchaseId = await sellBy(clerk, 4_400)
    const night = await rig.as('night')
    const path = `/api/v1/purchases/${purchaseId}/reverse`
    expect(await night.post(path, reason)).toMatchObject({
      status: 409,
      body: { code: 'approval_required', facts: { why: 'shift', amountFen: 4_400 } },
    })
    const asked = await night.post('/api/v1/approvals', {
      ...{ operation: 'sale.reverse', purchaseId, ...reason },
    })
    expect(asked).toMatchObject({ status: 200, body: { expiresAt: expect.any(String) } })
    const approvalId = field(asked.body, 'approvalId', isText)
    const open = `/api/v1/approvals?${within()}&state=open`
    expect(await night.get(open)).toMatchObject({ body: { items: [{ approvalId, own: true }] } })
    expect(await manager.get(open)).toMatchObject({
      body: {
        items: [
          {
            approvalId,
            state: 'open',
            own: false,
            title: { zh: '冲正' },
            askedBy: '操作员 night',
            summary: { amountFen: 4_400, tenant: '蜀香餐饮', reasonCode: 'wrong-amount' },
          },
        ],
      },
    })
    const decide = `/api/v1/approvals/${approvalId}/decide`
    expect(await night.post(decide, { agreed: true })).toMatchObject({ status: 403 })
    expect(await manager.post(decide, { agreed: true })).toMatchObject({
      status: 200,
      body: { approvalId, agreed: true },
    })
    expect(await night.post(path, { ...reason, approvalId })).toMatchObject({
      status: 200,
      body: { payout: { approvedBy: '操作员 manager' } },
    })
  })

  test('is not asked for by who may not do it alone either', async () => {
    const asked = await manager.post('/api/v1/approvals', {
      ...{ operation: 'account.refund', accountId, all: true, method: 'cash', ...reason },
    })
    expect(asked).toMatchObject({ status: 403, body: { code: 'not_permitted' } })
  })
})

describe('limits of operators', () => {
  test('are set by a manager, seen in the list, and hold at the next sale', async () => {
    const list = await manager.get(`/api/v1/operator-limits?${within()}`)
    const rows = field(list.body, 'items', Array.isArray)
    const row = rows.find((each) => field(each, 'username', isText) === 'clerk')
    const operatorId = field(row, 'operatorId', isNumber)
    const put = (limits: { saleFen: number | null; payoutFen: number | null }, id = operatorId) => {
      const body = { complexId: rig.complex.complexId, operatorId: id, ...limits }
      return manager.send('PUT', '/api/v1/operator-limits', { body })
    }
    expect(await put({ saleFen: 1_000, payoutFen: 500 })).toMatchObject({
      status: 200,
      body: { operatorId, saleFen: 1_000, payoutFen: 500 },
    })
    const sale = { amountFen: 1_001, method: 'cash', similarAccepted: true }
    expect(await clerk.post(`/api/v1/accounts/${accountId}/recharge`, sale)).toMatchObject({
      status: 409,
      body: { code: 'approval_required', facts: { limitFen: 1_000 } },
    })
    expect(await put({ saleFen: -1, payoutFen: null })).toMatchObject({ status: 400 })
    expect(await put({ saleFen: 1, payoutFen: 1 }, 999_999)).toMatchObject({ status: 404 })
    expect(await clerk.get(`/api/v1/operator-limits?${within()}`)).toMatchObject({ status: 403 })
    expect(await put({ saleFen: null, payoutFen: null })).toMatchObject({ status: 200 })
    const sold = await clerk.post(`/api/v1/accounts/${accountId}/recharge`, sale)
    expect(sold).toMatchObject({ status: 200 })
  })
})
