// Overload thresholds pasted from a sheet 按表设定: checked row by row first; one bad row and nothing
// is written.

import { Alert, App, Button, Form, Input } from 'antd'
import { useState } from 'react'
import type { ThresholdSheetAnswer } from '../../../http/contract/alarms.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm } from '../../ui/form.tsx'
import { WhyField } from '../../ui/why-field.tsx'
import { useComplex } from '../complex.tsx'
import { useThresholdSheet } from './threshold-data.ts'
import { pastedRows } from './threshold-rows.ts'

type FindingsProps = {
  badLines: readonly number[]
  answer: ThresholdSheetAnswer | undefined
  rows: number
}

const Findings = ({ badLines, answer, rows }: FindingsProps) => {
  const { say } = useText()
  const bad = answer?.bad ?? []
  return (
    <>
      {badLines.length > 0 ? (
        <Alert
          type="error"
          title={say('alarms.sheetLines', { lines: badLines.slice(0, 20).join(', ') })}
        />
      ) : null}
      {bad.map(({ row, meterNo, code }) => (
        <Alert key={row} type="error" title={say(`alarms.sheetBad.${code}`, { row, meterNo })} />
      ))}
      {answer?.dryRun && bad.length === 0 ? (
        <Alert type="success" title={say('alarms.sheetGood', { n: rows })} />
      ) : null}
    </>
  )
}

export const ThresholdSheetDialog = ({ onClose }: { onClose: () => void }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { message } = App.useApp()
  const act = useThresholdSheet()
  const [text, setText] = useState('')
  const [reason, setReason] = useState('')
  const { rows, badLines } = pastedRows(text)
  const allowed = rows.length > 0 && badLines.length === 0 && reason.trim() !== ''
  const send = (dryRun: boolean) =>
    act.mutate(
      { complexId, rows, reason: reason.trim(), dryRun },
      {
        onSuccess: ({ applied, changed }) => {
          if (!applied) return
          message.success(say('alarms.sheetDone', { n: changed }))
          onClose()
        },
      },
    )
  return (
    <Confirm
      open
      title={say('alarms.sheet')}
      confirmText={say('policy.save')}
      widthPx={720}
      allowed={allowed}
      busy={act.isPending}
      error={act.error}
      onConfirm={() => send(false)}
      onCancel={onClose}
    >
      <ActForm>
        <Form.Item label={say('alarms.sheetRows')} htmlFor="sheet-rows">
          <Input.TextArea
            id="sheet-rows"
            rows={8}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </Form.Item>
        <Findings badLines={badLines} answer={act.data} rows={rows.length} />
        <WhyField id="sheet-reason" text={reason} onText={setReason} />
        <Button disabled={!allowed} loading={act.isPending} onClick={() => send(true)}>
          {say('alarms.sheetCheck')}
        </Button>
      </ActForm>
    </Confirm>
  )
}
