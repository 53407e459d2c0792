// What was measured when an alarm was raised 报警依据, in words: the names of facts and of those of
// their values that are names themselves. What no word is known for is shown by its name: it may be
// just what is needed.

import type { Language, Words } from './words.ts'

const NAMES: Readonly<Record<string, Words>> = {
  balanceFen: { zh: '余额（元）', en: 'Balance (yuan)' },
  balanceAt: { zh: '余额时间', en: 'Balance read at' },
  alarm1Fen: { zh: '报警金额1（元）', en: 'Alarm amount 1 (yuan)' },
  alarm2Fen: { zh: '报警金额2（元）', en: 'Alarm amount 2 (yuan)' },
  overdraftFen: { zh: '透支额度（元）', en: 'Overdraft (yuan)' },
  silentSince: { zh: '失联自', en: 'Silent since' },
  answeredAt: { zh: '最后应答', en: 'Last answer' },
  fault: { zh: '原因', en: 'Reason' },
  since: { zh: '自', en: 'Since' },
  statusMs: { zh: '状态轮询周期', en: 'Status round' },
  offsetMs: { zh: '时钟偏差', en: 'Clock is off by' },
  measuredAt: { zh: '测量时间', en: 'Measured at' },
  reason: { zh: '原因', en: 'Reason' },
  readAt: { zh: '抄读时间', en: 'Read at' },
  unpricedWh: { zh: '无电价电量', en: 'Energy without a price' },
  deductedFen: { zh: '表内扣费（元）', en: 'Deducted by the meter (yuan)' },
  pricedFen: { zh: '按电价应扣（元）', en: 'By our price (yuan)' },
  slackFen: { zh: '允许误差（元）', en: 'Allowed difference (yuan)' },
  energyWh: { zh: '电量', en: 'Energy' },
  astrayDays: { zh: '连续不符天数', en: 'Days running' },
  month: { zh: '月份', en: 'Month' },
  missing: { zh: '缺少', en: 'Missing' },
  differs: { zh: '不符的表', en: 'Tables that differ' },
  planId: { zh: '电价方案', en: 'Plan' },
  version: { zh: '版本', en: 'Version' },
  at: { zh: '切换时间', en: 'Switch-over' },
  writtenAt: { zh: '写入时间', en: 'Written at' },
  barredAt: { zh: '停用时间', en: 'Barred since' },
  year: { zh: '年份', en: 'Year' },
  webhooks: { zh: '停用的推送数', en: 'Webhooks switched off' },
  unset: { zh: '未保电表数', en: 'Meters not kept' },
  overdue: { zh: '逾期未解除表数', en: 'Meters kept too long' },
  surges: { zh: '激增数', en: 'Surges' },
  meters: { zh: '表数', en: 'Meters' },
  silent: { zh: '失联表数', en: 'Silent meters' },
  deadLines: { zh: '中断线路数', en: 'Dead lines' },
  powerW: { zh: '功率', en: 'Power' },
  powerAt: { zh: '功率时间', en: 'Power read at' },
  limitW: { zh: '过载阈值', en: 'Threshold' },
  delayS: { zh: '持续时间', en: 'Delay' },
  trippedSince: { zh: '拉闸自', en: 'Tripped since' },
  tries: { zh: '已自动合闸次数', en: 'Closed again, times' },
  triedAt: { zh: '最后自动合闸', en: 'Last closed again' },
  triesMost: { zh: '允许自动合闸次数', en: 'Closings allowed' },
  mode: { zh: '指令', en: 'Ordered' },
  orderedAt: { zh: '下令时间', en: 'Ordered at' },
  relay: { zh: '继电器', en: 'Relay' },
  alarms: { zh: '报警数', en: 'Alarms' },
  minutes: { zh: '分钟内', en: 'Within minutes' },
  limit: { zh: '界限', en: 'Limit' },
  cover: { zh: '部位', en: 'Cover' },
  times: { zh: '表内累计次数', en: 'Openings the meter counts' },
  openedAt: { zh: '开盖时间（表内时钟）', en: 'Opened, by the meter’s clock' },
  closedAt: { zh: '合盖时间（表内时钟）', en: 'Closed, by the meter’s clock' },
  notedAt: { zh: '系统发现时间', en: 'Seen by the centre' },
  usedWh: { zh: '用电量', en: 'Used' },
  usedSince: { zh: '起算时间', en: 'Counted since' },
  lastSeen: { zh: '最近查询时', en: 'When last asked' },
  firstDay: { zh: '起始日', en: 'First day' },
  lastDay: { zh: '截止日', en: 'Last day' },
  mainWh: { zh: '总表电量', en: 'Main meter' },
  subsWh: { zh: '分表电量合计', en: 'Sub-meters together' },
  subs: { zh: '分表数', en: 'Sub-meters' },
  lossWh: { zh: '总表减分表', en: 'Main less sub-meters' },
}

const VALUES: Readonly<Record<string, Words>> = {
  meter: { zh: '表盖', en: 'meter cover' },
  terminal: { zh: '端钮盖', en: 'terminal cover' },
  coverOpen: { zh: '仍未合上', en: 'still open' },
  kept: { zh: '保电', en: 'kept' },
  tripped: { zh: '拉闸', en: 'tripped' },
  closed: { zh: '合闸', en: 'closed' },
  closePermitted: { zh: '允许合闸', en: 'close permitted' },
  prepaid: { zh: '预付费', en: 'prepaid' },
}

const said = (known: Readonly<Record<string, Words>>, name: string, language: Language): string =>
  (Object.hasOwn(known, name) && known[name]?.[language]) || name

export const factName = (name: string, language: Language): string => said(NAMES, name, language)

export const factValue = (value: string, language: Language): string =>
  said(VALUES, value, language)

/** Shown by the subject already. */
const HIDDEN: readonly string[] = ['meterId', 'gatewayId', 'busId', 'buildingId', 'reasonEn']

/** What is read together stands together; the rest follows as it was stored. */
const FIRST: readonly string[] = [
  ...['cover', 'openedAt', 'closedAt', 'lastSeen', 'notedAt', 'times'],
  ...['firstDay', 'lastDay', 'mainWh', 'subsWh', 'lossWh', 'subs'],
  ...['usedWh', 'usedSince'],
]
const placeOf = (name: string): number => {
  const place = FIRST.indexOf(name)
  return place < 0 ? FIRST.length : place
}

export type PlainFact = [name: string, value: string | number | boolean]

/** Those that are shown, in the order in which they are read; some are stored in both languages. */
export const plainFacts = (
  facts: Readonly<Record<string, unknown>>,
  language: Language,
): PlainFact[] =>
  Object.entries(facts)
    .sort(([a], [b]) => placeOf(a) - placeOf(b))
    .flatMap(([name, stored]): PlainFact[] => {
      const value = (language === 'en' && facts[`${name}En`]) || stored
      const isPlain =
        typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      return !isPlain || value === '' || HIDDEN.includes(name) ? [] : [[name, value]]
    })
