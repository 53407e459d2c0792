import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { eventually } from '../../test/eventually.ts'
import { clerkOn, type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { withClient } from '../adapters/one-client.ts'
import { systemRng } from '../adapters/system.ts'
import { auditBooks } from '../ledger/audit.ts'
import { lockDays } from '../ledger/posting-day.ts'
import { CommitUnknown, type Db, type Scope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Day, dayAfter } from '../shared/clock.ts'
import { type AccountId, accountId, buildingId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { Recharge } from './judge-sale.ts'
import { openAccount } from './open.ts'
import { recharge } from './recharge.ts'

const SHOPS = 5
let base: TestDatabase
let complex: TinyComplex
let second: Scope
let shops: AccountId[]
let asked = 0

beforeAll(async () => {
  // One lane for everything: the chains of all transactions meet.
  base = await freshDatabase({ poolMax: 6, rng: { ...systemRng, below: () => 5 } })
  complex = await tinyComplex(base.db, { meters: SHOPS + 2 })
  second = await clerkOn(base.db, complex.complexId, 'second')
  const opened = []
  for (const { meterId } of complex.meters)
    opened.push(
      await openAccount(complex.deps, complex.clerk, {
        requestId: `open-${meterId}`,
        complexId: complex.complexId,
        tenant: { name: '蜀香餐饮' },
        meters: [
          {
            ...{ meterId, planId: complex.planId, alarm1Fen: 5000, alarm2Fen: 2000 },
            ...{ hoardingFen: 500_000, firstPurchaseFen: 0 },
          },
        ],
      }),
    )
  shops = opened.map((one) => accountId(one.accountId))
})
afterAll(() => base.drop())

let sold: number
const lastNo = async (): Promise<number> => {
  const rows = await base.rows<{ no: string }>('select max(receipt_no) as no from sale')
  return Number(rows[0]?.no?.slice(5) ?? 0)
}
beforeEach(async () => {
  sold = await lastNo()
})

const shop = (index: number): AccountId => must(shops[index], 'the complex has that shop')

type Wanted = { of: number; fen?: number; requestId?: string; by?: Scope } & Partial<Recharge>

type Ended = { receiptNo: number; purchaseNo: number } | string

const endOf = (result: PromiseSettledResult<Awaited<ReturnType<typeof recharge>>>): Ended => {
  if (result.status === 'fulfilled') {
    const { receiptNo, purchaseNo } = result.value.receipt
    return { receiptNo: Number(receiptNo.slice(5)) - sold, purchaseNo }
  }
  return result.reason instanceof Refusal ? result.reason.code : String(result.reason)
}

/**
 * Sells all of `wanted` while two sales before them are held up, so that they wait and travel
 * together; `through` sees every transaction but those two.
 */
const together = async (wanted: readonly Wanted[], through: (db: Db) => Db = (db) => db) => {
  const transactions: Scope[] = []
  let open: () => void = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const watched = through(base.db)
  const db: Db = {
    close: () => base.db.close(),
    as: async (scope, run, kind) => {
      transactions.push(scope)
      if (transactions.length > 2) return watched.as(scope, run, kind)
      await opened
      throw new Refusal('database_unavailable')
    },
  }
  const deps = { ...complex.deps, db }
  const sell = ({ of, fen = 1_000, by = complex.clerk, ...cmd }: Wanted) =>
    recharge(deps, by, {
      ...{ requestId: `sale-${++asked}`, accountId: shop(of), amountFen: fen },
      ...{ method: 'cash', similarAccepted: true, ...cmd },
    })
  // Each leaves by itself; those of one turn would leave together.
  const held = []
  for (const of of [SHOPS, SHOPS + 1]) {
    held.push(sell({ of }))
    await expect.poll(() => transactions.length).toBe(held.length)
  }
  const ended = Promise.allSettled(held)
  const results = Promise.allSettled(wanted.map(sell))
  open()
  await ended
  const ends = (await results).map(endOf)
  return { ends, transactions: transactions.slice(2) }
}

const failing =
  (times: number, fail: () => Error) =>
  (db: Db): Db => ({
    close: () => db.close(),
    as: async (scope, run, kind) => {
      if (times-- <= 0) return db.as(scope, run, kind)
      return db.as(
        scope,
        async (tx) => {
          await run({ ...tx, last: (sql, params) => tx.query(sql, params) })
          throw fail()
        },
        kind,
      )
    },
  })

/** Commits, and then says that it does not know. */
const forgetful = (db: Db): Db => {
  let first = true
  return {
    close: () => db.close(),
    as: async (scope, run, kind) => {
      const result = await db.as(scope, run, kind)
      if (!first) return result
      first = false
      throw new CommitUnknown('connection lost around COMMIT')
    },
  }
}

const salesOf = async (index: number): Promise<number> =>
  (await base.rows('select from sale where account_id = $1', [shop(index)])).length

describe('sales that arrive together', () => {
  test('are one transaction, numbered without a gap in their order', async () => {
    const { ends, transactions } = await together([{ of: 0 }, { of: 1 }, { of: 2 }, { of: 3 }])
    expect(transactions).toHaveLength(1)
    expect(ends).toEqual([1, 2, 3, 4].map((receiptNo) => ({ receiptNo, purchaseNo: 2 })))
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('are judged alone: one is refused, and the others are sold without a gap', async () => {
    const { ends, transactions } = await together([
      { of: 0 },
      { of: 1, fen: 600_000 },
      { of: 2, expectedPurchaseNo: 1 },
      { of: 3 },
    ])
    expect(transactions).toHaveLength(1)
    expect(ends).toEqual([
      expect.objectContaining({ receiptNo: 1 }),
      'hoarding_limit',
      'purchase_count_expected',
      expect.objectContaining({ receiptNo: 2 }),
    ])
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('to one account go one after the other, in their order', async () => {
    const before = await salesOf(4)
    const { ends, transactions } = await together([
      { of: 4, fen: 100 },
      { of: 4, fen: 200 },
      { of: 0 },
      { of: 4, fen: 300 },
    ])
    expect(transactions).toHaveLength(3)
    const numbers = [0, 1, 3].map((at) => ends[at])
    expect(numbers).toMatchObject(
      [2, 3, 4].map((purchaseNo) => ({ purchaseNo: purchaseNo + before })),
    )
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('of two clerks go into the till of each, and the audit names each', async () => {
    const { ends, transactions } = await together([
      { of: 0, fen: 111 },
      { of: 1, fen: 222, by: { ...second, from: 'second' } },
      { of: 2, fen: 333, by: { ...second, from: 'second' } },
    ])
    expect(transactions).toMatchObject([{ operator: null, complexes: [complex.complexId] }])
    expect(ends).toHaveLength(3)
    const rows = await base.rows(
      `select s.operator_id as seller, sh.operator_id as till, p.operator_id as poster,
         a.operator_id as audited, a.came_from as "from", s.receipt->>'operator' as name
       from sale s join shift sh using (complex_id, shift_id)
       join posting p using (complex_id, posting_id)
       join audit a on a.after->>'saleId' = s.sale_id::text
       where s.paid_fen in (111, 222, 333) order by s.paid_fen`,
    )
    const rowOf = (operator: number | null, from: string, name: unknown) => ({
      ...{ seller: operator, till: operator, poster: operator, audited: operator, from, name },
    })
    const first = rowOf(complex.clerk.operator, 'test', expect.stringMatching(/^clerk-/))
    const other = rowOf(second.operator, 'second', 'second')
    expect(rows).toEqual([first, other, other])
  })

  test('are not kept by the counted till of a neighbour', async () => {
    await base.rows(
      `update shift set counted_at = now(), counted_fen = 0, expected_fen = 0
       where operator_id = $1`,
      [second.operator],
    )
    const { ends, transactions } = await together([{ of: 0, by: second }, { of: 1 }])
    expect(transactions).toHaveLength(1)
    expect(ends).toEqual(['shift_counted', expect.objectContaining({ receiptNo: 1 })])
    await base.rows(
      `update shift set counted_at = null, counted_fen = null, expected_fen = null
       where operator_id = $1`,
      [second.operator],
    )
  })

  test('of several processes at once keep one chain and one series of receipts', async () => {
    const processes = [
      [0, 1, 2, 3, 4],
      [4, 3, 2, 1, 0],
      [2, 0, 4, 1, 3],
      [1, 3],
    ]
    const all = await Promise.all(processes.map((of) => together(of.map((at) => ({ of: at })))))
    const numbers = all.flatMap(({ ends }) =>
      ends.map((end) => (typeof end === 'string' ? end : end.receiptNo)),
    )
    expect(numbers.sort((a, b) => Number(a) - Number(b))).toEqual(numbers.map((_, at) => at + 1))
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('under one request id are one sale, whether they meet or not', async () => {
    const before = await salesOf(0)
    const same = { of: 0, fen: 700, requestId: 'twin' }
    const [one, other] = await Promise.all([
      together([same, { of: 1 }, same]),
      together([same, { of: 2 }]),
    ])
    const twins = [one.ends[0], one.ends[2], other.ends[0]]
    expect(new Set(twins.map((end) => JSON.stringify(end))).size).toBe(1)
    expect(await salesOf(0)).toBe(before + 1)
  })

  test('under one request id for two accounts: the second is refused and no other', async () => {
    const { ends } = await together([
      { of: 0, requestId: 'taken' },
      { of: 1, requestId: 'taken' },
      { of: 2 },
    ])
    expect(ends).toEqual([
      expect.objectContaining({ receiptNo: 1 }),
      'request_id_reused',
      expect.objectContaining({ receiptNo: 2 }),
    ])
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('are tried one by one where all of it failed, and leave no gap', async () => {
    const deadlock = () => Object.assign(new Error('deadlock detected'), { code: '40P01' })
    const wanted = [{ of: 0 }, { of: 1 }, { of: 2 }]
    const { ends, transactions } = await together(wanted, failing(1, deadlock))
    expect(transactions).toHaveLength(4)
    expect(ends).toMatchObject([{ receiptNo: 1 }, { receiptNo: 2 }, { receiptNo: 3 }])
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('are sold once where nobody knows if they were committed', async () => {
    const before = await Promise.all([0, 1].map(salesOf))
    const { ends } = await together([{ of: 0 }, { of: 1 }], forgetful)
    expect(ends).toMatchObject([{ receiptNo: 1 }, { receiptNo: 2 }])
    expect(await Promise.all([0, 1].map(salesOf))).toEqual(before.map((n) => n + 1))
  })

  test('without their postings are not sold, and take no number', async () => {
    const before = await salesOf(0)
    const heads = await withClient(base.ownerUrl, (client) =>
      client.query('delete from chain_head where lane = 5 returning complex_id, lane, seq, hash'),
    )
    const { ends } = await together([{ of: 0 }])
    await withClient(base.ownerUrl, async (client) => {
      for (const { complex_id, lane, seq, hash } of heads.rows)
        await client.query('insert into chain_head values ($1, $2, $3, $4)', [
          ...[complex_id, lane, seq, hash],
        ])
    })
    // Whichever of the two answers is heard first.
    expect(ends).toEqual([expect.stringMatching(/chain heads|sale_complex_id_posting_id_fkey/)])
    expect(await salesOf(0)).toBe(before)
    expect((await together([{ of: 0 }])).ends).toMatchObject([{ receiptNo: 1 }])
  })

  test('that waited while a day was closed are dated on the next one', async () => {
    const { complexId } = complex
    const rows = await base.rows<{ day: Day }>('select max(business_date) as day from posting')
    const { day } = must(rows[0], 'openings were posted')
    let close: () => void = () => {}
    const held = new Promise<void>((resolve) => {
      close = resolve
    })
    const closing = base.db.as({ ...complex.clerk, complexes: 'all' }, async (tx) => {
      await lockDays(tx, complexId)
      await held
      await tx.query(
        `insert into day_close (complex_id, day, closed_at, operator_id, report)
         values ($1, $2, now(), $3, '{}')`,
        [complexId, day, complex.clerk.operator],
      )
    })
    const sale = together([{ of: 0 }])
    await eventually(async () => {
      const waiting = await base.rows('select from pg_locks where not granted')
      return waiting.length > 0
    })
    close()
    await closing
    expect((await sale).ends).toMatchObject([{ receiptNo: 1 }])
    const dated = await base.rows<{ day: Day }>('select max(business_date) as day from posting')
    expect(dated).toEqual([{ day: dayAfter(day) }])
  })

  test('share a transaction with nobody who sees more or less than they do', async () => {
    const inBuilding = (building: number, by: Scope): Scope => ({
      ...by,
      buildings: [buildingId(building)],
    })
    const rows = await base.rows<{ building: number }>(
      'select building_id as building from building where complex_id = $1',
      [complex.complexId],
    )
    const { building } = must(rows[0], 'the complex has a building')
    const all: Scope = { ...complex.clerk, complexes: 'all' }
    const { transactions } = await together([
      { of: 0 },
      { of: 1, by: all },
      { of: 2, by: inBuilding(building, complex.clerk) },
      { of: 3, by: inBuilding(building, second) },
      { of: 4, by: second },
    ])
    const walls = transactions.map(({ complexes, buildings = null, operator }) => ({
      ...{ complexes, buildings, operator },
    }))
    const own = [complex.complexId]
    expect(walls).toHaveLength(4)
    expect(walls).toEqual(
      expect.arrayContaining([
        { complexes: own, buildings: null, operator: null },
        { complexes: 'all', buildings: null, operator: complex.clerk.operator },
        { complexes: own, buildings: [building], operator: complex.clerk.operator },
        { complexes: own, buildings: [building], operator: second.operator },
      ]),
    )
  })
})
