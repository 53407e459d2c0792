// A change of the past as a workbook 追溯重算导出: a line per account and month, or the statements of
// all accounts line by line. Yuan and kWh as numbers that can be summed.

import type { StatementLine } from '../http/contract/rerate.ts'
import { fen, yuanText } from '../ledger/money.ts'
import type { Language, Words } from '../shared/words.ts'
import { PERIOD_NAMES } from '../tariff/fault-text.ts'
import type { MonthRow } from './rerating-store.ts'
import { statementLines } from './statement.ts'

export type Row = readonly (string | number)[]

const WH_PER_KWH = 1_000
const E8 = 100_000_000
const yuan = (amount: number): number => Number(yuanText(fen(amount)))
const kWh = (wh: number): number => wh / WH_PER_KWH
const price = (priceE8: number | null): number | string => (priceE8 === null ? '' : priceE8 / E8)

const KINDS: Readonly<Record<StatementLine['kind'], Words>> = {
  energy: { zh: '电量电费', en: 'energy' },
  lossShare: { zh: '线损分摊', en: 'loss share' },
  serviceFee: { zh: '服务费', en: 'service fee' },
  demand: { zh: '需量电费', en: 'demand' },
  capacity: { zh: '容量电费', en: 'capacity' },
  minimum: { zh: '保底电费', en: 'minimum' },
  powerFactor: { zh: '力调电费', en: 'power factor' },
}
const POSTED_TO = {
  centre: { zh: '账户余额', en: 'balance' },
  meter: { zh: '待结转', en: 'carry' },
} as const

const HEADINGS = {
  accountNo: { zh: '户号', en: 'Account' },
  tenant: { zh: '商户', en: 'Tenant' },
  premises: { zh: '商铺', en: 'Premises' },
  month: { zh: '月份', en: 'Month' },
  line: { zh: '项目', en: 'Line' },
  beforeKwh: { zh: '原电量（kWh）', en: 'kWh before' },
  afterKwh: { zh: '现电量（kWh）', en: 'kWh after' },
  beforePrice: { zh: '暂估/原电价（元/kWh）', en: 'Price before (yuan/kWh)' },
  afterPrice: { zh: '最终/现电价（元/kWh）', en: 'Price after (yuan/kWh)' },
  before: { zh: '原电费（元）', en: 'Charged (yuan)' },
  after: { zh: '现电费（元）', en: 'Due (yuan)' },
  difference: { zh: '差额（元）', en: 'Difference (yuan)' },
  postedTo: { zh: '入账科目', en: 'Posted to' },
  postedOn: { zh: '入账日', en: 'Posted on' },
  posting: { zh: '凭证', en: 'Posting' },
} as const satisfies Record<string, Words>
type Heading = keyof typeof HEADINGS

const headings = (names: readonly Heading[], language: Language): Row =>
  names.map((name) => HEADINGS[name][language])

const whose = ({ accountNo, tenant, premises, month }: MonthRow): Row => [
  accountNo,
  tenant,
  premises,
  month.slice(0, 7),
]
const posted = ({ mode, postedOn, postingId }: MonthRow, language: Language): Row => [
  POSTED_TO[mode][language],
  postedOn ?? '',
  postingId ?? '',
]

export const monthRows = (rows: readonly MonthRow[], language: Language): Row[] => [
  headings(
    [
      ...(['accountNo', 'tenant', 'premises', 'month', 'beforeKwh', 'afterKwh'] as const),
      ...(['before', 'after', 'difference', 'postedTo', 'postedOn', 'posting'] as const),
    ],
    language,
  ),
  ...rows.map((row) => [
    ...whose(row),
    ...[kWh(row.chargedWh), kWh(row.energyWh), yuan(row.chargedFen), yuan(row.dueFen)],
    yuan(row.dueFen - row.chargedFen),
    ...posted(row, language),
  ]),
]

const lineName = ({ kind, period, tier }: StatementLine, language: Language): string => {
  const words = [KINDS[kind][language]]
  if (period !== null) words.push(PERIOD_NAMES[period][language])
  if (tier !== null && tier > 1) words.push(language === 'zh' ? `第 ${tier} 档` : `tier ${tier}`)
  return words.join(' ')
}

export const lineRows = (rows: readonly MonthRow[], language: Language): Row[] => [
  headings(
    [
      ...(['accountNo', 'tenant', 'premises', 'month', 'line', 'beforeKwh'] as const),
      ...(['beforePrice', 'before', 'afterKwh', 'afterPrice', 'after'] as const),
      ...(['difference', 'postedTo', 'postedOn', 'posting'] as const),
    ],
    language,
  ),
  ...rows.flatMap((row) =>
    statementLines(row.before, row.after).map((line) => [
      ...whose(row),
      lineName(line, language),
      ...[kWh(line.beforeWh), price(line.beforeE8), yuan(line.beforeFen)],
      ...[kWh(line.afterWh), price(line.afterE8), yuan(line.afterFen)],
      yuan(line.differenceFen),
      ...posted(row, language),
    ]),
  ),
]
