// The steps of a closing 销户步骤: each is looked at again from what is stored, so that a crash costs
// nothing and doing one twice changes nothing. The caller holds the account's lock.

import { type ControlDeps, queueCommands } from '../control/commands.ts'
import { modeRefusal } from '../control/mode.ts'
import { targetsOf } from '../control/target-store.ts'
import { queueReduction } from '../delivery/reduction-queue.ts'
import type { ClosingState } from '../http/contract/account-life.ts'
import { contentHash } from '../ledger/chain.ts'
import { leftInMeterLines, owedInMeterLines } from '../ledger/entries/close.ts'
import { type Fen, fen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import type { Tx } from '../ports/database.ts'
import { chargeUntil } from '../settlement/charge-until.ts'
import { postMeteredUse } from '../settlement/metered-use.ts'
import { lastBillable } from '../settlement/store.ts'
import { must } from '../shared/assert.ts'
import { businessDay, type Instant, plusMs } from '../shared/clock.ts'
import type { MeterId, Uuid } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { type MeterOfClosing, metersOfClosing } from './close-meters.ts'
import { type ClosingRow, writeMeter } from './close-store.ts'
import { CLOSED_REASON } from './release-closed.ts'
import type { LockedAccount } from './store.ts'

export type ClosingDeps = ControlDeps

export type Step = {
  tx: Tx
  deps: ClosingDeps
  account: LockedAccount
  closing: ClosingRow
}

/** A meter that did not answer is asked again after this time; polls bring readings as well. */
const ASK_AGAIN_MS = 10 * 60_000

const longAgo = (tx: Tx, at: Instant | null): boolean =>
  at === null || tx.now >= plusMs(at, ASK_AGAIN_MS)

const ordered = async (
  { tx, deps, account, closing }: Step,
  kind: 'read' | 'setMode',
  meter: MeterId,
  reason = CLOSED_REASON,
): Promise<Uuid> =>
  queueCommands(tx, deps, {
    requestId: `close/${closing.closingId}/${kind}/${deps.ids.uuid()}`,
    complexId: account.complexId,
    kind,
    meterIds: [meter],
    params: kind === 'read' ? {} : { mode: 'tripped', reason },
  })

const delivered = async (_: Step, meters: readonly MeterOfClosing[]): Promise<boolean> =>
  meters.every((meter) => !meter.underWay)

const readOne = async (step: Step, meter: MeterOfClosing): Promise<boolean> => {
  const { tx, account, closing } = step
  if (meter.finalWh !== null) return true
  const span = { after: closing.startedAt, until: tx.now }
  const read = await lastBillable(tx, account.complexId, meter.meterId, span)
  if (read !== null) {
    const final = { finalWh: read.energyWh, finalAt: read.at, finalBy: 'meter' as const }
    await writeMeter(tx, closing, meter.meterId, final)
    return true
  }
  const ask = meter.readBatch === null || (!meter.reading && longAgo(tx, meter.readEndedAt))
  if (ask) {
    const readBatch = await ordered(step, 'read', meter.meterId)
    await writeMeter(tx, closing, meter.meterId, { readBatch })
  }
  return false
}

/** In centre mode what was counted up to the final registers is charged with the last of them. */
const chargeFinals = async (step: Step, meters: readonly MeterOfClosing[]): Promise<void> => {
  const { tx, deps, account, closing } = step
  const { complexId, accountId, zone, dayCutMinutes } = account
  for (const { supplyId, meterId, finalAt } of meters) {
    const until = await lastBillable(tx, complexId, meterId, {
      after: plusMs(must(finalAt, 'it is read'), -1),
      until: must(finalAt, 'it is read'),
    })
    await chargeUntil(tx, deps.ids, {
      ...{ complexId, supplyId, accountId, meterId, zone, dayCutMinutes },
      requestId: `usage/${supplyId}/close/${closing.closingId}`,
      until: must(until, 'the final reading is stored'),
      ends: true,
    })
  }
}

const readAll = async (step: Step, meters: readonly MeterOfClosing[]): Promise<boolean> => {
  const { tx, account, closing } = step
  const done: boolean[] = []
  for (const meter of meters) done.push(await readOne(step, meter))
  if (done.includes(false)) return false
  if (account.mode === 'meter') return true
  // Energy without a price is said, not given away.
  if (meters.some((meter) => !meter.priced)) return false
  await chargeFinals(step, await metersOfClosing(tx, closing))
  return true
}

/** Null: it can't be tripped at all. */
const tripOrder = async (
  step: Step,
  meter: MeterId,
  earlier: string | null,
): Promise<Uuid | null> => {
  const { tx, deps, account, closing } = step
  const target = (await targetsOf(tx, account.complexId, [meter], false))[0]
  const model = target && deps.capabilitiesOf(target.model)
  if (!target || !model || modeRefusal('tripped', model.relay, target.protected)) return null
  const { mode, reason, until } = target.desired
  // Power that was kept for a time goes back to prepaid when the closing is called off.
  const modeBefore = mode === 'kept' && until !== null ? 'prepaid' : mode
  await writeMeter(tx, closing, meter, { modeBefore: earlier ?? modeBefore })
  // What a person has switched off stays off under his own reason, whoever opens next.
  return ordered(step, 'setMode', meter, mode === 'tripped' ? reason : CLOSED_REASON)
}

const tripOne = async (step: Step, meter: MeterOfClosing): Promise<boolean> => {
  const { tx, closing } = step
  const { meterId, tripBatch, tripState, tripEndedAt } = meter
  if (meter.tripped !== 'waits') return true
  if (tripState === 'confirmed') {
    await writeMeter(tx, closing, meterId, { tripped: 'done' })
    return true
  }
  const open = tripState === 'queued' || tripState === 'sent' || tripState === 'acknowledged'
  if (tripBatch !== null && (open || !longAgo(tx, tripEndedAt))) return false
  const next = await tripOrder(step, meterId, meter.modeBefore)
  if (next !== null) await writeMeter(tx, closing, meterId, { tripBatch: next })
  else await writeMeter(tx, closing, meterId, { tripped: 'impossible' })
  return next === null
}

/** Posts what was used up to a reading of the wallet, fen, and what it is short of as owed. */
export const settleEmptyWallet = async (
  { tx, deps, account, closing }: Pick<Step, 'tx' | 'deps' | 'account' | 'closing'>,
  meter: MeterOfClosing,
  seen: { at: Instant; balanceFen: Fen },
): Promise<Fen> => {
  const { complexId, accountId, zone, dayCutMinutes } = account
  const { supplyId, meterId, creditFen } = meter
  const used = await postMeteredUse(tx, deps.ids, {
    ...{ complexId, supplyId, meterId },
    day: businessDay(tx.now, zone, dayCutMinutes),
    requestId: `usage/${supplyId}/close/${closing.closingId}`,
    creditFen: fen(creditFen),
    reading: seen,
  })
  const owedFen = fen(used - creditFen)
  if (owedFen <= 0) return used
  const lines = owedInMeterLines(supplyId, accountId, owedFen)
  await post(tx, {
    complexId,
    postingId: deps.ids.uuid(),
    requestId: `owed/${supplyId}/close/${closing.closingId}`,
    kind: 'close',
    businessDate: await postingDay(tx, complexId, tx.now),
    contentHash: contentHash({ supplyId, lines }),
    lines,
  })
  return used
}

/** Money of the tenant that stays in the meter: whoever opens it next finds it there. */
export const postLeft = async (
  { tx, deps, account, closing }: Pick<Step, 'tx' | 'deps' | 'account' | 'closing'>,
  { supplyId }: Pick<MeterOfClosing, 'supplyId'>,
  leftFen: Fen,
): Promise<void> => {
  if (leftFen === 0) return
  const { complexId } = account
  const lines = leftInMeterLines(supplyId, leftFen)
  await post(tx, {
    complexId,
    postingId: deps.ids.uuid(),
    requestId: `left/${supplyId}/close/${closing.closingId}`,
    kind: 'close',
    businessDate: await postingDay(tx, complexId, tx.now),
    contentHash: contentHash({ supplyId, lines }),
    lines,
  })
}

/**
 * Power that can't be tripped went on using money while it was taken out: that is charged, and the
 * rest of the margin stays in the meter under its own name.
 */
const leaveRest = async (step: Step, meter: MeterOfClosing): Promise<void> => {
  const { tx, closing } = step
  const { meterId, restFen, readBack, creditFen } = meter
  if (readBack === null) return writeMeter(tx, closing, meterId, { wallet: 'empty' })
  const { at, balanceFen } = readBack
  const usedFen = await settleEmptyWallet(step, meter, { at, balanceFen: fen(balanceFen) })
  const leftFen = fen(Math.max(0, Math.min(restFen, creditFen - usedFen)))
  await postLeft(step, meter, leftFen)
  const found =
    leftFen > 0 ? ({ wallet: 'left', leftFen } as const) : ({ wallet: 'empty' } as const)
  await writeMeter(tx, closing, meterId, found)
}

const takeOut = async (step: Step, meter: MeterOfClosing): Promise<void> => {
  const { tx, deps, account, closing } = step
  try {
    const reductionId = await queueReduction(tx, deps, account, meter.meterId, {
      requestId: `close/${closing.closingId}/${deps.ids.uuid()}`,
      purpose: 'close',
      wantedFen: null,
      saleId: null,
      reason: closing.reasonCode,
    })
    await writeMeter(tx, closing, meter.meterId, { reductionId })
  } catch (error) {
    // A model that can't, a hold or another reduction: shown as what it waits for.
    if (!(error instanceof Refusal)) throw error
  }
}

const emptyOne = async (step: Step, meter: MeterOfClosing): Promise<boolean> => {
  const { tx, closing } = step
  const { meterId, balanceAt, balanceFen, reductionId, reductionState } = meter
  if (meter.wallet !== 'waits') return true
  if (!meter.opened) {
    await writeMeter(tx, closing, meterId, { wallet: 'none' })
    return true
  }
  if (reductionState === 'DONE') {
    await leaveRest(step, meter)
    return true
  }
  if (reductionId !== null && reductionState !== 'CANCELLED') return false
  if (!meter.walletFresh || balanceFen === null || balanceAt === null) return false
  if (balanceFen <= 0) {
    await settleEmptyWallet(step, meter, { at: balanceAt, balanceFen: fen(balanceFen) })
    await writeMeter(tx, closing, meterId, { wallet: 'empty' })
    return true
  }
  if (!meter.held) await takeOut(step, meter)
  return false
}

const each =
  (one: (step: Step, meter: MeterOfClosing) => Promise<boolean>) =>
  async (step: Step, meters: readonly MeterOfClosing[]): Promise<boolean> => {
    const done: boolean[] = []
    for (const meter of meters) done.push(await one(step, meter))
    return !done.includes(false)
  }

type Driven = 'delivering' | 'reading' | 'tripping' | 'emptying'

/** Each answers whether every meter has done it; then comes the next. */
const STEPS: Readonly<
  Record<
    Driven,
    {
      run: (step: Step, meters: readonly MeterOfClosing[]) => Promise<boolean>
      next: ClosingState
    }
  >
> = {
  delivering: { run: delivered, next: 'reading' },
  reading: { run: readAll, next: 'tripping' },
  tripping: { run: each(tripOne), next: 'emptying' },
  emptying: { run: each(emptyOne), next: 'settling' },
}

const isDriven = (state: ClosingState): state is Driven => Object.hasOwn(STEPS, state)

/** The state after the step that the closing stands at, or null: it waits, or a clerk goes on. */
export const runStep = async (step: Step): Promise<ClosingState | null> => {
  const { state } = step.closing
  if (!isDriven(state)) return null
  const { run, next } = STEPS[state]
  return (await run(step, await metersOfClosing(step.tx, step.closing))) ? next : null
}
