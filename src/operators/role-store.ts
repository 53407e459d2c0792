// Roles 角色 as rows. They belong to the installation, not to one complex.

import type { Tx } from '../ports/database.ts'
import type { OperatorId, RoleId } from '../shared/ids.ts'

export type RoleData = { code: string; zh: string; en: string; permissions: readonly string[] }

export const writeRole = async (tx: Tx, role: RoleData): Promise<void> => {
  await tx.query(
    `insert into role (code, name, name_en, permissions) values ($1, $2, $3, $4)
     on conflict (code) do update set name = excluded.name, name_en = excluded.name_en,
       permissions = excluded.permissions`,
    [role.code, role.zh, role.en, role.permissions],
  )
}

export type RoleRow = {
  roleId: RoleId
  code: string
  name: string
  nameEn: string
  permissions: string[]
  totpRequired: boolean
}

const COLUMNS = `role_id as "roleId", code, name, name_en as "nameEn", permissions,
  totp_required as "totpRequired"`

export const listRoles = (tx: Tx): Promise<RoleRow[]> =>
  tx.query<RoleRow>(`select ${COLUMNS} from role order by role_id`)

/** Locked until the end of the transaction, so that who is given it and what it gives are one. */
export const lockRole = async (
  tx: Tx,
  asked: { code: string } | { roleId: number },
): Promise<RoleRow | null> => {
  const rows = await tx.query<RoleRow>(
    `select ${COLUMNS} from role where ${'code' in asked ? 'code' : 'role_id'} = $1
     for no key update`,
    ['code' in asked ? asked.code : asked.roleId],
  )
  return rows[0] ?? null
}

/** Null where the code is taken. */
export const insertRole = async (tx: Tx, role: RoleData): Promise<RoleRow | null> => {
  const rows = await tx.query<RoleRow>(
    `insert into role (code, name, name_en, permissions) values ($1, $2, $3, $4)
     on conflict (code) do nothing returning ${COLUMNS}`,
    [role.code, role.zh, role.en, role.permissions],
  )
  return rows[0] ?? null
}

/** Everybody who has it. */
export const operatorsWithRole = async (tx: Tx, role: RoleId): Promise<OperatorId[]> => {
  const rows = await tx.query<{ id: OperatorId }>(
    'select operator_id as id from operator where role_id = $1 order by 1',
    [role],
  )
  return rows.map(({ id }) => id)
}

export const updateRole = async (tx: Tx, role: RoleRow): Promise<void> => {
  await tx.query(
    `update role set name = $2, name_en = $3, permissions = $4, totp_required = $5
     where role_id = $1`,
    [role.roleId, role.name, role.nameEn, role.permissions, role.totpRequired],
  )
}
