// Price and time tables 电价与时段表 in the meter: set 1 runs, set 2 waits for its switch-over
// moment (04000106–0109). Unused entries repeat the last one.

import { bcd, field, list, raw, record, time } from '../format.ts'
import { row } from './row.ts'

const ZONES_MAX = 14
const PERIODS_MAX = 14
const TARIFFS_MAX = 63

const price = bcd(4, 4, 'yuanPerKWh')
const zones = list(time('MMDDNN'), ZONES_MAX)
const periods = list(time('hhmmNN'), PERIODS_MAX)
const prices = list(price, TARIFFS_MAX)

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
/** The layout since 2013; older meters differ, so it is read back before it is written. */
const tierTable = record(
  ...numbers(6).map((n) => field(`第${n}阶梯值`, `tier limit ${n}`, bcd(4, 2, 'kWh'))),
  ...numbers(7).map((n) => field(`阶梯电价${n}`, `tier price ${n}`, price)),
  ...numbers(6).map((n) =>
    field(`年第${n}结算日`, `yearly settlement moment ${n}`, time('MMDDhh')),
  ),
)

const dayTables = (set: 1 | 2, zh: string, en: string) =>
  numbers(8).map((n) =>
    row(`040${set}000${n}`, `${zh}第${n}日时段表`, `${en} day table ${n}`, periods),
  )

export const TARIFF_TABLE_IDS = [
  row('04000801', '周休日特征字', 'weekend bits', raw(1)),
  row('04000802', '周休日日时段表号', 'day table on weekends', bcd(1)),
  row('04010000', '第一套时区表', 'zone table, set 1', zones),
  row('04020000', '第二套时区表', 'zone table, set 2', zones),
  ...dayTables(1, '第一套', 'set 1'),
  ...dayTables(2, '第二套', 'set 2'),
  row('040300KK', '公共假日', 'holiday', time('YYMMDDNN')),
  row('040501FF', '第一套费率电价', 'tariff prices, set 1', prices),
  row('040502FF', '第二套费率电价', 'tariff prices, set 2', prices),
  row('040600FF', '第一套阶梯表', 'tier table, set 1', tierTable),
  // Each set has two tables, which year zones of their own (0407) may take turns with.
  row('040606FF', '当前套第1张阶梯表', 'running tier table 1', tierTable),
  row('040607FF', '当前套第2张阶梯表', 'running tier table 2', tierTable),
  row('04060AFF', '备用套第1张阶梯表', 'standby tier table 1', tierTable),
  row('04060BFF', '备用套第2张阶梯表', 'standby tier table 2', tierTable),
]
