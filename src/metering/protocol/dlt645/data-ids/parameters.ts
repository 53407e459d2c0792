// Parameters 参变量: identifiers 04…… but the price and time tables, which have their own file.

import { ascii, type Bit, bcd, bits, choice, digits, field, raw, record, time } from '../format.ts'
import { STATUS_WORDS } from '../status-words.ts'
import { row } from './row.ts'

const yuan = bcd(4, 2, 'yuan')
const NOT_ADDED = { zh: '不计', en: 'not counted' }
const part = (at: number, zh: string, en: string, state: { zh: string; en: string }): Bit => ({
  at,
  width: 1,
  zh,
  en,
  states: [NOT_ADDED, state],
})
const PLUS = { zh: '加', en: 'added' }
const MINUS = { zh: '减', en: 'subtracted' }
const combination = bits(1, [
  part(0, '正向有功', 'forward active', PLUS),
  part(1, '正向有功', 'forward active', MINUS),
  part(2, '反向有功', 'reverse active', PLUS),
  part(3, '反向有功', 'reverse active', MINUS),
])

/** One bit set: also the data of the order to change the baud rate (17H). */
export const BAUD_CODES: readonly { code: number; baud: number }[] = [
  { code: 0x02, baud: 600 },
  { code: 0x04, baud: 1200 },
  { code: 0x08, baud: 2400 },
  { code: 0x10, baud: 4800 },
  { code: 0x20, baud: 9600 },
  { code: 0x40, baud: 19200 },
]
export const baudRate = choice(
  BAUD_CODES.map(({ code, baud }) => ({ code, zh: `${baud} bps`, en: `${baud} bps` })),
)

const statusWord = (n: number) => bits(2, STATUS_WORDS[n - 1] ?? [])

const TIME_IDS = [
  row('04000101', '日期及星期', 'date and weekday', time('YYMMDDWW')),
  row('04000102', '时间', 'time of day', time('hhmmss')),
  row('0400010C', '日期时间', 'date and time', time('YYMMDDWWhhmmss')),
  row('04000103', '最大需量周期', 'demand period', bcd(1, 0, 'minute')),
  row('04000104', '滑差时间', 'sliding step', bcd(1, 0, 'minute')),
  row('04000106', '两套时区表切换时间', 'zone table switch-over', time('YYMMDDhhmm')),
  row('04000107', '两套日时段表切换时间', 'day table switch-over', time('YYMMDDhhmm')),
  row('04000108', '两套费率电价切换时间', 'price switch-over', time('YYMMDDhhmm')),
  row('04000109', '两套阶梯切换时间', 'tier switch-over', time('YYMMDDhhmm')),
]

const COUNT_IDS = [
  row('04000201', '年时区数', 'number of year zones', bcd(1)),
  row('04000202', '日时段表数', 'number of day tables', bcd(1)),
  row('04000203', '日时段数', 'number of periods a day', bcd(1)),
  row('04000204', '费率数', 'number of tariffs', bcd(1)),
  row('04000205', '公共假日数', 'number of holidays', bcd(2)),
  row('04000206', '谐波分析次数', 'number of harmonics', bcd(1)),
  row('04000207', '阶梯数', 'number of tiers', bcd(1)),
  row('04000306', '电流互感器变比', 'CT ratio', bcd(3)),
  row('04000307', '电压互感器变比', 'PT ratio', bcd(3)),
]

const IDENTITY_IDS = [
  row('04000401', '通信地址', 'communication address', digits(6)),
  row('04000402', '表号', 'meter number', digits(6)),
  row('04000403', '资产管理编码', 'asset number', ascii(32)),
  row('04000404', '额定电压', 'rated voltage', ascii(6)),
  row('04000405', '额定电流', 'rated current', ascii(6)),
  row('04000406', '最大电流', 'maximum current', ascii(6)),
  row('04000407', '有功准确度等级', 'active accuracy class', ascii(4)),
  row('04000408', '无功准确度等级', 'reactive accuracy class', ascii(4)),
  row('04000409', '有功常数', 'active constant', bcd(3)),
  row('0400040A', '无功常数', 'reactive constant', bcd(3)),
  row('0400040B', '电表型号', 'meter model', ascii(10)),
  row('0400040C', '生产日期', 'date of manufacture', ascii(10)),
  row('0400040D', '协议版本号', 'protocol version', ascii(16)),
  row('0400040E', '客户编号', 'customer number', digits(6)),
  row('04800001', '厂家软件版本号', 'software version', ascii(32)),
  row('04800002', '厂家硬件版本号', 'hardware version', ascii(32)),
  row('04800003', '厂家编号', 'vendor code', ascii(32)),
]

const allWords = record(
  ...STATUS_WORDS.map((named, i) =>
    field(`电表运行状态字${i + 1}`, `status word ${i + 1}`, bits(2, named)),
  ),
)
const STATUS_IDS = [
  ...STATUS_WORDS.map((_, i) =>
    row(`0400050${i + 1}`, `电表运行状态字${i + 1}`, `status word ${i + 1}`, statusWord(i + 1)),
  ),
  row('040005FF', '电表运行状态字', 'status words', allWords),
  row('04000508', '密钥状态字', 'key status word', raw(4)),
  row('04000601', '有功组合方式特征字', 'active combination word', combination),
  row('04000602', '无功组合方式1特征字', 'reactive combination word 1', raw(1)),
  row('04000603', '无功组合方式2特征字', 'reactive combination word 2', raw(1)),
]

const PORT_IDS = [
  row('04000701', '调制红外口波特率', 'infrared port baud rate', baudRate),
  row('04000702', '接触红外口波特率', 'contact infrared port baud rate', baudRate),
  row('04000703', '通信口1波特率', 'port 1 baud rate', baudRate),
  row('04000704', '通信口2波特率', 'port 2 baud rate', baudRate),
  row('04000705', '通信口3波特率', 'port 3 baud rate', baudRate),
]

const LIMIT_IDS = [
  row('04000B01', '每月第1结算日', 'settlement day 1', time('DDhh')),
  row('04000B02', '每月第2结算日', 'settlement day 2', time('DDhh')),
  row('04000B03', '每月第3结算日', 'settlement day 3', time('DDhh')),
  row('04000E01', '正向有功功率上限', 'forward power limit', bcd(3, 4, 'kW')),
  row('04000E02', '反向有功功率上限', 'reverse power limit', bcd(3, 4, 'kW')),
  row('04000E03', '电压上限', 'upper voltage limit', bcd(2, 1, 'V')),
  row('04000E04', '电压下限', 'lower voltage limit', bcd(2, 1, 'V')),
  // Three bytes in one source, their decimal point in none: shown as sent.
  row('04090801', '过流事件电流触发下限', 'over-current limit', raw(3)),
  row('04090802', '过流判定延时', 'over-current delay', bcd(1, 0, 'second')),
  row('04090B01', '过载事件功率触发下限', 'overload limit', bcd(3, 4, 'kW')),
  row('04090B02', '过载判定延时', 'overload delay', bcd(1, 0, 'second')),
]

const FEE_CONTROL_IDS = [
  row('04001001', '报警金额1限值', 'alarm amount 1', yuan),
  row('04001002', '报警金额2限值', 'alarm amount 2', yuan),
  row('04001003', '透支金额限值', 'overdraft limit', yuan),
  row('04001004', '囤积金额限值', 'hoarding limit', yuan),
  row('04001005', '合闸允许金额限值', 'amount that permits closing', yuan),
  row('04001006', '退费金额', 'refund amount', yuan),
  row('04001101', '运行特征字', 'operating feature word', raw(1)),
  row('04001401', '跳闸延时时间', 'delay before trip', bcd(2, 0, 'minute')),
  row('04001402', '继电器拉闸控制电流门限', 'relay current limit', bcd(3, 3, 'A')),
  row('04001403', '延时跳闸时间', 'delayed trip time', bcd(2, 0, 'minute')),
  row('04001501', '主动上报状态字', 'report status', raw(12)),
]

const SECRET_IDS = Array.from({ length: 10 }, (_, i) =>
  row(
    `04000C${(i + 1).toString(16).toUpperCase().padStart(2, '0')}`,
    `${i}级密码`,
    `password of level ${i}`,
    digits(4),
  ),
)

export const PARAMETER_IDS = [
  ...TIME_IDS,
  ...COUNT_IDS,
  ...IDENTITY_IDS,
  ...STATUS_IDS,
  ...PORT_IDS,
  ...LIMIT_IDS,
  ...FEE_CONTROL_IDS,
  ...SECRET_IDS,
]
