// The contract of sales 售电流水: every payment taken, in both modes, with how far its money has come.

import { type Static, Type } from 'typebox'
import { Fen, Id, Nullable, PayMethod, PurchaseState, Time, UuidText } from '../contract.ts'
import { Day, ListQuery } from './asking.ts'

export const SaleItem = Type.Object({
  saleId: UuidText,
  receiptNo: Type.String(),
  at: Time,
  accountId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  /** As on the receipt. */
  premises: Type.String(),
  /** As on the receipt where that names what is not so called any more. */
  premisesEn: Type.String(),
  meterNo: Type.String(),
  method: PayMethod,
  paidFen: Fen,
  carryFen: Fen,
  creditFen: Fen,
  serviceFeeFen: Fen,
  depositFen: Fen,
  operator: Type.String(),
  /** Null in centre mode: the money is on the balance, nothing is on its way. */
  purchaseId: Nullable(UuidText),
  state: Nullable(PurchaseState),
  /** What was paid back of this very sale. */
  takenBackFen: Fen,
})
export type SaleItem = Static<typeof SaleItem>

export const SaleListQuery = Type.Object({
  ...ListQuery.properties,
  accountId: Type.Optional(Id),
  method: Type.Optional(PayMethod),
  /** The state of its purchase; BALANCE: paid onto an account's balance. */
  state: Type.Optional(
    Type.Enum(['QUEUED', 'ARMED', 'DELIVERED', 'HOLD', 'CANCELLED', 'VOID', 'BALANCE']),
  ),
  from: Type.Optional(Day),
  /** The last day shown. */
  to: Type.Optional(Day),
  /** Part of the name, or the log-in, of who took the money. */
  operator: Type.Optional(Type.String({ maxLength: 100 })),
  /** What was paid, to the fen. */
  amountFen: Type.Optional(Type.Integer({ minimum: 1 })),
  /**
   * A receipt's number (of this year and the last its digits will do), a request's id, or part of
   * an account's number, a tenant's name or initials, a shop's number or name, a meter's number.
   */
  search: Type.Optional(Type.String({ maxLength: 100 })),
})
