// Alarms now 实时报警: what lasts, gravest first, without a reload. Many are taken up at once, by hand
// or by keyboard: arrows move, the space bar marks.

import { getRouteApi } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { type KeyboardEvent, useState } from 'react'
import type { Alarm } from '../../../http/contract/alarms.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { type Marks, markColumn, useMarks } from '../../ui/marks.tsx'
import { Called } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { SearchForm } from '../../ui/search-form.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { AcknowledgeDialog } from './acknowledge-dialog.tsx'
import { Lasting, Subject, TakenUp, Title } from './alarm-cells.tsx'
import { useAlarms } from './alarm-data.ts'
import { AlarmDrawer } from './alarm-drawer.tsx'
import { AlarmLinks } from './alarm-links.tsx'
import styles from './alarms.module.css'
import { useLiveFilters } from './filters.ts'
import { Severity } from './severity.tsx'
import { chooseSound, useSound } from './sound.ts'
import { SEVERITIES, SOUNDS } from './sound-choice.ts'

const route = getRouteApi('/shell/alarms')
const SHOWN_MAX = 500

const canTake = ({ acknowledgedAt, clearedAt }: Alarm): boolean =>
  acknowledgedAt === null && clearedAt === null

const markOf = (alarm: Alarm, language: 'zh' | 'en') =>
  canTake(alarm)
    ? {
        id: alarm.alarmId,
        name: `${alarm.title[language]} ${language === 'en' ? alarm.subjectEn : alarm.subject}`,
      }
    : null

const columnsOf = (say: Say, open: (alarmId: string) => void): Column<Alarm>[] => [
  { key: 'severity', title: say('alarm.severity'), render: (a) => <Severity {...a} /> },
  {
    key: 'title',
    title: say('alarm.title'),
    render: (a) => <Title alarm={a} onOpen={() => open(a.alarmId)} />,
  },
  { key: 'subject', title: say('alarm.subject'), render: (a) => <Subject alarm={a} /> },
  {
    key: 'building',
    title: say('meters.building'),
    render: (a) => <Called zh={a.building} en={a.buildingEn} />,
  },
  { key: 'raised', title: say('alarm.raisedAt'), render: (a) => <When at={a.raisedAt} /> },
  { key: 'lasts', title: say('alarms.lasts'), render: (a) => <Lasting alarm={a} /> },
  { key: 'taken', title: say('alarms.takenUp'), render: (a) => <TakenUp alarm={a} /> },
]

/** What nobody has taken up first, then the gravest, then the newest. */
const inOrder = (alarms: readonly Alarm[]): Alarm[] =>
  [...alarms].sort(
    (a, b) =>
      Number(canTake(b)) - Number(canTake(a)) ||
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      b.raisedAt.localeCompare(a.raisedAt),
  )

/** Arrows move from mark to mark. */
const onArrow = (event: KeyboardEvent<HTMLElement>): void => {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  const from = event.target
  if (step === 0 || !(from instanceof HTMLInputElement) || from.type !== 'checkbox') return
  const marks = [
    ...event.currentTarget.querySelectorAll<HTMLInputElement>('input[type="checkbox"]'),
  ]
  const next = marks[marks.indexOf(from) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}

const SoundChoice = () => {
  const { say } = useText()
  const { sound, waits } = useSound()
  return (
    <span>
      <label htmlFor="alarm-sound">{say('alarms.sound')}</label>{' '}
      <Select
        id="alarm-sound"
        style={{ minWidth: 150 }}
        value={sound}
        options={SOUNDS.map((value) => ({ value, label: say(`alarms.sound.${value}`) }))}
        onChange={(value) => void chooseSound(value)}
      />{' '}
      {waits ? <span className={styles.hint}>{say('alarms.soundWaits')}</span> : null}
    </span>
  )
}

type ActsProps = {
  able: readonly Alarm[]
  marks: Marks<string>
  onTake: () => void
}

const Acts = ({ able, marks, onTake }: ActsProps) => {
  const { say } = useText()
  const may = useMay('alarm.acknowledge')
  return (
    <div className={styles.acts}>
      {may ? (
        <>
          <Button
            disabled={able.length === 0}
            onClick={() => marks.setAll(able.map(({ alarmId }) => alarmId))}
          >
            {say('alarms.markAll', { n: able.length })}
          </Button>
          <Button disabled={marks.ids.size === 0} onClick={() => marks.setAll([])}>
            {say('alarms.markNone')}
          </Button>
          <Button type="primary" disabled={marks.ids.size === 0} onClick={onTake}>
            {say('alarms.take', { n: marks.ids.size })}
          </Button>
          <span className={styles.hint}>{say('alarms.keys')}</span>
        </>
      ) : null}
      <SoundChoice />
    </div>
  )
}

export const AlarmsPage = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const { alarm, show, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  const filters = useLiveFilters(complexId)
  const mayTake = useMay('alarm.acknowledge')
  const { data, error, refetch } = useAlarms(complexId, {
    ...{ ...search, state: show ?? 'active', limit: SHOWN_MAX },
  })
  const [taking, setTaking] = useState(false)
  const rows = data ? inOrder(data.items) : null
  const able = rows?.filter(canTake) ?? []
  // What cleared or was taken up meanwhile is no longer marked.
  const marks = useMarks(able.map(({ alarmId }) => alarmId))
  const open = (alarmId: string | undefined) =>
    void navigate({ search: { ...search, show, alarm: alarmId } })
  return (
    <Page title={say('alarms.live')} tools={<AlarmLinks />}>
      <Card>
        <SearchForm
          filters={filters}
          search={{ ...search, show }}
          onSearch={(next) => void navigate({ search: next })}
        />
        <Acts able={able} marks={marks} onTake={() => setTaking(true)} />
        {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows between the marks within. */}
        <div onKeyDown={onArrow}>
          <DataTable<Alarm>
            label={say('alarms.live')}
            rows={rows}
            rowKey={({ alarmId }) => alarmId}
            columns={[
              ...(mayTake ? [markColumn(say, marks, (a: Alarm) => markOf(a, language))] : []),
              ...columnsOf(say, open),
            ]}
            emptyText={say('alarm.none')}
          />
        </div>
        {data?.nextCursor ? <p>{say('alarms.more', { n: SHOWN_MAX })}</p> : null}
      </Card>
      {taking ? (
        <AcknowledgeDialog
          alarmIds={[...marks.ids]}
          onClose={() => {
            setTaking(false)
            marks.setAll([])
          }}
        />
      ) : null}
      {alarm ? <AlarmDrawer key={alarm} alarmId={alarm} onClose={() => open(undefined)} /> : null}
    </Page>
  )
}
