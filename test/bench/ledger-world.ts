// A world of complexes for the ledger benchmark 售电测试场景: accounts with a meter each and a clerk
// for every client, by SQL, because only their rows count; on a durable server of its own.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SellingDeps } from '../../src/accounts/judge-sale.ts'
import { recharge } from '../../src/accounts/recharge.ts'
import { APP_GROUP, ensureAppGroup, urlOfRole } from '../../src/adapters/app-roles.ts'
import { connectDatabase } from '../../src/adapters/database.ts'
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/launcher.ts'
import { migrate } from '../../src/adapters/migrator.ts'
import { withClient } from '../../src/adapters/one-client.ts'
import { systemClock, systemIds, systemRng } from '../../src/adapters/system.ts'
import { createOperator, seedRoles } from '../../src/operators/create.ts'
import { createPasswords } from '../../src/operators/password.ts'
import { type Db, type Scope, systemScope } from '../../src/ports/database.ts'
import { createComplex } from '../../src/registers/complex-store.ts'
import { must } from '../../src/shared/assert.ts'
import type { AccountId, ComplexId, OperatorId } from '../../src/shared/ids.ts'
import { SOUND_METER } from '../tiny-complex.ts'

export const COMPLEXES = 16
export const CLERKS = 16
export const PASSWORD = 'Correct-horse-7'
export const METERS = 500

export type LedgerWorld = {
  ownerUrl: string
  db: Db
  deps: SellingDeps
  complexes: readonly { complexId: ComplexId; accounts: readonly AccountId[] }[]
  clerks: readonly { operatorId: OperatorId; username: string }[]
  stop(): Promise<void>
}

export type BenchSale = { complex: number; account: number; clerk: number; amountFen: number }

/** A sale as the server makes it, by a clerk who may sell in every complex. */
export const sellOne = async (
  { complexes, clerks, deps }: Pick<LedgerWorld, 'complexes' | 'clerks' | 'deps'>,
  { complex, account, clerk, amountFen }: BenchSale,
): Promise<void> => {
  const { accounts } = must(complexes[complex], 'a complex')
  const { operatorId } = must(clerks[clerk], 'a clerk')
  const scope: Scope = { complexes: 'all', operator: operatorId, from: 'bench' }
  await recharge(deps, scope, {
    requestId: deps.ids.uuid(),
    accountId: must(accounts[account], 'an account'),
    amountFen,
    method: 'cash',
  })
}

/** The n-th row of each register of complex $1 has the id ($1 - 1) * METERS + n. */
const NUMBERED = `generate_series(($1 - 1) * ${METERS} + 1, $1 * ${METERS}) n`

const SEED = [
  `insert into building (complex_id, building_id, name) overriding system value
   values ($1, $1, '一号楼')`,
  `insert into tenant (complex_id, tenant_id, name) overriding system value
   values ($1, $1, '全聚德烤鸭店')`,
  `insert into plan (complex_id, plan_id, name) overriding system value values ($1, $1, '商业')`,
  `insert into plan_version (complex_id, plan_id, version, effective_from, definition,
     cheapest_e8, dearest_e8)
   values ($1, $1, 1, '2020-01-01', '{"kind": "flat", "priceE8": 105000000}', 105000000,
     105000000)`,
  `insert into gateway (complex_id, gateway_id, code, name, link) overriding system value
   values ($1, $1, 'g', 'g', '{"kind": "tcp-client", "host": "127.0.0.1", "port": 1}')`,
  `insert into bus (complex_id, bus_id, gateway_id) overriding system value values ($1, $1, $1)`,
  `insert into premises (complex_id, premises_id, building_id, floor, no, name)
   overriding system value select $1, n, $1, 1, n, '商铺' || n from ${NUMBERED}`,
  `insert into point (complex_id, point_id, premises_id, kind) overriding system value
   select $1, n, n, 'power' from ${NUMBERED}`,
  `insert into device (complex_id, device_id, bus_id, address, model) overriding system value
   select $1, n, $1, lpad(n::text, 12, '0'), 'dlt645-prepaid-1p' from ${NUMBERED}`,
  `insert into meter (complex_id, meter_id, device_id, no) overriding system value
   select $1, n, n, lpad(n::text, 12, '0') from ${NUMBERED}`,
  `insert into installation (complex_id, meter_id, point_id, since, initial_wh)
   select $1, n, n, now() - interval '1 year', 0 from ${NUMBERED}`,
  `insert into account (complex_id, account_id, no, mode, opened_at) overriding system value
   select $1, n, lpad(n::text, 6, '0'), 'meter', now() - interval '1 year' from ${NUMBERED}`,
  `insert into account_tenant (complex_id, account_id, tenant_id, since)
   select $1, n, $1, now() - interval '1 year' from ${NUMBERED}`,
  `insert into supply (complex_id, supply_id, account_id, point_id, alarm1_fen, alarm2_fen,
     hoarding_fen, since) overriding system value
   select $1, n, n, n, 3000, 1000, 99999999, now() - interval '1 year' from ${NUMBERED}`,
  `insert into supply_plan (complex_id, supply_id, since, plan_id, saved_at)
   select complex_id, supply_id, since, $1, since from supply where complex_id = $1`,
  `insert into epoch (complex_id, meter_id, epoch, supply_id, customer_no, base_count, opened_at)
   select $1, n, 1, n, lpad(n::text, 12, '0'), 0, now() - interval '1 year' from ${NUMBERED}`,
  // A first sale makes its accounts in the ledger; what is measured are the later ones.
  `insert into ledger_account (complex_id, path, balance_fen)
   select $1, 'supply/' || n || '/transit', 0 from ${NUMBERED}`,
] as const

const seedComplexes = async (db: Db, ownerUrl: string): Promise<LedgerWorld['complexes']> => {
  const ids: ComplexId[] = []
  for (let n = 1; n <= COMPLEXES; n++)
    ids.push(
      await db.as(systemScope('bench'), (tx) =>
        createComplex(tx, {
          code: `bench-${n}`,
          name: `第${n}综合体`,
          nameEn: `Complex ${n}`,
          zone: 'Asia/Shanghai',
          dayCutMinutes: 0,
        }),
      ),
    )
  return withClient(ownerUrl, async (client) => {
    const complexes = []
    for (const complexId of ids) {
      for (const statement of SEED)
        await client.query(statement.replaceAll('$1', String(complexId)))
      const { rows } = await client.query<{ id: AccountId }>(
        `select account_id as id from account where complex_id = ${complexId} order by 1`,
      )
      complexes.push({ complexId, accounts: rows.map(({ id }) => id) })
    }
    // As autovacuum does in a database that has lived for a while; pgbench -i does it too.
    await client.query('vacuum analyze')
    return complexes
  })
}

/** One till for each client, as at a real counter. */
const seedClerks = async (db: Db): Promise<LedgerWorld['clerks']> => {
  const scope = systemScope('bench')
  await db.as(scope, seedRoles)
  const passwords = createPasswords(systemRng)
  const clerks = []
  for (let n = 1; n <= CLERKS; n++) {
    const username = `clerk-${n}`
    const operatorId = await createOperator(
      { db, ids: systemIds, rng: systemRng, passwords },
      scope,
      { username, name: '王芳', password: PASSWORD, role: 'finance-clerk', complexes: null },
    )
    clerks.push({ operatorId, username })
  }
  return clerks
}

export const startLedgerWorld = async (): Promise<LedgerWorld> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'prewatt-ledger-'))
  const server = await startEmbeddedPostgres({ dataDir, durable: true, log: () => {} })
  await ensureAppGroup(server.ownerUrl)
  await migrate(server.ownerUrl)
  // A login of our own: the server under test sets the password of its own.
  await withClient(server.ownerUrl, (client) =>
    client.query(`create role bench login password 'bench' in role ${APP_GROUP}`),
  )
  const url = urlOfRole(server.ownerUrl, 'bench', 'bench')
  const db = connectDatabase({ url, clock: systemClock, rng: systemRng })
  const clerks = await seedClerks(db)
  const complexes = await seedComplexes(db, server.ownerUrl)
  return {
    ownerUrl: server.ownerUrl,
    db,
    deps: { db, ids: systemIds, capabilitiesOf: () => SOUND_METER },
    complexes,
    clerks,
    stop: async () => {
      await db.close()
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
