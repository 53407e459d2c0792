// The sale just made 本次售电: receipt number, amount, and how far the money has come. It never says
// done before the meter has answered.

import { PrinterOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useText } from '../../text/i18n.ts'
import { Money } from '../../ui/money.tsx'
import { DeliverySteps } from '../purchases/delivery-steps.tsx'
import styles from './sale.module.css'
import type { Sold } from './use-sale.ts'

export const LastSale = ({ sold, onPrint }: { sold: Sold; onPrint: () => void }) => {
  const { say } = useText()
  const { receipt } = sold.answer
  return (
    <section className={styles.last} aria-label={say('sale.last')} data-testid="last-sale">
      <div className={styles.lastHead}>
        <strong translate="no">
          {receipt.premises} {receipt.tenant}
        </strong>
        <Money fen={receipt.paidFen} unit strong />
        <span>
          {say('sale.receiptNo')} {receipt.receiptNo}
        </span>
        <span className={styles.lastTools}>
          {sold.purchaseId === null ? null : (
            <Link to="/purchases/$purchaseId" params={{ purchaseId: sold.purchaseId }}>
              {say('purchase.timeline')}
            </Link>
          )}
          <Button icon={<PrinterOutlined />} onClick={onPrint}>
            {say('sale.print')} <kbd>F8</kbd>
          </Button>
        </span>
      </div>
      {sold.purchaseId === null ? (
        <p>{say('sale.onBalance')}</p>
      ) : (
        <DeliverySteps purchaseId={sold.purchaseId} />
      )}
    </section>
  )
}
