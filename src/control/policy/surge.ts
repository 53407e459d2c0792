// Looking for surges of trips 跳闸激增: they stop automatic trips and pause the batches that trip
// there, until a person releases them, under audit and with a reason.

import { audit } from '../../operators/audit-log.ts'
import type { Tx } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import { plusMs } from '../../shared/clock.ts'
import type { ComplexId, MeterId, Uuid } from '../../shared/ids.ts'
import { Refusal, refuseIf } from '../../shared/refusal.ts'
import { lockBatch } from '../batch-store.ts'
import { pauseIn } from '../batches.ts'
import { type DarkMeter, MINUTE_MS, type Surge, surgesIn } from './interlock.ts'
import { batchesCovered, lockGate } from './interlock-store.ts'
import { interlockOf } from './settings-store.ts'
import {
  endSurge,
  keepSurge,
  lockSurge,
  meterPlaces,
  openSurges,
  releasedMeters,
  type SurgeRow,
  wentDark,
} from './surge-store.ts'

/** Batches that trip there wait for a person: to look, release the surge, and let them go on. */
const pauseBatches = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  raised: readonly Surge[],
): Promise<void> => {
  for (const batchId of await batchesCovered(tx, complexId, raised)) {
    const batch = await lockBatch(tx, batchId)
    if (batch && batch.stoppedAt === null) await pauseIn(tx, ids, batch, 'surge')
  }
}

/**
 * Raises the surges among what went dark lately and what is due to be tripped, before any of it is
 * ordered. What a person has released within a day does not count again.
 */
export const watchSurges = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  due: readonly MeterId[],
): Promise<void> => {
  const settings = await interlockOf(tx, complexId)
  const gone = await wentDark(tx, complexId, plusMs(tx.now, -settings.surgeMinutes * MINUTE_MS))
  if (gone.length + due.length === 0) return
  const released = await releasedMeters(tx, complexId)
  const places = await meterPlaces(tx, complexId)
  const byMeter = new Map(places.map((place) => [place.meterId, place]))
  const all = [...gone, ...due.map((meterId) => ({ meterId, how: 'due' as const }))]
  const dark = all.flatMap(({ meterId, how }): DarkMeter[] => {
    const place = byMeter.get(meterId)
    return place && !released.has(meterId) ? [{ ...place, how }] : []
  })
  const surges = surgesIn(dark, places, settings)
  if (surges.length === 0) return
  const open = await openSurges(tx, complexId)
  const raised = surges.filter(
    ({ kind, key }) => !open.some((one) => one.scopeKind === kind && one.scopeKey === key),
  )
  // Before the gate: whoever sends a trip has its command locked when he comes to the gate.
  if (raised.length > 0) await pauseBatches(tx, ids, complexId, raised)
  await lockGate(tx, complexId)
  for (const surge of surges) {
    const { surgeId, isNew } = await keepSurge(tx, ids, complexId, surge)
    if (!isNew) continue
    const { meters, ...counts } = surge
    await audit(tx, ids, {
      ...{ complexId, action: 'interlock.stop', subject: `surge/${surgeId}` },
      after: { ...counts, meters: meters.length },
    })
  }
}

/** Refuses: not_found; surge_released where somebody has done so already. */
export const releaseSurge = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  surgeId: Uuid,
  reason: string,
): Promise<SurgeRow> => {
  await lockGate(tx, complexId)
  const surge = await lockSurge(tx, complexId, surgeId)
  if (!surge) throw new Refusal('not_found', { surgeId })
  refuseIf(surge.releasedAt !== null, 'surge_released', { surgeId })
  await endSurge(tx, complexId, surgeId, reason)
  const { scopeKind, scopeKey, sent, seen, due } = surge
  await audit(tx, ids, {
    ...{ complexId, action: 'interlock.release', subject: `surge/${surgeId}` },
    after: { scopeKind, scopeKey, sent, seen, due, reason },
  })
  return (await lockSurge(tx, complexId, surgeId)) ?? surge
}
