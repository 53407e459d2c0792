import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../../test/database.ts'
import { createManualClock, type ManualClock } from '../../../test/manual-clock.ts'
import { tinyComplex } from '../../../test/tiny-complex.ts'
import { ownerQuery } from '../../adapters/owner-query.ts'
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
} from '../../delivery/explorer/delivery-bench.ts'
import { walletMeter } from '../../delivery/explorer/wallet-meter.ts'
import type { Swap } from '../../http/contract/swap.ts'
import { auditBooks } from '../../ledger/audit.ts'
import { ensurePartitions } from '../../metering/readings/partitions.ts'
import { pointUsageBetween } from '../../metering/readings/usage-store.ts'
import { systemScope } from '../../ports/database.ts'
import { must } from '../../shared/assert.ts'
import { plusMs } from '../../shared/clock.ts'
import { type MeterId, type PointId, pointId } from '../../shared/ids.ts'
import { askApproval, decideApproval } from '../approval-ask.ts'
import { cancelSwap, swapMeter, tryClaim } from './commands.ts'
import type { SwapCommand } from './swap.ts'
import { swapView } from './view-store.ts'

const A_WHILE_MS = 120_000

let base: TestDatabase
let bench: Bench
let clock: ManualClock
let nextMeter = 0
let asked = 0

beforeAll(async () => {
  clock = createManualClock()
  base = await freshDatabase({ clock, poolMax: 6 })
  await ensurePartitions((sql) => ownerQuery(base.ownerUrl)(sql), clock.now())
  bench = createBench(base.db, clock, await tinyComplex(base.db, { meters: 40 }))
})
beforeEach(() => takeLeases(bench, 'A'))
afterAll(() => base.drop())

const rows = <T>(sql: string, params: unknown[] = []): Promise<T[]> =>
  base.db.as(systemScope('test'), (tx) => tx.query<T>(sql, params))

const pointOf = async (meter: MeterId): Promise<PointId> => {
  const found = await rows<{ id: number }>(
    'select point_id as id from installation where meter_id = $1 and until is null',
    [meter],
  )
  return pointId(must(found[0], 'it hangs somewhere').id)
}

/** A meter in stock: taken off its point. */
const spare = async (): Promise<MeterId> => {
  const { meterId } = must(bench.complex.meters[nextMeter++], 'a meter is left')
  await rows('delete from installation where meter_id = $1', [meterId])
  return meterId
}

const shop = async (firstFen: number): Promise<Shop> => {
  const opened = await openShop(bench, nextMeter++, { firstFen, meter: { energyWh: 100_000 } })
  await deliverAll(bench, opened, nodeOf(bench, 'A'))
  clock.jumpWall(A_WHILE_MS)
  return opened
}

const swap = async (
  at: PointId,
  newMeterId: MeterId,
  oldMeter: SwapCommand['oldMeter'],
  more: Partial<SwapCommand> = {},
): Promise<Swap> =>
  swapMeter(bench.complex.deps, bench.complex.clerk, {
    complexId: bench.complex.complexId,
    pointId: at,
    newMeterId,
    oldMeter,
    newInitialWh: 5_000,
    note: '到检定周期',
    requestId: `swap-${++asked}`,
    bulkId: null,
    dryRun: false,
    ...more,
  })

/** Hangs the new meter on the wire and delivers what is on its way to it. */
const connect = async (old: Shop, newMeterId: MeterId): Promise<Shop> => {
  const meter = walletMeter(newMeterId, clock, { energyWh: 5_000 })
  const hung: Shop = { ...old, meterId: newMeterId, meter }
  bench.shops.set(newMeterId, hung)
  await deliverAll(bench, hung, nodeOf(bench, 'A'))
  return hung
}

const again = (swapped: Swap): Promise<Swap> =>
  base.db.as(systemScope('test'), async (tx) =>
    must(await swapView(tx, bench.complex.complexId, swapped.swapId ?? ''), 'it is there'),
  )

const money = async (of: Shop): Promise<Record<string, number>> => {
  const found = await rows<{ name: string; fen: number }>(
    `select regexp_replace(a.path, '^(supply|account)/[0-9]+/', '') as name,
       -a.balance_fen as fen
     from ledger_account a
     where a.balance_fen <> 0 and (a.path like 'account/' || $1::text || '/%'
       or a.path in (select 'supply/' || supply_id || x from supply,
         unnest(array['/transit', '/credit']) x where account_id = $1::integer))`,
    [of.accountId],
  )
  return Object.fromEntries(found.map((row) => [row.name, row.fen]))
}

const purchases = (of: Shop) =>
  rows<{ meter: number; kind: string; state: string; no: number; fen: number }>(
    `select meter_id as meter, kind, state, purchase_no as no, amount_fen as fen from purchase
     where supply_id in (select supply_id from supply where account_id = $1)
     order by purchase_no, queued_at, kind`,
    [of.accountId],
  )

const stepsOf = (swapped: Swap): string[] => swapped.steps.map((step) => step.kind)

const clean = async () => expect(await auditBooks(base.db)).toEqual([])

describe('a meter that answers', () => {
  test('gives its money up, which goes over with what waited; used + new = sold', async () => {
    const s = await shop(10_000)
    const point = await pointOf(s.meterId)
    s.meter.use(4_000, 4_000)
    clock.jumpWall(A_WHILE_MS)
    await sellTo(bench, s, 2_000)
    const fresh = await spare()
    const taking = await swap(point, fresh, { state: 'alive' })
    expect(taking).toMatchObject({ state: 'taking', claimFen: null })
    await deliverAll(bench, s, nodeOf(bench, 'A'))
    expect(s.meter.balanceFen).toBe(0)
    const changed = await again(taking)
    expect(changed).toMatchObject({
      state: 'opening',
      claimFen: 6_000,
      waitingFen: 2_000,
      finalWh: 104_000,
    })
    const hung = await connect(s, fresh)
    expect(hung.meter.balanceFen).toBe(8_000)
    expect(hung.meter.customerNo).not.toBe(s.meter.customerNo)
    const done = await again(taking)
    expect(done.state).toBe('done')
    expect(stepsOf(done)).toEqual([
      'asked',
      'taken',
      'finalReading',
      'changed',
      'transferred',
      'moved',
      'opened',
    ])
    expect(await money(s)).toEqual({ credit: 8_000 })
    const used = await rows<{ fen: number }>(
      `select sum(due_fen)::bigint as fen from usage_day where meter_id = $1`,
      [s.meterId],
    )
    expect(used).toEqual([{ fen: 4_000 }])
    await clean()
  })

  test('sells nothing meanwhile; called off before it was asked, it sells again', async () => {
    const s = await shop(10_000)
    const taking = await swap(await pointOf(s.meterId), await spare(), { state: 'alive' })
    await expect(sellTo(bench, s, 1_000)).rejects.toThrow('swap_under_way')
    const called = await cancelSwap(bench.complex.deps, bench.complex.clerk, {
      swapId: must(taking.swapId, 'it has one'),
      reason: '商户不在',
      requestId: `cancel-${++asked}`,
    })
    expect(called).toMatchObject({ state: 'cancelled', claimFen: null })
    await sellTo(bench, s, 1_000)
    await deliverAll(bench, s, nodeOf(bench, 'A'))
    expect(s.meter.balanceFen).toBe(11_000)
    await clean()
  })

  test('that dies while it is asked is given up for dead; the claim decides', async () => {
    const s = await shop(10_000)
    const point = await pointOf(s.meterId)
    const fresh = await spare()
    const taking = await swap(point, fresh, { state: 'alive' })
    s.meter.silent = true
    await deliver(bench, s, nodeOf(bench, 'A'))
    await expect(swap(point, fresh, { state: 'alive' })).rejects.toThrow('swap_under_way')
    const done = await swap(point, fresh, {
      state: 'dead',
      finalWh: 101_000,
      remainingFen: 9_000,
      photoNote: '照片',
    })
    expect(await again(taking)).toMatchObject({ state: 'cancelled' })
    expect(done).toMatchObject({ state: 'opening', claimFen: 9_000 })
    // It comes back to life: nobody asks it for its money any more.
    s.meter.silent = false
    await deliver(bench, s, nodeOf(bench, 'A'))
    expect(s.meter.balanceFen).toBe(10_000)
    await connect(s, fresh)
    expect(await money(s)).toEqual({ credit: 9_000 })
    await clean()
  })

  test('in overdraft brings nothing: what it was short of is owed', async () => {
    const s = await shop(1_000)
    s.meter.use(1_500, 1_500)
    clock.jumpWall(A_WHILE_MS)
    const fresh = await spare()
    const taking = await swap(await pointOf(s.meterId), fresh, { state: 'alive' })
    await deliverAll(bench, s, nodeOf(bench, 'A'))
    expect(await again(taking)).toMatchObject({ state: 'opening', claimFen: 0 })
    const hung = await connect(s, fresh)
    expect(hung.meter.balanceFen).toBe(0)
    expect(await money(s)).toEqual({ carry: -500 })
    await clean()
  })

  test('a model that cannot give money back: as it was just read, and it is barred', async () => {
    const s = await shop(10_000)
    const point = await pointOf(s.meterId)
    const fresh = await spare()
    const { deps, clerk, complexId } = bench.complex
    const cannot = {
      ...deps,
      capabilitiesOf: (model: string) => {
        const can = deps.capabilitiesOf(model)
        return can && { ...can, reduce: 'none' as const }
      },
    }
    const order = () =>
      swapMeter(cannot, clerk, {
        ...{ complexId, pointId: point, newMeterId: fresh, newInitialWh: 5_000 },
        ...{ oldMeter: { state: 'alive' }, note: '轮换', bulkId: null, dryRun: false },
        requestId: `swap-${++asked}`,
      })
    await expect(order()).rejects.toThrow('balance_unknown')
    await rows(
      `insert into latest (complex_id, meter_id, seq, balance_fen, balance_at)
       values ($1, $2, 0, 7000, to_timestamp($3 / 1000.0))`,
      [complexId, s.meterId, clock.now()],
    )
    expect(await order()).toMatchObject({ state: 'opening', claimFen: 7_000 })
    expect(await money(s)).toEqual({ transit: 7_000 })
    await clean()
  })

  test('the use at the point goes on across the swap, and never below nothing', async () => {
    const from = clock.now()
    const s = await shop(10_000)
    const point = await pointOf(s.meterId)
    await rows(
      `update installation set initial_wh = 100000, since = to_timestamp($2 / 1000.0)
       where meter_id = $1`,
      [s.meterId, from],
    )
    s.meter.use(4_000, 4_000)
    clock.jumpWall(A_WHILE_MS)
    const fresh = await spare()
    await swap(point, fresh, { state: 'alive' }, { multiplier: 2, side: 'secondary' })
    await deliverAll(bench, s, nodeOf(bench, 'A'))
    clock.jumpWall(A_WHILE_MS)
    await rows(
      `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh)
       values ($1, $2, to_timestamp($3 / 1000.0), 1, to_timestamp($3 / 1000.0), 5600)`,
      [bench.complex.complexId, fresh, clock.now()],
    )
    const usage = await base.db.as(systemScope('test'), (tx) =>
      pointUsageBetween(tx, bench.complex.complexId, point, from, plusMs(clock.now(), 1)),
    )
    expect(usage?.usedWh).toBe(4_000 + 2 * 600)
    expect(usage?.parts.map((part) => part.meterId)).toEqual([s.meterId, fresh])
  })
})

describe('a dead meter', () => {
  test('its claim goes to the new meter, what was sold meanwhile with it, in order', async () => {
    const s = await shop(10_000)
    const point = await pointOf(s.meterId)
    s.meter.silent = true
    await sellTo(bench, s, 3_000)
    const fresh = await spare()
    const done = await swap(point, fresh, {
      state: 'dead',
      finalWh: 140_000,
      remainingFen: 6_000,
      photoNote: '照片 IMG_0412',
    })
    expect(done).toMatchObject({
      state: 'opening',
      claimFen: 6_000,
      waitingFen: 3_000,
      voidedFen: 0,
      finalWh: 140_000,
    })
    expect(await money(s)).toEqual({ transit: 9_000 })
    const hung = await connect(s, fresh)
    expect(hung.meter.taken.map((order) => order.amountFen)).toEqual([6_000, 3_000])
    expect(await again(done)).toMatchObject({ state: 'done' })
    expect(stepsOf(await again(done))).toEqual([
      'asked',
      'finalReading',
      'changed',
      'transferred',
      'moved',
      'opened',
    ])
    expect(await money(s)).toEqual({ credit: 9_000 })
    expect(await purchases(s)).toMatchObject([
      { meter: s.meterId, kind: 'open', state: 'DELIVERED', no: 1 },
      { meter: fresh, kind: 'open', state: 'DELIVERED', no: 1, fen: 6_000 },
      { meter: fresh, kind: 'recharge', state: 'DELIVERED', no: 2, fen: 3_000 },
    ])
    await clean()
  })

  test('a purchase on its way ends VOID, its money in the claim or used, never both', async () => {
    const s = await shop(10_000)
    const point = await pointOf(s.meterId)
    await sellTo(bench, s, 5_000)
    s.meter.lies = ['heldInGateway']
    await deliver(bench, s, nodeOf(bench, 'A'))
    const fresh = await spare()
    const done = await swap(point, fresh, {
      state: 'dead',
      finalWh: 100_000,
      remainingFen: 12_000,
      photoNote: '照片',
    })
    expect(done).toMatchObject({ claimFen: 12_000, voidedFen: 5_000 })
    expect(stepsOf(done)).toContain('voided')
    expect(await money(s)).toEqual({ transit: 12_000 })
    // The frame arrives after all: the old meter takes it, and nobody is credited for it.
    s.meter.flush()
    expect(s.meter.balanceFen).toBe(15_000)
    expect(await deliver(bench, s, nodeOf(bench, 'A'))).toMatchObject({ delivered: 0 })
    await connect(s, fresh)
    expect(await money(s)).toEqual({ credit: 12_000 })
    const voids = (await purchases(s)).filter((one) => one.state === 'VOID')
    expect(voids).toMatchObject([{ meter: s.meterId, fen: 5_000 }])
    await clean()
  })

  test('is barred: it is neither opened nor swapped in, before it is reinitialised', async () => {
    const s = await shop(1_000)
    const other = await shop(1_000)
    const fresh = await spare()
    const dead = { state: 'dead', finalWh: 100_000, remainingFen: 0, photoNote: '照片' } as const
    await swap(await pointOf(s.meterId), fresh, dead)
    const barred = await rows<{ barred: boolean }>(
      'select barred_at is not null as barred from meter where meter_id = $1',
      [s.meterId],
    )
    expect(barred).toEqual([{ barred: true }])
    const refused = swap(await pointOf(other.meterId), s.meterId, dead)
    await expect(refused).rejects.toThrow('meter_barred')
  })

  test('more than was bought and not used cannot be claimed', async () => {
    const s = await shop(1_000)
    const refused = swap(await pointOf(s.meterId), await spare(), {
      state: 'dead',
      finalWh: 100_000,
      remainingFen: 1_001,
      photoNote: '照片',
    })
    await expect(refused).rejects.toThrow('claim_above_paid')
  })

  test('above what the clerk may move alone, a second person has to agree', async () => {
    const s = await shop(50_000)
    const { complexId, clerk, deps } = bench.complex
    await rows(
      `insert into operator_limit (complex_id, operator_id, payout_fen) values ($1, $2, 10000)
       on conflict (complex_id, operator_id) do update set payout_fen = 10000`,
      [complexId, clerk.operator],
    )
    const point = await pointOf(s.meterId)
    const fresh = await spare()
    const dead = {
      state: 'dead',
      finalWh: 100_000,
      remainingFen: 40_000,
      photoNote: '照片',
    } as const
    await expect(swap(point, fresh, dead)).rejects.toThrow('approval_required')
    const { approvalId } = await askApproval(
      { ...deps, tryClaim: (...asked) => tryClaim(deps, ...asked) },
      clerk,
      {
        operation: 'meter.swap',
        ...{ pointId: point, newMeterId: fresh, finalWh: 100_000, amountFen: 40_000 },
        note: '照片',
        requestId: `ask-${++asked}`,
      },
    )
    const second = await rows<{ id: number }>(
      `insert into operator (username, name, password_hash, role_id)
       select 'second', 'second', 'x', role_id from role limit 1 returning operator_id as id`,
    )
    const boss = { ...clerk, operator: must(second[0], 'written').id as typeof clerk.operator }
    await decideApproval(deps, boss, {
      ...{ approvalId, agreed: true, note: '', requestId: `decide-${++asked}` },
    })
    const done = await swap(point, fresh, { ...dead, approvalId })
    expect(done).toMatchObject({ claimFen: 40_000, state: 'opening' })
    await rows('delete from operator_limit')
    await clean()
  })
})
