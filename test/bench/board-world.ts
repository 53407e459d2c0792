// A complex of 5,000 meters for the board benchmark 看板测试场景: four buildings of ten floors on forty
// gateways, every state of the board among them; by SQL, on a durable server of its own. Their
// values change as a status round changes them.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { APP_GROUP, ensureAppGroup, urlOfRole } from '../../src/adapters/app-roles.ts'
import { connectDatabase } from '../../src/adapters/database.ts'
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/launcher.ts'
import { migrate } from '../../src/adapters/migrator.ts'
import { withClient } from '../../src/adapters/one-client.ts'
import { systemClock, systemRng } from '../../src/adapters/system.ts'
import { drawSeq } from '../../src/metering/readings/store.ts'
import { type Db, systemScope } from '../../src/ports/database.ts'
import { createComplex } from '../../src/registers/complex-store.ts'
import type { ComplexId } from '../../src/shared/ids.ts'

export const METERS = 5_000

export type BoardWorld = {
  ownerUrl: string
  /** So many meters are read: each has used a little; one in forty gets another state. */
  read(meters: number): Promise<void>
  stop(): Promise<void>
}

const EACH = `generate_series(1, ${METERS}) n`

/** By the meter: mostly normal, some in both alarms, in debt, not opened, long silent. */
const BALANCE = `case n % 40 when 0 then -500 when 1 then 900 when 2 then 2500
  else 5000 + n * 7 end`

const SEED = [
  `insert into building (complex_id, building_id, name, name_en) overriding system value
   select $1, b, b || '号楼', 'Building ' || b from generate_series(1, 4) b`,
  `insert into tenant (complex_id, tenant_id, name) overriding system value
   select $1, n, '商户' || n || '号' from ${EACH}`,
  `insert into plan (complex_id, plan_id, name) overriding system value values ($1, 1, '商业')`,
  `insert into plan_version (complex_id, plan_id, version, effective_from, definition,
     cheapest_e8, dearest_e8)
   values ($1, 1, 1, '2020-01-01', '{"kind": "flat", "priceE8": 105000000}', 105000000,
     105000000)`,
  // Switched off: what changes here is written below, and nothing is dialled.
  `insert into gateway (complex_id, gateway_id, code, name, link, enabled)
   overriding system value
   select $1, g, 'GW-' || lpad(g::text, 2, '0'), '网关' || g,
     '{"kind": "tcp-client", "host": "127.0.0.1", "port": 1}', false
   from generate_series(1, 40) g`,
  `insert into bus (complex_id, bus_id, gateway_id) overriding system value
   select $1, g, g from generate_series(1, 40) g`,
  `insert into premises (complex_id, premises_id, building_id, floor, no, name)
   overriding system value
   select $1, n, 1 + (n - 1) / 1250, 1 + (n - 1) % 1250 / 125, 'A-' || n, '商铺' || n
   from ${EACH}`,
  `insert into point (complex_id, point_id, premises_id, kind) overriding system value
   select $1, n, n, 'power' from ${EACH}`,
  `insert into device (complex_id, device_id, bus_id, address, model) overriding system value
   select $1, n, 1 + (n - 1) / 125, lpad(n::text, 12, '0'), 'dlt645-prepaid-1p' from ${EACH}`,
  `insert into meter (complex_id, meter_id, device_id, no) overriding system value
   select $1, n, n, lpad(n::text, 12, '0') from ${EACH}`,
  `insert into installation (complex_id, meter_id, point_id, since, initial_wh)
   select $1, n, n, now() - interval '1 year', 0 from ${EACH}`,
  `insert into account (complex_id, account_id, no, mode, opened_at) overriding system value
   select $1, n, lpad(n::text, 6, '0'), 'meter', now() - interval '1 year' from ${EACH}`,
  `insert into account_tenant (complex_id, account_id, tenant_id, since)
   select $1, n, n, now() - interval '1 year' from ${EACH}`,
  `insert into supply (complex_id, supply_id, account_id, point_id, alarm1_fen, alarm2_fen,
     hoarding_fen, since) overriding system value
   select $1, n, n, n, 3000, 1000, 99999999, now() - interval '1 year' from ${EACH}`,
  `insert into supply_plan (complex_id, supply_id, since, plan_id, saved_at)
   select complex_id, supply_id, since, 1, since from supply where complex_id = $1`,
  `insert into latest (complex_id, meter_id, seq, balance_fen, balance_at, wallet_at,
     purchase_count, answered_at, relay, relay_at, energy_wh, energy_at, power_w, power_at,
     opened, kept)
   select $1, n, n, ${BALANCE}, at, at, 3, at, case n % 40 when 0 then 'tripped' else 'closed' end,
     at, n * 1000, at, n % 3000, at, n % 40 <> 3, false
   from ${EACH}, lateral (select now() - case n % 40 when 4 then interval '1 hour'
     else interval '0' end as at) t`,
  `insert into counter (complex_id, name, value) values ($1, 'latest.seq', ${METERS})`,
  'vacuum analyze',
] as const

/** The next meters in a fixed, scattered order, so that each is read once in a round. */
const READ = `
  update latest l set seq = $2 + i.ordinal, answered_at = now(), balance_at = now(),
    wallet_at = now(), relay_at = now(), power_at = now(), power_w = (l.power_w + 37) % 3000,
    balance_fen = case when i.meter_id % 40 = ($2 + i.ordinal) / ${METERS} % 40
      then 3000 - l.balance_fen else l.balance_fen - 1 end
  from unnest($3::integer[]) with ordinality as i(meter_id, ordinal)
  where l.complex_id = $1 and l.meter_id = i.meter_id and i.meter_id % 40 <> 4`
/** Prime to the number of meters. */
const STEP = 1_237

const readerOf = (db: Db, complex: ComplexId) => {
  let turn = 0
  return (meters: number): Promise<void> =>
    db.as(systemScope('bench'), async (tx) => {
      const some = Array.from({ length: meters }, () => 1 + ((turn++ * STEP) % METERS))
      const seq = await drawSeq(tx, complex, some.length)
      await tx.query(READ, [complex, seq, some])
    })
}

export const startBoardWorld = async (): Promise<BoardWorld> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'prewatt-board-'))
  const server = await startEmbeddedPostgres({ dataDir, durable: true, log: () => {} })
  const { ownerUrl } = server
  await ensureAppGroup(ownerUrl)
  await migrate(ownerUrl)
  // A login of our own: the server under test sets the password of its own.
  await withClient(ownerUrl, (client) =>
    client.query(`create role bench login password 'bench' in role ${APP_GROUP}`),
  )
  const url = urlOfRole(ownerUrl, 'bench', 'bench')
  const db = connectDatabase({ url, clock: systemClock, rng: systemRng, poolMax: 2 })
  const complex = await db.as(systemScope('bench'), (tx) =>
    createComplex(tx, {
      ...{ code: 'bench', name: '五千表综合体', nameEn: 'Five thousand' },
      ...{ zone: 'Asia/Shanghai', dayCutMinutes: 0 },
    }),
  )
  await withClient(ownerUrl, async (client) => {
    for (const statement of SEED) await client.query(statement.replaceAll('$1', `${complex}`))
  })
  return {
    ownerUrl,
    read: readerOf(db, complex),
    stop: async () => {
      await db.close()
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
