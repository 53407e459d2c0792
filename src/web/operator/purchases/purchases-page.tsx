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
import { Stacked, stackedTitle } from '../../ui/stacked.tsx'
import { Premises } from '../board/premises.tsx'
import { useComplex } from '../complex.tsx'
import { listPurchases, PURCHASE_STATES } from './purchase-data.ts'
import { PurchaseTag } from './purchase-state.tsx'

const route = getRouteApi('/shell/purchases')

const columnsOf = (say: Say): Column<Purchase>[] => [
  {
    key: 'at',
    title: stackedTitle(say('purchase.at'), say('purchase.kind')),
    render: (p) => (
      <Stacked under={say(`purchase.kind.${p.kind}`)}>
        <Link to="/purchases/$purchaseId" params={{ purchaseId: p.purchaseId }}>
          <When at={p.queuedAt} />
        </Link>
      </Stacked>
    ),
  },
  {
    key: 'receiptNo',
    title: stackedTitle(say('sale.receiptNo'), say('purchase.no')),
    render: (p) => (
      <Stacked under={p.purchaseNo}>
        {p.saleId === null ? (
          '—'
        ) : (
          <Link to="/sales/$saleId" params={{ saleId: p.saleId }}>
            {p.receiptNo}
          </Link>
        )}
      </Stacked>
    ),
  },
  {
    key: 'shop',
    title: say('sale.shop'),
    wrap: true,
    render: (p) => (
      <Stacked under={<Name>{p.tenant}</Name>}>
        <Name>
          <Premises of={p} />
        </Name>
      </Stacked>
    ),
  },
  {
    key: 'amount',
    title: say('purchase.amountYuan'),
    align: 'right',
    render: (p) => <Money fen={p.amountFen} />,
  },
  { key: 'state', title: say('purchase.state'), render: (p) => <PurchaseTag state={p.state} /> },
  {
    key: 'meterNo',
    title: stackedTitle(say('sale.meterNo'), say('sale.accountNo')),
    render: (p) => <Stacked under={p.accountNo}>{p.meterNo}</Stacked>,
  },
  { key: 'ended', title: say('purchase.endedAt'), render: (p) => <When at={p.endedAt} /> },
  {
    key: 'fault',
    title: stackedTitle(say('purchase.sends'), say('purchase.fault')),
    wrap: true,
    render: (p) => <Stacked under={<Reason code={p.lastFault ?? ''} />}>{p.sends}</Stacked>,
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
