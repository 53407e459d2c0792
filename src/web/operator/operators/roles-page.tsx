// Roles 角色: which permission is in which role, as one table; an installation's own are made here.

import { CheckOutlined, LockOutlined, PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import type { PermissionItem, Role } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import tableStyles from '../../ui/ui.module.css'
import { useMay } from '../api/session-store.ts'
import { usePermissions, useRoles } from './operator-data.ts'
import styles from './operators.module.css'
import { RoleDialog } from './role-dialog.tsx'

type Editing = { role: Role | null; from?: Role }
type HeadProps = { role: Role; onEdit: ((editing: Editing) => void) | null }

const RoleHead = ({ role, onEdit }: HeadProps) => {
  const { say, language } = useText()
  const name = (language === 'zh' ? role.name : role.nameEn) || role.name
  return (
    <th scope="col">
      <Name>{name}</Name>
      <br />
      <small>
        {role.totpRequired ? <LockOutlined aria-label={say('role.totpRequired')} /> : null}{' '}
        {say(role.supplied ? 'role.supplied' : 'role.own')}
      </small>
      {onEdit ? (
        <div>
          <Button
            size="small"
            aria-label={`${say('op.edit')} ${name}`}
            onClick={() => onEdit({ role })}
          >
            {say('op.edit')}
          </Button>{' '}
          <Button
            size="small"
            aria-label={`${say('role.copy')} ${name}`}
            onClick={() => onEdit({ role: null, from: role })}
          >
            {say('role.copy')}
          </Button>
        </div>
      ) : null}
    </th>
  )
}

const Held = ({ role, permission }: { role: Role; permission: PermissionItem }) => {
  const { say } = useText()
  const held = role.permissions.some(({ code }) => code === permission.code)
  return (
    <td>{held ? <CheckOutlined className={styles.held} aria-label={say('role.holds')} /> : '·'}</td>
  )
}

type MatrixProps = {
  roles: readonly Role[]
  permissions: readonly PermissionItem[]
  onEdit: ((editing: Editing) => void) | null
}

const Matrix = ({ roles, permissions, onEdit }: MatrixProps) => {
  const { say, language } = useText()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by keyboard.
    <section className={tableStyles.tableBox} tabIndex={0} aria-label={say('nav.roles')}>
      <table className={`${tableStyles.table} ${styles.matrix}`}>
        <thead>
          <tr>
            <th scope="col">{say('role.permission')}</th>
            {roles.map((role) => (
              <RoleHead key={role.code} role={role} onEdit={onEdit} />
            ))}
          </tr>
        </thead>
        <tbody>
          {permissions.map((permission) => (
            <tr key={permission.code}>
              <th scope="row">
                {permission[language]}
                {permission.wholeComplex ? <small> · {say('role.whole')}</small> : null}
              </th>
              {roles.map((role) => (
                <Held key={role.code} role={role} permission={permission} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

export const RolesPage = () => {
  const { say } = useText()
  const mayEdit = useMay('role.edit')
  const roles = useRoles()
  const permissions = usePermissions()
  const [editing, setEditing] = useState<Editing | null>(null)
  const error = roles.error ?? permissions.error
  return (
    <Page
      title={say('nav.roles')}
      tools={
        mayEdit ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing({ role: null })}>
            {say('role.new')}
          </Button>
        ) : null
      }
    >
      <Card>
        {error ? <ProblemAlert error={error} /> : null}
        <Matrix
          roles={roles.data?.items ?? []}
          permissions={permissions.data?.items ?? []}
          onEdit={mayEdit ? setEditing : null}
        />
      </Card>
      {editing ? (
        <RoleDialog
          {...editing}
          permissions={permissions.data?.items ?? []}
          onClose={() => setEditing(null)}
        />
      ) : null}
    </Page>
  )
}
