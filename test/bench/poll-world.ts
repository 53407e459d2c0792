// A complex of 10,016 meters on 313 buses for the polling benchmark 轮询测试场景: registers by SQL, on a
// durable server of its own. Each bus is a serial server at the same port: it knows its own meters.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureAppLogin } from '../../src/adapters/app-roles.ts'
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/launcher.ts'
import { migrate } from '../../src/adapters/migrator.ts'
import { withClient } from '../../src/adapters/one-client.ts'
import { ownerQuery } from '../../src/adapters/owner-query.ts'
import { systemClock } from '../../src/adapters/system.ts'
import { ensurePartitions } from '../../src/metering/readings/partitions.ts'

export const BUSES = 313
export const PER_BUS = 32

export type Site = {
  buses: number
  /** Meters on each bus. */
  perBus: number
  port: number
  model: string
  /** Stored as the bus's settings. */
  bus: object
  /** Stored as the complex's settings. */
  complex: object
}

export type PollWorld = {
  appUrl: string
  ownerUrl: string
  /** What was there before is gone. */
  settle(site: Site): Promise<void>
  stop(): Promise<void>
}

const TABLES = [
  ...['reading', 'latest', 'freeze_state', 'gateway_latest', 'lease', 'collector', 'counter'],
  ...['meter', 'device', 'bus', 'gateway', 'complex'],
]

const statementsOf = ({ buses, perBus, port, model, bus, complex }: Site): string[] => {
  const json = (value: object) => `'${JSON.stringify(value)}'`
  const address = model === 'dlt645-prepaid-1p' ? `lpad((b * 100 + n)::text, 12, '0')` : 'n::text'
  return [
    ...TABLES.map((table) => `delete from ${table}`),
    `insert into complex (complex_id, code, name, settings) overriding system value
     values (1, 'b', 'b', ${json(complex)})`,
    `insert into gateway (complex_id, gateway_id, code, name, link) overriding system value
     select 1, b, 'g' || b, 'g' || b, ${json({ kind: 'tcp-client', host: '127.0.0.1', port })}
     from generate_series(1, ${buses}) b`,
    `insert into bus (complex_id, bus_id, gateway_id, settings) overriding system value
     select 1, b, b, ${json(bus)} from generate_series(1, ${buses}) b`,
    `insert into device (complex_id, device_id, bus_id, address, model) overriding system value
     select 1, b * 100 + n, b, ${address}, '${model}'
     from generate_series(1, ${buses}) b, generate_series(1, ${perBus}) n`,
    `insert into meter (complex_id, meter_id, device_id, no) overriding system value
     select 1, device_id, device_id, lpad(device_id::text, 12, '0') from device`,
    'vacuum analyze',
  ]
}

export const startPollWorld = async (): Promise<PollWorld> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'prewatt-poll-'))
  const server = await startEmbeddedPostgres({ dataDir, durable: true, log: () => {} })
  const { ownerUrl } = server
  const appUrl = await ensureAppLogin(ownerUrl, 'bench')
  await migrate(ownerUrl)
  await ensurePartitions((sql) => ownerQuery(ownerUrl)(sql), systemClock.now())
  return {
    appUrl,
    ownerUrl,
    settle: (site) =>
      withClient(ownerUrl, async (client) => {
        for (const statement of statementsOf(site)) await client.query(statement)
      }),
    stop: async () => {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
