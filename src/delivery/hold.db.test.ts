import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { createManualClock, type ManualClock } from '../../test/manual-clock.ts'
import { tinyComplex } from '../../test/tiny-complex.ts'
import { AFTER_REDUCTION } from '../accounts/after-reduction.ts'
import { auditBooks } from '../ledger/audit.ts'
import type { PollResult } from '../metering/readings/poll-result.ts'
import { systemScope } from '../ports/database.ts'
import { instant, sqlTime } from '../shared/clock.ts'
import { gatewayId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { nextNumber } from '../work/counter.ts'
import { compareHook } from './compare-hook.ts'
import {
  type Bench,
  createBench,
  deliver,
  deliverAll,
  nodeOf,
  openShop,
  type Shop,
  sellTo,
  takeLeases,
} from './explorer/delivery-bench.ts'
import { type ReleaseDeps, releaseHold } from './release.ts'
import type { Resolution } from './release-plan.ts'

const START = instant(1_790_000_000_000)
const MINUTE_MS = 60_000

let base: TestDatabase
let clock: ManualClock
let bench: Bench
let hook: ReturnType<typeof compareHook>
let nextMeter = 0
let requests = 0

beforeAll(async () => {
  clock = createManualClock(START)
  base = await freshDatabase({ clock })
  bench = createBench(base.db, clock, await tinyComplex(base.db, { meters: 25 }))
  await takeLeases(bench, 'A')
})
beforeEach(() => {
  hook = compareHook(bench.complex.deps)
})
afterAll(() => base.drop())

const run = (shop: Shop) => deliverAll(bench, shop, nodeOf(bench, 'A'))

const openedShop = async (options: Parameters<typeof openShop>[2] = {}): Promise<Shop> => {
  const shop = await openShop(bench, nextMeter++, options)
  await run(shop)
  return shop
}

const rows = <Row>(sql: string, params: unknown[]): Promise<Row[]> =>
  base.db.as(systemScope('test'), (tx) => tx.query<Row>(sql, params))

const purchases = (shop: Shop) =>
  rows<{ state: string; n: number | null; kind: string; epoch: number }>(
    `select state, n, kind, epoch from purchase where meter_id = $1 order by epoch, purchase_no`,
    [shop.meterId],
  )
const states = async (shop: Shop) => (await purchases(shop)).map((p) => p.state)

const reasons = async (shop: Shop): Promise<string[]> => {
  const held = await rows<{ reason: string }>(
    'select reason from hold where meter_id = $1 and released_at is null',
    [shop.meterId],
  )
  return held.map((row) => row.reason)
}

const statusOf = async (shop: Shop): Promise<PollResult> => ({
  kind: 'status',
  meterId: shop.meterId,
  gatewayId: gatewayId(1),
  at: clock.now(),
  onDemand: false,
  outcome: await shop.meter.driver.readStatus('status'),
})

const store = async (shop: Shop): Promise<void> => {
  const { meter } = shop
  const at = sqlTime(clock.now())
  await rows(
    `insert into latest (complex_id, meter_id, seq, balance_fen, balance_at, purchase_count,
       customer_no, wallet_at, opened, energy_wh, energy_at)
     values ($1, $2::integer, $2::integer, $3, $4, $5, $6, $4, $7, $8, $4)
     on conflict (complex_id, meter_id) do update set balance_fen = $3, balance_at = $4,
       purchase_count = $5, customer_no = $6, wallet_at = $4, opened = $7, energy_wh = $8,
       energy_at = $4`,
    [
      bench.complex.complexId,
      shop.meterId,
      meter.balanceFen,
      at,
      meter.count,
      meter.customerNo,
      meter.opened,
      meter.energyWh,
    ],
  )
}

/** A status round: three minutes later, stored and compared. */
const poll = async (...shops: Shop[]): Promise<void> => {
  clock.jumpWall(3 * MINUTE_MS)
  for (const shop of shops) await store(shop)
  const results = await Promise.all(shops.map(statusOf))
  await base.db.as(systemScope('poll'), (tx) => hook(tx, bench.complex.complexId, results))
}

const releaseDeps = (): ReleaseDeps => ({
  ...bench.complex.deps,
  afterReduction: AFTER_REDUCTION,
  newCustomerNo: async (tx, complex) =>
    `9999${(await nextNumber(tx, complex, 'customer')).toString().padStart(8, '0')}`,
})

const release = (shop: Shop, resolution: Resolution, differenceFen = 0, requestId?: string) =>
  releaseHold(releaseDeps(), bench.complex.clerk, {
    complexId: bench.complex.complexId,
    meterId: shop.meterId,
    requestId: requestId ?? `release-${++requests}`,
    resolution,
    reason: '现场核对',
    differenceFen,
  })

const refusal = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt
    return 'accepted'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

const credit = async (shop: Shop): Promise<Record<string, number>> => {
  const found = await rows<{ name: string; fen: number }>(
    `select case when a.path like 'variance/%' then 'variance'
       else split_part(a.path, '/', 3) end as name, -sum(e.fen)::bigint as fen
     from entry e join ledger_account a on a.ledger_account_id = e.ledger_account_id
     join supply s on a.path in ('supply/' || s.supply_id || '/transit',
       'supply/' || s.supply_id || '/credit', 'variance/' || s.supply_id)
     where s.account_id = $1 group by 1`,
    [shop.accountId],
  )
  return Object.fromEntries(found.map((row) => [row.name, row.fen]))
}

describe('a poll', () => {
  test('that fits the books stops nobody, whatever was used', async () => {
    const shop = await openedShop({ firstFen: 5_000 })
    for (let i = 0; i < 4; i++) {
      shop.meter.use(10_000, 1_050)
      await poll(shop)
    }
    expect(await reasons(shop)).toEqual([])
  })

  test('finds a foreign credit at once and stops only that meter', async () => {
    const sound = await openedShop({ firstFen: 5_000 })
    const touched = await openedShop({ firstFen: 5_000 })
    touched.meter.foreign(3_000)
    await poll(sound, touched)
    expect(await reasons(touched)).toEqual(['count-ahead'])
    expect(await reasons(sound)).toEqual([])
    await expect(sellTo(bench, touched, 100)).rejects.toMatchObject({ code: 'meter_on_hold' })
  })

  test('finds money without a count', async () => {
    const shop = await openedShop({ firstFen: 5_000 })
    shop.meter.balanceFen += 500
    await poll(shop)
    expect(await reasons(shop)).toEqual(['balance-above'])
  })

  test.each([
    [
      'a reset',
      'count-behind',
      (shop: Shop) => {
        shop.meter.count = 0
        shop.meter.balanceFen = 0
      },
    ],
    [
      'money that vanished',
      'balance-below',
      (shop: Shop) => {
        shop.meter.balanceFen -= 2_000
      },
    ],
  ] as const)('must see %s twice, in two readings', async (_, reason, strike) => {
    const shop = await openedShop({ firstFen: 5_000 })
    strike(shop)
    await poll(shop)
    const again = await statusOf(shop)
    await base.db.as(systemScope('poll'), (tx) => hook(tx, bench.complex.complexId, [again]))
    expect(await reasons(shop)).toEqual([])
    await poll(shop)
    expect(await reasons(shop)).toEqual([reason])
  })

  test('finds a swapped meter by its customer number', async () => {
    const shop = await openedShop({ firstFen: 5_000 })
    shop.meter.customerNo = '000100009999'
    await poll(shop)
    expect(await reasons(shop)).toEqual(['customer-number'])
  })

  test('is silent before the opening, while a purchase is armed, and just after', async () => {
    const unopened = await openShop(bench, nextMeter++, { meter: { count: 31 } })
    await poll(unopened)
    expect(await reasons(unopened)).toEqual([])
    const shop = await openedShop({ firstFen: 5_000 })
    await sellTo(bench, shop, 700)
    shop.meter.lies = ['answerLost']
    shop.meter.after = (exchange) => {
      if (exchange === 'recharge') shop.meter.silent = true
    }
    await deliver(bench, shop, nodeOf(bench, 'A'))
    shop.meter.silent = false
    shop.meter.after = () => {}
    expect(await states(shop)).toEqual(['DELIVERED', 'ARMED'])
    await poll(shop)
    const torn = await statusOf(shop)
    await run(shop)
    await base.db.as(systemScope('poll'), (tx) => hook(tx, bench.complex.complexId, [torn]))
    expect(await states(shop)).toEqual(['DELIVERED', 'DELIVERED'])
    expect(await reasons(shop)).toEqual([])
  })
})

describe('a person releases', () => {
  test('as ours: the money is in the meter, and the books follow', async () => {
    const shop = await openedShop()
    await sellTo(bench, shop, 1_000)
    shop.meter.lies = ['answerLost']
    shop.meter.after = (exchange) => {
      // The meter writes a record that does not fit, so that the machine can't decide.
      if (exchange === 'recharge' && shop.meter.record) shop.meter.record.count = 99
    }
    await run(shop)
    shop.meter.after = () => {}
    expect(await reasons(shop)).toEqual(['record-mismatch'])
    expect(await release(shop, 'ours')).toMatchObject({ state: 'DELIVERED' })
    expect(await states(shop)).toEqual(['DELIVERED', 'DELIVERED'])
    expect(await credit(shop)).toMatchObject({ credit: 1_000, transit: 0 })
    await poll(shop)
    expect(await reasons(shop)).toEqual([])
  })

  test('as foreign: the difference gets its name, the sale a new number', async () => {
    const shop = await openedShop()
    await sellTo(bench, shop, 1_000)
    shop.meter.before = (exchange) => {
      if (exchange === 'recharge' && shop.meter.count === 1) shop.meter.foreign(7_000)
    }
    await run(shop)
    shop.meter.before = () => {}
    expect(await states(shop)).toEqual(['DELIVERED', 'HOLD'])
    expect(await release(shop, 'foreign', 7_000)).toMatchObject({ state: 'QUEUED' })
    await run(shop)
    expect(await purchases(shop)).toMatchObject([
      { state: 'DELIVERED', n: 1 },
      { state: 'DELIVERED', n: 3 },
    ])
    expect(await credit(shop)).toEqual({ credit: 8_000, transit: 0, variance: -7_000 })
    expect(shop.meter.balanceFen).toBe(8_000)
    await poll(shop)
    expect(await reasons(shop)).toEqual([])
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('what the poll found: selling goes on from the count of the meter', async () => {
    const shop = await openedShop({ firstFen: 500 })
    shop.meter.foreign(3_000)
    await poll(shop)
    await release(shop, 'foreign', 3_000)
    await sellTo(bench, shop, 200)
    await run(shop)
    await poll(shop)
    expect(await reasons(shop)).toEqual([])
    expect(await purchases(shop)).toMatchObject([{ n: 1 }, { state: 'DELIVERED', n: 3 }])
  })

  test('a number that may be on a wire stays with its sale', async () => {
    const shop = await openedShop()
    await sellTo(bench, shop, 1_000)
    shop.meter.lies = Array.from({ length: 12 }, () => 'refused' as const)
    shop.meter.lies[0] = 'heldInGateway'
    await run(shop)
    expect(await reasons(shop)).toEqual(['not-taken'])
    expect(await release(shop, 'foreign')).toMatchObject({ state: 'ARMED' })
    shop.meter.flush()
    await run(shop)
    expect(await purchases(shop)).toMatchObject([{ n: 1 }, { state: 'DELIVERED', n: 2 }])
    expect(shop.meter.taken.map((order) => order.amountFen)).toEqual([0, 1_000])
  })

  test('a reset meter into a new epoch: opened again, then what was sold', async () => {
    const shop = await openedShop({ firstFen: 4_000, meter: { count: 12 } })
    await sellTo(bench, shop, 1_000)
    await sellTo(bench, shop, 1_100)
    shop.meter.count = 0
    shop.meter.balanceFen = 0
    await run(shop)
    expect(await refusal(release(shop, 'foreign'))).toBe('release_not_possible')
    await release(shop, 'newEpoch', -4_000)
    await run(shop)
    expect(await purchases(shop)).toMatchObject([
      { state: 'DELIVERED', n: 13, epoch: 1 },
      { state: 'DELIVERED', n: 1, epoch: 2, kind: 'open' },
      { state: 'DELIVERED', n: 2, epoch: 2 },
      { state: 'DELIVERED', n: 3, epoch: 2 },
    ])
    expect(shop.meter.customerNo).toMatch(/^9999/)
    expect(shop.meter.balanceFen).toBe(2_100)
    expect(await credit(shop)).toEqual({ credit: 2_100, transit: 0, variance: 4_000 })
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('once: the same request answers the same, another finds nothing on hold', async () => {
    const shop = await openedShop({ firstFen: 500 })
    shop.meter.foreign(3_000)
    await poll(shop)
    const first = await release(shop, 'foreign', 3_000, 'release-once')
    expect(await release(shop, 'foreign', 3_000, 'release-once')).toEqual(first)
    expect(await refusal(release(shop, 'foreign'))).toBe('hold_not_open')
    expect(await credit(shop)).toMatchObject({ variance: -3_000 })
  })

  test('as ours only what the count allows', async () => {
    const shop = await openedShop()
    await sellTo(bench, shop, 1_000)
    shop.meter.foreign(3_000)
    await run(shop)
    expect(await refusal(release(shop, 'ours'))).toBe('release_not_possible')
  })
})
