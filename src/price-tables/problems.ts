// Why a meter can't hold a plan 电价不能下发的原因: a closed list with its words. A plan is refused, never
// rounded or cut to fit.

import type { Language, Words } from '../shared/words.ts'
import type { Period } from '../tariff/plan.ts'

export const PROBLEMS = {
  noTables: {
    zh: '该表型内不能写入电价，只能后台计费',
    en: 'no prices can be written into this model; use centre mode',
  },
  noStandbySet: {
    zh: '该表型没有备用套，不能按时切换',
    en: 'this model has no standby set to switch to',
  },
  priceDecimals: {
    zh: '{period}电价超过 {max} 位小数',
    en: 'the {period} price has more than {max} decimals',
  },
  rateMissing: {
    zh: '{period}需要第 {need} 费率，该表型只有 {max} 个费率',
    en: '{period} needs rate {need}; this model has {max}',
  },
  tooManyZones: {
    zh: '年时区 {need} 个，该表型最多 {max} 个',
    en: '{need} year zones; this model holds {max}',
  },
  tooManyDayTables: {
    zh: '日时段表 {need} 张，该表型最多 {max} 张',
    en: '{need} day tables; this model holds {max}',
  },
  tooManySwitches: {
    zh: '一天 {need} 个时段，该表型最多 {max} 个',
    en: '{need} switches in a day; this model holds {max}',
  },
  periodTooShort: {
    zh: '时段短于 15 分钟，电表不接受',
    en: 'a period is shorter than 15 minutes, which meters refuse',
  },
  tooManyHolidays: {
    zh: '特殊日 {need} 天，该表型最多 {max} 天',
    en: '{need} special days; this model holds {max}',
  },
  weekendBySeason: {
    zh: '各季节周末时段不同，电表只有一张周休日时段表',
    en: 'weekends differ by season; a meter has one day table for days of rest',
  },
  noTiers: { zh: '该表型不支持阶梯电价', en: 'this model has no tiers' },
  tooManyTiers: {
    zh: '阶梯界限 {need} 个，该表型最多 {max} 个',
    en: '{need} tier limits; this model holds {max}',
  },
  tierMonthly: { zh: '该表型没有月阶梯', en: 'this model counts no monthly tiers' },
  tierLimitStep: {
    zh: '阶梯界限须为 0.01 kWh 的整数倍',
    en: 'a tier limit is no multiple of 0.01 kWh',
  },
  tierDecimals: {
    zh: '阶梯加价超过 {max} 位小数',
    en: 'what a tier adds has more than {max} decimals',
  },
  tierReduces: {
    zh: '电表的阶梯只能加价，不能减价',
    en: 'a tier inside a meter adds to the price, it cannot reduce it',
  },
  tierByShare: {
    zh: '电表按时间先后计阶梯，不能按用量比例分摊',
    en: 'a meter crosses tiers in the order of time, not by shares',
  },
  tierOfAccount: {
    zh: '阶梯按全户合计，单块电表无法得知',
    en: 'tiers count for the whole account, which one meter cannot know',
  },
  tierEntry: {
    zh: '本阶梯周期内才入户或换表，电表累计的不是该户用量，下一周期起才可下发',
    en: 'tenant or meter came within this tier period: the meter counts another use until it ends',
  },
  tierDayCut: {
    zh: '日切不在整点（结算日不可改的表型，月阶梯须在零点），电表无法按此结算',
    en: 'meters settle tiers on the hour, or by the month only at midnight, unlike this day cut',
  },
  serviceFee: { zh: '服务费不能写入电表', en: 'a service fee cannot be put into a meter' },
  lossShare: { zh: '损耗分摊不能写入电表', en: 'a share of losses cannot be put into a meter' },
  minimum: { zh: '保底电费不能写入电表', en: 'a minimum charge cannot be put into a meter' },
  powerFactor: {
    zh: '功率因数调整不能写入电表',
    en: 'a power-factor adjustment cannot be put into a meter',
  },
  basic: {
    zh: '基本电费（需量或容量）不能写入电表',
    en: 'a charge for demand or capacity cannot be put into a meter',
  },
} as const satisfies Record<string, Words>

export type ProblemCode = keyof typeof PROBLEMS
export type Problem = { code: ProblemCode; need?: number; max?: number; period?: Period | null }

const PERIOD_WORDS: Record<Period, Words> = {
  sharp: { zh: '尖', en: 'sharp' },
  peak: { zh: '峰', en: 'peak' },
  flat: { zh: '平', en: 'flat' },
  valley: { zh: '谷', en: 'valley' },
  deepValley: { zh: '深谷', en: 'deep valley' },
}

export const problemText = (problem: Problem, language: Language): string => {
  const period = problem.period ? PERIOD_WORDS[problem.period][language] : ''
  const text: string = PROBLEMS[problem.code][language]
  return text
    .replace('{period}', period)
    .replace('{need}', String(problem.need ?? ''))
    .replace('{max}', String(problem.max ?? ''))
    .replaceAll('  ', ' ')
}
