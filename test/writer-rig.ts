// A writer of readings on a database of its own 读数写入试验台: a small complex whose gateway is held
// under a lease, and nothing that listens to what is written.

import { ownerQuery } from '../src/adapters/owner-query.ts'
import { systemClock } from '../src/adapters/system.ts'
import { ensurePartitions } from '../src/metering/readings/partitions.ts'
import {
  type Origin,
  startWriter,
  type Writer,
  type WriterDeps,
} from '../src/metering/readings/writer.ts'
import { systemScope } from '../src/ports/database.ts'
import { must } from '../src/shared/assert.ts'
import { plusMs, sqlTime } from '../src/shared/clock.ts'
import type { GatewayId } from '../src/shared/ids.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { type TinyComplex, tinyComplex } from './tiny-complex.ts'

const LEASE_MS = 24 * 3_600_000

export type WriterRig = {
  database: TestDatabase
  tiny: TinyComplex
  gatewayId: GatewayId
  /** Under the first lease. */
  origin: Origin
  /** The gateway changes hands: its lease has this token now. */
  lease(token: number): Promise<unknown>
  writerWith(more?: Partial<WriterDeps>): Writer
}

export const writerRig = async (meters: number): Promise<WriterRig> => {
  const database = await freshDatabase()
  const tiny = await tinyComplex(database.db, { meters })
  const { complexId } = tiny
  await ensurePartitions(ownerQuery(database.ownerUrl), systemClock.now())
  const lease = (token: number) =>
    database.db.as(systemScope('test'), (tx) =>
      tx.query<{ id: GatewayId }>(
        `insert into lease (complex_id, gateway_id, holder, token, expires_at)
         select complex_id, gateway_id, 'a', $2, $3 from gateway where complex_id = $1
         on conflict (complex_id, gateway_id) do update set token = excluded.token
         returning gateway_id as id`,
        [complexId, token, sqlTime(plusMs(tx.now, LEASE_MS))],
      ),
    )
  const gatewayId = must((await lease(1))[0], 'the gateway').id
  const writerWith = (more: Partial<WriterDeps> = {}): Writer =>
    startWriter({
      db: database.db,
      clock: systemClock,
      models: new Map(),
      pollHooks: [],
      gatewayHooks: [],
      onFenced: () => {},
      onDropped: (error) => {
        throw error
      },
      ...more,
    })
  const origin = { complexId, gatewayId, token: 1 }
  return { database, tiny, gatewayId, origin, lease, writerWith }
}
