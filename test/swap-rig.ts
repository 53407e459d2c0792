// Swaps on a small complex, for tests 换表试验台: shops with lying meters, meters in stock, and what
// the books say of them afterwards.

import type { SwapCommand } from '../src/accounts/swap/command.ts'
import { cancelSwap, swapMeter } from '../src/accounts/swap/commands.ts'
import { swapView } from '../src/accounts/swap/view-store.ts'
import { ownerQuery } from '../src/adapters/owner-query.ts'
import { runCommand } from '../src/control/run-command.ts'
import {
  type Bench,
  createBench,
  deliver,
  deliverAll,
  driversOf,
  nodeOf,
  openShop,
  type Shop,
  takeLeases,
} from '../src/delivery/explorer/delivery-bench.ts'
import { walletMeter } from '../src/delivery/explorer/wallet-meter.ts'
import type { Swap } from '../src/http/contract/swap.ts'
import { ensurePartitions } from '../src/metering/readings/partitions.ts'
import { systemScope } from '../src/ports/database.ts'
import { must } from '../src/shared/assert.ts'
import { type MeterId, type PointId, pointId, type Uuid } from '../src/shared/ids.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'
import { tinyComplex } from './tiny-complex.ts'

const METERS = 40
const A_WHILE_MS = 120_000

export type BookedPurchase = {
  meter: number
  kind: string
  state: string
  no: number
  fen: number
}

export type SwapRig = {
  base: TestDatabase
  bench: Bench
  clock: ManualClock
  /** A name for a request that was not used yet. */
  request(): string
  rows<T>(sql: string, params?: unknown[]): Promise<T[]>
  pass(): void
  pointOf(meter: MeterId): Promise<PointId>
  /** A meter in stock. */
  spare(): Promise<MeterId>
  /** A meter at a point that supplies nobody. */
  spareAtPoint(): Promise<MeterId>
  shop(firstFen: number): Promise<Shop>
  swap(
    at: PointId,
    to: MeterId | null,
    oldMeter: SwapCommand['oldMeter'],
    more?: Partial<SwapCommand>,
  ): Promise<Swap>
  cancel(swap: Swap): Promise<Swap>
  /** As it stands now. */
  again(swap: Swap): Promise<Swap>
  /** Hangs the new meter on the wire and delivers what is on its way to it. */
  connect(old: Shop, to: MeterId): Promise<Shop>
  /** One round of every order to the relay of its meter that is open. */
  orders(shop: Shop): Promise<void>
  deliverOnce(shop: Shop): Promise<number>
  deliverAll(shop: Shop): Promise<void>
  /** What the books hold of the account, by the account's name, Cr positive. */
  money(shop: Shop): Promise<Record<string, number>>
  purchases(shop: Shop): Promise<BookedPurchase[]>
}

export const stepsOf = (swap: Swap): string[] => swap.steps.map((step) => step.kind)

const MONEY = `
  select regexp_replace(a.path, '^(supply|account)/[0-9]+/', '') as name, -a.balance_fen as fen
  from ledger_account a
  where a.balance_fen <> 0 and (a.path like 'account/' || $1::text || '/%'
    or a.path in (select 'supply/' || supply_id || x from supply,
      unnest(array['/transit', '/credit']) x where account_id = $1::integer))`

const OPEN_ORDERS = `
  select command_id as "commandId" from command
  where meter_id = $1 and kind = 'setMode' and state in ('queued', 'sent', 'acknowledged')
  order by command_id`

const PURCHASES = `
  select meter_id as meter, kind, state, purchase_no as no, amount_fen as fen from purchase
  where supply_id in (select supply_id from supply where account_id = $1)
  order by purchase_no, queued_at, kind`

export const swapRig = async (): Promise<SwapRig> => {
  const clock = createManualClock()
  const base = await freshDatabase({ clock, poolMax: 6 })
  await ensurePartitions((sql) => ownerQuery(base.ownerUrl)(sql), clock.now())
  const complex = await tinyComplex(base.db, { meters: METERS })
  const bench = createBench(base.db, clock, complex)
  const { complexId, deps, clerk } = complex
  let nextMeter = 0
  let requests = 0
  const node = async () => {
    await takeLeases(bench, 'A')
    return nodeOf(bench, 'A')
  }
  const rig: SwapRig = {
    ...{ base, bench, clock },
    request: () => `swap-rig-${++requests}`,
    rows: base.rows,
    pass: () => clock.jumpWall(A_WHILE_MS),
    pointOf: async (meter) => {
      const found = await rig.rows<{ id: number }>(
        'select point_id as id from installation where meter_id = $1 and until is null',
        [meter],
      )
      return pointId(must(found[0], 'it hangs somewhere').id)
    },
    spare: async () => {
      const { meterId } = must(complex.meters[nextMeter++], 'a meter is left')
      await rig.rows('delete from installation where meter_id = $1', [meterId])
      return meterId
    },
    spareAtPoint: async () => must(complex.meters[nextMeter++], 'a meter is left').meterId,
    shop: async (firstFen) => {
      const opened = await openShop(bench, nextMeter++, { firstFen, meter: { energyWh: 100_000 } })
      await rig.deliverAll(opened)
      rig.pass()
      return opened
    },
    swap: (at, newMeterId, oldMeter, more = {}) =>
      swapMeter(deps, clerk, {
        ...{ complexId, pointId: at, newMeterId, oldMeter, newInitialWh: 5_000 },
        ...{ note: '到检定周期', requestId: rig.request(), bulkId: null, dryRun: false },
        ...more,
      }),
    cancel: (swap) =>
      cancelSwap(deps, clerk, {
        swapId: must(swap.swapId, 'it has one'),
        reason: '商户不在',
        requestId: rig.request(),
      }),
    again: (swap) =>
      base.db.as(systemScope('test'), async (tx) =>
        must(await swapView(tx, complexId, swap.swapId ?? ''), 'it is there'),
      ),
    connect: async (old, meterId) => {
      const hung = { ...old, meterId, meter: walletMeter(meterId, clock, { energyWh: 5_000 }) }
      bench.shops.set(meterId, hung)
      await rig.orders(hung)
      rig.pass()
      await rig.deliverAll(hung)
      return hung
    },
    deliverOnce: async (shop) => (await deliver(bench, shop, await node())).delivered,
    orders: async ({ meterId }) => {
      const open = await rig.rows<{ commandId: Uuid }>(OPEN_ORDERS, [meterId])
      // Nobody waits for a relay that never moves.
      const hasty = { ...clock, sleep: async () => {} }
      const running = { ...deps, clock: hasty, drivers: driversOf(bench) }
      for (const { commandId } of open) await runCommand(running, { complexId, commandId }, 1)
    },
    deliverAll: async (shop) => {
      await rig.orders(shop)
      await deliverAll(bench, shop, await node())
    },
    money: async (shop) => {
      const found = await rig.rows<{ name: string; fen: number }>(MONEY, [shop.accountId])
      return Object.fromEntries(found.map((row) => [row.name, row.fen]))
    },
    purchases: (shop) => rig.rows(PURCHASES, [shop.accountId]),
  }
  return rig
}
