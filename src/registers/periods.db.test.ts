import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { openAccount } from '../accounts/open.ts'
import { must } from '../shared/assert.ts'

let base: TestDatabase
let complex: TinyComplex

beforeAll(async () => {
  base = await freshDatabase()
  complex = await tinyComplex(base.db, { meters: 2 })
  await openAccount(complex.deps, complex.clerk, {
    requestId: 'open',
    complexId: complex.complexId,
    tenant: { name: '云裳服饰' },
    meters: [
      {
        meterId: must(complex.meters[0], 'a meter').meterId,
        planId: complex.planId,
        alarm1Fen: 5000,
        alarm2Fen: 2000,
      },
    ],
  })
})
afterAll(() => base.drop())

const again = (sql: string) => base.db.as(complex.clerk, (tx) => tx.query(sql))

test.each([
  [
    'two meters on one point',
    `insert into installation (complex_id, meter_id, point_id, since)
     select complex_id, (select max(meter_id) from meter), point_id, now() from installation
     order by installation_id limit 1`,
    /installation_complex_id_(point|meter)_id_tstzrange_excl/,
  ],
  [
    'one meter on two points',
    `insert into installation (complex_id, meter_id, point_id, since)
     select complex_id, meter_id, (select max(point_id) from point), now() from installation
     order by installation_id limit 1`,
    /installation_complex_id_(point|meter)_id_tstzrange_excl/,
  ],
  [
    'two accounts on one point',
    `insert into supply (complex_id, account_id, point_id, alarm1_fen, alarm2_fen,
       hoarding_fen, since)
     select complex_id, account_id, point_id, 2, 1, 1, now() + interval '1 day'
     from supply`,
    /supply_complex_id_point_id_tstzrange_excl/,
  ],
  [
    'two tenants on one account',
    `insert into account_tenant (complex_id, account_id, tenant_id, since)
     select complex_id, account_id, tenant_id, now() + interval '1 day' from account_tenant`,
    /account_tenant_complex_id_account_id_tstzrange_excl/,
  ],
  [
    'two open counter epochs of one meter',
    `insert into epoch (complex_id, meter_id, epoch, supply_id, customer_no, opened_at)
     select complex_id, meter_id, 2, supply_id, '000000000099', now() from epoch`,
    /epoch_open/,
  ],
  [
    'a customer number used twice',
    `insert into epoch (complex_id, meter_id, epoch, supply_id, customer_no, opened_at, closed_at)
     select complex_id, meter_id, 2, supply_id, customer_no, now(), now() from epoch`,
    /epoch_complex_id_customer_no_key/,
  ],
])('the database refuses %s at one time', async (_, sql, constraint) => {
  await expect(again(sql)).rejects.toThrow(constraint)
})

test('the next period may begin where the last one ends', async () => {
  await again(`with ended as (
      update account_tenant set until = since + interval '1 hour' returning *
    ) select from ended`)
  await again(`insert into account_tenant (complex_id, account_id, tenant_id, since)
    select complex_id, account_id, tenant_id, until from account_tenant`)
})
