// One meter takes another's place 换表: final register, installation, the supply's counter, and the
// money that goes over. All in the caller's transaction; it has locked and checked, and knows what
// the old meter still held. The sum of money never changes here: it only moves.

import { orderModeAgain } from '../../control/mode-again.ts'
import type { ReductionDeps } from '../../delivery/reduction-queue.ts'
import { addSteps, DELIVERY_WORK } from '../../delivery/store.ts'
import { contentHash } from '../../ledger/chain.ts'
import type { Line } from '../../ledger/entries/sale.ts'
import { overdraftLines, swapTransferLines } from '../../ledger/entries/swap-transfer.ts'
import { fen } from '../../ledger/money.ts'
import { post } from '../../ledger/post.ts'
import { postingDay } from '../../ledger/posting-day.ts'
import { READING_SOURCES } from '../../metering/readings/reading-sources.ts'
import { audit } from '../../operators/audit-log.ts'
import type { Tx } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import { must } from '../../shared/assert.ts'
import type { AccountId, MeterId, SupplyId, Uuid } from '../../shared/ids.ts'
import { addWork } from '../../work/store.ts'
import { newCustomerNo } from '../customer-no.ts'
import { insertPurchase } from '../store.ts'
import { tellThresholds } from '../thresholds.ts'
import {
  beginEpoch,
  changeInstallation,
  endEpoch,
  endRelayEpisode,
  endSupply,
  keepReading,
  lastPurchaseNo,
  type Moved,
  moveWaiting,
  setWalletMark,
} from './change-store.ts'
import type { FinalRegister } from './judge-swap.ts'
import { gatewayOf, meterNoOf } from './place-store.ts'
import { addSwapSteps, type NewStep, type SwapRow, writeChanged } from './swap-store.ts'

export type ChangeDeps = Pick<ReductionDeps, 'ids' | 'capabilitiesOf'>

export type Change = {
  /** Null: nobody knows, and it is said so. */
  final: FinalRegister | null
  /** On account/<id>/payable, to be loaded into the new meter; fen. */
  claimFen: number
  /** Used beyond what was paid, by the old meter's own count; fen. */
  owedFen: number
  voidedFen: number
  /** What came before: money taken, purchases given up. */
  steps: readonly NewStep[]
}

/** A swap of a meter that holds a tenant's money. */
export type SuppliedSwap = SwapRow & { supplyId: SupplyId; accountId: AccountId }

export const suppliedSwap = (swap: SwapRow): SuppliedSwap => {
  const { supplyId, accountId } = swap
  return {
    ...swap,
    supplyId: must(supplyId, 'somebody is supplied'),
    accountId: must(accountId, 'somebody is supplied'),
  }
}

export const postSwap = async (
  tx: Tx,
  ids: Ids,
  swap: SwapRow,
  what: 'claim' | 'transfer' | 'overdraft',
  lines: readonly Line[],
): Promise<void> => {
  const { complexId, swapId } = swap
  if (lines.length === 0) return
  await post(tx, {
    complexId,
    postingId: ids.uuid(),
    requestId: `swap/${swapId}/${what}`,
    kind: `swap-${what}`,
    businessDate: await postingDay(tx, complexId, tx.now),
    reason: swap.note,
    contentHash: contentHash({ swapId, what, lines }),
    lines,
  })
}

const keepFinal = (tx: Tx, swap: SwapRow, final: FinalRegister): Promise<void> =>
  keepReading(tx, {
    complexId: swap.complexId,
    meterId: swap.oldMeterId,
    at: final.at,
    source: READING_SOURCES[final.by === 'hand' ? 'byHand' : 'onDemand'].code,
    energyWh: final.energyWh,
  })

const movedSteps = (tx: Tx, ids: Ids, swap: SwapRow, moved: readonly Moved[]) =>
  Promise.all(
    moved.map(({ purchaseId, amountFen }) =>
      addSteps(tx, ids, { complexId: swap.complexId, purchaseId }, [
        { at: tx.now, kind: 'transferred', facts: { amountFen, swapId: swap.swapId } },
      ]),
    ),
  )

/** The first purchase of the new counter: it writes the customer number, with what came over. */
const queueOpening = async (
  tx: Tx,
  ids: Ids,
  swap: SuppliedSwap,
  opening: { meterId: MeterId; epoch: number; purchaseNo: number; amountFen: number },
): Promise<Uuid> => {
  const purchaseId = ids.uuid()
  const { amountFen } = opening
  const from = { amountFen, swapId: swap.swapId, fromMeterId: swap.oldMeterId }
  await insertPurchase(tx, {
    complexId: swap.complexId,
    purchaseId,
    saleId: null,
    supplyId: swap.supplyId,
    ...opening,
    kind: 'open',
    events: [
      { eventId: ids.uuid(), kind: 'transferred', facts: from },
      { eventId: ids.uuid(), kind: 'queued', facts: { amountFen } },
    ],
  })
  return purchaseId
}

/** Ends the old counter and queues what the new meter is to get; the opening, and what waits. */
const changeWallet = async (
  tx: Tx,
  ids: Ids,
  swap: SuppliedSwap,
  newMeterId: MeterId,
  claimFen: number,
): Promise<{ openingId: Uuid; waitingFen: number; moved: readonly Moved[] }> => {
  const { complexId } = swap
  const last = await lastPurchaseNo(tx, swap)
  await endEpoch(tx, swap)
  const epoch = await beginEpoch(tx, swap, newMeterId, await newCustomerNo(tx, complexId))
  const to = { meterId: newMeterId, epoch }
  await setWalletMark(tx, { ...swap, meterId: newMeterId })
  const moved = await moveWaiting(tx, swap, to)
  await movedSteps(tx, ids, swap, moved)
  // An opening that never reached the old meter opens the new one; nothing was in the old one.
  const waits = moved.find((one) => one.kind === 'open')
  const purchaseNo = Math.min(...moved.map((one) => one.purchaseNo - 1), last)
  const openingId =
    waits?.purchaseId ??
    (await queueOpening(tx, ids, swap, { ...to, purchaseNo, amountFen: claimFen }))
  await addWork(tx, ids, {
    complexId,
    kind: DELIVERY_WORK,
    key: `meter/${newMeterId}`,
    gatewayId: await gatewayOf(tx, complexId, newMeterId),
    payload: { meterId: newMeterId },
  })
  const waitingFen = moved.reduce((sum, one) => sum + one.amountFen, 0)
  return { openingId, waitingFen, moved }
}

const moneyLines = async (tx: Tx, ids: Ids, swap: SuppliedSwap, change: Change): Promise<void> => {
  const { accountId, supplyId } = swap
  const { claimFen, owedFen } = change
  // Of a meter that nobody follows the money waits to be paid out, or put into another of his.
  const stays = claimFen === 0 || swap.newMeterId === null
  const transfer = stays ? [] : swapTransferLines(accountId, supplyId, fen(claimFen))
  await postSwap(tx, ids, swap, 'transfer', transfer)
  const owed = owedFen === 0 ? [] : overdraftLines(accountId, supplyId, fen(owedFen))
  await postSwap(tx, ids, swap, 'overdraft', owed)
}

const newcomerFacts = async (tx: Tx, { complexId, newMeterId, newInitialWh }: SwapRow) =>
  newMeterId === null
    ? null
    : { newMeterNo: await meterNoOf(tx, complexId, newMeterId), newInitialWh }

const record = async (
  tx: Tx,
  ids: Ids,
  swap: SwapRow,
  change: Change,
  wallet: { openingId: Uuid; waitingFen: number; moved: readonly Moved[] } | null,
): Promise<void> => {
  const { complexId } = swap
  const { final, claimFen, owedFen, voidedFen } = change
  const facts = await newcomerFacts(tx, swap)
  const steps: NewStep[] = [...change.steps]
  if (final) steps.push({ kind: 'finalReading', facts: { wh: final.energyWh, by: final.by } })
  if (facts === null) steps.push({ kind: 'removed', facts: { claimFen, owedFen } })
  else steps.push({ kind: 'changed', facts })
  if (wallet) {
    const { openingId, waitingFen, moved } = wallet
    steps.push({ kind: 'transferred', facts: { claimFen, owedFen, purchaseId: openingId } })
    if (moved.length > 0)
      steps.push({ kind: 'moved', facts: { purchases: moved.length, waitingFen } })
  }
  const { pointId, oldMeterId, newMeterId, swapId } = swap
  const ofSwap = steps.map((step) => ({ ...step, swapId }))
  await addSwapSteps(tx, ids, complexId, ofSwap)
  await audit(tx, ids, {
    complexId,
    action: newMeterId === null ? 'meter.take-down' : 'meter.swap',
    subject: `point/${pointId}`,
    before: { meterId: oldMeterId, finalWh: final?.energyWh ?? null },
    after: { meterId: newMeterId, ...facts, swapId, claimFen, owedFen, voidedFen },
  })
}

/** What hangs there now; null where no wallet of ours does. */
const goOnWith = async (tx: Tx, deps: ChangeDeps, swap: SwapRow, claimFen: number) => {
  const { complexId, newMeterId } = swap
  if (newMeterId === null) {
    await endEpoch(tx, swap)
    await endSupply(tx, swap)
    return null
  }
  await orderModeAgain(tx, deps, { complexId, meterId: newMeterId })
  if (swap.mode !== 'meter') return null
  const supplied = suppliedSwap(swap)
  const wallet = await changeWallet(tx, deps.ids, supplied, newMeterId, claimFen)
  const accountIds = [supplied.accountId]
  await tellThresholds(tx, deps, { complexId, accountIds, only: newMeterId })
  return wallet
}

/** Nobody is charged here: the caller has settled what the old meter counted. */
export const changeMeters = async (
  tx: Tx,
  deps: ChangeDeps,
  swap: SwapRow,
  change: Change,
): Promise<void> => {
  const { ids } = deps
  const { final, claimFen, voidedFen } = change
  if (final) await keepFinal(tx, swap, final)
  await changeInstallation(tx, swap)
  await endRelayEpisode(tx, swap)
  if (swap.mode === 'meter') await moneyLines(tx, ids, suppliedSwap(swap), change)
  const wallet = await goOnWith(tx, deps, swap, claimFen)
  await writeChanged(tx, swap, {
    finalWh: final?.energyWh ?? null,
    claimFen,
    voidedFen,
    waitingFen: wallet?.waitingFen ?? 0,
    openingId: wallet?.openingId ?? null,
  })
  await record(tx, ids, swap, change, wallet)
}
