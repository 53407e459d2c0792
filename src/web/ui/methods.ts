// The pay methods 付款方式 in the order of every screen.

import type { RechargeRequest } from '../../http/contract.ts'

export type Method = RechargeRequest['method']

export const METHODS = [
  'cash',
  'card',
  'transfer',
  'alipay',
  'wechat',
  'unionpay',
] as const satisfies readonly Method[]
