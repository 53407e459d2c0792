// Leases 租约: each gateway has one master at a time. The token grows with every change of hands and
// is checked by every write; the clock only says when somebody else may try.

import type { Tx } from '../ports/database.ts'
import { plusMs, sqlTime } from '../shared/clock.ts'
import type { ComplexId, GatewayId } from '../shared/ids.ts'

export type Lease = { complexId: ComplexId; gatewayId: GatewayId; token: number }

const LEASE = 'complex_id as "complexId", gateway_id as "gatewayId", token'

/**
 * Takes every enabled gateway that nobody holds, whose lease ran out, or that this holder had
 * before (a restart under the same name goes on at once). `mine` are left alone.
 */
export const acquireLeases = (
  tx: Tx,
  holder: string,
  mine: readonly GatewayId[],
  ttlMs: number,
): Promise<Lease[]> =>
  tx.query<Lease>(
    `insert into lease (complex_id, gateway_id, holder, token, expires_at)
     select complex_id, gateway_id, $1, 1, $3 from gateway
     where enabled and not (gateway_id = any ($4::integer[]))
     order by gateway_id
     on conflict (complex_id, gateway_id) do update
       set holder = excluded.holder, token = lease.token + 1, expires_at = excluded.expires_at
       where lease.holder = excluded.holder or lease.expires_at <= $2
     returning ${LEASE}`,
    [holder, sqlTime(tx.now), sqlTime(plusMs(tx.now, ttlMs)), mine],
  )

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
  )
  return rows.map((row) => row.gatewayId)
}
