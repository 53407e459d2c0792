// A day's table typed or pasted as text 文字录入: it begins as what the table holds, and is taken over
// only when it fills the day.

import { Alert, Button, Input } from 'antd'
import { useState } from 'react'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { type Piece, piecesOf } from './bands.ts'
import { periodName, spanText } from './day-band.tsx'
import { type DayRead, type DayTextFault, readDay } from './day-text.ts'
import { clockOf, newKey, type SwitchDraft } from './plan-draft.ts'
import styles from './plans.module.css'

const FaultText = ({ fault }: { fault: DayTextFault }) => {
  const { say } = useText()
  const told =
    fault.kind === 'gap' || fault.kind === 'overlap'
      ? say(`plan.text.${fault.kind}`, { span: spanText(fault.fromMinute, fault.toMinute) })
      : fault.kind === 'unread'
        ? say('plan.text.unread', { text: fault.text })
        : say('plan.text.empty')
  return <Alert type="error" showIcon role="alert" title={told} />
}

type DayTextProps = {
  label: string
  table: readonly SwitchDraft[]
  onTable: (table: readonly SwitchDraft[]) => void
  onClose: () => void
}

export const DayTextField = ({ label, table, onTable, onClose }: DayTextProps) => {
  const { say } = useText()
  const [text, setText] = useState(() =>
    piecesOf(table, () => null)
      .map(({ fromMinute, toMinute, period }: Piece) =>
        [spanText(fromMinute, toMinute), periodName(period, say)].join(' '),
      )
      .join('\n'),
  )
  const [read, setRead] = useState<DayRead | null>(null)
  const take = () => {
    const found = readDay(text)
    setRead(found)
    if (!found.ok) return
    onTable(
      found.table.map(({ atMinute, period }) => ({ key: newKey(), at: clockOf(atMinute), period })),
    )
    onClose()
  }
  return (
    <div className={styles.dayText}>
      <Input.TextArea
        aria-label={`${label} ${say('plan.asText')}`}
        rows={6}
        value={text}
        maxLength={2_000}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) take()
        }}
      />
      <small>{say('plan.textHint')}</small>
      {read && !read.ok ? <FaultText fault={read.fault} /> : null}
      <div className={layout.line}>
        <Button type="primary" onClick={take}>
          {say('plan.textTake')}
        </Button>
        <Button onClick={onClose}>{say('plan.textClose')}</Button>
      </div>
    </div>
  )
}
