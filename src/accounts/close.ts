// Closing an account 销户: sales stop, what is queued comes back, and the steps begin. The counter
// begins, decides where a meter can't, and calls off; the work `account.close` does the rest.

import { queueCommands } from '../control/commands.ts'
import { targetsOf } from '../control/target-store.ts'
import { cancelReduction } from '../delivery/reduction-queue.ts'
import type { CloseAccount, Closing, DecideClosing } from '../http/contract/account-life.ts'
import type { CentreReasonCode } from '../http/contract/mode-reasons.ts'
import { fen, ZERO_FEN } from '../ledger/money.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type AccountId, type MeterId, meterId, type TenantId } from '../shared/ids.ts'
import { reasonGiven } from '../shared/reason-text.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { dryRun, once } from '../work/request.ts'
import { addWork } from '../work/store.ts'
import { cancelQueued } from './cancel-queued.ts'
import { insertHandReading } from './centre-store.ts'
import { type MeterOfClosing, metersOfClosing } from './close-meters.ts'
import { postLeft, settleEmptyWallet } from './close-steps.ts'
import { type ClosingRow, closingOf, insertClosing, writeMeter, writeState } from './close-store.ts'
import { closingView, isAbortable } from './close-view.ts'
import type { OpeningDeps } from './open.ts'
import { queuePurchase } from './sell.ts'
import { type LockedAccount, lockAccount, type SellableMeter, sellableMeters } from './store.ts'
import { CLOSE_WORK } from './wake-closing.ts'

export type LifeDeps = OpeningDeps

type Beginning = CloseAccount & {
  requestId: string
  /** A hand-over: for whom the points are opened when it ends. */
  successorId: TenantId | null
}

/** Under lock. Refuses: not_found, account_closed, closing_under_way. */
export const openLockedAccount = async (tx: Tx, account: AccountId): Promise<LockedAccount> => {
  const locked = await lockAccount(tx, account)
  if (!locked) throw new Refusal('not_found', { accountId: account })
  refuseIf(locked.closedAt !== null, 'account_closed')
  refuseIf(locked.closing, 'closing_under_way')
  return locked
}

/** Refuses: not_found, closing_not_open. */
export const openClosing = async (
  tx: Tx,
  account: AccountId,
): Promise<{ account: LockedAccount; closing: ClosingRow }> => {
  const locked = await lockAccount(tx, account)
  if (!locked) throw new Refusal('not_found', { accountId: account })
  const closing = await closingOf(tx, locked.complexId, account)
  if (!closing || closing.endedAt !== null) throw new Refusal('closing_not_open')
  return { account: locked, closing }
}

/** A register that a person has read off. Refuses: final_reading_too_low. */
const enterFinal = async (
  tx: Tx,
  closing: ClosingRow,
  meter: MeterOfClosing,
  finalWh: number,
): Promise<void> => {
  const { meterId: id, meterNo, markWh, energyWh } = meter
  const lastWh = Math.max(markWh ?? 0, energyWh ?? 0)
  refuseIf(finalWh < lastWh, 'final_reading_too_low', { meterNo, lastWh })
  const { complexId } = closing
  await insertHandReading(tx, { complexId, meterId: id, energyWh: finalWh })
  await writeMeter(tx, closing, id, { finalWh, finalAt: tx.now, finalBy: 'hand' })
}

const enterFinals = async (
  tx: Tx,
  closing: ClosingRow,
  finals: CloseAccount['finalWh'],
): Promise<void> => {
  const meters = await metersOfClosing(tx, closing)
  for (const [id, finalWh] of Object.entries(finals ?? {})) {
    const meter = meters.find((one) => one.meterId === Number(id))
    if (!meter) throw new Refusal('meter_not_on_account', { meterId: Number(id) })
    await enterFinal(tx, closing, meter, finalWh)
  }
}

const wake = (tx: Tx, deps: LifeDeps, { complexId, closingId }: ClosingRow): Promise<void> =>
  addWork(tx, deps.ids, { complexId, kind: CLOSE_WORK, key: closingId })

/**
 * Which meters are tripped. Between two tenants only those whose money is to come out: under load a
 * meter holds less than it was just read to hold, and without money it trips by itself anyway. What
 * is kept on for a cold room stays on.
 */
const toTrip = async (
  tx: Tx,
  account: LockedAccount,
  meters: readonly SellableMeter[],
  handOver: boolean,
): Promise<ReadonlySet<MeterId>> => {
  const ids = meters.map((meter) => meter.meterId)
  if (!handOver) return new Set(ids)
  if (account.mode === 'centre') return new Set()
  const targets = await targetsOf(tx, account.complexId, ids, false)
  const kept = new Set(
    targets.filter(({ desired }) => desired.mode === 'kept').map(({ meterId: id }) => id),
  )
  const full = meters.filter(({ creditFen }) => creditFen > 0).map((meter) => meter.meterId)
  return new Set(full.filter((id) => !kept.has(id)))
}

/** Begins the closing of an open account, in the caller's transaction. */
export const beginClosing = async (
  tx: Tx,
  deps: LifeDeps,
  account: LockedAccount,
  cmd: Beginning,
): Promise<ClosingRow> => {
  const { complexId, accountId } = account
  const meters = await sellableMeters(tx, account)
  for (const { swapping, meterNo } of meters) refuseIf(swapping, 'swap_under_way', { meterNo })
  const tripped = await toTrip(tx, account, meters, cmd.successorId !== null)
  const closingId = deps.ids.uuid()
  await insertClosing(tx, {
    ...{ complexId, closingId, accountId, requestId: cmd.requestId, method: cmd.method },
    reasonCode: cmd.reasonCode,
    note: cmd.note ?? '',
    successorId: cmd.successorId,
    cancelledPurchases: await cancelQueued(tx, deps.ids, account, 'close'),
    meters: meters.map((meter) => ({
      meterId: meter.meterId,
      supplyId: meter.supplyId,
      tripped: tripped.has(meter.meterId) ? 'waits' : 'notWanted',
      wallet: account.mode === 'centre' ? 'none' : 'waits',
    })),
  })
  const closing = must(await closingOf(tx, complexId, accountId), 'just written')
  await enterFinals(tx, closing, cmd.finalWh)
  await wake(tx, deps, closing)
  await audit(tx, deps.ids, {
    complexId,
    action: 'account.close',
    subject: `account/${accountId}`,
    after: {
      ...{ closingId, reason: cmd.reasonCode, note: cmd.note ?? '', finalWh: cmd.finalWh },
      cancelled: closing.cancelledPurchases,
    },
  })
  return closing
}

export type CloseCommand = CloseAccount & { accountId: AccountId; requestId: string }

const closeIn = async (tx: Tx, deps: LifeDeps, cmd: CloseCommand): Promise<Closing> => {
  reasonGiven(cmd.reasonCode, cmd.note)
  const account = await openLockedAccount(tx, cmd.accountId)
  const closing = await beginClosing(tx, deps, account, { ...cmd, successorId: null })
  return closingView(tx, account, closing, cmd.dryRun === true)
}

/**
 * Begins closing. Refuses: not_found, account_closed, closing_under_way, swap_under_way,
 * meter_not_on_account, final_reading_too_low, reason_needs_note, request_id_reused.
 */
export const closeAccount = async (
  deps: LifeDeps,
  scope: Scope,
  cmd: CloseCommand,
): Promise<Closing> => {
  const complexId = { ofAccount: cmd.accountId }
  if (cmd.dryRun) return dryRun(deps.db, scope, (tx) => closeIn(tx, deps, cmd))
  const { requestId, ...content } = cmd
  const name = { complexId, requestId, operation: 'account.close', content }
  return once(deps.db, scope, name, (tx) => closeIn(tx, deps, cmd))
}

// The tenant leaves what the books say is in the meter, by what was last seen of its wallet.
const leaveMoney = async (
  tx: Tx,
  deps: LifeDeps,
  account: LockedAccount,
  closing: ClosingRow,
  meter: MeterOfClosing,
): Promise<void> => {
  const { complexId } = account
  if (meter.reductionId !== null && meter.reductionState === 'QUEUED') {
    const { reductionId } = meter
    await cancelReduction(tx, deps.ids, { complexId, reductionId, reason: 'close' })
  }
  if (meter.walletFresh && meter.balanceAt !== null && meter.balanceFen !== null) {
    const seen = { at: meter.balanceAt, balanceFen: fen(meter.balanceFen) }
    await settleEmptyWallet({ tx, deps, account, closing }, meter, seen)
  }
  const now = (await metersOfClosing(tx, closing)).find((one) => one.meterId === meter.meterId)
  const leftFen = fen(Math.max(0, now?.creditFen ?? 0))
  await postLeft({ tx, deps, account, closing }, meter, leftFen)
  await writeMeter(tx, closing, meter.meterId, { wallet: 'left', leftFen, reductionId: null })
}

const decideIn = async (
  tx: Tx,
  deps: LifeDeps,
  of: { account: LockedAccount; closing: ClosingRow; meter: MeterOfClosing },
  { decision, finalWh }: DecideClosing,
): Promise<void> => {
  const { account, closing, meter } = of
  const { state } = closing
  switch (decision) {
    case 'finalRegister':
      refuseIf(meter.finalWh !== null, 'closing_step_decided', { decision })
      if (finalWh === undefined) throw new Refusal('invalid_input', { field: 'finalWh' })
      return enterFinal(tx, closing, meter, finalWh)
    case 'trippedByHand':
      refuseIf(meter.tripped !== 'waits', 'closing_step_decided', { decision })
      return writeMeter(tx, closing, meter.meterId, { tripped: 'byHand' })
    case 'leaveMoney': {
      const sent = meter.reductionState === 'SENT' || meter.reductionState === 'HOLD'
      const open = state === 'emptying' && meter.wallet === 'waits' && meter.opened && !sent
      refuseIf(!open, 'closing_step_decided', { decision })
      return leaveMoney(tx, deps, account, closing, meter)
    }
  }
}

/**
 * A person's decision where a meter can't do its step. Refuses: not_found, closing_not_open,
 * meter_not_on_account, closing_step_decided, invalid_input (finalWh), final_reading_too_low.
 */
export const decideClosing = async (
  deps: LifeDeps,
  scope: Scope,
  cmd: DecideClosing & { accountId: AccountId; requestId: string },
): Promise<Closing> => {
  const complexId = { ofAccount: cmd.accountId }
  const { requestId, ...content } = cmd
  const name = { complexId, requestId, operation: 'account.close.decide', content }
  return once(deps.db, scope, name, async (tx) => {
    const { account, closing } = await openClosing(tx, cmd.accountId)
    const meters = await metersOfClosing(tx, closing)
    const meter = meters.find((one) => one.meterId === cmd.meterId)
    if (!meter) throw new Refusal('meter_not_on_account', { meterId: cmd.meterId })
    await decideIn(tx, deps, { account, closing, meter }, cmd)
    await wake(tx, deps, closing)
    await audit(tx, deps.ids, {
      complexId: account.complexId,
      action: 'account.close.decide',
      subject: `account/${cmd.accountId}`,
      after: { decision: cmd.decision, meter: meterId(cmd.meterId), note: cmd.note },
    })
    return closingView(tx, account, closing)
  })
}

/** An opening that was cancelled with the closing comes again, empty: its money is payable now. */
const openAgain = async (
  tx: Tx,
  deps: LifeDeps,
  account: LockedAccount,
  meters: readonly MeterOfClosing[],
): Promise<void> => {
  if (account.mode === 'centre') return
  const unopened = new Set(
    meters.filter(({ opened, underWay }) => !opened && !underWay).map(({ meterId: id }) => id),
  )
  const opening = { kind: 'open', amountFen: ZERO_FEN, sale: null } as const
  for (const meter of await sellableMeters(tx, account))
    if (unopened.has(meter.meterId)) await queuePurchase(tx, deps.ids, account, meter, opening)
}

const takeBack = async (
  tx: Tx,
  deps: LifeDeps,
  closing: ClosingRow,
  meters: readonly MeterOfClosing[],
): Promise<void> => {
  const { complexId } = closing
  for (const { reductionId, reductionState } of meters)
    if (reductionId !== null && reductionState === 'QUEUED')
      await cancelReduction(tx, deps.ids, { complexId, reductionId, reason: 'close aborted' })
  const tripped = meters.filter((meter) => meter.tripBatch !== null)
  for (const mode of ['prepaid', 'kept'] as const) {
    const back = tripped.filter((meter) => (meter.modeBefore ?? 'prepaid') === mode)
    const meterIds: MeterId[] = back.map((meter) => meter.meterId)
    if (meterIds.length === 0) continue
    await queueCommands(tx, deps, {
      requestId: `close/${closing.closingId}/abort/${mode}`,
      ...{ complexId, kind: 'setMode', meterIds },
      params: { mode, reason: 'closing-called-off' satisfies CentreReasonCode },
    })
  }
}

/**
 * Calls the closing off while nothing has left a meter; what was cancelled stays payable. Refuses:
 * not_found, closing_not_open, closing_not_abortable.
 */
export const abortClosing = async (
  deps: LifeDeps,
  scope: Scope,
  cmd: { accountId: AccountId; requestId: string },
): Promise<Closing> => {
  const complexId = { ofAccount: cmd.accountId }
  const content = { accountId: cmd.accountId }
  const name = { complexId, requestId: cmd.requestId, operation: 'account.close.abort', content }
  return once(deps.db, scope, name, async (tx) => {
    const { account, closing } = await openClosing(tx, cmd.accountId)
    const meters = await metersOfClosing(tx, closing)
    refuseIf(!isAbortable(closing, meters), 'closing_not_abortable')
    await takeBack(tx, deps, closing, meters)
    await openAgain(tx, deps, account, meters)
    const aborted = await writeState(tx, closing, 'aborted')
    await audit(tx, deps.ids, {
      complexId: account.complexId,
      action: 'account.close.abort',
      subject: `account/${cmd.accountId}`,
      before: { state: closing.state },
    })
    return closingView(tx, account, aborted)
  })
}
