// Day close and month lock 日结与月结: a closed day takes no more postings, a locked month no more days.

import { Button, Input } from 'antd'
import { useState } from 'react'
import type { DayClose } from '../../../http/contract/shifts.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { useCloseDay, useDayCloses } from './day-data.ts'
import { DaySheet } from './day-sheet.tsx'
import { MonthPanel } from './month-panel.tsx'

const DayPanel = ({ complexId, firstDay }: { complexId: number; firstDay: string }) => {
  const { say } = useText()
  const [day, setDay] = useState(firstDay)
  const [sure, setSure] = useState(false)
  const dry = useCloseDay()
  const close = useCloseDay()
  const shown = dry.data?.day === day ? dry.data : null
  const done = () => {
    setSure(false)
    dry.reset()
  }
  return (
    <Card title={say('day.title')}>
      <div className={layout.stack}>
        <div className={layout.line}>
          <label htmlFor="day">{say('day.day')}</label>
          <Input
            id="day"
            type="date"
            value={day}
            style={{ width: 170 }}
            onChange={(event) => setDay(event.target.value)}
          />
          <Button
            disabled={day === ''}
            loading={dry.isPending}
            onClick={() => dry.mutate({ complexId, day, dryRun: true })}
          >
            {say('payout.check')}
          </Button>
          <Button type="primary" disabled={shown === null} onClick={() => setSure(true)}>
            {say('day.close')}
          </Button>
        </div>
        {dry.error ? <ProblemAlert error={dry.error} /> : null}
        {shown ? <DaySheet day={shown} /> : null}
      </div>
      <Confirm
        open={sure}
        title={`${say('day.close')} ${day}`}
        confirmText={say('day.close')}
        danger
        allowed={shown !== null}
        busy={close.isPending}
        error={close.error}
        onConfirm={() => close.mutate({ complexId, day }, { onSuccess: done })}
        onCancel={() => setSure(false)}
      >
        <p>{say('day.sure')}</p>
      </Confirm>
    </Card>
  )
}

const Closed = ({ days }: { days: readonly DayClose[] }) => {
  const { say } = useText()
  return (
    <Card title={say('day.closed')}>
      <DataTable<DayClose>
        label={say('day.closed')}
        rows={days}
        rowKey={(day) => day.day}
        emptyText={say('day.none')}
        columns={[
          { key: 'day', title: say('day.day'), render: (d) => d.day },
          {
            key: 'total',
            title: say('day.totalYuan'),
            align: 'right',
            render: (d) => <Money fen={d.totalFen} strong />,
          },
          {
            key: 'receipts',
            title: say('shift.receipts'),
            render: (d) => `${d.receipts.from ?? '—'} – ${d.receipts.to ?? '—'}`,
          },
          {
            key: 'difference',
            title: say('shift.differenceYuan'),
            align: 'right',
            render: (d) => <Money fen={d.cashDifferenceFen} />,
          },
          {
            key: 'handed',
            title: say('day.handedInYuan'),
            align: 'right',
            render: (d) => <Money fen={d.handedInFen} />,
          },
          { key: 'at', title: say('day.closedAt'), render: (d) => <When at={d.closedAt} /> },
          { key: 'by', title: say('shift.operator'), render: (d) => <Name>{d.operator}</Name> },
        ]}
      />
    </Card>
  )
}

export const DayClosePage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { data, error, refetch } = useDayCloses(complexId)
  return (
    <Page title={say('nav.dayClose')}>
      {error && !data ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? (
        <>
          <DayPanel
            key={data.firstOpenDay ?? data.today}
            complexId={complexId}
            firstDay={data.firstOpenDay ?? data.today}
          />
          <Closed days={data.items} />
          <MonthPanel complexId={complexId} today={data.today} />
        </>
      ) : null}
    </Page>
  )
}
