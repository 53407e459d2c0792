// Reading on demand 立即抄表: choose what, watch how far it has come, see what each meter said; and
// what was read before.

import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReadRoundSummary } from '../../../http/contract/rounds.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { GROUPS, useRounds } from './round-data.ts'
import { RoundPanel } from './round-panel.tsx'
import { UnitForm } from './unit-form.tsx'
import { useUnitText } from './unit-text.ts'

const route = getRouteApi('/shell/read-rounds')

type Unit = ReadRoundSummary['unit']

const RoundState = ({ round }: { round: ReadRoundSummary }) => {
  const { say } = useText()
  if (round.endedAt === null) return <Tag tone="busy">{say('round.goesOn')}</Tag>
  if (round.stoppedAt !== null) return <Tag tone="plain">{say('round.wasStopped')}</Tag>
  const failed = round.counts.failed > 0
  return (
    <Tag tone={failed ? 'warn' : 'good'}>{say(failed ? 'round.incomplete' : 'round.complete')}</Tag>
  )
}

const columnsOf = (say: Say, unitText: (unit: Unit) => string): Column<ReadRoundSummary>[] => [
  {
    key: 'at',
    title: say('round.createdAt'),
    render: ({ readRoundId, createdAt }) => (
      <Link to="/read-rounds" search={{ round: readRoundId }}>
        <When at={createdAt} />
      </Link>
    ),
  },
  { key: 'unit', title: say('unit.label'), render: ({ unit }) => unitText(unit) },
  { key: 'state', title: say('round.state'), render: (round) => <RoundState round={round} /> },
  { key: 'total', title: say('round.total'), align: 'right', render: (round) => round.total },
  { key: 'read', title: say('round.read'), align: 'right', render: ({ counts }) => counts.read },
  {
    key: 'failed',
    title: say('round.failed'),
    align: 'right',
    render: ({ counts }) => counts.failed,
  },
  {
    key: 'cancelled',
    title: say('round.cancelled'),
    align: 'right',
    render: ({ counts }) => counts.cancelled,
  },
  {
    key: 'operator',
    title: say('round.operator'),
    render: ({ operator }) => <Name>{operator ?? '—'}</Name>,
  },
  { key: 'ended', title: say('round.endedAt'), render: (round) => <When at={round.endedAt} /> },
]

const Recent = ({ complexId }: { complexId: number }) => {
  const { say } = useText()
  const unitText = useUnitText(complexId)
  const { data, error, refetch } = useRounds(complexId)
  return (
    <Card title={say('round.recent')}>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      <DataTable<ReadRoundSummary>
        label={say('round.recent')}
        columns={columnsOf(say, unitText)}
        rows={data?.items ?? (error ? [] : null)}
        rowKey={(round) => round.readRoundId}
        emptyText={say('round.none')}
      />
    </Card>
  )
}

export const RoundsPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { round, group } = route.useSearch()
  const navigate = route.useNavigate()
  const maySend = useMay('command.send')
  return (
    <Page title={say('nav.rounds')}>
      {maySend ? <UnitForm complexId={complexId} /> : null}
      {round ? (
        <RoundPanel
          key={round}
          complexId={complexId}
          roundId={round}
          group={GROUPS.find((known) => known === group) ?? 'all'}
          onGroup={(next) => void navigate({ search: { round, group: next } })}
        />
      ) : null}
      <Recent complexId={complexId} />
    </Page>
  )
}
