import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { aDayOfMoney } from '../../test/day-of-money.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { connectDatabase } from '../adapters/database.ts'
import { systemClock, systemRng } from '../adapters/system.ts'
import { type Db, systemScope } from '../ports/database.ts'
import { auditBooks, auditIn, CHECKS } from './audit.ts'
import type { Finding } from './finding.ts'

let base: TestDatabase
let complex: TinyComplex
let owner: Db

beforeAll(async () => {
  base = await freshDatabase()
  complex = await tinyComplex(base.db, { meters: 2 })
  owner = connectDatabase({ url: base.ownerUrl, clock: systemClock, rng: systemRng, poolMax: 2 })
  await aDayOfMoney(base.db, complex)
})
afterAll(async () => {
  await owner.close()
  await base.drop()
})

class Undone extends Error {}

/** What the audit finds after `sql`, by someone past every grant and trigger; then it is undone. */
const findingsAfter = async (sql: string): Promise<Finding[]> => {
  const found: Finding[] = []
  await owner
    .as(systemScope('intruder'), async (tx) => {
      await tx.query("set local session_replication_role = 'replica'")
      await tx.query(sql)
      found.push(...(await auditIn(tx, complex.complexId)))
      throw new Undone('the next test finds sound books')
    })
    .catch((error) => {
      if (!(error instanceof Undone)) throw error
    })
  return found
}

const AN_ENTRY = `(select e.posting_id from entry e join posting g using (complex_id, posting_id)
  where g.kind = 'sale' limit 1)`
/** What a table forbids is allowed first. */
const FREE = 'alter table purchase drop constraint purchase_check;'
const COMMAND = `insert into command (complex_id, command_id, batch_id, kind, meter_id, params,
  state, operator_id, deadline, attempts, queued_at, sent_at, ended_at, result)
  select s.complex_id, gen_random_uuid(), gen_random_uuid(), 'setMode', i.meter_id, '{}',
    'confirmed', null, now() + interval '1 hour', 1, now(), now(), now(),`
const ON_POINT = `from supply s join installation i on i.complex_id = s.complex_id
  and i.point_id = s.point_id where i.until is null limit 1`
const CONTROL = (mode: string, operator: string) =>
  `insert into control (complex_id, point_id, mode, operator_id, since)
   select complex_id, point_id, '${mode}', ${operator}, now() - interval '1 day' from supply`

const REDUCTION_ID = '019aa8c0-0000-7000-8000-000000000001'
const REDUCTION = (state: string, takenFen: string) =>
  `insert into reduction (complex_id, reduction_id, request_id, account_id, supply_id, meter_id,
     epoch, purpose, order_no, state, taken_fen, before, evidence, reason, queued_at, ended_at)
   select complex_id, '${REDUCTION_ID}', 'r', 1, 1, meter_id, 1, 'refund', '1', '${state}',
     ${takenFen}, '{}', '{}', 'x', now(), case when '${state}' = 'DONE' then now() end
   from purchase limit 1`
const BATCH = (operator: string) =>
  `insert into batch (complex_id, batch_id, kind, params, operator_id, request_id, created_at)
   select complex_id, gen_random_uuid(), 'setMode', '{"refused": []}', ${operator}, 'b', now()
   from complex`

/** Invariant, what was done to the data, and the statement that does it. */
const BROKEN: [string, string, string][] = [
  [
    'INV-01',
    'an amount',
    `update entry set fen = fen + 1 where line = 1 and posting_id = ${AN_ENTRY}`,
  ],
  [
    'INV-01',
    'a running balance',
    "update ledger_account set balance_fen = 7 where path like '%credit'",
  ],
  [
    'INV-02',
    'entries of no posting',
    `insert into entry select complex_id, gen_random_uuid(), 1, ledger_account_id, 5
     from ledger_account limit 1`,
  ],
  ['INV-02', 'a line', `delete from entry where line = 1 and posting_id = ${AN_ENTRY}`],
  ['INV-03', 'a reversal without its sale', "update payout set purpose = 'reversal'"],
  ['INV-06', 'the request of a sale', "update sale set request_id = 'x' where request_id = 'sale'"],
  [
    'INV-07',
    'two receipts for one payment',
    "update payout set posting_id = (select posting_id from sale where request_id = 'sale')",
  ],
  ['INV-08', 'the amount of a sale', 'update sale set paid_fen = paid_fen + 1'],
  ['INV-08', 'the lines of a sale', 'update sale_line set fen = fen + 1'],
  ['INV-08', 'the amount of a voucher', 'update payout set paid_fen = 299'],
  ['INV-08', 'a voucher', 'delete from payout'],
  ['INV-08', 'a sale', "delete from sale where request_id = 'sale'"],
  [
    'INV-08',
    'a receipt number',
    "update sale set receipt_no = '2026-0000009' where request_id = 'sale'",
  ],
  ['INV-08', 'the counter of receipts', "update counter set value = 9 where name like 'receipt/%'"],
  ['INV-08', 'what was expected at the count', 'update shift set expected_fen = 1'],
  [
    'INV-08',
    'a drawer',
    `update entry set fen = 1 where ledger_account_id =
    (select ledger_account_id from ledger_account where path like 'cash/%' limit 1)`,
  ],
  ['INV-08', 'a closed day', `update posting set business_date = '2020-01-01' where kind = 'sale'`],
  [
    'INV-09',
    'more paid back than was sold',
    `update payout set paid_fen = 9999,
    sale_id = (select sale_id from sale limit 1)`,
  ],
  [
    'INV-09',
    'another amount than the meter gave',
    `${REDUCTION('DONE', '5')}; update payout set reduction_id = '${REDUCTION_ID}'`,
  ],
  [
    'INV-10',
    'a payable below zero',
    `insert into ledger_account (complex_id, path, balance_fen)
    select complex_id, 'account/1/payable', 5 from complex limit 1`,
  ],
  ['INV-11', 'a number left out', "update purchase set n = 2 where state = 'DELIVERED'"],
  ['INV-12', 'when it was armed', "update purchase set armed_at = null where state = 'DELIVERED'"],
  [
    'INV-13',
    'a sent purchase that is cancelled',
    `${FREE} update purchase set state = 'CANCELLED'
    where state = 'DELIVERED'`,
  ],
  [
    'INV-13',
    'a struck out sale on its way',
    `update payout set sale_id =
    (select sale_id from purchase where state = 'QUEUED')`,
  ],
  ['INV-14', 'the evidence', "update purchase set evidence = '{}' where state = 'DELIVERED'"],
  [
    'INV-14',
    'a reduction without its reading',
    `insert into reduction (complex_id, reduction_id,
      request_id, account_id, supply_id, meter_id, epoch, purpose, order_no, state, taken_fen,
      before, reason, queued_at, ended_at)
    select complex_id, gen_random_uuid(), 'r', 1, 1, meter_id, 1, 'refund', '1', 'DONE', 5, '{}',
      'x', now(), now() from purchase limit 1`,
  ],
  [
    'INV-14',
    'a payout of a reduction not done',
    `${REDUCTION('QUEUED', 'null')}; update payout set reduction_id = '${REDUCTION_ID}'`,
  ],
  ['INV-15', 'a reduction without its posting', REDUCTION('DONE', '5')],
  ['INV-15', 'a waiting purchase', "delete from purchase where state = 'QUEUED'"],
  ['INV-15', 'a delivered purchase', "delete from purchase where state = 'DELIVERED'"],
  [
    'INV-15',
    'a delivered purchase that waits again',
    `${FREE} update purchase set state = 'QUEUED'
    where state = 'DELIVERED'`,
  ],
  [
    'INV-17',
    'a held purchase without a hold',
    `update purchase set state = 'HOLD'
    where state = 'QUEUED'`,
  ],
  [
    'INV-18',
    'a new epoch under a waiting purchase',
    `drop index epoch_open; insert into epoch
    select e.* from (select (jsonb_populate_record(p,
      '{"epoch": 2, "customer_no": "9"}')).* from epoch p) e`,
  ],
  [
    'INV-19',
    'the order of two purchases',
    `${FREE} update purchase set n = 0 where state = 'QUEUED'`,
  ],
  ['INV-20', 'an end that is none', "update purchase set ended_at = now() where state = 'QUEUED'"],
  [
    'INV-20',
    'a command without its end',
    `${COMMAND} null ${ON_POINT};
    update command set ended_at = null`,
  ],
  [
    'INV-21',
    'a deadline',
    `${COMMAND} null ${ON_POINT};
    update command set deadline = sent_at - interval '1 second'`,
  ],
  [
    'INV-22',
    'a reclose past an operator',
    `${CONTROL('tripped', '1')};
    ${COMMAND} '{"order": "permitClose"}' ${ON_POINT}`,
  ],
  [
    'INV-23',
    'a trip of a kept point',
    `${CONTROL('kept', '1')};
    ${COMMAND} '{"order": "trip"}' ${ON_POINT}`,
  ],
  [
    'INV-23',
    'a trip of a protected point',
    `update point set protected = true;
    delete from purchase where state = 'QUEUED'; ${COMMAND} '{"order": "trip"}' ${ON_POINT}`,
  ],
  ['INV-23', 'a trip while money is on its way', `${COMMAND} '{"order": "trip"}' ${ON_POINT}`],
  [
    'INV-28',
    'a bill beside its charges',
    `update account set mode = 'centre';
     insert into month_bill select s.complex_id, s.supply_id, '2026-05-01', t.since, 1, '[]', '[]',
       '[]', 0, 0, 0, 1, null, now() from supply s
     join account_tenant t using (complex_id, account_id)`,
  ],
  [
    'INV-24',
    'an order under another name',
    `${BATCH('1')}; ${COMMAND} '{"order": "permitClose"}' ${ON_POINT};
    update command set batch_id = (select batch_id from batch)`,
  ],
  ['INV-25', 'a group without outcomes', BATCH('1')],
  [
    'INV-28',
    'a charged day',
    `insert into posting
    select (jsonb_populate_record(g, jsonb_build_object('posting_id', gen_random_uuid(),
      'request_id', 'u', 'kind', 'consumption', 'lane_seq', 999999))).* from posting g
      where kind = 'delivery';
    insert into entry select e.complex_id, u.posting_id, e.line, e.ledger_account_id, e.fen
      from posting g join entry e using (complex_id, posting_id), posting u
      where g.kind = 'delivery' and u.kind = 'consumption'`,
  ],
  ['INV-32', 'the work of a purchase under way', 'delete from work'],
  ['INV-32', 'who is to look at it', 'update work set gateway_id = 99'],
]

describe('the audit', () => {
  test('finds nothing where nothing was broken', async () => {
    expect(await auditBooks(base.db)).toEqual([])
    expect(await findingsAfter('select 1')).toEqual([])
  })

  test.each(BROKEN)('names %s: %s', async (invariant, _, sql) => {
    const found = await findingsAfter(sql)
    expect(found.map((finding) => finding.invariant)).toContain(invariant)
    for (const finding of found) expect(finding.what).not.toBe('')
  })

  test('has every check of its list proved by one of these', async () => {
    const seen = new Set<string>()
    for (const [, , sql] of BROKEN)
      for (const finding of await findingsAfter(sql)) seen.add(finding.en)
    expect(CHECKS.filter((check) => !seen.has(check.en)).map((check) => check.en)).toEqual([])
  })
})
