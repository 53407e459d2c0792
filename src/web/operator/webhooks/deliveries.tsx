// What was sent to one subscriber 推送记录: newest first, with what came of it.

import { App, Button } from 'antd'
import type { Webhook, WebhookDelivery } from '../../../http/contract/webhooks.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { problemOf, useProblemText } from '../../ui/problem.tsx'
import { type ListSearch, QueryTable } from '../../ui/query-table.tsx'
import { Tag } from '../../ui/tag.tsx'
import { timeText } from '../../ui/time-text.ts'
import { useZone } from '../../ui/zone.ts'
import { deliveriesKey, faultText, kindText, listDeliveries, useSend } from './webhook-data.ts'
import styles from './webhooks.module.css'

const REFRESH_MS = 3_000
const STATES = ['waiting', 'delivered', 'dead'] as const
const TONES = { waiting: 'busy', delivered: 'good', dead: 'bad' } as const

const Outcome = ({ row }: { row: WebhookDelivery }) => {
  const { say } = useText()
  const zone = useZone()
  const due = timeText(row.dueAt, zone)
  return (
    <span className={styles.stack}>
      <Tag tone={TONES[row.state]}>{say(`delivery.state.${row.state}`)}</Tag>
      {row.fault === null ? null : <small>{faultText(say, row.fault)}</small>}
      {due === null || row.attempts === 0 ? null : (
        <small>{say('delivery.due', { time: due })}</small>
      )}
    </span>
  )
}

const columns = (say: Say, onAgain: (row: WebhookDelivery) => void): Column<WebhookDelivery>[] => [
  { key: 'at', title: say('delivery.at'), render: (row) => <When at={row.at} /> },
  {
    key: 'event',
    title: say('delivery.event'),
    wrap: true,
    render: (row) => (
      <span className={styles.stack}>
        {kindText(say, row.kind)} <small className={styles.code}>{row.kind}</small>
      </span>
    ),
  },
  { key: 'subject', title: say('delivery.subject'), render: (row) => row.subject },
  { key: 'state', title: say('delivery.state'), render: (row) => <Outcome row={row} /> },
  {
    key: 'answer',
    title: say('delivery.answer'),
    align: 'right',
    render: (row) => row.answerCode ?? '—',
  },
  {
    key: 'attempts',
    title: say('delivery.attempts'),
    align: 'right',
    render: (row) => row.attempts,
  },
  { key: 'tried', title: say('delivery.tried'), render: (row) => <When at={row.triedAt} /> },
  {
    key: 'act',
    title: say('webhook.acts'),
    render: (row) => (
      <Button size="small" disabled={row.state === 'waiting'} onClick={() => onAgain(row)}>
        {say('webhook.again')}
      </Button>
    ),
  },
]

type DeliveriesProps = {
  webhook: Webhook
  search: ListSearch
  onSearch: (next: ListSearch) => void
}

export const Deliveries = ({ webhook, search, onSearch }: DeliveriesProps) => {
  const { say } = useText()
  const { message } = App.useApp()
  const words = useProblemText()
  const send = useSend(webhook.webhookId)
  const again = (what: 'again' | number) =>
    send.mutate(what, {
      onSuccess: ({ deliveries }) =>
        void message.success(say('webhook.againDone', { n: deliveries })),
      onError: (failed) => void message.error(words(problemOf(failed))),
    })
  const { state, cursor } = search
  return (
    <>
      <h2 className={styles.heading}>
        {say('webhook.deliveries')} <Name>{webhook.name}</Name>
      </h2>
      {webhook.dead > 0 ? (
        <p>
          <Button disabled={!webhook.enabled} onClick={() => again('again')}>
            {say('webhook.againAll')}
          </Button>
        </p>
      ) : null}
      <QueryTable<WebhookDelivery>
        name="webhook-deliveries"
        label={say('webhook.deliveries')}
        queryKey={deliveriesKey(webhook.webhookId)}
        load={(query) => listDeliveries(webhook.webhookId, query)}
        columns={columns(say, (row) => again(row.deliveryNo))}
        filters={[
          {
            key: 'state',
            label: say('delivery.state'),
            options: STATES.map((value) => ({ value, label: say(`delivery.state.${value}`) })),
          },
        ]}
        search={{ state, cursor }}
        onSearch={onSearch}
        rowKey={(row) => row.deliveryNo}
        emptyText={say('delivery.none')}
        refreshMs={REFRESH_MS}
      />
    </>
  )
}
