// Writing the space of a complex 空间档案: buildings, premises and points. Null where it is taken.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { BuildingId, ComplexId, PointId, PremisesId } from '../shared/ids.ts'
import { initials } from '../shared/initials.ts'

export type BuildingRow = { name: string; nameEn: string; ordinal: number }

export const insertBuilding = async (
  tx: Tx,
  complex: ComplexId,
  { name, nameEn, ordinal }: BuildingRow,
): Promise<BuildingId | null> => {
  const rows = await tx.query<{ id: BuildingId }>(
    `insert into building (complex_id, name, name_en, ordinal) values ($1, $2, $3, $4)
     on conflict (complex_id, name) do nothing returning building_id as id`,
    [complex, name, nameEn, ordinal],
  )
  return rows[0]?.id ?? null
}

export const buildingExists = async (tx: Tx, complex: ComplexId, id: number): Promise<boolean> =>
  (await tx.query('select from building where complex_id = $1 and building_id = $2', [complex, id]))
    .length > 0

export type PremisesRow = {
  buildingId: number
  floor: number
  no: string
  name: string
  nameEn: string
  areaDm2: number | null
}

export const insertPremises = async (
  tx: Tx,
  complex: ComplexId,
  row: PremisesRow,
): Promise<PremisesId | null> => {
  const rows = await tx.query<{ id: PremisesId }>(
    `insert into premises (complex_id, building_id, floor, no, name, name_en, pinyin, area_dm2)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (complex_id, building_id, no) do nothing returning premises_id as id`,
    [
      ...[complex, row.buildingId, row.floor, row.no, row.name, row.nameEn],
      ...[initials(row.name), row.areaDm2],
    ],
  )
  return rows[0]?.id ?? null
}

export const premisesExist = async (tx: Tx, complex: ComplexId, id: number): Promise<boolean> =>
  (await tx.query('select from premises where complex_id = $1 and premises_id = $2', [complex, id]))
    .length > 0

export type PointRow = {
  premisesId: number | null
  parentPointId: number | null
  feeder: string
  kind: string
  name: string
  protected: boolean
}

export const pointExists = async (tx: Tx, complex: ComplexId, id: number): Promise<boolean> =>
  (await tx.query('select from point where complex_id = $1 and point_id = $2', [complex, id]))
    .length > 0

/** What a caller names by its id alone. */
export type PlaceKind = 'building' | 'premises' | 'point'
export type Place = { complexId: ComplexId; zone: string }

/** The complex and zone of a place; null where the scope has no such place. */
export const placeOf = async (
  tx: Tx,
  kind: PlaceKind,
  id: number,
  within: number | null,
): Promise<Place | null> => {
  const rows = await tx.query<Place>(
    `select c.complex_id as "complexId", c.zone from complex c
     join ${kind} p on p.complex_id = c.complex_id and p.${kind}_id = $1
     where $2::integer is null or c.complex_id = $2`,
    [id, within],
  )
  return rows[0] ?? null
}

export const insertPoint = async (tx: Tx, complex: ComplexId, row: PointRow): Promise<PointId> => {
  const rows = await tx.query<{ id: PointId }>(
    `insert into point (complex_id, premises_id, parent_point_id, feeder, kind, name, protected)
     values ($1, $2, $3, $4, $5, $6, $7) returning point_id as id`,
    [complex, row.premisesId, row.parentPointId, row.feeder, row.kind, row.name, row.protected],
  )
  return must(rows[0], 'the point was written').id
}
