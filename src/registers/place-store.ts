// Writing the space of a complex 空间档案: buildings, premises and points. Null where it is taken.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { BuildingId, ComplexId, PointId, PremisesId } from '../shared/ids.ts'

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
    `insert into premises (complex_id, building_id, floor, no, name, name_en, area_dm2)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (complex_id, building_id, no) do nothing returning premises_id as id`,
    [complex, row.buildingId, row.floor, row.no, row.name, row.nameEn, row.areaDm2],
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

/** Locked until the end of the transaction; null where there is none. */
export const lockPoint = async (
  tx: Tx,
  complex: ComplexId,
  point: PointId,
): Promise<PointRow | null> =>
  (
    await tx.query<PointRow>(
      `select premises_id as "premisesId", parent_point_id as "parentPointId", feeder, kind, name,
         protected from point
       where complex_id = $1 and point_id = $2 for no key update`,
      [complex, point],
    )
  )[0] ?? null

/** Whether `point` feeds `other`, over however many points, or is it. Parents change in turn. */
export const feeds = async (
  tx: Tx,
  complex: ComplexId,
  { point, other }: { point: PointId; other: number },
): Promise<boolean> => {
  await tx.query('select from complex where complex_id = $1 for no key update', [complex])
  const rows = await tx.query(
    `with recursive up as (
       select point_id, parent_point_id from point where complex_id = $1 and point_id = $2
       union
       select p.point_id, p.parent_point_id from up
       join point p on p.complex_id = $1 and p.point_id = up.parent_point_id
     )
     select from up where point_id = $3`,
    [complex, other, point],
  )
  return rows.length > 0
}

export const updatePoint = async (
  tx: Tx,
  complex: ComplexId,
  point: PointId,
  row: Omit<PointRow, 'premisesId'>,
): Promise<void> => {
  await tx.query(
    `update point set parent_point_id = $3, feeder = $4, kind = $5, name = $6, protected = $7
     where complex_id = $1 and point_id = $2`,
    [complex, point, row.parentPointId, row.feeder, row.kind, row.name, row.protected],
  )
}

/** The complex and zone of a point; null where the scope has no such point. */
export const placeOfPoint = async (
  tx: Tx,
  point: PointId,
  within: number | null,
): Promise<{ complexId: ComplexId; zone: string } | null> => {
  const rows = await tx.query<{ complexId: ComplexId; zone: string }>(
    `select c.complex_id as "complexId", c.zone from complex c
     join point p on p.complex_id = c.complex_id and p.point_id = $1
     where $2::integer is null or c.complex_id = $2`,
    [point, within],
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
