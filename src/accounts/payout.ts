// Paying out 付款: money leaves the till or a channel with a voucher, whose number is of the same
// gapless series as the receipts; posting, voucher and audit are one transaction.

import type { Approved } from '../approvals/require.ts'
import type { PayoutPurpose, Voucher } from '../http/contract/payouts.ts'
import { capitals } from '../ledger/capitals.ts'
import { contentHash } from '../ledger/chain.ts'
import { type PayMethod, takenInto } from '../ledger/chart.ts'
import type { Line } from '../ledger/entries/sale.ts'
import { type Fen, fen, ZERO_FEN } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { assert, must } from '../shared/assert.ts'
import { rfc3339 } from '../shared/clock.ts'
import type { ComplexId, MeterId, Uuid } from '../shared/ids.ts'
import { reasonText } from '../shared/reason-text.ts'
import { currentShift } from '../shifts/store.ts'
import { PAYOUT_TITLES, type PayoutReason, shownReason } from './payout-reasons.ts'
import { insertPayout } from './payout-store.ts'
import { receiptNumber } from './receipt-number.ts'
import type { LockedAccount } from './store.ts'

export type Payout = {
  /** Unique in the ledger for ever. */
  requestId: string
  purpose: PayoutPurpose
  method: PayMethod
  paidFen: Fen
  /** The balanced lines; what leaves `outOfPath` is `paidFen`. */
  linesFrom: (outOfPath: string) => Line[]
  reason: PayoutReason
  /** The posting of a sale that is struck out. */
  reverses?: Uuid
  sale?: { saleId: Uuid; receiptNo: string }
  reductionId?: Uuid
  meter?: { meterId: MeterId; meterNo: string; premises: string }
  approved?: Approved | null
  /** Owed by the tenant again. */
  carryFen?: Fen
  serviceFeeFen?: Fen
  balance?: { beforeFen: number; afterFen: number }
}

type Numbered = { payoutId: Uuid; receiptNo: string }

const voucherOf = async (
  tx: Tx,
  account: LockedAccount,
  payout: Payout,
  { payoutId, receiptNo }: Numbered,
): Promise<Voucher> => ({
  payoutId,
  receiptNo,
  purpose: payout.purpose,
  title: PAYOUT_TITLES[payout.purpose],
  complexId: account.complexId,
  complex: account.complex,
  accountId: account.accountId,
  accountNo: account.no,
  tenant: account.tenant,
  premises: payout.meter?.premises ?? '',
  meterNo: payout.meter?.meterNo ?? '',
  meterId: payout.meter?.meterId ?? null,
  method: payout.method,
  paidFen: payout.paidFen,
  paidCapitals: capitals(payout.paidFen),
  carryFen: payout.carryFen ?? ZERO_FEN,
  serviceFeeFen: payout.serviceFeeFen ?? ZERO_FEN,
  reason: shownReason(payout.reason.code),
  note: payout.reason.note,
  saleId: payout.sale?.saleId ?? null,
  saleReceiptNo: payout.sale?.receiptNo ?? null,
  reductionId: payout.reductionId ?? null,
  balanceBeforeFen: payout.balance?.beforeFen ?? null,
  balanceAfterFen: payout.balance?.afterFen ?? null,
  operator: account.operator,
  approvedBy: payout.approved?.by ?? null,
  at: rfc3339(tx.now, account.zone),
})

const postOut = async (
  tx: Tx,
  complexId: ComplexId,
  payout: Payout,
  of: { postingId: Uuid; shift: Uuid; businessDate: Awaited<ReturnType<typeof postingDay>> },
): Promise<void> => {
  const outOf = takenInto(payout.method, of.shift)
  const lines = payout.linesFrom(outOf)
  const left = lines.find((line) => line.path === outOf)?.fen ?? 0
  assert(left === -payout.paidFen && payout.paidFen > 0, 'the lines pay what the voucher says')
  await post(tx, {
    complexId,
    postingId: of.postingId,
    requestId: payout.requestId,
    kind: payout.purpose,
    businessDate: of.businessDate,
    reason: reasonText(payout.reason),
    ...(payout.reverses && { reverses: payout.reverses }),
    contentHash: contentHash({ purpose: payout.purpose, lines }),
    lines,
  })
}

/** Pays. The caller holds the account's lock and has refused what must be refused. */
export const payOut = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  payout: Payout,
): Promise<Voucher> => {
  const { complexId, accountId } = account
  const operator = must(tx.scope.operator, 'a payout at the counter has an operator')
  const shiftId = await currentShift(tx, ids, complexId, operator)
  const businessDate = await postingDay(tx, complexId, tx.now)
  const postingId = ids.uuid()
  await postOut(tx, complexId, payout, { postingId, shift: shiftId, businessDate })
  const receiptNo = await receiptNumber(tx, complexId, businessDate.slice(0, 4))
  const payoutId = ids.uuid()
  const voucher = await voucherOf(tx, account, payout, { payoutId, receiptNo })
  const { requestId, purpose, method, paidFen } = payout
  await insertPayout(tx, {
    ...{ complexId, payoutId, accountId, requestId, purpose, shiftId, receiptNo, method },
    ...{ paidFen, postingId, voucher },
    saleId: payout.sale?.saleId ?? null,
    reductionId: payout.reductionId ?? null,
    approvalId: payout.approved?.approvalId ?? null,
    reason: reasonText(payout.reason),
  })
  await audit(tx, ids, {
    complexId,
    action: `payout.${purpose}`,
    subject: `account/${accountId}`,
    after: {
      ...{ receiptNo, paidFen, method, reason: reasonText(payout.reason) },
      sale: payout.sale?.receiptNo,
      reductionId: payout.reductionId,
      approvedBy: payout.approved?.by,
    },
  })
  return voucher
}

/** The balance of what is shown on a voucher, where it is known. */
export const balanceMove = (beforeFen: number | null, outFen: number): Payout['balance'] =>
  beforeFen === null ? undefined : { beforeFen, afterFen: fen(beforeFen - outFen) }
