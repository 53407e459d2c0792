// The acceptance report 验收报告 as a workbook: one row a meter, in the reader's language; the printed
// one is the page's.

import type { CheckRow, CheckStep } from '../http/contract/commissioning.ts'
import type { Language, Words } from '../shared/words.ts'

type Column = { words: Words; of: (row: CheckRow, language: Language) => string | number | null }

const stepOf = ({ steps }: CheckRow, name: CheckStep['step']): CheckStep | undefined =>
  steps.find(({ step }) => step === name)

const STATES: Record<CheckRow['state'], Words> = {
  none: { zh: '未调试', en: 'not begun' },
  open: { zh: '调试中', en: 'under way' },
  passed: { zh: '合格', en: 'passed' },
  failed: { zh: '不合格', en: 'with faults' },
}
const RESULTS: Record<CheckStep['result'], Words> = {
  passed: { zh: '合格', en: 'passed' },
  failed: { zh: '不合格', en: 'failed' },
  skipped: { zh: '不适用', en: 'not applicable' },
  noted: { zh: '已记录', en: 'noted' },
}

/** `2026-11-23 14:05`, as it is written in the row. */
const minute = (at: string): string => at.slice(0, 16).replace('T', ' ')

/** `failed (otherLoadDropped: 202611010006)` */
const stepText = ({ result, reason, facts }: CheckStep, language: Language): string => {
  const meters = typeof facts.meters === 'string' ? `: ${facts.meters}` : ''
  return `${RESULTS[result][language]}${reason === '' ? '' : ` (${reason}${meters})`}`
}

const result =
  (name: CheckStep['step']): Column['of'] =>
  (row, language) => {
    const step = stepOf(row, name)
    return step ? stepText(step, language) : ''
  }

const value = (row: CheckRow, name: string): unknown => {
  const values = stepOf(row, 'read')?.facts.values
  return typeof values === 'object' && values !== null ? Reflect.get(values, name) : null
}
const numberIn = (row: CheckRow, name: string): number | null => {
  const found = value(row, name)
  return typeof found === 'number' ? found : null
}
const textIn = (row: CheckRow, name: string): string => {
  const found = value(row, name)
  return typeof found === 'string' ? found : ''
}

const named = (zh: string, en: string, language: Language): string =>
  language === 'en' && en !== '' ? en : zh

const COLUMNS: readonly Column[] = [
  { words: { zh: '楼栋', en: 'Building' }, of: (row, l) => named(row.building, row.buildingEn, l) },
  { words: { zh: '楼层', en: 'Floor' }, of: ({ floor }) => floor },
  { words: { zh: '商铺', en: 'Premises' }, of: ({ premises }) => premises },
  {
    words: { zh: '商铺名称', en: 'Name' },
    of: (row, l) => named(row.premisesName, row.premisesNameEn, l),
  },
  { words: { zh: '通讯管理机', en: 'Gateway' }, of: ({ gatewayCode }) => gatewayCode },
  { words: { zh: '总线', en: 'Bus' }, of: ({ bus }) => bus },
  { words: { zh: '表号', en: 'Meter' }, of: ({ meterNo }) => meterNo },
  { words: { zh: '通信地址', en: 'Address' }, of: ({ address }) => address },
  { words: { zh: '表型', en: 'Model' }, of: ({ model }) => model },
  { words: { zh: '软件版本', en: 'Software' }, of: (row) => textIn(row, 'software') },
  { words: { zh: '示数 Wh', en: 'Register Wh' }, of: (row) => numberIn(row, 'energyWh') },
  { words: { zh: '功率 W', en: 'Power W' }, of: (row) => numberIn(row, 'powerW') },
  { words: { zh: '抄读', en: 'Read' }, of: result('read') },
  { words: { zh: '充值', en: 'Credit' }, of: result('credit') },
  { words: { zh: '拉闸', en: 'Trip' }, of: result('trip') },
  { words: { zh: '合闸', en: 'Reclose' }, of: result('close') },
  {
    words: { zh: '故障', en: 'Faults' },
    of: (row) => {
      const fault = stepOf(row, 'fault')
      return fault ? `${fault.reason} ${fault.note}`.trim() : ''
    },
  },
  { words: { zh: '结论', en: 'Result' }, of: ({ state }, l) => STATES[state][l] },
  { words: { zh: '签字人', en: 'Signed by' }, of: ({ endedBy }) => endedBy ?? '' },
  {
    words: { zh: '签字时间', en: 'Signed at' },
    of: ({ endedAt }) => (endedAt === null ? '' : minute(endedAt)),
  },
  { words: { zh: '备注', en: 'Note' }, of: ({ note }) => note },
]

export const REPORT_TITLE: Words = { zh: '验收报告', en: 'Acceptance report' }

/** Headings first. */
export const reportSheet = (
  rows: readonly CheckRow[],
  language: Language,
): (string | number)[][] => [
  COLUMNS.map(({ words }) => words[language]),
  ...rows.map((row) => COLUMNS.map(({ of }) => of(row, language) ?? '')),
]
