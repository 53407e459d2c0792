// What came of it 办理结果: paid with its voucher, or waiting for the meter and then to be paid.

import { Link } from '@tanstack/react-router'
import { Alert } from 'antd'
import type { PayoutAnswer } from '../../../http/contract/payouts.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { useComplex } from '../complex.tsx'
import { ReductionSteps } from './reduction-steps.tsx'

export const PayoutDone = ({ answer }: { answer: PayoutAnswer }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { payout, reductionId } = answer
  if (payout !== null) {
    return (
      <Alert
        type="success"
        showIcon
        data-testid="payout-paid"
        title={
          <>
            {say('payout.paid')} <Money fen={payout.paidFen} unit strong />
          </>
        }
        description={
          <Link to="/vouchers/$payoutId" params={{ payoutId: payout.payoutId }}>
            {say('payout.voucher')} {payout.receiptNo}
          </Link>
        }
      />
    )
  }
  if (reductionId === null) return null
  return (
    <div className={layout.stack} data-testid="payout-pending">
      <ReductionSteps complexId={complexId} reductionId={reductionId} />
      <p className={layout.lead}>
        {say('payout.thenPay')} <Link to="/payouts">{say('nav.payouts')}</Link>
      </p>
    </div>
  )
}
