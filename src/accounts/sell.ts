// Selling 售电, what counter, phone and opening share: the posting, the receipt, the purchase and the
// follow-up work, all in the caller's transaction. The receipt never waits for a meter.

import type { Receipt } from '../http/contract.ts'
import { contentHash } from '../ledger/chain.ts'
import { chart, type PayMethod, takenInto } from '../ledger/chart.ts'
import { saleLines } from '../ledger/entries/sale.ts'
import { type Fen, fen, ZERO_FEN } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { type Day, type Instant, rfc3339 } from '../shared/clock.ts'
import type { Uuid } from '../shared/ids.ts'
import { currentShift } from '../shifts/store.ts'
import type { Kept } from '../work/request.ts'
import { addWork } from '../work/store.ts'
import { availableOf, saleCount } from './centre-store.ts'
import { receiptOf, type Unnumbered } from './receipt.ts'
import { type Purchase, writeSale } from './sale-store.ts'
import { insertPurchase, type LockedAccount, type SellableMeter } from './store.ts'

export type Sale = {
  requestId: string
  method: PayMethod
  paidFen: Fen
  carryFen: Fen
  /** Service fee 服务费 inside what is paid; none when left out. */
  feeFen?: Fen
  /** The first purchase of an epoch opens the meter. */
  kind: 'open' | 'recharge'
}

/** Where the money of a sale goes, and what its receipt says of it. */
type Destination = {
  path: string
  number: number
  knownFen: number | null
  knownAt: Instant | null
}

/** What is left of the payment for the meter or the balance. */
const creditOf = (sale: Sale): Fen => fen(sale.paidFen - sale.carryFen - (sale.feeFen ?? 0))

/** Wh that an amount buys at a price of 10⁻⁸ yuan per kWh, rounded down: an equivalent only. */
export const equivalentWh = (amount: Fen, priceE8: number | null): number | null =>
  priceE8 === null || priceE8 <= 0
    ? null
    : Number((BigInt(amount) * 1_000_000_000n) / BigInt(priceE8))

/** Where the clerk's money goes, and the day it is posted on. */
export type Till = { shiftId: Uuid; businessDate: Day }

/** Refuses: shift_counted. */
export const tillOf = async (tx: Tx, ids: Ids, account: LockedAccount): Promise<Till> => {
  const { complexId } = account
  const operator = must(tx.scope.operator, 'money at the counter has an operator')
  const [shiftId, businessDate] = await Promise.all([
    currentShift(tx, ids, complexId, operator),
    postingDay(tx, complexId, tx.now),
  ])
  return { shiftId, businessDate }
}

/** What was sold; the purchase is null where the money went to a balance. */
export type Sold<R = Receipt> = { receipt: R; purchaseId: Uuid | null }

/** A sale that ends its transaction keeps the answer to its request; null: more follows. */
export type Ending = {
  kept: Kept
  answerOf: (sold: Sold<Unnumbered>) => { receipt: Unnumbered }
} | null

/** Who buys, by which meter, at which till, and what comes after. */
export type Counter = { account: LockedAccount; meter: SellableMeter; till: Till; ending: Ending }

const saleReceipt = (
  tx: Tx,
  account: LockedAccount,
  meter: SellableMeter,
  sale: Sale,
  to: Destination,
  saleId: Uuid,
): Unnumbered => {
  const { method, paidFen, carryFen, feeFen = ZERO_FEN } = sale
  const intoBalance = account.mode === 'centre'
  const title = intoBalance ? 'balance' : 'sale'
  const creditFen = creditOf(sale)
  return {
    ...receiptOf(account, meter, { saleId, title, method, paidFen, carryFen, at: tx.now }),
    ...(intoBalance && { intoBalance }),
    ...(feeFen > 0 && { serviceFeeFen: feeFen }),
    purchaseNo: to.number,
    creditFen,
    priceE8: meter.priceE8,
    creditWh: equivalentWh(creditFen, meter.priceE8),
    balanceBeforeFen: to.knownFen,
    balanceBeforeAt: to.knownAt === null ? null : rfc3339(to.knownAt, account.zone),
    balanceAfterFen: to.knownFen === null ? null : to.knownFen + meter.pendingFen + creditFen,
  }
}

type Step = { kind: string; facts: Record<string, unknown> }

const purchaseOf = (
  ids: Ids,
  meter: SellableMeter,
  { kind, amountFen }: { kind: Sale['kind']; amountFen: Fen },
  paid: readonly Step[],
): Purchase => ({
  purchaseId: ids.uuid(),
  supplyId: meter.supplyId,
  meterId: meter.meterId,
  epoch: must(meter.epoch, 'the meter has an epoch'),
  purchaseNo: meter.lastPurchaseNo + 1,
  kind,
  amountFen,
  events: [...paid, { kind: 'queued', facts: { amountFen } }].map((step) => ({
    ...step,
    eventId: ids.uuid(),
  })),
})

const addDelivery = (tx: Tx, ids: Ids, account: LockedAccount, meter: SellableMeter) =>
  addWork(tx, ids, {
    complexId: account.complexId,
    kind: 'delivery',
    key: `meter/${meter.meterId}`,
    gatewayId: meter.gatewayId,
    payload: { meterId: meter.meterId },
  })

/** Adds a purchase that nobody paid for, and the work that will carry it into the meter. */
export const queuePurchase = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  meter: SellableMeter,
  wanted: { kind: 'open' | 'recharge'; amountFen: Fen },
): Promise<Uuid> => {
  await addDelivery(tx, ids, account, meter)
  const purchase = purchaseOf(ids, meter, wanted, [])
  await insertPurchase(tx, { complexId: account.complexId, saleId: null, ...purchase })
  return purchase.purchaseId
}

const postSale = (
  tx: Tx,
  account: LockedAccount,
  meter: SellableMeter,
  sale: Sale,
  to: { path: string; postingId: Uuid; till: Till },
): Promise<void> =>
  post(tx, {
    complexId: account.complexId,
    postingId: to.postingId,
    requestId: sale.requestId,
    kind: 'sale',
    businessDate: to.till.businessDate,
    contentHash: contentHash({ account: account.accountId, meter: meter.meterId, ...sale }),
    lines: saleLines({
      intoPath: takenInto(sale.method, to.till.shiftId),
      paidFen: sale.paidFen,
      carryPath: chart.carry(account.accountId),
      carryFen: sale.carryFen,
      feeFen: sale.feeFen ?? ZERO_FEN,
      creditPath: to.path,
      creditFen: creditOf(sale),
    }),
  })

/** Posts the money, numbers and writes the receipt. The caller has refused what must be refused. */
const take = async (
  tx: Tx,
  ids: Ids,
  at: Counter,
  sale: Sale,
  to: Destination & { purchase: Purchase | null },
): Promise<Sold> => {
  const { account, meter, till, ending } = at
  const { complexId, accountId } = account
  const { requestId, method, paidFen, carryFen, feeFen = ZERO_FEN } = sale
  const [postingId, saleId] = [ids.uuid(), ids.uuid()]
  // They travel together; the posting is refused or sound before the sale is numbered.
  await Promise.all([
    to.purchase && addDelivery(tx, ids, account, meter),
    postSale(tx, account, meter, sale, { path: to.path, postingId, till }),
    audit(tx, ids, {
      complexId,
      action: 'account.recharge',
      subject: `account/${accountId}`,
      after: { saleId, meter: meter.meterId, paidFen, carryFen },
    }),
  ])
  const draft = saleReceipt(tx, account, meter, sale, to, saleId)
  const purchaseId = to.purchase?.purchaseId ?? null
  const { shiftId, businessDate } = till
  const row = {
    ...{ complexId, saleId, accountId, requestId, shiftId, businessDate, method, paidFen },
    ...{ postingId, receipt: draft, purchase: to.purchase },
    lines: [
      { purpose: 'credit' as const, supplyId: meter.supplyId, fen: creditOf(sale) },
      { purpose: 'carry' as const, supplyId: null, fen: carryFen },
      { purpose: 'fee' as const, supplyId: null, fen: feeFen },
    ].filter((line) => line.fen !== 0),
  }
  const answer = ending?.answerOf({ receipt: draft, purchaseId })
  const receipt = await writeSale(tx, row, ending && answer ? { kept: ending.kept, answer } : null)
  return { receipt, purchaseId }
}

/** Sells into a meter: the money is in transit until the meter has confirmed it. */
export const sell = async (tx: Tx, ids: Ids, at: Counter, sale: Sale): Promise<Sold> => {
  const { meter } = at
  const { kind, method, paidFen, carryFen } = sale
  const paid = [
    { kind: 'paid', facts: { paidFen, method } },
    { kind: 'posted', facts: { carryFen } },
  ]
  return take(tx, ids, at, sale, {
    path: chart.transit(meter.supplyId),
    number: meter.lastPurchaseNo + 1,
    knownFen: meter.balanceFen,
    knownAt: meter.balanceAt,
    purchase: purchaseOf(ids, meter, { kind, amountFen: creditOf(sale) }, paid),
  })
}

/** Sells to an account in centre mode: the money is on its balance at once. */
export const sellToBalance = async (tx: Tx, ids: Ids, at: Counter, sale: Sale): Promise<Sold> => {
  const { account } = at
  const [left, sales] = await Promise.all([availableOf(tx, account), saleCount(tx, account)])
  return take(tx, ids, at, sale, {
    path: chart.balance(account.accountId),
    number: sales + 1,
    knownFen: left.fen,
    knownAt: left.asOf,
    purchase: null,
  })
}
