// One operator 操作员: made with a first password that he must change, or changed; what was changed of
// his rights ends his sessions.

import { Form, Input, Select } from 'antd'
import { useState } from 'react'
import type { OperatorItem } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import { useSessionState } from '../api/session-store.ts'
import { LANGUAGES } from './languages.ts'
import { useChangeOperator, useCreateOperator, useRoles } from './operator-data.ts'
import { type Reach, ScopeFields } from './scope-fields.tsx'

type Typed = Reach & {
  username: string
  name: string
  role: string
  language: 'zh' | 'en'
  phone: string
  password: string
}

const EMPTY: Typed = {
  ...{ username: '', name: '', role: 'finance-clerk', language: 'zh', phone: '', password: '' },
  complexes: null,
  buildings: null,
}

const typedOf = ({
  username,
  name,
  role,
  language,
  complexes,
  buildings,
}: OperatorItem): Typed => ({
  ...{ username, name, role, language, complexes, buildings, phone: '', password: '' },
})

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Only what was changed is sent: the rest would end his sessions for nothing. */
const changesOf = (before: Typed, typed: Typed) => ({
  ...(typed.name !== before.name && { name: typed.name }),
  ...(typed.language !== before.language && { language: typed.language }),
  ...(typed.role !== before.role && { role: typed.role }),
  ...(!same(typed.complexes, before.complexes) && { complexes: typed.complexes }),
  ...((!same(typed.buildings, before.buildings) || !same(typed.complexes, before.complexes)) && {
    buildings: typed.buildings,
  }),
  ...(typed.phone !== '' && { phone: typed.phone }),
})

type FieldsProps = { typed: Typed; set: (typed: Typed) => void; own: boolean }

const RightsFields = ({ typed, set }: FieldsProps) => {
  const { say, language } = useText()
  const { data } = useRoles()
  const roles = (data?.items ?? []).map((role) => ({
    value: role.code,
    label: language === 'zh' ? role.name : role.nameEn || role.name,
  }))
  return (
    <>
      <Form.Item label={say('op.role')} htmlFor="op-role">
        <Select
          id="op-role"
          value={typed.role}
          options={roles}
          onChange={(role: string) => set({ ...typed, role })}
        />
      </Form.Item>
      <ScopeFields
        reach={typed}
        everything={say('op.everyComplex')}
        onReach={(reach) => set({ ...typed, ...reach })}
      />
    </>
  )
}

const PersonFields = ({ typed, set, own }: FieldsProps) => {
  const { say } = useText()
  return (
    <>
      <TextField
        id="op-name"
        label={say('op.name')}
        text={typed.name}
        maxLength={100}
        onText={(name) => set({ ...typed, name })}
      />
      {own ? null : <RightsFields typed={typed} set={set} own={own} />}
      <Form.Item label={say('op.language')} htmlFor="op-language">
        <Select
          id="op-language"
          value={typed.language}
          options={[...LANGUAGES]}
          onChange={(language: 'zh' | 'en') => set({ ...typed, language })}
        />
      </Form.Item>
      <TextField
        id="op-phone"
        label={say('op.phone')}
        text={typed.phone}
        hint={say('op.phoneHint')}
        maxLength={16}
        onText={(phone) => set({ ...typed, phone })}
      />
    </>
  )
}

const isWhole = (typed: Typed): boolean =>
  typed.name.trim() !== '' && typed.complexes?.length !== 0 && typed.buildings?.length !== 0

export const NewOperatorDialog = ({ onClose }: { onClose: () => void }) => {
  const { say } = useText()
  const [typed, set] = useState(EMPTY)
  const create = useCreateOperator()
  const confirm = () => {
    if (create.isPending) return
    const { phone, ...rest } = typed
    const body = { ...rest, ...(phone !== '' && { phone }) }
    create.mutate(body, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={say('op.new')}
      confirmText={say('op.create')}
      allowed={isWhole(typed) && typed.username !== '' && typed.password !== ''}
      busy={create.isPending}
      error={create.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <ActForm>
        <TextField
          id="op-username"
          label={say('login.username')}
          text={typed.username}
          hint={say('op.usernameHint')}
          maxLength={32}
          onText={(username) => set({ ...typed, username: username.toLowerCase() })}
        />
        <Form.Item
          label={say('op.firstPassword')}
          htmlFor="op-password"
          extra={say('op.firstPasswordHint')}
        >
          <Input.Password
            id="op-password"
            value={typed.password}
            autoComplete="new-password"
            onChange={(event) => set({ ...typed, password: event.target.value })}
          />
        </Form.Item>
        <PersonFields typed={typed} set={set} own={false} />
      </ActForm>
    </Confirm>
  )
}

type EditProps = { operator: OperatorItem; onClose: () => void }

export const EditOperatorDialog = ({ operator, onClose }: EditProps) => {
  const { say } = useText()
  const { session } = useSessionState()
  const before = typedOf(operator)
  const [typed, set] = useState(before)
  const change = useChangeOperator(operator.operatorId)
  const changes = changesOf(before, typed)
  const own = session?.operator.operatorId === operator.operatorId
  const confirm = () => {
    if (!change.isPending) change.mutate(changes, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={`${say('op.edit')} ${operator.username}`}
      confirmText={say('op.save')}
      allowed={isWhole(typed) && Object.keys(changes).length > 0}
      busy={change.isPending}
      error={change.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <ActForm>
        <PersonFields typed={typed} set={set} own={own} />
      </ActForm>
    </Confirm>
  )
}

/** A new first password: he must change it, and his sessions end. */
export const ResetPasswordDialog = ({ operator, onClose }: EditProps) => {
  const { say } = useText()
  const [password, setPassword] = useState('')
  const change = useChangeOperator(operator.operatorId)
  return (
    <Confirm
      open
      title={`${say('op.reset')} ${operator.username}`}
      confirmText={say('op.reset')}
      danger
      allowed={password !== ''}
      busy={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate({ password }, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <ActForm>
        <Form.Item
          label={say('op.firstPassword')}
          htmlFor="op-reset"
          extra={say('op.firstPasswordHint')}
        >
          <Input.Password
            id="op-reset"
            value={password}
            autoComplete="new-password"
            onChange={(event) => setPassword(event.target.value)}
          />
        </Form.Item>
      </ActForm>
    </Confirm>
  )
}

type AskProps = EditProps & { ask: 'lock' | 'unlock' | 'clearTotp' | 'endSessions' }

const ASKED = {
  lock: { locked: true },
  unlock: { locked: false },
  clearTotp: { clearTotp: true },
  endSessions: { endSessions: true },
} as const

/** One question, answered by yes. */
export const AskDialog = ({ operator, ask, onClose }: AskProps) => {
  const { say } = useText()
  const change = useChangeOperator(operator.operatorId)
  return (
    <Confirm
      open
      title={`${say(`op.${ask}`)} ${operator.username}`}
      confirmText={say(`op.${ask}`)}
      danger={ask !== 'unlock'}
      allowed
      busy={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate(ASKED[ask], { onSuccess: onClose })}
      onCancel={onClose}
    >
      <p>{say(`op.${ask}Hint`)}</p>
    </Confirm>
  )
}
