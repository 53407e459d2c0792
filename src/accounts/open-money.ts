// The money of openings 开户收款: what opens each meter, with nothing, with what another system owed
// the tenant or with the first purchase; and the deposits. Each receipt is found by its opening.

import type { Receipt } from '../http/contract.ts'
import { fen, ZERO_FEN } from '../ledger/money.ts'
import { postingDay } from '../ledger/posting-day.ts'
import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { Instant } from '../shared/clock.ts'
import type { ComplexId, MeterId, SupplyId } from '../shared/ids.ts'
import { findShifts, openShifts, shiftOf } from '../shifts/store.ts'
import { availableOfAll } from './centre-store.ts'
import { type DepositAt, depositsIn } from './deposit-in.ts'
import { firstPaidFen, type JudgedOpening, type Opening } from './judge-opening.ts'
import type { SellingDeps } from './judge-sale.ts'
import {
  meterOrder,
  orderOnBalance,
  type Sale,
  type SaleOrder,
  type Till,
  type Unpaid,
  writeOrders,
} from './sell.ts'
import type { LockedAccount, SellableMeter } from './store.ts'

/** An opening on its way: its account is written. */
export type Written = {
  judged: JudgedOpening
  account: LockedAccount
  meters: readonly SellableMeter[]
  supplies: ReadonlyMap<MeterId, SupplyId>
}

const clerkOf = (tx: Tx, complexId: ComplexId) => ({
  complexId,
  operator: must(tx.scope.operator, 'money at the counter has an operator'),
})

/** When the opening of each meter is to be carried out. */
type Due = ReadonlyMap<MeterId, Instant>

/** The openings of wallets that nobody pays for here: with nothing, or with what they carry. */
export const unpaidOf = ({ judged, account, meters }: Written, due: Due): Unpaid[] =>
  judged.meters.flatMap(({ wanted, meter: { meterId: id } }): Unpaid[] => {
    if ((wanted.firstPurchaseFen ?? 0) > 0) return []
    const meter = must(
      meters.find((one) => one.meterId === id),
      'an opened meter can be sold to',
    )
    const amountFen = fen(wanted.loadFen ?? 0)
    const from = amountFen === 0 ? {} : { from: 'opening-balance' }
    const dueAt = must(due.get(id), 'each opening is due')
    return [{ account, meter, kind: 'open', amountFen, ...from, dueAt }]
  })

const saleOf = (opening: Opening, at: number, paidFen: number): Sale => ({
  ...{ requestId: `${opening.requestId}/${at}`, method: opening.method ?? 'cash' },
  ...{ paidFen: fen(paidFen), carryFen: ZERO_FEN, kind: 'open' },
})

type OrderOf = { order: SaleOrder; of: Written }

const meterOrders = (tx: Tx, deps: SellingDeps, till: Till, of: Written, due: Due): OrderOf[] => {
  const { judged, account } = of
  const { opening } = judged
  return of.meters.flatMap((meter): OrderOf[] => {
    const at = opening.meters.findIndex((wanted) => wanted.meterId === meter.meterId)
    const paidFen = opening.meters[at]?.firstPurchaseFen ?? 0
    if (paidFen === 0) return []
    const counter = { account, meter, till, by: tx.scope, ending: null }
    const order = meterOrder(tx.now, deps.ids, counter, saleOf(opening, at, paidFen))
    const dueAt = must(due.get(meter.meterId), 'each opening is due')
    return [{ order: { ...order, work: order.work && { ...order.work, dueAt } }, of }]
  })
}

const paidOf = ({ judged }: Written): number =>
  firstPaidFen(judged.opening) + (judged.opening.depositFen ?? 0)

const balanceOrders = async (
  tx: Tx,
  deps: SellingDeps,
  till: Till,
  complexId: ComplexId,
  all: readonly Written[],
): Promise<OrderOf[]> => {
  const paying = all.filter(({ judged }) => firstPaidFen(judged.opening) > 0)
  if (paying.length === 0) return []
  const accounts = paying.map(({ account }) => account.accountId)
  const available = await availableOfAll(tx, complexId, accounts)
  return paying.map((of): OrderOf => {
    const { judged, account } = of
    const meter = must(of.meters[0], 'it has a meter')
    const counter = { account, meter, till, by: tx.scope, ending: null }
    const sale = saleOf(judged.opening, 0, firstPaidFen(judged.opening))
    const { fen: left = null, asOf = null } = available.get(account.accountId) ?? {}
    const before = { fen: left, asOf, sales: 0 }
    return { order: orderOnBalance(tx.now, deps.ids, counter, sale, before), of }
  })
}

const tillFor = async (tx: Tx, { ids }: SellingDeps, complexId: ComplexId): Promise<Till> => {
  const clerk = clerkOf(tx, complexId)
  const shifts = await openShifts(tx, ids, [clerk], await findShifts(tx, [clerk]))
  return { shiftId: shiftOf(shifts, clerk), businessDate: await postingDay(tx, complexId, tx.now) }
}

const depositsOf = (till: Till, of: Written): (DepositAt & { of: Written })[] => {
  const { opening } = of.judged
  const { depositFen: amountFen = 0, method = 'cash' } = opening
  if (amountFen === 0) return []
  const deposit = { requestId: `${opening.requestId}/deposit`, amountFen, method, note: '' }
  return [{ account: of.account, meter: must(of.meters[0], 'it has a meter'), till, deposit, of }]
}

/** What is paid at the counter: the receipts of each, the deposit's last. */
export const takeMoney = async (
  tx: Tx,
  deps: SellingDeps,
  complexId: ComplexId,
  all: readonly Written[],
  due: Due,
): Promise<Map<Written, Receipt[]>> => {
  const receipts = new Map<Written, Receipt[]>(all.map((of) => [of, []]))
  const keep = (of: Written, receipt: Receipt | undefined) =>
    receipts.get(of)?.push(must(receipt, 'each has its receipt'))
  if (!all.some((of) => paidOf(of) > 0)) return receipts
  const till = await tillFor(tx, deps, complexId)
  const [meter, centre] = [
    all.filter(({ judged }) => judged.mode === 'meter'),
    all.filter(({ judged }) => judged.mode === 'centre'),
  ]
  const orders = [
    ...meter.flatMap((of) => meterOrders(tx, deps, till, of, due)),
    ...(await balanceOrders(tx, deps, till, complexId, centre)),
  ]
  const sold =
    orders.length === 0
      ? []
      : await writeOrders(
          tx,
          deps.ids,
          orders.map(({ order }) => order),
        )
  for (const [at, { of }] of orders.entries()) keep(of, sold[at]?.receipt)
  const deposits = all.flatMap((of) => depositsOf(till, of))
  const taken = await depositsIn(tx, deps.ids, deposits)
  for (const [at, { of }] of deposits.entries()) keep(of, taken[at])
  return receipts
}
