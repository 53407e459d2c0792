// Removing buildings, premises and points that were entered wrongly 删除误录的空间档案: nothing may hang
// on them and nothing may ever have hung. Each under audit, with what it was.

import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { BuildingId, ComplexId, PointId, PremisesId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { lockBuilding, lockPoint, lockPremises } from './place-change-store.ts'
import type { PlaceDeps } from './places.ts'
import { removeRow } from './remove-row.ts'

/** Refuses: not_found, building_not_empty. */
export const removeBuilding = async (
  tx: Tx,
  { ids }: PlaceDeps,
  { complexId, buildingId }: { complexId: ComplexId; buildingId: BuildingId },
): Promise<void> => {
  const before = await lockBuilding(tx, complexId, buildingId)
  if (!before) throw new Refusal('not_found', { buildingId })
  await removeRow(
    tx,
    'delete from building where complex_id = $1 and building_id = $2',
    [complexId, buildingId],
    'building_not_empty',
  )
  const subject = `building/${buildingId}`
  await audit(tx, ids, { complexId, action: 'building.remove', subject, before })
}

/** Refuses: not_found, premises_not_empty. */
export const removePremises = async (
  tx: Tx,
  { ids }: PlaceDeps,
  { complexId, premisesId }: { complexId: ComplexId; premisesId: PremisesId },
): Promise<void> => {
  const before = await lockPremises(tx, complexId, premisesId)
  if (!before) throw new Refusal('not_found', { premisesId })
  await removeRow(
    tx,
    'delete from premises where complex_id = $1 and premises_id = $2',
    [complexId, premisesId],
    'premises_not_empty',
  )
  const subject = `premises/${premisesId}`
  await audit(tx, ids, { complexId, action: 'premises.remove', subject, before })
}

const USED = `
  select exists (select from installation where complex_id = $1 and point_id = $2)
      or exists (select from supply where complex_id = $1 and point_id = $2) as past,
    exists (select from point where complex_id = $1 and parent_point_id = $2) as feeds`

/** Refuses: not_found, point_has_history, point_feeds_others, point_in_use. */
export const removePoint = async (
  tx: Tx,
  { ids }: PlaceDeps,
  { complexId, pointId }: { complexId: ComplexId; pointId: PointId },
): Promise<void> => {
  const before = await lockPoint(tx, complexId, pointId)
  if (!before) throw new Refusal('not_found', { pointId })
  const [used] = await tx.query<{ past: boolean; feeds: boolean }>(USED, [complexId, pointId])
  refuseIf(used?.past === true, 'point_has_history', { pointId })
  refuseIf(used?.feeds === true, 'point_feeds_others', { pointId })
  await removeRow(
    tx,
    'delete from point where complex_id = $1 and point_id = $2',
    [complexId, pointId],
    'point_in_use',
    { pointId },
  )
  const subject = `point/${pointId}`
  await audit(tx, ids, { complexId, action: 'point.remove', subject, before })
}
