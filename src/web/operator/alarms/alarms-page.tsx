// The alarm centre 报警中心: raised, acknowledged, cleared; the serious ones by colour, word and icon.

import { ExclamationCircleFilled, InfoCircleOutlined, WarningOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { App, Button } from 'antd'
import type { ReactNode } from 'react'
import type { Alarm } from '../../../http/contract/alarms.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { problemOf, useProblemText } from '../../ui/problem.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { acknowledgeAlarm, listAlarms, meterOf } from './alarm-data.ts'

const route = getRouteApi('/shell/alarms')

const LOOK: Record<Alarm['severity'], { tone: Tone; icon: ReactNode }> = {
  info: { tone: 'plain', icon: <InfoCircleOutlined aria-hidden /> },
  warning: { tone: 'warn', icon: <WarningOutlined aria-hidden /> },
  serious: { tone: 'bad', icon: <ExclamationCircleFilled aria-hidden /> },
}
const SEVERITIES = ['serious', 'warning', 'info'] as const
const HELD_RULE = 'purchase-count-mismatch'
const STATES = ['open', 'acknowledged', 'cleared'] as const

const Severity = ({ severity }: { severity: Alarm['severity'] }) => {
  const { say } = useText()
  return (
    <Tag tone={LOOK[severity].tone} icon={LOOK[severity].icon}>
      {say(`severity.${severity}`)}
    </Tag>
  )
}

const Acknowledge = ({ alarm }: { alarm: Alarm }) => {
  const { say } = useText()
  const words = useProblemText()
  const { message } = App.useApp()
  const client = useQueryClient()
  const may = useMay('alarm.acknowledge')
  const act = useMutation({
    mutationFn: () => acknowledgeAlarm(alarm),
    onSuccess: () => client.invalidateQueries({ queryKey: ['alarms'] }),
    onError: (error) => void message.error(words(problemOf(error))),
  })
  if (alarm.acknowledgedAt !== null) {
    return (
      <span>
        <Name>{alarm.acknowledgedBy}</Name> <When at={alarm.acknowledgedAt} />
      </span>
    )
  }
  if (alarm.clearedAt !== null || !may) return '—'
  return (
    <Button size="small" loading={act.isPending} onClick={() => act.mutate()}>
      {say('alarm.acknowledge')}
    </Button>
  )
}

const Subject = ({ alarm }: { alarm: Alarm }) => {
  const meterId = meterOf(alarm)
  if (meterId === null) return <Name>{alarm.subject}</Name>
  return (
    <Link to="/board" search={{ meter: String(meterId) }}>
      <Name>{alarm.subject}</Name>
    </Link>
  )
}

/** What the alarm is, and the way to whoever can end it. */
const Title = ({ alarm }: { alarm: Alarm }) => {
  const { say, language } = useText()
  const mayView = useMay('sale.view')
  const meterId = meterOf(alarm)
  const held = alarm.rule === HELD_RULE && alarm.clearedAt === null && meterId !== null
  return (
    <>
      {alarm.title[language]}{' '}
      {held && mayView ? (
        <Link to="/holds" search={{ meter: String(meterId) }}>
          {say('hold.go')}
        </Link>
      ) : null}
    </>
  )
}

const columnsOf = (say: Say): Column<Alarm>[] => [
  { key: 'raised', title: say('alarm.raisedAt'), render: (a) => <When at={a.raisedAt} /> },
  { key: 'severity', title: say('alarm.severity'), render: (a) => <Severity {...a} /> },
  { key: 'title', title: say('alarm.title'), render: (a) => <Title alarm={a} /> },
  { key: 'subject', title: say('alarm.subject'), render: (a) => <Subject alarm={a} /> },
  {
    key: 'acknowledged',
    title: say('alarm.acknowledged'),
    render: (a) => <Acknowledge alarm={a} />,
  },
  { key: 'cleared', title: say('alarm.clearedAt'), render: (a) => <When at={a.clearedAt} /> },
]

export const AlarmsPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page title={say('nav.alarms')}>
      <QueryTable<Alarm>
        name="alarms"
        label={say('nav.alarms')}
        queryKey={['alarms', complexId]}
        load={(query) => listAlarms(complexId, query)}
        columns={columnsOf(say)}
        filters={[
          {
            key: 'state',
            label: say('alarm.state'),
            options: STATES.map((value) => ({ value, label: say(`alarm.${value}`) })),
          },
          {
            key: 'severity',
            label: say('alarm.severity'),
            options: SEVERITIES.map((value) => ({ value, label: say(`severity.${value}`) })),
          },
        ]}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={(alarm) => alarm.alarmId}
        emptyText={say('alarm.none')}
      />
    </Page>
  )
}
