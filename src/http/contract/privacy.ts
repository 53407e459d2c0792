// The contract of privacy 隐私: showing a phone, retention, erasing those who left, and all that
// is kept about one tenant.

import { type Static, Type } from 'typebox'
import { Id, Nullable, Time } from '../contract.ts'
import { ListQuery } from './asking.ts'

/**
 * POST /api/v1/accounts/:id/phone 查看电话. The whole number of the present tenant, of a closed
 * account the last one; each showing is in the audit log. Null: there is none.
 */
export const ShownPhone = Type.Object({ phone: Nullable(Type.String()) })
export type ShownPhone = Static<typeof ShownPhone>

/** GET /privacy/retention?complexId, PUT /privacy/retention 保留期限. */
export const Retention = Type.Object({
  complexId: Id,
  /** So long after his last account is closed a tenant is erased; null: only when asked for. */
  departedMonths: Nullable(Type.Integer({ minimum: 1, maximum: 240 })),
  /** Follow-up work that is done. */
  doneDays: Type.Integer({ minimum: 7, maximum: 3650 }),
})
export type Retention = Static<typeof Retention>

export const DepartedQuery = Type.Object({
  ...ListQuery.properties,
  search: Type.Optional(Type.String({ maxLength: 100 })),
})

/** GET /privacy/departed 已离场商户: who has no open account any more, the newest first. */
export const Departed = Type.Object({
  tenantId: Id,
  /** What stands for him once he is erased. */
  reference: Type.String(),
  name: Type.String(),
  nameEn: Type.String(),
  phoneMasked: Nullable(Type.String()),
  accountNos: Type.Array(Type.String()),
  leftAt: Time,
  /** When he is erased by himself; null: only when it is asked for. */
  dueAt: Nullable(Time),
  erasedAt: Nullable(Time),
})
export type Departed = Static<typeof Departed>

/** POST /privacy/departed/:id/erase 清除个人信息. A dry run tells what would go. */
export const EraseTenant = Type.Object({
  complexId: Id,
  dryRun: Type.Optional(Type.Boolean({ default: false })),
})
export const Erased = Type.Object({
  reference: Type.String(),
  dryRun: Type.Boolean(),
  /** What of him is kept now: name, nameEn, phone, contact, licenceNo, note. */
  fields: Type.Array(Type.String()),
  /** Receipts and vouchers that show the reference instead of his name. */
  documents: Type.Integer(),
})
export type Erased = Static<typeof Erased>
