// How far a batch has come 批量进度: one bar, the counts by result, each meter with what was read back
// or why not, and the buttons that pause, go on and stop.

import { Link } from '@tanstack/react-router'
import { Alert, App, Button, Progress, Segmented } from 'antd'
import { useState } from 'react'
import type { BatchItem, BatchSummary, BatchView } from '../../../http/contract/batches.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { ClockTime, When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert, problemOf, useProblemText } from '../../ui/problem.tsx'
import { Reason } from '../../ui/reason.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { RelayWord } from '../board/relay.tsx'
import rounds from '../rounds/rounds.module.css'
import {
  BATCH_GROUPS,
  type BatchAct,
  type Group,
  useBatch,
  useBatchAct,
  useResults,
} from './batch-data.ts'
import { noteText } from './selected-meters.tsx'

const PAGE = 100
const PAGE_MAX = 500

const TONES: Readonly<Record<BatchItem['state'], Tone>> = {
  queued: 'plain',
  sent: 'busy',
  acknowledged: 'busy',
  confirmed: 'good',
  failed: 'bad',
  expired: 'bad',
  cancelled: 'plain',
  held: 'bad',
}

export const STATE_TONES: Readonly<Record<BatchSummary['state'], Tone>> = {
  canary: 'busy',
  running: 'busy',
  paused: 'warn',
  stopping: 'warn',
  unresolved: 'bad',
  stopped: 'plain',
  done: 'good',
}

export const batchTitle = ({ kind, params }: BatchSummary, say: Say): string => {
  const { mode } = params
  if (mode === 'kept' || mode === 'tripped' || mode === 'prepaid') return say(`mode.do.${mode}`)
  return say(`command.${kind}`)
}

const Outcome = ({ item }: { item: BatchItem }) => {
  const { say } = useText()
  const { state, reason, note, seenLater } = item
  return (
    <span data-item-state={state}>
      <Tag tone={TONES[state]}>{say(`command.is.${state}`)}</Tag>{' '}
      {reason === null ? null : <Reason code={reason} />}
      {note === null ? null : <> {noteText(say, note)}</>}
      {seenLater === null ? null : (
        <>
          {' '}
          {say(seenLater.asWanted ? 'batch.laterAsWanted' : 'batch.laterOtherwise')}{' '}
          <ClockTime at={seenLater.at} />
        </>
      )}
    </span>
  )
}

const columnsOf = (say: Say): Column<BatchItem>[] => [
  {
    key: 'no',
    title: say('meter.no'),
    render: (item) => (
      <Link to="/meters" search={{ meter: String(item.meterId) }}>
        {item.meterNo}
      </Link>
    ),
  },
  {
    key: 'premises',
    title: say('board.premises'),
    render: (item) => (
      <>
        <Name>{item.premises}</Name>
        {item.first ? <Tag tone="plain">{say('batch.first')}</Tag> : null}
      </>
    ),
  },
  { key: 'gateway', title: say('meter.gateway'), render: (item) => item.gatewayCode },
  { key: 'state', title: say('batch.result'), render: (item) => <Outcome item={item} /> },
  {
    key: 'relay',
    title: say('batch.readBack'),
    render: ({ relay }) => (relay === null ? '—' : <RelayWord relay={relay} />),
  },
  { key: 'sent', title: say('batch.sentAt'), render: (item) => <ClockTime at={item.sentAt} /> },
  { key: 'ended', title: say('batch.endedAt'), render: (item) => <ClockTime at={item.endedAt} /> },
]

const Counts = ({ batch }: { batch: BatchSummary }) => {
  const { say } = useText()
  const { counts, refusedCount } = batch
  const rows = [
    ['confirmed', counts.confirmed, false],
    ['failed', counts.failed + counts.expired, true],
    ['unknown', counts.unknown, true],
    ['seenLater', counts.seenLater, false],
    ['underWay', counts.underWay, false],
    ['waiting', counts.waiting, false],
    ['cancelled', counts.cancelled, false],
    ['refused', refusedCount, true],
  ] as const
  return (
    <ul className={rounds.counts} data-testid="batch-counts" data-state={batch.state}>
      {rows
        .filter(([name, n]) => n > 0 || name === 'confirmed' || name === 'waiting')
        .map(([name, n, bad]) => (
          <li key={name} data-tone={bad && n > 0 ? 'bad' : undefined}>
            {say(`batch.count.${name}`)} <b data-count={name}>{n}</b>
          </li>
        ))}
    </ul>
  )
}

const Acts = ({ complexId, batch }: { complexId: number; batch: BatchView }) => {
  const { say } = useText()
  const words = useProblemText()
  const { message } = App.useApp()
  const may = useMay('command.send')
  const act = useBatchAct(complexId, batch.batchId)
  const results = useResults(complexId, batch.batchId)
  const onError = (error: unknown) => void message.error(words(problemOf(error)))
  const open = batch.counts.waiting > 0 && batch.stoppedAt === null
  const button = (name: BatchAct, danger = false) => (
    <Button danger={danger} loading={act.isPending} onClick={() => act.mutate(name, { onError })}>
      {say(`batch.${name}`)}
    </Button>
  )
  return (
    <span className={layout.tools}>
      {may && open ? button(batch.pausedAt === null ? 'pause' : 'resume') : null}
      {may && open ? button('stop', true) : null}
      <Button loading={results.isPending} onClick={() => results.mutate(undefined, { onError })}>
        {say('batch.results')}
      </Button>
    </span>
  )
}

const StateNote = ({ batch }: { batch: BatchView }) => {
  const { say } = useText()
  if (batch.stopReason !== '' && batch.stopReason !== 'operator')
    return <Alert type="error" showIcon title={<Reason code={batch.stopReason} />} />
  switch (batch.state) {
    case 'canary':
      return <Alert type="info" showIcon title={say('batch.canaryText')} />
    case 'paused':
      return <Alert type="warning" showIcon title={say('batch.pausedText')} />
    case 'unresolved':
      return <Alert type="error" showIcon title={say('batch.unresolvedText')} />
    default:
      return null
  }
}

const Refused = ({ batch: { refused } }: { batch: BatchView }) => {
  const { say } = useText()
  if (refused.length === 0) return null
  return (
    <Alert
      type="warning"
      showIcon
      title={say('select.refused', { n: refused.length })}
      description={refused.slice(0, 20).map((each) => (
        <div key={each.meterId}>
          <Name>{each.premises}</Name> {each.meterNo}: {each.title}
        </div>
      ))}
    />
  )
}

const percentOf = ({ counts, total }: BatchSummary): number => {
  const left = counts.waiting + counts.underWay + counts.unknown
  return total === 0 ? 100 : Math.floor(((total - left) * 100) / total)
}

type BatchPanelProps = {
  complexId: number
  batchId: string
  group: Group
  onGroup: (group: Group) => void
}

export const BatchPanel = ({ complexId, batchId, group, onGroup }: BatchPanelProps) => {
  const { say } = useText()
  const [limit, setLimit] = useState(PAGE)
  const { data: batch, error, refetch } = useBatch(complexId, batchId, group, limit)
  if (!batch) return error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null
  const bad = batch.counts.failed + batch.counts.expired + batch.counts.unknown > 0
  const status = batch.endedAt === null ? 'active' : bad ? 'exception' : 'success'
  return (
    <Card
      title={
        <span className={rounds.title}>
          {batchTitle(batch, say)}
          <Tag tone={STATE_TONES[batch.state]}>{say(`batch.is.${batch.state}`)}</Tag>
          <small>
            <When at={batch.createdAt} /> <Name>{batch.operator}</Name>
          </small>
          <span className={rounds.stop}>
            <Acts complexId={complexId} batch={batch} />
          </span>
        </span>
      }
    >
      <div className={rounds.panel}>
        <Progress percent={percentOf(batch)} status={status} aria-label={say('batch.progress')} />
        <Counts batch={batch} />
        <StateNote batch={batch} />
        <Refused batch={batch} />
        {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
        <Segmented
          aria-label={say('batch.show')}
          value={group}
          options={BATCH_GROUPS.map((value) => ({ value, label: say(`batchGroup.${value}`) }))}
          onChange={onGroup}
        />
        <DataTable<BatchItem>
          label={say('batch.items')}
          columns={columnsOf(say)}
          rows={batch.items}
          rowKey={(item) => item.commandId}
          emptyText={say('batch.noneHere')}
        />
        {batch.nextCursor !== null && limit < PAGE_MAX ? (
          <Button onClick={() => setLimit(PAGE_MAX)}>{say('round.more')}</Button>
        ) : null}
      </div>
    </Card>
  )
}
