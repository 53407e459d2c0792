// All purchases 售电记录 with their delivery state.

import { getRouteApi, Link } from '@tanstack/react-router'
import type { Purchase } from '../../../http/contract.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { Reason } from '../../ui/reason.tsx'
import { Premises } from '../board/premises.tsx'
import { useComplex } from '../complex.tsx'
import { listPurchases, PURCHASE_STATES } from './purchase-data.ts'
import { PurchaseTag } from './purchase-state.tsx'

const route = getRouteApi('/shell/purchases')

const columnsOf = (say: Say): Column<Purchase>[] => [
  {
    key: 'at',
    title: say('purchase.at'),
    render: (p) => (
      <Link to="/purchases/$purchaseId" params={{ purchaseId: p.purchaseId }}>
        <When at={p.queuedAt} />
      </Link>
    ),
  },
  {
    key: 'receiptNo',
    title: say('sale.receiptNo'),
    render: (p) =>
      p.saleId === null ? (
        '—'
      ) : (
        <Link to="/sales/$saleId" params={{ saleId: p.saleId }}>
          {p.receiptNo}
        </Link>
      ),
  },
  {
    key: 'shop',
    title: say('sale.shop'),
    render: (p) => (
      <Name>
        <Premises of={p} /> {p.tenant}
      </Name>
    ),
  },
  {
    key: 'amount',
    title: say('purchase.amountYuan'),
    align: 'right',
    render: (p) => <Money fen={p.amountFen} />,
  },
  { key: 'state', title: say('purchase.state'), render: (p) => <PurchaseTag state={p.state} /> },
  { key: 'no', title: say('purchase.no'), align: 'right', render: (p) => p.purchaseNo },
  { key: 'meterNo', title: say('sale.meterNo'), render: (p) => p.meterNo },
  { key: 'accountNo', title: say('sale.accountNo'), render: (p) => p.accountNo },
  { key: 'kind', title: say('purchase.kind'), render: (p) => say(`purchase.kind.${p.kind}`) },
  { key: 'ended', title: say('purchase.endedAt'), render: (p) => <When at={p.endedAt} /> },
  { key: 'sends', title: say('purchase.sends'), align: 'right', render: (p) => p.sends },
  {
    key: 'fault',
    title: say('purchase.fault'),
    render: (p) => <Reason code={p.lastFault ?? ''} />,
  },
]

export const PurchasesPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page title={say('nav.purchases')}>
      <QueryTable<Purchase>
        name="purchases"
        label={say('nav.purchases')}
        queryKey={['purchases', complexId]}
        load={(query) => listPurchases(complexId, query)}
        columns={columnsOf(say)}
        filters={[
          { key: 'search', label: say('purchase.find') },
          {
            key: 'state',
            label: say('purchase.state'),
            options: PURCHASE_STATES.map((value) => ({ value, label: say(`purchase.${value}`) })),
          },
        ]}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={(purchase) => purchase.purchaseId}
        emptyText={say('purchase.none')}
      />
    </Page>
  )
}
