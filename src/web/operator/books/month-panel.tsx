// Month lock 月结: refused while anything is unexplained, and then it says what.

import { Link } from '@tanstack/react-router'
import { Alert } from 'antd'
import type { MonthLock, Unexplained } from '../../../http/contract/shifts.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useLockMonth, useMonthLocks } from './day-data.ts'
import { PeriodPanel } from './period-panel.tsx'

/** To where it is explained; ids of the database say nothing to anybody. */
const Way = ({ kind, what }: Unexplained) => {
  const { say } = useText()
  const id = what.split(' ')[0]?.split('/')[1] ?? ''
  const look = say('month.look')
  switch (kind) {
    case 'shift':
      return (
        <Link to="/shifts/$shiftId" params={{ shiftId: id }}>
          {look}
        </Link>
      )
    case 'purchase':
      return (
        <Link to="/purchases/$purchaseId" params={{ purchaseId: id }}>
          {look}
        </Link>
      )
    case 'hold':
      return <Link to="/holds">{look}</Link>
    case 'reduction':
      return <Link to="/payouts">{look}</Link>
    case 'reading':
      return <Link to="/suspects">{look}</Link>
    default:
      return <Name>{what}</Name>
  }
}

const InTheWay = ({ items }: { items: readonly Unexplained[] }) => {
  const { say } = useText()
  if (items.length === 0) return <Alert type="success" showIcon title={say('month.clear')} />
  return (
    <>
      <Alert type="error" showIcon title={say('month.unexplained', { n: items.length })} />
      <DataTable<Unexplained>
        label={say('month.inTheWay')}
        rows={items}
        rowKey={(item) => `${item.kind}/${item.what}`}
        emptyText={say('month.clear')}
        columns={[
          { key: 'kind', title: say('month.kind'), render: (u) => say(`unexplained.${u.kind}`) },
          { key: 'what', title: say('month.what'), render: (u) => <Way {...u} /> },
          { key: 'since', title: say('month.since'), render: (u) => <When at={u.since} /> },
        ]}
      />
    </>
  )
}

const Locked = ({ complexId }: { complexId: number }) => {
  const { say } = useText()
  const { data, error, refetch } = useMonthLocks(complexId)
  return (
    <Card title={say('month.locked')}>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      <DataTable<MonthLock>
        label={say('month.locked')}
        rows={data?.items ?? null}
        rowKey={(lock) => lock.month}
        emptyText={say('month.none')}
        columns={[
          { key: 'month', title: say('month.month'), render: (m) => m.month },
          { key: 'at', title: say('month.lockedAt'), render: (m) => <When at={m.lockedAt} /> },
          { key: 'by', title: say('shift.operator'), render: (m) => <Name>{m.operator}</Name> },
        ]}
      />
    </Card>
  )
}

/** The month before a day. */
const monthBefore = (today: string): string => {
  const [year = 0, month = 1] = today.split('-').map(Number)
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`
}

export const MonthPanel = ({ complexId, today }: { complexId: number; today: string }) => {
  const { say } = useText()
  const dry = useLockMonth()
  const lock = useLockMonth()
  return (
    <div className={layout.halves}>
      <PeriodPanel
        kind="month"
        first={monthBefore(today)}
        words={{
          title: say('month.title'),
          period: say('month.month'),
          close: say('month.lock'),
          sure: say('month.sure'),
        }}
        dry={dry}
        close={lock}
        bodyOf={(month, dryRun) => ({ complexId, month, ...(dryRun ? { dryRun } : {}) })}
        ready={(found, month) => found.month === month && found.unexplained.length === 0}
      >
        {(found) => <InTheWay items={found.unexplained} />}
      </PeriodPanel>
      <Locked complexId={complexId} />
    </div>
  )
}
