// Adding or changing a gateway 通讯管理机表单: its fields follow the kind of link; what the server
// refuses is said at the field it is about.

import { Form, Input, Select } from 'antd'
import { useState } from 'react'
import type { Gateway } from '../../../http/contract/collection.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { AskSecond, isAsked, otherError, unasked } from '../approvals/ask-second.tsx'
import { BusFields, type BusTyped, busesOf, busTyped } from './bus-fields.tsx'
import styles from './collection.module.css'
import { type GatewayBody, useSaveGateway } from './collection-data.ts'
import { Field, useFieldProblem } from './field.tsx'
import { Intervals, type IntervalsTyped, intervalsOf, intervalsTyped } from './intervals.tsx'
import { LinkFields } from './link-fields.tsx'
import {
  isLinkKind,
  LINK_KINDS,
  type LinkKind,
  linkOf,
  type Typed,
  typedLink,
} from './link-form.ts'

type Entered = {
  code: string
  name: string
  nameEn: string
  substation: string
  kind: LinkKind
  link: Typed
  buses: readonly BusTyped[]
  settings: IntervalsTyped
}

const startOf = (gateway: Gateway | null): Entered => {
  const kind = gateway && isLinkKind(gateway.linkKind) ? gateway.linkKind : 'tcp-client'
  const buses = busTyped(gateway?.buses ?? null)
  return {
    code: gateway?.code ?? '',
    name: gateway?.name ?? '',
    nameEn: gateway?.nameEn ?? '',
    substation: gateway?.substation ?? '',
    kind,
    link: typedLink(
      kind,
      gateway?.link ?? {},
      buses.map((bus) => bus.ordinal),
    ),
    buses,
    settings: intervalsTyped(gateway?.settings ?? {}),
  }
}

const bodyOf = (form: Entered, gateway: Gateway | null): GatewayBody => {
  const ordinals = form.buses.map((bus) => bus.ordinal)
  return {
    ...(gateway ? {} : { code: form.code.trim() }),
    name: form.name.trim(),
    nameEn: form.nameEn.trim(),
    substation: form.substation.trim(),
    link: linkOf(form.kind, form.link, gateway?.link ?? {}, ordinals),
    settings: intervalsOf(form.settings),
    buses: busesOf(form.buses, gateway?.buses ?? []),
  }
}

/** As it was when the form opened: what comes in meanwhile was not seen. */
const seenOf = ({ name, nameEn, substation, settings }: Gateway) => ({
  seen: { name, nameEn, substation, settings },
})

const SECRETS = ['secret', 'password', 'brokerPassword'] as const

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** What is asked of a second person names the secrets and holds none. */
const withoutSecrets = ({ link, ...change }: GatewayBody): GatewayBody => {
  const entered = isFields(link) ? link : {}
  const isSecret = (name: string) => SECRETS.some((one) => one === name)
  const shown = Object.entries(entered).filter(([name]) => !isSecret(name))
  return {
    change: { ...change, link: Object.fromEntries(shown) },
    secrets: SECRETS.filter((name) => entered[name] !== undefined && entered[name] !== ''),
  }
}

const secretAsked = ({ gatewayId }: Gateway, body: GatewayBody) => ({
  request: {
    ...{ operation: 'gateway.secret' as const, targetId: gatewayId, body: withoutSecrets(body) },
  },
  body,
})

type NamesProps = { form: Entered; onForm: (next: Entered) => void; isNew: boolean; error: unknown }

const Names = ({ form, onForm, isNew, error }: NamesProps) => {
  const { say } = useText()
  const text = (name: 'code' | 'name' | 'nameEn' | 'substation', disabled = false) => (
    <Field name={name} label={say(`gateway.${name}`)} error={error}>
      <Input
        id={`field-${name}`}
        value={form[name]}
        disabled={disabled}
        maxLength={100}
        onChange={(event) => onForm({ ...form, [name]: event.target.value })}
      />
    </Field>
  )
  return (
    <div className={styles.row}>
      {text('code', !isNew)}
      {text('substation')}
      {text('name')}
      {text('nameEn')}
    </div>
  )
}

const withKind = (form: Entered, gateway: Gateway | null, kind: LinkKind): Entered => {
  const known = gateway?.linkKind === kind ? gateway.link : {}
  const ordinals = form.buses.map((bus) => bus.ordinal)
  return { ...form, kind, link: typedLink(kind, known, ordinals) }
}

type GatewayDialogProps = { complexId: number; gateway: Gateway | null; onClose: () => void }

export const GatewayDialog = ({ complexId, gateway, onClose }: GatewayDialogProps) => {
  const { say } = useText()
  const [form, put] = useState(() => startOf(gateway))
  const [seen] = useState(() => (gateway ? seenOf(gateway) : {}))
  const save = useSaveGateway(complexId, gateway?.gatewayId ?? null)
  const setForm = unasked(save, put)
  const atField = useFieldProblem(save.error)
  const missing = form.code.trim() === '' || form.name.trim() === ''
  const body = { ...bodyOf(form, gateway), ...seen }
  const ordinals = form.buses.map((bus) => bus.ordinal)
  const stored = gateway?.linkKind === form.kind ? gateway.link : {}
  const choose = (kind: LinkKind) => setForm(withKind(form, gateway, kind))
  return (
    <Confirm
      open
      title={gateway ? `${say('gateway.edit')} ${gateway.code}` : say('gateway.add')}
      confirmText={say('action.save')}
      widthPx={720}
      allowed={!missing && !isAsked(save.error)}
      busy={save.isPending}
      error={atField === null ? otherError(save.error) : null}
      onConfirm={() => save.mutate(body, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <Form layout="vertical" requiredMark={false}>
        <Names form={form} onForm={setForm} isNew={gateway === null} error={save.error} />
        <Field name="link.kind" label={say('link.kind')} error={save.error}>
          <Select
            id="field-link.kind"
            value={form.kind}
            options={LINK_KINDS.map((value) => ({ value, label: say(`link.is.${value}`) }))}
            onChange={(kind: string) => isLinkKind(kind) && choose(kind)}
          />
        </Field>
        <LinkFields
          kind={form.kind}
          typed={form.link}
          stored={stored}
          buses={ordinals}
          error={save.error}
          onTyped={(link) => setForm({ ...form, link })}
        />
        <BusFields
          buses={form.buses}
          error={save.error}
          onBuses={(buses) => setForm({ ...form, buses })}
        />
        <Intervals
          typed={form.settings}
          error={save.error}
          onTyped={(settings) => setForm({ ...form, settings })}
        />
      </Form>
      {gateway ? (
        <AskSecond {...secretAsked(gateway, body)} error={save.error} onDone={onClose} />
      ) : null}
    </Confirm>
  )
}
