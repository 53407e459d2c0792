// A day or a month to choose 日期与月份: as the browser shows it, as text as the server reads it.

import { Input } from 'antd'

type PeriodInputProps = {
  id: string
  kind: 'day' | 'month'
  /** `2026-11-23` or `2026-11`; empty where nothing is chosen. */
  value: string
  onValue: (value: string) => void
}

export const PeriodInput = ({ id, kind, value, onValue }: PeriodInputProps) => (
  <Input
    id={id}
    type={kind === 'day' ? 'date' : 'month'}
    style={{ width: 170 }}
    value={value}
    onChange={({ target }) => onValue(target.value)}
  />
)
