// Refusals of plans and the calendar 电价方案与日历.

import type { RefusalRow } from './row.ts'

export const PLANS_REFUSALS = {
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
  price_above_cap: {
    status: 422,
    zh: '该电价的有效电价高于本综合体的转供电价格上限',
    en: 'By this price a kWh costs more on average than the price cap of the complex allows',
  },
} as const satisfies Record<string, RefusalRow>
