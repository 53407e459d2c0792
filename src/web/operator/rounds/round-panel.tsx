// How far a round has come 抄表进度: one bar, the counts, each meter with what it said or why it was
// not read, and the button that stops it.

import { Link } from '@tanstack/react-router'
import { Alert, App, Button, Progress, Segmented } from 'antd'
import { useState } from 'react'
import type { ReadRound, ReadRoundItem } from '../../../http/contract/rounds.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { ClockTime, When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Energy, Money, Power } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card } from '../../ui/page.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { ProblemAlert, problemOf, useProblemText } from '../../ui/problem.tsx'
import { Reason } from '../../ui/reason.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { RelayWord } from '../board/relay.tsx'
import { GROUPS, type Group, useRound, useStopRound } from './round-data.ts'
import styles from './rounds.module.css'
import { useUnitText } from './unit-text.ts'

const PAGE = 100
const PAGE_MAX = 500

type ItemState = ReadRoundItem['state']

const TONES: Readonly<Record<ItemState, Tone>> = {
  queued: 'plain',
  sent: 'busy',
  acknowledged: 'busy',
  confirmed: 'good',
  failed: 'bad',
  expired: 'bad',
  cancelled: 'plain',
  held: 'bad',
}

const columnsOf = (say: Say): Column<ReadRoundItem>[] => [
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
        <Name>{item.premises}</Name> <PointKind kind={item.pointKind} />
      </>
    ),
  },
  { key: 'gateway', title: say('meter.gateway'), render: (item) => item.gatewayCode },
  {
    key: 'state',
    title: say('round.state'),
    render: ({ state, reason }) => (
      <span data-item-state={state}>
        <Tag tone={TONES[state]}>{say(`round.is.${state}`)}</Tag>{' '}
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

const percentOf = ({ counts, total }: ReadRound): number => {
  const done = counts.read + counts.failed + counts.cancelled
  return total === 0 ? 100 : Math.floor((done * 100) / total)
}

const Counts = ({ round }: { round: ReadRound }) => {
  const { say } = useText()
  const { counts } = round
  return (
    <ul className={styles.counts} data-testid="round-counts" data-ended={round.endedAt !== null}>
      <li>
        {say('round.read')} <b data-count="read">{counts.read}</b>
      </li>
      <li data-tone={counts.failed > 0 ? 'bad' : undefined}>
        {say('round.failed')} <b data-count="failed">{counts.failed}</b>
      </li>
      <li>
        {say('round.reading')} <b>{counts.reading}</b>
      </li>
      <li>
        {say('round.waiting')} <b>{counts.waiting}</b>
      </li>
      {counts.cancelled > 0 ? (
        <li>
          {say('round.cancelled')} <b data-count="cancelled">{counts.cancelled}</b>
        </li>
      ) : null}
    </ul>
  )
}

const Refused = ({ round }: { round: ReadRound }) => {
  const { say } = useText()
  if (round.refused.length === 0) return null
  const shown = round.refused.slice(0, 20)
  return (
    <Alert
      type="warning"
      showIcon
      title={say('round.refused', { n: round.refused.length })}
      description={shown.map((each) => (
        <div key={each.meterId}>
          <Name>{each.premises}</Name> {each.meterNo}: {each.title}
        </div>
      ))}
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
  const [limit, setLimit] = useState(PAGE)
  const { data: round, error, refetch } = useRound(complexId, roundId, group, limit)
  if (!round) return error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null
  const ended = round.endedAt !== null
  return (
    <Card
      title={
        <span className={styles.title}>
          {unitText(round.unit)}
          <small>
            <When at={round.createdAt} /> <Name>{round.operator}</Name>
          </small>
          <span className={styles.stop}>
            <Stop complexId={complexId} round={round} />
          </span>
        </span>
      }
    >
      <div className={styles.panel}>
        <Progress
          percent={percentOf(round)}
          status={ended ? (round.counts.failed > 0 ? 'exception' : 'success') : 'active'}
          aria-label={say('round.progress')}
        />
        <Counts round={round} />
        {round.stoppedAt === null ? null : (
          <Alert type="info" showIcon title={say('round.stopped')} />
        )}
        <Refused round={round} />
        {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
        <Segmented
          aria-label={say('round.show')}
          value={group}
          options={GROUPS.map((value) => ({ value, label: say(`roundGroup.${value}`) }))}
          onChange={onGroup}
        />
        <DataTable<ReadRoundItem>
          label={say('round.items')}
          columns={columnsOf(say)}
          rows={round.items}
          rowKey={(item) => item.commandId}
          emptyText={say('round.noneHere')}
        />
        {round.nextCursor !== null && limit < PAGE_MAX ? (
          <Button onClick={() => setLimit(PAGE_MAX)}>{say('round.more')}</Button>
        ) : null}
      </div>
    </Card>
  )
}
