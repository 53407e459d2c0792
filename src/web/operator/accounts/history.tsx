// What was changed on an account 变更历史: by whom, when, from what to what.

import type { HistoryItem } from '../../../http/contract/account-life.ts'
import { hasText, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { EventFacts } from '../purchases/event-facts.tsx'
import { useHistory } from './life-data.ts'

const Field = ({ field }: { field: string | null }) => {
  const { say } = useText()
  if (field === null) return '—'
  const limit = /^meter\/\d+\.(\w+)$/.exec(field)?.[1]
  const key = limit === undefined ? field : `supply.${limit}`
  return hasText(key) ? say(key) : <Name>{field}</Name>
}

/** An act as a whole keeps its facts as one object; null where it is a plain value. */
const factsIn = (text: string): Record<string, unknown> | null => {
  if (!text.startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : null
  } catch {
    return null
  }
}

const Value = ({ field, text }: { field: string | null; text: string | null }) => {
  if (text === null || text === '') return '—'
  const facts = factsIn(text)
  if (facts !== null) return <EventFacts facts={facts} />
  const isMoney = field?.endsWith('Fen') && /^-?\d+$/.test(text)
  return isMoney ? <Money fen={Number(text)} unit /> : <Name>{text}</Name>
}

const Action = ({ action }: { action: string }) => {
  const { say } = useText()
  const key = `history.${action}`
  return hasText(key) ? say(key) : <Name>{action}</Name>
}

export const History = ({ accountId }: { accountId: number }) => {
  const { say } = useText()
  const { data, error, refetch } = useHistory(accountId)
  if (error && !data) return <ProblemAlert error={error} onRetry={() => refetch()} />
  return (
    <DataTable<HistoryItem & { index: number }>
      label={say('account.history')}
      rows={data ? data.items.map((item, index) => ({ ...item, index })) : null}
      rowKey={(item) => item.index}
      emptyText={say('account.noHistory')}
      columns={[
        { key: 'at', title: say('history.at'), render: (h) => <When at={h.at} /> },
        {
          key: 'by',
          title: say('shift.operator'),
          render: (h) => <Name>{h.operator ?? '—'}</Name>,
        },
        { key: 'action', title: say('history.action'), render: (h) => <Action {...h} /> },
        { key: 'field', title: say('history.field'), render: (h) => <Field field={h.field} /> },
        {
          key: 'from',
          title: say('history.from'),
          render: (h) => <Value field={h.field} text={h.from} />,
        },
        {
          key: 'to',
          title: say('history.to'),
          render: (h) => <Value field={h.field} text={h.to} />,
        },
      ]}
    />
  )
}
