// Each meter of a closing 销户电表: its final register, trip and wallet, and what it waits for; where a
// meter can't do its step, a person says what was done on the spot.

import { Button, Form, Radio } from 'antd'
import { useState } from 'react'
import type { Closing, ClosingMeter, DecideClosing } from '../../../http/contract/account-life.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Energy, Money } from '../../ui/money.tsx'
import { whOf } from '../../ui/money-text.ts'
import { useDecideClosing } from '../accounts/life-data.ts'

type Decision = DecideClosing['decision']
const DECISIONS = [
  'finalRegister',
  'trippedByHand',
  'leaveMoney',
] as const satisfies readonly Decision[]

type Fields = { decision: Decision | null; register: string; note: string }

const bodyOf = (meter: ClosingMeter, fields: Fields): DecideClosing | null => {
  const note = fields.note.trim()
  const { decision } = fields
  if (decision === null || note === '') return null
  const body = { meterId: meter.meterId, decision, note }
  if (decision !== 'finalRegister') return body
  const finalWh = whOf(fields.register)
  return finalWh === null ? null : { ...body, finalWh }
}

type DecideDialogProps = { accountId: number; meter: ClosingMeter; onClose: () => void }

const DecideDialog = ({ accountId, meter, onClose }: DecideDialogProps) => {
  const { say } = useText()
  const [fields, setFields] = useState<Fields>({ decision: null, register: '', note: '' })
  const decide = useDecideClosing(accountId)
  const change = (part: Partial<Fields>) => setFields({ ...fields, ...part })
  const body = bodyOf(meter, fields)
  const confirm = () => {
    if (body && !decide.isPending) decide.mutate(body, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={`${say('closing.decide')} ${meter.meterNo}`}
      confirmText={say('closing.decide')}
      danger
      allowed={body !== null}
      busy={decide.isPending}
      error={decide.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <ActForm>
        <Form.Item>
          <Radio.Group
            className={layout.choices}
            value={fields.decision}
            onChange={(event) => change({ decision: event.target.value })}
          >
            {DECISIONS.map((each) => (
              <Radio key={each} value={each}>
                {say(`closingDecision.${each}`)}
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
        {fields.decision === 'finalRegister' ? (
          <TextField
            id="closing-register"
            label={say('closing.finalKwh')}
            text={fields.register}
            onText={(register) => change({ register })}
            decimal
          />
        ) : null}
        <TextField
          id="closing-note"
          label={say('payout.noteNeeded')}
          text={fields.note}
          onText={(note) => change({ note })}
          maxLength={500}
        />
      </ActForm>
    </Confirm>
  )
}

const columnsOf = (
  say: Say,
  onDecide: ((meter: ClosingMeter) => void) | null,
): Column<ClosingMeter>[] => [
  { key: 'no', title: say('sale.meterNo'), render: (m) => m.meterNo },
  {
    key: 'final',
    title: say('closing.final'),
    align: 'right',
    render: (m) => <Energy wh={m.finalWh} />,
  },
  { key: 'trip', title: say('closing.trip'), render: (m) => say(`tripIs.${m.tripped}`) },
  {
    key: 'wallet',
    title: say('closing.wallet'),
    render: (m) => say(`walletIs.${m.wallet}`),
  },
  {
    key: 'taken',
    title: say('reduction.takenYuan'),
    align: 'right',
    render: (m) => <Money fen={m.takenFen} />,
  },
  {
    key: 'left',
    title: say('closing.leftYuan'),
    align: 'right',
    render: (m) => <Money fen={m.leftFen} />,
  },
  {
    key: 'waits',
    title: say('closing.waits'),
    render: (m) => (m.waitsFor === null ? '—' : say(`waitsFor.${m.waitsFor}`)),
  },
  {
    key: 'act',
    title: say('reduction.act'),
    render: (m) =>
      onDecide !== null && m.waitsFor !== null ? (
        <Button size="small" onClick={() => onDecide(m)}>
          {say('closing.decide')}
        </Button>
      ) : (
        '—'
      ),
  },
]

type ClosingMetersProps = { accountId: number; closing: Closing }

export const ClosingMeters = ({ accountId, closing }: ClosingMetersProps) => {
  const { say } = useText()
  const [deciding, setDeciding] = useState<ClosingMeter | null>(null)
  const goesOn = closing.state !== 'closed' && closing.state !== 'aborted'
  return (
    <>
      <DataTable<ClosingMeter>
        label={say('closing.meters')}
        rows={closing.meters}
        rowKey={(meter) => meter.meterId}
        emptyText={say('closing.noMeters')}
        columns={columnsOf(say, goesOn ? setDeciding : null)}
      />
      {deciding ? (
        <DecideDialog accountId={accountId} meter={deciding} onClose={() => setDeciding(null)} />
      ) : null}
    </>
  )
}
