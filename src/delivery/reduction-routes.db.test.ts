import { afterAll, beforeAll, expect, test } from 'vitest'
import { deliverWaiting } from '../../test/delivered.ts'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { must } from '../shared/assert.ts'
import { accountId, type MeterId, type Uuid } from '../shared/ids.ts'
import { queueReduction } from './reduction-queue.ts'

let rig: WebRig
let clerk: Client
let outsider: Client
let meterId: MeterId
let account: number

beforeAll(async () => {
  rig = await startWebRig({ meters: 2 })
  const { complexId, planId, meters } = rig.complex
  await rig.addOperator('administrator', 'administrator', null)
  await rig.addOperator('clerk', 'finance-clerk', [complexId])
  await rig.addOperator('outsider', 'finance-clerk', [rig.otherComplex])
  clerk = await rig.as('clerk')
  outsider = await rig.as('outsider')
  meterId = must(meters[0], 'a meter').meterId
  const limits = { alarm1Fen: 5_000, alarm2Fen: 2_000, firstPurchaseFen: 10_000 }
  const opened = await (await rig.as('administrator')).post('/api/v1/accounts', {
    complexId,
    tenant: { name: '蜀香餐饮' },
    meters: [{ meterId, planId, ...limits }],
  })
  account = Number(Object(opened.body).accountId)
  await deliverWaiting(rig.complex.deps, rig.complex, meterId)
})
afterAll(() => rig.stop())

let queued = 0
const queue = (): Promise<Uuid> =>
  rig.complex.deps.db.as(rig.complex.clerk, (tx) =>
    queueReduction(
      tx,
      rig.complex.deps,
      { complexId: rig.complex.complexId, accountId: accountId(account) },
      meterId,
      {
        requestId: `queued-${++queued}`,
        purpose: 'refund',
        wantedFen: 3_000,
        saleId: null,
        reason: '退电',
      },
    ),
  )

test('a reduction is listed, found and called off once; nobody else sees it', async () => {
  const id = await queue()
  const list = `/api/v1/reductions?complexId=${rig.complex.complexId}&accountId=${account}`
  const facts = { reductionId: id, state: 'QUEUED', wantedFen: 3_000, tenant: '蜀香餐饮' }
  expect(await clerk.get(`${list}&state=QUEUED`)).toMatchObject({
    status: 200,
    body: { items: [{ ...facts, takenFen: null, sends: 0, before: null }], nextCursor: null },
  })
  expect(await clerk.get(`${list}&state=DONE`)).toMatchObject({ body: { items: [] } })
  expect(await outsider.get(`/api/v1/reductions/${id}`)).toMatchObject({ status: 404 })
  const cancel = () =>
    clerk.post(
      `/api/v1/reductions/${id}/cancel`,
      { reason: '客户改变主意' },
      { 'idempotency-key': 'called-off' },
    )
  const off = { state: 'CANCELLED', cancelReason: '客户改变主意' }
  expect(await cancel()).toMatchObject({ status: 200, body: off })
  expect(await cancel()).toMatchObject({ status: 200, body: off })
  expect(await clerk.get(`/api/v1/reductions/${id}`)).toMatchObject({ status: 200, body: off })
  expect(await clerk.post(`/api/v1/reductions/${id}/cancel`, { reason: 'again' })).toMatchObject({
    status: 409,
    body: { code: 'reduction_not_cancellable' },
  })
})

test('a page of the list goes on where the last one ended', async () => {
  await queue()
  const first = await clerk.get(`/api/v1/reductions?complexId=${rig.complex.complexId}&limit=1`)
  expect(first).toMatchObject({ body: { items: [{ state: 'QUEUED' }] } })
  const cursor = String(Object(first.body).nextCursor)
  const next = `/api/v1/reductions?complexId=${rig.complex.complexId}&limit=1&cursor=${cursor}`
  expect(await clerk.get(next)).toMatchObject({
    body: { items: [{ state: 'CANCELLED' }], nextCursor: null },
  })
})
