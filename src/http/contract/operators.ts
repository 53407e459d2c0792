// The contract of operators 操作员: people, their roles, and what of the installation they may reach.

import { type Static, Type } from 'typebox'
import { Complex, Id, Language, Nullable, Time } from '../contract.ts'

const Username = Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{1,31}$' })
const Password = Type.String({ minLength: 1, maxLength: 200 })
const PersonName = Type.String({ minLength: 1, maxLength: 100, pattern: '^\\S(.*\\S)?$' })
const RoleCode = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,39}$' })
const Ids = Type.Array(Id, { minItems: 1, maxItems: 1000 })
const Phone = Type.String({ pattern: '^\\+?[0-9]{6,15}$' })
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
  phoneMasked: Nullable(Type.String()),
  /** A second factor is set up; and whether the role asks for one. */
  totp: Type.Boolean(),
  totpRequired: Type.Boolean(),
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
  phone: Type.Optional(Phone),
})
export type NewOperator = Static<typeof NewOperator>

/** What is left out stays. A change of role, scope, lock or the way in ends his sessions. */
export const OperatorChange = Type.Object({
  name: Type.Optional(PersonName),
  language: Type.Optional(Language),
  role: Type.Optional(RoleCode),
  complexes: Type.Optional(Nullable(Ids)),
  buildings: Type.Optional(Nullable(Ids)),
  locked: Type.Optional(Type.Boolean()),
  /** A new first password, which he must change. */
  password: Type.Optional(Password),
  /** Null takes it away. */
  phone: Type.Optional(Nullable(Phone)),
  /** His telephone is lost: he sets up a new second factor. */
  clearTotp: Type.Optional(Type.Literal(true)),
  endSessions: Type.Optional(Type.Literal(true)),
})
export type OperatorChange = Static<typeof OperatorChange>

export const Role = Type.Object({
  roleId: Id,
  code: Type.String(),
  name: Type.String(),
  nameEn: Type.String(),
  /** Comes with the program and can't be changed. */
  supplied: Type.Boolean(),
  /** Who has it must set up a second factor before anything else. */
  totpRequired: Type.Boolean(),
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
  /** The only thing to change of a supplied role. */
  totpRequired: Type.Optional(Type.Boolean()),
})
export type RoleChange = Static<typeof RoleChange>

/** `GET /permissions`: the closed list, in its order. */
export const PermissionItem = Type.Object({
  code: Type.String(),
  zh: Type.String(),
  en: Type.String(),
  /** Not for who sees single buildings only. */
  wholeComplex: Type.Boolean(),
})
export type PermissionItem = Static<typeof PermissionItem>

export const LoginPolicy = Type.Object({
  idleMinutes: Type.Integer({ minimum: 5, maximum: 720 }),
  absoluteMinutes: Type.Integer({ minimum: 15, maximum: 10_080 }),
  passwordLengthMin: Type.Integer({ minimum: 8, maximum: 64 }),
  tokenDaysMax: Type.Integer({ minimum: 1, maximum: 3650 }),
})
export type LoginPolicy = Static<typeof LoginPolicy>
export const LoginPolicyChange = Type.Partial(LoginPolicy)

const Code = Type.String({ minLength: 1, maxLength: 40 })
/** `POST /session/confirm`: once more before acts of weight; 403 `confirmation_required` asks. */
export const ConfirmIdentity = Type.Object({ password: Password, totp: Type.Optional(Code) })
/** `PATCH /session`: what everybody sets for himself. */
export const OwnChange = Type.Object({ language: Language })

/** `POST /session/totp`: shown once, to be typed or drawn; counts after the first code. */
export const ProposedTotp = Type.Object({
  secret: Type.String(),
  /** otpauth://… for the picture. */
  uri: Type.String(),
})
export type ProposedTotp = Static<typeof ProposedTotp>
export const ProveTotp = Type.Object({ code: Type.String({ pattern: '^[0-9]{6}$' }) })
/** Each lets in once without the telephone; never shown again. */
export const RecoveryCodes = Type.Object({ codes: Type.Array(Type.String()) })
export type RecoveryCodes = Static<typeof RecoveryCodes>

export const OwnSession = Type.Object({
  sessionId: Id,
  createdAt: Time,
  seenAt: Time,
  expiresAt: Time,
  address: Type.String(),
  /** This one. */
  current: Type.Boolean(),
})
export type OwnSession = Static<typeof OwnSession>

export const Token = Type.Object({
  tokenId: Id,
  /** Who made it: his user name. */
  operator: Type.String(),
  name: Type.String(),
  permissions: Type.Array(Type.String()),
  complexes: Nullable(Type.Array(Id)),
  buildings: Nullable(Type.Array(Id)),
  createdAt: Time,
  expiresAt: Time,
  lastUsedAt: Nullable(Time),
  lastAddress: Nullable(Type.String()),
  revokedAt: Nullable(Time),
})
export type Token = Static<typeof Token>
/** Sent as `Authorization: Bearer …`; left out: all complexes and buildings of its maker. */
export const NewToken = Type.Object({
  name: PersonName,
  permissions: PermissionCodes,
  complexes: Type.Optional(Ids),
  buildings: Type.Optional(Ids),
  expiresAt: Time,
})
export type NewToken = Static<typeof NewToken>
export const MadeToken = Type.Object({ token: Type.String(), item: Token })
export type MadeToken = Static<typeof MadeToken>

/** Who is logged in. */
export const Operator = Type.Object({
  operatorId: Id,
  username: Type.String(),
  name: Type.String(),
  role: Type.String(),
  language: Language,
  mustChangePassword: Type.Boolean(),
  /** A second factor is set up; or must be, before anything else is open. */
  totp: Type.Boolean(),
  mustSetUpTotp: Type.Boolean(),
})
export const Session = Type.Object({
  operator: Operator,
  permissions: Type.Array(Type.String()),
  complexes: Type.Array(Complex),
  csrfToken: Type.String(),
})
export type Session = Static<typeof Session>
