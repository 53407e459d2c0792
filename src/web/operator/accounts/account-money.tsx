// What was sold to an account and paid back 用户收支: the newest, with the way to all of them.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Voucher } from '../../../http/contract/payouts.ts'
import type { SaleItem } from '../../../http/contract/sales.ts'
import { useText } from '../../text/i18n.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { useVouchers } from '../payouts/payout-data.ts'
import { PayoutDialog } from '../payouts/payout-dialog.tsx'
import { voucherColumns } from '../payouts/voucher-columns.tsx'
import { saleColumns } from '../sales/sale-columns.tsx'
import { listSales } from '../sales/sale-list.ts'

const SHOWN = 20
/** Columns that say on every row what the page says once. */
const KNOWN = ['shop', 'accountNo', 'tenant']

export const AccountSales = ({ accountId }: { accountId: number }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const mayReverse = useMay('sale.reverse')
  const [reversing, setReversing] = useState<SaleItem | null>(null)
  const { data, error, refetch } = useQuery({
    queryKey: ['sales', complexId, { accountId }],
    queryFn: () => listSales(complexId, { accountId, limit: SHOWN }),
  })
  const columns = saleColumns(say, mayReverse ? setReversing : null)
  return (
    <>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      <DataTable<SaleItem>
        label={say('nav.sales')}
        rows={data?.items ?? null}
        rowKey={(sale) => sale.saleId}
        columns={columns.filter(({ key }) => !KNOWN.includes(key))}
        emptyText={say('purchase.none')}
      />
      {data?.nextCursor ? (
        <Link to="/sales" search={{ search: data.items[0]?.accountNo }}>
          {say('sale.allOfAccount')}
        </Link>
      ) : null}
      {reversing ? (
        <PayoutDialog
          subject={{ kind: 'reverse', sale: reversing }}
          onClose={() => setReversing(null)}
        />
      ) : null}
    </>
  )
}

export const AccountVouchers = ({ accountId }: { accountId: number }) => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const { data, error, refetch } = useVouchers(complexId, { accountId, limit: SHOWN })
  return (
    <>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      <DataTable<Voucher>
        label={say('voucher.list')}
        rows={data?.items ?? null}
        rowKey={(voucher) => voucher.payoutId}
        columns={voucherColumns(say, language).filter(({ key }) => !KNOWN.includes(key))}
        emptyText={say('voucher.none')}
      />
    </>
  )
}
