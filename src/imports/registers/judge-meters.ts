// Judging meters and where they hang 电表与安装校验. What would change the meaning of what was read or
// sold is not for an import: that is a swap, or a correction of the past.

import type { SheetRow } from '../sheet.ts'
import {
  claim,
  eachRow,
  type Item,
  type Judging,
  newItem,
  present,
  type Values,
  without,
} from './items.ts'
import type { ModelOf } from './judge-devices.ts'
import { type PointsAt, premisesOf } from './judge-places.ts'

const DEVICE = ['gateway', 'bus', 'address', 'model']
const PLACE = ['building', 'premises', 'kind', 'pointName', 'pointId']
const HANGING = [
  ...(['multiplier', 'side', 'direction', 'maxPowerW', 'initialWh', 'initialReverseWh'] as const),
]
/** The fields that the other sheets tell. */
const ELSEWHERE = [...DEVICE, ...PLACE, ...HANGING, 'no']

const isTold = (values: Values, fields: readonly string[]): boolean =>
  fields.some((field) => values[field] !== undefined)

const WAY = ['gateway', 'bus', 'address'] as const

/** Null where it is not known, which is said. */
const deviceOf = (judging: Judging, row: SheetRow, meter: Item | undefined): Item | null => {
  const { world, faults } = judging
  const old = meter?.parent ?? null
  const told = WAY.filter((field) => row.values[field] !== undefined)
  if (old && told.length === 0) return old
  const missing = old ? [] : WAY.filter((field) => !told.includes(field))
  for (const field of missing) faults.cell('meters', row, field, 'required')
  if (missing.length > 0) return null
  const named: Values = { ...old?.after, ...row.values }
  const [found] = world.devices.find(named)
  if (found && old && found !== old) {
    faults.cell('meters', row, 'address', 'fixed', String(row.values.address ?? ''))
    return old
  }
  if (found) return found
  // With its model the device would have been made; its gateway was judged then.
  if (row.values.model !== undefined) return null
  const zeros = world.devices.hasWithZeros(named.address)
  faults.cell('meters', row, 'address', zeros ? 'zerosLost' : 'unknown', String(named.address))
  return null
}

/** Undefined where it is not known, which is said; null: none is told. */
const pointOf = (judging: Judging, there: PointsAt, row: SheetRow): Item | null | undefined => {
  const { world, faults } = judging
  const { pointId, kind, pointName } = row.values
  if (!isTold(row.values, PLACE)) return null
  if (typeof pointId === 'number') {
    const point = world.points.byId(pointId)
    if (!point) faults.cell('meters', row, 'pointId', 'unknown', String(pointId))
    return point
  }
  const premises = premisesOf(judging, 'meters', row)
  if (premises === undefined) return undefined
  const found = there.find(premises, kind, pointName)
  const [point, another] = found
  if (point && !another) return point
  const field = pointName === undefined ? 'kind' : 'pointName'
  const said = String(row.values[field] ?? '')
  faults.cell('meters', row, field, another ? 'ambiguous' : 'unknown', said)
  return undefined
}

/** What hangs already stays as it hangs. */
const checkHanging = (
  { faults }: Judging,
  row: SheetRow,
  meter: Item,
  point: Item | null,
): undefined => {
  if (point && point !== meter.at) {
    const field = row.values.pointId === undefined ? 'premises' : 'pointId'
    faults.cell('meters', row, field, 'meterHangs', String(meter.before?.premises ?? ''))
    return
  }
  for (const field of HANGING) {
    const value = row.values[field]
    if (value !== undefined && value !== meter.before?.[field])
      faults.cell('meters', row, field, 'fixed', String(meter.before?.[field] ?? '–'))
  }
}

const hang = (
  judging: Judging,
  row: SheetRow,
  meter: Item,
  point: Item,
  hung: Map<Item, Item>,
): undefined => {
  const { faults } = judging
  const field = row.values.pointId === undefined ? 'premises' : 'pointId'
  const other = hung.get(point)
  if (meter.stored.barred) return faults.cell('meters', row, 'no', 'barred')
  if (other && other.row !== null && other.before?.multiplier === undefined)
    return faults.cell('meters', row, field, 'twice', {
      zh: `第 ${other.row} 行的表也装在此计量点`,
      en: `the meter of row ${other.row} hangs there too`,
    })
  if (other) return faults.cell('meters', row, field, 'pointTaken', String(other.after.no))
  if (point.stored.supplied) return faults.cell('meters', row, field, 'supplied')
  const { multiplier = 1, side } = row.values
  if (Number(multiplier) > 1 && side === undefined)
    return faults.cell('meters', row, 'side', 'required')
  hung.set(point, meter)
  meter.at = point
  const { building, premises, kind, name } = point.after
  const asked = Object.fromEntries(HANGING.map((of) => [of, row.values[of]]))
  meter.after = {
    ...meter.after,
    ...{ multiplier: 1, side: 'primary', direction: 'combined' },
    ...present({ ...asked, building, premises, kind, pointName: name }),
  }
}

const place = (
  judging: Judging,
  there: PointsAt,
  row: SheetRow,
  hung: Map<Item, Item>,
): undefined => {
  const { world, faults } = judging
  const { no } = row.values
  if (no === undefined) return
  const [found] = world.meters.find(row.values)
  if (!found && (world.meters.hasWithZeros(no) || String(row.values.address).endsWith(`0${no}`)))
    return faults.cell('meters', row, 'no', 'zerosLost', String(no))
  const item = found ?? newItem('meters', { channels: '1', ...without(row.values, ELSEWHERE), no })
  if (!claim(judging, item, row, 'no')) return
  if (!found) world.meters.add(item)
  const device = deviceOf(judging, row, found)
  item.parent = device
  const { gateway, bus, address, model } = device?.after ?? {}
  item.after = {
    ...item.after,
    ...without(row.values, ELSEWHERE),
    ...present({ gateway, bus, address, model }),
  }
  const said = row.values.model
  if (said !== undefined && model !== undefined && said !== model && device?.row !== null)
    faults.cell('meters', row, 'model', 'differs', String(model))
  const point = pointOf(judging, there, row)
  if (found?.at) checkHanging(judging, row, found, point ?? null)
  else if (point) hang(judging, row, item, point, hung)
  else if (point === null) {
    const field = HANGING.find((of) => row.values[of] !== undefined)
    if (field) faults.cell('meters', row, 'premises', 'required')
  }
}

type Claimed = { meter: Item; channel: number }

const channelsOf = ({ after }: Item): number[] => String(after.channels).split(',').map(Number)

/** Each circuit of a device is of one meter, and one that the device has. */
const checkChannels = async (judging: Judging, modelOf: ModelOf): Promise<void> => {
  const { rows, world, faults, breathe } = judging
  const byRow = new Map(rows.meters.map((row) => [row.row, row]))
  const rowOf = ({ row }: Item): SheetRow | undefined => (row === null ? undefined : byRow.get(row))
  const used = new Map<Item, Claimed[]>()
  await eachRow(world.meters.items, breathe, (meter) => {
    const device = meter.parent
    if (!device) return
    const own = channelsOf(meter)
    const row = rowOf(meter)
    const model = modelOf(String(device.after.model))
    const circuits = model?.protocol === 'modbus' ? model.circuits : Number.MAX_SAFE_INTEGER
    const beyond = own.some((channel) => channel > circuits) || new Set(own).size < own.length
    const changed = row !== undefined || device.row !== null
    if (beyond && changed && row)
      faults.cell(
        'meters',
        row,
        'channels',
        'channels',
        `${String(meter.after.channels)} > ${circuits}`,
      )
    const others = used.get(device) ?? []
    const clash = others.find(({ channel }) => own.includes(channel))
    const wrong = clash && (row ?? rowOf(clash.meter))
    if (clash && wrong) {
      const other = row ? clash.meter : meter
      faults.cell('meters', wrong, 'channels', 'channelTaken', String(other.after.no))
    }
    used.set(device, [...others, ...own.map((channel) => ({ meter, channel }))])
    if (row && meter.before && meter.before.channels !== meter.after.channels)
      if (meter.at?.stored.supplied) faults.cell('meters', row, 'channels', 'supplied')
  })
}

/** After the devices and the places that they name. */
export const judgeMeters = async (
  judging: Judging,
  there: PointsAt,
  modelOf: ModelOf,
): Promise<void> => {
  const { rows, world, breathe } = judging
  const hung = new Map<Item, Item>()
  await eachRow(world.meters.items, breathe, (meter) => {
    if (meter.at) hung.set(meter.at, meter)
  })
  await eachRow(rows.meters, breathe, (row) => place(judging, there, row, hung))
  await checkChannels(judging, modelOf)
}
