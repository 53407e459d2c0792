// Readings of the past, stored as a collector would 历史读数: a database, meters that hang as a test
// says, and rows that went through the writer and its judgement.

import { systemClock } from '../src/adapters/system.ts'
import type { PollResult } from '../src/metering/readings/poll-result.ts'
import { usageBetween } from '../src/metering/readings/usage-store.ts'
import { systemScope, type Tx } from '../src/ports/database.ts'
import { must } from '../src/shared/assert.ts'
import { type Instant, plusMs, sqlTime } from '../src/shared/clock.ts'
import { wh } from '../src/shared/energy.ts'
import type { MeterId } from '../src/shared/ids.ts'
import { writerRig } from './writer-rig.ts'

const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
export const START = plusMs(systemClock.now(), -30 * DAY_MS)
export const on = (days: number, hours = 0): Instant =>
  plusMs(START, days * DAY_MS + hours * HOUR_MS)

export type HangsAs = {
  multiplier?: number
  side?: 'primary' | 'secondary'
  direction?: 'combined' | 'forward' | 'forwardPlusReverse'
  maxPowerW?: number
  initialWh?: number | null
  since?: Instant
  until?: Instant | null
}

export type Read = {
  energyWh: number
  reverseWh?: number
  tariffsWh?: number[]
  pushed?: true
  receivedAt?: Instant
}

/** Everything a test of stored readings does to one meter or asks about it. */
export const storedReadings = async (meters: number) => {
  const { database, tiny, gatewayId, origin, writerWith } = await writerRig(meters)
  const inTx = <T>(run: (tx: Tx) => Promise<T>) => database.db.as(systemScope('test'), run)
  /** How this test's meter hangs, instead of how the demo hung it. */
  const installed = (meter: MeterId, as: HangsAs) =>
    inTx((tx) =>
      tx.query(
        `update installation set multiplier = $3, side = $4, direction = $5, max_power_w = $6,
           initial_wh = $7, since = $8, until = $9
         where complex_id = $1 and meter_id = $2`,
        [
          tiny.complexId,
          meter,
          as.multiplier ?? 1,
          as.side ?? 'primary',
          as.direction ?? 'combined',
          as.maxPowerW ?? null,
          as.initialWh ?? null,
          sqlTime(as.since ?? START),
          sqlTime(as.until ?? null),
        ],
      ),
    )

  const reads = async (meter: MeterId, rows: readonly (readonly [Instant, Read])[]) => {
    const writer = writerWith()
    const results = rows.map(([at, read]): PollResult => {
      const { energyWh, reverseWh = null, tariffsWh = null, pushed, receivedAt = at } = read
      return {
        meterId: meter,
        gatewayId,
        at: receivedAt,
        onDemand: false,
        ...(pushed && { pushed }),
        kind: 'energy',
        outcome: {
          ok: true,
          value: {
            at,
            energyWh: wh(energyWh),
            reverseWh: reverseWh === null ? null : wh(reverseWh),
            tariffsWh: tariffsWh?.map(wh) ?? null,
          },
        },
      }
    })
    const safe = writer.addDurably(origin, results)
    await writer.flush()
    await safe
    await writer.stop()
  }
  const usage = (meter: MeterId, from: Instant, to: Instant) =>
    inTx((tx) => usageBetween(tx, tiny.complexId, meter, from, to))
  const flagsOf = async (meter: MeterId): Promise<number[]> => {
    const rows = await inTx((tx) =>
      tx.query<{ flags: number }>(
        'select flags from reading where complex_id = $1 and meter_id = $2 order by at, source',
        [tiny.complexId, meter],
      ),
    )
    return rows.map(({ flags }) => flags)
  }
  const latestOf = async (meter: MeterId) => {
    const rows = await inTx((tx) =>
      tx.query<{ energyWh: number; suspectWh: number | null }>(
        'select energy_wh as "energyWh", suspect_wh as "suspectWh" from latest where meter_id = $1',
        [meter],
      ),
    )
    return must(rows[0], 'it was read')
  }

  return { database, tiny, inTx, installed, reads, usage, flagsOf, latestOf }
}

export type StoredReadings = Awaited<ReturnType<typeof storedReadings>>
