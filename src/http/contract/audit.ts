// The contract of the audit log 操作日志: who did what to what, from where, before and after.

import { type Static, Type } from 'typebox'
import { Id, Nullable, Time, UuidText } from '../contract.ts'
import { Day, ListQuery } from './asking.ts'

export const AuditItem = Type.Object({
  auditId: UuidText,
  at: Time,
  operatorId: Nullable(Id),
  /** Null: the centre itself. */
  operator: Nullable(Type.String()),
  username: Nullable(Type.String()),
  /** An address, or the worker's name; `token/3` beside it where a machine came. */
  from: Type.String(),
  /** `room.verb`. */
  action: Type.String(),
  title: Type.Object({ zh: Type.String(), en: Type.String() }),
  /** `kind/id`. */
  subject: Type.String(),
  /** What people know it by; null: it has no name, or none that he may see. */
  subjectName: Nullable(Type.String()),
  before: Type.Unknown(),
  after: Type.Unknown(),
})
export type AuditItem = Static<typeof AuditItem>

const Filter = {
  operatorId: Type.Optional(Id),
  /** The whole of it or its beginning: `account.` is every act on accounts. */
  action: Type.Optional(Type.String({ maxLength: 60, pattern: '^[A-Za-z.-]*$' })),
  /** The whole of it or its kind: `account/12`, `account/`. */
  subject: Type.Optional(Type.String({ maxLength: 80 })),
  /** Calendar days of the complex, both included. */
  from: Type.Optional(Day),
  to: Type.Optional(Day),
}
/** `GET /audit`: newest first. */
export const AuditQuery = Type.Object({ ...ListQuery.properties, ...Filter })
/** `GET /audit/export`: the same as a file. */
export const AuditExportQuery = Type.Object({ complexId: Id, ...Filter })
