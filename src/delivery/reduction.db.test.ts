import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SOUND_METER } from '../../test/tiny-complex.ts'
import { auditBooks } from '../ledger/audit.ts'
import { type Uuid, uuid } from '../shared/ids.ts'
import { deliver, deliverAll, nodeOf, openShop, sellTo } from './explorer/delivery-bench.ts'
import {
  books,
  createReductionBench,
  givenFen,
  holds,
  MINUTE_MS,
  poll,
  purchaseStates,
  queue,
  type ReductionBench,
  rounds,
  rows,
  shopWith,
  view,
} from './explorer/reduction-bench.ts'
import { cancelReduction } from './reduction-queue.ts'

let bench: ReductionBench

beforeAll(async () => {
  bench = await createReductionBench(25)
})
afterAll(() => bench.base.drop())

describe('taking money out of a meter', () => {
  test('posts what was used, owes what was taken, and the next poll is silent', async () => {
    const shop = await shopWith(bench, 10_000)
    shop.meter.use(10_000, 800)
    bench.clock.jumpWall(MINUTE_MS)
    const id = await queue(bench, shop)
    await rounds(bench, shop)
    expect(await view(bench, id)).toMatchObject({
      state: 'DONE',
      sends: 1,
      takenFen: 3_000,
      before: { balanceFen: 9_200 },
      after: { balanceFen: 6_200 },
    })
    expect(givenFen(shop)).toEqual([3_000])
    expect(await books(bench, shop)).toEqual({ credit: 6_200, payable: 3_000 })
    await poll(bench, shop)
    expect(await holds(bench, shop)).toEqual([])
    expect(await auditBooks(bench.db)).toEqual([])
  })

  test('all that is left in a tripped meter is what it shows then', async () => {
    const shop = await shopWith(bench, 5_000)
    shop.meter.relay = 'tripped'
    shop.meter.use(10_000, 700)
    bench.clock.jumpWall(MINUTE_MS)
    const id = await queue(bench, shop, { wantedFen: null, purpose: 'refund' })
    await rounds(bench, shop)
    expect(await view(bench, id)).toMatchObject({ state: 'DONE', takenFen: 4_300 })
    expect(shop.meter.balanceFen).toBe(0)
    expect(await books(bench, shop)).toEqual({ credit: 0, payable: 4_300 })
  })

  test('of a loaded meter a margin is left, and what it uses meanwhile stops nothing', async () => {
    const shop = await shopWith(bench, 5_000)
    shop.meter.before = (exchange) => {
      if (exchange === 'reduce') shop.meter.use(100, 9)
    }
    const id = await queue(bench, shop, { wantedFen: null })
    await rounds(bench, shop)
    // 12.4 kW for a minute at 1.05 yuan, and a step.
    expect(await view(bench, id)).toMatchObject({
      ...{ state: 'DONE', takenFen: 4_977, askedFen: 4_977, restFen: 14 },
      ...{ before: { balanceFen: 5_000 }, after: { balanceFen: 14 } },
    })
    expect(await books(bench, shop)).toEqual({ credit: 23, payable: 4_977 })
    await poll(bench, shop)
    expect(await holds(bench, shop)).toEqual([])
    expect(await auditBooks(bench.db)).toEqual([])
  })

  test('what only the meter’s record can prove is proved by it', async () => {
    const shop = await shopWith(bench, 5_000, { meter: { refund: null } })
    const id = await queue(bench, shop, { wantedFen: 7 })
    await rounds(bench, shop)
    expect(await view(bench, id)).toMatchObject({ state: 'DONE', takenFen: 7 })
    const without = await shopWith(bench, 5_000)
    const held = await queue(bench, without, { wantedFen: 7 })
    await rounds(bench, without)
    expect(await view(bench, held)).toMatchObject({ state: 'HOLD' })
    expect(await holds(bench, without)).toEqual(['reduction-unclear'])
  })

  test('an empty meter is done without a send, and a refund of nothing is called off', async () => {
    const shop = await shopWith(bench, 0)
    const refund = await queue(bench, shop, { wantedFen: null })
    await rounds(bench, shop)
    expect(await view(bench, refund)).toMatchObject({ state: 'CANCELLED', sends: 0 })
    const id = await queue(bench, shop, { wantedFen: null, purpose: 'swap' })
    await rounds(bench, shop)
    expect(await view(bench, id)).toMatchObject({ state: 'DONE', takenFen: 0, sends: 0 })
    expect(shop.meter.given).toEqual([])
  })

  test('less than is wanted: cancelled, the clerk is told, never a part', async () => {
    const shop = await shopWith(bench, 2_000)
    const id = await queue(bench, shop)
    await rounds(bench, shop)
    expect(await view(bench, id)).toMatchObject({
      state: 'CANCELLED',
      sends: 0,
      cancelReason: 'not-enough',
    })
    expect(shop.meter.given).toEqual([])
    expect(await books(bench, shop)).toEqual({ credit: 2_000 })
  })

  test('purchases wait behind it, and it waits for one that is armed', async () => {
    const shop = await shopWith(bench, 10_000)
    await sellTo(bench, shop, 700)
    shop.meter.lies.push('requestLost')
    await deliver(bench, shop, nodeOf(bench, 'A'))
    expect(await purchaseStates(bench, shop)).toEqual(['DELIVERED', 'ARMED'])
    const id = await queue(bench, shop)
    await sellTo(bench, shop, 900)
    const order: string[] = []
    shop.meter.after = (exchange) => order.push(exchange)
    await rounds(bench, shop)
    expect(order.filter((name) => name === 'recharge' || name === 'reduce')).toEqual([
      'recharge',
      'reduce',
      'recharge',
    ])
    expect(await view(bench, id)).toMatchObject({ state: 'DONE' })
    expect(await purchaseStates(bench, shop)).toEqual(['DELIVERED', 'DELIVERED', 'DELIVERED'])
    expect(await books(bench, shop)).toEqual({ credit: 8_600, payable: 3_000 })
  })

  test('a maker that counts it as a purchase: the next number follows', async () => {
    const shop = await shopWith(bench, 10_000, { meter: { countsReductions: true } })
    const id = await queue(bench, shop)
    await rounds(bench, shop)
    await sellTo(bench, shop, 500)
    await rounds(bench, shop)
    expect(await view(bench, id)).toMatchObject({ state: 'DONE' })
    expect(await purchaseStates(bench, shop)).toEqual(['DELIVERED', 'DELIVERED'])
    expect(shop.meter.balanceFen).toBe(7_500)
    await poll(bench, shop)
    expect(await holds(bench, shop)).toEqual([])
    expect(await auditBooks(bench.db)).toEqual([])
  })

  test('money found beyond the books is not posted but noted', async () => {
    const shop = await shopWith(bench, 1_000, { meter: { balanceFen: 400 } })
    const id = await queue(bench, shop, { wantedFen: 300 })
    await rounds(bench, shop)
    const [{ evidence } = { evidence: null }] = await rows<{ evidence: unknown }>(
      bench,
      'select evidence from reduction where reduction_id = $1',
      [id],
    )
    expect(evidence).toMatchObject({ usedFen: 0, beyondBooksFen: 400 })
    expect(await books(bench, shop)).toEqual({ credit: 700, payable: 300 })
  })

  test('a wallet that is initialised ends its epoch', async () => {
    const shop = await shopWith(bench, 4_000)
    const can = { ...SOUND_METER, reduce: 'reinitialise' } as const
    const id = await queue(bench, shop, { wantedFen: null, purpose: 'close' }, can)
    const node = { ...nodeOf(bench, 'A'), capabilitiesOf: () => can }
    await deliverAll(bench, shop, node)
    expect(await view(bench, id)).toMatchObject({ state: 'DONE', takenFen: 4_000 })
    const epochs = await rows<{ open: boolean }>(
      bench,
      'select closed_at is null as open from epoch where meter_id = $1',
      [shop.meterId],
    )
    expect(epochs).toEqual([{ open: false }])
  })
})

describe('queueing', () => {
  const refusal = async (attempt: Promise<unknown>): Promise<string> =>
    attempt.then(
      () => 'accepted',
      (error: { code?: string }) => error.code ?? String(error),
    )

  test('is refused where it cannot be carried out', async () => {
    const shop = await shopWith(bench, 10_000)
    const none = { ...SOUND_METER, reduce: 'none' } as const
    expect(await refusal(queue(bench, shop, {}, none))).toBe('reduction_not_possible')
    const initialised = { ...SOUND_METER, reduce: 'reinitialise' } as const
    expect(await refusal(queue(bench, shop, {}, initialised))).toBe('reduction_not_possible')
    const other = await openShop(bench, bench.nextMeter++)
    expect(await refusal(queue(bench, other))).toBe('meter_not_opened')
    expect(await refusal(queue(bench, { ...shop, meterId: other.meterId }))).toBe(
      'meter_not_on_account',
    )
    await queue(bench, shop)
    expect(await refusal(queue(bench, shop))).toBe('reduction_under_way')
    const held = await shopWith(bench, 1_000)
    held.meter.foreign(500)
    await poll(bench, held)
    expect(await refusal(queue(bench, held))).toBe('meter_on_hold')
  })

  test('is called off while it waits, and not once it was sent', async () => {
    const shop = await shopWith(bench, 10_000)
    const { complexId, clerk, deps } = bench.complex
    const call = (reductionId: Uuid) =>
      bench.db.as(clerk, (tx) =>
        cancelReduction(tx, deps.ids, { complexId, reductionId, reason: '客户改变主意' }),
      )
    const first = await queue(bench, shop)
    await call(first)
    expect(await view(bench, first)).toMatchObject({
      state: 'CANCELLED',
      cancelReason: '客户改变主意',
    })
    const second = await queue(bench, shop)
    await rounds(bench, shop)
    expect(await refusal(call(second))).toBe('reduction_not_cancellable')
    expect(await refusal(call(uuid('00000000-0000-7000-8000-000000000000')))).toBe('not_found')
  })
})
