// PostgreSQL is killed under eight sellers. What was acknowledged must be there; the control run
// with asynchronous commits must lose something, else the test proves nothing.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openAccount } from '../../src/accounts/open.ts'
import { recharge } from '../../src/accounts/recharge.ts'
import { ensureAppLogin } from '../../src/adapters/app-roles.ts'
import { connectDatabase } from '../../src/adapters/database.ts'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/adapters/embedded-postgres/launcher.ts'
import { migrate } from '../../src/adapters/migrator.ts'
import { withClient } from '../../src/adapters/one-client.ts'
import { systemClock, systemIds, systemRng } from '../../src/adapters/system.ts'
import { auditBooks } from '../../src/ledger/audit.ts'
import { CommitUnknown, type Db, systemScope } from '../../src/ports/database.ts'
import type { AccountId } from '../../src/shared/ids.ts'
import { Refusal } from '../../src/shared/refusal.ts'
import { type TinyComplex, tinyComplex } from '../tiny-complex.ts'

const SELLERS = 8
const METERS = 8
const KILLS = 5
const SALES_BETWEEN_KILLS = 100
const KILLS_OF_CONTROL_MAX = 20

const childrenOf = (pid: number): number[] => {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number)
  } catch {
    return []
  }
}

/** All at once, as a power cut would end them; the page cache survives, which this can't change. */
const killServer = (server: EmbeddedPostgres): void => {
  const { pid } = server
  for (const each of [pid, ...childrenOf(pid)]) {
    try {
      process.kill(each, 'SIGKILL')
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

/** The same database with commits that are acknowledged before they are on disk. */
const acknowledgingEarly = (db: Db): Db => ({
  close: () => db.close(),
  as: (scope, run, kind) =>
    db.as(
      scope,
      async (tx) => {
        await tx.query('set local synchronous_commit = off')
        return run(tx)
      },
      kind,
    ),
})

type Bench = {
  server: EmbeddedPostgres
  db: Db
  complex: TinyComplex
  accounts: AccountId[]
  end(): Promise<void>
}

const startBench = async (control: boolean): Promise<Bench> => {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-kill-'))
  const server = await startEmbeddedPostgres({ dataDir: folder, durable: true, log: () => {} })
  const appUrl = await ensureAppLogin(server.ownerUrl, 'a-password-for-this-test')
  await migrate(server.ownerUrl)
  if (control)
    await withClient(server.ownerUrl, async (client) => {
      await client.query("alter system set wal_writer_delay = '10s'")
      await client.query('select pg_reload_conf()')
    })
  const plain = connectDatabase({ url: appUrl, clock: systemClock, rng: systemRng, poolMax: 10 })
  const db = control ? acknowledgingEarly(plain) : plain
  // What is sold to is there for certain; only the sales may be acknowledged early.
  const complex = await tinyComplex(plain, { meters: METERS })
  const accounts: AccountId[] = []
  for (const [index, meter] of complex.meters.entries()) {
    const opened = await openAccount(complex.deps, complex.clerk, {
      requestId: `open-${index}`,
      complexId: complex.complexId,
      tenant: { name: `商户${index}` },
      meters: [
        { meterId: meter.meterId, planId: complex.planId, alarm1Fen: 5000, alarm2Fen: 2000 },
      ],
    })
    accounts.push(opened.accountId)
  }
  const end = async () => {
    await plain.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { server, db, complex, accounts, end }
}

const mayRetry = (error: unknown): boolean =>
  error instanceof CommitUnknown ||
  (error instanceof Refusal && error.code === 'database_unavailable')

/** Sells until told to stop, each sale retried under its own request id until it is answered. */
const seller = async (bench: Bench, name: string, stop: () => boolean, told: Set<string>) => {
  for (let n = 0; !stop(); n++) {
    const requestId = `seller-${name}-${n}`
    const accountId = bench.accounts[Math.floor(Math.random() * bench.accounts.length)]
    if (accountId === undefined) throw new Error('no account')
    for (;;) {
      try {
        await recharge({ ...bench.complex.deps, db: bench.db }, bench.complex.clerk, {
          requestId,
          accountId,
          amountFen: 1,
          method: 'cash',
          similarAccepted: true,
        })
        told.add(requestId)
        break
      } catch (error) {
        if (!mayRetry(error)) throw error
        await pause(20)
      }
    }
  }
}

const requestIds = async (bench: Bench): Promise<Set<string>> => {
  for (;;) {
    try {
      const rows = await bench.db.as(systemScope('test'), (tx) =>
        tx.query<{ id: string }>('select request_id as id from sale'),
      )
      return new Set(rows.map((row) => row.id))
    } catch (error) {
      if (!mayRetry(error)) throw error
      await pause(20)
    }
  }
}

/** Reads the whole ledger again and again meanwhile: every read must sum to zero. */
const bankReader = async (bench: Bench, stop: () => boolean, sums: Set<number>) => {
  while (!stop()) {
    try {
      const rows = await bench.db.as(systemScope('bank'), (tx) =>
        tx.query<{ total: number }>('select coalesce(sum(fen), 0)::bigint as total from entry'),
      )
      sums.add(rows[0]?.total ?? 0)
    } catch (error) {
      if (!mayRetry(error)) throw error
    }
    await pause(50)
  }
}

const lostOf = async (bench: Bench, told: ReadonlySet<string>): Promise<string[]> => {
  const kept = await requestIds(bench)
  return [...told].filter((id) => !kept.has(id))
}

/** Lets the sellers sell while the server is killed again and again, each time in full swing. */
const killUnderLoad = async (bench: Bench, kills: number) => {
  const told = new Set<string>()
  const sums = new Set<number>()
  let over = false
  const stop = () => over
  const workers = [
    ...Array.from({ length: SELLERS }, (_, name) =>
      seller(bench, `${systemIds.uuid()}-${name}`, stop, told),
    ),
    bankReader(bench, stop, sums),
  ]
  for (let killed = 0; killed < kills; killed++) {
    const before = told.size
    while (told.size < before + SALES_BETWEEN_KILLS) await pause(10)
    await pause(Math.floor(Math.random() * 200))
    killServer(bench.server)
  }
  over = true
  await Promise.all(workers)
  return { told, sums }
}

test('no acknowledged sale is lost when PostgreSQL dies five times', async () => {
  const bench = await startBench(false)
  try {
    const { told, sums } = await killUnderLoad(bench, KILLS)
    expect(await lostOf(bench, told)).toEqual([])
    expect([...sums]).toEqual([0])
    expect(await auditBooks(bench.db)).toEqual([])
  } finally {
    await bench.end()
  }
}, 120_000)

test('the control run with asynchronous commits loses acknowledged sales', async () => {
  const bench = await startBench(true)
  const told = new Set<string>()
  try {
    let lost: string[] = []
    for (let kill = 0; kill < KILLS_OF_CONTROL_MAX && lost.length === 0; kill++) {
      for (const id of (await killUnderLoad(bench, 1)).told) told.add(id)
      lost = await lostOf(bench, told)
    }
    expect(lost.length).toBeGreaterThan(0)
  } finally {
    await bench.end()
  }
}, 180_000)
