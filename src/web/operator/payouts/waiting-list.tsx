// Money on its way out of meters 待付款: every reduction that is not paid yet, and the payout as
// soon as the meter has confirmed it.

import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { Reduction } from '../../../http/contract/reductions.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Money } from '../../ui/money.tsx'
import { Called, Name } from '../../ui/name.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Reason } from '../../ui/reason.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { useReductions, useVouchers } from './payout-data.ts'
import { PayoutDialog } from './payout-dialog.tsx'

type OnPay = ((reduction: Reduction) => void) | null
type Shown = { reduction: Reduction; paid: boolean }

const Pay = ({ shown, onPay }: { shown: Shown; onPay: OnPay }) => {
  const { say } = useText()
  const { reduction, paid } = shown
  if (paid) return say('reduction.paid')
  const payable = reduction.purpose === 'refund' || reduction.purpose === 'reversal'
  if (reduction.state !== 'DONE' || !payable || onPay === null) return '—'
  if (reduction.takenFen === 0) return say('reduction.nothing')
  return (
    <Button type="primary" size="small" onClick={() => onPay(reduction)}>
      {say('payout.do.pay')}
    </Button>
  )
}

/** What was wanted, what the meter gave up, and what it kept under load. */
const moneyColumns = (say: Say): Column<Shown>[] => [
  {
    key: 'wanted',
    title: say('reduction.wantedYuan'),
    align: 'right',
    render: ({ reduction }) =>
      reduction.wantedFen === null ? say('payout.all') : <Money fen={reduction.wantedFen} />,
  },
  {
    key: 'taken',
    title: say('reduction.takenYuan'),
    align: 'right',
    render: (r) => <Money fen={r.reduction.takenFen} />,
  },
  {
    key: 'rest',
    title: say('reduction.restYuan'),
    align: 'right',
    render: ({ reduction }) => <Money fen={reduction.restFen === 0 ? null : reduction.restFen} />,
  },
]

const columnsOf = (say: Say, onPay: OnPay): Column<Shown>[] => [
  { key: 'at', title: say('reduction.at'), render: (r) => <When at={r.reduction.queuedAt} /> },
  {
    key: 'purpose',
    title: say('reduction.purpose'),
    render: (r) => say(`purpose.${r.reduction.purpose}`),
  },
  {
    key: 'account',
    title: say('account.no'),
    render: ({ reduction }) => (
      <Link to="/accounts/$accountId" params={{ accountId: String(reduction.accountId) }}>
        {reduction.accountNo}
      </Link>
    ),
  },
  {
    key: 'tenant',
    title: say('sale.shop'),
    render: ({ reduction }) => (
      <span>
        <Called zh={reduction.premises} en={reduction.premisesEn} /> <Name>{reduction.tenant}</Name>
      </span>
    ),
  },
  { key: 'meter', title: say('sale.meterNo'), render: (r) => r.reduction.meterNo },
  ...moneyColumns(say),
  {
    key: 'state',
    title: say('purchase.state'),
    render: ({ reduction }) => (
      <span data-reduction={reduction.state}>{say(`reductionState.${reduction.state}`)}</span>
    ),
  },
  {
    key: 'fault',
    title: say('purchase.fault'),
    render: (r) => <Reason code={r.reduction.cancelReason ?? r.reduction.lastFault ?? ''} />,
  },
  {
    key: 'pay',
    title: say('reduction.act'),
    render: (shown) => <Pay shown={shown} onPay={onPay} />,
  },
]

type WaitingListProps = { accountId?: number; unpaidOnly: boolean }

/** What the page of one account says once. */
const OF_ACCOUNT = ['account', 'tenant']

/** The newest are enough: what was paid long ago is found among the vouchers. */
const SHOWN_MAX = 100

export const WaitingList = ({ accountId, unpaidOnly }: WaitingListProps) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const mayPay = useMay('payout.make')
  const [paying, setPaying] = useState<Reduction | null>(null)
  const query = { limit: SHOWN_MAX, accountId }
  const { data, error, refetch } = useReductions(complexId, query)
  const vouchers = useVouchers(complexId, query)
  const paid = new Set(vouchers.data?.items.map((each) => each.reductionId))
  const rows = data?.items.map((reduction) => ({
    reduction,
    paid: paid.has(reduction.reductionId),
  }))
  const columns = columnsOf(say, mayPay ? setPaying : null)
  const waits = ({ reduction, paid: isPaid }: Shown) =>
    !isPaid && reduction.state !== 'CANCELLED' && reduction.takenFen !== 0
  return (
    <>
      {error && !data ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      <DataTable<Shown>
        label={say('reduction.list')}
        rows={rows && vouchers.data ? (unpaidOnly ? rows.filter(waits) : rows) : null}
        rowKey={({ reduction }) => reduction.reductionId}
        columns={
          accountId === undefined ? columns : columns.filter(({ key }) => !OF_ACCOUNT.includes(key))
        }
        emptyText={say('reduction.none')}
      />
      {paying ? (
        <PayoutDialog
          subject={{ kind: 'pay', reduction: paying }}
          onClose={() => setPaying(null)}
        />
      ) : null}
    </>
  )
}
