// Webhooks 事件推送: who is told of which events, how that goes, and below what was sent to the one
// that is chosen.

import { PlusOutlined } from '@ant-design/icons'
import { getRouteApi } from '@tanstack/react-router'
import { Alert, Button, Typography } from 'antd'
import { useState } from 'react'
import type { Webhook } from '../../../http/contract/webhooks.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { timeText } from '../../ui/time-text.ts'
import { useZone } from '../../ui/zone.ts'
import { useComplex } from '../complex.tsx'
import { Deliveries } from './deliveries.tsx'
import { WebhookActs } from './webhook-acts.tsx'
import { kindText, useWebhooks } from './webhook-data.ts'
import { WebhookDialog } from './webhook-dialog.tsx'
import styles from './webhooks.module.css'

const route = getRouteApi('/shell/webhooks')

const State = ({ webhook }: { webhook: Webhook }) => {
  const { say } = useText()
  const zone = useZone()
  const since = timeText(webhook.failingSince, zone)
  const former = timeText(webhook.formerUntil, zone)
  return (
    <span className={styles.stack}>
      {webhook.enabled ? (
        <Tag tone={since === null ? 'good' : 'warn'}>
          {since === null ? say('webhook.on') : say('webhook.failing', { time: since })}
        </Tag>
      ) : (
        <Tag tone={webhook.gaveUpAt === null ? 'plain' : 'bad'}>
          {say(webhook.gaveUpAt === null ? 'webhook.off' : 'webhook.gaveUp')}
        </Tag>
      )}
      {webhook.waiting > 0 ? <small>{say('webhook.waiting', { n: webhook.waiting })}</small> : null}
      {webhook.dead > 0 ? <small>{say('webhook.dead', { n: webhook.dead })}</small> : null}
      {former === null ? null : <small>{say('webhook.formerUntil', { time: former })}</small>}
    </span>
  )
}

type Acts = {
  onEdit: (webhook: Webhook) => void
  onShow: (webhook: Webhook) => void
  onSecret: (secret: string) => void
}

const columns = (say: Say, acts: Acts): Column<Webhook>[] => [
  {
    key: 'name',
    title: say('webhook.name'),
    wrap: true,
    render: (webhook) => (
      <span className={styles.stack}>
        <Name>{webhook.name}</Name>
        <small className={styles.url} translate="no">
          {webhook.url}
        </small>
      </span>
    ),
  },
  {
    key: 'kinds',
    title: say('webhook.kinds'),
    wrap: true,
    render: ({ kinds }) => kinds.map((kind) => kindText(say, kind)).join(' · '),
  },
  { key: 'state', title: say('webhook.state'), wrap: true, render: (w) => <State webhook={w} /> },
  {
    key: 'last',
    title: say('webhook.last'),
    render: ({ lastDeliveredAt }) =>
      lastDeliveredAt === null ? say('webhook.never') : <When at={lastDeliveredAt} />,
  },
  {
    key: 'acts',
    title: say('webhook.acts'),
    wrap: true,
    render: (webhook) => <WebhookActs webhook={webhook} {...acts} />,
  },
]

const Secret = ({ secret }: { secret: string }) => {
  const { say } = useText()
  return (
    <Alert
      className={styles.secret}
      type="success"
      role="status"
      title={say('webhook.shownOnce')}
      description={
        <Typography.Text code copyable={{ text: secret }}>
          {secret}
        </Typography.Text>
      }
    />
  )
}

export const WebhooksPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { data, error, refetch } = useWebhooks(complexId)
  const [editing, setEditing] = useState<Webhook | 'new' | null>(null)
  const [secret, setSecret] = useState<string | null>(null)
  const shown = data?.items.find(({ webhookId }) => `${webhookId}` === search.webhook)
  const acts = {
    onEdit: setEditing,
    onSecret: setSecret,
    onShow: ({ webhookId }: Webhook) => void navigate({ search: { webhook: `${webhookId}` } }),
  }
  return (
    <Page
      title={say('webhook.title')}
      tools={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
          {say('webhook.new')}
        </Button>
      }
    >
      <Card>
        <p>{say('webhook.hint')}</p>
        {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
        {secret === null ? null : <Secret secret={secret} />}
        <DataTable<Webhook>
          label={say('webhook.title')}
          rows={data?.items ?? (error ? [] : null)}
          rowKey={({ webhookId }) => webhookId}
          emptyText={say('webhook.none')}
          columns={columns(say, acts)}
        />
      </Card>
      {shown ? (
        <Deliveries
          key={shown.webhookId}
          webhook={shown}
          search={search}
          onSearch={(next) => void navigate({ search: { ...next, webhook: `${shown.webhookId}` } })}
        />
      ) : null}
      {editing ? (
        <WebhookDialog
          webhook={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
          onMade={setSecret}
        />
      ) : null}
    </Page>
  )
}
