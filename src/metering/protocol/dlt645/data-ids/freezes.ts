// Freezes 冻结: what a meter keeps of its registers at chosen moments, identifiers 05……. DI2 says
// when it froze, DI1 what, DI0 how far back, 1 the newest. Kinds, depths and items agree in several
// public sources; a block (DI1 = FF) is all items of that moment in this order.

import type { Words } from '../../../../shared/words.ts'
import { bcd, field, list, raw, record, signedBcd, time } from '../format.ts'
import { row } from './row.ts'

/** `depth`: how many the standard keeps; a meter may keep fewer. */
export const FREEZE_KINDS = {
  timed: { code: '00', depth: 60, zh: '定时冻结', en: 'timed freeze' },
  instant: { code: '01', depth: 3, zh: '瞬时冻结', en: 'instant freeze' },
  zoneSwitch: { code: '02', depth: 2, zh: '时区表切换冻结', en: 'zone table switch freeze' },
  periodSwitch: { code: '03', depth: 2, zh: '时段表切换冻结', en: 'day table switch freeze' },
  hourly: { code: '04', depth: 254, zh: '整点冻结', en: 'hourly freeze' },
  priceSwitch: { code: '05', depth: 2, zh: '费率电价切换冻结', en: 'price switch freeze' },
  daily: { code: '06', depth: 62, zh: '日冻结', en: 'daily freeze' },
  /** Some makers keep their monthly freezes here. */
  tierSwitch: { code: '07', depth: 12, zh: '阶梯切换冻结', en: 'tier switch freeze' },
} as const satisfies Record<string, Words & { code: string; depth: number }>

export type FreezeKind = keyof typeof FREEZE_KINDS

const TARIFFS_MAX = 64
const kWh = list(bcd(4, 2, 'kWh'), TARIFFS_MAX)
const kvarh = list(bcd(4, 2, 'kvarh'), TARIFFS_MAX)
const demand = list(
  record(
    field('最大需量', 'maximum demand', bcd(3, 4, 'kW')),
    field('发生时间', 'at', time('YYMMDDhhmm')),
  ),
  TARIFFS_MAX,
)
const PHASES = [
  { zh: '总', en: 'total' },
  { zh: 'A相', en: 'phase A' },
  { zh: 'B相', en: 'phase B' },
  { zh: 'C相', en: 'phase C' },
]
const variables = record(
  ...PHASES.map((p) => field(`${p.zh}有功功率`, `active power, ${p.en}`, signedBcd(3, 4, 'kW'))),
  ...PHASES.map((p) =>
    field(`${p.zh}无功功率`, `reactive power, ${p.en}`, signedBcd(3, 4, 'kvar')),
  ),
)

const ITEMS = [
  { code: '00', zh: '时间', en: 'moment', format: time('YYMMDDhhmm') },
  { code: '01', zh: '正向有功电能', en: 'forward active energy', format: kWh },
  { code: '02', zh: '反向有功电能', en: 'reverse active energy', format: kWh },
  { code: '03', zh: '组合无功1电能', en: 'combined reactive energy 1', format: kvarh },
  { code: '04', zh: '组合无功2电能', en: 'combined reactive energy 2', format: kvarh },
  { code: '05', zh: '第一象限无功电能', en: 'reactive energy, quadrant 1', format: kvarh },
  { code: '06', zh: '第二象限无功电能', en: 'reactive energy, quadrant 2', format: kvarh },
  { code: '07', zh: '第三象限无功电能', en: 'reactive energy, quadrant 3', format: kvarh },
  { code: '08', zh: '第四象限无功电能', en: 'reactive energy, quadrant 4', format: kvarh },
  { code: '09', zh: '正向有功最大需量', en: 'forward active maximum demand', format: demand },
  { code: '0A', zh: '反向有功最大需量', en: 'reverse active maximum demand', format: demand },
  { code: '10', zh: '变量', en: 'variables', format: variables },
]
/** How many tariffs a block holds only its length tells: its first item can be named here. */
const BLOCK = record(
  field('冻结时间', 'frozen at', time('YYMMDDhhmm')),
  field('冻结数据', 'frozen data', raw()),
)
/** An hourly freeze holds two totals and nothing else. */
const HOURLY_BLOCK = record(
  field('冻结时间', 'frozen at', time('YYMMDDhhmm')),
  field('正向有功总电能', 'forward active energy', bcd(4, 2, 'kWh')),
  field('反向有功总电能', 'reverse active energy', bcd(4, 2, 'kWh')),
)
const HOURLY_ITEMS = ITEMS.slice(0, 3)

export const FREEZE_IDS = Object.values(FREEZE_KINDS).flatMap(({ code, zh, en }) => {
  const isHourly = code === FREEZE_KINDS.hourly.code
  return [
    ...(isHourly ? HOURLY_ITEMS : ITEMS).map((one) =>
      row(`05${code}${one.code}KK`, `${zh}${one.zh}`, `${en}: ${one.en}`, one.format),
    ),
    row(`05${code}FFKK`, `${zh}数据块`, `${en}: block`, isHourly ? HOURLY_BLOCK : BLOCK),
  ]
})
