// Refusals of shifts, closing, approvals and sharing 班次、结账、复核、公摊.

import type { RefusalRow } from './row.ts'

export const BOOKS_REFUSALS = {
  sharing_not_read: {
    status: 409,
    zh: '有计量点缺少可用读数，暂不能分摊',
    en: 'Some points have no reading that may be billed: nothing is shared yet',
  },
  sharing_pool_negative: {
    status: 409,
    zh: '总表电量小于分表之和，属计量故障，不予分摊',
    en: 'The main meter counted less than the shops: a metering fault, nothing is shared on it',
  },
  sharing_basis_missing: {
    status: 422,
    zh: '有商铺缺少分摊依据（面积或份额）',
    en: 'Some premises lack what is shared by (area or parts)',
  },
  sharing_nobody: {
    status: 409,
    zh: '该月没有可承担分摊的商铺',
    en: 'There is nobody in this month to bear a share',
  },
  sharing_done: { status: 409, zh: '该月已分摊', en: 'This month stands shared already' },
  sharing_reversed: { status: 409, zh: '该次分摊已撤销', en: 'This sharing is reversed already' },
  sharing_rule_off: { status: 409, zh: '该分摊方案已停用', en: 'This rule is not in use' },
  shift_open_already: {
    status: 409,
    zh: '您已有未交班的班次',
    en: 'You have an open shift already',
  },
  shift_counted: {
    status: 409,
    zh: '该班次已点款，请先交班',
    en: 'The drawer of this shift has been counted: hand it over first',
  },
  shift_not_counted: {
    status: 409,
    zh: '请先点款再交班',
    en: 'Count the drawer before handing it over',
  },
  shift_closed: { status: 409, zh: '该班次已交班', en: 'The shift has been handed over' },
  count_not_sum: {
    status: 422,
    zh: '各面额合计与点款金额不符',
    en: 'The pieces do not sum to the amount counted',
  },
  difference_needs_reason: {
    status: 422,
    zh: '长短款须填写原因；选“其他”须写说明',
    en: 'A difference needs a reason, and “other” a note',
  },
  shift_still_open: {
    status: 409,
    zh: '当日还有未交班的班次',
    en: 'A shift of that day has not been handed over',
  },
  day_closed: {
    status: 409,
    zh: '该日已日结',
    en: 'That day is closed',
  },
  day_not_over: {
    status: 422,
    zh: '该日（月）尚未到',
    en: 'That day or month has not come',
  },
  earlier_day_open: {
    status: 409,
    zh: '之前还有未日结的日期',
    en: 'An earlier day is not closed yet',
  },
  month_locked: { status: 409, zh: '该月已月结', en: 'That month is locked' },
  month_unexplained: {
    status: 409,
    zh: '该月还有未了事项，不能月结',
    en: 'The month cannot be locked while something in it is unexplained',
  },
  approval_required: {
    status: 409,
    zh: '需要第二人复核',
    en: 'A second person has to agree to this',
  },
  approval_not_valid: {
    status: 409,
    zh: '复核无效、已过期或内容已变',
    en: 'The approval is not valid: not agreed, expired, used, or for something else',
  },
  approval_not_open: {
    status: 409,
    zh: '该复核已处理或已过期',
    en: 'The approval has been decided, or has expired',
  },
  approval_by_another: {
    status: 409,
    zh: '须由申请人以外的人复核',
    en: 'Somebody else than who asked has to decide',
  },
  approval_benefits: {
    status: 409,
    zh: '通过后您会因此获得权限或额度，须由他人复核',
    en: 'It would give you rights or a higher limit: somebody else has to decide',
  },
  approval_beyond_reach: {
    status: 403,
    zh: '涉及整个系统，须由管辖全部综合体的人复核',
    en: 'It reaches the whole installation: somebody who sees all of it has to decide',
  },
  approval_not_needed: {
    status: 409,
    zh: '此操作无需复核，可直接办理',
    en: 'Nobody else has to agree to this: it can be done at once',
  },
} as const satisfies Record<string, RefusalRow>
