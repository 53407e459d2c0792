// A voucher on the screen 付款凭证, as it is printed.

import { PrinterOutlined } from '@ant-design/icons'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button, Skeleton } from 'antd'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useComplex } from '../complex.tsx'
import { usePrintNumbered } from '../receipt/print.tsx'
import { useVoucher } from './payout-data.ts'
import { VoucherSheet } from './voucher-sheet.tsx'

const route = getRouteApi('/shell/vouchers/$payoutId')

export const VoucherPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { payoutId } = route.useParams()
  const print = usePrintNumbered()
  const { data: voucher, error, refetch } = useVoucher(complexId, payoutId)
  return (
    <Page
      title={say('voucher.title')}
      trail={<Link to="/payouts">{say('nav.payouts')}</Link>}
      tools={
        <Button
          type="primary"
          icon={<PrinterOutlined />}
          disabled={!voucher}
          onClick={() =>
            voucher &&
            void print(voucher, (copyNo) => <VoucherSheet voucher={voucher} copyNo={copyNo} />)
          }
        >
          {say('voucher.print')}
        </Button>
      }
    >
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!voucher && !error ? <Skeleton active /> : null}
      {voucher ? (
        <div className={layout.paper} data-testid="voucher">
          <VoucherSheet voucher={voucher} />
        </div>
      ) : null}
    </Page>
  )
}
