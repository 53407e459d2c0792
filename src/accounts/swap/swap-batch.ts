// Swaps by the sheet 批量换表 and one by one alike: all they are judged by is read at once, each is
// judged alone, and those whose money is taken out first are begun in a few statements for any
// number.

import { type Limits, limitsOf } from '../../approvals/limits-store.ts'
import { queueReductions } from '../../delivery/reduction-queue.ts'
import { auditAll } from '../../operators/audit-log.ts'
import type { Tx } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import { must } from '../../shared/assert.ts'
import { type ComplexId, meterId as meterIdOf, type Uuid, uuid } from '../../shared/ids.ts'
import { Refusal } from '../../shared/refusal.ts'
import { cancelQueued } from '../cancel-queued.ts'
import { lockAccounts } from '../store.ts'
import { changeByReading } from './by-reading.ts'
import { changeCentre } from './centre.ts'
import { changeMeters } from './change.ts'
import type { SwapCommand, SwapDeps } from './command.ts'
import { changeDead, claimApproval } from './dead.ts'
import { type JudgedSwap, judgeSwap, type SwapFacts } from './judge-swap.ts'
import { accountsAt, lockNewcomers, lockPoints, placesAt } from './place-store.ts'
import {
  addSwapSteps,
  insertSwaps,
  lockTaking,
  type SwapRow,
  writeCancelled,
} from './swap-store.ts'
import { endTrip, tripOldMeters } from './trip.ts'

/** Everything of them locked: points first, then accounts, then the meters that are to come. */
const learn = async (
  tx: Tx,
  deps: SwapDeps,
  complexId: ComplexId,
  cmds: readonly SwapCommand[],
): Promise<SwapFacts> => {
  const pointIds = cmds.map(({ pointId }) => pointId)
  const points = await lockPoints(tx, complexId, pointIds)
  const suppliedBefore = await accountsAt(tx, complexId, pointIds)
  const { operator } = tx.scope
  const asked = [...new Set(suppliedBefore.values())].map((accountId) => ({ accountId, operator }))
  const accounts = await lockAccounts(tx, asked)
  const coming = cmds.flatMap(({ newMeterId }) =>
    newMeterId === null ? [] : [meterIdOf(newMeterId)],
  )
  const newcomers = await lockNewcomers(tx, complexId, coming)
  const places = await placesAt(tx, complexId, pointIds)
  return {
    ...{ points, suppliedBefore, capabilitiesOf: deps.capabilitiesOf, now: tx.now },
    places: new Map(places.map((place) => [place.pointId, place])),
    accounts: new Map(accounts.map((account) => [account.accountId, account])),
    newcomers: new Map(newcomers.map((newcomer) => [newcomer.meterId, newcomer])),
  }
}

export type AgreedSwap = JudgedSwap & { approvalId: Uuid | null }

const agree = async (
  tx: Tx,
  ids: Ids,
  limits: Limits,
  facts: SwapFacts,
  cmd: SwapCommand,
): Promise<AgreedSwap> => {
  const judged = judgeSwap(facts, cmd)
  return { ...judged, approvalId: await claimApproval(tx, ids, limits, judged) }
}

/**
 * Each judged, or what it is refused for, in the order of `cmds`; no two of them name one point or
 * one new meter. Refuses as `judgeSwap`, and approval_required, approval_not_valid.
 */
export const judgeSwaps = async (
  tx: Tx,
  deps: SwapDeps,
  complexId: ComplexId,
  cmds: readonly SwapCommand[],
): Promise<(AgreedSwap | Refusal)[]> => {
  const facts = await learn(tx, deps, complexId, cmds)
  const limits = await limitsOf(tx, complexId)
  const ends: (AgreedSwap | Refusal)[] = []
  for (const cmd of cmds) {
    try {
      ends.push(await agree(tx, deps.ids, limits, facts, cmd))
    } catch (reason) {
      if (!(reason instanceof Refusal)) throw reason
      ends.push(reason)
    }
  }
  return ends
}

type Writing = { judged: AgreedSwap; swap: SwapRow }

const rowOf = (judged: AgreedSwap, swapId: Uuid): SwapRow => {
  const { cmd, place, approvalId } = judged
  const { oldMeter } = cmd
  return {
    complexId: cmd.complexId,
    swapId,
    requestId: cmd.requestId,
    bulkId: cmd.bulkId,
    pointId: cmd.pointId,
    supplyId: place.supplyId,
    accountId: place.accountId,
    mode: place.mode,
    oldMeterId: place.oldMeterId,
    newMeterId: cmd.newMeterId === null ? null : meterIdOf(cmd.newMeterId),
    oldEpoch: place.epoch,
    oldState: oldMeter.state,
    newInitialWh: cmd.newInitialWh,
    multiplier: cmd.multiplier ?? place.multiplier,
    side: cmd.side ?? place.side,
    photoNote: oldMeter.state === 'dead' ? oldMeter.photoNote : '',
    approvalId,
    note: cmd.note,
  }
}

/** A swap that waits for the old meter's money gives way when that meter is given up for dead. */
const supersede = async (tx: Tx, deps: SwapDeps, { judged }: Writing): Promise<void> => {
  const { cmd, place } = judged
  if (place.swapId === null) return
  const { complexId, note } = cmd
  const { swapId } = place
  const given = await lockTaking(tx, complexId, swapId)
  if (given !== null) await endTrip(tx, deps, given)
  await writeCancelled(tx, complexId, swapId)
  await addSwapSteps(tx, deps.ids, complexId, [
    { swapId, kind: 'cancelled', facts: { reason: note, becauseDead: true } },
  ])
}

/** What waits for a meter that nobody follows comes back. */
const giveBackWaiting = async (tx: Tx, { ids }: SwapDeps, { swap }: Writing): Promise<Uuid[]> => {
  const { complexId, newMeterId, supplyId, accountId } = swap
  return newMeterId === null && supplyId !== null && accountId !== null
    ? cancelQueued(tx, ids, { complexId, accountId, supplyId }, 'take-down')
    : []
}

/** The old meters answer and hold our money: switched off, they give it up before they go. */
const takeOut = async (
  tx: Tx,
  deps: SwapDeps,
  complexId: ComplexId,
  taking: readonly SwapRow[],
): Promise<ReadonlyMap<Uuid, Uuid>> => {
  const trips = await tripOldMeters(tx, deps, complexId, taking)
  const orders = taking.map(({ swapId, accountId, oldMeterId, note }) => ({
    requestId: `swap/${swapId}`,
    purpose: 'swap' as const,
    ...{ wantedFen: null, saleId: null, reason: note, meterId: oldMeterId },
    accountId: must(accountId, 'somebody is supplied'),
    afterBatch: trips.get(oldMeterId) ?? null,
  }))
  const queued = await queueReductions(tx, deps, complexId, orders)
  const ofSwap = (at: number) => must(queued[at], 'each was queued')
  await auditAll(
    tx,
    deps.ids,
    taking.map((swap, at) => ({
      complexId,
      action: 'meter.swap.begin',
      subject: `point/${swap.pointId}`,
      before: { meterId: swap.oldMeterId },
      after: {
        ...{ swapId: swap.swapId, newMeterId: swap.newMeterId },
        ...{ reductionId: ofSwap(at), note: swap.note },
      },
    })),
  )
  return new Map(taking.map(({ swapId }, at) => [swapId, ofSwap(at)]))
}

const askedFacts = ({ cmd, place }: AgreedSwap, cancelled: readonly Uuid[]) => {
  const { newInitialReverseWh } = cmd
  return {
    oldState: cmd.oldMeter.state,
    booksFen: place.creditFen + place.underWayFen,
    lastBalanceFen: place.balanceFen,
    lastBalanceAt: place.balanceAt,
    lastWh: place.energyWh,
    ...(cancelled.length > 0 && { cancelled }),
    ...(newInitialReverseWh !== undefined && { newInitialReverseWh }),
  }
}

const change = (tx: Tx, deps: SwapDeps, { judged, swap }: Writing): Promise<void> => {
  const { how, place } = judged
  switch (how.do) {
    case 'takeOut':
      return Promise.resolve()
    case 'dead':
      return changeDead(tx, deps, swap, place, how.dead)
    case 'byReading':
      return changeByReading(tx, deps, swap, place, how.read)
    case 'centre':
      return changeCentre(tx, deps, swap, how.final)
    case 'change':
      return changeMeters(tx, deps, swap, {
        ...{ final: how.final, claimFen: 0, owedFen: 0, voidedFen: 0, steps: [] },
      })
  }
}

/** Writes swaps that were judged in this transaction; their ids, in the order of `all`. */
export const writeSwaps = async (
  tx: Tx,
  deps: SwapDeps,
  complexId: ComplexId,
  all: readonly AgreedSwap[],
): Promise<Uuid[]> => {
  const writing = all.map((judged) => ({ judged, swap: rowOf(judged, uuid(deps.ids.uuid())) }))
  const asked = []
  for (const one of writing) {
    await supersede(tx, deps, one)
    const cancelled = await giveBackWaiting(tx, deps, one)
    const { swapId } = one.swap
    asked.push({ swapId, kind: 'asked' as const, facts: askedFacts(one.judged, cancelled) })
  }
  const taking = writing.filter(({ judged }) => judged.how.do === 'takeOut')
  const rows = taking.map(({ swap }) => swap)
  const reductions = await takeOut(tx, deps, complexId, rows)
  await insertSwaps(
    tx,
    writing.map(({ swap }) => ({ ...swap, reductionId: reductions.get(swap.swapId) ?? null })),
  )
  await addSwapSteps(tx, deps.ids, complexId, asked)
  for (const one of writing) await change(tx, deps, one)
  return writing.map(({ swap }) => swap.swapId)
}
