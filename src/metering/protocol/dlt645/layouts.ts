// Layouts 数据域结构 of every function's data, request and reply, as data: what `explain.ts` walks.
// The content of an item is filled in from the identifier tables.

import { baudRate } from './data-ids/parameters.ts'
import { dataIdOf, dataItem } from './data-ids.ts'
import { bcd, binary, choice, digits, type Field, field, raw, time } from './format.ts'
import type { Control } from './frame.ts'
import { FUNC } from './functions.ts'
import { RELAY_ORDERS } from './relay-orders.ts'
import { TERMINAL_OUTPUTS } from './terminal-outputs.ts'

const ID_BYTES = 4

const passwordClass = field('权限', 'password class', raw(1))
const password = field('密码', 'password', digits(3))
const operator = field('操作者代码', 'operator code', digits(4))
export const DATA_ID_FIELD = field('数据标识', 'data identifier', digits(4))
const authority = [passwordClass, password, operator]
const rest = field('其余数据', 'further data', raw())
const sequence = field('帧序号', 'follow-up number', binary(1))
const yuan = binary(4, 2, 'yuan')
/** Ciphers, MACs and random numbers are written high byte first, as the key room knows them. */
const secret = (zh: string, en: string, bytes: number) => field(zh, en, digits(bytes))

const credit = [
  field('购电金额', 'amount', yuan),
  field('购电次数', 'purchase count', binary(4)),
  secret('MAC1', 'MAC 1', 4),
  field('客户编号', 'customer number', digits(6)),
  secret('MAC2', 'MAC 2', 4),
]
const query = [
  field('剩余金额', 'remaining money', yuan),
  secret('剩余金额MAC', 'MAC of the remaining money', 4),
  field('购电次数', 'purchase count', binary(4)),
  secret('购电次数MAC', 'MAC of the purchase count', 4),
  field('客户编号', 'customer number', digits(6)),
  field('密钥信息', 'key information', digits(4)),
]

type SecurityItem = {
  id: string
  zh: string
  en: string
  request: readonly Field[]
  reply: readonly Field[]
}
const item = (
  id: string,
  zh: string,
  en: string,
  request: readonly Field[],
  reply: readonly Field[] = [],
): SecurityItem => ({ id, zh, en, request, reply })

const SECURITY_ITEMS: readonly SecurityItem[] = [
  item(
    '070000FF',
    '身份认证',
    'identity authentication',
    [
      secret('密文1', 'cipher 1', 8),
      secret('随机数1', 'random 1', 8),
      secret('分散因子', 'dispersion factor', 8),
    ],
    [secret('随机数2', 'random 2', 4), field('ESAM序列号', 'ESAM serial', digits(8))],
  ),
  item('070001FF', '身份认证时效设置', 'authentication validity', [
    field('有效时长', 'validity', bcd(2, 0, 'minute')),
    secret('MAC', 'MAC', 4),
  ]),
  item(
    '070002FF',
    '身份认证失效',
    'end authentication',
    [],
    [
      field('客户编号', 'customer number', digits(6)),
      field('剩余金额', 'remaining money', yuan),
      field('购电次数', 'purchase count', binary(4)),
      field('密钥信息', 'key information', digits(4)),
    ],
  ),
  item('070101FF', '开户', 'open account', credit),
  item('070102FF', '充值', 'recharge', credit),
  item('070103FF', '钱包初始化', 'initialise the wallet', [
    field('预置金额', 'preset money', yuan),
    secret('MAC1', 'MAC 1', 4),
    field('购电次数', 'purchase count', binary(4)),
    secret('MAC2', 'MAC 2', 4),
  ]),
  item('070104FF', '参数文件', 'parameter file', [rest], [rest]),
  item('070108FF', '退费', 'refund', [
    field('退费金额', 'amount', yuan),
    field('订单号', 'order number', digits(8)),
    secret('MAC1', 'MAC 1', 4),
    field('表号', 'meter number', digits(6)),
    secret('MAC2', 'MAC 2', 4),
  ]),
  item('070301FF', '密钥更新', 'key update', [rest], [rest]),
  item('078001FF', '数据回抄', 'read back ESAM data', [rest], [rest]),
  item('07810201', '状态查询', 'wallet query', [], query),
  item('078102FF', '状态查询', 'wallet query', [], query),
]

const terminalOutput = choice(Object.values(TERMINAL_OUTPUTS))
const orders = choice(Object.values(RELAY_ORDERS))

const REQUESTS: ReadonlyMap<number, readonly Field[]> = new Map([
  [FUNC.broadcastTime, [field('时间', 'time', time('YYMMDDhhmmss'))]],
  [FUNC.readFollowUp, [sequence]],
  [FUNC.readAddress, []],
  [FUNC.writeAddress, [field('新地址', 'new address', digits(6))]],
  [FUNC.freeze, [field('冻结时间', 'freeze at', time('MMDDhhmm'))]],
  [FUNC.changeBaud, [field('通信速率', 'baud rate', baudRate)]],
  [
    FUNC.changePassword,
    [
      field('原权限', 'old class', raw(1)),
      field('原密码', 'old password', digits(3)),
      field('新权限', 'new class', raw(1)),
      field('新密码', 'new password', digits(3)),
    ],
  ],
  [FUNC.clearDemand, [...authority]],
  [FUNC.clearMeter, [...authority]],
  [FUNC.clearEvents, [...authority, DATA_ID_FIELD]],
  [
    FUNC.relay,
    [
      ...authority,
      field('命令', 'order', orders),
      field('保留', 'reserved', raw(1)),
      field('有效截止时间', 'valid until', time('YYMMDDhhmmss')),
    ],
  ],
  [FUNC.terminalOutput, [field('端子输出', 'output', terminalOutput)]],
])

const REPLIES: ReadonlyMap<number, readonly Field[]> = new Map([
  [FUNC.readAddress, [field('通信地址', 'communication address', digits(6))]],
  [FUNC.changeBaud, [field('通信速率', 'baud rate', baudRate)]],
  [
    FUNC.changePassword,
    [field('新权限', 'new class', raw(1)), field('新密码', 'new password', digits(3))],
  ],
  [FUNC.terminalOutput, [field('端子输出', 'output', terminalOutput)]],
])

/** Functions whose data begin with an identifier; replies to writes carry none. */
const WITH_ID: readonly number[] = [FUNC.security, FUNC.readData, FUNC.readFollowUp]
const REQUEST_WITH_ID: readonly number[] = [...WITH_ID, FUNC.writeData, FUNC.changePassword]

const NO_NAME = { zh: '', en: '' }

const securityItem = (id: string) => SECURITY_ITEMS.find((one) => one.id === id)

/** The name of what an identifier asks for; empty where no table knows it. */
export const idName = (id: string) => dataItem(id) ?? securityItem(id) ?? NO_NAME

const contentOf = (id: string): Field => {
  const known = dataItem(id)
  return known === null ? rest : field(known.zh, known.en, known.format)
}

const securityFields = (control: Control, id: string): readonly Field[] => {
  const known = securityItem(id)
  if (known === undefined) return control.fromSlave ? [rest] : [operator, rest]
  return control.fromSlave ? known.reply : [operator, ...known.request]
}

/** The fields after the identifier. */
const afterId = (control: Control, id: string, bytes: number): readonly Field[] => {
  if (control.func === FUNC.security) return securityFields(control, id)
  if (control.func === FUNC.writeData) return [...authority, contentOf(id)]
  if (!control.fromSlave) {
    if (control.func !== FUNC.readData) return REQUESTS.get(control.func) ?? [rest]
    if (bytes === 0) return []
    const count = field('负荷记录块数', 'number of load records', bcd(1))
    if (bytes === 1) return [count]
    return [count, field('起始时间', 'from', time('YYMMDDhhmm'))]
  }
  // One part of a longer answer is no whole item.
  if (control.func === FUNC.readFollowUp) return [field('数据', 'data', raw(bytes - 1)), sequence]
  return control.more ? [field('数据（未完）', 'data (more follows)', raw())] : [contentOf(id)]
}

/** The fields of a frame's data, error replies excepted. */
export const fieldsOf = (control: Control, data: Buffer): readonly Field[] => {
  const withId = control.fromSlave ? WITH_ID : REQUEST_WITH_ID
  if (withId.includes(control.func)) {
    if (data.length < ID_BYTES) return [DATA_ID_FIELD]
    const id = dataIdOf(data.subarray(0, ID_BYTES))
    return [DATA_ID_FIELD, ...afterId(control, id, data.length - ID_BYTES)]
  }
  if (!control.fromSlave) return REQUESTS.get(control.func) ?? [rest]
  return REPLIES.get(control.func) ?? (data.length === 0 ? [] : [rest])
}
