// The contract of opening 开户: what the counter gets back.

import { Type } from 'typebox'
import { Id, Receipt } from '../contract.ts'

export const OpenedAccount = Type.Object({
  accountId: Id,
  accountNo: Type.String(),
  /** One for each meter that got a first purchase. */
  receipts: Type.Array(Receipt),
})
