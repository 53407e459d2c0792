// Amount and pay method 金额与付款方式.

import { Button, type InputRef, Radio } from 'antd'
import type { Ref } from 'react'
import { useText } from '../../text/i18n.ts'
import { METHODS } from '../../ui/methods.ts'
import { yuanText } from '../../ui/money-text.ts'
import { RmbInput } from '../../ui/rmb-input.tsx'
import styles from './sale.module.css'
import { mayCheck, type Sale, type SaleEvent } from './sale-flow.ts'

/** What tenants mostly pay, in fen. */
const USUAL_FEN = [10_000, 20_000, 50_000, 100_000, 200_000] as const

type AmountFormProps = {
  sale: Sale
  send: (event: SaleEvent) => void
  onCheck: () => void
  ref: Ref<InputRef>
}

const plain = (amountFen: number): string => yuanText(amountFen).replace(/,|\.00$/g, '')

export const AmountForm = ({ sale, send, onCheck, ref }: AmountFormProps) => {
  const { say } = useText()
  const busy = sale.step === 'checking'
  return (
    <div className={styles.amount}>
      <label htmlFor="amount" className={styles.label}>
        {say('sale.amount')}
      </label>
      <div className={styles.amountLine}>
        <RmbInput
          ref={ref}
          id="amount"
          size="large"
          label={say('sale.amount')}
          text={sale.amountText}
          disabled={busy}
          onText={(text, amountFen) => send({ kind: 'typed', text, amountFen })}
        />
        {USUAL_FEN.map((amountFen) => (
          <Button
            key={amountFen}
            disabled={busy}
            onClick={() => {
              send({ kind: 'typed', text: plain(amountFen), amountFen })
              // Enter should now check the amount, not press this button again.
              document.getElementById('amount')?.focus()
            }}
          >
            {plain(amountFen)}
          </Button>
        ))}
      </div>
      <span className={styles.label} id="method">
        {say('sale.method')} <kbd>F4</kbd>
      </span>
      <Radio.Group
        aria-labelledby="method"
        value={sale.method}
        disabled={busy}
        onChange={(event) => send({ kind: 'method', method: event.target.value })}
        options={METHODS.map((method) => ({ value: method, label: say(`method.${method}`) }))}
      />
      <div className={styles.go}>
        <Button
          type="primary"
          size="large"
          disabled={!mayCheck(sale)}
          loading={busy}
          onClick={onCheck}
        >
          {say('sale.check')} <kbd>Enter</kbd>
        </Button>
        <Button size="large" disabled={busy} onClick={() => send({ kind: 'back' })}>
          {say('action.back')} <kbd>Esc</kbd>
        </Button>
      </div>
    </div>
  )
}
