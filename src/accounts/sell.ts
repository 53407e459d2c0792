// Selling 售电, what counter, phone and opening share: a sale that may be made becomes an order, and
// orders are written together: postings, receipts, purchases and the follow-up work, all in the
// caller's transaction. The receipt never waits for a meter.

import type { Receipt } from '../http/contract.ts'
import { contentHash } from '../ledger/chain.ts'
import { chart, type PayMethod, takenInto } from '../ledger/chart.ts'
import { saleLines } from '../ledger/entries/sale.ts'
import { type Fen, fen, ZERO_FEN } from '../ledger/money.ts'
import { type PostingOrder, postAhead } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import { type AuditEntry, auditAll } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { type Day, type Instant, rfc3339 } from '../shared/clock.ts'
import type { Uuid } from '../shared/ids.ts'
import { currentShift } from '../shifts/store.ts'
import type { Kept } from '../work/request.ts'
import { addWorks, type NewWork } from '../work/store.ts'
import { type Available, availableOf, saleCount } from './centre-store.ts'
import { receiptOf, type Unnumbered } from './receipt.ts'
import { type NewSale, type Purchase, writeSales } from './sale-store.ts'
import { insertPurchases, type LockedAccount, type SellableMeter } from './store.ts'

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

/** Who sells, and from where. */
export type Seller = Pick<Scope, 'operator' | 'from'>

/** Who buys, by which meter, at which till of whom, and what comes after. */
export type Counter = {
  account: LockedAccount
  meter: SellableMeter
  till: Till
  by: Seller
  ending: Ending
}

/** A sale that may be made: all that is left is to write it. */
export type SaleOrder = {
  work: NewWork | null
  posting: PostingOrder
  sale: Omit<NewSale, 'last'>
  by: Seller
  ending: Ending
}

const receiptFor = (
  now: Instant,
  { account, meter }: Counter,
  sale: Sale,
  to: Destination,
  saleId: Uuid,
): Unnumbered => {
  const { method, paidFen, carryFen, feeFen = ZERO_FEN } = sale
  const intoBalance = account.mode === 'centre'
  const title = intoBalance ? 'balance' : 'sale'
  const creditFen = creditOf(sale)
  return {
    ...receiptOf(account, meter, { saleId, title, method, paidFen, carryFen, at: now }),
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

const purchaseOf = (
  ids: Ids,
  meter: SellableMeter,
  { kind, amountFen }: { kind: Sale['kind']; amountFen: Fen },
): Purchase => ({
  purchaseId: ids.uuid(),
  supplyId: meter.supplyId,
  meterId: meter.meterId,
  epoch: must(meter.epoch, 'the meter has an epoch'),
  purchaseNo: meter.lastPurchaseNo + 1,
  kind,
  amountFen,
  queuedId: ids.uuid(),
})

const deliveryOf = ({ complexId }: LockedAccount, meter: SellableMeter): NewWork => ({
  complexId,
  kind: 'delivery',
  key: `meter/${meter.meterId}`,
  gatewayId: meter.gatewayId,
  payload: { meterId: meter.meterId },
})

/** A purchase that nobody pays for at a counter. */
export type Unpaid = {
  account: LockedAccount
  meter: SellableMeter
  kind: 'open' | 'recharge'
  amountFen: Fen
  /** Where the money comes from, where any does: a step of its own. */
  from?: string
  /** Left out: at once. */
  dueAt?: Instant
}

/** Adds purchases that nobody paid for, and the work that will carry them into the meters. */
export const queuePurchases = async (
  tx: Tx,
  ids: Ids,
  wanted: readonly Unpaid[],
): Promise<Uuid[]> => {
  await addWorks(
    tx,
    ids,
    wanted.map(({ account, meter, dueAt }) => ({
      ...deliveryOf(account, meter),
      ...(dueAt !== undefined && { dueAt }),
    })),
  )
  const rows = wanted.map(({ account, meter, kind, amountFen, from }) => {
    const { queuedId, ...purchase } = purchaseOf(ids, meter, { kind, amountFen })
    const events = [{ eventId: queuedId, kind: 'queued', facts: { amountFen } }]
    const came = { eventId: ids.uuid(), kind: 'transferred', facts: { amountFen, from } }
    const { complexId } = account
    return { complexId, saleId: null, ...purchase, events: from ? [...events, came] : events }
  })
  await insertPurchases(tx, rows)
  return rows.map(({ purchaseId }) => purchaseId)
}

export const queuePurchase = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  meter: SellableMeter,
  wanted: Pick<Unpaid, 'kind' | 'amountFen'>,
): Promise<Uuid> => {
  const [purchaseId] = await queuePurchases(tx, ids, [{ account, meter, ...wanted }])
  return must(purchaseId, 'one was wanted')
}

const postingOf = (at: Counter, sale: Sale, path: string, postingId: Uuid): PostingOrder => {
  const { account, meter, till, by } = at
  return {
    complexId: account.complexId,
    postingId,
    requestId: sale.requestId,
    operator: by.operator,
    kind: 'sale',
    businessDate: till.businessDate,
    contentHash: contentHash({ account: account.accountId, meter: meter.meterId, ...sale }),
    lines: saleLines({
      intoPath: takenInto(sale.method, till.shiftId),
      paidFen: sale.paidFen,
      carryPath: chart.carry(account.accountId),
      carryFen: sale.carryFen,
      feeFen: sale.feeFen ?? ZERO_FEN,
      creditPath: path,
      creditFen: creditOf(sale),
    }),
  }
}

const orderOf = (
  now: Instant,
  ids: Ids,
  at: Counter,
  sale: Sale,
  to: Destination & { purchase: Purchase | null },
): SaleOrder => {
  const { account, meter, till, by, ending } = at
  const { requestId, method, paidFen, carryFen, feeFen = ZERO_FEN } = sale
  const [postingId, saleId] = [ids.uuid(), ids.uuid()]
  return {
    work: to.purchase && deliveryOf(account, meter),
    posting: postingOf(at, sale, to.path, postingId),
    sale: {
      ...{ complexId: account.complexId, saleId, accountId: account.accountId, requestId },
      ...{ operator: by.operator, shiftId: till.shiftId, businessDate: till.businessDate },
      ...{ method, paidFen, postingId, purchase: to.purchase },
      receipt: receiptFor(now, at, sale, to, saleId),
      lines: [
        { purpose: 'credit' as const, supplyId: meter.supplyId, fen: creditOf(sale) },
        { purpose: 'carry' as const, supplyId: null, fen: carryFen },
        { purpose: 'fee' as const, supplyId: null, fen: feeFen },
      ].filter((line) => line.fen !== 0),
    },
    by,
    ending,
  }
}

/** Into a meter: the money is in transit until the meter has confirmed it. */
export const meterOrder = (now: Instant, ids: Ids, at: Counter, sale: Sale): SaleOrder => {
  const { meter } = at
  const { kind } = sale
  return orderOf(now, ids, at, sale, {
    path: chart.transit(meter.supplyId),
    number: meter.lastPurchaseNo + 1,
    knownFen: meter.balanceFen,
    knownAt: meter.balanceAt,
    purchase: purchaseOf(ids, meter, { kind, amountFen: creditOf(sale) }),
  })
}

/** What is on a balance before a sale, and how many sales there were. */
export type BalanceBefore = Available & { sales: number }

/** To an account in centre mode: the money is on its balance at once. */
export const orderOnBalance = (
  now: Instant,
  ids: Ids,
  at: Counter,
  sale: Sale,
  before: BalanceBefore,
): SaleOrder =>
  orderOf(now, ids, at, sale, {
    path: chart.balance(at.account.accountId),
    number: before.sales + 1,
    knownFen: before.fen,
    knownAt: before.asOf,
    purchase: null,
  })

/** The same where nothing is known yet. */
export const balanceOrder = async (
  tx: Tx,
  ids: Ids,
  at: Counter,
  sale: Sale,
): Promise<SaleOrder> => {
  const { account } = at
  const [left, sales] = await Promise.all([availableOf(tx, account), saleCount(tx, account)])
  return orderOnBalance(tx.now, ids, at, sale, { ...left, sales })
}

const auditOf = ({ by, sale }: SaleOrder): AuditEntry => {
  const { complexId, accountId, saleId, receipt, paidFen } = sale
  return {
    ...{ complexId, action: 'account.recharge', subject: `account/${accountId}`, by },
    after: { saleId, meter: receipt.meterId, paidFen, carryFen: receipt.carryFen },
  }
}

const keptOf = ({ sale, ending }: SaleOrder): NewSale => {
  const { receipt, purchase } = sale
  const sold = { receipt, purchaseId: purchase?.purchaseId ?? null }
  const last = ending && {
    kept: ending.kept,
    // The statement puts in the receipt, which it has already, with its number.
    answer: { ...ending.answerOf(sold), receipt: null },
  }
  return { ...sale, last }
}

/**
 * Posts the money, numbers and writes the receipts, each account once. The caller has refused what
 * must be refused. Where every order has an ending, this ends the transaction.
 */
export const writeOrders = async (
  tx: Tx,
  ids: Ids,
  orders: readonly SaleOrder[],
): Promise<Sold[]> => {
  const works = orders.flatMap(({ work }) => (work ? [work] : []))
  // They travel together; a sale names its posting, so that none is written without it.
  const [, , , receipts] = await Promise.all([
    addWorks(tx, ids, works),
    postAhead(
      tx,
      orders.map(({ posting }) => posting),
    ),
    auditAll(tx, ids, orders.map(auditOf)),
    writeSales(tx, orders.map(keptOf)),
  ])
  return orders.map(({ sale }, at) => ({
    receipt: must(receipts[at], 'each sale has its receipt'),
    purchaseId: sale.purchase?.purchaseId ?? null,
  }))
}
