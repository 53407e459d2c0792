// Carrying an import out 写入导入: what refers to others after them, each act under audit, and what is
// said of it at the end, because the audit's chain is held until the transaction ends.

import { sealLinkSecrets } from '../../metering/links/link-secrets.ts'
import { type AuditEntry, auditAll } from '../../operators/audit-log.ts'
import type { Tx } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import { assert, must } from '../../shared/assert.ts'
import { type ComplexId, deviceId } from '../../shared/ids.ts'
import { rerouteWork } from '../../work/store.ts'
import { changedFields, type Item, type Json, type Values, type World, without } from './items.ts'
import type { Line } from './judge-lines.ts'
import { busSettingsWith } from './link-values.ts'
import {
  BUILDINGS,
  BUSES,
  clearAddresses,
  DEVICES,
  FEEDERS,
  GATEWAYS,
  insertHanging,
  insertItems,
  METERS,
  POINTS,
  PREMISES,
  type Table,
  updateItems,
} from './write-store.ts'

const AT_ONCE = 500
/** A chain is walked so far at once. */
const AUDITED_AT_ONCE = 256

export type Writing = {
  tx: Tx
  ids: Ids
  complexId: ComplexId
  world: World
  lines: readonly Line[]
  /** Seals a secret for this gateway. */
  sealFor: (gatewayId: number) => (plain: Buffer) => Buffer
  /** So many more are written. */
  wrote: (rows: number) => Promise<void>
}

const isNew = ({ before }: Item): boolean => before === null

const inParts = async <T>(
  { wrote }: Writing,
  all: readonly T[],
  step: (some: readonly T[]) => Promise<void>,
): Promise<void> => {
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const some = all.slice(at, at + AT_ONCE)
    await step(some)
    await wrote(some.length)
  }
}

type Touched = { made: Item[]; changed: Item[] }

/** Only what the table holds of a row counts as its change. */
const touched = (items: Iterable<Item>, but: readonly string[] = []): Touched => {
  const found: Touched = { made: [], changed: [] }
  for (const item of items)
    if (isNew(item)) found.made.push(item)
    else if (
      item.before !== item.after &&
      changedFields(item).some((field) => !but.includes(field))
    )
      found.changed.push(item)
  return found
}

const write = async (writing: Writing, table: Table, { made, changed }: Touched) => {
  const { tx, complexId } = writing
  await inParts(writing, made, (some) => insertItems(tx, complexId, table, some))
  await inParts(writing, changed, (some) => updateItems(tx, complexId, table, some))
}

const entry = (
  { complexId }: Writing,
  kind: 'building' | 'premises' | 'point' | 'device' | 'meter',
  item: Item,
): AuditEntry => ({
  complexId,
  action: `${kind}.${isNew(item) ? 'create' : 'change'}`,
  subject: `${kind}/${must(item.id, 'it is written')}`,
  ...(item.before && { before: item.before }),
  after: item.after,
})

const lineValues = (values: Values | null, buses: readonly (Values | null)[]) =>
  values && { ...without(values, ['secret']), buses: buses.filter((bus) => bus !== null) }

const lineEntry = ({ complexId }: Writing, { gateway, buses }: Line): AuditEntry => ({
  complexId,
  action: isNew(gateway) ? 'gateway.create' : 'gateway.change',
  subject: `gateway/${must(gateway.id, 'it is written')}`,
  before: lineValues(
    gateway.before,
    buses.map(({ before }) => before),
  ),
  after: lineValues(
    gateway.after,
    buses.map(({ after }) => after),
  ),
})

const writePlaces = async (writing: Writing): Promise<AuditEntry[]> => {
  const { world } = writing
  const buildings = touched(world.buildings.items)
  const premises = touched(world.premises.items)
  const points = touched(world.points.items)
  await write(writing, BUILDINGS, buildings)
  await write(writing, PREMISES, premises)
  await write(writing, POINTS, points)
  const entries = (kind: 'building' | 'premises' | 'point', { made, changed }: Touched) =>
    [...made, ...changed].map((item) => entry(writing, kind, item))
  return [
    ...entries('building', buildings),
    ...entries('premises', premises),
    ...entries('point', points),
  ]
}

const sealed = ({ sealFor }: Writing, { gateway, link }: Line): Json => {
  const id = must(gateway.id, 'it is written')
  const made = sealLinkSecrets(link, gateway.stored.link ?? {}, sealFor(id))
  assert(made.ok, 'the link was judged')
  return made.link
}

const writeLines = async (writing: Writing): Promise<AuditEntry[]> => {
  const { tx, complexId, lines } = writing
  // Its secret can only be sealed once the gateway has an id.
  const bare = GATEWAYS(() => ({ link: {}, settings: {} }))
  const made = lines.map(({ gateway }) => gateway).filter(isNew)
  await inParts(writing, made, (some) => insertItems(tx, complexId, bare, some))
  const lineOf = new Map(lines.map((line) => [line.gateway, line]))
  const whole = GATEWAYS((gateway) => {
    const line = must(lineOf.get(gateway), 'each is of a line')
    return { link: sealed(writing, line), settings: line.settings }
  })
  const gateways = lines.map(({ gateway }) => gateway)
  await inParts(writing, gateways, (some) => updateItems(tx, complexId, whole, some))
  const settings = BUSES(({ stored, after }) => busSettingsWith(stored.settings ?? {}, after))
  const buses = touched(lines.flatMap((line) => line.buses))
  await write(writing, settings, buses)
  return lines.map((line) => lineEntry(writing, line))
}

const writeDevices = async (writing: Writing): Promise<AuditEntry[]> => {
  const { tx, complexId, world } = writing
  const { made, changed } = touched(world.devices.items)
  const moved = changed.filter(({ before, after }) =>
    ['gateway', 'bus', 'address'].some((field) => before?.[field] !== after[field]),
  )
  if (moved.length > 0) await clearAddresses(tx, complexId, moved)
  // Those that leave an address make room for those that take it.
  await inParts(writing, changed, (some) => updateItems(tx, complexId, DEVICES, some))
  await inParts(writing, made, (some) => insertItems(tx, complexId, DEVICES, some))
  for (const { id } of moved)
    await rerouteWork(tx, complexId, deviceId(must(id, 'it was there before')))
  return [...made, ...changed].map((item) => entry(writing, 'device', item))
}

/** What another sheet changes of a meter's row is not a change of the meter. */
const OF_OTHERS = [
  ...['gateway', 'bus', 'address', 'model', 'building', 'premises', 'kind', 'pointName'],
  ...['multiplier', 'side', 'direction', 'maxPowerW', 'initialWh', 'initialReverseWh'],
]

const hungEntry = ({ complexId }: Writing, meter: Item): AuditEntry => ({
  complexId,
  action: 'installation.create',
  subject: `meter/${must(meter.id, 'it is written')}`,
  after: { pointId: must(meter.at?.id, 'it hangs at a point'), ...meter.after },
})

const writeMeters = async (writing: Writing): Promise<AuditEntry[]> => {
  const { tx, complexId, world } = writing
  const meters = touched(world.meters.items, OF_OTHERS)
  await write(writing, METERS, meters)
  const hung = [...world.meters.items].filter(
    ({ at, before }) => at !== null && before?.multiplier === undefined,
  )
  await inParts(writing, hung, (some) => insertHanging(tx, complexId, some))
  const both = [...meters.made, ...meters.changed]
  return [
    ...both.map((item) => entry(writing, 'meter', item)),
    ...hung.map((meter) => hungEntry(writing, meter)),
  ]
}

const writeFeeders = async (writing: Writing): Promise<void> => {
  const { tx, complexId, world } = writing
  const fed = [...world.points.items].filter(
    ({ before, after }) => after.parent !== undefined && before?.parent !== after.parent,
  )
  await inParts(writing, fed, (some) => updateItems(tx, complexId, FEEDERS, some))
}

/** How many rows there will be, for whoever waits. */
export const rowsToWrite = ({ world, lines }: Pick<Writing, 'world' | 'lines'>): number => {
  const items = (['buildings', 'premises', 'points', 'devices', 'meters'] as const).map(
    (register) => touched(world[register].items),
  )
  const rows = items.reduce((sum, { made, changed }) => sum + made.length + changed.length, 0)
  return rows + 2 * lines.length
}

export type Summary = Readonly<Record<string, unknown>>

/** Nothing of it is refused any more. `summary` is what the audit says of the whole. */
export const writeImport = async (
  writing: Writing,
  summary: { subject: string; after: Summary },
): Promise<void> => {
  const { tx, ids, complexId, wrote } = writing
  const entries = [
    ...(await writePlaces(writing)),
    ...(await writeLines(writing)),
    ...(await writeDevices(writing)),
    ...(await writeMeters(writing)),
  ]
  await writeFeeders(writing)
  await auditAll(tx, ids, [{ complexId, action: 'register.import', ...summary }])
  for (let at = 0; at < entries.length; at += AUDITED_AT_ONCE) {
    await auditAll(tx, ids, entries.slice(at, at + AUDITED_AT_ONCE))
    await wrote(0)
  }
}
