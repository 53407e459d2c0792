// Refusals of plans and the calendar 电价方案与日历.

import type { RefusalRow } from './row.ts'

export const PLANS_REFUSALS = {
  bill_sheet_too_long: {
    status: 422,
    zh: '超过 20000 份账单，请用筛选条件分批导出',
    en: 'More than 20,000 bills: narrow them by the filters and save them in parts',
  },
  plan_incomplete: {
    status: 422,
    zh: '电价方案不完整或有矛盾，请按所列位置修改',
    en: 'The plan is not complete or contradicts itself: see the places named',
  },
  plan_retired: { status: 409, zh: '该电价方案已停用', en: 'This plan is no longer in use' },
  plan_not_in_force: {
    status: 422,
    zh: '该电价方案在生效时刻尚无版本',
    en: 'The plan has no version yet at that moment',
  },
  plan_in_use: {
    status: 409,
    zh: '仍有供电使用该电价方案，不能停用',
    en: 'Supplies still have this plan: give them another first',
  },
  capacity_required: {
    status: 422,
    zh: '该电价按变压器容量收取基本电费，请填写容量',
    en: 'The plan charges by capacity: enter what the transformer carries',
  },
  rerate_required: {
    status: 409,
    zh: '该变更影响已结算的电费：请先预览差额，经复核后入账',
    en: 'It changes what was charged: preview what it comes to and have it agreed to first',
  },
  rerate_not_past: {
    status: 422,
    zh: '该变更不影响过去，请按常规方式保存',
    en: 'It changes nothing of the past: save it the usual way',
  },
  rerate_not_open: {
    status: 409,
    zh: '该追溯变更已应用或已撤销',
    en: 'This change is applied or dropped already',
  },
  rerate_changed: {
    status: 409,
    zh: '预览之后差额已变化，请重新预览',
    en: 'It comes to something else than was previewed: preview it again',
  },
  month_not_over: { status: 422, zh: '该月尚未结束', en: 'This month is not over' },
  month_price_unknown: {
    status: 422,
    zh: '该方案当月没有此时段的电价',
    en: 'The plan has no price for this period in that month',
  },
  price_above_cap: {
    status: 422,
    zh: '该电价的有效电价高于本综合体的转供电价格上限',
    en: 'By this price a kWh costs more on average than the price cap of the complex allows',
  },
} as const satisfies Record<string, RefusalRow>
