// The amount field 金额输入: it can only hold an amount with two decimals, answers in whole fen, and
// neither the wheel nor the arrow keys change it.

import { Input, type InputRef } from 'antd'
import type { Ref } from 'react'
import { amountTyped, fenOf, signedFenOf, signedTyped } from './money-text.ts'

type RmbInputProps = {
  text: string
  onText: (text: string, amountFen: number | null) => void
  label: string
  id?: string
  size?: 'large' | 'middle'
  disabled?: boolean
  /** A difference, which may be negative. */
  signed?: boolean
  ref?: Ref<InputRef>
}

export const RmbInput = ({ text, onText, label, ref, signed, ...field }: RmbInputProps) => (
  <Input
    ref={ref}
    {...field}
    value={text}
    // The decimal keyboard of phones has no minus sign.
    inputMode={signed ? 'text' : 'decimal'}
    autoComplete="off"
    prefix="¥"
    aria-label={label}
    onChange={(event) => {
      const { value } = event.target
      const kept = signed ? signedTyped(value) : amountTyped(value)
      onText(kept, signed ? signedFenOf(kept) : fenOf(kept))
    }}
  />
)
