// Judging gateways and their buses 通讯管理机校验: the link that the two sheets make together must be one
// that the collector can use.

import { checkPolled } from '../../collection/gateway-check.ts'
import { sealLinkSecrets } from '../../metering/links/link-secrets.ts'
import { readLinkSettings } from '../../metering/links/link-settings.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { SheetRow } from '../sheet.ts'
import {
  claim,
  eachRow,
  type Item,
  isChanged,
  type Json,
  type Judging,
  newItem,
  present,
  without,
} from './items.ts'
import {
  busSettingsWith,
  linkWith,
  settingsWith,
  unusedBusColumns,
  unusedColumns,
} from './link-values.ts'

/** What a secret must be is known without sealing it. */
const NOT_SEALED = Buffer.alloc(60)

/** A gateway whose row is there, or one of whose buses has one. */
export type Line = {
  gateway: Item
  buses: readonly Item[]
  /** As it is stored, but for the secret, which is plain still. */
  link: Json
  settings: Json
}

/** A link that becomes another kind keeps nothing of what it was. */
const relinked = (item: Item, row: SheetRow): Item['after'] => {
  const { linkKind } = row.values
  const stays = linkKind === undefined || linkKind === item.after.linkKind
  const { code, name, nameEn, substation, enabled, polled, pushIntervalMinutes } = item.after
  const kept = present({ code, name, nameEn, substation, enabled, polled, pushIntervalMinutes })
  const base = stays ? item.after : kept
  return { ...base, ...without(row.values, ['code']) }
}

/** What is stored already of the secret that a row gives; null: none, or another. */
export type SecretOf = (gateway: Item) => string | null

const judgeGateway = (judging: Judging, secretOf: SecretOf, row: SheetRow): undefined => {
  const { world, faults } = judging
  if (row.values.code === undefined) return
  const [found] = world.gateways.find(row.values)
  const item = found ?? newItem('gateways', { enabled: true, ...row.values })
  if (!claim(judging, item, row, 'code')) return
  const { secret } = row.values
  const known = found && secret !== undefined && secretOf(found) === secret
  if (found) item.after = without(relinked(found, row), known ? ['secret'] : [])
  else world.gateways.add(item)
  const told = { ...row.values, linkKind: item.after.linkKind ?? '' }
  if (item.after.linkKind !== undefined)
    for (const field of unusedColumns(told)) faults.cell('gateways', row, field, 'unused')
}

const judgeBus = (judging: Judging, row: SheetRow): undefined => {
  const { world, faults } = judging
  const { gateway, bus } = row.values
  if (gateway === undefined || bus === undefined) return
  const [parent = null] = world.gateways.find({ code: gateway })
  if (!parent) {
    const zeros = world.gateways.hasWithZeros(gateway)
    faults.cell('buses', row, 'gateway', zeros ? 'zerosLost' : 'unknown', String(gateway))
  }
  const named = { ...row.values, gateway: parent?.after.code ?? gateway }
  const [found] = world.buses.find(named)
  const item = found ?? newItem('buses', named, { parent })
  if (!claim(judging, item, row, 'bus')) return
  if (found) item.after = { ...item.after, ...without(row.values, ['gateway', 'bus']) }
  else world.buses.add(item)
  const kind = String(parent?.after.linkKind ?? '')
  if (parent && kind !== '')
    for (const field of unusedBusColumns(kind, row.values))
      faults.cell('buses', row, field, 'unused')
}

const busesByGateway = async ({ world, breathe }: Judging): Promise<Map<Item, Item[]>> => {
  const all = new Map<Item, Item[]>()
  await eachRow(world.buses.items, breathe, (bus) => {
    if (!bus.parent) return
    const there = all.get(bus.parent)
    if (there) there.push(bus)
    else all.set(bus.parent, [bus])
  })
  return all
}

/** A gateway is made with one bus at least. */
const withOneBus = ({ world }: Judging, gateway: Item, buses: Item[]): Item[] => {
  if (buses.length > 0 || gateway.id !== null) return buses
  const first = newItem('buses', { gateway: gateway.after.code ?? '', bus: 1 }, { parent: gateway })
  world.buses.add(first)
  return [first]
}

const ordinalOf = ({ after }: Item): number => Number(after.bus)

const lineOf = (gateway: Item, buses: readonly Item[]): Line => ({
  ...{ gateway, buses },
  link: linkWith(
    gateway.stored.link ?? {},
    gateway.after,
    buses.map((bus) => ({ ordinal: ordinalOf(bus), values: bus.after })),
  ),
  settings: settingsWith(gateway.stored.settings ?? {}, gateway.after),
})

type RowOf = (item: Item) => SheetRow | undefined

/** Whichever of the rows can be mended. */
const tellLink = (
  { faults }: Judging,
  rowOf: RowOf,
  line: Line,
  bus: Item,
  { field, zh, en }: { field: string; zh: string; en: string },
): undefined => {
  const name = field.replace(/^buses\.\d+\./, '').replace(/^bus\./, '')
  const ofBus = name !== field ? rowOf(bus) : undefined
  if (ofBus) return faults.cell('buses', ofBus, name, 'link', { zh, en })
  const row = rowOf(line.gateway)
  if (row)
    return faults.cell('gateways', row, name === 'kind' ? 'linkKind' : name, 'link', { zh, en })
  const any = line.buses.map(rowOf).find((one) => one !== undefined)
  if (any) faults.cell('buses', any, null, 'link', { zh, en })
}

/** `secret`, `password` and the like stand in one column. */
const SECRET_NAMES = ['secret', 'password', 'brokerPassword']
const asColumn = (field: string): string => (SECRET_NAMES.includes(field) ? 'secret' : field)

const checkLine = (judging: Judging, rowOf: RowOf, line: Line): undefined => {
  const { faults } = judging
  const row = rowOf(line.gateway)
  if (row && faults.isWrong('gateways', row.row)) return
  if (line.gateway.after.linkKind === undefined) return
  const [first] = line.buses
  if (!first) return
  const sealed = sealLinkSecrets(line.link, line.gateway.stored.link ?? {}, () => NOT_SEALED)
  if (!sealed.ok) return tellLink(judging, rowOf, line, first, { ...sealed, field: 'secret' })
  for (const bus of line.buses) {
    const settings = busSettingsWith(bus.stored.settings ?? {}, bus.after)
    const read = readLinkSettings(sealed.link, ordinalOf(bus), settings)
    if (read.ok) continue
    // Of a bus with a bad cell it is not known what it would have been.
    const isWrong = bus.row !== null && faults.isWrong('buses', bus.row)
    if (!isWrong || !/^bus(es)?\./.test(read.field))
      return tellLink(judging, rowOf, line, bus, { ...read, field: asColumn(read.field) })
  }
  try {
    checkPolled(line.link, line.settings)
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal
    const { zh, en } = refusal.facts
    if (row) faults.cell('gateways', row, 'polled', 'link', { zh: String(zh), en: String(en) })
  }
}

/** The lines that the file makes or changes. */
export const judgeLines = async (judging: Judging, secretOf: SecretOf): Promise<Line[]> => {
  const { rows, world, breathe } = judging
  await eachRow(rows.gateways, breathe, (row) => judgeGateway(judging, secretOf, row))
  await eachRow(rows.buses, breathe, (row) => judgeBus(judging, row))
  const buses = await busesByGateway(judging)
  const byRow = new Map<string, SheetRow>([
    ...rows.gateways.map((row) => [`gateways/${row.row}`, row] as const),
    ...rows.buses.map((row) => [`buses/${row.row}`, row] as const),
  ])
  const rowOf: RowOf = ({ register, row }) => byRow.get(`${register}/${row}`)
  const lines: Line[] = []
  await eachRow([...world.gateways.items], breathe, (gateway) => {
    const own = withOneBus(judging, gateway, buses.get(gateway) ?? [])
    if (![gateway, ...own].some((item) => item.row !== null && isChanged(item))) return
    const line = lineOf(gateway, own)
    checkLine(judging, rowOf, line)
    lines.push(line)
  })
  return lines
}
