import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { type Answer, type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { connectDatabase } from '../adapters/database.ts'
import { systemClock, systemIds, systemRng } from '../adapters/system.ts'
import { contentHash } from '../ledger/chain.ts'
import { post } from '../ledger/post.ts'
import { postingDay, postingDayOf } from '../ledger/posting-day.ts'
import { type Db, systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { day, instant } from '../shared/clock.ts'

const DAY_MS = 86_400_000
// Noon of the last day of October in the complex's zone.
const clock = createManualClock(instant(Date.UTC(2026, 9, 31, 4)))

let rig: WebRig
let owner: Db
let clerk: Client
let manager: Client
let account = 0

const complexId = () => rig.complex.complexId
const field = (answer: Answer, key: string): unknown => {
  const found: unknown = Object(answer.body)[key]
  return found
}

beforeAll(async () => {
  rig = await startWebRig({ meters: 1, clock })
  owner = connectDatabase({
    url: rig.base.ownerUrl,
    clock: systemClock,
    rng: systemRng,
    poolMax: 1,
  })
  await rig.addOperator('till', 'finance-clerk', [complexId()])
  await rig.addOperator('manager', 'manager', [complexId()])
  await again()
  const meter = must(rig.complex.meters[0], 'a meter')
  const opened = await clerk.post('/api/v1/accounts', {
    complexId: complexId(),
    tenant: { name: '蜀香小厨' },
    meters: [
      { meterId: meter.meterId, planId: rig.complex.planId, alarm1Fen: 5_000, alarm2Fen: 2_000 },
    ],
  })
  account = Number(field(opened, 'accountId'))
})
afterAll(async () => {
  await owner.close()
  await rig.stop()
})

/** Sessions end over night. */
const again = async () => {
  clerk = await rig.as('till')
  manager = await rig.as('manager')
}
const nextDay = async () => {
  clock.jumpWall(DAY_MS)
  await again()
}
const sell = (amountFen: number, method = 'cash') =>
  clerk.post(`/api/v1/accounts/${account}/recharge`, { amountFen, method, similarAccepted: true })
const closeDay = (of: string, dryRun = false) =>
  manager.post('/api/v1/day-closes', { complexId: complexId(), day: of, dryRun })
const lockMonth = (month: string, dryRun = false) =>
  manager.post('/api/v1/month-locks', { complexId: complexId(), month, dryRun })
const handOver = async (countedFen: number, reasonCode?: string) => {
  const { shift } = Object(
    (await clerk.get(`/api/v1/shifts/current?complexId=${complexId()}`)).body,
  )
  await clerk.post(`/api/v1/shifts/${shift.shiftId}/count`, { countedFen })
  const closed = await clerk.post(`/api/v1/shifts/${shift.shiftId}/close`, {
    ...(reasonCode && { reasonCode }),
  })
  expect(closed.status).toBe(200)
}
const dateOf = async (sold: Answer): Promise<unknown> => {
  const { receiptNo } = Object(field(sold, 'receipt'))
  const rows = await rig.base.db.as(systemScope('test'), (tx) =>
    tx.query<{ date: string }>(
      `select business_date as date from posting g join sale s on s.complex_id = g.complex_id
         and s.posting_id = g.posting_id where s.receipt_no = $1`,
      [receiptNo],
    ),
  )
  return rows[0]?.date
}

describe('a day', () => {
  test('is not closed before it has come, nor while a shift of it is open', async () => {
    expect(await dateOf(await sell(5_000))).toBe('2026-10-31')
    await sell(700, 'card')
    const deposit = { amountFen: 300, method: 'card' }
    await clerk.post(`/api/v1/accounts/${account}/deposit`, deposit)
    expect(await closeDay('2026-11-01')).toMatchObject({ body: { code: 'day_not_over' } })
    expect(await closeDay('2026-10-31')).toMatchObject({
      status: 409,
      body: { code: 'shift_still_open', facts: { operators: '操作员 till' } },
    })
  })

  test('is reported by operator, method and kind, and the dry run closes nothing', async () => {
    await handOver(4_990, 'change')
    const report = {
      day: '2026-10-31',
      totalFen: 6_000,
      lines: [
        { operator: '操作员 till', method: 'card', kind: 'deposit', receipts: 1, fen: 300 },
        { operator: '操作员 till', method: 'card', kind: 'sale', receipts: 1, fen: 700 },
        { operator: '操作员 till', method: 'cash', kind: 'sale', receipts: 1, fen: 5_000 },
      ],
      receipts: { from: '2026-0000001', to: '2026-0000003', receipts: 3 },
      cashDifferenceFen: -10,
      handedInFen: 4_990,
    }
    const none = await manager.get(`/api/v1/day-closes?complexId=${complexId()}`)
    expect(none).toMatchObject({ body: { items: [], firstOpenDay: '2026-10-31' } })
    const dry = await closeDay('2026-10-31', true)
    expect(dry).toMatchObject({ status: 200, body: { ...report, dryRun: true, closedAt: null } })
    const closed = await closeDay('2026-10-31')
    expect(closed).toMatchObject({ status: 200, body: { ...report, operator: '操作员 manager' } })
    const list = await manager.get(`/api/v1/day-closes?complexId=${complexId()}`)
    expect(list).toMatchObject({ body: { items: [report], firstOpenDay: '2026-11-01' } })
  })

  test('takes nothing once closed: the same evening’s sale is dated on the next', async () => {
    expect(await closeDay('2026-10-31')).toMatchObject({ body: { code: 'day_closed' } })
    expect(await dateOf(await sell(100))).toBe('2026-11-01')
    await rig.base.db.as(systemScope('test'), async (tx) => {
      expect(await postingDay(tx, complexId(), tx.now)).toBe('2026-11-01')
      expect(await postingDayOf(tx, complexId(), day('2026-10-07'))).toBe('2026-11-01')
      expect(await postingDayOf(tx, complexId(), day('2026-11-09'))).toBe('2026-11-09')
    })
    const late = rig.base.db.as(rig.complex.clerk, (tx) =>
      post(tx, {
        complexId: complexId(),
        postingId: systemIds.uuid(),
        requestId: 'late',
        kind: 'test',
        businessDate: day('2026-10-31'),
        contentHash: contentHash('late'),
        lines: [
          { path: 'waiver', fen: 1 },
          { path: 'income/energy', fen: -1 },
        ],
      }),
    )
    await expect(late).rejects.toMatchObject({ code: 'day_closed' })
  })

  test('is closed in its order', async () => {
    await nextDay()
    await handOver(100)
    await nextDay()
    expect(await dateOf(await sell(100))).toBe('2026-11-02')
    await handOver(100)
    expect(await closeDay('2026-11-02')).toMatchObject({
      body: { code: 'earlier_day_open', facts: { day: '2026-11-01' } },
    })
    expect(await closeDay('2026-11-01')).toMatchObject({ status: 200 })
    expect(await closeDay('2026-11-02')).toMatchObject({ status: 200 })
  })

  test('is only closed once no posting of it is under way', async () => {
    await sell(100)
    await handOver(100)
    const order: string[] = []
    let closing: Promise<Answer> | null = null
    await rig.base.db.as(rig.complex.clerk, async (tx) => {
      await postingDay(tx, complexId(), tx.now)
      closing = closeDay('2026-11-03').finally(() => order.push('closed'))
      await new Promise((resolve) => setTimeout(resolve, 150))
      order.push('posted')
    })
    expect(await closing).toMatchObject({ body: { code: 'day_not_over' } })
    expect(order).toEqual(['posted', 'closed'])
  })
})

describe('a month', () => {
  const unexplained = (answer: Answer) => {
    const list = field(answer, 'unexplained')
    return Array.isArray(list) ? list.map((item) => `${item.kind} ${item.what}`) : []
  }

  test('is not locked before it is over', async () => {
    expect(await lockMonth('2026-11')).toMatchObject({ body: { code: 'day_not_over' } })
  })

  test('is refused while anything in it is unexplained, and the refusal lists it', async () => {
    const meter = must(rig.complex.meters[0], 'a meter').meterId
    await owner.as(systemScope('test'), async (tx) => {
      await tx.query("set local session_replication_role = 'replica'")
      await tx.query("update purchase set state = 'HOLD', n = 1 where purchase_no = 1")
      await tx.query(
        `insert into hold (complex_id, hold_id, meter_id, epoch, reason, evidence, raised_at)
         values ($1, gen_random_uuid(), $2, 1, 'countAhead', '{}', '2026-10-30T00:00:00Z')`,
        [complexId(), meter],
      )
      await tx.query(
        `create table reading_of_october partition of reading
         for values from ('2026-10-01T00:00:00Z') to ('2026-11-01T00:00:00Z')`,
      )
      await tx.query(
        `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh, flags)
         values ($1, $2, '2026-10-30T00:00:00Z', 1, '2026-10-30T00:00:00Z', 1, 2)`,
        [complexId(), meter],
      )
      await tx.query(
        `insert into reduction (complex_id, reduction_id, request_id, account_id, supply_id,
           meter_id, epoch, purpose, order_no, state, sends, reason, queued_at)
         select $1, gen_random_uuid(), 'r', 1, 1, $2, 1, 'refund', '1', 'HOLD', 1, 'x',
           '2026-10-30T00:00:00Z'`,
        [complexId(), meter],
      )
      await tx.query('delete from day_close where day = $1', ['2026-10-31'])
      await tx.query(
        "update ledger_account set balance_fen = balance_fen + 1 where path like '%transit'",
      )
    })
    const dry = await lockMonth('2026-10', true)
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, lockedAt: null } })
    expect(unexplained(dry)).toEqual(
      expect.arrayContaining([
        'day 2026-10-31',
        `hold meter/${meter} countAhead`,
        `reading meter/${meter}`,
        expect.stringMatching(/^reduction reduction\/.* HOLD$/),
        expect.stringMatching(/^purchase purchase\/.* HOLD$/),
        expect.stringMatching(/^audit INV-01 ledger_account/),
      ]),
    )
    const refused = await lockMonth('2026-10')
    expect(refused).toMatchObject({ status: 409, body: { code: 'month_unexplained' } })
    const { items } = Object(field(refused, 'facts'))
    expect(items).toContain(`hold meter/${meter} countAhead`)
  })

  test('is refused while an earlier one with postings is not locked', async () => {
    const inSeptember = (from: string, to: string) =>
      owner.as(systemScope('test'), async (tx) => {
        await tx.query("set local session_replication_role = 'replica'")
        await tx.query('update posting set business_date = $2 where business_date = $1', [from, to])
      })
    await inSeptember('2026-10-31', '2026-09-30')
    expect(unexplained(await lockMonth('2026-10', true))).toContain('month 2026-09')
    await inSeptember('2026-09-30', '2026-10-31')
    expect(unexplained(await lockMonth('2026-10', true))).not.toContain('month 2026-09')
  })

  test('is locked once it is explained, takes no posting, and is locked once', async () => {
    await owner.as(systemScope('test'), async (tx) => {
      await tx.query("set local session_replication_role = 'replica'")
      await tx.query("update purchase set state = 'QUEUED', n = null where purchase_no = 1")
      await tx.query('delete from hold')
      await tx.query('delete from reading')
      await tx.query('delete from reduction')
      await tx.query(
        "update ledger_account set balance_fen = balance_fen - 1 where path like '%transit'",
      )
      await tx.query(
        `insert into day_close (complex_id, day, closed_at, operator_id, report)
         values ($1, '2026-10-31', now(), 1, '{}')`,
        [complexId()],
      )
    })
    expect(unexplained(await lockMonth('2026-10', true))).toEqual([])
    expect(await lockMonth('2026-10')).toMatchObject({ status: 200, body: { month: '2026-10' } })
    expect(await lockMonth('2026-10')).toMatchObject({ body: { code: 'month_locked' } })
    const list = await manager.get(`/api/v1/month-locks?complexId=${complexId()}`)
    expect(list).toMatchObject({
      body: { items: [{ month: '2026-10', operator: '操作员 manager', unexplained: [] }] },
    })
    await owner.as(systemScope('test'), (tx) => tx.query('delete from day_close'))
    await rig.base.db.as(systemScope('test'), async (tx) => {
      expect(await postingDayOf(tx, complexId(), day('2026-10-07'))).toBe('2026-11-01')
    })
  })
})
