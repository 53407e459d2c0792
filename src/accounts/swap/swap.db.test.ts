import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SwapRig, stepsOf, swapRig } from '../../../test/swap-rig.ts'
import { openShop, sellTo } from '../../delivery/explorer/delivery-bench.ts'
import { auditBooks } from '../../ledger/audit.ts'
import { pointUsageBetween } from '../../metering/readings/usage-store.ts'
import { systemScope } from '../../ports/database.ts'
import { plusMs } from '../../shared/clock.ts'
import { swapMeter } from './commands.ts'

let rig: SwapRig

beforeAll(async () => {
  rig = await swapRig()
})
afterAll(() => rig.base.drop())

const barred = async ({ meterId }: { meterId: number }): Promise<boolean> =>
  (await rig.rows('select from meter where meter_id = $1 and barred_at is not null', [meterId]))
    .length > 0

const modeAt = async (point: number): Promise<string> => {
  const found = await rig.rows<{ mode: string }>('select mode from control where point_id = $1', [
    point,
  ])
  return found[0]?.mode ?? 'prepaid'
}

const clean = async () => expect(await auditBooks(rig.base.db)).toEqual([])

describe('a meter that answers', () => {
  test('is switched off, gives all its money up, and is nobody’s any more', async () => {
    const s = await rig.shop(10_000)
    const point = await rig.pointOf(s.meterId)
    s.meter.use(4_000, 4_000)
    rig.pass()
    await sellTo(rig.bench, s, 2_000)
    const fresh = await rig.spare()
    const taking = await rig.swap(point, fresh, { state: 'alive' })
    expect(stepsOf(taking)).toEqual(['asked', 'tripping'])
    // It is not asked for its money before it is seen to be off.
    await rig.deliverOnce(s)
    expect(s.meter.given).toEqual([])
    expect(await rig.again(taking)).toMatchObject({ state: 'taking', fault: 'tripping' })
    await rig.deliverAll(s)
    expect(s.meter).toMatchObject({ balanceFen: 0, relay: 'tripped' })
    const changed = await rig.again(taking)
    expect(changed).toMatchObject({ state: 'opening', claimFen: 6_000, waitingFen: 2_000 })
    expect(await barred(s)).toBe(false)
    // What is desired of the point is what it was; the new meter is told nothing.
    expect(await modeAt(point)).toBe('prepaid')
    const hung = await rig.connect(s, fresh)
    expect(hung.meter.balanceFen).toBe(8_000)
    expect(hung.meter.customerNo).not.toBe(s.meter.customerNo)
    const done = await rig.again(taking)
    expect(done.state).toBe('done')
    expect(stepsOf(done)).toEqual([
      'asked',
      'tripping',
      'tripped',
      'taken',
      'finalReading',
      'changed',
      'transferred',
      'moved',
      'opened',
    ])
    expect(await rig.money(s)).toEqual({ credit: 8_000 })
    await clean()
  })

  test('switched off, keeps no margin because the line lost an answer', async () => {
    const s = await rig.shop(10_000)
    const taking = await rig.swap(await rig.pointOf(s.meterId), await rig.spare(), {
      state: 'alive',
    })
    await rig.orders(s)
    let lost = 0
    s.meter.before = (exchange) => {
      s.meter.silent = exchange === 'readStatus' && lost++ === 0
    }
    await rig.deliverAll(s)
    expect(lost).toBeGreaterThan(1)
    expect(await rig.again(taking)).toMatchObject({ state: 'opening', claimFen: 10_000 })
    expect(await barred(s)).toBe(false)
  })

  test('that stays on, whatever it says, keeps a margin, and is barred with it', async () => {
    const s = await rig.shop(10_000)
    const point = await rig.pointOf(s.meterId)
    s.meter.use(4_000, 4_000)
    s.meter.welded = true
    rig.pass()
    await sellTo(rig.bench, s, 2_000)
    const fresh = await rig.spare()
    const taking = await rig.swap(point, fresh, { state: 'alive' })
    await rig.orders(s)
    rig.clock.jumpWall(31 * 60_000)
    await rig.orders(s)
    // Under load: it uses 9 fen before the order is there, and 14 of the margin stay in it.
    s.meter.before = (exchange) => {
      if (exchange !== 'reduce') return
      s.meter.use(100, 9)
      rig.clock.jumpWall(1_000)
    }
    await rig.deliverAll(s)
    expect(s.meter.balanceFen).toBe(14)
    const changed = await rig.again(taking)
    expect(changed).toMatchObject({
      state: 'opening',
      claimFen: 5_991,
      waitingFen: 2_000,
      finalWh: 104_100,
    })
    expect(await barred(s)).toBe(true)
    const hung = await rig.connect(s, fresh)
    expect(hung.meter.balanceFen).toBe(7_991)
    expect(stepsOf(await rig.again(taking))).toContain('notTripped')
    expect(await rig.money(s)).toEqual({ credit: 7_991 })
    const used = await rig.rows<{ fen: number }>(
      `select sum(due_fen)::bigint as fen from usage_day where meter_id = $1`,
      [s.meterId],
    )
    expect(used).toEqual([{ fen: 4_009 }])
    await clean()
  })

  test('is asked for its money at once when the order to switch it off has ended', async () => {
    const s = await rig.shop(10_000)
    const taking = await rig.swap(await rig.pointOf(s.meterId), await rig.spare(), {
      state: 'alive',
    })
    await rig.deliverOnce(s)
    // As a worker puts it back that has looked in vain for a while.
    const { fault } = await rig.again(taking)
    const minute = plusMs(rig.clock.now(), 60_000)
    await rig.rows(
      `update work set due_at = to_timestamp($2 / 1000.0), last_error = $3
       where key = $1 and done_at is null`,
      [`meter/${s.meterId}`, minute, fault],
    )
    const due = () =>
      rig.rows(
        `select due_at <= to_timestamp($2 / 1000.0) as now from work
         where key = $1 and kind = 'delivery' and done_at is null`,
        [`meter/${s.meterId}`, rig.clock.now()],
      )
    expect(await due()).toEqual([{ now: false }])
    await rig.orders(s)
    expect(await due()).toEqual([{ now: true }])
    await rig.deliverAll(s)
    expect(s.meter.balanceFen).toBe(0)
    await clean()
  })

  test('a new one that came switched off is closed once it has money', async () => {
    const s = await rig.shop(10_000)
    const point = await rig.pointOf(s.meterId)
    const fresh = await rig.spare()
    await rig.rows(
      `insert into latest (complex_id, meter_id, seq, relay, relay_at)
       values ($1, $2, 0, 'tripped', to_timestamp($3 / 1000.0))`,
      [rig.bench.complex.complexId, fresh, rig.clock.now()],
    )
    await rig.swap(point, fresh, { state: 'alive' })
    await rig.deliverAll(s)
    const episode = 'select relay, cause from relay_episode where meter_id = $1 and until is null'
    expect(await rig.rows(episode, [fresh])).toEqual([{ relay: 'tripped', cause: 'released' }])
  })

  test('sells nothing meanwhile; called off before it was asked, it sells again', async () => {
    const s = await rig.shop(10_000)
    const taking = await rig.swap(await rig.pointOf(s.meterId), await rig.spare(), {
      state: 'alive',
    })
    await expect(sellTo(rig.bench, s, 1_000)).rejects.toThrow('swap_under_way')
    const called = await rig.cancel(taking)
    expect(called).toMatchObject({ state: 'cancelled', claimFen: null })
    await sellTo(rig.bench, s, 1_000)
    await rig.deliverAll(s)
    expect(s.meter.balanceFen).toBe(11_000)
    await clean()
  })

  test('that dies while it is asked is given up for dead; the claim decides', async () => {
    const s = await rig.shop(10_000)
    const point = await rig.pointOf(s.meterId)
    const fresh = await rig.spare()
    const taking = await rig.swap(point, fresh, { state: 'alive' })
    s.meter.silent = true
    await rig.deliverOnce(s)
    await expect(rig.swap(point, fresh, { state: 'alive' })).rejects.toThrow('swap_under_way')
    const done = await rig.swap(point, fresh, {
      state: 'dead',
      finalWh: 101_000,
      remainingFen: 9_000,
      photoNote: '照片',
    })
    expect(await rig.again(taking)).toMatchObject({ state: 'cancelled' })
    expect(done).toMatchObject({ state: 'opening', claimFen: 9_000 })
    // It comes back to life: nobody asks it for its money any more.
    s.meter.silent = false
    await rig.deliverOnce(s)
    expect(s.meter.balanceFen).toBe(10_000)
    await rig.connect(s, fresh)
    expect(await rig.money(s)).toEqual({ credit: 9_000 })
    await clean()
  })

  test('whose opening is on the wire waits for it, and goes on by itself', async () => {
    const s = await openShop(rig.bench, 39, { firstFen: 10_000, meter: { energyWh: 100_000 } })
    const point = await rig.pointOf(s.meterId)
    const fresh = await rig.spare()
    s.meter.after = (exchange) => {
      s.meter.silent = exchange.startsWith('open')
    }
    await rig.deliverOnce(s)
    const taking = await rig.swap(point, fresh, { state: 'alive' })
    expect(taking).toMatchObject({ state: 'taking' })
    expect(await rig.money(s)).toEqual({ transit: 10_000 })
    s.meter.after = () => {}
    s.meter.silent = false
    await rig.deliverAll(s)
    expect(await rig.again(taking)).toMatchObject({ state: 'opening', claimFen: 10_000 })
    const hung = await rig.connect(s, fresh)
    expect(hung.meter.balanceFen).toBe(10_000)
    await clean()
  })

  test('where forward and reverse add up, the new reverse register is noted', async () => {
    const s = await rig.shop(10_000)
    const point = await rig.pointOf(s.meterId)
    const fresh = await rig.spare()
    const added = `update installation set direction = 'forwardPlusReverse' where meter_id = $1`
    await rig.rows(added, [s.meterId])
    await rig.swap(point, fresh, { state: 'alive' }, { newInitialReverseWh: 70 })
    await rig.deliverAll(s)
    const noted = 'select initial_reverse_wh as wh from installation where meter_id = $1'
    expect(await rig.rows(noted, [fresh])).toEqual([{ wh: 70 }])
  })

  test('in overdraft brings nothing: what it was short of is owed', async () => {
    const s = await rig.shop(1_000)
    s.meter.use(1_500, 1_500)
    rig.pass()
    const fresh = await rig.spare()
    const taking = await rig.swap(await rig.pointOf(s.meterId), fresh, { state: 'alive' })
    await rig.deliverAll(s)
    expect(await rig.again(taking)).toMatchObject({ state: 'opening', claimFen: 0 })
    const hung = await rig.connect(s, fresh)
    expect(hung.meter.balanceFen).toBe(0)
    expect(await rig.money(s)).toEqual({ carry: -500 })
    await clean()
  })

  test('a model that cannot give money back: as it was just read, and it is barred', async () => {
    const s = await rig.shop(10_000)
    const point = await rig.pointOf(s.meterId)
    const fresh = await rig.spare()
    const { deps, clerk, complexId } = rig.bench.complex
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
        requestId: rig.request(),
      })
    await expect(order()).rejects.toThrow('balance_unknown')
    await rig.rows(
      `insert into latest (complex_id, meter_id, seq, balance_fen, balance_at)
       values ($1, $2, 0, 7000, to_timestamp($3 / 1000.0))`,
      [complexId, s.meterId, rig.clock.now()],
    )
    expect(await order()).toMatchObject({ state: 'opening', claimFen: 7_000 })
    expect(await rig.money(s)).toEqual({ transit: 7_000 })
    await clean()
  })

  test('the use at the point goes on across the swap, and never below nothing', async () => {
    const from = rig.clock.now()
    const s = await rig.shop(10_000)
    const point = await rig.pointOf(s.meterId)
    await rig.rows(
      `update installation set initial_wh = 100000, since = to_timestamp($2 / 1000.0)
       where meter_id = $1`,
      [s.meterId, from],
    )
    s.meter.use(4_000, 4_000)
    rig.pass()
    const fresh = await rig.spare()
    await rig.swap(point, fresh, { state: 'alive' }, { multiplier: 2, side: 'secondary' })
    await rig.deliverAll(s)
    rig.pass()
    await rig.rows(
      `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh)
       values ($1, $2, to_timestamp($3 / 1000.0), 1, to_timestamp($3 / 1000.0), 5600)`,
      [rig.bench.complex.complexId, fresh, rig.clock.now()],
    )
    const usage = await rig.base.db.as(systemScope('test'), (tx) =>
      pointUsageBetween(tx, rig.bench.complex.complexId, point, from, plusMs(rig.clock.now(), 1)),
    )
    expect(usage?.usedWh).toBe(4_000 + 2 * 600)
    expect(usage?.parts.map((part) => part.meterId)).toEqual([s.meterId, fresh])
  })
})
