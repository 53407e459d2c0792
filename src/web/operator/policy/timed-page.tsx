// Timed control 分时控制: circuits that are switched by the clock, when next, and what stands in the
// way.

import { Button } from 'antd'
import { useState } from 'react'
import type { TimedCircuit, TimedSchedule } from '../../../http/contract/policy.ts'
import { hasText, type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Called, Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { useSchedules } from './policy-data.ts'
import { PolicyLinks } from './policy-links.tsx'
import { spansText } from './spans.ts'
import { TimedDialog } from './timed-dialog.tsx'
import { WeekHours } from './week-hours.tsx'

const timedWords = (say: Say, code: string): string => {
  const key = `timed.reason.${code}`
  return hasText(key) ? say(key) : code
}

const columnsOf = (say: Say): Column<TimedCircuit>[] => [
  {
    key: 'shop',
    title: say('sale.shop'),
    render: (c) => <Called zh={c.premises} en={c.premisesEn} />,
  },
  { key: 'name', title: say('timed.circuit'), render: (c) => <Name>{c.name || c.meterNo}</Name> },
  {
    key: 'relay',
    title: say('timed.relay'),
    render: (c) => (
      <Tag tone={c.relay === 'closed' ? 'good' : 'plain'}>
        {say(`timed.relay.${c.relay ?? 'unknown'}`)}
      </Tag>
    ),
  },
  { key: 'reason', title: say('policy.because'), render: (c) => timedWords(say, c.reason) },
]

const Schedule = ({ schedule, onChange }: { schedule: TimedSchedule; onChange: () => void }) => {
  const { say, language } = useText()
  const mayEdit = useMay('policy.edit')
  const name = (language === 'en' && schedule.nameEn) || schedule.name
  const state = schedule.enabled ? (schedule.on ? 'on' : 'off') : 'disabled'
  return (
    <Card title={<Name>{name}</Name>}>
      <div className={layout.stack}>
        <Facts
          rows={[
            [
              say('timed.now'),
              <Tag key="now" tone="plain">
                {say(`timed.state.${state}`)}
              </Tag>,
            ],
            [
              say('timed.next'),
              schedule.nextAt ? <When key="next" at={schedule.nextAt} /> : say('timed.noNext'),
            ],
          ]}
        />
        <WeekHours week={schedule.week.map(spansText)} disabled onWeek={() => {}} />
        {schedule.holiday === null ? null : (
          <p>
            {say('timed.holiday')}：{spansText(schedule.holiday) || say('timed.allOff')}
          </p>
        )}
        <DataTable<TimedCircuit>
          label={name}
          rows={schedule.circuits}
          rowKey={({ pointId }) => pointId}
          emptyText={say('timed.noCircuits')}
          columns={columnsOf(say)}
        />
        {mayEdit ? (
          <div>
            <Button onClick={onChange}>{say('timed.change')}</Button>
          </div>
        ) : null}
      </div>
    </Card>
  )
}

export const TimedPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { data, error, refetch } = useSchedules(complexId)
  const [editing, setEditing] = useState<TimedSchedule | 'new' | null>(null)
  const mayEdit = useMay('policy.edit')
  return (
    <Page title={say('timed.title')} tools={<PolicyLinks />}>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {mayEdit ? (
        <div>
          <Button type="primary" onClick={() => setEditing('new')}>
            {say('timed.new')}
          </Button>
        </div>
      ) : null}
      {data ? null : <Loading />}
      {data?.items.length === 0 ? <Card>{say('timed.none')}</Card> : null}
      {data?.items.map((schedule) => (
        <Schedule
          key={schedule.scheduleId}
          schedule={schedule}
          onChange={() => setEditing(schedule)}
        />
      ))}
      {editing ? (
        <TimedDialog
          complexId={complexId}
          schedule={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      ) : null}
    </Page>
  )
}
