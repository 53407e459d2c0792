import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { createManualClock } from '../../test/manual-clock.ts'
import { tinyComplex } from '../../test/tiny-complex.ts'
import { purchaseView } from '../accounts/purchase-store.ts'
import { auditBooks } from '../ledger/audit.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import {
  type Bench,
  createBench,
  deliver,
  deliverAll,
  deliverStruck,
  nodeOf,
  openShop,
  type Shop,
  type Strike,
  sellTo,
  takeLeases,
} from './explorer/delivery-bench.ts'
import type { CreditLie } from './explorer/wallet-meter.ts'

let base: TestDatabase
let bench: Bench
let nextMeter = 0

beforeAll(async () => {
  const clock = createManualClock()
  base = await freshDatabase({ clock, poolMax: 6 })
  bench = createBench(base.db, clock, await tinyComplex(base.db, { meters: 25 }))
})
beforeEach(async () => {
  await takeLeases(bench, 'A')
})
afterAll(() => base.drop())

const shop = (options: Parameters<typeof openShop>[2] = {}): Promise<Shop> =>
  openShop(bench, nextMeter++, options)

/** A shop whose opening is in the meter. */
const openedShop = async (options: Parameters<typeof openShop>[2] = {}): Promise<Shop> => {
  const opened = await shop(options)
  await deliverAll(bench, opened, nodeOf(bench, 'A'))
  return opened
}

type PurchaseFacts = { id: string; state: string; n: number | null; fault: string | null }

const purchases = (of: Shop): Promise<PurchaseFacts[]> =>
  base.db.as(systemScope('test'), (tx) =>
    tx.query<PurchaseFacts>(
      `select purchase_id as id, state, n, last_fault as fault from purchase
       where meter_id = $1 order by purchase_no`,
      [of.meterId],
    ),
  )

const states = async (of: Shop): Promise<string[]> => (await purchases(of)).map((p) => p.state)

const timeline = async (purchaseId: string): Promise<string[]> => {
  const view = await base.db.as(systemScope('test'), (tx) => purchaseView(tx, purchaseId, null))
  return must(view, 'the purchase is shown').timeline.map((step) => step.kind)
}

const balances = async (of: Shop): Promise<Record<string, number>> => {
  const rows = await base.db.as(systemScope('test'), (tx) =>
    tx.query<{ name: string; fen: number }>(
      `select split_part(a.path, '/', 3) as name, -a.balance_fen as fen from ledger_account a
       join supply s on a.path like 'supply/' || s.supply_id || '/%'
       where s.account_id = $1`,
      [of.accountId],
    ),
  )
  return Object.fromEntries(rows.map((row) => [row.name, row.fen]))
}

const holds = (of: Shop): Promise<{ reason: string }[]> =>
  base.db.as(systemScope('test'), (tx) =>
    tx.query<{ reason: string }>(
      'select reason from hold where meter_id = $1 and released_at is null',
      [of.meterId],
    ),
  )

const takenFen = (of: Shop): number[] => of.meter.taken.map((order) => order.amountFen)

describe('a purchase on its way', () => {
  test('opens the meter, then recharges arrive in the order they were sold', async () => {
    const s = await shop({ firstFen: 1_000, meter: { count: 41, customerNo: '999999999999' } })
    const second = await sellTo(bench, s, 2_000)
    await sellTo(bench, s, 3_000)
    await deliverAll(bench, s, nodeOf(bench, 'A'))
    expect(takenFen(s)).toEqual([1_000, 2_000, 3_000])
    expect(await purchases(s)).toMatchObject([
      { state: 'DELIVERED', n: 42 },
      { state: 'DELIVERED', n: 43 },
      { state: 'DELIVERED', n: 44 },
    ])
    expect(await balances(s)).toEqual({ transit: 0, credit: 6_000 })
    expect(await timeline(second)).toEqual([
      'paid',
      'posted',
      'queued',
      'read',
      'armed',
      'sent',
      'answered',
      'read-back',
      'delivered',
      'relay',
    ])
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('an opening without money writes the customer number and posts nothing', async () => {
    const s = await openedShop()
    expect(s.meter).toMatchObject({ opened: true, count: 1, balanceFen: 0 })
    expect(await states(s)).toEqual(['DELIVERED'])
    expect(await balances(s)).toEqual({})
  })

  const lies: { lie: CreditLie; flush: boolean }[] = [
    { lie: 'requestLost', flush: false },
    { lie: 'answerLost', flush: false },
    { lie: 'refusedThoughApplied', flush: false },
    { lie: 'refused', flush: false },
    { lie: 'heldInGateway', flush: true },
    { lie: 'heldInGateway', flush: false },
  ]
  test.each(lies)(
    'arrives once when the line is $lie (flushed: $flush)',
    async ({ lie, flush }) => {
      const s = await openedShop()
      const node = nodeOf(bench, 'A')
      s.meter.lies = [lie]
      await sellTo(bench, s, 2_500)
      const first = await deliver(bench, s, node)
      if (flush) s.meter.flush()
      await deliverAll(bench, s, node)
      s.meter.flush()
      expect(first.delivered).toBe(lie === 'answerLost' || lie === 'refusedThoughApplied' ? 1 : 0)
      expect(takenFen(s)).toEqual([0, 2_500])
      expect(await states(s)).toEqual(['DELIVERED', 'DELIVERED'])
      expect(s.meter.balanceFen).toBe(2_500)
    },
  )

  test('waits for a silent meter without filling its timeline', async () => {
    const s = await openedShop()
    const id = await sellTo(bench, s, 700)
    s.meter.silent = true
    const node = nodeOf(bench, 'A')
    for (let i = 0; i < 4; i++)
      expect(await deliver(bench, s, node)).toMatchObject({ round: 'again', why: 'timeout' })
    expect((await timeline(id)).filter((kind) => kind === 'fault')).toHaveLength(1)
    expect((await purchases(s)).at(1)).toMatchObject({ state: 'QUEUED', fault: 'timeout' })
    s.meter.silent = false
    await deliverAll(bench, s, node)
    expect((await purchases(s)).at(1)).toMatchObject({ state: 'DELIVERED', fault: null })
  })

  test('counts the electricity used while it is under way', async () => {
    const s = await openedShop({ firstFen: 5_000, meter: { keepsRecord: false } })
    await sellTo(bench, s, 2_000)
    s.meter.lies = ['requestLost']
    const node = nodeOf(bench, 'A')
    await deliver(bench, s, node)
    s.meter.use(10_000, 1_050)
    await deliverAll(bench, s, node)
    expect(await states(s)).toEqual(['DELIVERED', 'DELIVERED'])
  })
})

describe('a meter that does not fit the books', () => {
  test('loaded by somebody else before arming: held, and later sales wait', async () => {
    const s = await openedShop()
    await sellTo(bench, s, 1_000)
    await sellTo(bench, s, 1_100)
    s.meter.foreign(9_000)
    await deliverAll(bench, s, nodeOf(bench, 'A'))
    expect(await states(s)).toEqual(['DELIVERED', 'HOLD', 'QUEUED'])
    expect(await holds(s)).toEqual([{ reason: 'count-ahead' }])
    expect(takenFen(s)).toEqual([0])
    await expect(sellTo(bench, s, 500)).rejects.toMatchObject({ code: 'meter_on_hold' })
    expect(await auditBooks(base.db)).toEqual([])
  })

  test.each([true, false])(
    'loaded by somebody else after arming: never delivered falsely (record kept: %s)',
    async (keepsRecord) => {
      const s = await openedShop({ meter: { keepsRecord } })
      await sellTo(bench, s, 1_000)
      s.meter.before = (exchange) => {
        if (exchange === 'recharge' && s.meter.count === 1) s.meter.foreign(9_000)
      }
      await deliverAll(bench, s, nodeOf(bench, 'A'))
      expect(await states(s)).toEqual(['DELIVERED', 'HOLD'])
      const reason = keepsRecord ? 'record-mismatch' : 'money-mismatch'
      expect(await holds(s)).toEqual([{ reason }])
      expect((await balances(s)).transit).toBe(1_000)
    },
  )

  test('reset to zero: held, nothing sent', async () => {
    const s = await openedShop({ meter: { count: 12 } })
    await sellTo(bench, s, 1_000)
    s.meter.count = 0
    await deliverAll(bench, s, nodeOf(bench, 'A'))
    expect(await holds(s)).toEqual([{ reason: 'count-behind' }])
    expect(takenFen(s)).toEqual([0])
  })

  test('with another customer number: held, nothing sent', async () => {
    const s = await openedShop()
    await sellTo(bench, s, 1_000)
    s.meter.customerNo = '000100009999'
    await deliverAll(bench, s, nodeOf(bench, 'A'))
    expect(await holds(s)).toEqual([{ reason: 'customer-number' }])
  })

  test('that refuses for ever ends on hold, not in an endless dialogue', async () => {
    const s = await openedShop()
    await sellTo(bench, s, 1_000)
    s.meter.lies = Array.from({ length: 100 }, () => 'refused' as const)
    await deliverAll(bench, s, nodeOf(bench, 'A'))
    expect(await holds(s)).toEqual([{ reason: 'not-taken' }])
    expect(100 - s.meter.lies.length).toBe(12)
  })
})

describe('a crash at any use of the database or the meter', () => {
  // Without a crash: six transactions and four exchanges with the meter.
  const strikes: { strike: Strike; uses: number }[] = [
    { strike: 'before', uses: 10 },
    { strike: 'after', uses: 10 },
    { strike: 'unknown-kept', uses: 6 },
    { strike: 'unknown-lost', uses: 6 },
  ]
  test.each(strikes)(
    '$strike: resumed by another node, each sale arrives exactly once',
    async ({ strike, uses }) => {
      const s = await openedShop()
      const sold: number[] = []
      let blown = true
      for (let k = 1; blown; k++) {
        expect(k).toBeLessThan(30)
        sold.push(1_000 + k)
        await sellTo(bench, s, 1_000 + k)
        await takeLeases(bench, 'A')
        blown = await deliverStruck(bench, s, strike, k)
        await takeLeases(bench, 'B')
        await deliverAll(bench, s, nodeOf(bench, 'B'))
      }
      expect(takenFen(s)).toEqual([0, ...sold])
      expect(new Set(await states(s))).toEqual(new Set(['DELIVERED']))
      const sum = sold.reduce((a, b) => a + b, 0)
      expect(await balances(s)).toEqual({ transit: 0, credit: sum })
      expect(s.meter.balanceFen).toBe(sum)
      expect(sold.length - 1).toBeGreaterThanOrEqual(uses)
    },
  )
})

describe('two nodes', () => {
  test('a node that lost its lease stops silently, and the other settles once', async () => {
    const s = await openedShop()
    await sellTo(bench, s, 1_000)
    const original = s.meter.driver.recharge
    const driver = {
      ...s.meter.driver,
      recharge: async (order: Parameters<typeof original>[0]) => {
        const answer = await original(order)
        await takeLeases(bench, 'B')
        return answer
      },
    }
    const late = await deliver(bench, s, {
      ...nodeOf(bench, 'A'),
      drivers: { of: () => driver },
    })
    expect(late).toMatchObject({ round: 'again', delivered: 0, why: 'state-changed' })
    expect(await states(s)).toEqual(['DELIVERED', 'ARMED'])
    await deliverAll(bench, s, nodeOf(bench, 'B'))
    expect(takenFen(s)).toEqual([0, 1_000])
    expect(await states(s)).toEqual(['DELIVERED', 'DELIVERED'])
  })

  test('the same meter driven twice at once is credited once per sale', async () => {
    const s = await openedShop()
    const amounts = [100, 200, 300, 400]
    for (const amount of amounts) await sellTo(bench, s, amount)
    const node = nodeOf(bench, 'A')
    await Promise.all([deliver(bench, s, node), deliver(bench, s, node), deliver(bench, s, node)])
    await deliverAll(bench, s, node)
    expect(takenFen(s)).toEqual([0, ...amounts])
    expect(await balances(s)).toEqual({ transit: 0, credit: 1_000 })
  })

  test('a meter of a gateway that is not ours is left alone', async () => {
    const s = await shop()
    const end = await deliver(bench, s, nodeOf(bench, 'nobody'))
    expect(end).toEqual({ round: 'again', delivered: 0, why: 'not-served-here' })
    expect(must((await purchases(s)).at(0), 'the opening').state).toBe('QUEUED')
  })
})
