// How far an order to many meters has come 进度: what rounds of reading and batches show alike. One
// bar, those refused beforehand, and the meters by what became of them.

import { Link } from '@tanstack/react-router'
import { Button, Progress, Segmented } from 'antd'
import type { ReactNode } from 'react'
import type { Static } from 'typebox'
import type { CommandItem, RefusedBeforehand } from '../../../http/contract/commands.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import type { Tone } from '../../ui/tag.tsx'
import { RefusedMeters } from './refused-meters.tsx'
import styles from './rounds.module.css'

export const FIRST_SHOWN = 100
const MOST_SHOWN = 500

export const COMMAND_TONES: Readonly<Record<Static<typeof CommandItem>['state'], Tone>> = {
  queued: 'plain',
  sent: 'busy',
  acknowledged: 'busy',
  confirmed: 'good',
  failed: 'bad',
  expired: 'bad',
  cancelled: 'plain',
  held: 'bad',
}

export type ItemOfMeter = {
  commandId: string
  meterId: number
  meterNo: string
  gatewayCode: string
}

/** Which meter it is and where: `place` shows its shop, and what stands beside it. */
export const whichMeter = <Item extends ItemOfMeter>(
  say: Say,
  place: (item: Item) => ReactNode,
): Column<Item>[] => [
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
    render: place,
  },
  { key: 'gateway', title: say('meter.gateway'), render: (item) => item.gatewayCode },
]

type Shown<Item> = {
  createdAt: string
  operator: string | null
  refused: readonly RefusedBeforehand[]
  items: readonly Item[]
  nextCursor: string | null
}

export type CountRow = {
  name: string
  label: string
  n: number
  /** Worth looking at as soon as there is one. */
  bad?: boolean
  /** Shown although there is none. */
  always?: boolean
}

type ProgressCountsProps = { testId: string; state: string; rows: readonly CountRow[] }

/** How many came to which end; `state` is that of the whole. */
export const ProgressCounts = ({ testId, state, rows }: ProgressCountsProps) => (
  <ul className={styles.counts} data-testid={testId} data-state={state}>
    {rows
      .filter(({ n, always }) => n > 0 || always)
      .map(({ name, label, n, bad }) => (
        <li key={name} data-tone={bad && n > 0 ? 'bad' : undefined}>
          {label} <b data-count={name}>{n}</b>
        </li>
      ))}
  </ul>
)

type ProgressCardProps<Item, Group> = {
  title: ReactNode
  acts: ReactNode
  of: Shown<Item>
  bar: { percent: number; status: 'active' | 'exception' | 'normal' | 'success'; label: string }
  /** The counts, and what is to be said of all. */
  children: ReactNode
  refusedTitle: string
  problem: { error: unknown; again: () => void } | null
  groups: { label: string; all: { value: Group; label: string }[]; shown: Group }
  onGroup: (group: Group) => void
  table: { label: string; columns: Column<Item>[]; emptyText: string }
  limit: number
  onLimit: (limit: number) => void
}

export const ProgressCard = <Item extends ItemOfMeter, Group extends string>(
  props: ProgressCardProps<Item, Group>,
) => {
  const { say } = useText()
  const { title, acts, of, bar, children, problem, groups, onGroup, table } = props
  return (
    <Card
      title={
        <span className={styles.title}>
          {title}
          <small>
            <When at={of.createdAt} /> <Name>{of.operator}</Name>
          </small>
          <span className={styles.stop}>{acts}</span>
        </span>
      }
    >
      <div className={styles.panel}>
        <Progress percent={bar.percent} status={bar.status} aria-label={bar.label} />
        {children}
        <RefusedMeters title={props.refusedTitle} refused={of.refused} />
        {problem ? <ProblemAlert error={problem.error} onRetry={problem.again} /> : null}
        <Segmented
          aria-label={groups.label}
          value={groups.shown}
          options={groups.all}
          onChange={onGroup}
        />
        <DataTable<Item> {...table} rows={[...of.items]} rowKey={(item) => item.commandId} />
        {of.nextCursor !== null && props.limit < MOST_SHOWN ? (
          <Button onClick={() => props.onLimit(MOST_SHOWN)}>{say('round.more')}</Button>
        ) : null}
      </div>
    </Card>
  )
}
