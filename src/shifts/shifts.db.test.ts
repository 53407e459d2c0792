import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { recharge } from '../accounts/recharge.ts'
import { auditBooks } from '../ledger/audit.ts'
import { trialBalance } from '../ledger/read-store.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { accountId } from '../shared/ids.ts'

let rig: WebRig
let manager: Client
let clerk: Client
let name = ''
const accounts: number[] = []
let clerks = 0

const complexId = () => rig.complex.complexId
const field = (answer: Answer, key: string): unknown => {
  const found: unknown = Object(answer.body)[key]
  return found
}

beforeAll(async () => {
  rig = await startWebRig({ meters: 3 })
  await rig.addOperator('manager', 'manager', [complexId()])
  await rig.addOperator('seller', 'finance-clerk', [complexId()])
  manager = await rig.as('manager')
  const seller = await rig.as('seller')
  for (const [index, meter] of rig.complex.meters.entries()) {
    const opened = await seller.post('/api/v1/accounts', {
      complexId: complexId(),
      tenant: { name: `商户${index}` },
      meters: [
        {
          meterId: meter.meterId,
          planId: rig.complex.planId,
          alarm1Fen: 5_000,
          alarm2Fen: 2_000,
        },
      ],
    })
    accounts.push(Number(field(opened, 'accountId')))
  }
})
afterAll(() => rig.stop())

// Each test has a clerk of its own, whose drawer is empty.
beforeEach(async () => {
  name = `till-${++clerks}`
  await rig.addOperator(name, 'finance-clerk', [complexId()])
  clerk = await rig.as(name)
})

const sell = (amountFen: number, method = 'cash', by = clerk) =>
  by.post(`/api/v1/accounts/${must(accounts[0], 'an account')}/recharge`, {
    amountFen,
    method,
    similarAccepted: true,
  })
const open = (floatFen: number) =>
  clerk.post('/api/v1/shifts', { complexId: complexId(), floatFen })
const current = () => clerk.get(`/api/v1/shifts/current?complexId=${complexId()}`)
const shiftId = async (): Promise<string> => {
  const { shift } = Object((await current()).body)
  return String(shift?.shiftId)
}
const count = async (countedFen: number, more: object = {}, by = clerk) =>
  by.post(`/api/v1/shifts/${await shiftId()}/count`, { countedFen, ...more })
const close = async (body: object = {}, by = clerk) =>
  by.post(`/api/v1/shifts/${await shiftId()}/close`, body)
const balances = async (): Promise<Map<string, number>> => {
  const rows = await rig.base.db.as(systemScope('test'), (tx) => trialBalance(tx, complexId()))
  return new Map(rows.map((row) => [row.path, row.balanceFen]))
}

describe('a shift', () => {
  test('goes from its float to the safe, and its drawer is at zero for ever', async () => {
    const before = (await balances()).get('safe') ?? 0
    expect(await open(20_000)).toMatchObject({
      status: 200,
      body: {
        state: 'open',
        operator: `操作员 ${name}`,
        floatFen: 20_000,
        count: null,
        totals: null,
      },
    })
    const id = await shiftId()
    const first = await sell(5_000)
    await sell(3_000)
    const last = await sell(2_000, 'card')
    expect((await balances()).get(`cash/${id}`)).toBe(28_000)
    const counted = await count(28_000, {
      perDenomination: [
        { faceFen: 10_000, pieces: 2 },
        { faceFen: 1_000, pieces: 8 },
      ],
    })
    const receiptOf = (sold: Answer) => Object(field(sold, 'receipt')).receiptNo
    expect(counted).toMatchObject({
      status: 200,
      body: {
        state: 'counted',
        count: { expectedFen: 28_000, countedFen: 28_000, differenceFen: 0 },
        totals: [
          { method: 'card', sales: 1, salesFen: 2_000, payouts: 0, payoutsFen: 0 },
          { method: 'cash', sales: 2, salesFen: 8_000, payouts: 0, payoutsFen: 0 },
        ],
        receipts: { from: receiptOf(first), to: receiptOf(last), receipts: 3 },
      },
    })
    expect(await close()).toMatchObject({
      status: 200,
      body: { state: 'closed', handedInFen: 28_000, reasonCode: null },
    })
    const after = await balances()
    expect(after.get(`cash/${id}`)).toBe(0)
    expect(after.get('safe')).toBe(before + 8_000)
    expect(await current()).toMatchObject({ body: { shift: null } })
  })

  test('is opened by the first sale with no float', async () => {
    await sell(100)
    expect(await current()).toMatchObject({ body: { shift: { state: 'open', floatFen: 0 } } })
  })

  test('tells nothing of the drawer before it is counted, to nobody', async () => {
    await open(1_000)
    await sell(4_321)
    const id = await shiftId()
    const told = [
      await current(),
      await clerk.get(`/api/v1/shifts/${id}`),
      await clerk.get(`/api/v1/shifts/own?complexId=${complexId()}`),
      await manager.get(`/api/v1/shifts/${id}`),
      await manager.get(`/api/v1/shifts?complexId=${complexId()}&state=open`),
    ]
    for (const answer of told) {
      expect(answer.status).toBe(200)
      expect(JSON.stringify(answer.body)).toContain(id)
      expect(JSON.stringify(answer.body)).not.toMatch(/4321|5321/)
    }
  })

  test('that is short is handed over with a reason, and the difference has its name', async () => {
    const before = (await balances()).get('cash-difference') ?? 0
    await sell(5_000)
    await count(4_900)
    expect(await close()).toMatchObject({
      status: 422,
      body: { code: 'difference_needs_reason', facts: { differenceFen: -100 } },
    })
    expect(await close({ reasonCode: 'other' })).toMatchObject({ status: 422 })
    expect(await close({ reasonCode: 'other', note: '找零' })).toMatchObject({ status: 200 })
    expect((await balances()).get('cash-difference')).toBe(before + 100)
  })

  test('takes no money between the count and the hand-over, and a new one afterwards', async () => {
    await sell(100)
    const counted = await shiftId()
    await count(100)
    expect(await sell(100)).toMatchObject({ status: 409, body: { code: 'shift_counted' } })
    await close()
    expect(await sell(100)).toMatchObject({ status: 200 })
    expect(await shiftId()).not.toBe(counted)
  })

  test('is counted once, and closed once', async () => {
    await sell(100)
    const id = await shiftId()
    expect(await close()).toMatchObject({ body: { code: 'shift_not_counted' } })
    const pieces = { perDenomination: [{ faceFen: 100, pieces: 2 }] }
    expect(await count(100, pieces)).toMatchObject({ body: { code: 'count_not_sum' } })
    await count(100)
    expect(await count(100)).toMatchObject({ body: { code: 'shift_counted' } })
    await close()
    expect(await clerk.post(`/api/v1/shifts/${id}/close`, {})).toMatchObject({
      status: 409,
      body: { code: 'shift_closed' },
    })
  })

  test('is one at a time for each clerk', async () => {
    await open(100)
    expect(await open(100)).toMatchObject({ status: 409, body: { code: 'shift_open_already' } })
  })

  test('of another is seen with shift.view and ended with day.close', async () => {
    await sell(100)
    const id = await shiftId()
    const stranger = await rig.as('seller')
    expect(await stranger.get(`/api/v1/shifts/${id}`)).toMatchObject({ status: 403 })
    const body = { countedFen: 100 }
    expect(await stranger.post(`/api/v1/shifts/${id}/count`, body)).toMatchObject({ status: 403 })
    expect(await manager.post(`/api/v1/shifts/${id}/count`, body)).toMatchObject({ status: 200 })
    expect(await manager.post(`/api/v1/shifts/${id}/close`, {})).toMatchObject({ status: 200 })
  })

  test('that is counted while sales run holds exactly the acknowledged ones', async () => {
    await sell(100)
    const id = await shiftId()
    const selling = accounts.flatMap((_, index) =>
      Array.from({ length: 4 }, () =>
        clerk.post(`/api/v1/accounts/${accounts[index]}/recharge`, {
          amountFen: 7,
          method: 'cash',
          similarAccepted: true,
        }),
      ),
    )
    const counting = count(0)
    const sold = (await Promise.all(selling)).filter((answer) => answer.status === 200)
    const answer = await counting
    expect(answer).toMatchObject({
      status: 200,
      body: { count: { expectedFen: 100 + 7 * sold.length } },
    })
    expect((await balances()).get(`cash/${id}`)).toBe(100 + 7 * sold.length)
    await close({ reasonCode: 'unknown' })
  })
})

describe('a receipt', () => {
  test('is printed once as the original, and later as numbered copies, each kept', async () => {
    const sold = await sell(1_234)
    const receiptNo = String(Object(field(sold, 'receipt')).receiptNo)
    const path = `/api/v1/receipts/${receiptNo}/prints`
    const asked = `${path}?complexId=${complexId()}`
    expect(await clerk.get(asked)).toMatchObject({ status: 200, body: { prints: [] } })
    const body = { complexId: complexId() }
    const key = { 'idempotency-key': `print-${receiptNo}` }
    for (let twice = 0; twice < 2; twice++)
      expect(await clerk.post(path, body, key)).toMatchObject({
        status: 200,
        body: { kind: 'sale', receipt: { paidFen: 1_234 }, prints: [{ copyNo: 1 }] },
      })
    await manager.post(path, body)
    expect(await clerk.get(asked)).toMatchObject({
      body: {
        prints: [
          { copyNo: 1, operator: `操作员 ${name}` },
          { copyNo: 2, operator: '操作员 manager' },
        ],
      },
    })
  })

  test('that was never written is not found', async () => {
    const body = { complexId: complexId() }
    const answer = await clerk.post('/api/v1/receipts/1999-0000001/prints', body)
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
  })
})

test('at the end the books are sound', async () => {
  await recharge(rig.complex.deps, rig.complex.clerk, {
    requestId: 'the-last',
    accountId: accountId(must(accounts[1], 'an account')),
    amountFen: 1,
    method: 'cash',
  })
  expect(await auditBooks(rig.base.db)).toEqual([])
})
