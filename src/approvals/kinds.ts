// The kinds of acts that need a second person 复核事项, as data: what each is called, who may ask for
// it, and what of it is agreed to. Of what is not bound, nothing may matter. A new kind is a row
// here, a try in its own room, and rows in the test of all kinds.

import type { ApprovedOperation } from '../http/contract/approvals.ts'
import { contentHash } from '../ledger/chain.ts'
import type { Permission } from '../operators/permissions.ts'
import type { Words } from '../shared/words.ts'

export type Kind = Words & {
  /** Whoever may do it may ask for it. */
  permission: Permission
  /** Whoever sees sales sees those of money as well. */
  money: boolean
  /** The fields that the content hash covers. */
  bound: readonly string[]
}

export const KINDS = {
  'account.recharge': {
    ...{ zh: '超限售电', en: 'Sale above the limit' },
    ...{ permission: 'account.recharge', money: true },
    bound: ['accountId', 'meterId', 'amountFen', 'method'],
  },
  'account.refund': {
    ...{ zh: '退电', en: 'Refund', permission: 'payout.make', money: true },
    bound: ['accountId', 'meterId', 'amountFen', 'all', 'method', 'reasonCode', 'note'],
  },
  'sale.reverse': {
    ...{ zh: '冲正', en: 'Reversal of a sale', permission: 'sale.reverse', money: true },
    bound: ['saleId', 'method', 'reasonCode', 'note'],
  },
  'reduction.pay': {
    ...{ zh: '减额付款', en: 'Payout of a reduction', permission: 'payout.make', money: true },
    bound: ['reductionId', 'method'],
  },
  'meter.swap': {
    ...{ zh: '坏表换表认定', en: 'Claim of a dead meter', permission: 'meter.swap', money: true },
    bound: ['pointId', 'newMeterId', 'finalWh', 'amountFen'],
  },
  'account.close': {
    ...{ zh: '销户退款', en: 'Payout at closing', permission: 'account.close', money: true },
    bound: ['accountId', 'method', 'amountFen'],
  },
  'account.payable': {
    ...{ zh: '待退款付款', en: 'Payout of unclaimed money' },
    ...{ permission: 'payout.make', money: true },
    bound: ['accountId', 'method', 'amountFen', 'reasonCode', 'note'],
  },
  'account.waive': {
    ...{ zh: '减免', en: 'Waiver', permission: 'waiver.make', money: true },
    bound: ['accountId', 'amountFen', 'reasonCode', 'note'],
  },
  'rerate.post': {
    ...{ zh: '追溯重算入账', en: 'Change of the past', permission: 'rerate.make', money: true },
    bound: ['reratingId', 'differenceFen', 'accounts'],
  },
  'command.keep': {
    ...{ zh: '保电', en: 'Keep power', permission: 'command.setMode', money: false },
    bound: ['meters', 'until'],
  },
  'command.trip': {
    ...{ zh: '批量拉闸', en: 'Trip of several meters' },
    ...{ permission: 'command.setMode', money: false },
    bound: ['meters'],
  },
  'plan.version': {
    ...{ zh: '电价调整', en: 'Change of a price', permission: 'plan.edit', money: false },
    bound: ['planId', 'effectiveFrom', 'definition', 'backdated', 'before'],
  },
  'plan.assign': {
    ...{ zh: '换用电价方案', en: 'Another plan for tenants' },
    ...{ permission: 'plan.assign', money: false },
    bound: ['planId', 'version', 'effectiveFrom', 'backdated', 'supplies', 'capacityVa'],
  },
  'priceCap.save': {
    ...{ zh: '价格上限', en: 'Price cap', permission: 'price-cap.edit', money: false },
    bound: ['since', 'basis', 'marginE6', 'serviceFee', 'act', 'before'],
  },
  'role.create': {
    ...{ zh: '新增重要角色', en: 'New role with weighty permissions' },
    ...{ permission: 'role.edit', money: false },
    bound: ['code', 'permissions'],
  },
  'role.edit': {
    ...{ zh: '角色增加重要权限', en: 'Role gains weighty permissions' },
    ...{ permission: 'role.edit', money: false },
    bound: ['roleId', 'permissions', 'before'],
  },
  'operator.create': {
    ...{ zh: '新增重要岗位操作员', en: 'New operator with weighty permissions' },
    ...{ permission: 'operator.edit', money: false },
    bound: ['username', 'permissions', 'complexes', 'buildings'],
  },
  'operator.edit': {
    ...{ zh: '操作员获得重要权限', en: 'Operator gains weighty permissions' },
    ...{ permission: 'operator.edit', money: false },
    bound: ['operatorId', 'role', 'permissions', 'complexes', 'buildings', 'locked', 'before'],
  },
  'operator.limit': {
    ...{ zh: '提高操作员限额', en: 'Higher limit of an operator' },
    ...{ permission: 'operator.limit', money: false },
    bound: ['operatorId', 'saleFen', 'payoutFen', 'before'],
  },
  'gateway.secret': {
    ...{ zh: '更换链路密钥', en: 'Secret of a gateway’s link' },
    ...{ permission: 'register.edit', money: false },
    bound: ['gatewayId', 'secrets', 'link', 'before'],
  },
  'approval.settings': {
    ...{ zh: '放宽复核规则', en: 'Looser rules of four eyes' },
    ...{ permission: 'operator.limit', money: false },
    bound: ['settings', 'before'],
  },
} as const satisfies Record<ApprovedOperation, Kind>

/** Those whose figures whoever sees sales may see. */
export const MONEY_OPERATIONS: readonly string[] = Object.entries(KINDS)
  .filter(([, kind]) => kind.money)
  .map(([operation]) => operation)

/** The hash of everything that makes the act what it is; other fields do not count. */
export const boundHash = (
  operation: ApprovedOperation,
  content: Readonly<Record<string, unknown>>,
): Buffer => {
  const said = (value: unknown) => (typeof value === 'string' ? value.trim() || undefined : value)
  const fields = KINDS[operation].bound.map((name) => [name, said(content[name])])
  return contentHash({ operation, ...Object.fromEntries(fields) })
}
