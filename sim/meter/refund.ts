// Refunds 退费 (070108FF): the dialect of commercial meters that give money back, without any
// cryptography and without a fence. The same order again takes the money again.

import { fromBinLow, textLow } from './bytes.ts'
import { stampDigits } from './calendar.ts'
import type { Serr } from './credit.ts'
import { clockOf, type Exchange } from './exchange.ts'
import { settleArrears } from './relay.ts'

const REFUNDS_KEPT = 10
const FIELD_BYTES = 26

export type RefundRequest = { amountFen: number; orderNo: string; meterNo: string }

/** Amount 4, order number 8, MAC 4 of zeros, meter number 6, MAC 4 of zeros; null: not that. */
export const refundRequest = (fields: Buffer): RefundRequest | null =>
  fields.length !== FIELD_BYTES
    ? null
    : {
        amountFen: fromBinLow(fields.subarray(0, 4)),
        orderNo: textLow(fields.subarray(4, 12)),
        meterNo: textLow(fields.subarray(16, 22)),
      }

/** Never more than remains, and never from a meter that is not opened. */
export const decideRefund = ({ state }: Exchange, request: RefundRequest): Serr | 'accept' => {
  if (request.meterNo !== state.meterNo) return 'address'
  return !state.opened || request.amountFen > state.remainingFen ? 'other' : 'accept'
}

const giveBack = (exchange: Exchange, { amountFen, orderNo }: RefundRequest): void => {
  const { state, site, nowMs } = exchange
  state.remainingFen -= amountFen
  state.reductions.push({ atMs: nowMs, amountFen, orderNo })
  // No source says whether a refund counts as a purchase: the site decides.
  if (site.identity.refundCounts) state.purchaseCount += 1
}

const record = (exchange: Exchange, request: RefundRequest, beforeFen: number): void => {
  const { state } = exchange
  state.refundCount += 1
  state.refundedFen += request.amountFen
  const refund = {
    stamp: stampDigits(clockOf(exchange)),
    count: state.refundCount,
    amountFen: request.amountFen,
    beforeFen,
    afterFen: beforeFen - request.amountFen,
    totalFen: state.refundedFen,
    orderNo: request.orderNo,
  }
  state.refunds = [refund, ...state.refunds].slice(0, REFUNDS_KEPT)
}

/** The wallet gives the money; a cut of the power leaves only the record, or only the money. */
export const applyRefund = (exchange: Exchange, request: RefundRequest): void => {
  const { state, site, nowMs, powerCut } = exchange
  const beforeFen = state.remainingFen
  if (powerCut !== 'countFirst') giveBack(exchange, request)
  if (powerCut !== 'balanceFirst') record(exchange, request, beforeFen)
  exchange.died = powerCut !== null
  exchange.powerCut = null
  exchange.mutated = true
  if (!exchange.died) settleArrears(state, site, nowMs)
}
