// Adding to the space of a complex 空间档案: buildings, premises and points, each under audit. A point
// is permanent: meters and accounts come and go on it.

import type { Static } from 'typebox'
import type { NewBuilding, NewPoint, NewPremises } from '../http/contract/registers.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { BuildingId, ComplexId, PointId, PremisesId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import {
  type BuildingRow,
  buildingExists,
  insertBuilding,
  insertPoint,
  insertPremises,
  type PointRow,
  type PremisesRow,
  pointExists,
  premisesExist,
} from './place-store.ts'

export type PlaceDeps = { ids: Ids }
type Asked<Body> = Omit<Body, 'complexId'>

/** Refuses: invalid_input. */
export const refuseUnknown = (known: boolean, field: string): void =>
  refuseIf(!known, 'invalid_input', { where: 'body', field, rule: 'unknown' })

/** Refuses: already_exists. */
export const createBuilding = async (
  tx: Tx,
  { ids }: PlaceDeps,
  complexId: ComplexId,
  { name, nameEn = '', ordinal = 0 }: Asked<Static<typeof NewBuilding>>,
): Promise<BuildingId> => {
  const row: BuildingRow = { name, nameEn, ordinal }
  const id = await insertBuilding(tx, complexId, row)
  if (id === null) throw new Refusal('already_exists', { field: 'name' })
  const subject = `building/${id}`
  await audit(tx, ids, { complexId, action: 'building.create', subject, after: row })
  return id
}

/** Refuses: invalid_input for a building that is not there, already_exists. */
export const createPremises = async (
  tx: Tx,
  { ids }: PlaceDeps,
  complexId: ComplexId,
  asked: Asked<Static<typeof NewPremises>>,
): Promise<PremisesId> => {
  const { buildingId, floor, no, name, nameEn = '', areaDm2 = null } = asked
  refuseUnknown(await buildingExists(tx, complexId, buildingId), 'buildingId')
  const row: PremisesRow = { buildingId, floor, no, name, nameEn, areaDm2 }
  const id = await insertPremises(tx, complexId, row)
  if (id === null) throw new Refusal('already_exists', { field: 'no' })
  const subject = `premises/${id}`
  await audit(tx, ids, { complexId, action: 'premises.create', subject, after: row })
  return id
}

/** Refuses: invalid_input for premises or a parent point that are not there. */
export const createPoint = async (
  tx: Tx,
  { ids }: PlaceDeps,
  complexId: ComplexId,
  asked: Asked<Static<typeof NewPoint>>,
): Promise<PointId> => {
  const row: PointRow = {
    premisesId: asked.premisesId ?? null,
    parentPointId: asked.parentPointId ?? null,
    feeder: asked.feeder ?? '',
    kind: asked.kind,
    name: asked.name ?? '',
    protected: asked.protected ?? false,
  }
  const { premisesId, parentPointId } = row
  if (premisesId !== null)
    refuseUnknown(await premisesExist(tx, complexId, premisesId), 'premisesId')
  if (parentPointId !== null)
    refuseUnknown(await pointExists(tx, complexId, parentPointId), 'parentPointId')
  const id = await insertPoint(tx, complexId, row)
  const subject = `point/${id}`
  await audit(tx, ids, { complexId, action: 'point.create', subject, after: row })
  return id
}
