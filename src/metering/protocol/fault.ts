// Faults 故障: what goes wrong with a device or its link. The poller lives with hundreds a day, so
// they are returned, never thrown. What a meter may refuse is one closed list with its words.

import type { Words } from '../../shared/words.ts'

/** Why a meter says no, whatever its protocol. */
export const METER_REFUSALS = {
  other: { zh: '其他错误', en: 'other error' },
  noSuchData: { zh: '无请求数据', en: 'no such data' },
  notAuthorised: { zh: '密码错或未授权', en: 'wrong password or not authorised' },
  baudRateFixed: { zh: '通信速率不能更改', en: 'the baud rate cannot be changed' },
  tooManyZones: { zh: '年时区数超', en: 'too many year zones' },
  tooManyPeriods: { zh: '日时段数超', en: 'too many day periods' },
  tooManyTariffs: { zh: '费率数超', en: 'too many tariffs' },
  repeatRecharge: { zh: '重复充值', en: 'this purchase count is used up' },
  macWrong: { zh: 'ESAM验证失败', en: 'ESAM verification failed (MAC wrong)' },
  notAuthenticated: { zh: '身份认证失败', en: 'identity authentication failed or expired' },
  customerMismatch: { zh: '客户编号不匹配', en: 'the customer number does not match' },
  countWrong: { zh: '充值次数错误', en: 'the purchase count is wrong' },
  hoardingLimit: { zh: '购电超囤积', en: 'the hoarding limit would be exceeded' },
  addressWrong: { zh: '地址异常', en: 'address abnormal' },
  suspended: { zh: '电表已挂起', en: 'the meter is suspended' },
  closeRestoreFailed: { zh: '合闸复电失败', en: 'closing after the recharge failed' },
  reserved: { zh: '保留位', en: 'a reserved bit' },
  // Modbus exceptions.
  functionUnknown: { zh: '不支持的功能码', en: 'the device does not know this function' },
  addressUnknown: { zh: '无此寄存器', en: 'no such register' },
  valueRejected: { zh: '数值或数量不被接受', en: 'the value or count is not accepted' },
  deviceFailure: { zh: '设备故障', en: 'the device failed while doing it' },
  acknowledged: { zh: '已接受，正在处理', en: 'accepted, still being worked on' },
  busy: { zh: '设备忙', en: 'the device is busy' },
  memoryParity: { zh: '存储奇偶校验错误', en: 'memory parity error' },
  gatewayPath: { zh: '网关路径不可用', en: 'the gateway has no path to the device' },
  gatewayTargetSilent: { zh: '网关：目标设备无响应', en: 'gateway: the device did not answer' },
} as const satisfies Record<string, Words>

export type MeterRefusal = keyof typeof METER_REFUSALS

/**
 * `mayRetry`: whether sending the very same request again can help. `detail` is for people and
 * logs. The reasons are also reasons of the driver's wider list, which adds those of the link.
 */
type FaultShape<R extends string> = {
  readonly ok: false
  readonly reason: R
  readonly mayRetry: boolean
  readonly detail: string
}

/** The meter understood and said no. `code` is its raw error byte or bytes as a number. */
export type RefusedByMeter = FaultShape<'refused-by-meter'> & {
  readonly refusals: readonly MeterRefusal[]
  readonly code: number
}

/** The reply is ours, but its content has the wrong length or is no number: `detail` is hex. */
export type BadReply = FaultShape<'bad-reply'>

/** The meter answered FF…: this phase, tariff or item does not exist in it. */
export type NotFitted = FaultShape<'not-supported'>

/** What a whole frame that answers a request can be instead of a value. */
export type ReplyFault = RefusedByMeter | BadReply | NotFitted

export const NOT_FITTED: NotFitted = {
  ok: false,
  reason: 'not-supported',
  mayRetry: false,
  detail: 'FF',
}

export const badReply = (content: Buffer): BadReply => ({
  ok: false,
  reason: 'bad-reply',
  mayRetry: true,
  detail: content.toString('hex'),
})

export const refused = (
  code: number,
  refusals: readonly MeterRefusal[],
  mayRetry = false,
): RefusedByMeter => ({
  ok: false,
  reason: 'refused-by-meter',
  mayRetry,
  detail: `${code.toString(16).padStart(2, '0')} ${refusals.join(' ')}`,
  refusals,
  code,
})
