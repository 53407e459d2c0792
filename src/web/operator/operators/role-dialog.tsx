// One role 角色: its names and permissions; of a supplied one only whether it asks for a second
// factor.

import { Checkbox, Form } from 'antd'
import { useState } from 'react'
import type { PermissionItem, Role } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import { useSessionState } from '../api/session-store.ts'
import { useChangeRole, useCreateRole } from './operator-data.ts'
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

type BoxesProps = {
  permissions: readonly PermissionItem[]
  held: readonly string[]
  onHeld: (held: string[]) => void
}

/** Only what one has oneself can be given. */
export const PermissionBoxes = ({ permissions, held, onHeld }: BoxesProps) => {
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
          disabled={!session?.permissions.includes(permission.code)}
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
  permissions: readonly PermissionItem[]
  onClose: () => void
}

export const RoleDialog = ({ role, permissions, onClose }: RoleDialogProps) => {
  const { say } = useText()
  const [typed, set] = useState(() => typedOf(role))
  const create = useCreateRole()
  const change = useChangeRole(role?.roleId ?? 0)
  const confirm = () => {
    const { code, name, nameEn, totpRequired } = typed
    if (role === null)
      create.mutate({ code, name, nameEn, permissions: typed.permissions }, { onSuccess: onClose })
    else if (role.supplied) change.mutate({ totpRequired }, { onSuccess: onClose })
    else
      change.mutate(
        { name, nameEn, permissions: typed.permissions, totpRequired },
        { onSuccess: onClose },
      )
  }
  return (
    <Confirm
      open
      title={role === null ? say('role.new') : `${say('role.edit')} ${role.code}`}
      confirmText={say('op.save')}
      widthPx={560}
      allowed={typed.name.trim() !== '' && (role !== null || typed.code !== '')}
      busy={create.isPending || change.isPending}
      error={create.error ?? change.error}
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
    </Confirm>
  )
}
