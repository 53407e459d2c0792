// Records 记录: purchases 购电, refunds 退费, trips 拉闸 and events; identifiers 03……, 1D…… and
// 1E……. Number 01 is the newest. What follows the known head of a maker's record
// is shown uninterpreted.

import { bcd, digits, type Format, field, list, raw, record, time } from '../format.ts'
import { row } from './row.ts'

const moment = time('YYMMDDhhmmss')
const yuan = bcd(4, 2, 'yuan')
const total = bcd(3, 0, 'times')

const PURCHASE_FIELDS = [
  field('日期', 'date', time('YYMMDDhhmm')),
  field('购电后总次数', 'count after', bcd(2, 0, 'times')),
  field('金额', 'amount', yuan),
  field('之前剩余金额', 'balance before', yuan),
  field('之后剩余金额', 'balance after', yuan),
  field('累计金额', 'cumulative amount', yuan),
]

const moneyRecord = (group: string, zh: string, en: string) => [
  ...PURCHASE_FIELDS.map((one, i) =>
    row(`${group}0${i + 1}NN`, `${zh}${one.zh}`, `${en} ${one.en}`, one.format),
  ),
  row(`${group}FFNN`, `${zh}记录`, `${en} record`, record(...PURCHASE_FIELDS)),
]

const operated = (...rest: ReturnType<typeof field>[]): Format =>
  record(field('时间', 'at', moment), field('操作者代码', 'operator code', digits(4)), ...rest)
const rest = field('其余数据', 'further data', raw())
const span = record(field('开始', 'from', moment), field('结束', 'to', moment), rest)
const energies = field('电能', 'energies', list(bcd(4, 2, 'kWh'), 12))
const identifiers = field('数据标识', 'data identifiers', list(digits(4), 10))

const event = (id: string, zh: string, en: string, format: Format) => [
  row(`${id}00`, `${zh}总次数`, `${en}: total count`, total),
  row(`${id}NN`, `${zh}记录`, `${en}: record`, format),
]

const OPERATION_IDS = [
  ...event('033000', '编程', 'programming', operated(identifiers)),
  ...event('033001', '电表清零', 'meter clear', operated(energies)),
  ...event('033002', '需量清零', 'demand clear', operated(rest)),
  ...event(
    '033003',
    '事件清零',
    'event clear',
    operated(field('数据标识', 'data identifier', digits(4))),
  ),
  ...event(
    '033004',
    '校时',
    'clock set',
    record(
      field('操作者代码', 'operator code', digits(4)),
      field('校时前', 'before', moment),
      field('校时后', 'after', moment),
    ),
  ),
  ...event('033005', '时段表编程', 'day table change', operated(rest)),
  ...event('033006', '时区表编程', 'zone table change', operated(rest)),
  ...event('033007', '周休日编程', 'weekend change', operated(rest)),
  ...event('03300C', '结算日编程', 'settlement day change', operated(rest)),
  ...event('03300D', '开表盖', 'meter cover opened', span),
  ...event('03300E', '开端钮盖', 'terminal cover opened', span),
  ...event('03300F', '费率电价编程', 'tariff price change', operated(rest)),
  ...event('033010', '阶梯表编程', 'tier table change', operated(rest)),
  ...event('033012', '密钥更新', 'key update', operated(rest)),
]

const counters = record(
  ...['A相', 'B相', 'C相'].flatMap((zh, i) => {
    const en = `phase ${'ABC'[i]}`
    return [
      field(`${zh}总次数`, `${en} count`, total),
      field(`${zh}累计时间`, `${en} minutes`, bcd(3, 0, 'minute')),
    ]
  }),
)
/** Events of the whole meter that also count the minutes they lasted. */
const timedEvent = (id: string, zh: string, en: string) => [
  row(
    `${id}00`,
    `${zh}总次数与累计时间`,
    `${en}: count and minutes`,
    record(field('总次数', 'count', total), field('累计时间', 'minutes', bcd(3, 0, 'minute'))),
  ),
  row(`${id}NN`, `${zh}记录`, `${en}: record`, span),
]
const phaseEvent = (group: string, zh: string, en: string) => [
  row(`${group}0000`, `${zh}总次数与累计时间`, `${en}: counts and minutes`, counters),
  ...['A', 'B', 'C'].map((phase, i) =>
    row(`${group}0${i + 1}NN`, `${phase}相${zh}记录`, `${en}, phase ${phase}: record`, span),
  ),
]

export const RECORD_IDS = [
  ...moneyRecord('0333', '购电', 'purchase'),
  ...moneyRecord('0334', '退费', 'refund'),
  row('1D000001', '拉闸总次数', 'trip: total count', total),
  row('1D00FFNN', '拉闸记录', 'trip: record', operated(energies)),
  row('1E000001', '合闸总次数', 'close: total count', total),
  row('1E00FFNN', '合闸记录', 'close: record', operated(energies)),
  row('03000000', '编程总次数', 'programming: total count', total),
  ...OPERATION_IDS,
  ...phaseEvent('0301', '失压', 'voltage loss'),
  ...phaseEvent('0302', '欠压', 'under-voltage'),
  ...phaseEvent('0303', '过压', 'over-voltage'),
  ...phaseEvent('0304', '断相', 'phase lost'),
  ...phaseEvent('030B', '失流', 'current loss'),
  ...phaseEvent('030C', '过流', 'over-current'),
  ...phaseEvent('030D', '断流', 'current cut'),
  ...phaseEvent('030E', '潮流反向', 'power reversed'),
  ...phaseEvent('030F', '过载', 'overload'),
  ...timedEvent('030500', '全失压', 'loss of all voltages'),
  ...timedEvent('030600', '辅助电源失电', 'auxiliary supply lost'),
  ...timedEvent('030700', '电压逆相序', 'voltage phase sequence'),
  ...timedEvent('030800', '电流逆相序', 'current phase sequence'),
  ...timedEvent('030900', '电压不平衡', 'voltage unbalance'),
  ...timedEvent('030A00', '电流不平衡', 'current unbalance'),
  ...event('031100', '掉电', 'power down', span),
]
