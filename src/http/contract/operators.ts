// The contract of operators 操作员: people, their roles, and what of the installation they may reach.

import { type Static, Type } from 'typebox'
import { Id, Language, Nullable, Time } from '../contract.ts'

const Username = Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{1,31}$' })
const Password = Type.String({ minLength: 1, maxLength: 200 })
const PersonName = Type.String({ minLength: 1, maxLength: 100, pattern: '^\\S(.*\\S)?$' })
const RoleCode = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,39}$' })
const Ids = Type.Array(Id, { minItems: 1, maxItems: 1000 })
const PermissionCodes = Type.Array(Type.String({ maxLength: 60 }), { maxItems: 200 })

export const OperatorItem = Type.Object({
  operatorId: Id,
  username: Type.String(),
  name: Type.String(),
  /** The code of the role; its names are in `GET /roles`. */
  role: Type.String(),
  language: Language,
  mustChangePassword: Type.Boolean(),
  /** Null: every complex. */
  complexes: Nullable(Type.Array(Id)),
  /** Null: every building of those complexes. */
  buildings: Nullable(Type.Array(Id)),
  /** Locked since then; null: may log in. */
  disabledAt: Nullable(Time),
})
export type OperatorItem = Static<typeof OperatorItem>

export const NewOperator = Type.Object({
  username: Username,
  name: PersonName,
  /** He must choose another one when he first logs in. */
  password: Password,
  role: RoleCode,
  complexes: Nullable(Ids),
  buildings: Type.Optional(Nullable(Ids)),
  language: Type.Optional(Language),
})
export type NewOperator = Static<typeof NewOperator>

/** What is left out stays. Any change but of name and language ends his sessions. */
export const OperatorChange = Type.Object({
  name: Type.Optional(PersonName),
  language: Type.Optional(Language),
  role: Type.Optional(RoleCode),
  complexes: Type.Optional(Nullable(Ids)),
  buildings: Type.Optional(Nullable(Ids)),
  locked: Type.Optional(Type.Boolean()),
  /** A new first password, which he must change. */
  password: Type.Optional(Password),
})
export type OperatorChange = Static<typeof OperatorChange>

export const Role = Type.Object({
  roleId: Id,
  code: Type.String(),
  name: Type.String(),
  nameEn: Type.String(),
  /** Comes with the program and can't be changed. */
  supplied: Type.Boolean(),
  permissions: Type.Array(
    Type.Object({ code: Type.String(), zh: Type.String(), en: Type.String() }),
  ),
})
export type Role = Static<typeof Role>

export const NewRole = Type.Object({
  code: RoleCode,
  name: PersonName,
  nameEn: Type.Optional(Type.String({ maxLength: 100 })),
  permissions: PermissionCodes,
})
export type NewRole = Static<typeof NewRole>

export const RoleChange = Type.Object({
  name: Type.Optional(PersonName),
  nameEn: Type.Optional(Type.String({ maxLength: 100 })),
  permissions: Type.Optional(PermissionCodes),
})
export type RoleChange = Static<typeof RoleChange>
