// Leases 租约: each gateway has one master at a time. The token grows with every change of hands and
// is checked by every write; the clock only says when somebody else may try.

import type { Tx } from '../ports/database.ts'
import { plusMs, sqlTime } from '../shared/clock.ts'
import type { ComplexId, GatewayId } from '../shared/ids.ts'

export type Lease = { complexId: ComplexId; gatewayId: GatewayId; token: number }

const LEASE = 'complex_id as "complexId", gateway_id as "gatewayId", token'

/** The collectors that are alive, and what there is to share. */
export type Crew = {
  /** The others; a newcomer counts once it has stayed for a while. */
  others: number
  gateways: number
}

/**
 * Says that this holder is alive, and asks who else is. `first`: it has just started, whoever bore
 * its name before.
 */
export const joinCrew = async (
  tx: Tx,
  holder: string,
  {
    first,
    deadAfterMs,
    settledAfterMs,
  }: {
    first: boolean
    deadAfterMs: number
    settledAfterMs: number
  },
): Promise<Crew> => {
  const now = sqlTime(tx.now)
  const alive = sqlTime(plusMs(tx.now, -deadAfterMs))
  await tx.query(
    `insert into collector (holder, since, seen_at) values ($1, $2, $2)
     on conflict (holder) do update set seen_at = excluded.seen_at,
       since = case when $4 or collector.seen_at < $3 then excluded.since else collector.since end`,
    [holder, now, alive, first],
  )
  const rows = await tx.query<Crew>(
    `select (select count(*)::integer from collector
         where holder <> $1 and seen_at >= $2 and since <= $3) as others,
       (select count(*)::integer from gateway where enabled) as gateways`,
    [holder, alive, sqlTime(plusMs(tx.now, -settledAfterMs))],
  )
  return rows[0] ?? { others: 0, gateways: 0 }
}

/** The others share what it had at once, instead of waiting until it counts as dead. */
export const leaveCrew = async (tx: Tx, holder: string): Promise<void> => {
  await tx.query('delete from collector where holder = $1', [holder])
}

/**
 * Takes up to `limit` enabled gateways that nobody holds, whose lease ran out, or that this holder
 * had before (a restart under the same name goes on at once). `mine` are left alone. Two that look
 * at once take different ones: a loser would be a tick too late.
 */
export const acquireLeases = async (
  tx: Tx,
  holder: string,
  { mine, limit, ttlMs }: { mine: readonly GatewayId[]; limit: number; ttlMs: number },
): Promise<Lease[]> => {
  if (limit <= 0) return []
  return tx.query<Lease>(
    `with free as (
       select g.complex_id, g.gateway_id
       from gateway g left join lease l using (complex_id, gateway_id)
       where g.enabled and not (g.gateway_id = any ($4::integer[]))
         and (l.holder is null or l.holder = $1 or l.expires_at <= $2)
       order by l.holder is distinct from $1, g.gateway_id limit $5
       for no key update of g skip locked
     )
     insert into lease (complex_id, gateway_id, holder, token, expires_at)
     select complex_id, gateway_id, $1, 1, $3 from free
     on conflict (complex_id, gateway_id) do update
       set holder = excluded.holder, token = lease.token + 1, expires_at = excluded.expires_at
       where lease.holder = excluded.holder or lease.expires_at <= $2
     returning ${LEASE}`,
    [holder, sqlTime(tx.now), sqlTime(plusMs(tx.now, ttlMs)), mine, limit],
  )
}

/** Extends what is still ours and still enabled; what is missing from the answer is lost. */
export const renewLeases = (tx: Tx, leases: readonly Lease[], ttlMs: number): Promise<Lease[]> =>
  tx.query<Lease>(
    `with ours as (
       select l.complex_id, l.gateway_id from lease l
       join unnest($1::integer[], $2::bigint[]) as c(gateway_id, token) using (gateway_id, token)
       join gateway g using (complex_id, gateway_id)
       where g.enabled order by l.gateway_id for update of l
     )
     update lease set expires_at = $3 from ours
     where lease.complex_id = ours.complex_id and lease.gateway_id = ours.gateway_id
     returning lease.complex_id as "complexId", lease.gateway_id as "gatewayId", lease.token`,
    [
      leases.map((lease) => lease.gatewayId),
      leases.map((lease) => lease.token),
      sqlTime(plusMs(tx.now, ttlMs)),
    ],
  )

/** Others may take them at once. */
export const releaseLeases = async (tx: Tx, leases: readonly Lease[]): Promise<void> => {
  await tx.query(
    `update lease set expires_at = $3 from unnest($1::integer[], $2::bigint[]) as c(id, held)
     where lease.gateway_id = c.id and lease.token = c.held`,
    [leases.map((lease) => lease.gatewayId), leases.map((lease) => lease.token), sqlTime(tx.now)],
  )
}

/** The gateways that this holder is master of. */
export const gatewaysHeldBy = async (tx: Tx, holder: string): Promise<GatewayId[]> => {
  const rows = await tx.query<{ gatewayId: GatewayId }>(
    `select gateway_id as "gatewayId" from lease where holder = $1 and expires_at > $2`,
    [holder, sqlTime(tx.now)],
    'kept',
  )
  return rows.map((row) => row.gatewayId)
}
