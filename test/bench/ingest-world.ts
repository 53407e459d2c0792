// A complex of 10,000 meters for the ingest benchmark 入库测试场景: registers, opened accounts, a
// delivered purchase each, as they stand after a year; by SQL, because only their rows count.

import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureAppLogin } from '../../src/adapters/app-roles.ts'
import { connectDatabase } from '../../src/adapters/database.ts'
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/launcher.ts'
import { migrate } from '../../src/adapters/migrator.ts'
import { withClient } from '../../src/adapters/one-client.ts'
import { ownerQuery } from '../../src/adapters/owner-query.ts'
import { systemClock, systemRng } from '../../src/adapters/system.ts'
import { ensurePartitions } from '../../src/metering/readings/partitions.ts'
import { type Db, systemScope } from '../../src/ports/database.ts'
import { must } from '../../src/shared/assert.ts'

export const METERS = 10_000
const BUSES = 313
/** What every register of the world shows at first, Wh. */
export const FIRST_WH = 1_000_000

export type IngestWorld = {
  db: Db
  /** CPU that the one connection's server process has used so far, µs; null where not told. */
  serverCpuUs(): number | null
  stop(): Promise<void>
}

/** Linux counts CPU in hundredths of a second. */
const TICK_US = 10_000

// Fields 14 and 15 of /proc/PID/stat, after a name that may hold blanks.
export const cpuOf = (pid: number): number | null => {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return null
  const stat = readFileSync(path, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_US
}

const SEED = [
  `insert into complex (complex_id, code, name) overriding system value values (1, 'b', 'b')`,
  `insert into building (complex_id, building_id, name) overriding system value values (1, 1, 'b')`,
  `insert into tenant (complex_id, tenant_id, name) overriding system value values (1, 1, 't')`,
  `insert into plan (complex_id, plan_id, name) overriding system value values (1, 1, 'p')`,
  `insert into plan_version (complex_id, plan_id, version, effective_from, definition,
     cheapest_e8, dearest_e8)
   values (1, 1, 1, '2020-01-01', '{"kind": "flat", "priceE8": 100000000}', 100000000, 100000000)`,
  `insert into gateway (complex_id, gateway_id, code, name, link) overriding system value
   select 1, n, 'g' || n, 'g' || n, '{}' from generate_series(1, ${BUSES}) n`,
  `insert into bus (complex_id, bus_id, gateway_id) overriding system value
   select 1, n, n from generate_series(1, ${BUSES}) n`,
  `insert into lease (complex_id, gateway_id, holder, token, expires_at)
   select 1, n, 'bench', 1, now() + interval '1 day' from generate_series(1, ${BUSES}) n`,
  `insert into gateway_latest (complex_id, gateway_id, online, since)
   select 1, n, true, now() from generate_series(1, ${BUSES}) n`,
  `insert into premises (complex_id, premises_id, building_id, floor, no, name)
   overriding system value select 1, n, 1, 1, n, n from generate_series(1, ${METERS}) n`,
  `insert into point (complex_id, point_id, premises_id, kind) overriding system value
   select 1, n, n, 'shop' from generate_series(1, ${METERS}) n`,
  `insert into device (complex_id, device_id, bus_id, address, model) overriding system value
   select 1, n, 1 + n % ${BUSES}, lpad(n::text, 12, '0'), 'dlt645-prepaid-1p'
   from generate_series(1, ${METERS}) n`,
  `insert into meter (complex_id, meter_id, device_id, no) overriding system value
   select 1, n, n, lpad(n::text, 12, '0') from generate_series(1, ${METERS}) n`,
  `insert into installation (complex_id, meter_id, point_id, since, initial_wh)
   select 1, n, n, now() - interval '1 year', ${FIRST_WH} from generate_series(1, ${METERS}) n`,
  `insert into account (complex_id, account_id, no, mode, opened_at) overriding system value
   select 1, n, n, 'meter', now() from generate_series(1, ${METERS}) n`,
  `insert into account_tenant (complex_id, account_id, tenant_id, since)
   select 1, n, 1, now() - interval '1 year' from generate_series(1, ${METERS}) n`,
  `insert into supply (complex_id, supply_id, account_id, point_id, alarm1_fen, alarm2_fen,
     hoarding_fen, since) overriding system value
   select 1, n, n, n, 3000, 1000, 100000000, now() - interval '1 year'
   from generate_series(1, ${METERS}) n`,
  `insert into supply_plan (complex_id, supply_id, since, plan_id, saved_at)
   select complex_id, supply_id, since, 1, since from supply`,
  `insert into epoch (complex_id, meter_id, epoch, supply_id, customer_no, base_count, opened_at)
   select 1, n, 1, n, lpad(n::text, 12, '0'), 0, now() - interval '1 year'
   from generate_series(1, ${METERS}) n`,
  `insert into purchase (complex_id, purchase_id, supply_id, meter_id, epoch, purchase_no, kind,
     amount_fen, state, n, evidence, queued_at, ended_at)
   select 1, gen_random_uuid(), n, n, 1, 1, 'open', 10000, 'DELIVERED', 1,
     '{"reading": {"balanceFen": 100000000, "energyWh": ${FIRST_WH}}}',
     now() - interval '1 hour', now() - interval '1 hour'
   from generate_series(1, ${METERS}) n`,
  'vacuum analyze',
]

/** A durable server of its own in a folder that goes with it. */
export const startIngestWorld = async (): Promise<IngestWorld> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'prewatt-ingest-'))
  const server = await startEmbeddedPostgres({ dataDir, durable: true, log: () => {} })
  const { ownerUrl } = server
  const url = await ensureAppLogin(ownerUrl, 'bench')
  await migrate(ownerUrl)
  await ensurePartitions((sql) => ownerQuery(ownerUrl)(sql), systemClock.now())
  await withClient(ownerUrl, async (client) => {
    for (const statement of SEED) await client.query(statement)
  })
  const db = connectDatabase({ url, clock: systemClock, rng: systemRng, poolMax: 1 })
  const found = await db.as(systemScope('bench'), (tx) =>
    tx.query<{ pid: number }>('select pg_backend_pid() as pid'),
  )
  const { pid } = must(found[0], 'the connection has a process')
  return {
    db,
    serverCpuUs: () => cpuOf(pid),
    stop: async () => {
      await db.close()
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
