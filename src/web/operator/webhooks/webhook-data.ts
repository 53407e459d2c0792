// Webhooks 事件推送 and what was sent to them.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type {
  MadeWebhook,
  NewWebhook,
  Webhook,
  WebhookChange,
  WebhookDelivery,
  WebhookKind,
} from '../../../http/contract/webhooks.ts'
import type { ListOf } from '../../../http/contract.ts'
import { hasText, type Say } from '../../text/i18n.ts'
import { useAct } from '../api/act.ts'
import { call, newRequestId, type Query } from '../api/client.ts'

export const WEBHOOKS = ['webhooks']
export const deliveriesKey = (webhookId: number) => ['webhook-deliveries', webhookId] as const
const REFRESH_MS = 5_000

export const useWebhooks = (complexId: number) =>
  useQuery({
    queryKey: [...WEBHOOKS, complexId],
    queryFn: () => call<{ items: Webhook[] }>('/webhooks', { query: { complexId } }),
    refetchInterval: REFRESH_MS,
  })

export const listDeliveries = (webhookId: number, query: Query) =>
  call<ListOf<WebhookDelivery>>(`/webhooks/${webhookId}/deliveries`, { query })

export const useMakeWebhook = () =>
  useAct<NewWebhook, MadeWebhook>('/webhooks', { renews: [WEBHOOKS] })

export const useChangeWebhook = (webhookId: number) =>
  useAct<WebhookChange, Webhook>(`/webhooks/${webhookId}`, { method: 'PATCH', renews: [WEBHOOKS] })

export const useRenewSecret = (webhookId: number) =>
  useAct<undefined, MadeWebhook>(`/webhooks/${webhookId}/secret`, { renews: [WEBHOOKS] })

export const useRemoveWebhook = (webhookId: number) =>
  useAct<undefined, null>(`/webhooks/${webhookId}`, { method: 'DELETE', renews: [WEBHOOKS] })

/** A test, one event again, or every one that did not arrive. */
export const useSend = (webhookId: number) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (what: 'test' | 'again' | number) =>
      call<{ deliveries: number }>(
        `/webhooks/${webhookId}/${typeof what === 'number' ? `deliveries/${what}/again` : what}`,
        { method: 'POST', requestId: newRequestId() },
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: WEBHOOKS })
      void client.invalidateQueries({ queryKey: deliveriesKey(webhookId) })
    },
  })
}

/** Each of them, as it compiles; in the order in which people look for them. */
const KINDS: Record<WebhookKind, true> = {
  'sale.made': true,
  'sale.reversed': true,
  'refund.paid': true,
  'purchase.delivered': true,
  'purchase.cancelled': true,
  'account.opened': true,
  'account.closed': true,
  'meter.held': true,
  'meter.released': true,
  'meter.offline': true,
  'meter.online': true,
  'gateway.offline': true,
  'gateway.online': true,
  'alarm.raised': true,
  'alarm.cleared': true,
}

export const isWebhookKind = (kind: string): kind is WebhookKind => Object.hasOwn(KINDS, kind)

export const WEBHOOK_KINDS: readonly WebhookKind[] = Object.keys(KINDS).filter(isWebhookKind)

export const kindText = (say: Say, kind: string): string => {
  const key = `webhook.kind.${kind}`
  return hasText(key) ? say(key) : kind
}

export const faultText = (say: Say, fault: string): string => {
  const key = `delivery.fault.${fault}`
  return hasText(key) ? say(key) : fault
}
