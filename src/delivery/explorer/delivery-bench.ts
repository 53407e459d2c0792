// A small complex with walkable deliveries, for database tests 下发试验台: accounts opened and sold to
// as a clerk does it, a lying meter behind each, and a node that can lose its lease or crash.

import type { TinyComplex } from '../../../test/tiny-complex.ts'
import { AFTER_REDUCTION } from '../../accounts/after-reduction.ts'
import { openAccount } from '../../accounts/open.ts'
import { recharge } from '../../accounts/recharge.ts'
import { systemIds } from '../../adapters/system.ts'
import type { Drivers } from '../../metering/driver.ts'
import type { Clock } from '../../ports/clock.ts'
import { CommitUnknown, type Db, systemScope } from '../../ports/database.ts'
import { must } from '../../shared/assert.ts'
import { plusMs, sqlTime } from '../../shared/clock.ts'
import { type AccountId, accountId, type MeterId } from '../../shared/ids.ts'
import { type DeliveryDeps, deliverMeter, type RoundEnd } from '../deliver.ts'
import { type WalletMeter, walletMeter } from './wallet-meter.ts'

export type Shop = { accountId: AccountId; meterId: MeterId; meter: WalletMeter }

export type Bench = {
  db: Db
  clock: Clock
  complex: TinyComplex
  shops: Map<MeterId, Shop>
  requests: number
}

export const createBench = (db: Db, clock: Clock, complex: TinyComplex): Bench => ({
  db,
  clock,
  complex,
  shops: new Map(),
  requests: 0,
})

const requestId = (bench: Bench): string => `bench-${++bench.requests}`

/** Opens an account on the n-th meter; its opening waits to be delivered. */
export const openShop = async (
  bench: Bench,
  index: number,
  options: { firstFen?: number; meter?: Partial<Omit<WalletMeter, 'driver'>> } = {},
): Promise<Shop> => {
  const { complex, clock } = bench
  const { meterId } = must(complex.meters[index], 'the complex has that many meters')
  const opened = await openAccount(complex.deps, complex.clerk, {
    requestId: requestId(bench),
    complexId: complex.complexId,
    tenant: { name: '蜀香餐饮' },
    meters: [
      {
        meterId,
        planId: complex.planId,
        alarm1Fen: 5000,
        alarm2Fen: 2000,
        firstPurchaseFen: options.firstFen ?? 0,
      },
    ],
  })
  const meter = walletMeter(meterId, clock, options.meter)
  const shop: Shop = { accountId: accountId(opened.accountId), meterId, meter }
  bench.shops.set(meterId, shop)
  return shop
}

/** Sells; answers the purchase's id. */
export const sellTo = async (bench: Bench, shop: Shop, amountFen: number): Promise<string> => {
  const answer = await recharge(bench.complex.deps, bench.complex.clerk, {
    requestId: requestId(bench),
    accountId: shop.accountId,
    amountFen,
    method: 'cash',
    similarAccepted: true,
  })
  return must(answer.purchaseId, 'a sale has its purchase')
}

const HOUR_MS = 3_600_000

/** Makes `holder` master of every gateway; each take-over raises the token. */
export const takeLeases = (bench: Bench, holder: string): Promise<unknown> =>
  bench.db.as(systemScope('test'), (tx) =>
    tx.query(
      `insert into lease (complex_id, gateway_id, holder, token, expires_at)
       select complex_id, gateway_id, $1, 1, $2 from gateway where complex_id = $3
       on conflict (complex_id, gateway_id) do update
         set holder = excluded.holder, token = lease.token + 1`,
      [holder, sqlTime(plusMs(bench.clock.now(), HOUR_MS)), bench.complex.complexId],
    ),
  )

export const driversOf = (bench: Bench): Drivers => ({
  of: (meter) => bench.shops.get(meter)?.meter.driver ?? null,
})

export const nodeOf = (bench: Bench, holder: string, db: Db = bench.db): DeliveryDeps => ({
  db,
  clock: bench.clock,
  ids: systemIds,
  drivers: driversOf(bench),
  capabilitiesOf: bench.complex.deps.capabilitiesOf,
  holder,
  afterReduction: AFTER_REDUCTION,
})

export const deliver = (bench: Bench, shop: Shop, node: DeliveryDeps): Promise<RoundEnd> =>
  deliverMeter(node, { complexId: bench.complex.complexId, meterId: shop.meterId })

const ROUNDS_MAX = 12

/** Rounds until nothing is left that could be done. */
export const deliverAll = async (bench: Bench, shop: Shop, node: DeliveryDeps): Promise<void> => {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const end = await deliver(bench, shop, node)
    if (end.round === 'ended') return
  }
}

export class Crash extends Error {
  override readonly name = 'Crash'
}

/** What strikes at the k-th use of the database or the meter. */
export type Strike = 'before' | 'after' | 'unknown-kept' | 'unknown-lost'

export type Fuse = { left: number; strike: Strike; blown: boolean }

const burn = (fuse: Fuse): boolean => {
  if (fuse.blown || --fuse.left > 0) return false
  fuse.blown = true
  return true
}

class RollBack extends Error {}

/** A database that crashes its user, or answers that the commit is unknown, when the fuse burns. */
export const fusedDb = (db: Db, fuse: Fuse): Db => ({
  close: () => db.close(),
  as: async (scope, run) => {
    const strikes = burn(fuse)
    if (!strikes) return db.as(scope, run)
    if (fuse.strike === 'before') throw new Crash('before the transaction')
    if (fuse.strike === 'unknown-lost') {
      await db
        .as(scope, async (tx) => {
          await run(tx)
          throw new RollBack()
        })
        .catch((error) => {
          if (!(error instanceof RollBack)) throw error
        })
      throw new CommitUnknown('rolled back')
    }
    await db.as(scope, run)
    throw fuse.strike === 'after' ? new Crash('after the commit') : new CommitUnknown('kept')
  },
})

/** Makes each exchange with the meter a use of the fuse as well. */
const fuseMeter = (shop: Shop, fuse: Fuse): void => {
  const crash = () => {
    if (burn(fuse)) throw new Crash('at an exchange with the meter')
  }
  if (fuse.strike === 'before') shop.meter.before = crash
  if (fuse.strike === 'after') shop.meter.after = crash
}

const removeFuse = (shop: Shop): void => {
  shop.meter.before = () => {}
  shop.meter.after = () => {}
}

/** One round of node A that is struck at its n-th use; false where it was over before. */
export const deliverStruck = async (
  bench: Bench,
  shop: Shop,
  strike: Strike,
  nth: number,
): Promise<boolean> => {
  const fuse: Fuse = { left: nth, strike, blown: false }
  fuseMeter(shop, fuse)
  await deliver(bench, shop, nodeOf(bench, 'A', fusedDb(bench.db, fuse))).catch((error) => {
    if (!(error instanceof Crash)) throw error
  })
  removeFuse(shop)
  return fuse.blown
}
