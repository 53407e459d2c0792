// Changing the space of a complex 修改空间档案: each row is locked until the end of the transaction.

import type { Tx } from '../ports/database.ts'
import type { BuildingId, ComplexId, PointId, PremisesId } from '../shared/ids.ts'
import { initials } from '../shared/initials.ts'
import type { BuildingRow, PointRow, PremisesRow } from './place-store.ts'

const first = async <Row>(rows: Promise<Row[]>): Promise<Row | null> => (await rows)[0] ?? null

/** Changes that concern more than their own row are made one at a time. */
const lockComplex = (tx: Tx, complex: ComplexId): Promise<unknown> =>
  tx.query('select from complex where complex_id = $1 for no key update', [complex])

/** Null where there is none. */
export const lockBuilding = async (
  tx: Tx,
  complex: ComplexId,
  building: BuildingId,
): Promise<BuildingRow | null> => {
  await lockComplex(tx, complex)
  return first(
    tx.query<BuildingRow>(
      `select name, name_en as "nameEn", ordinal from building
       where complex_id = $1 and building_id = $2 for update`,
      [complex, building],
    ),
  )
}

export const isBuildingNameTaken = async (
  tx: Tx,
  complex: ComplexId,
  name: string,
  but: BuildingId,
): Promise<boolean> => {
  const rows = await tx.query(
    'select from building where complex_id = $1 and name = $2 and building_id <> $3',
    [complex, name, but],
  )
  return rows.length > 0
}

export const updateBuilding = async (
  tx: Tx,
  complex: ComplexId,
  building: BuildingId,
  { name, nameEn, ordinal }: BuildingRow,
): Promise<void> => {
  await tx.query(
    `update building set name = $3, name_en = $4, ordinal = $5
     where complex_id = $1 and building_id = $2`,
    [complex, building, name, nameEn, ordinal],
  )
}

export const lockPremises = async (
  tx: Tx,
  complex: ComplexId,
  premises: PremisesId,
): Promise<PremisesRow | null> => {
  await lockComplex(tx, complex)
  return first(
    tx.query<PremisesRow>(
      `select building_id as "buildingId", floor, no, name, name_en as "nameEn",
         area_dm2 as "areaDm2"
       from premises where complex_id = $1 and premises_id = $2 for update`,
      [complex, premises],
    ),
  )
}

export const isPremisesNoTaken = async (
  tx: Tx,
  complex: ComplexId,
  { buildingId, no }: { buildingId: number; no: string },
  but: PremisesId,
): Promise<boolean> => {
  const rows = await tx.query(
    `select from premises
     where complex_id = $1 and building_id = $2 and no = $3 and premises_id <> $4`,
    [complex, buildingId, no, but],
  )
  return rows.length > 0
}

export const updatePremises = async (
  tx: Tx,
  complex: ComplexId,
  premises: PremisesId,
  row: PremisesRow,
): Promise<void> => {
  await tx.query(
    `update premises set building_id = $3, floor = $4, no = $5, name = $6, name_en = $7,
       pinyin = $8, area_dm2 = $9
     where complex_id = $1 and premises_id = $2`,
    [
      ...[complex, premises, row.buildingId, row.floor, row.no, row.name, row.nameEn],
      ...[initials(row.name), row.areaDm2],
    ],
  )
}

/** Whether any of these points supplies somebody, or ever did. */
export const isEverSupplied = async (
  tx: Tx,
  complex: ComplexId,
  of: { premisesId: PremisesId } | { pointId: PointId },
): Promise<boolean> => {
  const rows = await tx.query(
    `select from supply s join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
     where s.complex_id = $1 and (p.premises_id = $2 or p.point_id = $3) limit 1`,
    [...[complex, 'premisesId' in of ? of.premisesId : null], 'pointId' in of ? of.pointId : null],
  )
  return rows.length > 0
}

export const lockPoint = (tx: Tx, complex: ComplexId, point: PointId): Promise<PointRow | null> =>
  first(
    tx.query<PointRow>(
      `select premises_id as "premisesId", parent_point_id as "parentPointId", feeder, kind, name,
         protected from point
       where complex_id = $1 and point_id = $2 for update`,
      [complex, point],
    ),
  )

/** Whether `point` feeds `other`, over however many points, or is it. Parents change in turn. */
export const feeds = async (
  tx: Tx,
  complex: ComplexId,
  { point, other }: { point: PointId; other: number },
): Promise<boolean> => {
  await lockComplex(tx, complex)
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
  row: PointRow,
): Promise<void> => {
  await tx.query(
    `update point set parent_point_id = $3, feeder = $4, kind = $5, name = $6, protected = $7,
       premises_id = $8
     where complex_id = $1 and point_id = $2`,
    [
      ...[complex, point, row.parentPointId, row.feeder, row.kind, row.name],
      ...[row.protected, row.premisesId],
    ],
  )
}
