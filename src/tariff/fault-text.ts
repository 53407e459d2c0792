// Faults of a plan in words 校验提示, PURE: where it is and what is wrong there, in both languages.

import type { Language, Words } from '../shared/words.ts'
import type { FaultKind, PlanFault } from './check.ts'
import {
  type DayType,
  type Period,
  type PlanDefinition,
  SEASONS_MAX,
  SWITCHES_MAX,
  TIERS_MAX,
} from './plan.ts'

export const FAULT_TEXTS: Readonly<Record<FaultKind, Words>> = {
  noPrices: { zh: '没有任何时段电价', en: 'no period has a price' },
  priceTooHigh: {
    zh: '电价须在 0 至 100 元/千瓦时之间',
    en: 'a price lies between 0 and 100 yuan per kWh',
  },
  componentsSum: {
    zh: '各构成项之和不等于电价',
    en: 'the components do not add up to the price',
  },
  noSeasons: { zh: '没有季节', en: 'there is no season' },
  tooManySeasons: {
    zh: `季节不能超过 ${SEASONS_MAX} 个`,
    en: `there are more than ${SEASONS_MAX} seasons`,
  },
  seasonNameTwice: { zh: '季节名称重复', en: 'two seasons have the same name' },
  seasonDate: {
    zh: '日期无效（月-日；2 月 29 日随 28 日）',
    en: 'not a day of the year (MM-DD; 29 February goes with the 28th)',
  },
  seasonGap: { zh: '这些日期不属于任何季节', en: 'these days belong to no season' },
  seasonOverlap: {
    zh: '这些日期同时属于几个季节',
    en: 'these days belong to more than one season',
  },
  noSwitches: { zh: '时段表为空', en: 'the table is empty' },
  tooManySwitches: {
    zh: `一天的时段切换不能超过 ${SWITCHES_MAX} 次`,
    en: `there are more than ${SWITCHES_MAX} switches a day`,
  },
  switchTime: {
    zh: '时刻须在 00:00 至 23:59 之间',
    en: 'the time lies between 00:00 and 23:59',
  },
  tableBegins: {
    zh: '第一个时段须从 00:00 开始，此前没有时段',
    en: 'the first period begins at 00:00; before it there is none',
  },
  switchOrder: {
    zh: '时刻早于前一个时段，顺序不对',
    en: 'it is earlier than the one before it',
  },
  switchOverlap: {
    zh: '与前一个时段同一时刻，时段重叠',
    en: 'it begins together with the one before it',
  },
  periodWithoutPrice: { zh: '该时段没有电价', en: 'this period has no price' },
  noTiers: { zh: '阶梯没有档位', en: 'the tiers have no step' },
  tooManyTiers: {
    zh: `阶梯不能超过 ${TIERS_MAX} 档`,
    en: `there are more than ${TIERS_MAX} tiers`,
  },
  tierThreshold: { zh: '分档电量须大于 0', en: 'its threshold must be above 0' },
  tierOrder: {
    zh: '分档电量须大于前一档',
    en: 'its threshold must be above that of the tier before it',
  },
  tierPrice: {
    zh: '加价后的电价须在 0 至 100 元/千瓦时之间',
    en: 'with what it adds a price lies between 0 and 100 yuan per kWh',
  },
  feeTooHigh: {
    zh: '不能超过电费的 100 % 或每千瓦时 100 元',
    en: 'at most 100 % of the energy charge, or 100 yuan per kWh',
  },
  basicTooHigh: {
    zh: '每千瓦或千伏安不能超过 1000 元/月',
    en: 'at most 1000 yuan per kW or kVA and month',
  },
}

export const PERIOD_NAMES: Readonly<Record<Period, Words>> = {
  sharp: { zh: '尖', en: 'sharp' },
  peak: { zh: '峰', en: 'peak' },
  flat: { zh: '平', en: 'flat' },
  valley: { zh: '谷', en: 'valley' },
  deepValley: { zh: '深谷', en: 'deep valley' },
}
const TABLE_NAMES: Readonly<Record<DayType, Words>> = {
  workday: { zh: '工作日', en: 'workdays' },
  weekend: { zh: '周末', en: 'weekends' },
  holiday: { zh: '节假日', en: 'holidays' },
}
const FEE_NAMES: Readonly<Record<string, Words>> = {
  serviceFee: { zh: '服务费', en: 'service fee' },
  lossShare: { zh: '损耗分摊', en: 'loss share' },
  basic: { zh: '基本电费', en: 'basic charge' },
}

const places: Readonly<
  Record<Language, (fault: PlanFault, season: string) => (string | false | undefined)[]>
> = {
  zh: (fault, season) => [
    fault.season !== undefined && `季节“${season}”`,
    fault.table && TABLE_NAMES[fault.table].zh,
    fault.switch !== undefined && `第 ${fault.switch + 1} 个时段`,
    fault.tier !== undefined && `第 ${fault.tier} 档`,
    fault.period && PERIOD_NAMES[fault.period].zh,
    fault.day && (fault.day === fault.lastDay ? fault.day : `${fault.day} 至 ${fault.lastDay}`),
    FEE_NAMES[fault.path]?.zh,
  ],
  en: (fault, season) => [
    fault.season !== undefined && `season “${season}”`,
    fault.table && TABLE_NAMES[fault.table].en,
    fault.switch !== undefined && `switch ${fault.switch + 1}`,
    fault.tier !== undefined && `tier ${fault.tier}`,
    fault.period && PERIOD_NAMES[fault.period].en,
    fault.day && (fault.day === fault.lastDay ? fault.day : `${fault.day} to ${fault.lastDay}`),
    FEE_NAMES[fault.path]?.en,
  ],
}

const seasonName = (definition: PlanDefinition, index: number, language: Language): string => {
  const season = definition.kind === 'flat' ? undefined : definition.seasons[index]
  const name = language === 'en' && season?.nameEn ? season.nameEn : season?.name
  return name || String(index + 1)
}

/** As `季节“夏” 工作日 第 3 个时段：…`. */
export const faultText = (
  fault: PlanFault,
  definition: PlanDefinition,
  language: Language,
): string => {
  const name = seasonName(definition, fault.season ?? 0, language)
  const place = places[language](fault, name).filter(Boolean)
  const what = FAULT_TEXTS[fault.kind][language]
  if (place.length === 0) return what
  return language === 'zh' ? `${place.join(' ')}：${what}` : `${place.join(', ')}: ${what}`
}
