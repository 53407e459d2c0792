// A complex whose meters were read every half hour 计价测试场景: accounts in centre mode with a plan of
// five periods and three tiers, charged for the last month; by SQL, because only its rows count.

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
import type { Db } from '../../src/ports/database.ts'
import { day, dayBegins, sqlTime } from '../../src/shared/clock.ts'
import type { PlanDefinition } from '../../src/tariff/plan.ts'
import { fillReadings, halfHours, type PriceTime, ZONE } from './price-readings.ts'

export const MONTH = day('2026-10-01')

const hour = (at: number, period: 'sharp' | 'peak' | 'flat' | 'valley' | 'deepValley') => ({
  ...{ atMinute: at * 60, period },
})

/** Five periods, ten switches a day, three tiers by the month. */
const PLAN: PlanDefinition = {
  kind: 'timeOfUse',
  prices: {
    sharp: { priceE8: 126_500_000 },
    peak: { priceE8: 105_410_000 },
    flat: { priceE8: 65_890_000 },
    valley: { priceE8: 29_650_000 },
    deepValley: { priceE8: 19_870_000 },
  },
  seasons: [
    {
      name: '全年',
      ranges: [{ from: '01-01', to: '12-31' }],
      days: {
        workday: [
          ...[hour(0, 'valley'), hour(2, 'deepValley'), hour(4, 'valley'), hour(7, 'flat')],
          ...[hour(8, 'peak'), hour(10, 'sharp'), hour(11, 'peak'), hour(12, 'flat')],
          ...[hour(17, 'peak'), hour(23, 'flat')],
        ],
      },
    },
  ],
  tiers: {
    ...{ counts: 'month', of: 'supply', midYear: 'whole', crossing: 'inOrder' },
    steps: [
      { aboveWh: 100_000, addE8: 5_000_000 },
      { aboveWh: 200_000, addE8: 30_000_000 },
    ],
  },
}

const seedOf = (time: PriceTime): string[] => {
  const { meters, since, lastDay } = time
  const hung = sqlTime(dayBegins(since, ZONE, 0))
  const began = sqlTime(dayBegins(MONTH, ZONE, 0))
  const before = halfHours({ since, lastDay: MONTH }) - 48
  const numbers = `generate_series(1, ${meters}) n`
  return [
    "insert into complex (complex_id, code, name) overriding system value values (1, 'b', 'b')",
    `insert into building (complex_id, building_id, name) overriding system value
     values (1, 1, 'b')`,
    "insert into tenant (complex_id, tenant_id, name) overriding system value values (1, 1, '商户')",
    "insert into plan (complex_id, plan_id, name) overriding system value values (1, 1, '峰谷')",
    `insert into plan_version (complex_id, plan_id, version, effective_from, definition,
       cheapest_e8, dearest_e8)
     values (1, 1, 1, '2020-01-01', '${JSON.stringify(PLAN)}', 0, 200000000)`,
    `insert into gateway (complex_id, gateway_id, code, name, link) overriding system value
     values (1, 1, 'g', 'g', '{}')`,
    'insert into bus (complex_id, bus_id, gateway_id) overriding system value values (1, 1, 1)',
    `insert into premises (complex_id, premises_id, building_id, floor, no, name)
     overriding system value select 1, n, 1, 1, n, n from ${numbers}`,
    `insert into point (complex_id, point_id, premises_id, kind) overriding system value
     select 1, n, n, 'shop' from ${numbers}`,
    `insert into device (complex_id, device_id, bus_id, address, model) overriding system value
     select 1, n, 1, lpad(n::text, 12, '0'), 'dlt645-prepaid-1p' from ${numbers}`,
    `insert into meter (complex_id, meter_id, device_id, no) overriding system value
     select 1, n, n, lpad(n::text, 12, '0') from ${numbers}`,
    `insert into installation (complex_id, meter_id, point_id, since, initial_wh)
     select 1, n, n, '${hung}', 0 from ${numbers}`,
    `insert into account (complex_id, account_id, no, mode, opened_at) overriding system value
     select 1, n, lpad(n::text, 6, '0'), 'centre', '${began}' from ${numbers}`,
    `insert into account_tenant (complex_id, account_id, tenant_id, since)
     select 1, n, 1, '${began}' from ${numbers}`,
    `insert into supply (complex_id, supply_id, account_id, point_id, alarm1_fen, alarm2_fen,
       hoarding_fen, since) overriding system value
     select 1, n, n, n, 3000, 1000, 100000000, '${began}' from ${numbers}`,
    `insert into supply_plan (complex_id, supply_id, since, plan_id, saved_at)
     select complex_id, supply_id, since, 1, since from supply`,
    `insert into usage_mark (complex_id, supply_id, meter_id, energy_wh, at)
     select 1, n, n, ${before} * (300 + n % 700), '${began}' from ${numbers}`,
    // The days before the last were charged without a reading: an outage.
    `insert into usage_day (complex_id, supply_id, meter_id, day, version, lines, energy_wh,
       due_fen, at, month, tenant_since, from_at)
     select 1, n, n, date '${lastDay}' - 1, 1, '[]', 0, 0, '${began}'::timestamptz
       + interval '1 second', '${MONTH}', '${began}', '${began}' from ${numbers}`,
    `insert into ledger_account (complex_id, path, balance_fen)
     select 1, 'account/' || n || '/balance', 0 from ${numbers}`,
    `insert into chain_head (complex_id, lane, seq, hash)
     select 1, lane, 0, decode(repeat('00', 32), 'hex') from generate_series(0, 15) lane
     on conflict do nothing`,
  ]
}

// As autovacuum would: it leaves tables alone that never had a row. One that is looked at while it
// is empty counts as empty for the planner, and its first ten thousand rows are read one by one.
const vacuumFilled = (ownerUrl: string): Promise<void> =>
  withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select oid::regclass::text as name from pg_class
       where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0`,
    )
    await client.query(`vacuum analyze ${rows.map(({ name }) => name).join(', ')}`)
  })

export type PriceWorld = { db: Db; ownerUrl: string; stop(): Promise<void> }

/** A durable server of its own in a folder that goes with it. */
export const startPriceWorld = async (
  time: PriceTime,
  connections: number,
): Promise<PriceWorld> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'prewatt-price-'))
  const server = await startEmbeddedPostgres({ dataDir, durable: true, log: () => {} })
  const { ownerUrl } = server
  const url = await ensureAppLogin(ownerUrl, 'bench')
  await migrate(ownerUrl)
  await ensurePartitions((sql) => ownerQuery(ownerUrl)(sql), systemClock.now())
  await withClient(ownerUrl, async (client) => {
    for (const statement of seedOf(time)) await client.query(statement)
  })
  await fillReadings(ownerUrl, time)
  await vacuumFilled(ownerUrl)
  const db = connectDatabase({ url, clock: systemClock, rng: systemRng, poolMax: connections })
  return {
    db,
    ownerUrl,
    stop: async () => {
      await db.close()
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
