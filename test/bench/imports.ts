// How long a list of accounts from another system takes 账户导入: a workbook of 5,000 rows with opening
// balances, read, tried without writing, and carried out, whole or not at all.
// `npm run bench -- imports [rows]`.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureAppLogin } from '../../src/adapters/app-roles.ts'
import { connectDatabase } from '../../src/adapters/database.ts'
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/launcher.ts'
import { migrate } from '../../src/adapters/migrator.ts'
import { withClient } from '../../src/adapters/one-client.ts'
import { xlsxSheets } from '../../src/adapters/sheets.ts'
import { systemClock, systemIds, systemRng } from '../../src/adapters/system.ts'
import type { SheetAnswer } from '../../src/http/contract/sheets.ts'
import { importAccounts } from '../../src/imports/accounts.ts'
import type { Db, Scope } from '../../src/ports/database.ts'
import { fixedMasters } from '../../src/secrets/masters.ts'
import { createVault } from '../../src/secrets/vault.ts'
import { complexId, operatorId } from '../../src/shared/ids.ts'
import { SOUND_METER } from '../tiny-complex.ts'
import { cpuOf } from './ingest-world.ts'

const ROWS = Number(process.argv[3] ?? 5_000)
const MODEL = 'dlt645-prepaid-1p'
const COMPLEX = complexId(1)
const MEMORY_EVERY_MS = 50

const numbers = `generate_series(1, ${ROWS}) n`
const SEED = [
  "insert into complex (complex_id, code, name) overriding system value values (1, 'b', 'b')",
  "insert into building (complex_id, building_id, name) overriding system value values (1, 1, 'b')",
  "insert into plan (complex_id, plan_id, name) overriding system value values (1, 1, '商业电价')",
  `insert into plan_version (complex_id, plan_id, version, effective_from, definition, cheapest_e8,
     dearest_e8) values (1, 1, 1, '2020-01-01', '{"kind":"flat","priceE8":100000000}', 100000000,
     100000000)`,
  `insert into gateway (complex_id, gateway_id, code, name, link) overriding system value
   values (1, 1, 'g', 'g', '{}')`,
  'insert into bus (complex_id, bus_id, gateway_id) overriding system value values (1, 1, 1)',
  `insert into premises (complex_id, premises_id, building_id, floor, no, name)
   overriding system value select 1, n, 1, 1, 'A-' || n, n from ${numbers}`,
  `insert into point (complex_id, point_id, premises_id, kind) overriding system value
   select 1, n, n, 'shop' from ${numbers}`,
  `insert into device (complex_id, device_id, bus_id, address, model) overriding system value
   select 1, n, 1, lpad(n::text, 12, '0'), '${MODEL}' from ${numbers}`,
  `insert into meter (complex_id, meter_id, device_id, no) overriding system value
   select 1, n, n, lpad(n::text, 12, '0') from ${numbers}`,
  `insert into installation (complex_id, meter_id, point_id, since)
   select 1, n, n, now() - interval '1 day' from ${numbers}`,
  `insert into chain_head (complex_id, lane, seq, hash)
   select 1, lane, 0, decode(repeat('00', 32), 'hex') from generate_series(0, 15) lane
   on conflict do nothing`,
  `insert into role (role_id, code, name, name_en, permissions) overriding system value
   values (1, 'r', 'r', 'r', '{}')`,
  `insert into operator (operator_id, username, name, password_hash, role_id)
   overriding system value values (1, 'clerk', 'clerk', '', 1)`,
  // Only what is filled: a table that was looked at while empty is taken for empty.
  'vacuum analyze premises, point, device, meter, installation',
]

const HEADINGS = [
  '商户',
  '手机',
  '表号',
  '电价方案',
  '报警金额1（元）',
  '报警金额2（元）',
  '期初余额（元）',
]

const workbook = (): Promise<Buffer> => {
  const rows = Array.from({ length: ROWS }, (_, i) => [
    ...[`商户${i + 1}号`, `138${String(i).padStart(8, '0')}`, String(i + 1).padStart(12, '0')],
    ...['商业电价', '50', '20', `${i % 900}.50`],
  ])
  return xlsxSheets.write([HEADINGS, ...rows], '用户')
}

type Measured = {
  seconds: number
  cpuSeconds: number
  databaseSeconds: number
  peakMb: number
  answer: SheetAnswer
}

/** CPU seconds of the sessions so far; the pool keeps its two. */
const databaseCpu = async (db: Db): Promise<number> => {
  const rows = await db.as({ complexes: 'all', operator: null, from: 'bench' }, (tx) =>
    tx.query<{ pid: number }>(
      `select pid from pg_stat_activity where backend_type = 'client backend'`,
    ),
  )
  return rows.reduce((sum, { pid }) => sum + (cpuOf(pid) ?? 0), 0) / 1e6
}

const measured = async (db: Db, run: () => Promise<SheetAnswer>): Promise<Measured> => {
  let peak = 0
  const look = () => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }
  const timer = setInterval(look, MEMORY_EVERY_MS)
  const before = await databaseCpu(db)
  const began = performance.now()
  const cpu = process.cpuUsage()
  const answer = await run()
  const seconds = (performance.now() - began) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  const cpuSeconds = (user + system) / 1e6
  look()
  clearInterval(timer)
  const databaseSeconds = (await databaseCpu(db)) - before
  return { seconds, cpuSeconds, databaseSeconds, peakMb: Math.round(peak / 2 ** 20), answer }
}

const importing = async (db: Db, file: Buffer): Promise<string> => {
  const deps = {
    ...{
      db,
      ids: systemIds,
      sheets: xlsxSheets,
      vault: createVault(fixedMasters(Buffer.alloc(32, 7)), systemRng),
    },
    capabilitiesOf: () => SOUND_METER,
  }
  const scope: Scope = { complexes: [COMPLEX], operator: operatorId(1), from: 'bench' }
  const sheet = { fileName: 'accounts.xlsx', base64: file.toString('base64') }
  const run = (dryRun: boolean) =>
    measured(db, () =>
      importAccounts(deps, scope, {
        complexId: COMPLEX,
        requestId: `bench-${dryRun}`,
        sheet,
        dryRun,
      }),
    )
  const tried = await run(true)
  const done = await run(false)
  if (!done.answer.applied) throw new Error(JSON.stringify(done.answer.report[0]))
  const said = (what: string, { seconds, cpuSeconds, databaseSeconds, peakMb }: Measured) => {
    const times = [seconds, cpuSeconds, databaseSeconds].map((of) => `${of.toFixed(1)} s`)
    return `| ${[what, ...times, `${peakMb} MB`].join(' | ')} |`
  }
  return [said(`${ROWS} rows tried`, tried), said(`${ROWS} rows carried out`, done)].join('\n')
}

export const benchImports = async (): Promise<string> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'prewatt-imports-'))
  const server = await startEmbeddedPostgres({ dataDir, durable: true, log: () => {} })
  const { ownerUrl } = server
  const url = await ensureAppLogin(ownerUrl, 'bench')
  await migrate(ownerUrl)
  await withClient(ownerUrl, async (client) => {
    for (const statement of SEED) await client.query(statement)
  })
  const db = connectDatabase({ url, clock: systemClock, rng: systemRng, poolMax: 2 })
  try {
    return await importing(db, await workbook())
  } finally {
    await db.close()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
