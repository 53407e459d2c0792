// A bench for reductions, for database tests 减额试验台: money is queued to be taken out of a lying
// meter, minutes pass between rounds, and the books are looked at afterwards.

import { freshDatabase, type TestDatabase } from '../../../test/database.ts'
import { createManualClock, type ManualClock } from '../../../test/manual-clock.ts'
import { SOUND_METER, tinyComplex } from '../../../test/tiny-complex.ts'
import { AFTER_REDUCTION } from '../../accounts/after-reduction.ts'
import type { ModelCapabilities } from '../../metering/driver.ts'
import { systemScope } from '../../ports/database.ts'
import { instant, sqlTime } from '../../shared/clock.ts'
import { gatewayId, type Uuid } from '../../shared/ids.ts'
import { nextNumber } from '../../work/counter.ts'
import { compareHook } from '../compare-hook.ts'
import { queueReduction, type ReductionOrder } from '../reduction-queue.ts'
import { reductionView } from '../reduction-view-store.ts'
import { releaseHold } from '../release.ts'
import type { Resolution } from '../release-plan.ts'
import {
  type Bench,
  createBench,
  deliverAll,
  nodeOf,
  openShop,
  type Shop,
  takeLeases,
} from './delivery-bench.ts'

export const MINUTE_MS = 60_000

export type ReductionBench = Bench & { base: TestDatabase; clock: ManualClock; nextMeter: number }

export const createReductionBench = async (meters: number): Promise<ReductionBench> => {
  const clock = createManualClock(instant(1_790_000_000_000))
  const base = await freshDatabase({ clock, poolMax: 6 })
  const bench = createBench(base.db, clock, await tinyComplex(base.db, { meters }))
  await takeLeases(bench, 'A')
  return { ...bench, base, clock, nextMeter: 0 }
}

const requestId = (bench: Bench) => `reduction-bench-${++bench.requests}`

export const rounds = async (bench: ReductionBench, shop: Shop, holder = 'A'): Promise<void> => {
  await deliverAll(bench, shop, nodeOf(bench, holder))
  // A frame that is under way has its minute.
  bench.clock.jumpWall(2 * MINUTE_MS)
  await deliverAll(bench, shop, nodeOf(bench, holder))
}

/** A shop that was opened with money, some of which is used. */
export const shopWith = async (
  bench: ReductionBench,
  firstFen: number,
  meter: Parameters<typeof openShop>[2] = {},
) => {
  const shop = await openShop(bench, bench.nextMeter++, { firstFen, ...meter })
  await deliverAll(bench, shop, nodeOf(bench, 'A'))
  bench.clock.jumpWall(MINUTE_MS)
  return shop
}

export const queue = (
  bench: Bench,
  shop: Shop,
  order: Partial<ReductionOrder> = {},
  can: ModelCapabilities = SOUND_METER,
): Promise<Uuid> =>
  bench.db.as(bench.complex.clerk, (tx) =>
    queueReduction(
      tx,
      { ids: bench.complex.deps.ids, capabilitiesOf: () => can },
      { complexId: bench.complex.complexId, accountId: shop.accountId },
      shop.meterId,
      {
        requestId: requestId(bench),
        purpose: 'refund',
        wantedFen: 3_000,
        saleId: null,
        reason: '退电',
        ...order,
      },
    ),
  )

export const view = (bench: Bench, id: Uuid) =>
  bench.db.as(systemScope('test'), async (tx) => {
    const found = await reductionView(tx, id, null)
    if (found === null) throw new Error('no such reduction')
    return found
  })

export const rows = <Row>(bench: Bench, sql: string, params: unknown[]): Promise<Row[]> =>
  bench.db.as(systemScope('test'), (tx) => tx.query<Row>(sql, params))

/** Credit and payable as owed by us, and what was posted as used. */
export const books = async (bench: Bench, shop: Shop): Promise<Record<string, number>> => {
  const found = await rows<{ name: string; fen: number }>(
    bench,
    `select split_part(a.path, '/', 3) as name, -a.balance_fen as fen from ledger_account a
     where a.path in (select 'supply/' || supply_id || '/credit' from supply where account_id = $1)
       or a.path = 'account/' || $1::text || '/payable'`,
    [shop.accountId],
  )
  return Object.fromEntries(found.map((row) => [row.name, row.fen]))
}

export const purchaseStates = async (bench: Bench, shop: Shop): Promise<string[]> => {
  const found = await rows<{ state: string }>(
    bench,
    'select state from purchase where meter_id = $1 order by epoch, purchase_no',
    [shop.meterId],
  )
  return found.map((row) => row.state)
}

export const holds = async (bench: Bench, shop: Shop): Promise<string[]> => {
  const found = await rows<{ reason: string }>(
    bench,
    'select reason from hold where meter_id = $1 and released_at is null',
    [shop.meterId],
  )
  return found.map((row) => row.reason)
}

export const givenFen = (shop: Shop) => shop.meter.given.map((order) => order.amountFen)

/** A status round that sees the meter as it is, two minutes later. */
export const poll = async (bench: ReductionBench, shop: Shop): Promise<void> => {
  bench.clock.jumpWall(3 * MINUTE_MS)
  const { meter, meterId } = shop
  const values = [meter.balanceFen, sqlTime(bench.clock.now()), meter.energyWh, meter.count]
  await rows(
    bench,
    `insert into latest (complex_id, meter_id, seq, balance_fen, balance_at, energy_wh, energy_at,
       purchase_count, wallet_at)
     values ($1, $2::integer, $2::integer, $3, $4, $5, $4, $6, $4)
     on conflict (complex_id, meter_id) do update set balance_fen = $3, balance_at = $4,
       energy_wh = $5, energy_at = $4, purchase_count = $6, wallet_at = $4`,
    [bench.complex.complexId, meterId, ...values],
  )
  const outcome = await meter.driver.readStatus('status')
  const about = { meterId, gatewayId: gatewayId(1), at: bench.clock.now(), onDemand: false }
  const hook = compareHook(bench.complex.deps)
  for (let i = 0; i < 2; i++)
    await bench.db.as(systemScope('poll'), (tx) =>
      hook(tx, bench.complex.complexId, [{ kind: 'status', ...about, outcome }]),
    )
}

export const release = (bench: Bench, shop: Shop, resolution: Resolution, takenFen?: number) =>
  releaseHold(
    {
      ...bench.complex.deps,
      afterReduction: AFTER_REDUCTION,
      newCustomerNo: async (tx, complex) =>
        `9998${(await nextNumber(tx, complex, 'customer')).toString().padStart(8, '0')}`,
    },
    bench.complex.clerk,
    {
      complexId: bench.complex.complexId,
      meterId: shop.meterId,
      requestId: requestId(bench),
      resolution,
      reason: '现场核对',
      differenceFen: 0,
      ...(takenFen !== undefined && { takenFen }),
    },
  )
