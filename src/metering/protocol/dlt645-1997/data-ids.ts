// Data identifiers 数据标识 of DL/T 645-1997: two bytes, written high first (9010). Energies
// (90…, 91…) and the identifiers below B6 agree with public sources; the status word C020 and the
// number of digits of B6… are general knowledge of the standard, and some makers deviate.

import { type Words, words } from '../../../shared/words.ts'
import { type Bit, bcd, bits, type Format, list, time, type Unit } from '../dlt645/format.ts'

export type DataItem1997 = Words & { readonly id: string; readonly format: Format }

const TARIFFS_MAX = 14
const BLOCK = 'F'

const item = (id: string, name: Words, format: Format): DataItem1997 => ({ id, ...name, format })
const joined = (...names: readonly Words[]): Words =>
  words(names.map((n) => n.zh).join(' · '), names.map((n) => n.en).join(', '))
const hex = (n: number): string => n.toString(16).toUpperCase()

const NOW = words('当前', 'now')
const MONTHS: readonly (Words & { step: number })[] = [
  { step: 0, ...NOW },
  { step: 4, ...words('上月', 'last month') },
  { step: 8, ...words('上上月', 'the month before last') },
]
const ACTIVE = [
  words('正向有功电能', 'forward active energy'),
  words('反向有功电能', 'reverse active energy'),
]
const REACTIVE = [
  words('正向无功电能', 'forward reactive energy'),
  words('反向无功电能', 'reverse reactive energy'),
  words('一象限无功电能', 'reactive energy, quadrant 1'),
  words('四象限无功电能', 'reactive energy, quadrant 4'),
  words('二象限无功电能', 'reactive energy, quadrant 2'),
  words('三象限无功电能', 'reactive energy, quadrant 3'),
]
const TOTAL = words('总', 'total')
const tariffName = (n: number): Words => (n === 0 ? TOTAL : words(`费率${n}`, `tariff ${n}`))
const BLOCK_NAME = words('数据块', 'block')

const energies = (first: number, kinds: readonly Words[], unit: Unit): DataItem1997[] =>
  MONTHS.flatMap((month) =>
    kinds.flatMap((kind, i) => {
      const format = bcd(4, 2, unit)
      const group = `${hex(first + month.step)}${i + 1}`
      const tariffs = Array.from({ length: TARIFFS_MAX + 1 }, (_, n) =>
        item(`${group}${hex(n)}`, joined(kind, tariffName(n), month), format),
      )
      const block = joined(kind, BLOCK_NAME, month)
      return [...tariffs, item(`${group}${BLOCK}`, block, list(format, TARIFFS_MAX + 1))]
    }),
  )

const PHASES = [TOTAL, words('A相', 'phase A'), words('B相', 'phase B'), words('C相', 'phase C')]

/** Phases from `first`: 0 where there is a total. */
const phases = (group: string, name: Words, first: 0 | 1, format: Format): DataItem1997[] => [
  ...PHASES.slice(first).map((phase, i) =>
    item(`${group}${i + first}`, joined(name, phase), format),
  ),
  item(`${group}${BLOCK}`, joined(name, BLOCK_NAME), list(format, PHASES.length - first)),
]

const flag = (at: number, zh: string, en: string, off: Words, on: Words): Bit => ({
  at,
  width: 1,
  zh,
  en,
  states: [off, on],
})

/** C020 电表运行状态字, one byte. */
export const STATUS_BITS_1997: readonly Bit[] = [
  flag(0, '抄表方式', 'meter reading', words('自动', 'automatic'), words('手动', 'manual')),
  flag(1, '需量积算方式', 'demand mode', words('滑差', 'sliding'), words('区间', 'interval')),
  flag(2, '电池电压', 'battery', words('正常', 'normal'), words('欠压', 'low')),
  flag(4, '有功方向', 'active direction', words('正向', 'forward'), words('反向', 'reverse')),
  flag(5, '无功方向', 'reactive direction', words('正向', 'forward'), words('反向', 'reverse')),
]

export const DATA_ITEMS_1997: readonly DataItem1997[] = [
  ...energies(0x90, ACTIVE, 'kWh'),
  ...energies(0x91, REACTIVE, 'kvarh'),
  ...phases('B61', words('电压', 'voltage'), 1, bcd(2, 0, 'V')),
  ...phases('B62', words('电流', 'current'), 1, bcd(2, 2, 'A')),
  ...phases('B63', words('瞬时有功功率', 'active power'), 0, bcd(3, 4, 'kW')),
  ...phases('B64', words('瞬时无功功率', 'reactive power'), 0, bcd(2, 2, 'kvar')),
  ...phases('B65', words('功率因数', 'power factor'), 0, bcd(2, 3)),
  item('C010', words('日期及星期', 'date and weekday'), time('YYMMDDWW')),
  item('C011', words('时间', 'time of day'), time('hhmmss')),
  item('C020', words('电表运行状态字', 'status word'), bits(1, STATUS_BITS_1997)),
]

const BY_ID: ReadonlyMap<string, DataItem1997> = new Map(DATA_ITEMS_1997.map((i) => [i.id, i]))

/** What an identifier names; null for one that is in no table. */
export const dataItem1997 = (id: string): DataItem1997 | null => BY_ID.get(id) ?? null
