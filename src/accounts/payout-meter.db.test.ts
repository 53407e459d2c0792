import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { dyingAtEach } from '../../test/dying.ts'
import { createManualClock, type ManualClock } from '../../test/manual-clock.ts'
import { refusalOf } from '../../test/money-back.ts'
import { tinyComplex } from '../../test/tiny-complex.ts'
import {
  type Bench,
  createBench,
  deliverAll,
  nodeOf,
  openShop,
  type Shop,
  type Strike,
  sellTo,
  takeLeases,
} from '../delivery/explorer/delivery-bench.ts'
import { auditBooks } from '../ledger/audit.ts'
import { type Db, systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { payReduction } from './payout-reduction.ts'
import { refund } from './refund.ts'
import { reverseSale } from './reverse.ts'

const TWO_MINUTES_MS = 2 * 60_000

let base: TestDatabase
let clock: ManualClock
let bench: Bench
let nextMeter = 0
let requests = 0

beforeAll(async () => {
  clock = createManualClock()
  base = await freshDatabase({ clock, poolMax: 6 })
  bench = createBench(base.db, clock, await tinyComplex(base.db, { meters: 40 }))
  await takeLeases(bench, 'A')
})
afterAll(() => base.drop())

const requestId = () => `payout-meter-${++requests}`
const clerkOf = () => bench.complex.clerk
const depsOf = (db: Db = base.db) => ({ ...bench.complex.deps, db })
const reverse = (purchaseId: string, request = requestId(), db?: Db) =>
  reverseSale(depsOf(db), clerkOf(), {
    ...{ requestId: request, named: { purchaseId }, reasonCode: 'wrong-amount' },
  })
const refundAll = (shop: Shop, request = requestId(), db?: Db) =>
  refund(depsOf(db), clerkOf(), {
    ...{ requestId: request, accountId: shop.accountId, all: true, method: 'cash' },
    reasonCode: 'tenant-leaves',
  })
const pay = (reductionId: string | null, request = requestId(), db?: Db) =>
  payReduction(depsOf(db), clerkOf(), {
    ...{ reductionId: must(reductionId, 'a reduction'), method: 'cash', requestId: request },
  })

const rounds = async (shop: Shop): Promise<void> => {
  await deliverAll(bench, shop, nodeOf(bench, 'A'))
  // A frame that is under way has its minute.
  clock.jumpWall(TWO_MINUTES_MS)
  await deliverAll(bench, shop, nodeOf(bench, 'A'))
}
const shopWith = async (firstFen: number): Promise<Shop> => {
  const shop = await openShop(bench, nextMeter++, { firstFen })
  await rounds(shop)
  return shop
}
const one = (sql: string, params: unknown[]): Promise<number> =>
  base.db.as(systemScope('test'), async (tx) => {
    const rows = await tx.query<{ n: number }>(sql, params)
    return must(rows[0], 'one row').n
  })
const paidOut = (shop: Shop): Promise<number> =>
  one('select coalesce(sum(paid_fen), 0)::bigint as n from payout where account_id = $1', [
    shop.accountId,
  ])
const payable = (shop: Shop): Promise<number> =>
  one(
    `select coalesce(-sum(balance_fen), 0)::bigint as n from ledger_account
     where path = 'account/' || $1::text || '/payable'`,
    [shop.accountId],
  )

describe('money that a meter holds', () => {
  test('of a sale comes out of the meter first and out of the till after that', async () => {
    const shop = await shopWith(5_000)
    const purchaseId = await sellTo(bench, shop, 3_000)
    await rounds(shop)
    expect(shop.meter.balanceFen).toBe(8_000)
    const asked = await reverse(purchaseId)
    expect(asked).toMatchObject({ state: 'pending', amountFen: 3_000 })
    expect(await refusalOf(pay(asked.reductionId))).toMatchObject({ code: 'reduction_not_done' })
    await rounds(shop)
    expect(shop.meter.balanceFen).toBe(5_000)
    const { voucher } = await pay(asked.reductionId)
    expect(voucher).toMatchObject({
      paidFen: 3_000,
      balanceBeforeFen: 8_000,
      balanceAfterFen: 5_000,
    })
    expect([await paidOut(shop), await payable(shop)]).toEqual([3_000, 0])
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('that is left after use is paid by a refund of all, less what a load may use', async () => {
    const shop = await shopWith(6_000)
    shop.meter.use(10_000, 1_050)
    const { reductionId } = await refundAll(shop)
    await rounds(shop)
    expect(shop.meter.balanceFen).toBe(23)
    expect((await pay(reductionId)).voucher).toMatchObject({
      ...{ purpose: 'refund', paidFen: 4_927 },
      ...{ balanceBeforeFen: 4_950, balanceAfterFen: 23 },
    })
    expect([await paidOut(shop), await payable(shop)]).toEqual([4_927, 0])
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('and was used meanwhile is not taken, not paid, and the sale stands', async () => {
    const shop = await shopWith(1_000)
    const purchaseId = await sellTo(bench, shop, 3_000)
    await rounds(shop)
    const { reductionId } = await reverse(purchaseId)
    shop.meter.use(20_000, 2_000)
    await rounds(shop)
    expect(shop.meter.balanceFen).toBe(2_000)
    expect(await refusalOf(pay(reductionId))).toMatchObject({
      code: 'reduction_not_done',
      facts: { state: 'CANCELLED' },
    })
    expect(await refusalOf(reverse(purchaseId))).toMatchObject({
      code: 'more_than_is_left',
      facts: { availableFen: expect.any(Number) },
    })
    expect(await auditBooks(base.db)).toEqual([])
  })
})

test('a reversal between any two steps of a delivery pays, waits or is refused', async () => {
  const attempts: string[] = []
  for (let at = 1; ; at++) {
    const shop = await shopWith(1_000)
    const purchaseId = await sellTo(bench, shop, 700)
    let left = at
    const tried: Awaited<ReturnType<typeof refusalOf>>[] = []
    const between: Db = {
      ...base.db,
      as: async (scope, run, kind) => {
        if (--left === 0) tried.push(await refusalOf(reverse(purchaseId)))
        return base.db.as(scope, run, kind)
      },
    }
    await deliverAll(bench, shop, nodeOf(bench, 'A', between))
    const refused = tried[0]
    if (refused === undefined) break
    await rounds(shop)
    const [paid, held, owed] = [await paidOut(shop), shop.meter.balanceFen, await payable(shop)]
    attempts.push(refused?.code ?? (paid === 700 ? 'paid' : 'pending'))
    if (refused) expect([refused.code, paid, held]).toEqual(['purchase_under_way', 0, 1_700])
    else expect([paid + owed, held]).toEqual([700, 1_000])
  }
  expect(new Set(attempts)).toEqual(new Set(['paid', 'purchase_under_way', 'pending']))
  expect(await auditBooks(base.db)).toEqual([])
})

describe.each<Strike>(['before', 'unknown-kept', 'unknown-lost'])(
  'a centre that dies (%s) at any use of the database',
  (strike) => {
    const dyingAt = (run: (db: Db) => Promise<unknown>) => dyingAtEach(base.db, strike, run)

    test('cancels and pays a queued sale back once', async () => {
      const shop = await shopWith(1_000)
      const purchaseId = await sellTo(bench, shop, 900)
      const request = requestId()
      await dyingAt((db) => reverse(purchaseId, request, db))
      await rounds(shop)
      expect([await paidOut(shop), shop.meter.balanceFen]).toEqual([900, 1_000])
      expect(await auditBooks(base.db)).toEqual([])
    })

    test('takes a refund out of the meter once and pays it once', async () => {
      const shop = await shopWith(2_500)
      shop.meter.relay = 'tripped'
      const [asked, paid] = [requestId(), requestId()]
      await dyingAt((db) => refundAll(shop, asked, db))
      const { reductionId } = await refundAll(shop, asked)
      await rounds(shop)
      await dyingAt((db) => pay(reductionId, paid, db))
      expect([await paidOut(shop), shop.meter.balanceFen]).toEqual([2_500, 0])
      expect(shop.meter.given).toHaveLength(1)
      expect(await auditBooks(base.db)).toEqual([])
    })
  },
)
