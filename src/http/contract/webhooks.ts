// The contract of webhooks 事件推送: who is told of which events, and what became of each telling.

import { type Static, Type } from 'typebox'
import { Id, Nullable, Time } from '../contract.ts'

/** Every event, in the order in which people look for them. */
export const WEBHOOK_KINDS = [
  'sale.made',
  'sale.reversed',
  'refund.paid',
  'purchase.delivered',
  'purchase.cancelled',
  'account.opened',
  'account.closed',
  'meter.held',
  'meter.released',
  'meter.offline',
  'meter.online',
  'gateway.offline',
  'gateway.online',
  'alarm.raised',
  'alarm.cleared',
] as const
export type WebhookKind = (typeof WEBHOOK_KINDS)[number]

const NAME_MAX = 100
const URL_MAX = 500
const Kinds = Type.Array(Type.Enum([...WEBHOOK_KINDS]), {
  minItems: 1,
  maxItems: WEBHOOK_KINDS.length,
  uniqueItems: true,
})
const Name = Type.String({ minLength: 1, maxLength: NAME_MAX })
const Url = Type.String({
  minLength: 1,
  maxLength: URL_MAX,
  description: 'https; http only to this machine, and where the setting allows it',
})

export const Webhook = Type.Object({
  webhookId: Id,
  name: Type.String(),
  url: Type.String(),
  kinds: Type.Array(Type.String()),
  enabled: Type.Boolean(),
  createdAt: Time,
  failingSince: Nullable(Time),
  /** When it was switched off because nothing had arrived for days. */
  gaveUpAt: Nullable(Time),
  /** Until then the secret before this one signs as well. */
  formerUntil: Nullable(Time),
  waiting: Type.Integer(),
  dead: Type.Integer(),
  lastDeliveredAt: Nullable(Time),
})
export type Webhook = Static<typeof Webhook>

export const NewWebhook = Type.Object({ complexId: Id, name: Name, url: Url, kinds: Kinds })
export type NewWebhook = Static<typeof NewWebhook>

export const WebhookChange = Type.Object({
  name: Type.Optional(Name),
  url: Type.Optional(Url),
  kinds: Type.Optional(Kinds),
  enabled: Type.Optional(Type.Boolean()),
})
export type WebhookChange = Static<typeof WebhookChange>

/** The secret is told this once. */
export const MadeWebhook = Type.Object({ secret: Type.String(), item: Webhook })
export type MadeWebhook = Static<typeof MadeWebhook>

export const DeliveryState = Type.Enum(['waiting', 'delivered', 'dead'])

export const WebhookDelivery = Type.Object({
  deliveryNo: Type.Integer(),
  eventId: Type.String(),
  kind: Type.String(),
  subject: Type.String(),
  at: Time,
  state: DeliveryState,
  attempts: Type.Integer(),
  /** When it is tried next; null: not any more. */
  dueAt: Nullable(Time),
  triedAt: Nullable(Time),
  /** The HTTP status of the last answer. */
  answerCode: Nullable(Type.Integer()),
  /** Why there was none: address, name, timeout, tls, connection; or expired, switchedOff. */
  fault: Nullable(Type.String()),
  /** What is sent as `data`. */
  facts: Type.Record(Type.String(), Type.Unknown()),
})
export type WebhookDelivery = Static<typeof WebhookDelivery>

export const SentAgain = Type.Object({ deliveries: Type.Integer() })
