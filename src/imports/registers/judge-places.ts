// Judging buildings, premises and points 空间档案校验: what each row names, and what it makes of it.

import type { SheetRow } from '../sheet.ts'
import {
  claim,
  eachRow,
  type Item,
  type Judging,
  newItem,
  type Value,
  type Values,
  without,
} from './items.ts'

const judgeBuilding = (judging: Judging, row: SheetRow): undefined => {
  const { world } = judging
  if (row.values.name === undefined) return
  const [found] = world.buildings.find(row.values)
  const item = found ?? newItem('buildings', row.values)
  if (!claim(judging, item, row, 'name')) return
  if (found) item.after = { ...item.after, ...without(row.values, ['name']) }
  else world.buildings.add(item)
}

/** Null where nobody knows it, which is said. */
const buildingOf = (
  { world, faults }: Judging,
  register: 'premises' | 'points' | 'meters',
  row: SheetRow,
): Item | null => {
  const { building } = row.values
  const [found] = building === undefined ? [] : world.buildings.find({ name: building })
  if (!found && building !== undefined)
    faults.cell(register, row, 'building', 'unknown', String(building))
  return found ?? null
}

const judgePremises = (judging: Judging, row: SheetRow): undefined => {
  const { world } = judging
  const { building, no } = row.values
  if (building === undefined || no === undefined) return
  const parent = buildingOf(judging, 'premises', row)
  const named = { ...row.values, building: parent?.after.name ?? building }
  const [found] = world.premises.find(named)
  const item = found ?? newItem('premises', named, { parent })
  if (!claim(judging, item, row, 'no')) return
  if (found) item.after = { ...item.after, ...without(row.values, ['building', 'no']) }
  else world.premises.add(item)
}

/** The premises of a row, told by building and number; null: none is told, undefined: unknown. */
export const premisesOf = (
  judging: Judging,
  register: 'points' | 'meters',
  row: SheetRow,
): Item | null | undefined => {
  const { world, faults } = judging
  const { building, premises: no } = row.values
  if (building === undefined && no === undefined) return null
  if (building === undefined || no === undefined) {
    faults.cell(register, row, building === undefined ? 'building' : 'premises', 'required')
    return undefined
  }
  const [found] = world.premises.find({ building, no })
  if (found) return found
  if (!buildingOf(judging, register, row)) return undefined
  const zeros = world.premises.hasWithZeros(no)
  faults.cell(register, row, 'premises', zeros ? 'zerosLost' : 'unknown', String(no))
  return undefined
}

/** Points by the premises they are at, so that a row needs no more than tells them apart. */
export class PointsAt {
  readonly #all = new Map<Item | null, Item[]>()

  add(point: Item): void {
    const there = this.#all.get(point.parent)
    if (there) there.push(point)
    else this.#all.set(point.parent, [point])
  }

  /** What is left out fits any; of those, without a name is nearer than with one. */
  find(premises: Item | null, kind?: Value, name?: Value): readonly Item[] {
    const fits = (this.#all.get(premises) ?? []).filter(
      ({ after }) =>
        (kind === undefined || after.kind === kind) && (name === undefined || after.name === name),
    )
    const nameless = fits.filter(({ after }) => after.name === undefined)
    return name === undefined && fits.length > 1 && nameless.length === 1 ? nameless : fits
  }
}

const PLACE = ['id', 'building', 'premises', 'kind']

const numbered = (
  judging: Judging,
  row: SheetRow,
  id: number,
  premises: Item | null,
): undefined => {
  const { world, faults } = judging
  const item = world.points.byId(id)
  if (!item) return faults.cell('points', row, 'id', 'unknown', String(id))
  const told = row.values.building !== undefined || row.values.premises !== undefined
  if (told && item.parent !== premises)
    faults.cell('points', row, 'premises', 'fixed', String(row.values.premises ?? ''))
  if (!claim(judging, item, row, 'id')) return
  const { kind } = row.values
  const after = {
    ...item.after,
    ...without(row.values, PLACE),
    ...(kind !== undefined && { kind }),
  }
  world.points.rename(item, after)
}

const pointAfter = (row: SheetRow, premises: Item | null): Values => ({
  ...without(row.values, PLACE),
  ...(premises && { building: premises.after.building ?? '', premises: premises.after.no ?? '' }),
  ...(row.values.kind !== undefined && { kind: row.values.kind }),
})

const judgePoint = (judging: Judging, there: PointsAt, row: SheetRow): undefined => {
  const { world, faults } = judging
  const premises = premisesOf(judging, 'points', row)
  const { id, kind, name } = row.values
  if (typeof id === 'number')
    return premises === undefined ? undefined : numbered(judging, row, id, premises)
  if (premises === undefined || kind === undefined) return
  const all = there.find(premises, kind, name)
  // One that a row has named already is not meant by another that says less.
  const found = name === undefined && all.length > 1 ? all.filter(({ row }) => row === null) : all
  if (found.length > 1) return faults.cell('points', row, 'name', 'ambiguous')
  const [one] = found
  const known = one && (one.after.name === name || one.row === null) ? one : undefined
  const item = known ?? newItem('points', pointAfter(row, premises), { parent: premises })
  if (!claim(judging, item, row, name === undefined ? 'kind' : 'name')) return
  if (known) item.after = { ...item.after, ...without(row.values, PLACE) }
  else {
    world.points.add(item)
    there.add(item)
  }
}

/** All places; the points by premises, for the meters that hang there. */
export const judgePlaces = async (judging: Judging): Promise<PointsAt> => {
  const { rows, world, breathe } = judging
  await eachRow(rows.buildings, breathe, (row) => judgeBuilding(judging, row))
  await eachRow(rows.premises, breathe, (row) => judgePremises(judging, row))
  const there = new PointsAt()
  await eachRow(world.points.items, breathe, (point) => there.add(point))
  await eachRow(rows.points, breathe, (row) => judgePoint(judging, there, row))
  return there
}

/** Said in another way, it is still the same. */
const fedBy = (item: Item, feeder: Item): undefined => {
  const { before, at } = item
  if (at === feeder && before?.parent !== undefined)
    item.after = { ...item.after, parent: before.parent }
  item.at = feeder
}

const DEPTH_MAX = 100
const METER_OF_POINT = /^#(\d+)$/

/** What feeds each point, once it is known where the meters hang. */
export const judgeFeeders = async (judging: Judging): Promise<void> => {
  const { rows, world, faults, breathe } = judging
  const byRow = new Map([...world.points.items].map((item) => [item.row, item]))
  const told = rows.points.filter(({ values }) => values.parent !== undefined)
  await eachRow(told, breathe, (row) => {
    const item = byRow.get(row.row)
    if (!item) return
    const parent = String(row.values.parent)
    const [, id] = METER_OF_POINT.exec(parent) ?? []
    const meter = id === undefined ? world.meters.find({ no: parent })[0] : undefined
    const feeder = id === undefined ? meter?.at : world.points.byId(Number(id))
    if (feeder) fedBy(item, feeder)
    else if (meter) faults.cell('points', row, 'parent', 'notInstalled', parent)
    else {
      const zeros = world.meters.hasWithZeros(parent)
      faults.cell('points', row, 'parent', zeros ? 'zerosLost' : 'unknown', parent)
    }
  })
  await eachRow(told, breathe, (row) => {
    const item = byRow.get(row.row)
    let up = item?.at ?? null
    for (let n = 0; up && up !== item && n < DEPTH_MAX; n++) up = up.at
    if (item && up === item)
      faults.cell('points', row, 'parent', 'circular', String(row.values.parent))
  })
}
