// Tellings 推送记录 as rows: written by the database in the transaction of their cause, taken in the
// order of each subject, marked with what came of each try.

import type { Tx } from '../ports/database.ts'
import { type Instant, plusMs, sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

export type Named = { complexId: ComplexId; webhookId: number }

export type DeliveryRow = {
  deliveryNo: number
  eventId: string
  kind: string
  subject: string
  at: Instant
  facts: Record<string, unknown>
  state: 'waiting' | 'delivered' | 'dead'
  attempts: number
  dueAt: Instant
  expiresAt: Instant
  triedAt: Instant | null
  answerCode: number | null
  fault: string | null
}

const COLUMNS = `delivery_no as "deliveryNo", event_id as "eventId", kind, subject, at, facts,
  state, attempts, due_at as "dueAt", expires_at as "expiresAt", tried_at as "triedAt",
  answer_code as "answerCode", fault`

export type Page = {
  state: DeliveryRow['state'] | null
  /** Only older ones; null: from the newest. */
  before: number | null
  limit: number
}

/** The newest first. */
export const listDeliveries = (
  tx: Tx,
  { complexId, webhookId }: Named,
  { state, before, limit }: Page,
): Promise<DeliveryRow[]> =>
  tx.query<DeliveryRow>(
    `select ${COLUMNS} from webhook_delivery
     where complex_id = $1 and webhook_id = $2 and ($3::text is null or state = $3)
       and ($4::bigint is null or delivery_no < $4)
     order by delivery_no desc limit $5`,
    [complexId, webhookId, state, before, limit],
  )

export type Claimed = Named & {
  url: string
  sealed: Buffer
  formerSealed: Buffer | null
  formerUntil: Instant | null
  failingSince: Instant | null
  zone: string
}

const CLAIM = `
  update webhook w set claimed_by = $2, claimed_until = $3
  from complex c, (
    select complex_id, webhook_id from webhook h
    where h.enabled and (h.rests_until is null or h.rests_until <= $1)
      and (h.claimed_until is null or h.claimed_until <= $1)
      and exists (select from webhook_delivery d where d.complex_id = h.complex_id
        and d.webhook_id = h.webhook_id and d.state = 'waiting' and d.due_at <= $1)
    order by h.complex_id, h.webhook_id limit $4 for update skip locked
  ) mine
  where w.complex_id = mine.complex_id and w.webhook_id = mine.webhook_id
    and c.complex_id = w.complex_id
  returning w.complex_id as "complexId", w.webhook_id as "webhookId", w.url,
    w.secret_sealed as sealed, w.former_sealed as "formerSealed", w.former_until as "formerUntil",
    w.failing_since as "failingSince", c.zone`

/** One process at a time tells one subscriber: the order of a subject is kept. */
export const claimWebhooks = (
  tx: Tx,
  claim: { holder: string; leaseMs: number; limit: number },
): Promise<Claimed[]> =>
  tx.query<Claimed>(CLAIM, [
    ...[sqlTime(tx.now), claim.holder, sqlTime(plusMs(tx.now, claim.leaseMs)), claim.limit],
  ])

export const releaseClaimsOf = async (tx: Tx, holder: string): Promise<void> => {
  await tx.query(
    'update webhook set claimed_by = null, claimed_until = null where claimed_by = $1',
    [holder],
  )
}

/** Of each subject the oldest, where it is due. */
export const dueDeliveries = (tx: Tx, of: Named, limit: number): Promise<DeliveryRow[]> =>
  tx.query<DeliveryRow>(
    `select * from (
       select distinct on (subject) ${COLUMNS} from webhook_delivery
       where complex_id = $1 and webhook_id = $2 and state = 'waiting'
       order by subject, delivery_no) head
     where "dueAt" <= $3 order by "deliveryNo" limit $4`,
    [of.complexId, of.webhookId, sqlTime(tx.now), limit],
  )

export type Outcome = {
  deliveryNo: number
  state: DeliveryRow['state']
  attempts: number
  dueAt: Instant
  triedAt: Instant
  answerCode: number | null
  fault: string | null
}

/** Only what still waits: who sent it again meanwhile begins anew. */
export const writeOutcome = async (tx: Tx, of: Named, out: Outcome): Promise<void> => {
  await tx.query(
    `update webhook_delivery set state = $4, attempts = $5, due_at = $6, tried_at = $7,
       answer_code = $8, fault = $9
     where complex_id = $1 and webhook_id = $2 and delivery_no = $3 and state = 'waiting'`,
    [
      ...[of.complexId, of.webhookId, out.deliveryNo, out.state, out.attempts],
      ...[sqlTime(out.dueAt), sqlTime(out.triedAt), out.answerCode, out.fault],
    ],
  )
}

export type Health = {
  failingSince: Instant | null
  restsUntil: Instant | null
  gaveUp: boolean
}

/** After a round: how the subscriber does, and the claim given back. */
export const writeHealth = async (tx: Tx, of: Named, holder: string, to: Health): Promise<void> => {
  await tx.query(
    `update webhook set failing_since = $4, rests_until = $5, claimed_by = null,
       claimed_until = null, enabled = enabled and not $6,
       gave_up_at = case when $6 and enabled then $7::timestamptz else gave_up_at end
     where complex_id = $1 and webhook_id = $2 and claimed_by = $3`,
    [
      ...[of.complexId, of.webhookId, holder],
      to.failingSince === null ? null : sqlTime(to.failingSince),
      to.restsUntil === null ? null : sqlTime(to.restsUntil),
      ...[to.gaveUp, sqlTime(tx.now)],
    ],
  )
}

/** What waited too long, or for one who is told nothing any more. */
export const buryOld = async (tx: Tx): Promise<void> => {
  await tx.query(
    `update webhook_delivery d set state = 'dead', tried_at = coalesce(tried_at, $1),
       fault = case when w.enabled then 'expired' else 'switchedOff' end
     from webhook w where w.complex_id = d.complex_id and w.webhook_id = d.webhook_id
       and d.state = 'waiting' and (not w.enabled or d.expires_at < $1)`,
    [sqlTime(tx.now)],
  )
}

export const forgetOld = async (
  tx: Tx,
  before: { delivered: Instant; dead: Instant },
): Promise<void> => {
  await tx.query(
    `delete from webhook_delivery where state = 'delivered' and tried_at < $1
       or state = 'dead' and tried_at < $2`,
    [sqlTime(before.delivered), sqlTime(before.dead)],
  )
}

/** From the beginning, under the same id; null: every dead one. Answers how many. */
export const sendAgain = async (
  tx: Tx,
  of: Named,
  deliveryNo: number | null,
  expiresAt: Instant,
): Promise<number> => {
  const rows = await tx.query(
    `update webhook_delivery set state = 'waiting', attempts = 0, due_at = $4, expires_at = $5,
       fault = null
     where complex_id = $1 and webhook_id = $2
       and (delivery_no = $3 or $3::bigint is null and state = 'dead')
     returning delivery_no`,
    [of.complexId, of.webhookId, deliveryNo, sqlTime(tx.now), sqlTime(expiresAt)],
  )
  return rows.length
}

/** One that nothing caused, to see whether it arrives. */
export const insertTest = async (
  tx: Tx,
  of: Named,
  test: { eventId: string; expiresAt: Instant },
): Promise<void> => {
  await tx.query(
    `insert into webhook_delivery (complex_id, webhook_id, event_id, kind, subject, at, facts,
       due_at, expires_at)
     values ($1, $2, $3, 'webhook.test', $6, $4, $7, $4, $5)`,
    [
      ...[of.complexId, of.webhookId, test.eventId, sqlTime(tx.now), sqlTime(test.expiresAt)],
      ...[`webhook/${of.webhookId}`, JSON.stringify({ webhookId: of.webhookId })],
    ],
  )
}
