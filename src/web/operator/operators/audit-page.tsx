// The audit log 操作日志: who did what to what, from where, and what changed by it.

import { getRouteApi } from '@tanstack/react-router'
import type { AuditItem } from '../../../http/contract/audit.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { DownloadButton } from '../api/download-button.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { AuditDifference } from './audit-difference.tsx'
import { AuditSubject } from './audit-subject.tsx'
import { listAudit, useOperators } from './operator-data.ts'

const route = getRouteApi('/shell/audit')

const ROOMS = [
  ...(['account', 'approval', 'control', 'delivery', 'gateway', 'meter', 'operator'] as const),
  ...(['loginPolicy', 'passkey', 'plan', 'point', 'role', 'session', 'shift', 'token'] as const),
]

const By = ({ item }: { item: AuditItem }) => {
  const { say } = useText()
  if (item.operator === null) return say('audit.centre')
  return (
    <Name>
      {item.operator} <small>{item.username}</small>
    </Name>
  )
}

const Title = ({ item }: { item: AuditItem }) => {
  const { language } = useText()
  return (
    <>
      {item.title[language]}
      <br />
      <small>
        <AuditSubject subject={item.subject} name={item.subjectName} />
      </small>
    </>
  )
}

const columns = (say: Say): Column<AuditItem>[] => [
  { key: 'at', title: say('audit.at'), render: (item) => <When at={item.at} /> },
  { key: 'by', title: say('audit.by'), render: (item) => <By item={item} /> },
  { key: 'from', title: say('audit.from'), render: (item) => <Name>{item.from}</Name> },
  { key: 'title', title: say('audit.act'), render: (item) => <Title item={item} /> },
  {
    key: 'difference',
    title: say('audit.difference'),
    render: (item) => <AuditDifference before={item.before} after={item.after} />,
  },
]

export const AuditPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const operators = useOperators(useMay('operator.view'))
  const people = (operators.data?.items ?? []).map(({ operatorId, name, username }) => ({
    value: String(operatorId),
    label: `${name} ${username}`,
  }))
  return (
    <Page
      title={say('nav.audit')}
      tools={
        <DownloadButton
          path="/audit/export"
          query={{ complexId, ...search, cursor: undefined }}
          text={say('audit.export')}
        />
      }
    >
      <QueryTable<AuditItem>
        name="audit"
        label={say('nav.audit')}
        queryKey={['audit', complexId]}
        load={(query) => listAudit(complexId, query)}
        columns={columns(say)}
        filters={[
          { key: 'operatorId', label: say('audit.by'), options: people },
          {
            key: 'action',
            label: say('audit.room'),
            options: ROOMS.map((room) => ({ value: `${room}.`, label: say(`audit.room.${room}`) })),
          },
          { key: 'subject', label: say('audit.subject') },
          { key: 'from', label: say('list.from'), day: true },
          { key: 'to', label: say('list.to'), day: true },
        ]}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={(item) => item.auditId}
        emptyText={say('audit.none')}
      />
    </Page>
  )
}
