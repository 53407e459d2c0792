// The columns of account lists 用户清单的列: what both opening in bulk and importing take, with their
// headings and an example.

import type { Column } from './sheet.ts'

export const TENANT: Column = {
  field: 'tenant',
  zh: '商户',
  en: 'Tenant',
  kind: 'text',
  required: true,
  example: '蜀香餐饮',
}
export const PHONE: Column = {
  field: 'phone',
  zh: '手机',
  en: 'Phone',
  kind: 'code',
  example: '13800000000',
}
export const METER: Column = {
  field: 'meterNo',
  zh: '表号',
  en: 'Meter no.',
  kind: 'code',
  example: '202600000101',
}
export const PREMISES: Column = {
  field: 'premises',
  zh: '商铺号',
  en: 'Premises',
  kind: 'text',
  example: 'A-101',
}
export const PLAN: Column = {
  field: 'plan',
  zh: '电价方案',
  en: 'Plan',
  kind: 'text',
  required: true,
  example: '商业电价',
}
export const MODE: Column = {
  field: 'mode',
  zh: '计费方式',
  en: 'Mode',
  kind: 'mode',
  example: '表内计费',
}
export const BALANCE: Column = {
  field: 'openingBalanceFen',
  zh: '期初余额（元）',
  en: 'Opening balance (yuan)',
  kind: 'yuan',
  example: '88.80',
}

const FIRST_PURCHASE: Column = {
  field: 'firstPurchaseFen',
  zh: '首次购电（元）',
  en: 'First purchase (yuan)',
  kind: 'yuan',
  example: '200',
}

const LISTED: readonly Column[] = [
  { field: 'accountRef', zh: '原户号', en: 'Former account no.', kind: 'code', example: 'K0001' },
  TENANT,
  PHONE,
  METER,
  { field: 'building', zh: '楼栋', en: 'Building', kind: 'text' },
  PREMISES,
  { field: 'pointKind', zh: '计量点类型', en: 'Kind of point', kind: 'text' },
  MODE,
  PLAN,
  {
    field: 'alarm1Fen',
    zh: '报警金额1（元）',
    en: 'Alarm 1 (yuan)',
    kind: 'yuan',
    required: true,
    example: '50',
  },
  {
    field: 'alarm2Fen',
    zh: '报警金额2（元）',
    en: 'Alarm 2 (yuan)',
    kind: 'yuan',
    required: true,
    example: '20',
  },
  { field: 'overdraftFen', zh: '透支金额（元）', en: 'Overdraft (yuan)', kind: 'yuan' },
  { field: 'hoardingFen', zh: '囤积金额（元）', en: 'Hoarding limit (yuan)', kind: 'yuan' },
  { field: 'initialWh', zh: '底度（kWh）', en: 'Initial register (kWh)', kind: 'kwh' },
]

export const IMPORT_COLUMNS: readonly Column[] = [
  ...LISTED,
  BALANCE,
  { field: 'balanceInMeter', zh: '余额已在表内', en: 'Balance is in the meter', kind: 'yes' },
]

export const OPEN_COLUMNS: readonly Column[] = [
  ...LISTED,
  FIRST_PURCHASE,
  { field: 'depositFen', zh: '押金（元）', en: 'Deposit (yuan)', kind: 'yuan', example: '500' },
]
