// The contract of privacy 隐私: showing a phone, retention, erasure of those who left, and all that is
// kept about one tenant.

import { type Static, Type } from 'typebox'
import { Nullable } from '../contract.ts'

/**
 * POST /api/v1/accounts/:id/phone 查看电话. The whole number of the present tenant (of a closed account
 * the last one); each showing is written to the audit log. Null: there is none.
 */
export const ShownPhone = Type.Object({ phone: Nullable(Type.String()) })
export type ShownPhone = Static<typeof ShownPhone>
