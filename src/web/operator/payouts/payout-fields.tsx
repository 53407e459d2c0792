// What is paid back, how and why 退款内容.

import { Form, Radio, Select } from 'antd'
import { useState } from 'react'
import type { ReasonUse } from '../../../http/contract/payouts.ts'
import type { Account } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { ActForm, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { MethodChoice } from '../../ui/method-choice.tsx'
import { Money } from '../../ui/money.tsx'
import { RmbInput } from '../../ui/rmb-input.tsx'
import { type PayoutFields, type Subject, useReasons } from './payout-data.ts'
import styles from './payouts.module.css'

export const startOf = (subject: Subject): PayoutFields => ({
  meterId:
    subject.kind === 'refund' && subject.account.meters.length === 1
      ? (subject.account.meters[0]?.meterId ?? null)
      : null,
  amountFen: null,
  all: subject.kind !== 'refund',
  method: subject.kind === 'reverse' ? subject.sale.method : 'cash',
  reasonCode: null,
  note: '',
})

type Change = (part: Partial<PayoutFields>) => void

const MeterField = ({
  account,
  meterId,
  change,
}: {
  account: Account
  meterId: number | null
  change: Change
}) => {
  const { say } = useText()
  if (account.mode !== 'meter') return null
  return (
    <Form.Item label={say('payout.meter')}>
      <Radio.Group
        className={layout.choices}
        value={meterId}
        onChange={(event) => change({ meterId: event.target.value })}
      >
        {account.meters.map((meter) => (
          <Radio key={meter.meterId} value={meter.meterId}>
            {meter.premises} {meter.meterNo} {say('meter.balance')}{' '}
            <Money fen={meter.balanceFen} unit />
          </Radio>
        ))}
      </Radio.Group>
    </Form.Item>
  )
}

const AmountField = ({ fields, change }: { fields: PayoutFields; change: Change }) => {
  const { say } = useText()
  const [text, setText] = useState('')
  return (
    <Form.Item label={say('payout.amount')} htmlFor="payout-amount">
      <div className={styles.amountLine}>
        <RmbInput
          id="payout-amount"
          label={say('payout.amount')}
          text={fields.all ? '' : text}
          disabled={fields.all}
          onText={(next, amountFen) => {
            setText(next)
            change({ amountFen })
          }}
        />
        <Radio.Group
          aria-label={say('payout.amount')}
          value={fields.all}
          onChange={(event) => change({ all: event.target.value })}
          options={[
            { value: false, label: say('payout.part') },
            { value: true, label: say('payout.all') },
          ]}
        />
      </div>
    </Form.Item>
  )
}

type Why = Pick<PayoutFields, 'reasonCode' | 'note'>

/** A reason from the list, and words where it needs them. */
export const WhyFields = ({
  use,
  fields,
  change,
}: {
  use: ReasonUse
  fields: Why
  change: (part: Partial<Why>) => void
}) => {
  const { say, language } = useText()
  const reasons = useReasons()
  const items = (reasons.data?.items ?? []).filter((each) => each.uses.includes(use))
  const needsNote = items.find((each) => each.code === fields.reasonCode)?.needsNote ?? false
  return (
    <>
      <Form.Item label={say('payout.reason')} htmlFor="payout-reason">
        <Select
          id="payout-reason"
          value={fields.reasonCode}
          loading={reasons.isPending}
          onChange={(reasonCode) => change({ reasonCode })}
          options={items.map((each) => ({ value: each.code, label: each[language] }))}
        />
      </Form.Item>
      <TextField
        id="payout-note"
        label={say(needsNote ? 'payout.noteNeeded' : 'payout.note')}
        text={fields.note}
        onText={(note) => change({ note })}
        maxLength={200}
      />
    </>
  )
}

type PayoutFormProps = {
  subject: Subject
  fields: PayoutFields
  onFields: (next: PayoutFields) => void
}

export const PayoutForm = ({ subject, fields, onFields }: PayoutFormProps) => {
  const { say } = useText()
  const change: Change = (part) => onFields({ ...fields, ...part })
  return (
    <ActForm>
      {subject.kind === 'refund' ? (
        <>
          <MeterField account={subject.account} meterId={fields.meterId} change={change} />
          <AmountField fields={fields} change={change} />
        </>
      ) : null}
      <Form.Item label={say('payout.method')}>
        <MethodChoice value={fields.method} onChoose={(method) => change({ method })} />
      </Form.Item>
      {subject.kind === 'pay' ? null : <WhyFields use="payout" fields={fields} change={change} />}
    </ActForm>
  )
}
