import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { deliverWaiting } from '../../test/delivered.ts'
import { SOUND_METER, type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { systemClock } from '../adapters/system.ts'
import { postReduction } from '../delivery/reduce-end.ts'
import type { Closing } from '../http/contract/account-life.ts'
import { auditBooks } from '../ledger/audit.ts'
import { fen } from '../ledger/money.ts'
import { ensurePartitions } from '../metering/readings/partitions.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Instant, plusMs, sqlTime } from '../shared/clock.ts'
import {
  type AccountId,
  type ComplexId,
  operatorId,
  type SupplyId,
  type Uuid,
} from '../shared/ids.ts'
import { Refusal, type RefusalCode } from '../shared/refusal.ts'
import { askApproval, decideApproval } from './approval-ask.ts'
import { abortClosing, closeAccount, decideClosing, type LifeDeps } from './close.ts'
import { payClosing } from './close-pay.ts'
import { closingOf } from './close-store.ts'
import { closingView } from './close-view.ts'
import { type ClosingWorkerDeps, lookAtClosings } from './close-worker.ts'
import { takeDeposit } from './deposit.ts'
import { openAccount } from './open.ts'
import { recharge } from './recharge.ts'
import { refund } from './refund.ts'
import { lockAccount } from './store.ts'

let base: Awaited<ReturnType<typeof freshDatabase>>
let complex: TinyComplex
let deps: LifeDeps
let worker: ClosingWorkerDeps
let now: Instant
let requests = 0
let capabilities = SOUND_METER
const errors: unknown[] = []

beforeAll(async () => {
  now = systemClock.now()
  const clock = { ...systemClock, now: () => now }
  base = await freshDatabase({ clock })
  await ensurePartitions((sql) => ownerQuery(base.ownerUrl)(sql), now)
  complex = await tinyComplex(base.db, { meters: 20 })
  deps = { ...complex.deps, capabilitiesOf: () => capabilities }
  const log = { info: () => {}, warn: () => {}, error: (...said: unknown[]) => errors.push(said) }
  worker = { ...deps, clock, log, holder: 'test' }
})
afterAll(() => base.drop())

const nextId = () => `life-${++requests}`
const meterAt = (index: number) => must(complex.meters[index], 'a meter').meterId
const later = (ms: number) => {
  now = plusMs(now, ms)
}
const sql = <Row>(text: string, values: unknown[] = []) =>
  base.db.as(systemScope('test'), (tx) => tx.query<Row>(text, values))

type Opened = { accountId: AccountId; index: number }

const open = async (
  index: number,
  options: { mode?: 'meter' | 'centre'; firstPurchaseFen?: number; overdraftFen?: number } = {},
): Promise<Opened> => {
  const { mode = 'meter', ...rest } = options
  capabilities = { ...SOUND_METER, prepaid: mode === 'meter' }
  const { accountId } = await openAccount(deps, complex.clerk, {
    requestId: nextId(),
    complexId: complex.complexId,
    tenant: { name: `商户 ${index}` },
    mode,
    meters: [
      {
        meterId: meterAt(index),
        planId: complex.planId,
        alarm1Fen: 5_000,
        alarm2Fen: 2_000,
        ...(mode === 'centre' && { initialWh: 1_000_000 }),
        ...rest,
      },
    ],
  })
  return { accountId, index }
}

/** What the meter shows by a poll, a moment later. */
const shows = async (index: number, seen: { energyWh?: number; balanceFen?: number }) => {
  later(1_000)
  const values = [complex.complexId, meterAt(index), now]
  if (seen.energyWh !== undefined)
    await sql(
      `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh)
       values ($1, $2, to_timestamp($3 / 1000.0), 1, to_timestamp($3 / 1000.0), $4)`,
      [...values, seen.energyWh],
    )
  await sql(
    `insert into latest (complex_id, meter_id, seq, energy_wh, energy_at, balance_fen, balance_at)
     values ($1, $2, 1000 + $2, $4, to_timestamp($3 / 1000.0), $5, to_timestamp($3 / 1000.0))
     on conflict (complex_id, meter_id) do update set
       energy_wh = coalesce($4, latest.energy_wh), energy_at = excluded.energy_at,
       balance_fen = coalesce($5, latest.balance_fen), balance_at = excluded.balance_at`,
    [...values, seen.energyWh ?? null, seen.balanceFen ?? null],
  )
}

const drive = async (): Promise<void> => {
  later(3_000)
  await lookAtClosings(worker)
}

const confirmTrips = () =>
  sql(`update command set state = 'confirmed', ended_at = queued_at
    where kind = 'setMode' and state = 'queued'`)

type Waiting = { id: Uuid; supply: SupplyId; account: AccountId; complexId: ComplexId }

/** The wallet gave everything up, as the delivery worker writes it. */
const emptied = (index: number, balanceFen: number) =>
  base.db.as(systemScope('test', [complex.complexId]), async (tx) => {
    const rows = await tx.query<Waiting>(
      `update reduction set state = 'DONE', taken_fen = $2, before = '{}', sends = 1,
         sent_at = queued_at, ended_at = queued_at, evidence = '{}'
       where meter_id = $1 and state = 'QUEUED'
       returning reduction_id as id, supply_id as supply, account_id as account,
         complex_id as "complexId"`,
      [meterAt(index), balanceFen],
    )
    const { id, supply, account, complexId } = must(rows[0], 'a reduction waits')
    await postReduction(
      tx,
      deps.ids,
      {
        ...{ complexId, reductionId: id, requestId: id, accountId: account, supplyId: supply },
        ...{ meterId: meterAt(index), epoch: 1, purpose: 'close', saleId: null, wantedFen: null },
        ...{ takenFen: balanceFen, reason: 'close', operatorId: null },
        ...{ zone: 'Asia/Shanghai', dayCutMinutes: 0 },
      },
      { at: now, balanceFen: fen(balanceFen) },
    )
  })

const close = (
  accountId: AccountId,
  more: { finalWh?: Record<string, number>; dryRun?: boolean } = {},
) =>
  closeAccount(deps, complex.clerk, {
    ...{ accountId, requestId: nextId(), method: 'cash', reasonCode: 'leaseEnded' },
    ...more,
  })

const pay = (accountId: AccountId, expectedNetFen?: number) =>
  payClosing(deps, complex.clerk, {
    ...{ accountId, requestId: nextId(), method: 'cash' },
    ...(expectedNetFen === undefined ? {} : { expectedNetFen }),
  })

const closing = (accountId: AccountId): Promise<Closing> =>
  base.db.as(complex.clerk, async (tx) => {
    const account = must(await lockAccount(tx, accountId), 'the account')
    const row = must(await closingOf(tx, account.complexId, accountId), 'a closing')
    return closingView(tx, account, row)
  })

const refusalOf = async (attempt: Promise<unknown>): Promise<RefusalCode | 'accepted'> => {
  try {
    await attempt
    return 'accepted'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

const sale = (accountId: AccountId, amountFen: number) =>
  recharge(deps, complex.clerk, {
    ...{ requestId: nextId(), accountId, amountFen, method: 'cash', similarAccepted: true },
  })

/** Through reading and tripping, to the wallet. */
const towardsWallet = async (index: number, balanceFen: number) => {
  await drive()
  await shows(index, { energyWh: 50_000, balanceFen })
  await drive()
  await confirmTrips()
  await drive()
}

describe('closing in meter mode', () => {
  test('reads, trips, empties the wallet and pays what is left, with the deposit', async () => {
    const { accountId } = await open(0, { firstPurchaseFen: 10_000 })
    await deliverWaiting(deps, complex, meterAt(0))
    await takeDeposit(deps, complex.clerk, {
      ...{ accountId, requestId: nextId(), amountFen: 50_000, method: 'cash' },
    })
    // One more sale that has not reached the meter: it comes back at once.
    await sale(accountId, 3_000)
    const begun = await close(accountId)
    expect(begun).toMatchObject({ state: 'delivering', abortable: true })
    expect(begun.cancelledPurchases).toHaveLength(1)
    expect(begun.settlement).toMatchObject({ payableFen: 3_000, depositFen: 50_000 })
    expect(await refusalOf(sale(accountId, 100))).toBe('closing_under_way')
    expect(await refusalOf(pay(accountId))).toBe('closing_not_ready')
    const back = { accountId, requestId: nextId(), all: true, method: 'cash' } as const
    const refunded = refund(deps, complex.clerk, { ...back, reasonCode: 'tenant-leaves' })
    expect(await refusalOf(refunded)).toBe('closing_under_way')
    await drive()
    expect(await closing(accountId)).toMatchObject({
      state: 'reading',
      meters: [{ waitsFor: 'answer' }],
    })
    await shows(0, { energyWh: 50_000, balanceFen: 7_000 })
    await drive()
    expect(await closing(accountId)).toMatchObject({
      state: 'tripping',
      meters: [{ finalWh: 50_000, finalBy: 'meter', waitsFor: 'trip' }],
    })
    await confirmTrips()
    await drive()
    expect(await closing(accountId)).toMatchObject({
      state: 'emptying',
      meters: [{ tripped: 'done', waitsFor: 'reduction' }],
    })
    await emptied(0, 6_900)
    await drive()
    const ready = await closing(accountId)
    expect(ready).toMatchObject({
      state: 'settling',
      abortable: false,
      settlement: { payableFen: 9_900, depositFen: 50_000, netFen: 59_900 },
      meters: [{ wallet: 'empty', takenFen: 6_900 }],
    })
    expect(await refusalOf(pay(accountId, 59_800))).toBe('settlement_changed')
    const paid = await pay(accountId, 59_900)
    expect(paid).toMatchObject({
      closing: { state: 'closed', voucherNo: paid.voucher?.receiptNo },
      voucher: { purpose: 'close', paidFen: 59_900 },
      receipt: null,
    })
    expect(await refusalOf(sale(accountId, 100))).toBe('account_closed')
    expect(await refusalOf(close(accountId))).toBe('account_closed')
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('frees the premises: the next tenant opens, and gets power back with his first money', async () => {
    const old = await sql<{ id: number }>(
      `select supply_id as id from epoch where meter_id = $1 and closed_at is not null`,
      [meterAt(0)],
    )
    expect(old).toHaveLength(1)
    const next = await open(0, { firstPurchaseFen: 500 })
    const rows = await sql<{ mode: string; epoch: number }>(
      `select c.mode, max(e.epoch)::int as epoch from control c
       join installation i on i.point_id = c.point_id
       join epoch e on e.meter_id = i.meter_id where i.meter_id = $1 group by c.mode`,
      [meterAt(0)],
    )
    expect(rows).toEqual([{ mode: 'prepaid', epoch: 2 }])
    const books = await sql<{ fen: number }>(
      `select balance_fen as fen from ledger_account where path like 'account/' || $1 || '/%'
         and balance_fen <> 0`,
      [next.accountId],
    )
    expect(books).toEqual([])
  })

  test('an account that never bought anything closes by itself, without cash', async () => {
    const { accountId } = await open(1)
    await close(accountId)
    await drive()
    await shows(1, { energyWh: 1 })
    await drive()
    await confirmTrips()
    await drive()
    expect(await closing(accountId)).toMatchObject({
      state: 'closed',
      voucherNo: null,
      meters: [{ wallet: 'none' }],
    })
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('an overdrawn wallet is owed, offset with the deposit, and the rest collected', async () => {
    const { accountId } = await open(2, { firstPurchaseFen: 1_000 })
    await deliverWaiting(deps, complex, meterAt(2))
    await takeDeposit(deps, complex.clerk, {
      ...{ accountId, requestId: nextId(), amountFen: 200, method: 'cash' },
    })
    await close(accountId)
    await towardsWallet(2, -700)
    expect(await closing(accountId)).toMatchObject({
      state: 'settling',
      settlement: { carryOwedFen: 700, depositFen: 200, netFen: -500 },
    })
    const paid = await pay(accountId, -500)
    expect(paid).toMatchObject({
      closing: { state: 'closed' },
      voucher: null,
      receipt: { paidFen: 500, carryFen: 500, creditFen: 0 },
    })
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('a model that gives nothing back waits for a person: the money is left by agreement', async () => {
    const { accountId } = await open(3, { firstPurchaseFen: 1_000 })
    await deliverWaiting(deps, complex, meterAt(3))
    capabilities = { ...SOUND_METER, reduce: 'none' }
    await close(accountId)
    const leave = () =>
      decideClosing(deps, complex.clerk, {
        ...{ accountId, requestId: nextId(), meterId: meterAt(3), decision: 'leaveMoney' },
        note: '协议 17 号',
      })
    expect(await refusalOf(leave())).toBe('closing_step_decided')
    await towardsWallet(3, 400)
    expect(await closing(accountId)).toMatchObject({
      state: 'emptying',
      meters: [{ waitsFor: 'decision' }],
    })
    expect(await leave()).toMatchObject({ meters: [{ wallet: 'left', leftFen: 400 }] })
    await drive()
    expect(await closing(accountId)).toMatchObject({ state: 'closed' })
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('can be called off while nothing has left the meter; the money stays payable', async () => {
    const { accountId } = await open(4, { firstPurchaseFen: 1_000 })
    await deliverWaiting(deps, complex, meterAt(4))
    await sale(accountId, 300)
    await close(accountId)
    await towardsWallet(4, 900)
    const aborted = await abortClosing(deps, complex.clerk, { accountId, requestId: nextId() })
    expect(aborted).toMatchObject({ state: 'aborted', settlement: { payableFen: 300 } })
    const reductions = await sql<{ state: string }>(
      'select state from reduction where meter_id = $1',
      [meterAt(4)],
    )
    expect(reductions).toEqual([{ state: 'CANCELLED' }])
    const modes = await sql<{ mode: string }>(
      `select c.mode from control c join installation i on i.point_id = c.point_id
       where i.meter_id = $1`,
      [meterAt(4)],
    )
    expect(modes).toEqual([{ mode: 'prepaid' }])
    await sale(accountId, 100)
    const again = () => abortClosing(deps, complex.clerk, { accountId, requestId: nextId() })
    expect(await refusalOf(again())).toBe('closing_not_open')
    await close(accountId)
    await towardsWallet(4, 900)
    await emptied(4, 900)
    expect(await refusalOf(again())).toBe('closing_not_abortable')
    await drive()
    expect(await pay(accountId)).toMatchObject({ closing: { state: 'closed' } })
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('waits for a purchase that may be on the wire', async () => {
    const { accountId } = await open(5, { firstPurchaseFen: 1_000 })
    await sql(
      `update purchase set state = 'ARMED', n = 1, armed_at = queued_at where meter_id = $1`,
      [meterAt(5)],
    )
    await close(accountId)
    await drive()
    expect(await closing(accountId)).toMatchObject({
      state: 'delivering',
      meters: [{ waitsFor: 'purchase' }],
    })
    await deliverWaiting(deps, complex, meterAt(5))
    await drive()
    expect(await closing(accountId)).toMatchObject({ state: 'reading' })
  })

  test('a person reads a silent meter and switches off on the spot', async () => {
    const { accountId } = await open(6)
    const decide = (decision: 'finalRegister' | 'trippedByHand', finalWh?: number) =>
      decideClosing(deps, complex.clerk, {
        ...{ accountId, requestId: nextId(), meterId: meterAt(6), decision, note: '现场' },
        ...(finalWh === undefined ? {} : { finalWh }),
      })
    await shows(6, { energyWh: 5_000 })
    expect(await refusalOf(decide('trippedByHand'))).toBe('closing_not_open')
    await close(accountId)
    await drive()
    expect(await refusalOf(decide('finalRegister', 4_999))).toBe('final_reading_too_low')
    expect(await refusalOf(decide('finalRegister'))).toBe('invalid_input')
    await decide('finalRegister', 6_000)
    await drive()
    await decide('trippedByHand')
    await drive()
    expect(await closing(accountId)).toMatchObject({
      state: 'closed',
      meters: [{ finalWh: 6_000, finalBy: 'hand', tripped: 'byHand' }],
    })
  })

  test('a protected point and a dry run change nothing that they must not', async () => {
    const { accountId } = await open(7)
    expect(await close(accountId, { dryRun: true })).toMatchObject({ dryRun: true })
    const rows = await sql('select from closing where account_id = $1', [accountId])
    expect(rows).toEqual([])
    await sql(
      `update point p set protected = true from installation i
       where i.point_id = p.point_id and i.meter_id = $1`,
      [meterAt(7)],
    )
    await close(accountId, { finalWh: { [meterAt(7)]: 9_000_000 } })
    await drive()
    expect(await closing(accountId)).toMatchObject({
      state: 'closed',
      meters: [{ tripped: 'impossible', finalBy: 'hand' }],
    })
  })
})

describe('closing in centre mode', () => {
  test('charges up to the final reading and pays what is left of the balance', async () => {
    const { accountId } = await open(8, { mode: 'centre', firstPurchaseFen: 10_000 })
    await close(accountId)
    await drive()
    await shows(8, { energyWh: 1_010_000 })
    await drive()
    await confirmTrips()
    await drive()
    // 10 kWh × 1.05 yuan
    expect(await closing(accountId)).toMatchObject({
      state: 'settling',
      settlement: { balanceFen: 10_000 - 1_050, netFen: 8_950 },
      meters: [{ wallet: 'none', finalWh: 1_010_000 }],
    })
    expect(await pay(accountId, 8_950)).toMatchObject({ voucher: { paidFen: 8_950 } })
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('collects a balance below zero', async () => {
    const { accountId } = await open(9, { mode: 'centre' })
    later(60_000)
    await close(accountId, { finalWh: { [meterAt(9)]: 1_020_000 } })
    await drive()
    await confirmTrips()
    await drive()
    expect(await pay(accountId, -2_100)).toMatchObject({
      closing: { state: 'closed' },
      receipt: { paidFen: 2_100 },
    })
    expect(await auditBooks(base.db)).toEqual([])
  })
})

test('above his limit a clerk pays with a second person, who agrees to this account and amount', async () => {
  const { accountId } = await open(12, { mode: 'centre', firstPurchaseFen: 30_000 })
  later(60_000)
  await close(accountId, { finalWh: { [meterAt(12)]: 1_000_000 } })
  await drive()
  await confirmTrips()
  await drive()
  const { complexId } = complex
  const operator = must(complex.clerk.operator, 'the clerk')
  await sql(
    'insert into operator_limit (complex_id, operator_id, payout_fen) values ($1, $2, 10000)',
    [complexId, operator],
  )
  expect(await refusalOf(pay(accountId, 30_000))).toBe('approval_required')
  const { approvalId } = await askApproval(deps, complex.clerk, {
    ...{ operation: 'account.close', accountId, method: 'cash', amountFen: 30_000 },
    requestId: nextId(),
  })
  const second = { ...complex.clerk, operator: operatorId(operator + 1_000) }
  const decided = { approvalId, requestId: nextId(), agreed: true, note: '' }
  await decideApproval(deps, second, decided)
  const again = { accountId, requestId: nextId(), method: 'cash', approvalId } as const
  expect(await payClosing(deps, complex.clerk, again)).toMatchObject({
    closing: { state: 'closed' },
    voucher: { paidFen: 30_000 },
  })
  await sql('delete from operator_limit')
  expect(await auditBooks(base.db)).toEqual([])
})

test('what a person has switched off for another reason stays off for the next tenant', async () => {
  await open(13)
  await sql(
    `insert into control (complex_id, point_id, mode, reason, since)
     select i.complex_id, i.point_id, 'tripped', '漏电', $2::timestamptz from installation i
     where i.meter_id = $1
     on conflict (complex_id, point_id) do update set mode = 'tripped', reason = '漏电'`,
    [meterAt(13), sqlTime(now)],
  )
  await sql(
    `update supply s set until = $2::timestamptz from installation i
     where i.point_id = s.point_id and i.meter_id = $1`,
    [meterAt(13), sqlTime(plusMs(now, 1))],
  )
  await sql('update epoch set closed_at = opened_at where meter_id = $1', [meterAt(13)])
  later(1_000)
  await open(13)
  const modes = await sql<{ mode: string }>(
    `select c.mode from control c join installation i on i.point_id = c.point_id
     where i.meter_id = $1`,
    [meterAt(13)],
  )
  expect(modes).toEqual([{ mode: 'tripped' }])
})

test('several requests at once close once', async () => {
  const { accountId } = await open(10)
  const attempts = await Promise.all([0, 1, 2].map(() => refusalOf(close(accountId))))
  expect(attempts.toSorted()).toEqual(['accepted', 'closing_under_way', 'closing_under_way'])
})

test('a deposit needs an amount and an account that goes on', async () => {
  const { accountId } = await open(11)
  const take = (amountFen: number) =>
    takeDeposit(deps, complex.clerk, {
      ...{ accountId, requestId: nextId(), amountFen, method: 'transfer' },
    })
  expect(await refusalOf(take(0))).toBe('amount_out_of_range')
  expect(await take(700)).toMatchObject({
    depositFen: 700,
    receipt: { paidFen: 700, depositFen: 700, creditFen: 0 },
  })
  await close(accountId)
  expect(await refusalOf(take(700))).toBe('closing_under_way')
  expect(errors).toEqual([])
})
