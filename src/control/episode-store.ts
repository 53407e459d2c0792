// The rows of relay episodes 继电器状态段: since when the relay of a meter stands as it does, and why.
// The meter's row lock keeps one episode open at a time.

import type { Relay } from '../metering/driver.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'
import type { ControlMode } from './mode.ts'
import type { RelayCause } from './relay-episode.ts'

export type EpisodeFacts = {
  meterId: MeterId
  relay: Relay | null
  cause: RelayCause | null
  since: Instant | null
  mode: ControlMode
  tripSent: boolean
  tripWaits: boolean
  timed: boolean
  overdrawn: boolean
  overdraftFen: number | null
  alarm2Fen: number | null
}

const FACTS = `
  select m.meter_id as "meterId", e.relay, e.cause, e.since,
    coalesce(c.mode, 'prepaid') as mode,
    s.overdraft_fen as "overdraftFen", s.alarm2_fen as "alarm2Fen",
    coalesce(k.sent, false) as "tripSent", coalesce(k.waits, false) as "tripWaits",
    coalesce(c.owner = 'centre' and c.reason = 'schedule', false) as timed,
    ps.overload_since is not null as overdrawn
  from meter m
  left join relay_episode e on e.complex_id = m.complex_id and e.meter_id = m.meter_id
    and e.until is null
  left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
    and i.until is null
  left join control c on c.complex_id = i.complex_id and c.point_id = i.point_id
  left join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id
    and s.until is null
  left join lateral (
    select bool_or(k.state <> 'queued') as sent, bool_or(k.state = 'queued') as waits
    from command k where k.complex_id = m.complex_id and k.meter_id = m.meter_id
      and k.state in ('queued', 'sent', 'acknowledged') and k.params->>'mode' = 'tripped') k on true
  left join policy_state ps on ps.complex_id = s.complex_id and ps.supply_id = s.supply_id
  where m.complex_id = $1 and m.meter_id = any ($2)`

export const episodeFacts = (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<EpisodeFacts[]> => tx.query<EpisodeFacts>(FACTS, [complex, meters], 'kept')

/** Meters in one order, so that two transactions never wait for each other. */
export const lockMeters = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<void> => {
  await tx.query(
    `select from meter where complex_id = $1 and meter_id = any ($2)
     order by meter_id for no key update`,
    [complex, meters],
    'kept',
  )
}

export type Episode = { meterId: MeterId; at: Instant; relay: Relay; cause: RelayCause }

/** Ends what is open and begins these; news older than what is open changes nothing. */
export const beginEpisodes = async (
  tx: Tx,
  complex: ComplexId,
  episodes: readonly Episode[],
): Promise<void> => {
  if (episodes.length === 0) return
  const columns = [
    complex,
    episodes.map((e) => e.meterId),
    episodes.map((e) => sqlTime(e.at)),
    episodes.map((e) => e.relay),
    episodes.map((e) => e.cause),
  ]
  await tx.query(
    `update relay_episode e set until = n.at
     from unnest($2::integer[], $3::timestamptz[]) as n(meter_id, at)
     where e.complex_id = $1 and e.meter_id = n.meter_id and e.until is null and e.since < n.at`,
    columns.slice(0, 3),
    'kept',
  )
  await tx.query(
    `insert into relay_episode (complex_id, meter_id, since, relay, cause)
     select $1, n.meter_id, n.at, n.relay, n.cause
     from unnest($2::integer[], $3::timestamptz[], $4::text[], $5::text[])
       as n(meter_id, at, relay, cause)
     where not exists (select from relay_episode e where e.complex_id = $1
       and e.meter_id = n.meter_id and e.until is null)
     on conflict do nothing`,
    columns,
    'kept',
  )
}

/** Names the cause of the open episode better than a guess could. */
export const nameCause = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
  cause: RelayCause,
): Promise<void> => {
  await tx.query(
    `update relay_episode set cause = $3
     where complex_id = $1 and meter_id = $2 and until is null`,
    [complex, meter, cause],
    'kept',
  )
}
