// The fields of one kind of link 链路字段; a secret is entered and never shown, empty keeps it.

import { Checkbox, Input, Select } from 'antd'
import { useText } from '../../text/i18n.ts'
import styles from './collection.module.css'
import { Field } from './field.tsx'
import { LINK_FIELDS, type LinkField, type LinkKind, type Typed } from './link-form.ts'

type LinkFieldsProps = {
  kind: LinkKind
  typed: Typed
  stored: Readonly<Record<string, unknown>>
  buses: readonly number[]
  error: unknown
  onTyped: (next: Typed) => void
}

type OneProps = {
  field: LinkField
  id: string
  text: string
  secretSet: boolean
  onText: (text: string) => void
}

const One = ({ field, id, text, secretSet, onText }: OneProps) => {
  const { say } = useText()
  switch (field.kind) {
    case 'flag':
      return (
        <Checkbox
          id={id}
          checked={text === 'true'}
          onChange={(event) => onText(String(event.target.checked))}
        >
          {say('link.yes')}
        </Checkbox>
      )
    case 'choice':
      return (
        <Select
          id={id}
          value={text === '' ? field.options?.[0] : text}
          options={(field.options ?? []).map((value) => ({ value, label: value }))}
          onChange={onText}
        />
      )
    case 'secret':
      return (
        <Input.Password
          id={id}
          value={text}
          autoComplete="new-password"
          placeholder={secretSet ? say('link.secretSet') : undefined}
          onChange={(event) => onText(event.target.value)}
        />
      )
    case 'text':
    case 'number':
      return (
        <Input
          id={id}
          value={text}
          inputMode={field.kind === 'number' ? 'numeric' : undefined}
          onChange={(event) => onText(event.target.value)}
        />
      )
  }
}

export const LinkFields = (props: LinkFieldsProps) => {
  const { kind, typed, stored, buses, error, onTyped } = props
  const { say } = useText()
  const later = buses.filter((ordinal) => ordinal > 1)
  const rows = LINK_FIELDS[kind].flatMap((field) => [
    { field, name: field.name, label: say(field.text) },
    ...(field.ownOfBus ? later : []).map((bus) => ({
      field,
      name: `buses.${bus}.${field.name}`,
      label: say('link.ofBus', { what: say(field.text), n: bus }),
    })),
  ])
  return (
    <div className={styles.row}>
      {rows.map(({ field, name, label }) => (
        <Field key={name} name={`link.${name}`} label={label} error={error}>
          <One
            field={field}
            id={`field-link.${name}`}
            text={typed[name] ?? ''}
            secretSet={stored[`${field.name}Set`] === true}
            onText={(text) => onTyped({ ...typed, [name]: text })}
          />
        </Field>
      ))}
    </div>
  )
}
