// Webhooks 事件推送 as rows: who is told of what. What has ended stays as a row and is told nothing.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

export type WebhookRow = {
  complexId: ComplexId
  webhookId: number
  name: string
  url: string
  kinds: string[]
  enabled: boolean
  createdAt: Instant
  failingSince: Instant | null
  gaveUpAt: Instant | null
  formerUntil: Instant | null
  waiting: number
  dead: number
  lastDeliveredAt: Instant | null
}

const COLUMNS = `w.complex_id as "complexId", w.webhook_id as "webhookId", w.name, w.url, w.kinds,
  w.enabled, w.created_at as "createdAt", w.failing_since as "failingSince",
  w.gave_up_at as "gaveUpAt", w.former_until as "formerUntil"`

const of = (state: string) => `(select count(*)::integer from webhook_delivery d
  where d.complex_id = w.complex_id and d.webhook_id = w.webhook_id and d.state = '${state}')`

const LIST = `
  select ${COLUMNS}, ${of('waiting')} as waiting, ${of('dead')} as dead,
    (select d.tried_at from webhook_delivery d where d.complex_id = w.complex_id
      and d.webhook_id = w.webhook_id and d.state = 'delivered'
      order by d.delivery_no desc limit 1) as "lastDeliveredAt"
  from webhook w where w.ended_at is null`

export const listWebhooks = (tx: Tx, complex: ComplexId): Promise<WebhookRow[]> =>
  tx.query<WebhookRow>(`${LIST} and w.complex_id = $1 order by w.webhook_id`, [complex])

export const findWebhook = async (tx: Tx, webhookId: number): Promise<WebhookRow | null> =>
  (await tx.query<WebhookRow>(`${LIST} and w.webhook_id = $1`, [webhookId]))[0] ?? null

/** Its number, which the sealed secret names. */
export const drawWebhookId = async (tx: Tx): Promise<number> => {
  const rows = await tx.query<{ id: number }>(
    `select nextval(pg_get_serial_sequence('webhook', 'webhook_id'))::integer as id`,
  )
  return must(rows[0], 'a sequence answers').id
}

export const insertWebhook = async (
  tx: Tx,
  row: Pick<WebhookRow, 'complexId' | 'webhookId' | 'name' | 'url' | 'kinds'> & { sealed: Buffer },
): Promise<void> => {
  await tx.query(
    `insert into webhook (complex_id, webhook_id, name, url, kinds, secret_sealed, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [row.complexId, row.webhookId, row.name, row.url, row.kinds, row.sealed, sqlTime(tx.now)],
  )
}

export const updateWebhook = async (
  tx: Tx,
  { complexId, webhookId }: Pick<WebhookRow, 'complexId' | 'webhookId'>,
  to: Pick<WebhookRow, 'name' | 'url' | 'kinds' | 'enabled'>,
): Promise<void> => {
  // Whoever changes it means it to be tried, at once and from the beginning.
  await tx.query(
    `update webhook set name = $3, url = $4, kinds = $5, enabled = $6, gave_up_at = null,
       failing_since = null, rests_until = null
     where complex_id = $1 and webhook_id = $2`,
    [complexId, webhookId, to.name, to.url, to.kinds, to.enabled],
  )
}

export const endWebhook = async (
  tx: Tx,
  { complexId, webhookId }: Pick<WebhookRow, 'complexId' | 'webhookId'>,
): Promise<void> => {
  await tx.query(
    `update webhook set enabled = false, gave_up_at = null, ended_at = $3
     where complex_id = $1 and webhook_id = $2`,
    [complexId, webhookId, sqlTime(tx.now)],
  )
  await tx.query(`delete from webhook_delivery where complex_id = $1 and webhook_id = $2`, [
    complexId,
    webhookId,
  ])
}

/** The one before signs as well until then. */
export const changeSecret = async (
  tx: Tx,
  { complexId, webhookId }: Pick<WebhookRow, 'complexId' | 'webhookId'>,
  sealed: Buffer,
  formerUntil: Instant,
): Promise<void> => {
  await tx.query(
    `update webhook set former_sealed = secret_sealed, former_until = $4, secret_sealed = $3
     where complex_id = $1 and webhook_id = $2`,
    [complexId, webhookId, sealed, sqlTime(formerUntil)],
  )
}
