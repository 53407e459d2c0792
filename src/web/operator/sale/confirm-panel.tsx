// The confirm panel 确认售电: everything the sale will do, computed by the server, before any money is
// taken. The panel holds the focus, not a button, so that Enter means what the page says it means.

import { Alert, Button, Checkbox, type InputRef } from 'antd'
import { type ReactNode, type Ref, useCallback, useEffect, useRef } from 'react'
import type { Receipt } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { Energy, Money, Price } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { ProblemAlert, ProblemError } from '../../ui/problem.tsx'
import { Waiting } from '../approvals/waiting.tsx'
import styles from './sale.module.css'
import { maySell, type Sale, type SaleEvent } from './sale-flow.ts'

const Row = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className={styles.confirmRow}>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
)

const Balances = ({ receipt }: { receipt: Receipt }) => {
  const { say } = useText()
  const unknown = receipt.balanceBeforeFen === null
  return (
    <div className={styles.balances}>
      <div>
        <span>{say('sale.before')}</span>
        <b>{unknown ? say('sale.unknown') : <Money fen={receipt.balanceBeforeFen} />}</b>
      </div>
      <i aria-hidden>+</i>
      <div>
        <span>{say(receipt.intoBalance ? 'sale.toBalance' : 'sale.credit')}</span>
        <b>
          <Money fen={receipt.creditFen} />
        </b>
      </div>
      <i aria-hidden>=</i>
      <div>
        <span>{say('sale.after')}</span>
        <b>{unknown ? say('sale.unknown') : <Money fen={receipt.balanceAfterFen} />}</b>
      </div>
    </div>
  )
}

const Details = ({ receipt, kind }: { receipt: Receipt; kind: string }) => {
  const { say } = useText()
  return (
    <dl className={styles.confirmRows}>
      <Row label={say('sale.shop')}>
        <Name>
          <strong>{receipt.premises}</strong> {receipt.tenant}
        </Name>
      </Row>
      <Row label={say('sale.meterNo')}>
        {receipt.meterNo} <PointKind kind={kind} />
      </Row>
      <Row label={say('sale.method')}>
        <strong>{say(`method.${receipt.method}`)}</strong>
      </Row>
      <Row label={say('sale.count')}>
        {receipt.purchaseNo - 1} → <strong>{receipt.purchaseNo}</strong>
      </Row>
      {receipt.carryFen === 0 ? null : (
        <Row label={say('sale.carry')}>
          <Money fen={receipt.carryFen} unit />
        </Row>
      )}
      {receipt.serviceFeeFen ? (
        <Row label={say('receipt.serviceFee')}>
          <Money fen={receipt.serviceFeeFen} unit />
        </Row>
      ) : null}
      <Row label={say('sale.worth')}>
        <Energy wh={receipt.creditWh} /> ({say('sale.priceIs')} <Price e8={receipt.priceE8} />)
      </Row>
    </dl>
  )
}

const Similar = ({ sale, send }: { sale: Sale; send: (event: SaleEvent) => void }) => {
  const { say } = useText()
  return (
    <Alert
      type="warning"
      showIcon
      title={say('sale.similar')}
      description={
        <Checkbox
          id="similar"
          checked={sale.similar === 'accepted'}
          onChange={(event) => send({ kind: 'accept', accepted: event.target.checked })}
        >
          {say('sale.similarAccept')}
        </Checkbox>
      }
    />
  )
}

/** Above what the clerk may sell alone: the sale waits on the screen for a second person. */
const Second = ({ sale, send }: { sale: Sale; send: (event: SaleEvent) => void }) => {
  const agreed = useCallback((approvalId: string) => send({ kind: 'agreed', approvalId }), [send])
  const { choice, need, amountFen, method } = sale
  if (!choice || !need || amountFen === null) return null
  const { accountId, complexId } = choice.account
  return (
    <Waiting
      complexId={complexId}
      need={need}
      request={{
        operation: 'account.recharge',
        accountId,
        meterId: choice.meter.meterId,
        amountFen,
        method,
      }}
      onAgreed={agreed}
    />
  )
}

type ConfirmPanelProps = {
  sale: Sale
  receipt: Receipt
  send: (event: SaleEvent) => void
  onSell: () => void
  ref: Ref<HTMLElement>
}

export const ConfirmPanel = ({ sale, receipt, send, onSell, ref }: ConfirmPanelProps) => {
  const { say } = useText()
  const busy = sale.step === 'selling'
  return (
    <section ref={ref} tabIndex={-1} aria-label={say('sale.confirm')} className={styles.confirm}>
      <div className={styles.paid}>
        <span>{say('sale.paid')}</span>
        <Money fen={receipt.paidFen} unit strong />
        <em lang="zh-CN">{receipt.paidCapitals}</em>
      </div>
      <Balances receipt={receipt} />
      <Details receipt={receipt} kind={sale.choice?.meter.pointKind ?? ''} />
      {sale.need ? <Second sale={sale} send={send} /> : null}
      {sale.similar === 'no' ? null : <Similar sale={sale} send={send} />}
      {sale.problem ? <ProblemAlert error={new ProblemError(sale.problem)} /> : null}
      {sale.unknown ? <Alert type="warning" showIcon title={say('sale.retrySafe')} /> : null}
      <div className={styles.go}>
        <Button
          type="primary"
          size="large"
          data-testid="sell"
          disabled={!busy && !maySell(sale)}
          loading={busy}
          onClick={onSell}
        >
          {say(sale.unknown ? 'sale.retry' : 'sale.sell')} <kbd>Enter</kbd>
        </Button>
        <Button size="large" disabled={busy || sale.unknown} onClick={() => send({ kind: 'back' })}>
          {say('action.back')} <kbd>Esc</kbd>
        </Button>
      </div>
    </section>
  )
}

/** The focus follows the step: whoever works by keyboard never has to look for it. */
export const useFocusOf = (sale: Sale) => {
  const find = useRef<InputRef>(null)
  const amount = useRef<InputRef>(null)
  const panel = useRef<HTMLElement>(null)
  const { step, similar } = sale
  useEffect(() => {
    if (step === 'find') find.current?.focus()
    if (step === 'amount') amount.current?.focus()
    if (step !== 'confirm') return
    if (similar === 'no') panel.current?.focus()
    else document.getElementById('similar')?.focus()
  }, [step, similar])
  return { find, amount, panel }
}
