// Taking a deposit 收取押金: it is held for the tenant and given back at the closing.

import { Form } from 'antd'
import { useState } from 'react'
import type { Account } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, RmbField, TextField } from '../../ui/form.tsx'
import { MethodChoice } from '../../ui/method-choice.tsx'
import type { Method } from '../../ui/methods.ts'
import { fenOf } from '../../ui/money-text.ts'
import { usePrint } from '../receipt/print.tsx'
import { useDeposit } from './life-data.ts'

export const DepositDialog = ({ account, onClose }: { account: Account; onClose: () => void }) => {
  const { say } = useText()
  const print = usePrint()
  const [text, setText] = useState('')
  const [method, setMethod] = useState<Method>('cash')
  const [note, setNote] = useState('')
  const deposit = useDeposit(account.accountId)
  const amountFen = fenOf(text) ?? 0
  const why = note.trim()
  const confirm = () => {
    if (amountFen < 1 || deposit.isPending) return
    const body = { amountFen, method, ...(why === '' ? {} : { note: why }) }
    deposit.mutate(body, {
      onSuccess: ({ receipt }) => {
        print(receipt)
        onClose()
      },
    })
  }
  return (
    <Confirm
      open
      title={`${say('deposit.take')} ${account.accountNo}`}
      confirmText={say('deposit.take')}
      allowed={amountFen > 0}
      busy={deposit.isPending}
      error={deposit.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <ActForm>
        <RmbField id="deposit-amount" label={say('deposit.amount')} text={text} onText={setText} />
        <Form.Item label={say('sale.method')}>
          <MethodChoice value={method} onChoose={setMethod} />
        </Form.Item>
        <TextField
          id="deposit-note"
          label={say('payout.note')}
          text={note}
          onText={setNote}
          maxLength={200}
        />
      </ActForm>
    </Confirm>
  )
}
