// One role 角色: its names and permissions; of a supplied one only whether it asks for a second
// factor.

import { Checkbox, Form } from 'antd'
import { useState } from 'react'
import type { PermissionItem, Role } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import { useSessionState } from '../api/session-store.ts'
import { AskSecond, isAsked, otherError } from '../approvals/ask-second.tsx'
import { useChangeRole, useCreateRole, useLoginPolicy } from './operator-data.ts'
import styles from './operators.module.css'

type Typed = {
  code: string
  name: string
  nameEn: string
  permissions: string[]
  totpRequired: boolean
}

const typedOf = (role: Role | null): Typed => ({
  code: role?.code ?? '',
  name: role?.name ?? '',
  nameEn: role?.nameEn ?? '',
  permissions: role?.permissions.map(({ code }) => code) ?? [],
  totpRequired: role?.totpRequired ?? false,
})

/** Under a name of its own, which is still to be typed. */
const copyOf = (role: Role): Typed => ({ ...typedOf(role), code: '', name: '', nameEn: '' })

type BoxesProps = {
  permissions: readonly PermissionItem[]
  held: readonly string[]
  onHeld: (held: string[]) => void
  /** Who keeps administrators apart gives what he has not himself. */
  any?: boolean
}

/** Only what one has oneself can be given. */
export const PermissionBoxes = ({ permissions, held, onHeld, any = false }: BoxesProps) => {
  const { language } = useText()
  const { session } = useSessionState()
  const toggle = (code: string, on: boolean) =>
    onHeld(on ? [...held, code] : held.filter((each) => each !== code))
  return (
    <div className={styles.boxes}>
      {permissions.map((permission) => (
        <Checkbox
          key={permission.code}
          checked={held.includes(permission.code)}
          disabled={!any && !session?.permissions.includes(permission.code)}
          onChange={(event) => toggle(permission.code, event.target.checked)}
        >
          {permission[language]}
        </Checkbox>
      ))}
    </div>
  )
}

type FieldsProps = { typed: Typed; set: (typed: Typed) => void }

const OwnFields = ({
  typed,
  set,
  isNew,
  permissions,
}: FieldsProps & { isNew: boolean; permissions: readonly PermissionItem[] }) => {
  const { say } = useText()
  const separation = useLoginPolicy().data?.separation === true
  return (
    <>
      {isNew ? (
        <TextField
          id="role-code"
          label={say('role.code')}
          text={typed.code}
          hint={say('role.codeHint')}
          maxLength={40}
          onText={(code) => set({ ...typed, code: code.toLowerCase() })}
        />
      ) : null}
      <TextField
        id="role-name"
        label={say('role.name')}
        text={typed.name}
        maxLength={100}
        onText={(name) => set({ ...typed, name })}
      />
      <TextField
        id="role-name-en"
        label={say('role.nameEn')}
        text={typed.nameEn}
        maxLength={100}
        onText={(nameEn) => set({ ...typed, nameEn })}
      />
      <Form.Item label={say('role.permissions')}>
        <PermissionBoxes
          permissions={permissions}
          any={separation}
          held={typed.permissions}
          onHeld={(held) => set({ ...typed, permissions: held })}
        />
      </Form.Item>
    </>
  )
}

type RoleDialogProps = {
  /** Null: a new one. */
  role: Role | null
  /** A new one begins as a copy of it. */
  from?: Role
  permissions: readonly PermissionItem[]
  onClose: () => void
}

export const RoleDialog = ({ role, from, permissions, onClose }: RoleDialogProps) => {
  const { say } = useText()
  const [typed, put] = useState(() => (from ? copyOf(from) : typedOf(role)))
  const create = useCreateRole()
  const change = useChangeRole(role?.roleId ?? 0)
  const error = create.error ?? change.error
  const set = (next: Typed) => {
    if (isAsked(error)) for (const act of [create, change]) act.reset()
    put(next)
  }
  const { code, name, nameEn, totpRequired, permissions: held } = typed
  const confirm = () => {
    if (role === null)
      create.mutate({ code, name, nameEn, permissions: held }, { onSuccess: onClose })
    else if (role.supplied) change.mutate({ totpRequired }, { onSuccess: onClose })
    else change.mutate({ name, nameEn, permissions: held, totpRequired }, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={role === null ? say('role.new') : `${say('role.edit')} ${role.code}`}
      confirmText={say('op.save')}
      widthPx={560}
      allowed={!isAsked(error) && typed.name.trim() !== '' && (role !== null || typed.code !== '')}
      busy={create.isPending || change.isPending}
      error={otherError(error)}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <ActForm>
        {role?.supplied ? (
          <p>{say('role.suppliedHint')}</p>
        ) : (
          <OwnFields typed={typed} set={set} isNew={role === null} permissions={permissions} />
        )}
        {role === null ? null : (
          <Checkbox
            checked={typed.totpRequired}
            onChange={(event) => set({ ...typed, totpRequired: event.target.checked })}
          >
            {say('role.totpRequired')}
          </Checkbox>
        )}
      </ActForm>
      <AskSecond
        error={error}
        request={
          role === null
            ? { operation: 'role.create', body: { code, name, nameEn, permissions: held } }
            : {
                operation: 'role.edit',
                targetId: role.roleId,
                body: { name, nameEn, permissions: held, totpRequired },
              }
        }
        onDone={onClose}
      />
    </Confirm>
  )
}
