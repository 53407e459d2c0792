// Day close and month lock 日结与月结: a closed day takes no more postings, a locked month no more days.

import type { DayClose } from '../../../http/contract/shifts.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { useCloseDay, useDayCloses } from './day-data.ts'
import { DaySheet } from './day-sheet.tsx'
import { MonthPanel } from './month-panel.tsx'
import { PeriodPanel } from './period-panel.tsx'

const DayPanel = ({ complexId, firstDay }: { complexId: number; firstDay: string }) => {
  const { say } = useText()
  const dry = useCloseDay()
  const close = useCloseDay()
  return (
    <PeriodPanel
      kind="day"
      first={firstDay}
      words={{
        title: say('day.title'),
        period: say('day.day'),
        close: say('day.close'),
        sure: say('day.sure'),
      }}
      dry={dry}
      close={close}
      bodyOf={(day, dryRun) => ({ complexId, day, ...(dryRun ? { dryRun } : {}) })}
      ready={(found, day) => found.day === day}
    >
      {(found, day) => (found.day === day ? <DaySheet day={found} /> : null)}
    </PeriodPanel>
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
