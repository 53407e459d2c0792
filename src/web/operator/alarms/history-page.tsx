// Alarms before 历史报警: by time, rule, place and person; every one of them, also those that another
// spoke for.

import { DownloadOutlined } from '@ant-design/icons'
import { getRouteApi } from '@tanstack/react-router'
import { Button } from 'antd'
import type { Alarm } from '../../../http/contract/alarms.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Called } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { useComplex } from '../complex.tsx'
import { Lasting, Subject, TakenUp, Title } from './alarm-cells.tsx'
import { listAlarms, useAlarmSheet } from './alarm-data.ts'
import { AlarmDrawer } from './alarm-drawer.tsx'
import { AlarmLinks } from './alarm-links.tsx'
import { useHistoryFilters } from './filters.ts'
import { Severity } from './severity.tsx'

const route = getRouteApi('/shell/alarms/history')

const columnsOf = (say: Say, open: (alarmId: string) => void): Column<Alarm>[] => [
  { key: 'raised', title: say('alarm.raisedAt'), render: (a) => <When at={a.raisedAt} /> },
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
  {
    key: 'gateway',
    title: say('meter.gateway'),
    render: (a) => <Called zh={a.gateway} en={a.gatewayEn} />,
  },
  { key: 'taken', title: say('alarms.takenUp'), render: (a) => <TakenUp alarm={a} /> },
  { key: 'cleared', title: say('alarm.clearedAt'), render: (a) => <When at={a.clearedAt} /> },
  { key: 'lasts', title: say('alarms.lasts'), render: (a) => <Lasting alarm={a} /> },
]

export const HistoryPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { alarm, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  const filters = useHistoryFilters(complexId)
  const sheet = useAlarmSheet(complexId)
  const open = (alarmId: string | undefined) =>
    void navigate({ search: { ...search, alarm: alarmId } })
  const { cursor: _page, ...asked } = search
  return (
    <Page title={say('alarms.history')} tools={<AlarmLinks />}>
      {sheet.error ? <ProblemAlert error={sheet.error} /> : null}
      <QueryTable<Alarm>
        name="alarm-history"
        label={say('alarms.history')}
        queryKey={['alarms', complexId, 'history']}
        load={(query) => listAlarms(complexId, query)}
        columns={columnsOf(say, open)}
        filters={filters}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={({ alarmId }) => alarmId}
        emptyText={say('alarms.noneEver')}
        summary={() => (
          <p>
            <Button
              icon={<DownloadOutlined aria-hidden />}
              loading={sheet.isPending}
              onClick={() => sheet.mutate(asked)}
            >
              {say('alarms.export')}
            </Button>
          </p>
        )}
      />
      {alarm ? <AlarmDrawer key={alarm} alarmId={alarm} onClose={() => open(undefined)} /> : null}
    </Page>
  )
}
