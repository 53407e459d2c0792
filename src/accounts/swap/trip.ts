// Switching the old meter off 换表先拉闸: under load it would use money while that is taken out, and
// keep a margin. It is tripped like by any other order, and its point gets back the mode it had
// when the meters change or the swap is called off; what a person has ordered since stays.

import { putModeBack, queueCommands, takeBack } from '../../control/commands.ts'
import { modeRefusal } from '../../control/mode.ts'
import type { DesiredMode } from '../../control/target-store.ts'
import { targetsOf } from '../../control/target-store.ts'
import type { CentreReasonCode } from '../../http/contract/mode-reasons.ts'
import type { Tx } from '../../ports/database.ts'
import { rfc3339 } from '../../shared/clock.ts'
import type { ComplexId, MeterId, Uuid } from '../../shared/ids.ts'
import type { ChangeDeps } from './change.ts'

/** What is written on the point and shown beside its mode. */
const SWAP_REASON = 'swap' satisfies CentreReasonCode
const CALLED_OFF_REASON = 'swap-called-off' satisfies CentreReasonCode
/** A meter may be away for a while. After that its money is taken out as it stands, under load. */
const LIFE_MS = 30 * 60_000

type OldMeter = { swapId: Uuid; oldMeterId: MeterId }

/**
 * Orders the old meters off, as one batch, named for each that gets the order. Left out: one that
 * is off already by a person's word, or can't be switched off (its point is protected, or the model
 * has no relay): then it keeps a margin.
 */
export const tripOldMeters = async (
  tx: Tx,
  deps: ChangeDeps,
  complexId: ComplexId,
  swaps: readonly OldMeter[],
): Promise<ReadonlyMap<MeterId, Uuid>> => {
  const meters = swaps.map(({ oldMeterId }) => oldMeterId)
  const meterIds = (await targetsOf(tx, complexId, meters, true))
    .filter((target) => {
      const relay = deps.capabilitiesOf(target.model)?.relay
      const may = relay !== undefined && modeRefusal('tripped', relay, target.protected) === null
      return may && target.desired.mode !== 'tripped'
    })
    .map(({ meterId }) => meterId)
  const [first] = swaps
  if (!first || meterIds.length === 0) return new Map()
  const batchId = await queueCommands(tx, deps, {
    ...{ complexId, kind: 'setMode', meterIds, lifeMs: LIFE_MS },
    requestId: `swap/${first.swapId}/trip`,
    params: { mode: 'tripped', reason: SWAP_REASON },
  })
  return new Map(meterIds.map((meterId) => [meterId, batchId]))
}

type Trip = {
  commandId: Uuid
  /** What was desired of the point before, whether or not the meter had been told. */
  desired: DesiredMode
  /** The order that said so had not left, and gave way. */
  untold: boolean
  /** Nobody has ordered another mode since. */
  stands: boolean
}

const TRIP = `
  select k.command_id as "commandId", k.params ? 'desired' as untold,
    coalesce(k.params->'desired', k.params->'was') as desired,
    exists (select from installation i
      join control c on c.complex_id = i.complex_id and c.point_id = i.point_id
      where i.complex_id = k.complex_id and i.meter_id = k.meter_id and i.until is null
        and c.since = k.queued_at) as stands
  from reduction r join command k on k.complex_id = r.complex_id and k.batch_id = r.after_batch
    and k.meter_id = r.meter_id
  where r.complex_id = $1 and r.reduction_id = $2`

type Taking = { complexId: ComplexId; reductionId: Uuid }

const tripOf = async (tx: Tx, { complexId, reductionId }: Taking): Promise<Trip | null> =>
  (await tx.query<Trip>(TRIP, [complexId, reductionId]))[0] ?? null

/** Takes the order back where it has not left; whether that was so. */
const cancelTrip = (tx: Tx, { ids }: ChangeDeps, { commandId }: Trip): Promise<boolean> =>
  takeBack(tx, ids, commandId, 'swap')

/** The meters change, the old one still hangs: the next is told what was desired before. */
export const endTrip = async (tx: Tx, deps: ChangeDeps, taking: Taking): Promise<void> => {
  const trip = await tripOf(tx, taking)
  if (trip === null) return
  const { commandId } = trip
  if (trip.stands) await putModeBack(tx, deps.ids, { complexId: taking.complexId, commandId })
  await cancelTrip(tx, deps, trip)
}

/** The old meter stays, with its money: it is switched on again, or told what it had not heard. */
export const takeTripBack = async (
  tx: Tx,
  deps: ChangeDeps,
  taking: Taking & { oldMeterId: MeterId },
): Promise<void> => {
  const { complexId, reductionId, oldMeterId } = taking
  const trip = await tripOf(tx, taking)
  if (trip === null) return
  const cancelled = await cancelTrip(tx, deps, trip)
  if (!trip.stands || (cancelled && !trip.untold)) return
  const { mode, until } = trip.desired
  const kept = mode === 'kept' && (until === null || until > tx.now)
  const end = kept && until !== null ? { until: rfc3339(until, 'UTC') } : {}
  await queueCommands(tx, deps, {
    ...{ complexId, kind: 'setMode', meterIds: [oldMeterId] },
    requestId: `swap/${reductionId}/back`,
    params: { mode: kept ? 'kept' : 'prepaid', reason: CALLED_OFF_REASON, ...end },
  })
}
