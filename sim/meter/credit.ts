// Credits 购电: whether the meter takes them, in the order real firmware checks, and what one does.
// Only the number after the meter's own count passes; that is what makes a retry safe.

import { binLow, reversed } from './bytes.ts'
import { stampDigits } from './calendar.ts'
import { DEMO_KEY, messageMac } from './cipher.ts'
import { clockOf, type Exchange } from './exchange.ts'
import { recloseAfterCredit } from './relay.ts'
import type { MeterIdentity } from './site.ts'
import { balanceFenOf, type Credit, hoardingLimitFenOf, type MeterState } from './state.ts'

/** Bits of the two-byte SERR word. */
export const SERR = {
  other: 0,
  repeat: 1,
  verification: 2,
  authentication: 3,
  customer: 4,
  count: 5,
  hoarding: 6,
  address: 7,
  suspended: 8,
  closeRestore: 9,
} as const
export type Serr = keyof typeof SERR

export type CreditRequest = {
  kind: 'open' | 'recharge'
  amountFen: number
  count: number
  customerNo: string
  macsGood: boolean
}

const PURCHASES_KEPT = 10

/** The order is part of the contract: an earlier reason hides every later one. */
export const decideCredit = (
  state: MeterState,
  identity: MeterIdentity,
  request: CreditRequest,
  at: { nowMs: number; authenticated: boolean },
): Serr | 'accept' => {
  if (at.nowMs < state.suspendedUntilMs) return 'suspended'
  if (!at.authenticated) return 'authentication'
  if (identity.publicKey) return 'other'
  if (request.kind === 'recharge') {
    if (!state.opened) return 'other'
    if (request.customerNo !== state.customerNo) return 'customer'
  }
  if (request.count === state.purchaseCount) return 'repeat'
  if (request.count !== state.purchaseCount + 1) return 'count'
  if (balanceFenOf(state) + request.amountFen > hoardingLimitFenOf(state)) return 'hoarding'
  return request.macsGood ? 'accept' : 'verification'
}

const addMoney = (state: MeterState, amountFen: number): void => {
  const paysOverdraft = Math.min(amountFen, state.overdraftFen)
  state.overdraftFen -= paysOverdraft
  state.remainingFen += amountFen - paysOverdraft
  state.purchasedFen += amountFen
}

const witness = (exchange: Exchange, credit: Omit<Credit, 'atMs'>): void => {
  exchange.state.credits.push({ atMs: exchange.nowMs, ...credit })
}

/** The wallet takes the money: overdraft first, one more count, one more record, relay reviewed. */
export const applyCredit = (
  exchange: Exchange,
  credit: Pick<Credit, 'amountFen' | 'customerNo' | 'kind'>,
): void => {
  const { state, site, nowMs } = exchange
  const beforeFen = state.remainingFen
  addMoney(state, credit.amountFen)
  state.purchaseCount += 1
  if (credit.kind === 'open') {
    state.opened = true
    state.customerNo = credit.customerNo
  }
  const purchase = {
    stamp: stampDigits(clockOf(exchange)),
    count: state.purchaseCount,
    amountFen: credit.amountFen,
    beforeFen,
    afterFen: state.remainingFen,
    totalFen: state.purchasedFen,
  }
  state.purchases = [purchase, ...state.purchases].slice(0, PURCHASES_KEPT)
  witness(exchange, { ...credit, count: state.purchaseCount })
  recloseAfterCredit(state, site, nowMs)
  exchange.mutated = true
}

/** Power fails between writing the count and writing the money: only one of them is there. */
export const applyHalfCredit = (
  exchange: Exchange,
  credit: Pick<Credit, 'amountFen' | 'customerNo' | 'kind'>,
): void => {
  const { state } = exchange
  if (exchange.powerCut === 'countFirst') state.purchaseCount += 1
  else {
    addMoney(state, credit.amountFen)
    witness(exchange, { ...credit, count: state.purchaseCount })
  }
  exchange.powerCut = null
  exchange.died = true
  exchange.mutated = true
}

const RECHARGE_HEADER = '8432010C0C'
const CUSTOMER_HEADER = '04D682240A'

/** MAC1 over amount and count, MAC2 over the customer number; fields high byte first. */
export const creditMacs = (
  random2: Buffer,
  credit: { amountFen: number; count: number; customerNo: string },
) => ({
  mac1: messageMac(
    DEMO_KEY,
    random2,
    RECHARGE_HEADER,
    reversed(Buffer.concat([binLow(credit.count, 4), binLow(credit.amountFen, 4)])),
  ),
  mac2: messageMac(DEMO_KEY, random2, CUSTOMER_HEADER, Buffer.from(credit.customerNo, 'hex')),
})
