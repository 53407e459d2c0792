// Selling 售电, what counter, phone and opening share: the posting, the receipt, the purchase and the
// follow-up work, all in the caller's transaction. The receipt never waits for a meter.

import type { Receipt } from '../http/contract.ts'
import { capitals } from '../ledger/capitals.ts'
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
import { type Instant, rfc3339 } from '../shared/clock.ts'
import { uuid } from '../shared/ids.ts'
import { currentShift } from '../shifts/store.ts'
import { nextNumber } from '../work/counter.ts'
import { addWork } from '../work/store.ts'
import { availableOf, saleCount } from './centre-store.ts'
import { RECEIPT_TITLES } from './receipt-titles.ts'
import {
  insertPurchase,
  insertSale,
  type LockedAccount,
  operatorName,
  type SellableMeter,
} from './store.ts'

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

const receiptOf = (
  tx: Tx,
  account: LockedAccount,
  meter: SellableMeter,
  sale: Sale,
  to: Destination,
  of: { saleId: string; receiptNo: string; operatorIs: string },
): Receipt => {
  const credit = creditOf(sale)
  return {
    saleId: of.saleId,
    receiptNo: of.receiptNo,
    title: RECEIPT_TITLES[account.mode === 'centre' ? 'balance' : 'sale'],
    complexId: account.complexId,
    complex: account.complex,
    accountId: account.accountId,
    accountNo: account.no,
    tenant: account.tenant,
    premises: meter.premises,
    meterNo: meter.meterNo,
    meterId: meter.meterId,
    ...(account.mode === 'centre' && { intoBalance: true }),
    purchaseNo: to.number,
    method: sale.method,
    paidFen: sale.paidFen,
    paidCapitals: capitals(sale.paidFen),
    carryFen: sale.carryFen,
    ...(sale.feeFen !== undefined && sale.feeFen > 0 && { serviceFeeFen: sale.feeFen }),
    creditFen: credit,
    priceE8: meter.priceE8,
    creditWh: equivalentWh(credit, meter.priceE8),
    balanceBeforeFen: to.knownFen,
    balanceBeforeAt: to.knownAt === null ? null : rfc3339(to.knownAt, account.zone),
    balanceAfterFen: to.knownFen === null ? null : to.knownFen + meter.pendingFen + credit,
    operator: of.operatorIs,
    at: rfc3339(tx.now, account.zone),
  }
}

/** The next of the complex's gapless series of the year, which vouchers share. */
export const receiptNumber = async (
  tx: Tx,
  account: Pick<LockedAccount, 'complexId'>,
  year: string,
): Promise<string> => {
  const n = await nextNumber(tx, account.complexId, `receipt/${year}`)
  return `${year}-${n.toString().padStart(7, '0')}`
}

type NewPurchase = {
  kind: 'open' | 'recharge'
  amountFen: Fen
  sale: Receipt | null
}

const addPurchase = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  meter: SellableMeter,
  purchase: NewPurchase,
): Promise<string> => {
  const purchaseId = ids.uuid()
  const { sale } = purchase
  const paid = sale
    ? [
        { kind: 'paid', facts: { paidFen: sale.paidFen, method: sale.method } },
        { kind: 'posted', facts: { receiptNo: sale.receiptNo, carryFen: sale.carryFen } },
      ]
    : []
  await insertPurchase(tx, {
    complexId: account.complexId,
    purchaseId,
    saleId: sale ? uuid(sale.saleId) : null,
    supplyId: meter.supplyId,
    meterId: meter.meterId,
    epoch: must(meter.epoch, 'the meter has an epoch'),
    purchaseNo: meter.lastPurchaseNo + 1,
    kind: purchase.kind,
    amountFen: purchase.amountFen,
    events: [...paid, { kind: 'queued', facts: { amountFen: purchase.amountFen } }].map(
      (event) => ({ ...event, eventId: ids.uuid() }),
    ),
  })
  return purchaseId
}

const addDelivery = (tx: Tx, ids: Ids, account: LockedAccount, meter: SellableMeter) =>
  addWork(tx, ids, {
    complexId: account.complexId,
    kind: 'delivery',
    key: `meter/${meter.meterId}`,
    gatewayId: meter.gatewayId,
    payload: { meterId: meter.meterId },
  })

/** Adds the purchase and the work that will carry it into the meter. */
export const queuePurchase = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  meter: SellableMeter,
  purchase: NewPurchase,
): Promise<string> => {
  await addDelivery(tx, ids, account, meter)
  return addPurchase(tx, ids, account, meter, purchase)
}

/** Posts the money, numbers and writes the receipt. The caller has refused what must be refused. */
const take = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  meter: SellableMeter,
  sale: Sale,
  to: Destination,
): Promise<Receipt> => {
  const operator = must(tx.scope.operator, 'a sale at the counter has an operator')
  const shift = await currentShift(tx, ids, account.complexId, operator)
  const businessDate = await postingDay(tx, account.complexId, tx.now)
  const credit = creditOf(sale)
  const postingId = ids.uuid()
  const saleId = ids.uuid()
  await post(tx, {
    complexId: account.complexId,
    postingId,
    requestId: sale.requestId,
    kind: 'sale',
    businessDate,
    contentHash: contentHash({ account: account.accountId, meter: meter.meterId, ...sale }),
    lines: saleLines({
      intoPath: takenInto(sale.method, shift),
      paidFen: sale.paidFen,
      carryPath: chart.carry(account.accountId),
      carryFen: sale.carryFen,
      feeFen: sale.feeFen ?? ZERO_FEN,
      creditPath: to.path,
      creditFen: credit,
    }),
  })
  await audit(tx, ids, {
    complexId: account.complexId,
    action: 'account.recharge',
    subject: `account/${account.accountId}`,
    after: { saleId, meter: meter.meterId, paidFen: sale.paidFen, carryFen: sale.carryFen },
  })
  const operatorIs = await operatorName(tx)
  // The number comes last: its row is held to the commit by one sale of the complex at a time.
  const receiptNo = await receiptNumber(tx, account, businessDate.slice(0, 4))
  const receipt = receiptOf(tx, account, meter, sale, to, { saleId, receiptNo, operatorIs })
  await insertSale(tx, {
    complexId: account.complexId,
    saleId,
    accountId: account.accountId,
    requestId: sale.requestId,
    shiftId: shift,
    receiptNo,
    method: sale.method,
    paidFen: sale.paidFen,
    postingId,
    receipt,
    lines: [
      { purpose: 'credit' as const, supplyId: meter.supplyId, fen: credit },
      { purpose: 'carry' as const, supplyId: null, fen: sale.carryFen },
      { purpose: 'fee' as const, supplyId: null, fen: sale.feeFen ?? ZERO_FEN },
    ].filter((line) => line.fen !== 0),
  })
  return receipt
}

/** Sells into a meter: the money is in transit until the meter has confirmed it. */
export const sell = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  meter: SellableMeter,
  sale: Sale,
): Promise<{ receipt: Receipt; purchaseId: string }> => {
  await addDelivery(tx, ids, account, meter)
  const receipt = await take(tx, ids, account, meter, sale, {
    path: chart.transit(meter.supplyId),
    number: meter.lastPurchaseNo + 1,
    knownFen: meter.balanceFen,
    knownAt: meter.balanceAt,
  })
  const purchaseId = await addPurchase(tx, ids, account, meter, {
    kind: sale.kind,
    amountFen: creditOf(sale),
    sale: receipt,
  })
  return { receipt, purchaseId }
}

/** Sells to an account in centre mode: the money is on its balance at once. */
export const sellToBalance = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  meter: SellableMeter,
  sale: Sale,
): Promise<Receipt> => {
  const left = await availableOf(tx, account)
  return take(tx, ids, account, meter, sale, {
    path: chart.balance(account.accountId),
    number: (await saleCount(tx, account)) + 1,
    knownFen: left.fen,
    knownAt: left.asOf,
  })
}
