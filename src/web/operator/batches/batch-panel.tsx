// How far a batch has come 批量进度: one bar, the counts by result, each meter with what was read back
// or why not, and the buttons that pause, go on and stop.

import { Link } from '@tanstack/react-router'
import { Alert, App, Button } from 'antd'
import { useState } from 'react'
import type { BatchItem, BatchSummary, BatchView } from '../../../http/contract/batches.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { ClockTime } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { ProblemAlert, problemOf, useProblemText } from '../../ui/problem.tsx'
import { Reason } from '../../ui/reason.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { Premises } from '../board/premises.tsx'
import { RelayWord } from '../board/relay.tsx'
import {
  COMMAND_TONES,
  type CountRow,
  FIRST_SHOWN,
  ProgressCard,
  ProgressCounts,
  whichMeter,
} from '../rounds/progress-card.tsx'
import {
  BATCH_GROUPS,
  type BatchAct,
  type Group,
  useBatch,
  useBatchAct,
  useResults,
} from './batch-data.ts'
import { noteText } from './selected-meters.tsx'

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
      <Tag tone={COMMAND_TONES[state]}>{say(`command.is.${state}`)}</Tag>{' '}
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
  ...whichMeter<BatchItem>(say, (item) => (
    <>
      <Name>
        <Premises of={item} />
      </Name>{' '}
      {item.first ? <Tag tone="plain">{say('batch.first')}</Tag> : null}
    </>
  )),
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
  type Name = Exclude<keyof typeof counts, 'expired'> | 'refused'
  const row = (name: Name, n: number, more: Partial<CountRow> = {}) => ({
    ...{ name, label: say(`batch.count.${name}`), n },
    ...more,
  })
  return (
    <ProgressCounts
      testId="batch-counts"
      state={batch.state}
      rows={[
        row('confirmed', counts.confirmed, { always: true }),
        row('failed', counts.failed + counts.expired, { bad: true }),
        row('unknown', counts.unknown, { bad: true }),
        row('seenLater', counts.seenLater),
        row('underWay', counts.underWay),
        row('waiting', counts.waiting, { always: true }),
        row('cancelled', counts.cancelled),
        row('refused', refusedCount, { bad: true }),
      ]}
    />
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

/** The interlock lets only so many trips leave a minute; the rest waits, and that is no fault. */
const Paced = () => {
  const { say } = useText()
  return (
    <p className={layout.lead}>
      {say('batch.pacedText')} <Link to="/policy">{say('policy.title')}</Link>
    </p>
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
      return batch.pauseReason === 'surge' ? (
        <Alert
          type="error"
          showIcon
          title={<Reason code="surge" />}
          description={say('batch.pausedText')}
        />
      ) : (
        <Alert type="warning" showIcon title={say('batch.pausedText')} />
      )
    case 'unresolved':
      return <Alert type="error" showIcon title={say('batch.unresolvedText')} />
    default:
      return batch.state === 'running' && batch.params.mode === 'tripped' ? <Paced /> : null
  }
}

/** What was taken back was not done. */
const percentOf = ({ counts, total }: BatchSummary): number => {
  const left = counts.waiting + counts.underWay + counts.unknown + counts.cancelled
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
  const [limit, setLimit] = useState(FIRST_SHOWN)
  const { data: batch, error, refetch } = useBatch(complexId, batchId, group, limit)
  const again = () => void refetch()
  if (!batch) return error ? <ProblemAlert error={error} onRetry={again} /> : null
  const bad = batch.counts.failed + batch.counts.expired + batch.counts.unknown > 0
  const ended = batch.counts.cancelled > 0 ? 'normal' : 'success'
  const status = batch.endedAt === null ? 'active' : bad ? 'exception' : ended
  return (
    <ProgressCard<BatchItem, Group>
      title={
        <>
          {batchTitle(batch, say)}
          <Tag tone={STATE_TONES[batch.state]}>{say(`batch.is.${batch.state}`)}</Tag>
        </>
      }
      acts={<Acts complexId={complexId} batch={batch} />}
      of={batch}
      bar={{ percent: percentOf(batch), status, label: say('batch.progress') }}
      refusedTitle={say('select.refused', { n: batch.refused.length })}
      problem={error ? { error, again } : null}
      groups={{
        label: say('batch.show'),
        all: BATCH_GROUPS.map((value) => ({ value, label: say(`batchGroup.${value}`) })),
        shown: group,
      }}
      onGroup={onGroup}
      table={{
        label: say('batch.items'),
        columns: columnsOf(say),
        emptyText: say('batch.noneHere'),
      }}
      limit={limit}
      onLimit={setLimit}
    >
      <Counts batch={batch} />
      <StateNote batch={batch} />
    </ProgressCard>
  )
}
