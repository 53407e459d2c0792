// How fast the ledger sells 售电提交: recharges committed a second, chains and all, against pgbench's
// TPC-B-like transaction on the same server in the same minutes; directly and through HTTP.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAccount } from '../../src/accounts/open.ts'
import { recharge } from '../../src/accounts/recharge.ts'
import { ensureAppLogin } from '../../src/adapters/app-roles.ts'
import { connectDatabase } from '../../src/adapters/database.ts'
import {
  startEmbeddedPostgres,
  urlOfDatabase,
} from '../../src/adapters/embedded-postgres/launcher.ts'
import { migrate } from '../../src/adapters/migrator.ts'
import { withClient } from '../../src/adapters/one-client.ts'
import { systemClock, systemIds, systemRng } from '../../src/adapters/system.ts'
import { auditBooks } from '../../src/ledger/audit.ts'
import { type Db, type Scope, systemScope } from '../../src/ports/database.ts'
import { must } from '../../src/shared/assert.ts'
import type { AccountId, OperatorId } from '../../src/shared/ids.ts'
import { installed } from '../setup/programs.ts'
import { type TinyComplex, tinyComplex } from '../tiny-complex.ts'

const CLIENTS = [8, 16] as const
const ROUNDS = 3
const SECONDS = 5
const SCALE = 20
const ACCOUNTS = 200

/** A share of a second's commits of `run`, called by so many clients at once. */
const rateOf = async (clients: number, run: (client: number) => Promise<void>): Promise<number> => {
  const began = performance.now()
  let done = 0
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() - began < SECONDS * 1_000) {
        await run(client)
        done++
      }
    }),
  )
  return done / ((performance.now() - began) / 1_000)
}

const tpcB = (url: string, clients: number): number => {
  const args = [
    '-M',
    'prepared',
    '-n',
    '-c',
    String(clients),
    '-j',
    '2',
    '-T',
    String(SECONDS),
    url,
  ]
  const said = execFileSync(installed('pgbench'), args, { encoding: 'utf8' })
  return Number(must(/tps = ([\d.]+)/.exec(said)?.[1], 'pgbench says its rate'))
}

/** One till for each client, as at a real counter. */
const clerks = (db: Db, complex: TinyComplex, count: number): Promise<Scope[]> =>
  db.as(systemScope('bench'), async (tx) => {
    const rows = await tx.query<{ id: OperatorId }>(
      `insert into operator (username, name, password_hash, role_id)
       select 'seller-' || n, 'seller-' || n, 'x', (select min(role_id) from role)
       from generate_series(1, $1::int) n returning operator_id as id`,
      [count],
    )
    return rows.map(({ id }) => ({ ...complex.clerk, operator: id }))
  })

const openAll = async (complex: TinyComplex): Promise<AccountId[]> => {
  const accounts: AccountId[] = []
  for (const [index, meter] of complex.meters.entries()) {
    const opened = await openAccount(complex.deps, complex.clerk, {
      requestId: `open-${index}`,
      complexId: complex.complexId,
      tenant: { name: `商户${index}` },
      meters: [
        { meterId: meter.meterId, planId: complex.planId, alarm1Fen: 5_000, alarm2Fen: 2_000 },
      ],
    })
    accounts.push(opened.accountId)
  }
  return accounts
}

type Figures = { clients: number; tps: number; direct: number }

const median = (values: readonly number[]): number =>
  must([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)], 'a figure')

const measure = async (
  tpcUrl: string,
  db: Db,
  complex: TinyComplex,
  accounts: readonly AccountId[],
): Promise<Figures[]> => {
  const sellers = await clerks(db, complex, Math.max(...CLIENTS))
  let next = 0
  const sellOne = async (client: number): Promise<void> => {
    await recharge({ ...complex.deps, db }, must(sellers[client], 'a seller'), {
      requestId: systemIds.uuid(),
      accountId: must(accounts[next++ % accounts.length], 'an account'),
      amountFen: 1,
      method: 'cash',
      similarAccepted: true,
    })
  }
  const figures: Figures[] = []
  for (let round = 0; round < ROUNDS; round++)
    for (const clients of CLIENTS) {
      const tps = tpcB(tpcUrl, clients)
      const direct = await rateOf(clients, sellOne)
      figures.push({ clients, tps, direct })
    }
  return figures
}

const table = (figures: readonly Figures[]): string =>
  [
    '| clients | TPC-B-like /s | recharges /s | ratio |',
    '|---|---|---|---|',
    ...CLIENTS.map((clients) => {
      const of = figures.filter((each) => each.clients === clients)
      const [tps, direct] = [median(of.map((f) => f.tps)), median(of.map((f) => f.direct))]
      const ratio = median(of.map((f) => f.direct / f.tps))
      return `| ${clients} | ${tps.toFixed(0)} | ${direct.toFixed(0)} | ${ratio.toFixed(2)} |`
    }),
  ].join('\n')

export const benchLedger = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-bench-'))
  const server = await startEmbeddedPostgres({ dataDir: folder, durable: true, log: () => {} })
  try {
    const appUrl = await ensureAppLogin(server.ownerUrl, 'a-password-for-this-bench')
    await migrate(server.ownerUrl)
    await withClient(server.ownerUrl, (client) => client.query('create database tpcb'))
    const tpcUrl = urlOfDatabase(server.ownerUrl, 'tpcb')
    execFileSync(installed('pgbench'), ['-i', '-q', '-s', String(SCALE), tpcUrl], { stdio: 'pipe' })
    const poolMax = Math.max(...CLIENTS)
    const db = connectDatabase({ url: appUrl, clock: systemClock, rng: systemRng, poolMax })
    try {
      const complex = await tinyComplex(db, { meters: ACCOUNTS })
      const accounts = await openAll(complex)
      // As autovacuum does in a database that has lived for a while; pgbench -i does it too.
      await withClient(server.ownerUrl, (client) => client.query('vacuum analyze'))
      const figures = await measure(tpcUrl, db, complex, accounts)
      const sound = (await auditBooks(db)).length === 0
      return `${table(figures)}\n\nbooks sound afterwards: ${sound ? 'yes' : 'NO'}`
    } finally {
      await db.close()
    }
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
