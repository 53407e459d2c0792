// How often is read and whether clocks are set 抄表周期; empty means: as the level above says.

import { Input, Select } from 'antd'
import { useText } from '../../text/i18n.ts'
import styles from './collection.module.css'
import { Field } from './field.tsx'

const MINUTES = ['statusIntervalMinutes', 'energyIntervalMinutes'] as const
const CLOCKS = ['off', 'broadcast', 'write', 'auto'] as const

export type IntervalsTyped = Readonly<Record<(typeof MINUTES)[number] | 'clockCorrection', string>>

const textOf = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'string' ? String(value) : ''

export const intervalsTyped = (stored: Readonly<Record<string, unknown>>): IntervalsTyped => ({
  statusIntervalMinutes: textOf(stored.statusIntervalMinutes),
  energyIntervalMinutes: textOf(stored.energyIntervalMinutes),
  clockCorrection: textOf(stored.clockCorrection),
})

export const intervalsOf = (typed: IntervalsTyped): Record<string, unknown> => {
  const settings: Record<string, unknown> = {}
  for (const name of MINUTES) {
    const text = typed[name].trim()
    if (text !== '') settings[name] = /^\d{1,9}$/.test(text) ? Number(text) : text
  }
  if (typed.clockCorrection !== '') settings.clockCorrection = typed.clockCorrection
  return settings
}

type IntervalsProps = {
  typed: IntervalsTyped
  error: unknown
  onTyped: (next: IntervalsTyped) => void
}

export const Intervals = ({ typed, error, onTyped }: IntervalsProps) => {
  const { say } = useText()
  return (
    <div className={styles.three}>
      {MINUTES.map((name) => (
        <Field key={name} name={`settings.${name}`} label={say(`interval.${name}`)} error={error}>
          <Input
            id={`field-settings.${name}`}
            value={typed[name]}
            inputMode="numeric"
            placeholder={say('interval.above')}
            onChange={(event) => onTyped({ ...typed, [name]: event.target.value })}
          />
        </Field>
      ))}
      <Field name="settings.clockCorrection" label={say('interval.clockCorrection')} error={error}>
        <Select
          id="field-settings.clockCorrection"
          allowClear
          placeholder={say('interval.above')}
          value={typed.clockCorrection === '' ? null : typed.clockCorrection}
          options={CLOCKS.map((value) => ({ value, label: say(`clockCorrection.${value}`) }))}
          onChange={(value: string | null) => onTyped({ ...typed, clockCorrection: value ?? '' })}
        />
      </Field>
    </div>
  )
}
