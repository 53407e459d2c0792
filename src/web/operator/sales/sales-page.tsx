// All sales 售电记录, of both modes: found by anything on the receipt, exported, struck out from here.

import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { SaleItem } from '../../../http/contract/sales.ts'
import { useText } from '../../text/i18n.ts'
import { ExportList } from '../../ui/export-list.tsx'
import { METHODS } from '../../ui/methods.ts'
import { Page } from '../../ui/page.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import type { Filter } from '../../ui/search-form.tsx'
import { useZone } from '../../ui/zone.ts'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { PayoutDialog } from '../payouts/payout-dialog.tsx'
import { saleColumns } from './sale-columns.tsx'
import { listSales, SALE_STATES, saleCells, saleHeadings } from './sale-list.ts'

const route = getRouteApi('/shell/sales')

export const SalesPage = () => {
  const { say, language } = useText()
  const zone = useZone()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayReverse = useMay('sale.reverse')
  const [reversing, setReversing] = useState<SaleItem | null>(null)
  const filters: Filter[] = [
    { key: 'search', label: say('purchase.find') },
    { key: 'amount', label: say('sales.paidAmount') },
    { key: 'operator', label: say('sale.operator') },
    {
      key: 'method',
      label: say('sale.method'),
      options: METHODS.map((value) => ({ value, label: say(`method.${value}`) })),
    },
    {
      key: 'state',
      label: say('purchase.state'),
      options: SALE_STATES.map((value) => ({ value, label: say(`purchase.${value}`) })),
    },
    { key: 'from', label: say('list.from'), day: true },
    { key: 'to', label: say('list.to'), day: true },
  ]
  const tools = (
    <ExportList<SaleItem>
      name={say('nav.sales')}
      filters={filters}
      search={search}
      load={(query) => listSales(complexId, query)}
      headings={saleHeadings(say)}
      cells={(sale) => saleCells(say, language, zone, sale)}
    />
  )
  return (
    <Page title={say('nav.sales')} tools={tools}>
      <QueryTable<SaleItem>
        name="sales"
        label={say('nav.sales')}
        queryKey={['sales', complexId]}
        load={(query) => listSales(complexId, query)}
        columns={saleColumns(say, mayReverse ? setReversing : null)}
        filters={filters}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={(sale) => sale.saleId}
        emptyText={say('purchase.none')}
      />
      {reversing ? (
        <PayoutDialog
          subject={{ kind: 'reverse', sale: reversing }}
          onClose={() => setReversing(null)}
        />
      ) : null}
    </Page>
  )
}
