// Going on with what was agreed to 继续办理: what was asked is kept with the approval; from it comes
// the same act, wherever the dialog went that asked. Pure.

import type { ApprovalRequest } from '../../../http/contract/approvals.ts'

export type Resumed = {
  path: string
  body: Readonly<Record<string, unknown>>
  method?: 'PUT' | 'PATCH'
  /** Selected anew first: what was selected when it was asked is long over. */
  select?: true
}

const SWAP_FIELDS = ['newMeterId', 'multiplier', 'side', 'newInitialWh'] as const

/** The dead meter's claim: the photo was named in the note. */
const swapOf = (asked: ApprovalRequest, approvalId: string): Resumed => {
  const { pointId, finalWh, amountFen: remainingFen, note } = asked
  const named = Object.fromEntries(SWAP_FIELDS.map((field) => [field, asked[field]]))
  const oldMeter = { state: 'dead', finalWh, remainingFen, photoNote: note, approvalId }
  const newMeterId = asked.newMeterId ?? null
  const body = { newInitialWh: 0, ...named, newMeterId, oldMeter, note }
  return { path: `/points/${pointId}/swap`, body }
}

/** The act's own body, as it was sent when it was asked. */
const bodyOf = (asked: ApprovalRequest, approvalId: string): Resumed => {
  const { operation, complexId, targetId } = asked
  const body = { ...asked.body, approvalId }
  const within = complexId === undefined ? '' : `?complexId=${complexId}`
  switch (operation) {
    case 'command.keep':
    case 'command.trip':
      return { path: `/commands${within}`, body, select: true }
    case 'plan.version':
      return { path: `/plans/${targetId}/versions${within}`, body }
    case 'plan.assign':
      return { path: `/plans/${targetId}/assign${within}`, body }
    case 'priceCap.save':
      return { path: '/price-cap', body }
    case 'role.create':
      return { path: '/roles', body }
    case 'role.edit':
      return { path: `/roles/${targetId}`, body, method: 'PATCH' }
    case 'operator.create':
      return { path: '/operators', body }
    case 'operator.edit':
      return { path: `/operators/${targetId}`, body, method: 'PATCH' }
    case 'gateway.secret':
      return { path: `/gateways/${targetId}`, body, method: 'PATCH' }
    case 'operator.limit':
      return { path: '/operator-limits', body, method: 'PUT' }
    case 'approval.settings': {
      const settings = { settings: asked.body, approvalId }
      return { path: `/complexes/${complexId}/approval-settings`, body: settings, method: 'PUT' }
    }
    default:
      throw new Error(`${operation} has a body of its own`)
  }
}

/** Where the act goes and with what; the agreement travels with it. */
export const resumedOf = (asked: ApprovalRequest, approvalId: string): Resumed => {
  const { accountId, saleId, purchaseId, reductionId, operation, ...rest } = asked
  const { method, amountFen } = rest
  switch (operation) {
    case 'account.recharge':
      return { path: `/accounts/${accountId}/recharge`, body: { ...rest, approvalId } }
    case 'account.refund':
      return { path: `/accounts/${accountId}/refund`, body: { ...rest, approvalId } }
    case 'sale.reverse': {
      const path = saleId ? `/sales/${saleId}/reverse` : `/purchases/${purchaseId}/reverse`
      return { path, body: { ...rest, approvalId } }
    }
    case 'reduction.pay':
      return { path: `/reductions/${reductionId}/pay`, body: { method, approvalId } }
    case 'account.close': {
      const body = { method, expectedNetFen: amountFen, approvalId }
      return { path: `/accounts/${accountId}/closing/pay`, body }
    }
    case 'account.payable':
      return {
        path: `/accounts/${accountId}/payable`,
        body: { use: 'payOut', ...rest, approvalId },
      }
    case 'account.waive':
      return { path: `/accounts/${accountId}/waive`, body: { ...rest, approvalId } }
    case 'rerate.post':
      return { path: '/rerate', body: { reratingId: asked.reratingId, approvalId } }
    case 'meter.swap':
      return swapOf(asked, approvalId)
    default:
      return bodyOf(asked, approvalId)
  }
}
