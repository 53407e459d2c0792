// How far a round has come 抄表进度: one bar, the counts, each meter with what it said or why it was
// not read, and the button that stops it.

import { Alert, App, Button } from 'antd'
import { useState } from 'react'
import type { ReadRound, ReadRoundItem } from '../../../http/contract/rounds.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { ClockTime } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Energy, Money, Power } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { ProblemAlert, problemOf, useProblemText } from '../../ui/problem.tsx'
import { Reason } from '../../ui/reason.tsx'
import { Tag } from '../../ui/tag.tsx'
import { DownloadButton } from '../api/download-button.tsx'
import { useMay } from '../api/session-store.ts'
import { RelayWord } from '../board/relay.tsx'
import {
  COMMAND_TONES,
  FIRST_SHOWN,
  ProgressCard,
  ProgressCounts,
  whichMeter,
} from './progress-card.tsx'
import { GROUPS, type Group, useRound, useStopRound } from './round-data.ts'
import { useUnitText } from './unit-text.ts'

const columnsOf = (say: Say): Column<ReadRoundItem>[] => [
  ...whichMeter<ReadRoundItem>(say, (item) => (
    <>
      <Name>{item.premises}</Name> <PointKind kind={item.pointKind} />
    </>
  )),
  {
    key: 'state',
    title: say('round.state'),
    render: ({ state, reason }) => (
      <span data-item-state={state}>
        <Tag tone={COMMAND_TONES[state]}>{say(`round.is.${state}`)}</Tag>{' '}
        {reason === null ? null : <Reason code={reason} />}
      </span>
    ),
  },
  {
    key: 'energy',
    title: say('readings.energy'),
    align: 'right',
    render: (item) => <Energy wh={item.energyWh} unit={false} />,
  },
  {
    key: 'power',
    title: say('board.power'),
    align: 'right',
    render: (item) => <Power w={item.powerW} unit={false} />,
  },
  {
    key: 'balance',
    title: say('readings.balance'),
    align: 'right',
    render: (item) => <Money fen={item.balanceFen} />,
  },
  {
    key: 'relay',
    title: say('board.relay'),
    render: ({ relay }) => (relay === null ? '—' : <RelayWord relay={relay} />),
  },
  { key: 'at', title: say('round.readAt'), render: (item) => <ClockTime at={item.readAt} /> },
]

/** What was taken back was not done. */
const percentOf = ({ counts, total }: ReadRound): number => {
  const done = counts.read + counts.failed
  return total === 0 ? 100 : Math.floor((done * 100) / total)
}

const Counts = ({ round }: { round: ReadRound }) => {
  const { say } = useText()
  const { read, failed, reading, waiting, cancelled } = round.counts
  return (
    <ProgressCounts
      testId="round-counts"
      state={round.endedAt === null ? 'running' : 'ended'}
      rows={[
        { name: 'read', label: say('round.read'), n: read, always: true },
        { name: 'failed', label: say('round.failed'), n: failed, bad: true, always: true },
        { name: 'reading', label: say('round.reading'), n: reading, always: true },
        { name: 'waiting', label: say('round.waiting'), n: waiting, always: true },
        { name: 'cancelled', label: say('round.cancelled'), n: cancelled },
      ]}
    />
  )
}

const Stop = ({ complexId, round }: { complexId: number; round: ReadRound }) => {
  const { say } = useText()
  const words = useProblemText()
  const { message } = App.useApp()
  const may = useMay('command.send')
  const stop = useStopRound(complexId, round.readRoundId)
  if (!may || round.endedAt !== null || round.stoppedAt !== null) return null
  return (
    <Button
      danger
      loading={stop.isPending}
      onClick={() =>
        stop.mutate(undefined, { onError: (error) => void message.error(words(problemOf(error))) })
      }
    >
      {say('round.stop')}
    </Button>
  )
}

type RoundPanelProps = {
  complexId: number
  roundId: string
  group: Group
  onGroup: (group: Group) => void
}

export const RoundPanel = ({ complexId, roundId, group, onGroup }: RoundPanelProps) => {
  const { say } = useText()
  const unitText = useUnitText(complexId)
  const [limit, setLimit] = useState(FIRST_SHOWN)
  const { data: round, error, refetch } = useRound(complexId, roundId, group, limit)
  const again = () => void refetch()
  if (!round) return error ? <ProblemAlert error={error} onRetry={again} /> : null
  const ended = round.counts.cancelled > 0 ? 'normal' : 'success'
  const bad = round.counts.failed > 0
  const status = round.endedAt === null ? 'active' : bad ? 'exception' : ended
  return (
    <ProgressCard<ReadRoundItem, Group>
      title={unitText(round.unit)}
      acts={
        <span className={layout.tools}>
          <Stop complexId={complexId} round={round} />
          <DownloadButton
            path={`/read-rounds/${roundId}/results`}
            query={{ complexId, group }}
            text={say('round.export')}
          />
        </span>
      }
      of={round}
      bar={{ percent: percentOf(round), status, label: say('round.progress') }}
      refusedTitle={say('round.refused', { n: round.refused.length })}
      problem={error ? { error, again } : null}
      groups={{
        label: say('round.show'),
        all: GROUPS.map((value) => ({ value, label: say(`roundGroup.${value}`) })),
        shown: group,
      }}
      onGroup={onGroup}
      table={{
        label: say('round.items'),
        columns: columnsOf(say),
        emptyText: say('round.noneHere'),
      }}
      limit={limit}
      onLimit={setLimit}
    >
      <Counts round={round} />
      {round.stoppedAt === null ? null : (
        <Alert type="info" showIcon title={say('round.stopped')} />
      )}
    </ProgressCard>
  )
}
