// What a collector sees of its gateways and of strangers 采集所见: written at most once a minute, so
// that any process can show it with its time. Whoever has lost its lease writes nothing.

import type { BusFigures } from '../http/contract/collection.ts'
import type { Tx } from '../ports/database.ts'
import { sqlTime } from '../shared/clock.ts'
import type { BusId } from '../shared/ids.ts'
import type { BusState } from './bus-runner.ts'
import type { Lease } from './lease-store.ts'
import type { UnknownCaller } from './links/caller.ts'

export type SeenFigures = Omit<BusFigures, 'at'>

export const seenFigures = (bus: BusState): SeenFigures => ({
  requests: bus.counters.requests,
  timeouts: bus.counters.timeouts,
  busyPermille: Math.round(bus.utilisation * 1000),
  pushes: bus.pushes,
  strayPushes: bus.strayPushes,
})

const figuresText = (buses: readonly BusState[]): string =>
  JSON.stringify(Object.fromEntries(buses.map((bus) => [bus.busId, seenFigures(bus)])))

export type Seen = { lease: Lease; buses: readonly BusState[] }

export const writeSeen = async (
  tx: Tx,
  holder: string,
  { gateways, callers }: { gateways: readonly Seen[]; callers: readonly UnknownCaller[] },
): Promise<void> => {
  const now = sqlTime(tx.now)
  await tx.query(
    `insert into collection_seen (complex_id, gateway_id, at, buses)
     select l.complex_id, l.gateway_id, $4, s.buses
     from unnest($1::integer[], $2::bigint[], $3::jsonb[]) as s(gateway_id, token, buses)
     join lease l using (gateway_id, token)
     on conflict (complex_id, gateway_id) do update set at = excluded.at, buses = excluded.buses`,
    [
      gateways.map(({ lease }) => lease.gatewayId),
      gateways.map(({ lease }) => lease.token),
      gateways.map(({ buses }) => figuresText(buses)),
      now,
    ],
  )
  await tx.query('update collector set callers = $2, callers_at = $3 where holder = $1', [
    holder,
    JSON.stringify(callers),
    now,
  ])
}

/** As stored: figures by the id of their bus. */
export type StoredFigures = Readonly<Record<`${BusId}`, SeenFigures>>

export type CallersOf = { collector: string; callers: readonly UnknownCaller[] }

/** Of every collector that is there, or died without a word. */
export const storedCallers = (tx: Tx): Promise<CallersOf[]> =>
  tx.query<CallersOf>('select holder as collector, callers from collector order by holder')
