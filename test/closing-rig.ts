// A counter with meters for tests of account life 销户测试台: real PostgreSQL, a clock that is told to
// go on, and meters that show what they are told to.

import { closeAccount, type LifeDeps } from '../src/accounts/close.ts'
import { payClosing } from '../src/accounts/close-pay.ts'
import { closingOf } from '../src/accounts/close-store.ts'
import { closingView } from '../src/accounts/close-view.ts'
import { type ClosingWorkerDeps, lookAtClosings } from '../src/accounts/close-worker.ts'
import { openAccount } from '../src/accounts/open.ts'
import { recharge } from '../src/accounts/recharge.ts'
import { lockAccount } from '../src/accounts/store.ts'
import { ownerQuery } from '../src/adapters/owner-query.ts'
import { systemClock } from '../src/adapters/system.ts'
import { postReduction } from '../src/delivery/reduce-end.ts'
import type { Closing } from '../src/http/contract/account-life.ts'
import { fen } from '../src/ledger/money.ts'
import type { ModelCapabilities } from '../src/metering/driver.ts'
import { ensurePartitions } from '../src/metering/readings/partitions.ts'
import { systemScope } from '../src/ports/database.ts'
import { must } from '../src/shared/assert.ts'
import { plusMs } from '../src/shared/clock.ts'
import type { AccountId, ComplexId, SupplyId, Uuid } from '../src/shared/ids.ts'
import { Refusal, type RefusalCode } from '../src/shared/refusal.ts'
import { freshDatabase } from './database.ts'
import { SOUND_METER, tinyComplex } from './tiny-complex.ts'

type Opened = { accountId: AccountId; index: number }
type CloseMore = { finalWh?: Record<string, number>; dryRun?: boolean }
type Seen = { energyWh?: number; balanceFen?: number }
type OpenOptions = { mode?: 'meter' | 'centre'; firstPurchaseFen?: number }

/** The code of the refusal; `accepted` where there was none. */
export const refusalOf = async (attempt: Promise<unknown>): Promise<RefusalCode | 'accepted'> => {
  try {
    await attempt
    return 'accepted'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

const worldOf = async () => {
  let now = systemClock.now()
  let capabilities = SOUND_METER
  const errors: unknown[] = []
  const clock = { ...systemClock, now: () => now }
  const base = await freshDatabase({ clock })
  await ensurePartitions((sql) => ownerQuery(base.ownerUrl)(sql), now)
  const complex = await tinyComplex(base.db, { meters: 20 })
  const deps: LifeDeps = { ...complex.deps, capabilitiesOf: () => capabilities }
  const log = { info: () => {}, warn: () => {}, error: (...said: unknown[]) => errors.push(said) }
  const worker: ClosingWorkerDeps = { ...deps, clock, log, holder: 'test' }
  let requests = 0
  return {
    ...{ base, complex, deps, worker, errors },
    nextId: () => `life-${++requests}`,
    meterAt: (index: number) => must(complex.meters[index], 'a meter').meterId,
    now: () => now,
    later: (ms: number) => {
      now = plusMs(now, ms)
    },
    model: (to: ModelCapabilities) => {
      capabilities = to
    },
    sql: base.rows,
  }
}
type World = Awaited<ReturnType<typeof worldOf>>

const open = async (w: World, index: number, options: OpenOptions = {}): Promise<Opened> => {
  const { mode = 'meter', ...rest } = options
  w.model({ ...SOUND_METER, prepaid: mode === 'meter' })
  const { accountId } = await openAccount(w.deps, w.complex.clerk, {
    requestId: w.nextId(),
    complexId: w.complex.complexId,
    tenant: { name: `商户 ${index}` },
    mode,
    meters: [
      {
        meterId: w.meterAt(index),
        planId: w.complex.planId,
        alarm1Fen: 5_000,
        alarm2Fen: 2_000,
        ...(mode === 'centre' && { initialWh: 1_000_000 }),
        ...rest,
      },
    ],
  })
  return { accountId, index }
}

/** What the meter shows by a poll, a moment later. */
const shows = async (w: World, index: number, seen: { energyWh?: number; balanceFen?: number }) => {
  w.later(1_000)
  const values = [w.complex.complexId, w.meterAt(index), w.now()]
  if (seen.energyWh !== undefined)
    await w.sql(
      `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh)
       values ($1, $2, to_timestamp($3 / 1000.0), 1, to_timestamp($3 / 1000.0), $4)`,
      [...values, seen.energyWh],
    )
  await w.sql(
    `insert into latest (complex_id, meter_id, seq, energy_wh, energy_at, balance_fen, balance_at)
     values ($1, $2, 1000 + $2, $4, to_timestamp($3 / 1000.0), $5, to_timestamp($3 / 1000.0))
     on conflict (complex_id, meter_id) do update set
       energy_wh = coalesce($4, latest.energy_wh), energy_at = excluded.energy_at,
       balance_fen = coalesce($5, latest.balance_fen), balance_at = excluded.balance_at`,
    [...values, seen.energyWh ?? null, seen.balanceFen ?? null],
  )
}

const drive = async (w: World): Promise<void> => {
  w.later(3_000)
  await lookAtClosings(w.worker)
}

const confirmTrips = (w: World) =>
  w.sql(`update command set state = 'confirmed', ended_at = queued_at, result = '{}'
    where kind = 'setMode' and state = 'queued'`)

type Waiting = { id: Uuid; supply: SupplyId; account: AccountId; complexId: ComplexId }

/** The wallet gave everything up, as the delivery w.worker writes it. */
const emptied = (w: World, index: number, balanceFen: number) =>
  w.base.db.as(systemScope('test', [w.complex.complexId]), async (tx) => {
    const rows = await tx.query<Waiting>(
      `update reduction set state = 'DONE', taken_fen = $2, before = '{}', sends = 1,
         sent_at = queued_at, ended_at = queued_at, evidence = '{}'
       where meter_id = $1 and state = 'QUEUED'
       returning reduction_id as id, supply_id as supply, account_id as account,
         complex_id as "complexId"`,
      [w.meterAt(index), balanceFen],
    )
    const { id, supply, account, complexId } = must(rows[0], 'a reduction waits')
    await postReduction(
      tx,
      w.deps.ids,
      {
        ...{ complexId, reductionId: id, requestId: id, accountId: account, supplyId: supply },
        ...{ meterId: w.meterAt(index), epoch: 1, purpose: 'close', saleId: null, wantedFen: null },
        ...{ takenFen: balanceFen, restFen: 0, reason: 'close', operatorId: null },
        ...{ zone: 'Asia/Shanghai', dayCutMinutes: 0 },
      },
      { at: w.now(), balanceFen: fen(balanceFen) },
    )
  })

const close = (w: World, accountId: AccountId, more: CloseMore = {}) =>
  closeAccount(w.deps, w.complex.clerk, {
    ...{ accountId, requestId: w.nextId(), method: 'cash', reasonCode: 'leaseEnded' },
    ...more,
  })

const pay = (w: World, accountId: AccountId, expectedNetFen?: number) =>
  payClosing(w.deps, w.complex.clerk, {
    ...{ accountId, requestId: w.nextId(), method: 'cash' },
    ...(expectedNetFen === undefined ? {} : { expectedNetFen }),
  })

const closing = (w: World, accountId: AccountId): Promise<Closing> =>
  w.base.db.as(w.complex.clerk, async (tx) => {
    const account = must(await lockAccount(tx, accountId), 'the account')
    const row = must(await closingOf(tx, account.complexId, accountId), 'a closing')
    return closingView(tx, account, row)
  })

const sale = (w: World, accountId: AccountId, amountFen: number) =>
  recharge(w.deps, w.complex.clerk, {
    ...{ requestId: w.nextId(), accountId, amountFen, method: 'cash', similarAccepted: true },
  })

/** Through reading and tripping, to the wallet. */
const towardsWallet = async (w: World, index: number, balanceFen: number) => {
  await drive(w)
  await shows(w, index, { energyWh: 50_000, balanceFen })
  await drive(w)
  await confirmTrips(w)
  await drive(w)
}

export const startClosingRig = async () => {
  const w = await worldOf()
  return {
    ...w,
    clerk: w.complex.clerk,
    open: (index: number, options?: OpenOptions) => open(w, index, options),
    shows: (index: number, seen: Seen) => shows(w, index, seen),
    drive: () => drive(w),
    confirmTrips: () => confirmTrips(w),
    emptied: (index: number, balanceFen: number) => emptied(w, index, balanceFen),
    close: (accountId: AccountId, more?: CloseMore) => close(w, accountId, more),
    pay: (accountId: AccountId, expectedNetFen?: number) => pay(w, accountId, expectedNetFen),
    closing: (accountId: AccountId) => closing(w, accountId),
    sale: (accountId: AccountId, amountFen: number) => sale(w, accountId, amountFen),
    towardsWallet: (index: number, balanceFen: number) => towardsWallet(w, index, balanceFen),
    stop: () => w.base.drop(),
  }
}
export type ClosingRig = Awaited<ReturnType<typeof startClosingRig>>
