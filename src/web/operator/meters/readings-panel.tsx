// The readings of one meter 抄表数据: as taken, or by half hour, day or month with what was used, as a
// picture and as a table. Doubtful ones are crossed out, with the reason, until somebody decides.

import { Button, Segmented } from 'antd'
import { useState } from 'react'
import type { Reading, ReadingStep } from '../../../http/contract/readings.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Energy, Money } from '../../ui/money.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import { DecideDialog } from '../suspects/decide-dialog.tsx'
import { Chart } from './chart.tsx'
import { Decision, Doubts } from './doubts.tsx'
import { type ReadingSpan, SPANS, useReadings } from './meter-data.ts'
import styles from './meters.module.css'

const STEPS = ['none', 'halfHour', 'day', 'month'] as const satisfies readonly ReadingStep[]

export type ReadingChoice = { step: ReadingStep; span: ReadingSpan }

/** A year of half hours is more than anybody reads. */
const tooLong = (step: ReadingStep, span: ReadingSpan): boolean =>
  span === 'year' && (step === 'none' || step === 'halfHour')

/** As the address says; a day as taken where it says nothing. */
export const readingChoice = (
  stepText: string | undefined,
  spanText: string | undefined,
): ReadingChoice => {
  const step = STEPS.find((known) => known === stepText) ?? 'none'
  const span = SPANS.find((known) => known === spanText) ?? 'day'
  return { step, span: tooLong(step, span) ? 'month' : span }
}

const takenColumns = (say: Say, decide: (reading: Reading) => void): Column<Reading>[] => [
  { key: 'at', title: say('readings.at'), render: (reading) => <When at={reading.at} /> },
  {
    key: 'source',
    title: say('readings.source'),
    render: (reading) => say(sourceKey(reading.source)),
  },
  {
    key: 'energy',
    title: say('readings.energy'),
    align: 'right',
    render: ({ energyWh, blocked }) => (
      <span className={blocked ? styles.doubtful : undefined}>
        <Energy wh={energyWh} unit={false} />
      </span>
    ),
  },
  {
    key: 'reverse',
    title: say('readings.reverse'),
    align: 'right',
    render: (reading) => <Energy wh={reading.reverseWh} unit={false} />,
  },
  {
    key: 'balance',
    title: say('readings.balance'),
    align: 'right',
    render: (reading) => <Money fen={reading.balanceFen} />,
  },
  {
    key: 'doubts',
    title: say('readings.doubts'),
    render: (reading) => (
      <span className={styles.tools}>
        <Doubts doubts={reading.doubts} />
        <Decision decision={reading.decision} />
        <DecideButton reading={reading} onDecide={decide} />
      </span>
    ),
  },
]

const SOURCES = [
  'energy',
  'status',
  'dailyFreeze',
  'monthlyFreeze',
  'onDemand',
  'byHand',
  'intervalFreeze',
  'pushed',
] as const

export const sourceKey = (source: string) => {
  const known = SOURCES.find((each) => each === source)
  return known ? (`source.${known}` as const) : 'source.unknown'
}

type DecideButtonProps = { reading: Reading; onDecide: (reading: Reading) => void }

const DecideButton = ({ reading, onDecide }: DecideButtonProps) => {
  const { say } = useText()
  const may = useMay('reading.decide')
  if (!may || (!reading.blocked && reading.decision === null)) return null
  return (
    <Button size="small" onClick={() => onDecide(reading)}>
      {say(reading.decision === null ? 'suspect.decide' : 'suspect.decideAgain')}
    </Button>
  )
}

const stepColumns = (say: Say): Column<Reading>[] => [
  { key: 'step', title: say('readings.step'), render: (reading) => <When at={reading.stepAt} /> },
  {
    key: 'used',
    title: say('readings.used'),
    align: 'right',
    render: (reading) => <Energy wh={reading.usedWh} unit={false} />,
  },
  {
    key: 'energy',
    title: say('readings.energyAtEnd'),
    align: 'right',
    render: (reading) => <Energy wh={reading.energyWh} unit={false} />,
  },
  { key: 'at', title: say('readings.at'), render: (reading) => <When at={reading.at} /> },
  {
    key: 'since',
    title: say('readings.usedSince'),
    render: (reading) => <When at={reading.usedSince} />,
  },
]

type ReadingsPanelProps = {
  complexId: number
  meterId: number
  choice: ReadingChoice
  onChoice: (next: ReadingChoice) => void
}

const Choices = ({ choice, onChoice }: Pick<ReadingsPanelProps, 'choice' | 'onChoice'>) => {
  const { say } = useText()
  return (
    <div className={styles.tools}>
      <Segmented
        aria-label={say('readings.step')}
        value={choice.step}
        options={STEPS.map((value) => ({ value, label: say(`step.${value}`) }))}
        onChange={(step) => onChoice({ ...choice, step })}
      />
      <Segmented
        aria-label={say('readings.span')}
        value={choice.span}
        options={SPANS.map((value) => ({
          value,
          label: say(`readingSpan.${value}`),
          disabled: tooLong(choice.step, value),
        }))}
        onChange={(span) => onChoice({ ...choice, span })}
      />
    </div>
  )
}

export const ReadingsPanel = ({ complexId, meterId, choice, onChoice }: ReadingsPanelProps) => {
  const { say } = useText()
  const { data, error, refetch } = useReadings(complexId, meterId, choice)
  const [deciding, setDeciding] = useState<Reading | null>(null)
  const items = data?.items ?? []
  const columns = choice.step === 'none' ? takenColumns(say, setDeciding) : stepColumns(say)
  return (
    <>
      <Choices choice={choice} onChoice={onChoice} />
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      <Chart readings={items} />
      <DataTable<Reading>
        label={say('readings.title')}
        columns={columns}
        rows={data ? [...items].reverse() : error ? [] : null}
        rowKey={({ at, source }) => `${at}/${source}`}
        emptyText={say('readings.none')}
      />
      {data?.nextCursor ? <p>{say('readings.more')}</p> : null}
      {deciding ? (
        <DecideDialog
          suspect={{ complexId, meterId, ...deciding }}
          title={say('readings.title')}
          onClose={() => setDeciding(null)}
        />
      ) : null}
    </>
  )
}
