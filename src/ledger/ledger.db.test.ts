import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { connectDatabase } from '../adapters/database.ts'
import { systemClock, systemIds, systemRng } from '../adapters/system.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db, Tx } from '../ports/database.ts'
import { systemScope } from '../ports/database.ts'
import { day } from '../shared/clock.ts'
import { complexId } from '../shared/ids.ts'
import { auditBooks } from './audit.ts'
import { contentHash } from './chain.ts'
import { post } from './post.ts'

let base: Awaited<ReturnType<typeof freshDatabase>>
let complex: TinyComplex
let owner: Db

beforeAll(async () => {
  base = await freshDatabase()
  complex = await tinyComplex(base.db, { meters: 1 })
  owner = connectDatabase({ url: base.ownerUrl, clock: systemClock, rng: systemRng, poolMax: 2 })
  for (let n = 0; n < 6; n++) await record(n)
})
afterAll(async () => {
  await owner.close()
  await base.drop()
})

const record = (n: number) =>
  base.db.as(complex.clerk, async (tx) => {
    const fixed = { ...tx, lane: 3 }
    await postOn(fixed, `posting-${n}`, 100 + n)
    await audit(fixed, systemIds, {
      complexId: complex.complexId,
      action: 'meter.change',
      subject: `thing/${n}`,
      after: { b: n, a: '改' },
    })
  })

const postOn = (tx: Tx, requestId: string, amount: number, second = -amount) =>
  post(tx, {
    complexId: complex.complexId,
    postingId: systemIds.uuid(),
    requestId,
    kind: 'test',
    businessDate: day('2026-11-22'),
    contentHash: contentHash({ amount }),
    lines: [
      { path: 'waiver', fen: amount },
      { path: 'income/energy', fen: second },
    ],
  })

describe('a posting', () => {
  test('that does not sum to zero is a bug, not a posting', async () => {
    const attempt = base.db.as(complex.clerk, (tx) => postOn(tx, 'crooked', 100, -99))
    await expect(attempt).rejects.toThrow('sums to zero')
  })

  test('is posted once per request id', async () => {
    const attempt = base.db.as(complex.clerk, (tx) => postOn(tx, 'posting-1', 101))
    await expect(attempt).rejects.toThrow('posting_complex_id_request_id_key')
  })

  test.each([
    ['update entry set fen = fen + 1 where fen > 0'],
    ['delete from entry'],
    ["update posting set reason = 'x'"],
    ['delete from posting'],
    ["update audit set action = 'x'"],
    ['delete from audit'],
    ['truncate entry'],
  ])('can’t be touched by %s, neither by the application nor by the owner', async (sql) => {
    for (const db of [base.db, owner])
      await expect(db.as(systemScope('attack'), (tx) => tx.query(sql))).rejects.toThrow(
        /permission denied|never changed/,
      )
  })
})

describe('row-level security', () => {
  const elsewhere = () => ({ ...complex.clerk, complexes: [complexId(complex.complexId + 7)] })

  test('hides every table of another complex', async () => {
    const tables = await owner.as(systemScope('test'), (tx) =>
      tx.query<{ name: string }>(
        `select c.relname as name from pg_class c join pg_attribute a
           on a.attrelid = c.oid and a.attname = 'complex_id' and not a.attisdropped
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
           and not c.relispartition`,
      ),
    )
    expect(tables.length).toBeGreaterThan(30)
    for (const { name } of tables) {
      const rows = await base.db.as(elsewhere(), (tx) => tx.query(`select from ${name} limit 1`))
      expect(rows, name).toEqual([])
    }
  })

  test('refuses to write into another complex', async () => {
    const attempt = base.db.as(elsewhere(), (tx) =>
      tx.query("insert into counter (complex_id, name, value) values ($1, 'x', 1)", [
        complex.complexId,
      ]),
    )
    await expect(attempt).rejects.toThrow('row-level security')
  })

  test('can’t be lifted by the application’s log-in', async () => {
    for (const sql of ['set role prewatt_owner', 'alter table entry disable row level security'])
      await expect(
        base.db.as(elsewhere(), (tx) => tx.query(sql)),
        sql,
      ).rejects.toThrow(/permission denied|must be owner/)
  })
})

const OF_POSTING_2 = `where posting_id =
  (select posting_id from posting where request_id = 'posting-2')`

// The same statements swap the two records back.
const SWAP = `
  update audit set lane_seq = -lane_seq where subject in ('thing/0', 'thing/1');
  update audit set lane_seq = 6 + lane_seq where subject in ('thing/0', 'thing/1')`

describe('the audit of the books', () => {
  // The owner, with the triggers off, stands for whoever reaches the database past the program.
  const tamper = async (sql: string, undo: string) => {
    const asIntruder = (statement: string) =>
      owner.as(systemScope('intruder'), async (tx) => {
        await tx.query("set local session_replication_role = 'replica'")
        await tx.query(statement)
      })
    await asIntruder(sql)
    const findings = await auditBooks(base.db)
    await asIntruder(undo)
    return findings
  }

  test('is clean when nobody tampered', async () => {
    expect(await auditBooks(base.db)).toEqual([])
  })

  test.each([
    [
      'an altered amount',
      `update entry set fen = fen * 2 ${OF_POSTING_2}`,
      `update entry set fen = fen / 2 ${OF_POSTING_2}`,
      'lane 3 seq 5',
    ],
    [
      'an altered reason',
      "update posting set reason = 'x' where request_id = 'posting-4'",
      "update posting set reason = '' where request_id = 'posting-4'",
      'lane 3 seq 9',
    ],
    [
      'an altered audit row',
      `update audit set after = '{"a":"改","b":7}' where subject = 'thing/3'`,
      `update audit set after = '{"a":"改","b":3}' where subject = 'thing/3'`,
      'lane 3 seq 8',
    ],
    ['two records swapped', SWAP, SWAP, 'lane 3 seq 2'],
    [
      'a removed audit row',
      `create table stolen as select * from audit where subject = 'thing/5';
       delete from audit where subject = 'thing/5'`,
      'insert into audit select * from stolen; drop table stolen',
      'lane 3 seq 12',
    ],
  ])('names the place of %s', async (_, sql, undo, place) => {
    const findings = await tamper(sql, undo)
    expect(findings.filter((f) => f.invariant === 'INV-30').map((f) => f.what)).toEqual([
      expect.stringContaining(place),
    ])
    expect(await auditBooks(base.db)).toEqual([])
  })
})
