// A form of the registers 档案表单: labelled fields with what the server refused at each; Enter in a
// text field saves, as people type many of them one after the other.

import { Form, Input } from 'antd'
import type { KeyboardEvent, ReactNode } from 'react'
import { Field } from '../collection/field.tsx'

const isTextField = (target: EventTarget): boolean =>
  target instanceof HTMLInputElement && target.type === 'text' && target.role !== 'combobox'

type EntryFormProps = { onEnter: () => void; children: ReactNode }

export const EntryForm = ({ onEnter, children }: EntryFormProps) => (
  <Form
    layout="vertical"
    requiredMark={false}
    onKeyDown={(event: KeyboardEvent) => {
      const typed = event.key === 'Enter' && isTextField(event.target)
      if (!typed || event.repeat || event.nativeEvent.isComposing) return
      event.preventDefault()
      onEnter()
    }}
  >
    {children}
  </Form>
)

type EntryFieldProps = {
  /** As the server names it. */
  name: string
  label: string
  text: string
  error: unknown
  onText: (text: string) => void
  hint?: string
  maxLength?: number
  disabled?: boolean
  first?: boolean
  numeric?: boolean
}

export const EntryField = (props: EntryFieldProps) => {
  const { name, label, text, error, onText, hint, first, numeric, ...rest } = props
  return (
    <Field name={name} label={label} error={error} hint={hint}>
      <Input
        id={`field-${name}`}
        {...rest}
        value={text}
        autoFocus={first === true}
        autoComplete="off"
        inputMode={numeric ? 'decimal' : 'text'}
        onChange={(event) => onText(event.target.value)}
      />
    </Field>
  )
}
