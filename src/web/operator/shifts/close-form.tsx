// Closing a counted shift 交班: what should have been there, what was, and why they differ.

import { Alert, Button, Form, Select } from 'antd'
import { useState } from 'react'
import type { Shift } from '../../../http/contract/shifts.ts'
import { useText } from '../../text/i18n.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { Facts } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { SHIFT_REASONS, type ShiftCode, useCloseShift } from './shift-data.ts'

export const ShiftTotals = ({ shift }: { shift: Shift }) => {
  const { say } = useText()
  return (
    <DataTable
      label={say('shift.totals')}
      rows={(shift.totals ?? []).filter((each) => each.sales > 0 || each.payouts > 0)}
      rowKey={(each) => each.method}
      emptyText={say('shift.nothing')}
      columns={[
        { key: 'method', title: say('sale.method'), render: (t) => say(`method.${t.method}`) },
        { key: 'sales', title: say('shift.sales'), align: 'right', render: (t) => t.sales },
        {
          key: 'salesFen',
          title: say('shift.salesYuan'),
          align: 'right',
          render: (t) => <Money fen={t.salesFen} />,
        },
        { key: 'payouts', title: say('shift.payouts'), align: 'right', render: (t) => t.payouts },
        {
          key: 'payoutsFen',
          title: say('shift.payoutsYuan'),
          align: 'right',
          render: (t) => <Money fen={t.payoutsFen} />,
        },
      ]}
    />
  )
}

export const ShiftCounted = ({ shift }: { shift: Shift }) => {
  const { say } = useText()
  const { count, receipts } = shift
  if (count === null) return null
  return (
    <Facts
      rows={[
        [say('shift.float'), <Money key="f" fen={shift.floatFen} unit />],
        [say('shift.expected'), <Money key="e" fen={count.expectedFen} unit />],
        [say('shift.counted'), <Money key="c" fen={count.countedFen} unit strong />],
        [
          say('shift.difference'),
          <span key="d" data-testid="difference">
            <Money fen={count.differenceFen} unit strong />
          </span>,
        ],
        receipts === null
          ? null
          : [
              say('shift.receipts'),
              `${receipts.from ?? '—'} – ${receipts.to ?? '—'} (${receipts.receipts})`,
            ],
      ]}
    />
  )
}

const ReasonFields = ({
  code,
  note,
  onCode,
  onNote,
}: {
  code: ShiftCode | null
  note: string
  onCode: (code: ShiftCode) => void
  onNote: (note: string) => void
}) => {
  const { say } = useText()
  return (
    <ActForm>
      <Form.Item label={say('shift.reason')} htmlFor="shift-reason">
        <Select
          id="shift-reason"
          value={code}
          onChange={onCode}
          options={SHIFT_REASONS.map((value) => ({ value, label: say(`shiftReason.${value}`) }))}
        />
      </Form.Item>
      <TextField
        id="shift-note"
        label={say('shift.note')}
        text={note}
        onText={onNote}
        maxLength={200}
      />
    </ActForm>
  )
}

export const CloseForm = ({
  shift,
  onClosed,
}: {
  shift: Shift
  onClosed: (done: Shift) => void
}) => {
  const { say } = useText()
  const [code, setCode] = useState<ShiftCode | null>(null)
  const [note, setNote] = useState('')
  const close = useCloseShift(shift)
  const differs = shift.count?.differenceFen !== 0
  const why = note.trim()
  const ready = !differs || (code !== null && (code !== 'other' || why !== ''))
  const submit = () => {
    if (!ready || close.isPending) return
    const reason = differs && code !== null ? { reasonCode: code } : {}
    close.mutate({ ...reason, ...(why === '' ? {} : { note: why }) }, { onSuccess: onClosed })
  }
  return (
    <div className={layout.stack}>
      <ShiftCounted shift={shift} />
      <ShiftTotals shift={shift} />
      {differs ? (
        <>
          <Alert type="warning" showIcon title={say('shift.differs')} />
          <ReasonFields code={code} note={note} onCode={setCode} onNote={setNote} />
        </>
      ) : (
        <Alert type="success" showIcon title={say('shift.fits')} />
      )}
      {close.error ? <ProblemAlert error={close.error} /> : null}
      <div>
        <Button
          type="primary"
          size="large"
          disabled={!ready}
          loading={close.isPending}
          onClick={submit}
        >
          {say('shift.close')}
        </Button>
      </div>
    </div>
  )
}
