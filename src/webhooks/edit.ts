// Keeping webhooks 维护推送: made, changed, ended, given another secret. A secret is told once; the log
// keeps where events go, and never with what they are signed.

import type { NewWebhook, WebhookChange } from '../http/contract/webhooks.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids, Rng } from '../ports/ids.ts'
import type { Outbound } from '../ports/outbound.ts'
import { webhookSecretPlace } from '../secrets/places.ts'
import type { Vault } from '../secrets/vault.ts'
import { must } from '../shared/assert.ts'
import { plusMs } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { insertTest, sendAgain } from './delivery-store.ts'
import { SECRET_BYTES, secretText } from './signature.ts'
import {
  changeSecret,
  drawWebhookId,
  endWebhook,
  findWebhook,
  insertWebhook,
  listWebhooks,
  updateWebhook,
  type WebhookRow,
} from './store.ts'

export type WebhookDeps = { db: Db; ids: Ids; rng: Rng; vault: Vault; outbound: Outbound }

const WEBHOOKS_MAX = 20
const DAY_MS = 86_400_000

const recordOf = ({ name, url, kinds, enabled }: WebhookRow) => ({ name, url, kinds, enabled })

/** Refuses: webhook_url. */
const refuseUrl = ({ outbound }: WebhookDeps, url: string): void => {
  const wrong = outbound.wrongWith(url)
  refuseIf(wrong !== null, 'webhook_url', { url, wrong })
}

/** Refuses: not_found. */
export const webhookNamed = async (tx: Tx, webhookId: number): Promise<WebhookRow> => {
  const row = await findWebhook(tx, webhookId)
  if (!row) throw new Refusal('not_found', { webhookId })
  return row
}

const sealedSecret = async (
  tx: Tx,
  { vault, rng }: WebhookDeps,
  complexId: ComplexId,
  webhookId: number,
) => {
  const secret = rng.bytes(SECRET_BYTES)
  const sealer = await vault.sealer(tx, complexId)
  const sealed = sealer.seal(webhookSecretPlace(complexId, webhookId), secret)
  return { sealed, text: secretText(secret) }
}

export type Made = { secret: string; row: WebhookRow }

/** `complexOf` finds the complex that is named. Refuses: webhook_url, too_many_webhooks. */
export const makeWebhook = async (
  deps: WebhookDeps,
  scope: Scope,
  { name, url, kinds }: Omit<NewWebhook, 'complexId'>,
  complexOf: (tx: Tx) => Promise<ComplexId>,
): Promise<Made> => {
  refuseUrl(deps, url)
  return deps.db.as(scope, async (tx) => {
    const complexId = await complexOf(tx)
    const { length } = await listWebhooks(tx, complexId)
    refuseIf(length >= WEBHOOKS_MAX, 'too_many_webhooks', { limit: WEBHOOKS_MAX })
    const webhookId = await drawWebhookId(tx)
    const { sealed, text } = await sealedSecret(tx, deps, complexId, webhookId)
    await insertWebhook(tx, { complexId, webhookId, name, url, kinds: [...kinds], sealed })
    const row = must(await findWebhook(tx, webhookId), 'it was written')
    await audit(tx, deps.ids, {
      ...{ complexId, action: 'webhook.create', subject: `webhook/${webhookId}` },
      after: recordOf(row),
    })
    return { secret: text, row }
  })
}

/** Refuses: not_found, webhook_url. */
export const changeWebhook = async (
  deps: WebhookDeps,
  scope: Scope,
  webhookId: number,
  change: WebhookChange,
): Promise<WebhookRow> => {
  if (change.url !== undefined) refuseUrl(deps, change.url)
  return deps.db.as(scope, async (tx) => {
    const before = await webhookNamed(tx, webhookId)
    await updateWebhook(tx, before, { ...before, ...change })
    const after = await webhookNamed(tx, webhookId)
    await audit(tx, deps.ids, {
      ...{ complexId: before.complexId, action: 'webhook.edit', subject: `webhook/${webhookId}` },
      ...{ before: recordOf(before), after: recordOf(after) },
    })
    return after
  })
}

/** Refuses: not_found. */
export const removeWebhook = (deps: WebhookDeps, scope: Scope, webhookId: number): Promise<void> =>
  deps.db.as(scope, async (tx) => {
    const before = await webhookNamed(tx, webhookId)
    await endWebhook(tx, before)
    await audit(tx, deps.ids, {
      ...{ complexId: before.complexId, action: 'webhook.end', subject: `webhook/${webhookId}` },
      before: recordOf(before),
    })
  })

/** For a day both secrets sign. Refuses: not_found. */
export const renewSecret = (deps: WebhookDeps, scope: Scope, webhookId: number): Promise<Made> =>
  deps.db.as(scope, async (tx) => {
    const { complexId } = await webhookNamed(tx, webhookId)
    const { sealed, text } = await sealedSecret(tx, deps, complexId, webhookId)
    await changeSecret(tx, { complexId, webhookId }, sealed, plusMs(tx.now, DAY_MS))
    await audit(tx, deps.ids, {
      ...{ complexId, action: 'webhook.secret', subject: `webhook/${webhookId}` },
    })
    return { secret: text, row: await webhookNamed(tx, webhookId) }
  })

/** Refuses: not_found, webhook_off. */
export const testWebhook = (deps: WebhookDeps, scope: Scope, webhookId: number): Promise<number> =>
  deps.db.as(scope, async (tx) => {
    const row = await webhookNamed(tx, webhookId)
    refuseIf(!row.enabled, 'webhook_off', { webhookId })
    const eventId = `evt_${deps.ids.uuid().replaceAll('-', '')}`
    await insertTest(tx, row, { eventId, expiresAt: plusMs(tx.now, DAY_MS) })
    return 1
  })

/** One, or every dead one. Refuses: not_found, webhook_off. */
export const repeatDeliveries = (
  deps: WebhookDeps,
  scope: Scope,
  webhookId: number,
  deliveryNo: number | null,
): Promise<number> =>
  deps.db.as(scope, async (tx) => {
    const row = await webhookNamed(tx, webhookId)
    refuseIf(!row.enabled, 'webhook_off', { webhookId })
    const deliveries = await sendAgain(tx, row, deliveryNo, plusMs(tx.now, DAY_MS))
    refuseIf(deliveryNo !== null && deliveries === 0, 'not_found', { deliveryNo })
    await audit(tx, deps.ids, {
      ...{ complexId: row.complexId, action: 'webhook.again', subject: `webhook/${webhookId}` },
      after: { deliveryNo, deliveries },
    })
    return deliveries
  })
