// Changing buildings, premises and points 修改空间档案, each under audit. What accounts and books are
// told by, the building of premises and the premises of a point, stays once somebody was supplied.

import type { Static } from 'typebox'
import type { BuildingChange, PointChange, PremisesChange } from '../http/contract/registers.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { BuildingId, ComplexId, PointId, PremisesId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import {
  feeds,
  isBuildingNameTaken,
  isEverSupplied,
  isPremisesNoTaken,
  lockBuilding,
  lockPoint,
  lockPremises,
  updateBuilding,
  updatePoint,
  updatePremises,
} from './place-change-store.ts'
import { buildingExists, type PointRow, pointExists, premisesExist } from './place-store.ts'
import { type PlaceDeps, refuseUnknown } from './places.ts'
import { refuseStale } from './refuse-stale.ts'

/** Refuses: not_found, changed_meanwhile, already_exists. */
export const changeBuilding = async (
  tx: Tx,
  { ids }: PlaceDeps,
  { complexId, buildingId }: { complexId: ComplexId; buildingId: BuildingId },
  { seen, ...change }: Static<typeof BuildingChange>,
): Promise<void> => {
  const before = await lockBuilding(tx, complexId, buildingId)
  if (!before) throw new Refusal('not_found', { buildingId })
  refuseStale(before, seen)
  const after = { ...before, ...change }
  const taken = await isBuildingNameTaken(tx, complexId, after.name, buildingId)
  refuseIf(taken, 'already_exists', { field: 'name' })
  await updateBuilding(tx, complexId, buildingId, after)
  const subject = `building/${buildingId}`
  await audit(tx, ids, { complexId, action: 'building.change', subject, before, after })
}

/** Refuses: not_found, changed_meanwhile, already_exists, premises_supplied, invalid_input. */
export const changePremises = async (
  tx: Tx,
  { ids }: PlaceDeps,
  { complexId, premisesId }: { complexId: ComplexId; premisesId: PremisesId },
  { seen, ...change }: Static<typeof PremisesChange>,
): Promise<void> => {
  const before = await lockPremises(tx, complexId, premisesId)
  if (!before) throw new Refusal('not_found', { premisesId })
  refuseStale(before, seen)
  const after = { ...before, ...change }
  if (after.buildingId !== before.buildingId) {
    refuseUnknown(await buildingExists(tx, complexId, after.buildingId), 'buildingId')
    const supplied = await isEverSupplied(tx, complexId, { premisesId })
    refuseIf(supplied, 'premises_supplied', { field: 'buildingId' })
  }
  const taken = await isPremisesNoTaken(tx, complexId, after, premisesId)
  refuseIf(taken, 'already_exists', { field: 'no' })
  await updatePremises(tx, complexId, premisesId, after)
  const subject = `premises/${premisesId}`
  await audit(tx, ids, { complexId, action: 'premises.change', subject, before, after })
}

type PointKey = { complexId: ComplexId; pointId: PointId }

const refuseOtherPremises = async (
  tx: Tx,
  { complexId, pointId }: PointKey,
  premisesId: number | null,
): Promise<void> => {
  if (premisesId !== null)
    refuseUnknown(await premisesExist(tx, complexId, premisesId), 'premisesId')
  const supplied = await isEverSupplied(tx, complexId, { pointId })
  refuseIf(supplied, 'point_supplied', { field: 'premisesId' })
}

const refuseParent = async (
  tx: Tx,
  { complexId, pointId }: PointKey,
  parentPointId: number,
): Promise<void> => {
  refuseUnknown(await pointExists(tx, complexId, parentPointId), 'parentPointId')
  const circular = await feeds(tx, complexId, { point: pointId, other: parentPointId })
  refuseIf(circular, 'invalid_input', { where: 'body', field: 'parentPointId', rule: 'circular' })
}

/**
 * Refuses: not_found, changed_meanwhile, point_supplied, invalid_input for premises or a parent
 * that are not there, or a parent that is fed by this point.
 */
export const changePoint = async (
  tx: Tx,
  { ids }: PlaceDeps,
  at: PointKey,
  { seen, ...change }: Static<typeof PointChange>,
): Promise<void> => {
  const { complexId, pointId } = at
  const before = await lockPoint(tx, complexId, pointId)
  if (!before) throw new Refusal('not_found', { pointId })
  refuseStale(before, seen)
  const after: PointRow = { ...before, ...change }
  if (after.premisesId !== before.premisesId) await refuseOtherPremises(tx, at, after.premisesId)
  const { parentPointId } = after
  if (parentPointId !== null && parentPointId !== before.parentPointId)
    await refuseParent(tx, at, parentPointId)
  await updatePoint(tx, complexId, pointId, after)
  const subject = `point/${pointId}`
  await audit(tx, ids, { complexId, action: 'point.change', subject, before, after })
}
