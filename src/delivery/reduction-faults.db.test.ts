import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditBooks } from '../ledger/audit.ts'
import type { Uuid } from '../shared/ids.ts'
import {
  deliver,
  deliverStruck,
  nodeOf,
  type Shop,
  type Strike,
  sellTo,
  takeLeases,
} from './explorer/delivery-bench.ts'
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
  release,
  rounds,
  shopWith,
  view,
} from './explorer/reduction-bench.ts'
import type { CreditLie } from './explorer/wallet-meter.ts'

let bench: ReductionBench

beforeAll(async () => {
  bench = await createReductionBench(25)
})
afterAll(() => bench.base.drop())

describe('a line that lies', () => {
  const cases: { lie: CreditLie; flush: boolean; ends: string; given: number[]; held: string[] }[] =
    [
      { lie: 'answerLost', flush: false, ends: 'DONE', given: [3_000], held: [] },
      { lie: 'refusedThoughApplied', flush: false, ends: 'DONE', given: [3_000], held: [] },
      { lie: 'heldInGateway', flush: true, ends: 'DONE', given: [3_000], held: [] },
      {
        lie: 'requestLost',
        flush: false,
        ends: 'HOLD',
        given: [],
        held: ['reduction-not-seen'],
      },
      { lie: 'refused', flush: false, ends: 'HOLD', given: [], held: ['reduction-not-seen'] },
    ]
  test.each(cases)('$lie (flushed: $flush): $ends, sent once', async (each) => {
    const shop = await shopWith(bench, 10_000)
    shop.meter.lies.push(each.lie)
    const id = await queue(bench, shop)
    await deliver(bench, shop, nodeOf(bench, 'A'))
    if (each.flush) shop.meter.flush()
    await rounds(bench, shop)
    expect(await view(bench, id)).toMatchObject({ state: each.ends, sends: 1 })
    expect(givenFen(shop)).toEqual(each.given)
    expect(await holds(bench, shop)).toEqual(each.held)
    expect(await auditBooks(bench.db)).toEqual([])
  })

  test('a silent meter is waited for, before and after the send', async () => {
    const shop = await shopWith(bench, 10_000)
    shop.meter.silent = true
    const id = await queue(bench, shop)
    await rounds(bench, shop)
    expect(await view(bench, id)).toMatchObject({ state: 'QUEUED', sends: 0, lastFault: 'timeout' })
    shop.meter.silent = false
    shop.meter.after = (exchange) => {
      if (exchange === 'reduce') shop.meter.silent = true
    }
    await rounds(bench, shop)
    expect(await view(bench, id)).toMatchObject({ state: 'SENT', sends: 1 })
    shop.meter.silent = false
    await rounds(bench, shop)
    expect(await view(bench, id)).toMatchObject({ state: 'DONE', takenFen: 3_000 })
    expect(givenFen(shop)).toEqual([3_000])
  })
})

describe('a held reduction', () => {
  const held = async (lie: CreditLie): Promise<{ shop: Shop; id: Uuid }> => {
    const shop = await shopWith(bench, 10_000)
    shop.meter.lies.push(lie)
    const id = await queue(bench, shop)
    await sellTo(bench, shop, 500)
    await rounds(bench, shop)
    expect(await view(bench, id)).toMatchObject({ state: 'HOLD' })
    expect(await purchaseStates(bench, shop)).toEqual(['DELIVERED', 'QUEUED'])
    return { shop, id }
  }

  test('released as not taken: cancelled, and what waited goes on', async () => {
    const { shop, id } = await held('requestLost')
    expect(await release(bench, shop, 'notTaken')).toMatchObject({
      reductionId: id,
      state: 'CANCELLED',
    })
    await rounds(bench, shop)
    expect(await purchaseStates(bench, shop)).toEqual(['DELIVERED', 'DELIVERED'])
    expect(await books(bench, shop)).toEqual({ credit: 10_500 })
    await poll(bench, shop)
    expect(await holds(bench, shop)).toEqual([])
  })

  test('released as taken, with the amount that the meter shows', async () => {
    const { shop, id } = await held('heldInGateway')
    shop.meter.flush()
    bench.clock.jumpWall(MINUTE_MS)
    await poll(bench, shop)
    expect(await release(bench, shop, 'taken')).toMatchObject({ reductionId: id, state: 'DONE' })
    expect(await view(bench, id)).toMatchObject({ state: 'DONE', takenFen: 3_000 })
    await rounds(bench, shop)
    expect(await books(bench, shop)).toEqual({ credit: 7_500, payable: 3_000 })
    expect(shop.meter.balanceFen).toBe(7_500)
    await poll(bench, shop)
    expect(await holds(bench, shop)).toEqual([])
    expect(await auditBooks(bench.db)).toEqual([])
  })

  test('never more than the meter held, and only as taken or not', async () => {
    const { shop } = await held('requestLost')
    for (const attempt of [release(bench, shop, 'taken', 10_001), release(bench, shop, 'foreign')])
      await expect(attempt).rejects.toMatchObject({ code: 'release_not_possible' })
    expect(await release(bench, shop, 'taken', 2_900)).toMatchObject({ state: 'DONE' })
    expect(await books(bench, shop)).toEqual({ credit: 7_100, payable: 2_900 })
  })

  test('a new epoch calls off what waits to be taken out', async () => {
    const shop = await shopWith(bench, 10_000)
    Object.assign(shop.meter, { count: 0, balanceFen: 0 })
    const id = await queue(bench, shop)
    await rounds(bench, shop)
    expect(await view(bench, id)).toMatchObject({ state: 'QUEUED' })
    expect(await holds(bench, shop)).toEqual(['count-behind'])
    await release(bench, shop, 'newEpoch')
    expect(await view(bench, id)).toMatchObject({ state: 'CANCELLED', cancelReason: 'new-epoch' })
  })
})

describe('a crash at any use of the database or the meter', () => {
  const strikes: { strike: Strike; uses: number }[] = [
    { strike: 'before', uses: 7 },
    { strike: 'after', uses: 7 },
    { strike: 'unknown-kept', uses: 3 },
    { strike: 'unknown-lost', uses: 3 },
  ]
  test.each(strikes)('$strike: taken at most once, and done or held', async ({ strike, uses }) => {
    const shop = await shopWith(bench, 90_000)
    let struck = 0
    for (let k = 1, blown = true; blown; k++) {
      expect(k).toBeLessThan(20)
      const before = givenFen(shop).length
      const id = await queue(bench, shop)
      blown = await deliverStruck(bench, shop, strike, k)
      if (blown) struck++
      await takeLeases(bench, 'B')
      await rounds(bench, shop, 'B')
      await takeLeases(bench, 'A')
      const { state, sends } = await view(bench, id)
      expect(sends).toBe(1)
      expect(givenFen(shop).length - before).toBe(state === 'DONE' ? 1 : 0)
      expect(['DONE', 'HOLD']).toContain(state)
      if (state === 'HOLD') await release(bench, shop, 'notTaken')
      bench.clock.jumpWall(MINUTE_MS)
    }
    expect(struck).toBeGreaterThanOrEqual(uses)
    const out = givenFen(shop).reduce((sum, fen) => sum + fen, 0)
    expect(await books(bench, shop)).toEqual({ credit: 90_000 - out, payable: out })
    expect(await auditBooks(bench.db)).toEqual([])
  })

  test('the same meter driven by two at once gives once', async () => {
    const shop = await shopWith(bench, 10_000)
    const id = await queue(bench, shop)
    const node = nodeOf(bench, 'A')
    await Promise.all([deliver(bench, shop, node), deliver(bench, shop, node)])
    await rounds(bench, shop)
    expect(await view(bench, id)).toMatchObject({ state: 'DONE' })
    expect(givenFen(shop)).toEqual([3_000])
  })
})
