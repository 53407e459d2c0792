// Alarms as a workbook 报警导出: what the list shows, in the language of who asks.

import type { Alarm } from '../http/contract/alarms.ts'
import type { ListOf } from '../http/contract.ts'
import { fen, yuanText } from '../ledger/money.ts'
import { factName, factValue, type PlainFact, plainFacts } from '../shared/alarm-facts.ts'
import { refuseIf } from '../shared/refusal.ts'
import type { Language, Words } from '../shared/words.ts'

/** More is asked for in parts, by time. */
export const SHEET_ROWS_MAX = 50_000

const SEVERITIES: Readonly<Record<Alarm['severity'], Words>> = {
  info: { zh: '提示', en: 'info' },
  warning: { zh: '警告', en: 'warning' },
  serious: { zh: '严重', en: 'serious' },
}

type Column = Words & { of(alarm: Alarm, language: Language): string | number }
const column = (zh: string, en: string, of: Column['of']): Column => ({ zh, en, of })

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const minutes = ({ raisedAt, clearedAt }: Alarm): number | '' =>
  clearedAt === null ? '' : Math.round((Date.parse(clearedAt) - Date.parse(raisedAt)) / MINUTE_MS)

const WH_PER_KWH = 1_000

/** Moments are told as times already. */
const valueText = (language: Language, ...[name, value]: PlainFact): string => {
  if (typeof value !== 'number') return factValue(String(value), language)
  if (name.endsWith('Fen')) return yuanText(fen(value))
  if (name.endsWith('Wh')) return `${value / WH_PER_KWH} kWh`
  if (name.endsWith('W')) return `${value} W`
  if (name.endsWith('Ms')) return `${value / SECOND_MS} s`
  return name === 'delayS' ? `${value} s` : String(value)
}

/** What was measured, as the page says it. */
const factsText = ({ facts }: Alarm, language: Language): string => {
  const [colon, end] = language === 'zh' ? ['：', '；'] : [': ', '; ']
  return plainFacts(facts, language)
    .map((fact) => `${factName(fact[0], language)}${colon}${valueText(language, ...fact)}`)
    .join(end)
}

const COLUMNS: readonly Column[] = [
  column('发生时间', 'Raised at', (a) => a.raisedAt),
  column('等级', 'Severity', (a, language) => SEVERITIES[a.severity][language]),
  column('报警', 'Alarm', (a, language) => a.title[language]),
  column('对象', 'Subject', (a, language) => (language === 'en' ? a.subjectEn : a.subject)),
  column(
    '楼栋',
    'Building',
    (a, language) => (language === 'en' ? a.buildingEn : a.building) ?? '',
  ),
  column(
    '通讯管理机',
    'Gateway',
    (a, language) => (language === 'en' ? a.gatewayEn : a.gateway) ?? '',
  ),
  column('确认时间', 'Acknowledged at', (a) => a.acknowledgedAt ?? ''),
  column('确认人', 'Acknowledged by', (a) => a.acknowledgedBy ?? ''),
  column('解除时间', 'Cleared at', (a) => a.clearedAt ?? ''),
  column('持续(分钟)', 'Lasted (minutes)', minutes),
  column('归并数', 'Spoke for', (a) => a.covered),
  column('升级级数', 'Escalated', (a) => a.escalated),
  column('依据', 'Facts', factsText),
]

/** Refuses: alarm_sheet_too_long, where the page is not all that was asked for. */
export const alarmSheet = (
  { items, nextCursor }: ListOf<Alarm>,
  language: Language,
): (string | number)[][] => {
  refuseIf(nextCursor !== null, 'alarm_sheet_too_long', { max: SHEET_ROWS_MAX })
  return [
    COLUMNS.map((each) => each[language]),
    ...items.map((alarm) => COLUMNS.map((each) => each.of(alarm, language))),
  ]
}
