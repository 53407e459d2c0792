// The contract of operators 操作员: people, their roles, and what of the installation they may reach.

import { type Static, Type } from 'typebox'
import { Complex, Id, Language, Nullable, Time, UuidText } from '../contract.ts'

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
  /** Passkeys that still count. */
  passkeys: Type.Integer(),
  /** When his password must be another one; null: never. */
  passwordUntil: Nullable(Time),
  /** No log-in from then on; null: for good. */
  expiresAt: Nullable(Time),
  lastLoginAt: Nullable(Time),
  lastLoginFrom: Nullable(Type.String()),
  /** Did not log in for as long as the policy says. */
  stale: Type.Boolean(),
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
  expiresAt: Type.Optional(Nullable(Time)),
  approvalId: Type.Optional(UuidText),
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
  /** Null: for good. */
  expiresAt: Type.Optional(Nullable(Time)),
  /** His telephone is lost: codes and passkeys go, he sets up a new second factor. */
  clearTotp: Type.Optional(Type.Literal(true)),
  endSessions: Type.Optional(Type.Literal(true)),
  approvalId: Type.Optional(UuidText),
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
  approvalId: Type.Optional(UuidText),
})
export type NewRole = Static<typeof NewRole>

export const RoleChange = Type.Object({
  name: Type.Optional(PersonName),
  nameEn: Type.Optional(Type.String({ maxLength: 100 })),
  permissions: Type.Optional(PermissionCodes),
  /** The only thing to change of a supplied role. */
  totpRequired: Type.Optional(Type.Boolean()),
  approvalId: Type.Optional(UuidText),
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

const Profile = Type.Union([Type.Literal('mlps'), Type.Literal('asvs')])
const LoginRules = Type.Object({
  passwordLengthMin: Type.Integer({ minimum: 8, maximum: 64 }),
  /** Of capitals, small letters, other letters, digits and signs. */
  passwordKindsMin: Type.Integer({ minimum: 1, maximum: 4 }),
  /** So many of the last passwords are not taken again, the one in use among them. */
  passwordHistory: Type.Integer({ minimum: 1, maximum: 24 }),
  /** Null: a password has no end. */
  passwordDaysMax: Nullable(Type.Integer({ minimum: 1, maximum: 730 })),
  /** Who must have a second factor: those whose role asks, or everybody. */
  factorFor: Type.Union([Type.Literal('role'), Type.Literal('all')]),
  idleMinutes: Type.Integer({ minimum: 5, maximum: 720 }),
  absoluteMinutes: Type.Integer({ minimum: 15, maximum: 10_080 }),
  failuresFree: Type.Integer({ minimum: 3, maximum: 20 }),
  lockMinutes: Type.Integer({ minimum: 1, maximum: 1_440 }),
  lockGrowth: Type.Integer({ minimum: 1, maximum: 10 }),
  /** System, security and audit administrators are different people; none of them moves money. */
  separation: Type.Boolean(),
})
const Host = Type.String({ pattern: '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$' })
const PolicyFields = Type.Object({
  profile: Profile,
  ...LoginRules.properties,
  tokenDaysMax: Type.Integer({ minimum: 1, maximum: 3650 }),
  /** Whoever did not log in for so long is named as stale. */
  staleDays: Type.Integer({ minimum: 7, maximum: 730 }),
  /** Names of the console for which passkeys are made. */
  passkeyHosts: Type.Array(Host, { maxItems: 20 }),
})
export const LoginPolicy = Type.Object({
  ...PolicyFields.properties,
  /** The rules that are not what the profile says. */
  differs: Type.Array(Type.String()),
  /** What the profiles say. */
  profiles: Type.Object({ mlps: LoginRules, asvs: LoginRules }),
})
export type LoginPolicy = Static<typeof LoginPolicy>
/** Another profile brings its rules but the separation; what is named besides comes over them. */
export const LoginPolicyChange = Type.Partial(PolicyFields)
export type LoginPolicyChange = Static<typeof LoginPolicyChange>

const Person = Type.Object({ operatorId: Id, username: Type.String(), name: Type.String() })
/** `POST /login-policy/preview`: what a change would do, and to whom. */
export const PolicyPreview = Type.Object({
  policy: Type.Object(PolicyFields.properties),
  /** The rules that would be others. */
  changes: Type.Array(Type.String()),
  /** Who must choose another password at once. */
  mustChangePassword: Type.Array(Person),
  /** Whose password is looked at when he next gives it. */
  passwordLookedAt: Type.Array(Person),
  mustSetUpFactor: Type.Array(Person),
  /** Whose role does not fit the separation; nothing is switched on while there is somebody. */
  inTheWay: Type.Array(
    Type.Object({
      ...Person.properties,
      role: Type.String(),
      /** A duty, and the duty or permission that it does not go with. */
      duty: Type.String(),
      with: Type.String(),
    }),
  ),
  /** The role that the caller would have; null: his own. */
  ownRole: Nullable(Type.String()),
})
export type PolicyPreview = Static<typeof PolicyPreview>

const Bytes = Type.String({ minLength: 1, maxLength: 20_000, pattern: '^[A-Za-z0-9_-]+$' })
const Known = Type.Array(Type.Object({ id: Type.String(), transports: Type.Array(Type.String()) }))
/** A question for an authenticator (WebAuthn); answered once, soon. All bytes as base64url. */
export const PasskeyQuestion = Type.Object({
  challenge: Type.String(),
  rpId: Type.String(),
  timeoutMs: Type.Integer(),
  /** The passkeys that may answer; none named: any that its holder chooses. */
  allow: Known,
})
export type PasskeyQuestion = Static<typeof PasskeyQuestion>
export const PasskeyAnswer = Type.Object({
  id: Bytes,
  clientDataJSON: Bytes,
  authenticatorData: Bytes,
  signature: Bytes,
  userHandle: Type.Optional(Bytes),
})
export type PasskeyAnswer = Static<typeof PasskeyAnswer>
/** What a new passkey is made from. */
export const PasskeyProposal = Type.Object({
  challenge: Type.String(),
  rpId: Type.String(),
  timeoutMs: Type.Integer(),
  userId: Type.String(),
  username: Type.String(),
  name: Type.String(),
  /** Those that he has already. */
  exclude: Known,
})
export type PasskeyProposal = Static<typeof PasskeyProposal>
const PasskeyName = Type.Object({ name: PersonName })
export const NewPasskey = Type.Object({
  ...PasskeyName.properties,
  id: Bytes,
  clientDataJSON: Bytes,
  attestationObject: Bytes,
  transports: Type.Array(Type.String({ maxLength: 20 }), { maxItems: 10 }),
})
export type NewPasskey = Static<typeof NewPasskey>
export const PasskeyChange = PasskeyName
export const Passkey = Type.Object({
  passkeyId: Id,
  name: Type.String(),
  /** The host's name that it was made for. */
  rpId: Type.String(),
  createdAt: Time,
  lastUsedAt: Nullable(Time),
  /** Its counter went back: there is a copy, and it no longer counts. */
  clonedAt: Nullable(Time),
})
export type Passkey = Static<typeof Passkey>
/** With the first factor of a person recovery codes, else none. */
export const MadePasskey = Type.Object({ item: Passkey, codes: Type.Array(Type.String()) })
export type MadePasskey = Static<typeof MadePasskey>

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

/** `GET /operators/:id/sessions`, and those of one’s own. */
export const OperatorSession = Type.Omit(OwnSession, ['current'])
export type OperatorSession = Static<typeof OperatorSession>

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
  passkeys: Type.Integer(),
  mustSetUpTotp: Type.Boolean(),
  /** When the password must be another one; null: never. */
  passwordUntil: Nullable(Time),
})
export const Session = Type.Object({
  operator: Operator,
  permissions: Type.Array(Type.String()),
  complexes: Type.Array(Complex),
  csrfToken: Type.String(),
  /** Lapses after so long without a person at it, and at this time in any case. */
  idleMinutes: Type.Integer(),
  expiresAt: Time,
  /** The log-in before this one, and how many were refused since; null: this is the first. */
  lastLogIn: Nullable(
    Type.Object({ at: Time, from: Nullable(Type.String()), refused: Type.Integer() }),
  ),
})
export type Session = Static<typeof Session>
