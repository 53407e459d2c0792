// Money back 退款: what waits for meters or for being paid, and every voucher that was paid.

import { getRouteApi } from '@tanstack/react-router'
import type { Voucher } from '../../../http/contract/payouts.ts'
import { useText } from '../../text/i18n.ts'
import { Card, Page } from '../../ui/page.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { useComplex } from '../complex.tsx'
import { listVouchers } from './payout-data.ts'
import { PAYOUT_PURPOSES } from './purposes.ts'
import { voucherColumns } from './voucher-columns.tsx'
import { WaitingList } from './waiting-list.tsx'

const route = getRouteApi('/shell/payouts')

export const PayoutsPage = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page title={say('nav.payouts')}>
      <Card title={say('reduction.list')}>
        <WaitingList unpaidOnly />
      </Card>
      <QueryTable<Voucher>
        name="vouchers"
        label={say('voucher.list')}
        queryKey={['payouts', complexId]}
        load={(query) => listVouchers(complexId, query)}
        columns={voucherColumns(say, language)}
        filters={[
          { key: 'search', label: say('voucher.find') },
          {
            key: 'purpose',
            label: say('reduction.purpose'),
            options: PAYOUT_PURPOSES.map((value) => ({ value, label: say(`purpose.${value}`) })),
          },
          { key: 'from', label: say('list.from'), day: true },
          { key: 'to', label: say('list.to'), day: true },
        ]}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={(voucher) => voucher.payoutId}
        emptyText={say('voucher.none')}
      />
    </Page>
  )
}
