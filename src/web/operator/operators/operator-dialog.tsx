// One operator 操作员: made with a first password that he must change, or changed; what was changed of
// his rights ends his sessions.

import { DatePicker, Form, Input, Select } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import type { OperatorItem } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import { timeText } from '../../ui/time-text.ts'
import { useZone } from '../../ui/zone.ts'
import { nowIn, zonedTime } from '../../ui/zoned.ts'
import { useSessionState } from '../api/session-store.ts'
import { AskSecond, isAsked, otherError, unasked } from '../approvals/ask-second.tsx'
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
  /** The last day on which he gets in; '' for good. */
  lastDay: string
}

const EMPTY: Typed = {
  ...{ username: '', name: '', role: 'finance-clerk', language: 'zh', phone: '', password: '' },
  complexes: null,
  buildings: null,
  lastDay: '',
}

const DAY_LENGTH = 'YYYY-MM-DD'.length

const typedOf = (operator: OperatorItem, zone: string): Typed => {
  const { username, name, role, language, complexes, buildings, expiresAt } = operator
  const lastDay = timeText(expiresAt, zone)?.slice(0, DAY_LENGTH) ?? ''
  const rights = { username, name, role, language, complexes, buildings }
  return { ...rights, lastDay, phone: '', password: '' }
}

const endOf = (lastDay: string, zone: string): string | null =>
  lastDay === '' ? null : zonedTime(`${lastDay}T23:59:59`, zone)

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Only what was changed is sent: the rest would end his sessions for nothing. */
const changesOf = (before: Typed, typed: Typed, zone: string) => ({
  ...(typed.name !== before.name && { name: typed.name }),
  ...(typed.language !== before.language && { language: typed.language }),
  ...(typed.role !== before.role && { role: typed.role }),
  ...(!same(typed.complexes, before.complexes) && { complexes: typed.complexes }),
  ...((!same(typed.buildings, before.buildings) || !same(typed.complexes, before.complexes)) && {
    buildings: typed.buildings,
  }),
  ...(typed.phone !== '' && { phone: typed.phone }),
  ...(typed.lastDay !== before.lastDay && { expiresAt: endOf(typed.lastDay, zone) }),
})

type FieldsProps = { typed: Typed; set: (typed: Typed) => void; own: boolean }

const RightsFields = ({ typed, set }: FieldsProps) => {
  const zone = useZone()
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
      <Form.Item label={say('op.expiresAt')} htmlFor="op-last-day" extra={say('op.expiresHint')}>
        <DatePicker
          id="op-last-day"
          value={typed.lastDay === '' ? null : dayjs(typed.lastDay)}
          minDate={nowIn(zone)}
          onChange={(day) =>
            set({ ...typed, lastDay: day === null ? '' : day.format('YYYY-MM-DD') })
          }
        />
      </Form.Item>
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
  const zone = useZone()
  const [typed, put] = useState(EMPTY)
  const create = useCreateOperator()
  const set = unasked(create, put)
  const { phone, password, lastDay, ...rest } = typed
  const expiresAt = endOf(lastDay, zone)
  const kept = { ...rest, ...(expiresAt && { expiresAt }) }
  const body = { ...kept, password, ...(phone !== '' && { phone }) }
  const confirm = () => {
    if (create.isPending) return
    create.mutate(body, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={say('op.new')}
      confirmText={say('op.create')}
      allowed={
        isWhole(typed) && typed.username !== '' && typed.password !== '' && !isAsked(create.error)
      }
      busy={create.isPending}
      error={otherError(create.error)}
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
      <AskSecond
        error={create.error}
        request={{ operation: 'operator.create', body: kept }}
        body={body}
        onDone={onClose}
      />
    </Confirm>
  )
}

type EditProps = { operator: OperatorItem; onClose: () => void }

export const EditOperatorDialog = ({ operator, onClose }: EditProps) => {
  const { say } = useText()
  const { session } = useSessionState()
  const zone = useZone()
  const before = typedOf(operator, zone)
  const [typed, put] = useState(before)
  const change = useChangeOperator(operator.operatorId)
  const set = unasked(change, put)
  const changes = changesOf(before, typed, zone)
  const kept = changesOf(before, { ...typed, phone: '' }, zone)
  const own = session?.operator.operatorId === operator.operatorId
  const confirm = () => {
    if (!change.isPending) change.mutate(changes, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={`${say('op.edit')} ${operator.username}`}
      confirmText={say('op.save')}
      allowed={isWhole(typed) && Object.keys(changes).length > 0 && !isAsked(change.error)}
      busy={change.isPending}
      error={otherError(change.error)}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <ActForm>
        <PersonFields typed={typed} set={set} own={own} />
      </ActForm>
      <AskSecond
        error={change.error}
        request={{ operation: 'operator.edit', targetId: operator.operatorId, body: kept }}
        body={changes}
        onDone={onClose}
      />
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
      error={otherError(change.error)}
      onConfirm={() => change.mutate(ASKED[ask], { onSuccess: onClose })}
      onCancel={onClose}
    >
      <p>{say(`op.${ask}Hint`)}</p>
      <AskSecond
        error={change.error}
        request={{
          ...{ operation: 'operator.edit', targetId: operator.operatorId, body: ASKED[ask] },
        }}
        onDone={onClose}
      />
    </Confirm>
  )
}
