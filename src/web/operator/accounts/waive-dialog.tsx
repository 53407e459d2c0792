// Forgiving what is owed 减免: how much and why; above the operator's limit a second person agrees.

import { useState } from 'react'
import type { AccountLife } from '../../../http/contract/account-life.ts'
import type { WaiverRequest } from '../../../http/contract/payouts.ts'
import type { Account } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, RmbField } from '../../ui/form.tsx'
import { Money } from '../../ui/money.tsx'
import { fenOf, typedYuan } from '../../ui/money-text.ts'
import { Name } from '../../ui/name.tsx'
import { Facts } from '../../ui/page.tsx'
import { needIn, Waiting } from '../approvals/waiting.tsx'
import { useComplex } from '../complex.tsx'
import { WhyFields } from '../payouts/payout-fields.tsx'
import { useWaive } from './life-data.ts'

/** By the books: what the next sale would settle, and what a balance is below nothing. */
export const owedIn = ({ settlement }: AccountLife): number =>
  Math.max(0, settlement.carryOwedFen) + Math.max(0, -settlement.balanceFen)

type Fields = {
  amount: string
  reasonCode: WaiverRequest['reasonCode'] | null
  note: string
}

const requestOf = ({ amount, reasonCode, note }: Fields, owedFen: number): WaiverRequest | null => {
  const amountFen = fenOf(amount) ?? 0
  const why = note.trim()
  if (amountFen < 1 || amountFen > owedFen || reasonCode === null) return null
  if (reasonCode === 'other' && why === '') return null
  return { amountFen, reasonCode, ...(why === '' ? {} : { note: why }) }
}

type WaiveDialogProps = { account: Account; owedFen: number; onClose: () => void }

export const WaiveDialog = ({ account, owedFen, onClose }: WaiveDialogProps) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { accountId, accountNo, tenant } = account
  const [fields, setFields] = useState<Fields>({
    ...{ amount: typedYuan(owedFen), reasonCode: null, note: '' },
  })
  const waive = useWaive(accountId)
  const request = requestOf(fields, owedFen)
  const need = needIn(waive.error)
  const change = (part: Partial<Fields>) => {
    waive.reset()
    setFields({ ...fields, ...part })
  }
  const run = (approvalId?: string) => {
    if (request === null || waive.isPending) return
    const body = approvalId === undefined ? request : { ...request, approvalId }
    waive.mutate(body, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={`${say('waiver.title')} ${accountNo}`}
      confirmText={say('waiver.do')}
      danger
      allowed={request !== null && need === null}
      busy={waive.isPending}
      error={need === null ? waive.error : null}
      onConfirm={() => run()}
      onCancel={onClose}
    >
      <Facts
        rows={[
          [say('account.tenant'), <Name key="t">{tenant}</Name>],
          [say('waiver.owed'), <Money key="o" fen={owedFen} unit strong />],
        ]}
      />
      <p>{say('waiver.text')}</p>
      <ActForm>
        <RmbField
          id="waiver-amount"
          label={say('waiver.amount')}
          text={fields.amount}
          onText={(amount) => change({ amount })}
        />
        <WhyFields use="waiver" fields={fields} change={change} />
      </ActForm>
      {need && request ? (
        <Waiting
          complexId={complexId}
          need={need}
          request={{ ...request, operation: 'account.waive', accountId }}
          onAgreed={run}
        />
      ) : null}
    </Confirm>
  )
}
