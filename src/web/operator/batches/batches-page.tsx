// Batches 批量远程操作: choose, see what would happen, confirm, watch; and what was done before.

import { getRouteApi, Link } from '@tanstack/react-router'
import type { BatchSummary } from '../../../http/contract/batches.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { groupOf, useBatches } from './batch-data.ts'
import { BatchForm } from './batch-form.tsx'
import { BatchPanel, batchTitle, STATE_TONES } from './batch-panel.tsx'

const route = getRouteApi('/shell/batches')

const columnsOf = (say: Say): Column<BatchSummary>[] => [
  {
    key: 'at',
    title: say('round.createdAt'),
    render: ({ batchId, createdAt }) => (
      <Link to="/batches" search={{ batch: batchId }}>
        <When at={createdAt} />
      </Link>
    ),
  },
  { key: 'what', title: say('batch.action'), render: (batch) => batchTitle(batch, say) },
  {
    key: 'state',
    title: say('batch.state'),
    render: ({ state }) => <Tag tone={STATE_TONES[state]}>{say(`batch.is.${state}`)}</Tag>,
  },
  { key: 'total', title: say('round.total'), align: 'right', render: (batch) => batch.total },
  {
    key: 'confirmed',
    title: say('batch.count.confirmed'),
    align: 'right',
    render: ({ counts }) => counts.confirmed,
  },
  {
    key: 'failed',
    title: say('batch.count.failed'),
    align: 'right',
    render: ({ counts }) => counts.failed + counts.expired,
  },
  {
    key: 'unknown',
    title: say('batch.count.unknown'),
    align: 'right',
    render: ({ counts }) => counts.unknown,
  },
  {
    key: 'refused',
    title: say('batch.count.refused'),
    align: 'right',
    render: ({ refusedCount }) => refusedCount,
  },
  {
    key: 'operator',
    title: say('round.operator'),
    render: ({ operator }) => <Name>{operator ?? '—'}</Name>,
  },
  { key: 'ended', title: say('round.endedAt'), render: (batch) => <When at={batch.endedAt} /> },
]

const Recent = ({ complexId }: { complexId: number }) => {
  const { say } = useText()
  const { data, error, refetch } = useBatches(complexId)
  return (
    <Card title={say('batch.recent')}>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      <DataTable<BatchSummary>
        label={say('batch.recent')}
        columns={columnsOf(say)}
        rows={data?.items ?? (error ? [] : null)}
        rowKey={(batch) => batch.batchId}
        emptyText={say('batch.none')}
      />
    </Card>
  )
}

export const BatchesPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { batch, group } = route.useSearch()
  const navigate = route.useNavigate()
  const maySetMode = useMay('command.setMode')
  const mayConfigure = useMay('command.configure')
  const maySend = useMay('command.send')
  const may = maySend && (maySetMode || mayConfigure)
  return (
    <Page title={say('nav.batches')}>
      {batch ? (
        <BatchPanel
          key={batch}
          complexId={complexId}
          batchId={batch}
          group={groupOf(group)}
          onGroup={(next) => void navigate({ search: { batch, group: next } })}
        />
      ) : null}
      {may && !batch ? <BatchForm complexId={complexId} /> : null}
      {may && batch ? <Link to="/batches">{say('batch.new')}</Link> : null}
      <Recent complexId={complexId} />
    </Page>
  )
}
