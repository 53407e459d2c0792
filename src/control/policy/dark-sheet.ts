// Who goes dark as a workbook 停电预测表.

import type { DarkShop } from '../../http/contract/policy.ts'
import { fen, yuanText } from '../../ledger/money.ts'
import type { Language, Words } from '../../shared/words.ts'

const HEADINGS: readonly Words[] = [
  { zh: '结果', en: 'Outcome' },
  { zh: '停电时间', en: 'Goes dark at' },
  { zh: '余额用完', en: 'Money used up' },
  { zh: '原因', en: 'Why' },
  { zh: '楼栋', en: 'Building' },
  { zh: '商铺', en: 'Shop' },
  { zh: '户号', en: 'Account' },
  { zh: '租户', en: 'Tenant' },
  { zh: '电话', en: 'Phone' },
  { zh: '表号', en: 'Meter' },
  { zh: '余额（元）', en: 'Balance, yuan' },
  { zh: '余额时间', en: 'Balance read at' },
  { zh: '日均（元）', en: 'Yuan a day' },
]

const OUTCOMES: Readonly<Record<DarkShop['outcome'], Words>> = {
  trips: { zh: '将停电', en: 'Goes dark' },
  kept: { zh: '余额用完但不停', en: 'Money used up, stays lit' },
  dark: { zh: '已停电', en: 'Dark already' },
  unknown: { zh: '无法判断', en: 'Nobody can tell' },
  lasts: { zh: '够用', en: 'Lasts' },
}

const WHY: Readonly<Record<string, Words>> = {
  arrears: { zh: '欠费，系统拉闸', en: 'Arrears: tripped by the centre' },
  meterTrips: { zh: '电表余额用完自行拉闸', en: 'The meter trips by itself' },
  darkNow: { zh: '', en: '' },
  protected: { zh: '受保护回路', en: 'Protected' },
  keptByOperator: { zh: '保电中', en: 'Power is kept' },
  tripsOff: { zh: '设为欠费不停电', en: 'Arrears never trip here' },
  noTripWindow: { zh: '不停电时段', en: 'A no-trip window' },
  delay: { zh: '停电延时未到', en: 'The delay is not over' },
  cannotTrip: { zh: '电表不能拉闸', en: 'The meter can’t be tripped' },
  balanceUnknown: { zh: '余额未知', en: 'Balance not known' },
  useUnknown: { zh: '无用电记录', en: 'No use on record' },
  enough: { zh: '', en: '' },
}

const minute = (time: string | null): string => (time ?? '').slice(0, 16).replace('T', ' ')
const yuan = (amountFen: number | null): string | number =>
  amountFen === null ? '' : Number(yuanText(fen(amountFen)))

export const darkRows = (items: readonly DarkShop[], language: Language): (string | number)[][] => [
  HEADINGS.map((words) => words[language]),
  ...items.map((row) => [
    OUTCOMES[row.outcome][language],
    minute(row.at),
    minute(row.emptyAt),
    WHY[row.why]?.[language] ?? row.why,
    ...(language === 'en' ? [row.buildingEn, row.premisesEn] : [row.building, row.premises]),
    ...[row.accountNo, row.tenant, row.phoneMasked ?? '', row.meterNo],
    yuan(row.balanceFen),
    minute(row.balanceAt),
    yuan(row.dailyFen),
  ]),
]
