// Refusals of accounts, sales and payouts 用户、售电、退电.

import type { RefusalRow } from './row.ts'

export const ACCOUNTS_REFUSALS = {
  amount_out_of_range: { status: 422, zh: '金额超出允许范围', en: 'The amount is out of range' },
  account_handed_over: {
    status: 409,
    zh: '该户刚刚过户，请核对商户后重试',
    en: 'The account has just been handed over: look whose it is and try again',
  },
  account_closed: { status: 409, zh: '该户已销户', en: 'The account is closed' },
  meter_required: {
    status: 422,
    zh: '该户有多块电表，请指定电表',
    en: 'The account has several meters: name one',
  },
  meter_not_on_account: {
    status: 422,
    zh: '该电表不属于此户',
    en: 'The meter does not belong to the account',
  },
  meter_charges_itself: {
    status: 422,
    zh: '该表自带钱包，余额用完会自行跳闸，不能后台计费',
    en: 'This meter holds a wallet and trips when it is empty; it cannot be charged by the centre',
  },
  initial_reading_required: {
    status: 422,
    zh: '尚未抄到该表示数，请填写底度',
    en: 'This meter has not been read yet; enter its initial reading',
  },
  hoarding_limit: {
    status: 422,
    zh: '超过电表囤积限额',
    en: 'This would exceed the hoarding limit of the meter',
  },
  carry_not_covered: {
    status: 422,
    zh: '金额不足以先结清补缴款',
    en: 'The amount does not cover what is owed first',
  },
  premises_occupied: { status: 409, zh: '该计量点已有在用户', en: 'The point is already supplied' },
  purchase_count_expected: {
    status: 409,
    zh: '购电次数已变化，请核对后重试',
    en: 'The purchase count has changed, check and try again',
  },
  similar_sale_recent: {
    status: 409,
    zh: '5分钟内有同表同金额的售电，请确认',
    en: 'The same amount was sold to this meter within 5 minutes: confirm',
  },
  balance_unknown: {
    status: 409,
    zh: '余额尚未读到或已过时，请先抄表',
    en: 'What is left is not known, or not fresh: read the meter first',
  },
  more_than_is_left: {
    status: 422,
    zh: '超过可退金额',
    en: 'More than is left',
  },
  more_than_is_owed: {
    status: 422,
    zh: '超过所欠金额',
    en: 'More than is owed',
  },
  reason_needs_note: {
    status: 422,
    zh: '选择“其他”须填写说明',
    en: 'This reason needs a note',
  },
  sale_already_reversed: {
    status: 409,
    zh: '该笔售电已冲正或正在冲正',
    en: 'The sale has been reversed, or is being reversed',
  },
  purchase_under_way: {
    status: 409,
    zh: '该笔购电正在下发或待处理，暂不能冲正',
    en: 'The purchase is on its way into the meter, or on hold',
  },
  reduction_not_done: {
    status: 409,
    zh: '电表尚未确认退款，不能付款',
    en: 'The meter has not proved yet that it gave the money up',
  },
  reduction_already_paid: {
    status: 409,
    zh: '该笔减额已付款',
    en: 'This reduction has been paid out',
  },
  reduction_not_payable: {
    status: 422,
    zh: '该笔减额不在此处付款',
    en: 'This reduction is not paid out here',
  },
  closing_under_way: {
    status: 409,
    zh: '该户正在销户，不能办理此业务',
    en: 'The account is being closed',
  },
  closing_not_open: {
    status: 409,
    zh: '该户没有办理中的销户',
    en: 'The account is not being closed',
  },
  closing_not_abortable: {
    status: 409,
    zh: '销户已有不可撤回的步骤，不能取消',
    en: 'A step of the closing cannot be taken back any more',
  },
  closing_not_ready: {
    status: 409,
    zh: '电表步骤尚未完成，不能结算',
    en: 'The meters are not done yet: nothing can be paid',
  },
  closing_step_decided: {
    status: 409,
    zh: '该步骤不需要人工处理',
    en: 'This step needs no decision',
  },
  settlement_changed: {
    status: 409,
    zh: '结算金额已变化，请核对后重试',
    en: 'What is to be settled has changed, check and try again',
  },
  final_reading_too_low: {
    status: 422,
    zh: '止码低于已抄示数',
    en: 'The final reading is lower than what was read before',
  },
  money_under_way: {
    status: 409,
    zh: '该户有未完成的购电或退款，请稍后再办',
    en: 'A purchase or a payment back is still under way',
  },
  claim_above_paid: {
    status: 422,
    zh: '剩余金额超过已购未用金额',
    en: 'More is claimed than was ever bought and not used',
  },
  tenant_not_departed: {
    status: 409,
    zh: '该商户仍有未销的户，或不存在',
    en: 'The tenant still has an account, or is not known',
  },
  tenant_erased: {
    status: 409,
    zh: '该商户的个人信息已清除',
    en: 'The tenant has been erased already',
  },
  tenant_has_money: {
    status: 409,
    zh: '还有应退该商户的款项，办完后再清除',
    en: 'Money is still to be paid to the tenant: settle that first',
  },
} as const satisfies Record<string, RefusalRow>
