// Judging devices 装置校验: those on their own sheet, and those that a row of the meters' sheet brings
// along with its model.

import type { MeterModel } from '../../metering/meter-model/meter-model.ts'
import { isMeterAddress } from '../../metering/protocol/dlt645/address.ts'
import type { SheetRow } from '../sheet.ts'
import {
  eachRow,
  type Item,
  type Judging,
  newItem,
  present,
  type Values,
  without,
} from './items.ts'

export type ModelOf = (model: string) => MeterModel | null

const UNIT_MAX = 247
const ADDRESS_DIGITS = 12

/** A row that says what a device is: of its own sheet, or of a meter. */
type Told = { sheet: 'devices' | 'meters'; row: SheetRow; id: number | null; values: Values }

const isUnit = (text: string): boolean => /^[1-9]\d{0,2}$/.test(text) && Number(text) <= UNIT_MAX

const checkForm = (
  { faults }: Judging,
  modelOf: ModelOf,
  { sheet, row, values }: Told,
): undefined => {
  const { address, model } = values
  if (model === undefined) return
  const known = modelOf(String(model))
  if (!known) return faults.cell(sheet, row, 'model', 'unknown', String(model))
  if (address === undefined) return
  const text = String(address)
  const isDlt = known.protocol.startsWith('dlt645')
  if (isDlt ? isMeterAddress(text) : isUnit(text)) return
  const short = isDlt && /^\d+$/.test(text) && text.length < ADDRESS_DIGITS
  faults.cell(sheet, row, 'address', short ? 'zerosLost' : 'address', text)
}

const busOf = ({ world, faults }: Judging, { sheet, row, values }: Told): Item | null => {
  const { gateway, bus } = values
  if (gateway === undefined || bus === undefined) return null
  const [found] = world.buses.find({ gateway, bus })
  if (found) return found
  const [known] = world.gateways.find({ code: gateway })
  const zeros = !known && world.gateways.hasWithZeros(gateway)
  const field = known ? 'bus' : 'gateway'
  const said = String(known ? bus : gateway)
  faults.cell(sheet, row, field, zeros ? 'zerosLost' : 'unknown', said)
  return null
}

/** Whether the row is the first to name the device; else it must say the same. */
const claimed = ({ faults }: Judging, told: Told, item: Item, by: Map<Item, Told>): boolean => {
  const before = by.get(item)
  if (!before) {
    by.set(item, told)
    if (told.sheet === 'devices') item.row = told.row.row
    return true
  }
  const { sheet, row } = told
  const first = before.row.row
  if (sheet === 'devices') {
    const said = { zh: `与第 ${first} 行相同`, en: `as in row ${first}` }
    faults.cell(sheet, row, 'address', 'twice', said)
  } else if (told.values.model !== before.values.model) {
    const table = before.sheet === 'devices' ? { zh: '设备表', en: 'devices' } : { zh: '', en: '' }
    const model = String(before.values.model ?? '')
    faults.cell(sheet, row, 'model', 'differs', {
      zh: `${table.zh}第 ${first} 行为 ${model}`,
      en: `${table.en} row ${first} says ${model}`.trim(),
    })
  }
  return false
}

const place = (judging: Judging, told: Told, by: Map<Item, Told>): undefined => {
  const { world, faults } = judging
  const { sheet, row, id, values } = told
  const { gateway, bus, address } = values
  if (gateway === undefined || bus === undefined || address === undefined) return
  const parent = busOf(judging, told)
  const named = { gateway: parent?.after.gateway ?? gateway, bus, address }
  const numbered = id === null ? undefined : world.devices.byId(id)
  if (id !== null && !numbered) return faults.cell(sheet, row, 'id', 'unknown', String(id))
  const [there] = world.devices.find(named)
  if (numbered && there && there !== numbered && !by.has(there)) {
    const said = `${String(named.gateway)} ${bus} ${address}`
    return faults.cell(sheet, row, 'address', 'exists', said)
  }
  const item =
    numbered && (!there || there === numbered)
      ? numbered
      : (there ?? newItem('devices', { ...without(values, ['id']), ...named }, { parent }))
  if (!claimed(judging, told, item, by)) return
  if (item.id === null) {
    world.devices.add(item)
    return
  }
  const after = { ...item.after, ...without(values, ['id']), ...named }
  world.devices.rename(item, after)
  item.parent = parent ?? item.parent
}

/** A meter of its own device may be moved by its own row. */
const meterDevice = ({ world }: Judging, alone: ReadonlySet<Item>, row: SheetRow): Told | null => {
  const { no, gateway, bus, address, model } = row.values
  const [meter] = no === undefined ? [] : world.meters.find({ no })
  const old = meter?.parent ?? null
  const values = {
    ...(old && without(old.after, ['id'])),
    ...present({ gateway, bus, address, model }),
  }
  const isTold = [gateway, bus, address, model].some((value) => value !== undefined)
  const [there] = world.devices.find(values)
  if (!isTold || (model === undefined && (there || !old))) return null
  const moves = old && !there && alone.has(old)
  return { sheet: 'meters', row, id: moves ? old.id : null, values }
}

/** Devices with one meter. */
const withOneMeter = ({ world }: Judging): ReadonlySet<Item> => {
  const [once, more] = [new Set<Item>(), new Set<Item>()]
  for (const { parent } of world.meters.items) {
    if (!parent) continue
    if (once.has(parent)) more.add(parent)
    once.add(parent)
  }
  return new Set([...once].filter((device) => !more.has(device)))
}

/** What changed of a device that must not change now. */
const checkKept = async (judging: Judging, by: ReadonlyMap<Item, Told>): Promise<void> => {
  const { world, faults, breathe } = judging
  await eachRow(world.meters.items, breathe, ({ parent, at, stored, after }) => {
    const told = parent && by.get(parent)
    if (!told || !parent.before || after.no === undefined) return
    const { before } = parent
    const said = String(after.no)
    if (before.model !== parent.after.model && at?.stored.supplied)
      faults.cell(told.sheet, told.row, 'model', 'supplied', said)
    const moved = (['gateway', 'bus', 'address'] as const).find(
      (field) => before[field] !== parent.after[field],
    )
    if (moved && stored.armed) faults.cell(told.sheet, told.row, moved, 'armed', said)
  })
}

/** Before the meters, which name them. */
export const judgeDevices = async (judging: Judging, modelOf: ModelOf): Promise<void> => {
  const { rows, world, breathe } = judging
  const by = new Map<Item, Told>()
  const all = rows.devices.map((row): Told => {
    const { id } = row.values
    return { sheet: 'devices', row, id: typeof id === 'number' ? id : null, values: row.values }
  })
  // Those that are named by their number leave their names to others first.
  const numbered = all.filter(({ id }) => id !== null && world.devices.byId(id))
  for (const { id } of numbered) {
    const item = id === null ? undefined : world.devices.byId(id)
    if (item) world.devices.forget(item)
  }
  await eachRow(all, breathe, (told) => {
    checkForm(judging, modelOf, told)
    place(judging, told, by)
  })
  const alone = withOneMeter(judging)
  await eachRow(rows.meters, breathe, (row) => {
    const told = meterDevice(judging, alone, row)
    if (!told) return
    const known = world.devices.find(told.values)[0]
    if (!known || !by.has(known)) checkForm(judging, modelOf, told)
    place(judging, told, by)
  })
  await checkKept(judging, by)
}
