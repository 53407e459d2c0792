// The amount field 金额输入: it can only hold an amount with two decimals, answers in whole fen, and
// neither the wheel nor the arrow keys change it.

import { Input, type InputRef } from 'antd'
import type { Ref } from 'react'
import { amountTyped, fenOf } from './money-text.ts'

type RmbInputProps = {
  text: string
  onText: (text: string, amountFen: number | null) => void
  label: string
  id?: string
  size?: 'large' | 'middle'
  disabled?: boolean
  ref?: Ref<InputRef>
}

export const RmbInput = ({ text, onText, label, id, size, disabled, ref }: RmbInputProps) => (
  <Input
    ref={ref}
    id={id}
    size={size}
    disabled={disabled}
    value={text}
    inputMode="decimal"
    autoComplete="off"
    prefix="¥"
    aria-label={label}
    onChange={(event) => {
      const kept = amountTyped(event.target.value)
      onText(kept, fenOf(kept))
    }}
  />
)
