// Forms of acts 操作表单: labelled fields one below the other, sent by a button alone.

import { Form, Input } from 'antd'
import type { KeyboardEvent, ReactNode } from 'react'
import { RmbInput } from './rmb-input.tsx'

const ignoreEnter = (event: KeyboardEvent): void => {
  if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault()
}

/** A form with few fields would be submitted by Enter; here a hand presses the button. */
export const ActForm = ({ children }: { children: ReactNode }) => (
  <Form layout="vertical" requiredMark={false} onKeyDown={ignoreEnter}>
    {children}
  </Form>
)

/** What a group of fields of one form is given. */
export type FieldsProps<Fields> = { fields: Fields; change: (part: Partial<Fields>) => void }

type TextFieldProps = {
  id: string
  label: string
  text: string
  onText: (text: string) => void
  hint?: string
  maxLength?: number
  /** The first thing to be typed in a dialog. */
  autoFocus?: boolean
  /** A figure with decimals. */
  decimal?: true
}

export const TextField = ({
  id,
  label,
  text,
  onText,
  hint,
  maxLength,
  decimal,
  autoFocus,
}: TextFieldProps) => (
  <Form.Item label={label} htmlFor={id} extra={hint}>
    <Input
      id={id}
      value={text}
      autoFocus={autoFocus === true}
      maxLength={maxLength}
      inputMode={decimal ? 'decimal' : 'text'}
      onChange={(event) => onText(event.target.value)}
    />
  </Form.Item>
)

type RmbFieldProps = Omit<TextFieldProps, 'maxLength' | 'decimal'>

/** An amount of money as it is typed. */
export const RmbField = ({ id, label, text, onText, hint }: RmbFieldProps) => (
  <Form.Item label={label} htmlFor={id} extra={hint}>
    <RmbInput id={id} label={label} text={text} onText={onText} />
  </Form.Item>
)
