// Follow-up work 待办: a row written in the transaction of its cause, claimed with SKIP LOCKED at the
// time the clock port gives. Losing a claim only means that somebody does the work again.

import { type Db, systemScope, type Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { type Instant, plusMs, sqlTime } from '../shared/clock.ts'
import type { ComplexId, DeviceId, GatewayId, MeterId, Uuid } from '../shared/ids.ts'
import { BEING_TRIPPED, GATEWAY_OFFLINE } from './waits.ts'

export type WorkRow = {
  complexId: ComplexId
  workId: Uuid
  kind: string
  key: string
  gatewayId: GatewayId | null
  payload: Record<string, unknown>
  attempts: number
  claimedBy: string
  claimedUntil: Instant
}

export type NewWork = {
  complexId: ComplexId
  kind: string
  /** Names the subject: two open rows of one kind never share it. */
  key: string
  gatewayId?: GatewayId | null
  payload?: Record<string, unknown>
  dueAt?: Instant
}

/**
 * Adds work; where the same kind and key is open already, that row becomes due at the earlier time
 * and is freed from its claim, so that whoever holds it looks once more. No two of `works` share
 * kind and key.
 */
export const addWorks = async (tx: Tx, ids: Ids, works: readonly NewWork[]): Promise<void> => {
  if (works.length === 0) return
  await tx.query(
    `insert into work (complex_id, work_id, kind, key, gateway_id, payload, due_at)
     select * from unnest($1::integer[], $2::uuid[], $3::text[], $4::text[], $5::integer[],
       $6::jsonb[], $7::timestamptz[])
     on conflict (complex_id, kind, key) where done_at is null
     do update set due_at = least(work.due_at, excluded.due_at), payload = excluded.payload,
       gateway_id = excluded.gateway_id, attempts = 0, claimed_by = null, claimed_until = null`,
    [
      works.map((work) => work.complexId),
      works.map(() => ids.uuid()),
      works.map((work) => work.kind),
      works.map((work) => work.key),
      works.map((work) => work.gatewayId ?? null),
      works.map((work) => JSON.stringify(work.payload ?? {})),
      works.map((work) => sqlTime(work.dueAt ?? tx.now)),
    ],
    'kept',
  )
}

export const addWork = (tx: Tx, ids: Ids, work: NewWork): Promise<void> => addWorks(tx, ids, [work])

const CLAIM = `
  with mine as (
    select w.complex_id, w.work_id
    from unnest($2::text[]) as wanted(kind)
    cross join lateral (
      select complex_id, work_id, due_at from work
      where done_at is null and due_at <= $1 and kind = wanted.kind
        and (claimed_until is null or claimed_until < $1
          -- The master of a gateway need not wait for the claim of the one before him.
          or ($3::integer[] is not null and claimed_by <> $5))
        and ($3::integer[] is null or gateway_id = any ($3))
      order by due_at limit $4 for update skip locked
    ) w
    order by w.due_at limit $4
  )
  update work w set claimed_by = $5, claimed_until = $6, attempts = w.attempts + 1
  from mine where w.complex_id = mine.complex_id and w.work_id = mine.work_id
  returning w.complex_id as "complexId", w.work_id as "workId", w.kind, w.key,
    w.gateway_id as "gatewayId", w.payload, w.attempts, w.claimed_by as "claimedBy",
    w.claimed_until as "claimedUntil"`

export type Claim = {
  kinds: readonly string[]
  holder: string
  /** Only work of these gateways; null for work that needs no bus. */
  gatewayIds?: readonly GatewayId[] | null
  limit: number
  leaseMs: number
}

/** For who looks at something else in the same transaction. */
export const claimWorkIn = (tx: Tx, claim: Claim): Promise<WorkRow[]> =>
  tx.query<WorkRow>(
    CLAIM,
    [
      sqlTime(tx.now),
      claim.kinds,
      claim.gatewayIds ?? null,
      claim.limit,
      claim.holder,
      sqlTime(plusMs(tx.now, claim.leaseMs)),
    ],
    'kept',
  )

export const claimWork = (db: Db, claim: Claim): Promise<WorkRow[]> =>
  db.as(systemScope(claim.holder), (tx) => claimWorkIn(tx, claim))

/** Of a gateway that is not there; its return wakes what waits, and this is only in case. */
const OFFLINE_MS = 600_000

/**
 * When work that could not reach its gateway is due again: `soon`, or when the gateway is back. The
 * share lock keeps it from coming back unseen between this answer and the row that is put back.
 */
export const dueWithGateway = async (tx: Tx, row: WorkRow, soon: Instant): Promise<Instant> => {
  const rows = await tx.query<{ online: boolean }>(
    'select online from gateway_latest where complex_id = $1 and gateway_id = $2 for share',
    [row.complexId, row.gatewayId],
    'kept',
  )
  return rows[0]?.online === false ? plusMs(tx.now, OFFLINE_MS) : soon
}

/** These gateways are back: what waited for them is due. */
export const wakeWork = async (
  tx: Tx,
  complex: ComplexId,
  gateways: readonly GatewayId[],
): Promise<void> => {
  await tx.query(
    `update work set due_at = $3 where complex_id = $1 and gateway_id = any ($2) and due_at > $3
       and done_at is null and last_error = '${GATEWAY_OFFLINE}'`,
    [complex, gateways, sqlTime(tx.now)],
  )
}

/** The order to trip this meter has ended: what waited for it is due. */
export const wakeAfterTrip = async (tx: Tx, complex: ComplexId, meter: MeterId): Promise<void> => {
  await tx.query(
    `update work set due_at = $3 where complex_id = $1 and key = $2 and due_at > $3
       and done_at is null and last_error = '${BEING_TRIPPED}'`,
    [complex, `meter/${meter}`, sqlTime(tx.now)],
    'kept',
  )
}

/** At the start: what this holder claimed in its former life is nobody's any more. */
export const releaseClaims = (db: Db, holder: string): Promise<void> =>
  db.as(systemScope(holder), async (tx) => {
    await tx.query(
      `update work set claimed_by = null, claimed_until = null
       where claimed_by = $1 and done_at is null`,
      [holder],
    )
  })

/** What is open for the meters of a device is for whoever holds its gateway now. */
export const rerouteWork = async (tx: Tx, complex: ComplexId, device: DeviceId): Promise<void> => {
  await tx.query(
    `update work w set gateway_id = b.gateway_id, claimed_by = null, claimed_until = null
     from device d
     join bus b on b.complex_id = d.complex_id and b.bus_id = d.bus_id
     join meter m on m.complex_id = d.complex_id and m.device_id = d.device_id
     where d.complex_id = $1 and d.device_id = $2 and w.complex_id = d.complex_id
       and w.done_at is null and w.gateway_id <> b.gateway_id
       and (w.key = 'meter/' || m.meter_id or w.key in (select k.command_id::text from command k
         where k.complex_id = d.complex_id and k.meter_id = m.meter_id
           and k.state in ('queued', 'sent', 'acknowledged')))`,
    [complex, device],
  )
}

// Only the claim that is still held may end the row. A newer cause has freed it otherwise, and may
// have been claimed by the same holder, again for the first time: its end tells the two apart.
const STILL_MINE = `complex_id = $1 and work_id = $2 and done_at is null and claimed_by = $3
  and attempts = $4 and claimed_until = $5`

const mine = ({ complexId, workId, claimedBy, attempts, claimedUntil }: WorkRow) => [
  ...[complexId, workId, claimedBy, attempts],
  sqlTime(claimedUntil),
]

/** Ends the row, unless a newer cause has reopened it meanwhile. */
export const finishWork = async (tx: Tx, row: WorkRow): Promise<void> => {
  await tx.query(
    `update work set done_at = $6 where ${STILL_MINE}`,
    [...mine(row), sqlTime(tx.now)],
    'kept',
  )
}

export const retryWork = async (
  tx: Tx,
  row: WorkRow,
  dueAt: Instant,
  error: string,
): Promise<void> => {
  await tx.query(
    `update work set due_at = $6, last_error = $7, claimed_by = null, claimed_until = null
     where ${STILL_MINE}`,
    [...mine(row), sqlTime(dueAt), error],
    'kept',
  )
}
