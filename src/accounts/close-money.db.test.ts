import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askFor } from '../../test/ask-approval.ts'
import { type ClosingRig, refusalOf, startClosingRig } from '../../test/closing-rig.ts'
import { deliverWaiting } from '../../test/delivered.ts'
import { clerkOn } from '../../test/tiny-complex.ts'
import { decideApproval } from '../approvals/ask.ts'
import { auditBooks } from '../ledger/audit.ts'
import { must } from '../shared/assert.ts'
import { plusMs, sqlTime } from '../shared/clock.ts'
import { payClosing } from './close-pay.ts'
import { takeDeposit } from './deposit.ts'
import { transferAccount } from './transfer.ts'

let rig: ClosingRig

beforeAll(async () => {
  rig = await startClosingRig()
})
afterAll(() => rig.stop())

describe('closing in centre mode', () => {
  test('charges up to the final reading and pays what is left of the balance', async () => {
    const { accountId } = await rig.open(8, { mode: 'centre', firstPurchaseFen: 10_000 })
    await rig.close(accountId)
    await rig.drive()
    await rig.shows(8, { energyWh: 1_010_000 })
    await rig.drive()
    await rig.confirmTrips()
    await rig.drive()
    // 10 kWh × 1.05 yuan
    expect(await rig.closing(accountId)).toMatchObject({
      state: 'settling',
      settlement: { balanceFen: 10_000 - 1_050, netFen: 8_950 },
      meters: [{ wallet: 'none', finalWh: 1_010_000 }],
    })
    expect(await rig.pay(accountId, 8_950)).toMatchObject({
      voucher: { paidFen: 8_950, reason: { code: 'tenant-leaves' }, note: '' },
    })
    expect(await auditBooks(rig.base.db)).toEqual([])
  })

  test('collects a balance below zero', async () => {
    const { accountId } = await rig.open(9, { mode: 'centre' })
    rig.later(60_000)
    await rig.close(accountId, { finalWh: { [rig.meterAt(9)]: 1_020_000 } })
    await rig.drive()
    await rig.confirmTrips()
    await rig.drive()
    expect(await rig.pay(accountId, -2_100)).toMatchObject({
      closing: { state: 'closed' },
      receipt: { paidFen: 2_100 },
    })
    expect(await auditBooks(rig.base.db)).toEqual([])
  })
})

test('above his limit a clerk pays with the agreement of a second person', async () => {
  const { accountId } = await rig.open(12, { mode: 'centre', firstPurchaseFen: 30_000 })
  rig.later(60_000)
  await rig.close(accountId, { finalWh: { [rig.meterAt(12)]: 1_000_000 } })
  await rig.drive()
  await rig.confirmTrips()
  await rig.drive()
  const { complexId } = rig.complex
  const operator = must(rig.clerk.operator, 'the clerk')
  await rig.sql(
    'insert into operator_limit (complex_id, operator_id, payout_fen) values ($1, $2, 10000)',
    [complexId, operator],
  )
  expect(await refusalOf(rig.pay(accountId, 30_000))).toBe('approval_required')
  const { approvalId } = await askFor(rig.deps, rig.clerk, {
    ...{ operation: 'account.close', accountId, method: 'cash', amountFen: 30_000 },
    requestId: rig.nextId(),
  })
  const second = await clerkOn(rig.deps.db, complexId, '复核人')
  const decided = { approvalId, requestId: rig.nextId(), agreed: true, note: '' }
  await decideApproval(rig.deps, second, decided)
  const again = { accountId, requestId: rig.nextId(), method: 'cash', approvalId } as const
  expect(await payClosing(rig.deps, rig.clerk, again)).toMatchObject({
    closing: { state: 'closed' },
    voucher: { paidFen: 30_000 },
  })
  await rig.sql('delete from operator_limit')
  expect(await auditBooks(rig.base.db)).toEqual([])
})

test.each([
  ['another reason stays off', 13, '漏电', 'tripped'],
  ['a closing of before its reason had a code is released', 17, '销户', 'prepaid'],
] as const)('switched off for %s for the next tenant', async (_, index, reason, mode) => {
  await rig.open(index)
  await rig.sql(
    `insert into control (complex_id, point_id, mode, reason, since)
     select i.complex_id, i.point_id, 'tripped', $3, $2::timestamptz from installation i
     where i.meter_id = $1
     on conflict (complex_id, point_id) do update set mode = 'tripped', reason = $3`,
    [rig.meterAt(index), sqlTime(rig.now()), reason],
  )
  await rig.sql(
    `update supply s set until = $2::timestamptz from installation i
     where i.point_id = s.point_id and i.meter_id = $1`,
    [rig.meterAt(index), sqlTime(plusMs(rig.now(), 1))],
  )
  await rig.sql(
    "update purchase set state = 'CANCELLED', ended_at = queued_at where meter_id = $1",
    [rig.meterAt(index)],
  )
  await rig.sql('update epoch set closed_at = opened_at where meter_id = $1', [rig.meterAt(index)])
  rig.later(1_000)
  await rig.open(index)
  const modes = await rig.sql<{ mode: string }>(
    `select c.mode from control c join installation i on i.point_id = c.point_id
     where i.meter_id = $1`,
    [rig.meterAt(index)],
  )
  expect(modes).toEqual([{ mode }])
})

test('money that stays goes over less what the former tenant has used', async () => {
  const { accountId } = await rig.open(14, { mode: 'centre', firstPurchaseFen: 10_000 })
  rig.later(60_000)
  const transfer = (finalWh: number) =>
    transferAccount(rig.deps, rig.clerk, {
      ...{ accountId, requestId: rig.nextId(), handOver: 'moneyStays', note: '协议' },
      ...{ tenant: { name: '接手人' }, finalWh: { [rig.meterAt(14)]: finalWh } },
    })
  await rig.shows(14, { energyWh: 1_004_000 })
  rig.later(60_000)
  expect(await refusalOf(transfer(1_003_999))).toBe('final_reading_too_low')
  // 6 kWh × 1.05 yuan
  expect(await transfer(1_006_000)).toMatchObject({ assigned: { balanceFen: 10_000 - 630 } })
  const days = await rig.sql<{ fen: number }>(
    'select due_fen as fen from usage_day where meter_id = $1',
    [rig.meterAt(14)],
  )
  expect(days).toEqual([{ fen: 630 }])
  expect(await auditBooks(rig.base.db)).toEqual([])
})

test('in meter mode a wallet reading from before the last delivery charges nobody', async () => {
  const { accountId } = await rig.open(15, { firstPurchaseFen: 5_000 })
  const transfer = () =>
    transferAccount(rig.deps, rig.clerk, {
      ...{ accountId, requestId: rig.nextId(), handOver: 'moneyStays', note: '协议' },
      tenant: { name: '接手人' },
    })
  await rig.shows(15, { balanceFen: 0 })
  rig.later(1_000)
  await deliverWaiting(rig.deps, rig.complex, rig.meterAt(15))
  rig.later(1_000)
  await transfer()
  const used = () =>
    rig.sql<{ fen: number }>('select due_fen as fen from usage_day where meter_id = $1', [
      rig.meterAt(15),
    ])
  expect(await used()).toEqual([])
  await rig.shows(15, { balanceFen: 4_200 })
  rig.later(1_000)
  await transfer()
  expect(await used()).toEqual([{ fen: 800 }])
  expect(await auditBooks(rig.base.db)).toEqual([])
})

test('a sale that races a closing is in it or is refused', async () => {
  const { accountId } = await rig.open(16, { firstPurchaseFen: 1_000 })
  const sales = [200, 300, 400, 500].map((amountFen) => refusalOf(rig.sale(accountId, amountFen)))
  const [closed, ...told] = await Promise.all([refusalOf(rig.close(accountId)), ...sales])
  expect(closed).toBe('accepted')
  for (const one of told) expect(['accepted', 'closing_under_way']).toContain(one)
  const waiting = await rig.sql(
    "select from purchase where meter_id = $1 and state in ('QUEUED', 'ARMED')",
    [rig.meterAt(16)],
  )
  expect(waiting).toEqual([])
  const paid = await rig.sql<{ fen: number }>(
    'select sum(paid_fen)::bigint as fen from sale where account_id = $1',
    [accountId],
  )
  const { settlement } = await rig.closing(accountId)
  expect([{ fen: settlement.payableFen }]).toEqual(paid)
  expect(await auditBooks(rig.base.db)).toEqual([])
})

test('several requests at once close once', async () => {
  const { accountId } = await rig.open(10)
  const attempts = await Promise.all([0, 1, 2].map(() => refusalOf(rig.close(accountId))))
  expect(attempts.toSorted()).toEqual(['accepted', 'closing_under_way', 'closing_under_way'])
})

test('a deposit needs an amount and an account that goes on', async () => {
  const { accountId } = await rig.open(11)
  const take = (amountFen: number) =>
    takeDeposit(rig.deps, rig.clerk, {
      ...{ accountId, requestId: rig.nextId(), amountFen, method: 'transfer' },
    })
  expect(await refusalOf(take(0))).toBe('amount_out_of_range')
  expect(await take(700)).toMatchObject({
    depositFen: 700,
    receipt: { paidFen: 700, depositFen: 700, creditFen: 0 },
  })
  await rig.close(accountId)
  expect(await refusalOf(take(700))).toBe('closing_under_way')
  expect(rig.errors).toEqual([])
})
