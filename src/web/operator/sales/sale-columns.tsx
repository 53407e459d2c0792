// The columns of a list of sales 售电记录列.

import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { SaleItem } from '../../../http/contract/sales.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Stacked, stackedTitle } from '../../ui/stacked.tsx'
import { Tag } from '../../ui/tag.tsx'
import { Premises } from '../board/premises.tsx'
import { PurchaseTag } from '../purchases/purchase-state.tsx'

const State = ({ sale }: { sale: SaleItem }) => {
  const { say } = useText()
  if (sale.state === null || sale.purchaseId === null) {
    const text = sale.depositFen > 0 ? 'settlement.deposit' : 'purchase.BALANCE'
    return <Tag tone="good">{say(text)}</Tag>
  }
  return (
    <Link to="/purchases/$purchaseId" params={{ purchaseId: sale.purchaseId }}>
      <PurchaseTag state={sale.state} />
    </Link>
  )
}

const Shop = ({ sale }: { sale: SaleItem }) => (
  <Stacked under={<Name>{sale.tenant}</Name>}>
    <Name>
      <Premises of={sale} />
    </Name>
  </Stacked>
)

const Meter = ({ sale: { accountId, accountNo, meterNo } }: { sale: SaleItem }) => (
  <Stacked
    under={
      <Link to="/accounts/$accountId" params={{ accountId: String(accountId) }}>
        {accountNo}
      </Link>
    }
  >
    {meterNo || '—'}
  </Stacked>
)

type OnReverse = ((sale: SaleItem) => void) | null

const Reverse = ({ sale, onReverse }: { sale: SaleItem; onReverse: OnReverse }) => {
  const { say } = useText()
  // A deposit is given back at the closing, not struck out.
  if (onReverse === null || sale.takenBackFen > 0 || sale.depositFen > 0) return '—'
  return (
    <Button size="small" onClick={() => onReverse(sale)}>
      {say('payout.title.reverse')}
    </Button>
  )
}

export const saleColumns = (say: Say, onReverse: OnReverse): Column<SaleItem>[] => [
  {
    key: 'at',
    title: stackedTitle(say('purchase.at'), say('sale.operator')),
    render: (s) => (
      <Stacked under={<Name>{s.operator}</Name>}>
        <When at={s.at} />
      </Stacked>
    ),
  },
  {
    key: 'receiptNo',
    title: say('sale.receiptNo'),
    render: (s) => (
      <Link to="/sales/$saleId" params={{ saleId: s.saleId }}>
        {s.receiptNo}
      </Link>
    ),
  },
  {
    key: 'shop',
    title: say('sale.shop'),
    wrap: true,
    render: (s) => <Shop sale={s} />,
  },
  {
    key: 'meterNo',
    title: stackedTitle(say('sale.meterNo'), say('sale.accountNo')),
    render: (s) => <Meter sale={s} />,
  },
  {
    key: 'paid',
    title: say('sale.paidYuan'),
    align: 'right',
    render: (s) => (
      <Stacked under={say(`method.${s.method}`)}>
        <Money fen={s.paidFen} strong />
      </Stacked>
    ),
  },
  { key: 'state', title: say('purchase.state'), render: (s) => <State sale={s} /> },
  {
    key: 'credit',
    title: say('purchase.amountYuan'),
    align: 'right',
    render: (s) => <Money fen={s.creditFen} />,
  },
  {
    key: 'takenBack',
    title: say('sale.takenBackYuan'),
    align: 'right',
    render: (s) => (s.takenBackFen === 0 ? '—' : <Money fen={s.takenBackFen} />),
  },
  {
    key: 'act',
    title: say('reduction.act'),
    render: (s) => <Reverse sale={s} onReverse={onReverse} />,
  },
]
