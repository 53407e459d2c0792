// Routes of webhooks 事件推送: who is told of what, and what became of each telling. They are of the
// whole complex; where events go and what signs them is changed with the password only.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import {
  DeliveryState,
  MadeWebhook,
  NewWebhook,
  SentAgain,
  Webhook,
  WebhookChange,
  WebhookDelivery,
} from '../http/contract/webhooks.ts'
import { Id, Nullable } from '../http/contract.ts'
import { afterId, pageOf } from '../http/cursor.ts'
import { NoContent, type Route, route } from '../http/route.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import { type DeliveryRow, listDeliveries } from './delivery-store.ts'
import {
  changeWebhook,
  makeWebhook,
  removeWebhook,
  renewSecret,
  repeatDeliveries,
  testWebhook,
  type WebhookDeps,
  webhookNamed,
} from './edit.ts'
import { listWebhooks, type WebhookRow } from './store.ts'

const BASE = '/api/v1/webhooks'
const ONE = `${BASE}/:id`
const permission = 'webhook.edit'
const params = Type.Object({ id: Id })
const DELIVERY_NO_MAX = Number.MAX_SAFE_INTEGER
const LIMIT = 50

const UTC = 'UTC'
const time = (at: Instant) => rfc3339(at, UTC)
const timeOrNull = (at: Instant | null) => (at === null ? null : time(at))

const itemOf = ({ complexId: _complexId, ...row }: WebhookRow) => ({
  ...row,
  createdAt: time(row.createdAt),
  failingSince: timeOrNull(row.failingSince),
  gaveUpAt: timeOrNull(row.gaveUpAt),
  formerUntil: timeOrNull(row.formerUntil),
  lastDeliveredAt: timeOrNull(row.lastDeliveredAt),
})

const deliveryOf = ({ expiresAt: _expiresAt, ...row }: DeliveryRow) => ({
  ...row,
  at: time(row.at),
  dueAt: row.state === 'waiting' ? time(row.dueAt) : null,
  triedAt: timeOrNull(row.triedAt),
})

const lists = (deps: WebhookDeps): Route[] => [
  route({
    method: 'GET',
    path: BASE,
    permission,
    summary: { zh: '事件推送订阅', en: 'Who is told of events' },
    query: Type.Object({ complexId: Id }),
    answer: Type.Object({ items: Type.Array(Webhook) }),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        return { items: (await listWebhooks(tx, complexId)).map(itemOf) }
      }),
  }),
  route({
    method: 'GET',
    path: `${ONE}/deliveries`,
    permission,
    summary: { zh: '推送记录', en: 'What was sent to him, and what came of it' },
    params,
    query: Type.Object({
      state: Type.Optional(DeliveryState),
      cursor: Type.Optional(Type.String({ maxLength: 100 })),
      limit: Type.Integer({ minimum: 1, maximum: 200, default: LIMIT }),
    }),
    answer: Type.Object({
      items: Type.Array(WebhookDelivery),
      nextCursor: Nullable(Type.String()),
    }),
    handler: ({ scope }, { params: { id }, query: { state, cursor, limit } }) =>
      deps.db.as(scope, async (tx) => {
        const row = await webhookNamed(tx, id)
        const page = { state: state ?? null, before: afterId(cursor) || null, limit: limit + 1 }
        const found = await listDeliveries(tx, row, page)
        return pageOf(found.map(deliveryOf), limit, ({ deliveryNo }) => deliveryNo)
      }),
  }),
]

const keeping = (deps: WebhookDeps): Route[] => [
  route({
    method: 'POST',
    path: BASE,
    permission,
    confirmed: true,
    audited: true,
    summary: { zh: '新增推送订阅', en: 'Tell somebody of events; the secret is shown once' },
    body: NewWebhook,
    answer: MadeWebhook,
    handler: async ({ scope }, { body: { complexId: named, ...body } }) => {
      const complexOf = async (tx: Tx) => (await namedComplex(tx, named)).complexId
      const { secret, row } = await makeWebhook(deps, scope, body, complexOf)
      return { secret, item: itemOf(row) }
    },
  }),
  route({
    method: 'PATCH',
    path: ONE,
    permission,
    confirmed: true,
    audited: true,
    summary: { zh: '修改推送订阅', en: 'Change where events go, and which' },
    params,
    body: WebhookChange,
    answer: Webhook,
    handler: async ({ scope }, { params: { id }, body }) =>
      itemOf(await changeWebhook(deps, scope, id, body)),
  }),
  route({
    method: 'DELETE',
    path: ONE,
    permission,
    audited: true,
    summary: { zh: '删除推送订阅', en: 'Tell him nothing any more' },
    params,
    answer: NoContent,
    handler: async ({ scope }, { params: { id } }) => {
      await removeWebhook(deps, scope, id)
      return null
    },
  }),
  route({
    method: 'POST',
    path: `${ONE}/secret`,
    permission,
    confirmed: true,
    audited: true,
    summary: { zh: '更换签名密钥', en: 'Another secret; the former one signs for a day more' },
    params,
    answer: MadeWebhook,
    handler: async ({ scope }, { params: { id } }) => {
      const { secret, row } = await renewSecret(deps, scope, id)
      return { secret, item: itemOf(row) }
    },
  }),
]

const sending = (deps: WebhookDeps): Route[] => [
  route({
    method: 'POST',
    path: `${ONE}/test`,
    permission,
    summary: { zh: '发送测试事件', en: 'Send a test event' },
    params,
    answer: SentAgain,
    handler: async ({ scope }, { params: { id } }) => ({
      deliveries: await testWebhook(deps, scope, id),
    }),
  }),
  route({
    method: 'POST',
    path: `${ONE}/again`,
    permission,
    audited: true,
    summary: { zh: '重发全部未送达', en: 'Send every dead event again' },
    params,
    answer: SentAgain,
    handler: async ({ scope }, { params: { id } }) => ({
      deliveries: await repeatDeliveries(deps, scope, id, null),
    }),
  }),
  route({
    method: 'POST',
    path: `${ONE}/deliveries/:deliveryNo/again`,
    permission,
    audited: true,
    summary: { zh: '重发', en: 'Send one event again, under its id' },
    params: Type.Object({
      id: Id,
      deliveryNo: Type.Integer({ minimum: 1, maximum: DELIVERY_NO_MAX }),
    }),
    answer: SentAgain,
    handler: async ({ scope }, { params: { id, deliveryNo } }) => ({
      deliveries: await repeatDeliveries(deps, scope, id, deliveryNo),
    }),
  }),
]

export type { WebhookDeps }

export const webhookRoutes = (deps: WebhookDeps): Route[] => [
  ...lists(deps),
  ...keeping(deps),
  ...sending(deps),
]
