// What was selected 预览: each meter as it was read, with its age, what would be sent to it, and who
// is refused and why. It holds for a minute, which is counted down.

import { ClockCircleOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { useState } from 'react'
import type { Command, SelectedMeter } from '../../../http/contract/commands.ts'
import { hasText, type Language, type Say, useText } from '../../text/i18n.ts'
import { Age } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { StateTag } from '../../ui/state-tag.tsx'
import { staleAfterOf, useBoardSnapshot, useOverview } from '../board/board-data.ts'
import { RelayWord } from '../board/relay.tsx'
import { boardStore } from '../live/live.ts'
import { RefusedMeters } from '../rounds/refused-meters.tsx'
import styles from './batches.module.css'
import { PlanToCome, SwitchToCome } from './price-to-come.tsx'
import type { Selected } from './select-data.ts'

const SHOWN = 100
const SHOWN_MAX = 1_000

export const Countdown = ({
  secondsLeft,
  onAgain,
}: {
  secondsLeft: number
  onAgain: () => void
}) => {
  const { say } = useText()
  if (secondsLeft > 0)
    return (
      <span className={styles.countdown} role="timer" data-seconds={secondsLeft}>
        <ClockCircleOutlined aria-hidden /> {say('select.secondsLeft', { n: secondsLeft })}
      </span>
    )
  return (
    <Alert
      type="warning"
      showIcon
      role="status"
      title={say('select.over')}
      action={
        <Button size="small" onClick={onAgain}>
          {say('select.again')}
        </Button>
      }
    />
  )
}

export const noteText = (say: Say, note: string): string => {
  const key = `note.${note}`
  return hasText(key) ? say(key) : note
}

export const Intended = ({ meter }: { meter: Pick<SelectedMeter, 'intended' | 'note'> }) => {
  const { say } = useText()
  return (
    <>
      {meter.intended.map((each) => say(`intended.${each}`)).join(' → ')}
      {meter.note === null ? null : (
        <small className={styles.note}>{noteText(say, meter.note)}</small>
      )}
    </>
  )
}

/** What would be sent, with the plan and the moment where it is prices. */
const Will = ({ meter }: { meter: SelectedMeter }) => (
  <>
    <Intended meter={meter} />
    {meter.price === null ? null : (
      <small className={styles.note}>
        <PlanToCome price={meter.price} /> · <SwitchToCome price={meter.price} />
      </small>
    )}
  </>
)

/** The board knows the names of shops in both languages. */
const nameIn = (language: Language, meterId: number): string => {
  const item = boardStore.item(meterId)
  return (language === 'en' && item?.premisesNameEn) || (item?.premisesName ?? '')
}

const columnsOf = (say: Say, language: Language): Column<SelectedMeter>[] => [
  {
    key: 'premises',
    title: say('board.premises'),
    render: ({ meterId, premises, premisesName }) => (
      <>
        {premises} <Name>{nameIn(language, meterId) || premisesName}</Name>
      </>
    ),
  },
  { key: 'no', title: say('meter.no'), render: (meter) => meter.meterNo },
  { key: 'state', title: say('batch.state'), render: (meter) => <StateTag state={meter.state} /> },
  { key: 'mode', title: say('select.mode'), render: (meter) => say(`mode.${meter.mode}`) },
  { key: 'relay', title: say('board.relay'), render: ({ relay }) => <RelayWord relay={relay} /> },
  {
    key: 'relayAt',
    title: say('select.age'),
    render: ({ meterId, relayAt }) => <Age at={relayAt} staleAfterMs={staleAfterOf(meterId)} />,
  },
  {
    key: 'balance',
    title: say('readings.balance'),
    align: 'right',
    render: ({ balanceFen }) => <Money fen={balanceFen} />,
  },
  { key: 'will', title: say('select.intended'), render: (meter) => <Will meter={meter} /> },
]

type Refused = Command['refused'][number]

const useNamed = (complexId: number, refused: readonly Refused[]) => {
  const { language } = useText()
  useBoardSnapshot(complexId)
  useOverview()
  return refused.map(({ meterId, title }) => {
    const item = boardStore.item(meterId)
    const name = nameIn(language, meterId)
    const premises = item ? `${item.premises} ${name}`.trim() : `#${meterId}`
    return { meterId, title, premises, meterNo: item?.meterNo ?? '' }
  })
}

/** How many would be sent what. */
const totals = (say: Say, meters: readonly SelectedMeter[]): string => {
  const counts = new Map<string, number>()
  for (const { intended } of meters) {
    const words = intended.map((each) => say(`intended.${each}`)).join(' → ')
    counts.set(words, (counts.get(words) ?? 0) + 1)
  }
  return [...counts].map(([words, n]) => `${words}: ${n}`).join(' · ')
}

type SelectedMetersProps = { complexId: number; selected: Selected }

export const SelectedMeters = ({ complexId, selected }: SelectedMetersProps) => {
  const { say, language } = useText()
  const [shown, setShown] = useState(SHOWN)
  const { selection, refused } = selected
  const { meters, unknown, canary } = selection
  const named = useNamed(complexId, refused)
  return (
    <div className={layout.stack} data-testid="selected">
      <p className={layout.lead} role="status">
        {say('select.would', { n: meters.length })} {totals(say, meters)}
        {canary > 0 ? ` · ${say('select.canary', { n: canary })}` : null}
      </p>
      {unknown.length > 0 ? (
        <Alert
          type="warning"
          showIcon
          title={say('select.unknown', { n: unknown.length })}
          description={unknown.slice(0, 50).join(' ')}
        />
      ) : null}
      <RefusedMeters title={say('select.refused', { n: refused.length })} refused={named} />
      <DataTable<SelectedMeter>
        label={say('select.meters')}
        columns={columnsOf(say, language)}
        rows={meters.slice(0, shown)}
        rowKey={(meter) => meter.meterId}
        emptyText={say('select.none')}
      />
      {meters.length > shown ? (
        <Button onClick={() => setShown(SHOWN_MAX)}>
          {say('select.more', { n: meters.length - shown })}
        </Button>
      ) : null}
    </div>
  )
}
