import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { dyingAtEach, struckAt } from '../../test/dying.ts'
import { createManualClock, type ManualClock } from '../../test/manual-clock.ts'
import { tinyComplex } from '../../test/tiny-complex.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
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
import { ensurePartitions } from '../metering/readings/partitions.ts'
import { type Db, systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import { closeAccount } from './close.ts'
import { payClosing } from './close-pay.ts'
import { lookAtClosings } from './close-worker.ts'

// Closing with the delivery worker and a wallet that behaves like a meter's.

const ROUNDS = 12
const STEP_MS = 61_000

let base: TestDatabase
let clock: ManualClock
let bench: Bench
let nextMeter = 0
let requests = 0

beforeAll(async () => {
  clock = createManualClock()
  base = await freshDatabase({ clock, poolMax: 6 })
  await ensurePartitions((sql) => ownerQuery(base.ownerUrl)(sql), clock.now())
  bench = createBench(base.db, clock, await tinyComplex(base.db, { meters: 20 }))
  await takeLeases(bench, 'A')
})
afterAll(() => base.drop())

const requestId = () => `close-meter-${++requests}`
const depsOf = (db: Db = base.db) => ({ ...bench.complex.deps, db })
const log = { info: () => {}, warn: () => {}, error: () => {} }

const shopWith = async (firstFen: number): Promise<Shop> => {
  const shop = await openShop(bench, nextMeter++, { firstFen })
  await deliverAll(bench, shop, nodeOf(bench, 'A'))
  return shop
}

const sql = <Row>(text: string, values: unknown[]) =>
  base.db.as(systemScope('test'), (tx) => tx.query<Row>(text, values))

/** A poll of the wallet, and relays that do what they are told. */
const polled = async (shop: Shop): Promise<void> => {
  await sql(
    `insert into latest (complex_id, meter_id, seq, balance_fen, balance_at)
     values ($1, $2, 1000 + $2, $3, $4)
     on conflict (complex_id, meter_id) do update set balance_fen = $3, balance_at = $4`,
    [bench.complex.complexId, shop.meterId, shop.meter.balanceFen, sqlTime(clock.now())],
  )
  const told = await sql(
    `update command set state = 'confirmed', ended_at = queued_at, result = '{}'
     where meter_id = $1 and kind = 'setMode' and state = 'queued' returning command_id`,
    [shop.meterId],
  )
  if (told.length > 0) shop.meter.relay = 'tripped'
}

const stateOf = async (shop: Shop): Promise<string> => {
  const rows = await sql<{ state: string }>('select state from closing where account_id = $1', [
    shop.accountId,
  ])
  return must(rows[0], 'a closing').state
}

const close = (shop: Shop, request: string, db?: Db) =>
  closeAccount(depsOf(db), bench.complex.clerk, {
    ...{ accountId: shop.accountId, requestId: request, method: 'cash' },
    ...{ reasonCode: 'leaseEnded', finalWh: { [shop.meterId]: 90_000_000 } },
  })

const pay = (shop: Shop, request: string, db?: Db) =>
  payClosing(depsOf(db), bench.complex.clerk, {
    ...{ accountId: shop.accountId, requestId: request, method: 'cash' },
  })

/** Time goes on: polls, the closing worker, the delivery worker. */
const goOn = async (shop: Shop, db: Db = base.db): Promise<void> => {
  clock.jumpWall(STEP_MS)
  await takeLeases(bench, 'A')
  await polled(shop)
  await lookAtClosings({ ...depsOf(db), clock, log, holder: 'A' })
  await deliverAll(bench, shop, nodeOf(bench, 'A'))
}

const untilSettling = async (shop: Shop): Promise<void> => {
  for (let round = 0; round < ROUNDS && (await stateOf(shop)) !== 'settling'; round++)
    await goOn(shop)
  expect(await stateOf(shop)).toBe('settling')
}

const paidOut = async (shop: Shop): Promise<number[]> => {
  const rows = await sql<{ fen: number }>(
    'select paid_fen as fen from payout where account_id = $1',
    [shop.accountId],
  )
  return rows.map((row) => row.fen)
}

test('the cash is what the wallet gave up, and the wallet reads zero before it', async () => {
  const shop = await shopWith(6_000)
  shop.meter.use(10_000, 1_050)
  await close(shop, requestId())
  await untilSettling(shop)
  expect(shop.meter.balanceFen).toBe(0)
  expect(shop.meter.given).toHaveLength(1)
  expect(await pay(shop, requestId())).toMatchObject({
    closing: { state: 'closed', meters: [{ wallet: 'empty', takenFen: 4_950 }] },
    voucher: { paidFen: 4_950 },
  })
  expect(await auditBooks(base.db)).toEqual([])
})

test('a sale that is queued comes back and never reaches the meter', async () => {
  const shop = await shopWith(1_000)
  await sellTo(bench, shop, 700)
  await close(shop, requestId())
  await untilSettling(shop)
  expect(await pay(shop, requestId())).toMatchObject({ voucher: { paidFen: 1_700 } })
  expect(shop.meter.balanceFen).toBe(0)
  expect(await auditBooks(base.db)).toEqual([])
})

describe.each<Strike>(['before', 'unknown-kept', 'unknown-lost'])(
  'a centre that dies (%s) at any use of the database',
  (strike) => {
    const dyingAt = (run: (db: Db) => Promise<unknown>) => dyingAtEach(base.db, strike, run)

    test('closes once, takes the wallet once and pays once', async () => {
      const shop = await shopWith(2_500)
      const [asked, paid] = [requestId(), requestId()]
      await dyingAt((db) => close(shop, asked, db))
      for (let nth = 1; nth <= ROUNDS; nth++)
        await struckAt(base.db, strike, nth, (db) => goOn(shop, db))
      await untilSettling(shop)
      await dyingAt((db) => pay(shop, paid, db))
      expect(await paidOut(shop)).toEqual([2_500])
      expect([shop.meter.balanceFen, shop.meter.given.length]).toEqual([0, 1])
      expect(await stateOf(shop)).toBe('closed')
      expect(await auditBooks(base.db)).toEqual([])
    })
  },
)

test('a point that is never tripped keeps the rest of a margin, and that has a name', async () => {
  const shop = await shopWith(6_000)
  await sql(
    `update point set protected = true where point_id in
     (select point_id from installation where meter_id = $1)`,
    [shop.meterId],
  )
  shop.meter.before = (exchange) => {
    if (exchange !== 'reduce') return
    shop.meter.use(100, 9)
    clock.jumpWall(1_000)
  }
  await close(shop, requestId())
  await untilSettling(shop)
  expect(shop.meter).toMatchObject({ balanceFen: 14, relay: 'closed' })
  expect(await pay(shop, requestId())).toMatchObject({
    closing: {
      state: 'closed',
      meters: [{ tripped: 'impossible', wallet: 'left', takenFen: 5_977, leftFen: 14 }],
    },
    voucher: { paidFen: 5_977 },
  })
  const used = await sql(`select due_fen as fen from usage_day where meter_id = $1`, [shop.meterId])
  expect(used).toContainEqual({ fen: 9 })
  const held = await sql(
    `select balance_fen as fen from ledger_account where balance_fen <> 0 and path in
     (select 'supply/' || supply_id || '/credit' from supply where account_id = $1)`,
    [shop.accountId],
  )
  expect(held).toEqual([])
  expect(await auditBooks(base.db)).toEqual([])
})
