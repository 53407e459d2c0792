// What the process that is killed is asked to do with money 资金流程: each asked again under the same
// id goes on where it was, and tells when nothing more is under way or a person is waited for.

import { closeAccount } from '../../src/accounts/close.ts'
import { payClosing } from '../../src/accounts/close-pay.ts'
import { type OpeningDeps, openAccount } from '../../src/accounts/open.ts'
import { payReduction } from '../../src/accounts/payout-reduction.ts'
import { recharge } from '../../src/accounts/recharge.ts'
import { refund } from '../../src/accounts/refund.ts'
import { reverseSale } from '../../src/accounts/reverse.ts'
import { swapMeter } from '../../src/accounts/swap/commands.ts'
import type { Scope } from '../../src/ports/database.ts'
import { must } from '../../src/shared/assert.ts'
import { accountId, type ComplexId, meterId, pointId } from '../../src/shared/ids.ts'
import type { Order, Told } from './cashier-words.ts'
import type { Watch } from './watch.ts'

export type FlowDeps = { deps: OpeningDeps; clerk: Scope; complex: ComplexId; watch: Watch }
type Flow = (desk: FlowDeps, order: Order) => Promise<Told>

const accountOf = (order: Order) => accountId(must(order.accountId, 'it names its account'))

const open: Flow = async ({ deps, clerk, complex, watch }, order) => {
  const alarms = { alarm1Fen: 5000, alarm2Fen: 2000 }
  const { meterId: id, planId, amountFen } = order
  const opened = await openAccount(deps, clerk, {
    requestId: order.requestId,
    complexId: complex,
    tenant: { name: '测试商户', phone: '13800001234' },
    meters: [{ meterId: id, planId, ...alarms, firstPurchaseFen: amountFen }],
  })
  return { ...(await watch.untilStill([id])), accountId: opened.accountId }
}

const sell: Flow = async ({ deps, clerk, watch }, order) => {
  const account = accountOf(order)
  await recharge(deps, clerk, {
    requestId: order.requestId,
    accountId: account,
    meterId: meterId(order.meterId),
    amountFen: order.amountFen,
    method: 'cash',
    similarAccepted: true,
  })
  return { ...(await watch.untilStill([order.meterId])), accountId: account }
}

/** The meter gives the money up, then the till. */
const payWhenTaken = async ({ deps, clerk, watch }: FlowDeps, order: Order): Promise<Told> => {
  const { held } = await watch.untilStill([order.meterId])
  if (held) return { held }
  const reductionId = await watch.doneReduction(order.requestId)
  const requestId = `${order.requestId}/pay`
  const paid = await payReduction(deps, clerk, { reductionId, requestId, method: 'cash' })
  return { held: false, paidFen: paid.voucher.paidFen }
}

const giveBack: Flow = async (desk, order) => {
  await refund(desk.deps, desk.clerk, {
    requestId: order.requestId,
    accountId: accountOf(order),
    meterId: meterId(order.meterId),
    amountFen: order.amountFen,
    method: 'cash',
    reasonCode: 'tenant-leaves',
  })
  return payWhenTaken(desk, order)
}

const strikeOut: Flow = async (desk, order) => {
  await reverseSale(desk.deps, desk.clerk, {
    requestId: order.requestId,
    named: { saleId: must(order.saleId, 'a reversal names its sale') },
    reasonCode: 'wrong-amount',
  })
  return payWhenTaken(desk, order)
}

const swap: Flow = async ({ deps, clerk, complex, watch }, order) => {
  const newMeterId = must(order.newMeterId, 'a swap names its new meter')
  await swapMeter(deps, clerk, {
    requestId: order.requestId,
    complexId: complex,
    pointId: pointId(must(order.pointId, 'a swap names its point')),
    newMeterId,
    oldMeter: { state: 'alive' },
    newInitialWh: 0,
    note: '到检定周期',
    bulkId: null,
    dryRun: false,
  })
  return watch.untilStill([order.meterId, newMeterId])
}

const close: Flow = async ({ deps, clerk, watch }, order) => {
  const account = accountOf(order)
  const about = { accountId: account, method: 'cash' } as const
  const begun = { ...about, requestId: order.requestId, reasonCode: 'leaseEnded' } as const
  await closeAccount(deps, clerk, begun)
  if ((await watch.untilSettling(account, order.meterId)).held) return { held: true }
  const paid = await payClosing(deps, clerk, { ...about, requestId: `${order.requestId}/pay` })
  return { held: false, paidFen: paid.voucher?.paidFen ?? 0 }
}

export const FLOWS: Readonly<Record<Order['do'], Flow>> = {
  open,
  recharge: sell,
  refund: giveBack,
  reverse: strikeOut,
  swap,
  close,
}
