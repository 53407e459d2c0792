// A month as it is lived 月结走查: sold, delivered, disturbed, counted, locked, and what is learnt of
// it afterwards. Nothing is put into the database by hand but the wallet of the meter.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { type Answer, type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { systemIds } from '../adapters/system.ts'
import {
  type Bench,
  createBench,
  deliverAll,
  nodeOf,
  type Shop,
  takeLeases,
} from '../delivery/explorer/delivery-bench.ts'
import { walletMeter } from '../delivery/explorer/wallet-meter.ts'
import { auditBooks } from '../ledger/audit.ts'
import { fen } from '../ledger/money.ts'
import { postMeteredUse } from '../settlement/metered-use.ts'
import { must } from '../shared/assert.ts'
import { day, instant } from '../shared/clock.ts'
import { accountId, type SupplyId } from '../shared/ids.ts'

const DAY_MS = 86_400_000
/** Noon of the last but one day of October in the complex's zone. */
const clock = createManualClock(instant(Date.UTC(2026, 9, 30, 4)))

let rig: WebRig
let bench: Bench
let till: Client
let manager: Client
let shop: Shop

const field = (answer: Answer, key: string): unknown => {
  const found: unknown = Object(answer.body)[key]
  return found
}

beforeAll(async () => {
  rig = await startWebRig({ meters: 1, clock })
  bench = createBench(rig.base.db, clock, rig.complex)
  await rig.addOperator('till', 'finance-clerk', [rig.complex.complexId])
  await rig.addOperator('manager', 'administrator', [rig.complex.complexId])
  await again()
  const { meterId } = must(rig.complex.meters[0], 'a meter')
  const opened = await till.post('/api/v1/accounts', {
    complexId: rig.complex.complexId,
    tenant: { name: '蜀香小厨' },
    meters: [
      {
        ...{ meterId, planId: rig.complex.planId, alarm1Fen: 5_000, alarm2Fen: 2_000 },
        firstPurchaseFen: 10_000,
      },
    ],
  })
  const account = accountId(Number(field(opened, 'accountId')))
  shop = { accountId: account, meterId, meter: walletMeter(meterId, clock) }
  bench.shops.set(meterId, shop)
})
afterAll(() => rig.stop())

/** Sessions end over night. */
const again = async () => {
  till = await rig.as('till')
  manager = await rig.as('manager')
}
const nextDay = async () => {
  clock.jumpWall(DAY_MS)
  await again()
}
const deliver = async () => {
  await takeLeases(bench, 'A')
  await deliverAll(bench, shop, nodeOf(bench, 'A'))
}
const sell = (amountFen: number) =>
  till.post(`/api/v1/accounts/${shop.accountId}/recharge`, { amountFen, method: 'cash' })
const handOver = async (countedFen: number) => {
  const now = await till.get(`/api/v1/shifts/current?complexId=${rig.complex.complexId}`)
  const { shiftId } = Object(field(now, 'shift'))
  await till.post(`/api/v1/shifts/${shiftId}/count`, { countedFen })
  expect(await till.post(`/api/v1/shifts/${shiftId}/close`, {})).toMatchObject({ status: 200 })
}
const closeDay = (of: string) =>
  manager.post('/api/v1/day-closes', { complexId: rig.complex.complexId, day: of })
const lockMonth = () =>
  manager.post('/api/v1/month-locks', { complexId: rig.complex.complexId, month: '2026-10' })
const items = (refused: Answer): string => String(Object(field(refused, 'facts')).items)

/** What the ledger shows of a kind, by its business day. */
const datesOf = (kind: string) =>
  rig.base.rows<{ day: string; n: number }>(
    `select business_date::text as day, count(*)::int as n from posting where kind = $1
     group by 1 order by 1`,
    [kind],
  )

test('a month is sold, held, explained, locked; what is learnt later is dated today', async () => {
  await deliver()
  shop.meter.foreign(500)
  expect(await sell(700)).toMatchObject({ status: 200 })
  await deliver()
  expect(shop.meter.balanceFen).toBe(10_500)
  await handOver(10_700)
  await nextDay()
  await closeDay('2026-10-30')
  await nextDay()

  const refused = await lockMonth()
  expect(refused).toMatchObject({ status: 409, body: { code: 'month_unexplained' } })
  expect(items(refused)).toContain('count-ahead')

  const held = await manager.get(`/api/v1/holds?complexId=${rig.complex.complexId}`)
  const [hold] = Object(held.body).items
  const released = await manager.post(`/api/v1/holds/${hold.holdId}/release`, {
    ...{ resolution: 'foreign', reason: '他人误充', differenceFen: 500 },
  })
  expect(released).toMatchObject({ status: 200 })
  await deliver()
  expect(shop.meter.balanceFen).toBe(11_200)

  expect(await lockMonth()).toMatchObject({ status: 200, body: { month: '2026-10' } })
  expect(await lockMonth()).toMatchObject({ body: { code: 'month_locked' } })

  // What the last day of October used is only known now.
  await rig.base.db.as(rig.complex.clerk, async (tx) => {
    const [supply] = await tx.query<{ id: SupplyId }>('select supply_id as id from supply')
    const supplyId = must(supply, 'it is supplied').id
    await postMeteredUse(tx, systemIds, {
      ...{ complexId: rig.complex.complexId, supplyId, meterId: shop.meterId },
      ...{ day: day('2026-10-31'), requestId: `usage/${supplyId}/2026-10-31` },
      creditFen: fen(11_200),
      reading: { at: clock.now(), balanceFen: fen(10_950) },
    })
  })
  expect(await datesOf('sale')).toEqual([{ day: '2026-10-30', n: 2 }])
  expect(await datesOf('consumption')).toEqual([{ day: '2026-11-01', n: 1 }])
  const day0 = await rig.base.rows('select day::text as day, due_fen as fen from usage_day')
  expect(day0).toContainEqual({ day: '2026-10-31', fen: 250 })
  expect(await closeDay('2026-10-31')).toMatchObject({ body: { code: 'day_closed' } })
  expect(await auditBooks(rig.base.db)).toEqual([])
})
