// Whoever changes, removes, adds or moves any one record past the program is found, with the place.

import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { aDayOfMoney } from '../../test/day-of-money.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { connectDatabase } from '../adapters/database.ts'
import { systemClock, systemIds, systemRng } from '../adapters/system.ts'
import { audit } from '../operators/audit-log.ts'
import { type Db, systemScope, type Tx } from '../ports/database.ts'
import { auditChains } from './audit-chains.ts'

const SEED = 20_261_123
const RUNS = 120
const MORE_ROWS = 40

type Table = 'posting' | 'audit'
type Row = { table: Table; id: string; lane: number; seq: number }

let base: TestDatabase
let complex: TinyComplex
let owner: Db
let rows: Row[]

beforeAll(async () => {
  base = await freshDatabase()
  complex = await tinyComplex(base.db, { meters: 2 })
  owner = connectDatabase({ url: base.ownerUrl, clock: systemClock, rng: systemRng, poolMax: 2 })
  await aDayOfMoney(base.db, complex)
  const { complexId } = complex
  for (let n = 0; n < MORE_ROWS; n++)
    await base.db.as(complex.clerk, (tx) =>
      audit(tx, systemIds, { complexId, action: 'meter.change', subject: `meter/${n}` }),
    )
  rows = await base.rows<Row>(
    `select 'posting' as table, posting_id as id, lane, lane_seq as seq from posting
     union all select 'audit', audit_id, lane, lane_seq from audit order by 1, 3, 4`,
  )
})
afterAll(async () => {
  await owner.close()
  await base.drop()
})

/** Every column that a record is told by, and another value for it. */
const COLUMNS: Record<Table, readonly string[]> = {
  posting: [
    ...[`posting_id = gen_random_uuid()`, `request_id = request_id || 'x'`, `kind = 'other'`],
    ...[`business_date = business_date - 1`, `at = at + interval '1 second'`],
    ...[`operator_id = coalesce(operator_id, 0) + 1`, `reason = reason || 'x'`],
    ...[
      `reverses = gen_random_uuid()`,
      'lane = (lane + 1) % 16, lane_seq = lane_seq + 500',
      'lane = 99',
    ],
    ...['lane_seq = lane_seq + 1000', 'lane_seq = -lane_seq', 'hash = sha256(hash)'],
    `complex_id = complex_id + 1`,
  ],
  audit: [
    ...[`audit_id = gen_random_uuid()`, `at = at - interval '1 second'`, `came_from = 'x'`],
    ...[`operator_id = coalesce(operator_id, 0) + 1`, `action = 'other'`, `subject = 'other/1'`],
    ...[
      `before = '{"x": 1}'`,
      `after = '{"x": 1}'`,
      'lane = (lane + 1) % 16, lane_seq = lane_seq + 500',
      'lane = -1',
    ],
    ...['lane_seq = lane_seq + 1000', 'lane_seq = 0', 'hash = sha256(hash)'],
    `complex_id = complex_id + 1`,
  ],
}
const ENTRIES: readonly string[] = [
  'update entry set fen = fen + 1 where posting_id = $1 and line = 1',
  'update entry set fen = -fen where posting_id = $1',
  'delete from entry where posting_id = $1 and line = 1',
  'delete from entry where posting_id = $1',
  `insert into entry select complex_id, posting_id, 99, ledger_account_id, 5 from entry
   where posting_id = $1 limit 1`,
  `update entry set ledger_account_id = (select max(ledger_account_id) + 1 from ledger_account)
   where posting_id = $1 and line = 1`,
  `update ledger_account set path = path || 'x' where ledger_account_id in
   (select ledger_account_id from entry where posting_id = $1)`,
  'delete from ledger_account where ledger_account_id in (select ledger_account_id from entry)',
]

const place = ({ lane, seq }: Pick<Row, 'lane' | 'seq'>) => `lane ${lane} seq ${seq}`

type Tampering = { name: string; at: readonly string[]; run(tx: Tx): Promise<unknown> }

const changed = (row: Row, nth: number): Tampering => {
  const all = COLUMNS[row.table]
  const change = all[nth % all.length] ?? ''
  return {
    name: `${row.table}: ${change}`,
    at: [place(row)],
    run: (tx) => tx.query(`update ${row.table} set ${change} where ${row.table}_id = $1`, [row.id]),
  }
}

const removed = (row: Row): Tampering => ({
  ...{ name: `${row.table}: removed`, at: [place(row)] },
  run: (tx) => tx.query(`delete from ${row.table} where ${row.table}_id = $1`, [row.id]),
})

/** A copy under another id: ahead of the head, or in the place of a record of the other table. */
const added = (row: Row, other: Row, ahead: boolean): Tampering => {
  const at = ahead || row.table === other.table ? { lane: row.lane, seq: 9_999 } : other
  return {
    name: `${row.table}: added at ${place(at)}`,
    at: [place(at)],
    run: (tx) =>
      tx.query(
        `insert into ${row.table} select (jsonb_populate_record(r, jsonb_build_object(
           '${row.table}_id', gen_random_uuid(), 'lane', $2::int, 'lane_seq', $3::int,
           'request_id', 'copy'))).* from ${row.table} r where ${row.table}_id = $1`,
        [row.id, at.lane, at.seq],
      ),
  }
}

const PUT = (table: Table) => `update ${table} set lane = $2, lane_seq = $3 where ${table}_id = $1`

const swapped = (a: Row, b: Row): Tampering => ({
  name: `${a.table} and ${b.table} swapped`,
  // The first of a lane fits at the start of any: the one after it tells.
  at: [a, b].flatMap((row) => [place(row), ...(row.seq === 1 ? [place({ ...row, seq: 2 })] : [])]),
  run: async (tx) => {
    await tx.query(PUT(a.table), [a.id, 50, 1])
    await tx.query(PUT(b.table), [b.id, a.lane, a.seq])
    await tx.query(PUT(a.table), [a.id, b.lane, b.seq])
  },
})

const HEADS = [
  'delete from chain_head where lane = $1',
  'update chain_head set hash = sha256(hash) where lane = $1',
  'update chain_head set seq = seq - 1 where lane = $1',
  'update chain_head set seq = seq + 1 where lane = $1',
  'update chain_head set seq = 1000000000000 where lane = $1',
]

const ofHead = ({ lane }: Row, nth: number): Tampering => {
  const sql = HEADS[nth % HEADS.length] ?? ''
  return { name: sql, at: [`lane ${lane}`], run: (tx) => tx.query(sql, [lane]) }
}

/** The end of a lane is gone; its head still knows how long it was. */
const cutFrom = ({ lane, seq }: Row): Tampering => ({
  ...{ name: 'cut', at: [place({ lane, seq })] },
  run: async (tx) => {
    for (const table of ['posting', 'audit'])
      await tx.query(`delete from ${table} where lane = $1 and lane_seq >= $2`, [lane, seq])
  },
})

const ofEntries = (row: Row, nth: number): Tampering => {
  const sql = ENTRIES[nth % ENTRIES.length] ?? ''
  // What it does to a name it does to every posting of that name: the first of each lane is told.
  const at = sql.includes('ledger_account where') || sql.includes('path') ? ['posting.*lane'] : []
  return {
    ...{ name: sql, at: at.length > 0 ? at : [place(row)] },
    run: (tx) => tx.query(sql, sql.includes('$1') ? [row.id] : []),
  }
}

class Undone extends Error {}

const findingsAfter = async ({ run }: Tampering): Promise<string[]> => {
  const found: string[] = []
  await owner
    .as(systemScope('intruder'), async (tx) => {
      await tx.query("set local session_replication_role = 'replica'")
      await run(tx)
      found.push(...(await auditChains(tx, complex.complexId)).map(({ what }) => what))
      throw new Undone('the next one finds sound chains')
    })
    .catch((error) => {
      if (!(error instanceof Undone)) throw error
    })
  return found
}

const names = (found: readonly string[], at: string): boolean =>
  found.some((what) => new RegExp(`${at}(?!\\d)`).test(what))

const tamperings = (): fc.Arbitrary<Tampering> => {
  const any = fc.constantFrom(...rows)
  const postings = fc.constantFrom(...rows.filter(({ table }) => table === 'posting'))
  const nth = fc.nat(100)
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(any, nth).map(([row, n]) => changed(row, n)) },
    { weight: 2, arbitrary: fc.tuple(postings, nth).map(([row, n]) => ofEntries(row, n)) },
    any.map(removed),
    any.map(cutFrom),
    fc.tuple(any, any, fc.boolean()).map(([row, other, ahead]) => added(row, other, ahead)),
    fc
      .tuple(any, any)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => swapped(a, b)),
    fc.tuple(any, nth).map(([row, n]) => ofHead(row, n)),
  )
}

test('of sound chains nothing is told', async () => {
  expect(rows.length).toBeGreaterThan(MORE_ROWS)
  expect(await findingsAfter({ name: 'nothing', at: [], run: async () => {} })).toEqual([])
})

test('whatever is done to one record, its place is told', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(tamperings(), async (tampering) => {
      seen.add(tampering.name)
      const found = await findingsAfter(tampering)
      const missed = tampering.at.filter((at) => !names(found, at))
      // Two places in one lane: the first of them is where the walk ends.
      const told = tampering.at.length > missed.length
      if (!told) throw new Error(`${tampering.name} at ${tampering.at}: ${JSON.stringify(found)}`)
    }),
    { seed: SEED, numRuns: RUNS },
  )
  expect(seen.size).toBeGreaterThan(20)
})

test('and so it is of each column, and of each way to change an entry or a head', async () => {
  for (const table of ['posting', 'audit'] as const) {
    const row = rows.findLast((each) => each.table === table && each.seq > 1)
    for (const nth of COLUMNS[table].keys()) {
      const tampering = changed(row ?? rows[0] ?? Object(null), nth)
      const found = await findingsAfter(tampering)
      expect({ name: tampering.name, told: tampering.at.some((at) => names(found, at)) }).toEqual({
        ...{ name: tampering.name, told: true },
      })
    }
  }
  const posting = rows.find(({ table }) => table === 'posting')
  const ways = posting
    ? [
        ...[...ENTRIES.keys()].map((nth) => ofEntries(posting, nth)),
        ...[...HEADS.keys()].map((nth) => ofHead(posting, nth)),
      ]
    : []
  expect(ways).toHaveLength(ENTRIES.length + HEADS.length)
  for (const way of ways) expect(await findingsAfter(way), way.name).not.toEqual([])
})

test('no column of a record is left out of these but those that no record is told by', async () => {
  const columns = await base.rows<{ table: Table; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns
     where table_name in ('posting', 'audit') and table_schema = 'public'`,
  )
  const free = columns.filter(
    ({ table, column }) => !COLUMNS[table].some((change) => change.startsWith(`${column} =`)),
  )
  // Tells a repeated request from another one with its id; the record itself is chained.
  expect(free.map(({ table, column }) => `${table}.${column}`)).toEqual(['posting.content_hash'])
})
