// Why money goes back or is forgiven 退款与减免原因: the closed list, as data.

import {
  PAYOUT_REASON_CODES,
  type PayoutPurpose,
  type PayoutReasonCode,
  type ReasonUse,
} from '../http/contract/payouts.ts'
import { reasonGiven, reasonIn } from '../shared/reason-text.ts'
import { refuseIf } from '../shared/refusal.ts'

type ShownReason = { code: PayoutReasonCode; zh: string; en: string; needsNote: boolean }
type Row = { zh: string; en: string; needsNote: boolean; uses: readonly ReasonUse[] }

const BACK = { needsNote: false, uses: ['payout'] } as const
const FORGIVEN = { needsNote: false, uses: ['waiver'] } as const
const BOTH = { needsNote: false, uses: ['payout', 'waiver'] } as const

export const PAYOUT_REASONS: Readonly<Record<PayoutReasonCode, Row>> = {
  'wrong-meter': { zh: '售错电表', en: 'Wrong meter', ...BACK },
  'wrong-amount': { zh: '金额有误', en: 'Wrong amount', ...BOTH },
  'tenant-leaves': { zh: '租户退租', en: 'The tenant leaves', ...BOTH },
  'double-payment': { zh: '重复缴费', en: 'Paid twice', ...BACK },
  'price-change': { zh: '电价调整', en: 'Price change', ...BOTH },
  'meter-fault': { zh: '电表故障', en: 'The meter was faulty', ...BOTH },
  'power-cut': { zh: '停电补偿', en: 'For a power cut', ...FORGIVEN },
  goodwill: { zh: '优惠照顾', en: 'Goodwill', ...FORGIVEN },
  'bad-debt': { zh: '坏账核销', en: 'A bad debt is written off', ...FORGIVEN },
  other: { zh: '其他（须注明）', en: 'Other (say why)', ...BOTH, needsNote: true },
}

/** As vouchers show it. */
export const shownReason = (code: PayoutReasonCode): ShownReason => {
  const { zh, en, needsNote } = PAYOUT_REASONS[code]
  return { code, zh, en, needsNote }
}

export const PAYOUT_TITLES: Readonly<Record<PayoutPurpose, { zh: string; en: string }>> = {
  refund: { zh: '退款凭证', en: 'Refund voucher' },
  reversal: { zh: '冲正凭证', en: 'Reversal voucher' },
  close: { zh: '销户退款凭证', en: 'Voucher of a refund at closing' },
  deposit: { zh: '退押金凭证', en: 'Voucher of a deposit returned' },
}

export type PayoutReason = { code: PayoutReasonCode; note: string }

/** Refuses: invalid_input (reasonCode: not for this), reason_needs_note. */
export const payoutReason = (
  use: ReasonUse,
  code: PayoutReasonCode,
  note: string | undefined,
): PayoutReason => {
  refuseIf(!PAYOUT_REASONS[code].uses.includes(use), 'invalid_input', { field: 'reasonCode', code })
  return reasonGiven(code, note)
}

/** What was kept by `reasonText`; other words are a note of their own. */
export const reasonOfText = (text: string): PayoutReason => reasonIn(PAYOUT_REASON_CODES, text)
