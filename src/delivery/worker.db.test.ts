import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { tinyComplex } from '../../test/tiny-complex.ts'
import { swapMeter } from '../accounts/swap/commands.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { systemClock, systemIds, systemRng } from '../adapters/system.ts'
import { auditBooks } from '../ledger/audit.ts'
import { OFFLINE } from '../metering/bus/job.ts'
import { gatewaysHeldBy } from '../metering/lease-store.ts'
import { ensurePartitions } from '../metering/readings/partitions.ts'
import { writeGateways } from '../metering/readings/store.ts'
import { type Db, systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { pointId, uuid } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { type Bell, createBell } from '../work/bell.ts'
import { cancelPurchase } from './cancel.ts'
import {
  type Bench,
  createBench,
  deliver,
  nodeOf,
  openShop,
  type Shop,
  sellTo,
  takeLeases,
} from './explorer/delivery-bench.ts'
import { wakeHook } from './wake-hook.ts'
import { startDeliveryWorker } from './worker.ts'

const SILENT = { info: () => {}, warn: () => {}, error: () => {} }

let base: TestDatabase
let bench: Bench
let nextMeter = 0
let running: { stop(): Promise<void> } | null = null

beforeAll(async () => {
  base = await freshDatabase({ poolMax: 6 })
  bench = createBench(base.db, systemClock, await tinyComplex(base.db, { meters: 13 }))
  await takeLeases(bench, 'A')
})
afterEach(async () => {
  await running?.stop()
  running = null
})
afterAll(() => base.drop())

const start = (db: Db = base.db, bell?: Bell): void => {
  const more = bell === undefined ? {} : { bell }
  running = startDeliveryWorker({ ...nodeOf(bench, 'A', db), rng: systemRng, log: SILENT, ...more })
}

const rows = <Row>(sql: string, params: unknown[]): Promise<Row[]> =>
  base.db.as(systemScope('test'), (tx) => tx.query<Row>(sql, params))

const states = async (shop: Shop): Promise<string[]> => {
  const found = await rows<{ state: string }>(
    'select state from purchase where meter_id = $1 order by purchase_no',
    [shop.meterId],
  )
  return found.map((row) => row.state)
}

const openWork = async (shop: Shop): Promise<number> => {
  const found = await rows('select from work where key = $1 and done_at is null', [
    `meter/${shop.meterId}`,
  ])
  return found.length
}

const claimedRows = async (shop: Shop): Promise<number> => {
  const found = await rows('select from work where key = $1 and claimed_by is not null', [
    `meter/${shop.meterId}`,
  ])
  return found.length
}

const until = (shop: Shop, wanted: string[]) => expect.poll(() => states(shop)).toEqual(wanted)

const taken = (shop: Shop): number[] => shop.meter.taken.map((order) => order.amountFen)

describe('the delivery worker', () => {
  test('delivers what is sold, also while it is at the same meter', async () => {
    const shops = [await openShop(bench, nextMeter++), await openShop(bench, nextMeter++)]
    const [first, second] = [must(shops[0], 'first'), must(shops[1], 'second')]
    first.meter.lies = ['none', 'answerLost', 'requestLost', 'refusedThoughApplied']
    start()
    for (const amount of [100, 200, 300]) await sellTo(bench, first, amount)
    await sellTo(bench, second, 400)
    await until(first, ['DELIVERED', 'DELIVERED', 'DELIVERED', 'DELIVERED'])
    await until(second, ['DELIVERED', 'DELIVERED'])
    expect(taken(first)).toEqual([0, 100, 200, 300])
    expect(taken(second)).toEqual([0, 400])
    await expect.poll(async () => (await openWork(first)) + (await openWork(second))).toBe(0)
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('a silent meter keeps no other waiting, and is served when it answers', async () => {
    const silent = await openShop(bench, nextMeter++)
    silent.meter.silent = true
    const sound = await openShop(bench, nextMeter++)
    start()
    await until(sound, ['DELIVERED'])
    expect(await states(silent)).toEqual(['QUEUED'])
    silent.meter.silent = false
    await until(silent, ['DELIVERED'])
  })

  test('nobody looks again for a gateway that is offline: its return wakes all', async () => {
    const shop = await openShop(bench, nextMeter++)
    const { complexId } = bench.complex
    let asked = 0
    const unreachable = async () => {
      asked++
      return OFFLINE
    }
    const driver = { ...shop.meter.driver, readWallet: unreachable }
    bench.shops.set(shop.meterId, { ...shop, meter: { ...shop.meter, driver } })
    const tell = (online: boolean) =>
      base.db.as(systemScope('test', [complexId]), async (tx) => {
        const held = await gatewaysHeldBy(tx, 'A')
        const change = { online, at: systemClock.now(), fault: null }
        const changes = held.map((gatewayId) => ({ gatewayId, ...change }))
        await writeGateways(tx, complexId, changes)
        await wakeHook(tx, complexId, changes)
      })
    await tell(false)
    start()
    const waits = () =>
      rows(
        `select from work where key = $1 and done_at is null
           and due_at > now() + interval '5 minutes'`,
        [`meter/${shop.meterId}`],
      )
    await expect.poll(waits).toHaveLength(1)
    expect(asked).toBe(1)
    bench.shops.set(shop.meterId, shop)
    await tell(true)
    await until(shop, ['DELIVERED'])
  })

  test('a database that is away for a while is waited for', async () => {
    const shop = await openShop(bench, nextMeter++)
    let refusals = 5
    const flaky: Db = {
      close: () => base.db.close(),
      as: async (scope, run) => {
        if (scope.from === 'delivery' && refusals-- > 0) throw new Refusal('database_unavailable')
        return base.db.as(scope, run)
      },
    }
    start(flaky)
    await expect.poll(() => refusals).toBeLessThan(4)
    // A claim that could not be put back runs out by itself; the test does not wait for it.
    await rows('update work set claimed_until = null where key = $1', [`meter/${shop.meterId}`])
    refusals = 0
    await until(shop, ['DELIVERED'])
    expect(taken(shop)).toEqual([0])
  })

  test('what is sold while a round puts its work back is not forgotten', async () => {
    const shop = await openShop(bench, nextMeter++)
    const bell = createBell()
    let sold = false
    // Between the last look and the end of the row: a sale, and the claim of its row.
    const sellThen = async () => {
      if (sold) return
      sold = true
      await sellTo(bench, shop, 100)
      bell.ring()
      await expect.poll(() => claimedRows(shop)).toBe(1)
    }
    const slow: Db = {
      close: () => base.db.close(),
      as: (scope, run, kind) =>
        base.db.as(
          scope,
          (tx) =>
            run({
              ...tx,
              query: async (sql, params, plan) => {
                if (sql.includes('set done_at')) await sellThen()
                return tx.query(sql, params, plan)
              },
            }),
          kind,
        ),
    }
    start(slow, bell)
    await until(shop, ['DELIVERED', 'DELIVERED'])
    expect(taken(shop)).toEqual([0, 100])
  })

  test('two workers of two processes share no meter', async () => {
    const shop = await openShop(bench, nextMeter++)
    const other = startDeliveryWorker({
      ...nodeOf(bench, 'B'),
      rng: systemRng,
      log: SILENT,
    })
    for (const amount of [100, 200]) await sellTo(bench, shop, amount)
    expect(await states(shop)).toEqual(['QUEUED', 'QUEUED', 'QUEUED'])
    start()
    await until(shop, ['DELIVERED', 'DELIVERED', 'DELIVERED'])
    await other.stop()
    expect(taken(shop)).toEqual([0, 100, 200])
  })
})

/** Runs `act` before the n-th transaction of the delivery. */
const actingBefore = (nth: number, act: () => Promise<unknown>): Db => {
  let left = nth
  return {
    close: () => base.db.close(),
    as: async (scope, run, kind) => {
      if (scope.from === 'delivery' && --left === 0) await act()
      return base.db.as(scope, run, kind)
    },
  }
}

test('an opening that went to another meter is not armed by what the old one showed', async () => {
  await ensurePartitions(ownerQuery(base.ownerUrl), systemClock.now())
  const { complex } = bench
  const shop = await openShop(bench, nextMeter++, { firstFen: 700 })
  const spare = must(complex.meters[nextMeter++], 'a meter is left').meterId
  await rows('delete from installation where meter_id = $1', [spare])
  const [at] = await rows<{ id: number }>(
    'select point_id as id from installation where meter_id = $1 and until is null',
    [shop.meterId],
  )
  const swapIt = () =>
    swapMeter(complex.deps, complex.clerk, {
      ...{ complexId: complex.complexId, pointId: pointId(must(at, 'it hangs').id) },
      ...{ newMeterId: spare, newInitialWh: 0, note: '换表', requestId: 'swap', bulkId: null },
      oldMeter: { state: 'dead', finalWh: 2_000_000, remainingFen: 0, photoNote: 'IMG_1' },
      dryRun: false,
    })
  // The wallet is read by now, and the number is about to be given.
  await deliver(bench, shop, nodeOf(bench, 'A', actingBefore(2, swapIt)))
  expect(taken(shop)).toEqual([])
  const moved = await rows('select n, state from purchase where meter_id = $1', [spare])
  expect(moved).toEqual([{ n: null, state: 'QUEUED' }])
})

describe('cancelling', () => {
  const cancel = (purchaseId: string) =>
    base.db.as(bench.complex.clerk, (tx) =>
      cancelPurchase(tx, systemIds, {
        complexId: bench.complex.complexId,
        purchaseId: uuid(purchaseId),
        reason: '售错户',
      }),
    )

  test('takes back a purchase that was never armed, and nothing else', async () => {
    const shop = await openShop(bench, nextMeter++)
    await deliver(bench, shop, nodeOf(bench, 'A'))
    const queued = await sellTo(bench, shop, 900)
    expect(await cancel(queued)).toMatchObject({ amountFen: 900, kind: 'recharge' })
    await expect(cancel(queued)).rejects.toMatchObject({ code: 'purchase_not_cancellable' })
    const armed = await sellTo(bench, shop, 800)
    shop.meter.lies = ['requestLost']
    await deliver(bench, shop, nodeOf(bench, 'A'))
    expect(await states(shop)).toEqual(['DELIVERED', 'CANCELLED', 'ARMED'])
    await expect(cancel(armed)).rejects.toMatchObject({ code: 'purchase_not_cancellable' })
    await deliver(bench, shop, nodeOf(bench, 'A'))
    expect(taken(shop)).toEqual([0, 800])
  })

  test('keeps an opening that a recharge waits for', async () => {
    const shop = await openShop(bench, nextMeter++)
    const [opening] = await rows<{ id: string }>(
      'select purchase_id as id from purchase where meter_id = $1',
      [shop.meterId],
    )
    await sellTo(bench, shop, 100)
    await expect(cancel(must(opening, 'the opening').id)).rejects.toMatchObject({
      code: 'purchase_not_cancellable',
    })
  })
})
