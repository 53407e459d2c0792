// The fields of hanging a meter 装表字段: ratio and side of its transformers, which registers
// count, and where they stood.

import { Input, Select } from 'antd'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Field } from '../collection/field.tsx'
import type { HungTyped } from './hung.ts'

const SIDES = ['primary', 'secondary'] as const
const DIRECTIONS = ['combined', 'forward', 'forwardPlusReverse'] as const

type Props = {
  typed: HungTyped
  error: unknown
  /** Where the fields stand in what is sent. */
  prefix?: string
  set: (part: Partial<HungTyped>) => void
}

type Measured = 'multiplier' | 'initialKwh' | 'initialReverseKwh' | 'maxPowerKw'
const SENT: Readonly<Record<Measured, string>> = {
  multiplier: 'multiplier',
  initialKwh: 'initialWh',
  initialReverseKwh: 'initialReverseWh',
  maxPowerKw: 'maxPowerW',
}

export const HungFields = ({ typed, error, prefix = '', set }: Props) => {
  const { say } = useText()
  const figure = (name: Measured, hint?: string) => (
    <Field name={`${prefix}${SENT[name]}`} label={say(`hung.${name}`)} error={error} hint={hint}>
      <Input
        id={`field-${prefix}${SENT[name]}`}
        value={typed[name]}
        inputMode="decimal"
        maxLength={14}
        onChange={(event) => set({ [name]: event.target.value })}
      />
    </Field>
  )
  return (
    <div className={layout.halves}>
      {figure('multiplier', say('hung.multiplierHint'))}
      <Field name={`${prefix}side`} label={say('hung.side')} error={error}>
        <Select
          id={`field-${prefix}side`}
          disabled={typed.multiplier.trim() === '1'}
          value={typed.side}
          options={SIDES.map((value) => ({ value, label: say(`side.${value}`) }))}
          onChange={(side: HungTyped['side']) => set({ side })}
        />
      </Field>
      <Field name={`${prefix}direction`} label={say('meters.direction')} error={error}>
        <Select
          id={`field-${prefix}direction`}
          value={typed.direction}
          options={DIRECTIONS.map((value) => ({ value, label: say(`direction.${value}`) }))}
          onChange={(direction: HungTyped['direction']) => set({ direction })}
        />
      </Field>
      {figure('initialKwh', say('hung.initialHint'))}
      {typed.direction === 'forwardPlusReverse' ? figure('initialReverseKwh') : null}
      {figure('maxPowerKw', say('hung.maxPowerHint'))}
    </div>
  )
}
