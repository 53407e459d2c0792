import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClosingRig, refusalOf, startClosingRig } from '../../test/closing-rig.ts'
import { deliverWaiting } from '../../test/delivered.ts'
import { SOUND_METER } from '../../test/tiny-complex.ts'
import { auditBooks } from '../ledger/audit.ts'
import { sqlTime } from '../shared/clock.ts'
import { abortClosing, decideClosing } from './close.ts'
import { takeDeposit } from './deposit.ts'
import { refund } from './refund.ts'
import { transferAccount } from './transfer.ts'

let rig: ClosingRig

beforeAll(async () => {
  rig = await startClosingRig()
})
afterAll(() => rig.stop())

describe('closing in meter mode', () => {
  test('reads, trips, empties the wallet and pays what is left, with the deposit', async () => {
    const { accountId } = await rig.open(0, { firstPurchaseFen: 10_000 })
    await deliverWaiting(rig.deps, rig.complex, rig.meterAt(0))
    await takeDeposit(rig.deps, rig.clerk, {
      ...{ accountId, requestId: rig.nextId(), amountFen: 50_000, method: 'cash' },
    })
    // One more sale that has not reached the meter: it comes back at once.
    await rig.sale(accountId, 3_000)
    const begun = await rig.close(accountId)
    expect(begun).toMatchObject({ state: 'delivering', abortable: true })
    expect(begun.cancelledPurchases).toHaveLength(1)
    expect(begun.settlement).toMatchObject({ payableFen: 3_000, depositFen: 50_000 })
    expect(await refusalOf(rig.sale(accountId, 100))).toBe('closing_under_way')
    expect(await refusalOf(rig.pay(accountId))).toBe('closing_not_ready')
    const back = { accountId, requestId: rig.nextId(), all: true, method: 'cash' } as const
    const refunded = refund(rig.deps, rig.clerk, { ...back, reasonCode: 'tenant-leaves' })
    expect(await refusalOf(refunded)).toBe('closing_under_way')
    await rig.drive()
    expect(await rig.closing(accountId)).toMatchObject({
      state: 'reading',
      meters: [{ waitsFor: 'answer' }],
    })
    await rig.shows(0, { energyWh: 50_000, balanceFen: 7_000 })
    await rig.drive()
    expect(await rig.closing(accountId)).toMatchObject({
      state: 'tripping',
      meters: [{ finalWh: 50_000, finalBy: 'meter', waitsFor: 'trip' }],
    })
    await rig.confirmTrips()
    await rig.drive()
    expect(await rig.closing(accountId)).toMatchObject({
      state: 'emptying',
      meters: [{ tripped: 'done', waitsFor: 'reduction' }],
    })
    await rig.emptied(0, 6_900)
    await rig.drive()
    const ready = await rig.closing(accountId)
    expect(ready).toMatchObject({
      state: 'settling',
      abortable: false,
      settlement: { payableFen: 9_900, depositFen: 50_000, netFen: 59_900 },
      meters: [{ wallet: 'empty', takenFen: 6_900 }],
    })
    expect(await refusalOf(rig.pay(accountId, 59_800))).toBe('settlement_changed')
    const paid = await rig.pay(accountId, 59_900)
    expect(paid).toMatchObject({
      closing: { state: 'closed', voucherNo: paid.voucher?.receiptNo },
      voucher: { purpose: 'close', paidFen: 59_900 },
      receipt: null,
    })
    expect(await refusalOf(rig.sale(accountId, 100))).toBe('account_closed')
    expect(await refusalOf(rig.close(accountId))).toBe('account_closed')
    expect(await auditBooks(rig.base.db)).toEqual([])
  })

  test('frees the premises: the next tenant opens, and the trip is released', async () => {
    const old = await rig.sql<{ id: number }>(
      `select supply_id as id from epoch where meter_id = $1 and closed_at is not null`,
      [rig.meterAt(0)],
    )
    expect(old).toHaveLength(1)
    const next = await rig.open(0, { firstPurchaseFen: 500 })
    const rows = await rig.sql<{ mode: string; epoch: number }>(
      `select c.mode, max(e.epoch)::int as epoch from control c
       join installation i on i.point_id = c.point_id
       join epoch e on e.meter_id = i.meter_id where i.meter_id = $1 group by c.mode`,
      [rig.meterAt(0)],
    )
    expect(rows).toEqual([{ mode: 'prepaid', epoch: 2 }])
    const books = await rig.sql<{ fen: number }>(
      `select balance_fen as fen from ledger_account where path like 'account/' || $1 || '/%'
         and balance_fen <> 0`,
      [next.accountId],
    )
    expect(books).toEqual([])
  })

  test('an account that never bought anything closes by itself, without cash', async () => {
    const { accountId } = await rig.open(1)
    await rig.close(accountId)
    await rig.drive()
    await rig.shows(1, { energyWh: 1 })
    await rig.drive()
    await rig.confirmTrips()
    await rig.drive()
    expect(await rig.closing(accountId)).toMatchObject({
      state: 'closed',
      voucherNo: null,
      meters: [{ wallet: 'none' }],
    })
    expect(await auditBooks(rig.base.db)).toEqual([])
  })

  test('an overdrawn wallet is owed, offset with the deposit, and the rest collected', async () => {
    const { accountId } = await rig.open(2, { firstPurchaseFen: 1_000 })
    await deliverWaiting(rig.deps, rig.complex, rig.meterAt(2))
    await takeDeposit(rig.deps, rig.clerk, {
      ...{ accountId, requestId: rig.nextId(), amountFen: 200, method: 'cash' },
    })
    await rig.close(accountId)
    await rig.towardsWallet(2, -700)
    expect(await rig.closing(accountId)).toMatchObject({
      state: 'settling',
      settlement: { carryOwedFen: 700, depositFen: 200, netFen: -500 },
    })
    const paid = await rig.pay(accountId, -500)
    expect(paid).toMatchObject({
      closing: { state: 'closed' },
      voucher: null,
      receipt: { paidFen: 500, carryFen: 500, creditFen: 0 },
    })
    expect(await auditBooks(rig.base.db)).toEqual([])
  })

  test('where a model gives nothing back the money is left by agreement', async () => {
    const { accountId } = await rig.open(3, { firstPurchaseFen: 1_000 })
    await deliverWaiting(rig.deps, rig.complex, rig.meterAt(3))
    rig.model({ ...SOUND_METER, reduce: 'none' })
    await rig.close(accountId)
    const leave = () =>
      decideClosing(rig.deps, rig.clerk, {
        ...{ accountId, requestId: rig.nextId(), meterId: rig.meterAt(3), decision: 'leaveMoney' },
        note: '协议 17 号',
      })
    expect(await refusalOf(leave())).toBe('closing_step_decided')
    await rig.towardsWallet(3, 400)
    expect(await rig.closing(accountId)).toMatchObject({
      state: 'emptying',
      meters: [{ waitsFor: 'decision' }],
    })
    expect(await leave()).toMatchObject({ meters: [{ wallet: 'left', leftFen: 400 }] })
    await rig.drive()
    expect(await rig.closing(accountId)).toMatchObject({ state: 'closed' })
    expect(await auditBooks(rig.base.db)).toEqual([])
  })

  test('of a hand-over trips what has money to give up, and nothing that is kept on', async () => {
    const handOver = async (index: number) => {
      const { accountId } = await rig.open(index, { firstPurchaseFen: 1_000 })
      await deliverWaiting(rig.deps, rig.complex, rig.meterAt(index))
      if (index === 18) await queueModes(index, 'kept')
      await transferAccount(rig.deps, rig.clerk, {
        ...{ accountId, requestId: rig.nextId(), tenant: { name: '下一家' } },
        ...{ handOver: 'settled', note: '转租' },
      })
      return (await rig.closing(accountId)).meters[0]?.tripped
    }
    const queueModes = (index: number, mode: string) =>
      rig.sql(
        `insert into control (complex_id, point_id, mode, reason, owner, since)
         select complex_id, point_id, $2, '冷库', 'operator', now() from installation
         where meter_id = $1 and until is null`,
        [rig.meterAt(index), mode],
      )
    expect(await handOver(17)).toBe('waits')
    expect(await handOver(18)).toBe('notWanted')
  })

  test('can be called off while nothing has left the meter; the money stays payable', async () => {
    const { accountId } = await rig.open(4, { firstPurchaseFen: 1_000 })
    await deliverWaiting(rig.deps, rig.complex, rig.meterAt(4))
    await rig.sale(accountId, 300)
    await rig.close(accountId)
    await rig.towardsWallet(4, 900)
    const aborted = await abortClosing(rig.deps, rig.clerk, { accountId, requestId: rig.nextId() })
    expect(aborted).toMatchObject({ state: 'aborted', settlement: { payableFen: 300 } })
    const reductions = await rig.sql<{ state: string }>(
      'select state from reduction where meter_id = $1',
      [rig.meterAt(4)],
    )
    expect(reductions).toEqual([{ state: 'CANCELLED' }])
    const modes = await rig.sql<{ mode: string }>(
      `select c.mode from control c join installation i on i.point_id = c.point_id
       where i.meter_id = $1`,
      [rig.meterAt(4)],
    )
    expect(modes).toEqual([{ mode: 'prepaid' }])
    await rig.sale(accountId, 100)
    const again = () => abortClosing(rig.deps, rig.clerk, { accountId, requestId: rig.nextId() })
    expect(await refusalOf(again())).toBe('closing_not_open')
    await rig.close(accountId)
    await rig.towardsWallet(4, 900)
    await rig.emptied(4, 900)
    expect(await refusalOf(again())).toBe('closing_not_abortable')
    await rig.drive()
    expect(await rig.pay(accountId)).toMatchObject({ closing: { state: 'closed' } })
    expect(await auditBooks(rig.base.db)).toEqual([])
  })

  test('waits for a purchase that may be on the wire', async () => {
    const { accountId } = await rig.open(5, { firstPurchaseFen: 1_000 })
    await rig.sql(
      `update purchase set state = 'ARMED', n = 1, armed_at = queued_at where meter_id = $1`,
      [rig.meterAt(5)],
    )
    await rig.close(accountId)
    await rig.drive()
    expect(await rig.closing(accountId)).toMatchObject({
      state: 'delivering',
      meters: [{ waitsFor: 'purchase' }],
    })
    await deliverWaiting(rig.deps, rig.complex, rig.meterAt(5))
    await rig.drive()
    expect(await rig.closing(accountId)).toMatchObject({ state: 'reading' })
  })

  test('a person reads a silent meter and switches off on the spot', async () => {
    const { accountId } = await rig.open(6)
    const decide = (decision: 'finalRegister' | 'trippedByHand', finalWh?: number) =>
      decideClosing(rig.deps, rig.clerk, {
        ...{ accountId, requestId: rig.nextId(), meterId: rig.meterAt(6), decision, note: '现场' },
        ...(finalWh === undefined ? {} : { finalWh }),
      })
    await rig.shows(6, { energyWh: 5_000 })
    expect(await refusalOf(decide('trippedByHand'))).toBe('closing_not_open')
    await rig.close(accountId)
    await rig.drive()
    expect(await refusalOf(decide('finalRegister', 4_999))).toBe('final_reading_too_low')
    expect(await refusalOf(decide('finalRegister'))).toBe('invalid_input')
    await decide('finalRegister', 6_000)
    await rig.drive()
    await decide('trippedByHand')
    await rig.drive()
    expect(await rig.closing(accountId)).toMatchObject({
      state: 'closed',
      meters: [{ finalWh: 6_000, finalBy: 'hand', tripped: 'byHand' }],
    })
  })

  test('what a person had switched off stays off for the next tenant', async () => {
    const { accountId } = await rig.open(8)
    await rig.sql(
      `insert into control (complex_id, point_id, mode, reason, since)
       select i.complex_id, i.point_id, 'tripped', '漏电', $2::timestamptz from installation i
       where i.meter_id = $1`,
      [rig.meterAt(8), sqlTime(rig.now())],
    )
    await rig.close(accountId, { finalWh: { [rig.meterAt(8)]: 1 } })
    await rig.drive()
    await rig.confirmTrips()
    await rig.drive()
    expect(await rig.closing(accountId)).toMatchObject({ state: 'closed' })
    await rig.open(8)
    const modes = await rig.sql<{ mode: string; reason: string }>(
      `select c.mode, c.reason from control c join installation i on i.point_id = c.point_id
       where i.meter_id = $1`,
      [rig.meterAt(8)],
    )
    expect(modes).toEqual([{ mode: 'tripped', reason: '漏电' }])
  })

  test('a protected point and a dry run change nothing that they must not', async () => {
    const { accountId } = await rig.open(7)
    expect(await rig.close(accountId, { dryRun: true })).toMatchObject({ dryRun: true })
    const rows = await rig.sql('select from closing where account_id = $1', [accountId])
    expect(rows).toEqual([])
    await rig.sql(
      `update point p set protected = true from installation i
       where i.point_id = p.point_id and i.meter_id = $1`,
      [rig.meterAt(7)],
    )
    await rig.close(accountId, { finalWh: { [rig.meterAt(7)]: 9_000_000 } })
    await rig.drive()
    expect(await rig.closing(accountId)).toMatchObject({
      state: 'closed',
      meters: [{ tripped: 'impossible', finalBy: 'hand' }],
    })
  })
})
