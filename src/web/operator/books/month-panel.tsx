// Month lock 月结: refused while anything is unexplained, and then it says what.

import { Alert, Button, Input } from 'antd'
import { useState } from 'react'
import type { MonthLock, Unexplained } from '../../../http/contract/shifts.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useLockMonth, useMonthLocks } from './day-data.ts'

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
          { key: 'what', title: say('month.what'), render: (u) => <Name>{u.what}</Name> },
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
  const [month, setMonth] = useState(() => monthBefore(today))
  const [sure, setSure] = useState(false)
  const dry = useLockMonth()
  const lock = useLockMonth()
  const isMonth = /^\d{4}-(0[1-9]|1[0-2])$/.test(month)
  const ready = dry.data?.unexplained.length === 0 && dry.data.month === month
  return (
    <div className={layout.halves}>
      <Card title={say('month.title')}>
        <div className={layout.stack}>
          <div className={layout.line}>
            <label htmlFor="month">{say('month.month')}</label>
            <Input
              id="month"
              type="month"
              value={month}
              style={{ width: 170 }}
              onChange={(event) => setMonth(event.target.value)}
            />
            <Button
              disabled={!isMonth}
              loading={dry.isPending}
              onClick={() => dry.mutate({ complexId, month, dryRun: true })}
            >
              {say('payout.check')}
            </Button>
            <Button type="primary" disabled={!ready} onClick={() => setSure(true)}>
              {say('month.lock')}
            </Button>
          </div>
          {dry.error ? <ProblemAlert error={dry.error} /> : null}
          {dry.data ? <InTheWay items={dry.data.unexplained} /> : null}
        </div>
        <Confirm
          open={sure}
          title={`${say('month.lock')} ${month}`}
          confirmText={say('month.lock')}
          danger
          allowed={ready}
          busy={lock.isPending}
          error={lock.error}
          onConfirm={() => lock.mutate({ complexId, month }, { onSuccess: () => setSure(false) })}
          onCancel={() => setSure(false)}
        >
          <p>{say('month.sure')}</p>
        </Confirm>
      </Card>
      <Locked complexId={complexId} />
    </div>
  )
}
