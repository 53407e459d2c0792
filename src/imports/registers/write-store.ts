// Writing what an import makes and changes 写入档案, many rows with each statement.

import type { Tx } from '../../ports/database.ts'
import { must } from '../../shared/assert.ts'
import { sqlTime } from '../../shared/clock.ts'
import type { ComplexId } from '../../shared/ids.ts'
import type { Item, Json, Value } from './items.ts'

/** A column of a statement: its type, and its value for an item. */
type Cell = readonly [type: string, of: (item: Item) => Value | null | readonly number[]]

export type Table = {
  table: string
  id: string
  /** Set when it is made, and when it is changed. */
  columns: Readonly<Record<string, Cell>>
  /** Columns that stay what they are once it is made. */
  madeWith?: Readonly<Record<string, Cell>>
}

const text = (field: string): Cell => ['text', ({ after }) => String(after[field] ?? '')]
const number = (field: string): Cell => [
  'bigint',
  ({ after }) => (after[field] === undefined ? null : Number(after[field])),
]
const flag = (field: string, otherwise: boolean): Cell => [
  'boolean',
  ({ after }) => (after[field] === undefined ? otherwise : after[field] === true),
]
const idOf = (item: Item | null): number | null =>
  item === null ? null : must(item.id, 'it is written before what refers to it')
const parent: Cell = ['integer', (item) => idOf(item.parent)]
const json = (of: (item: Item) => Json): Cell => ['jsonb', (item) => JSON.stringify(of(item))]
const channels: Cell = ['text', ({ after }) => `{${String(after.channels)}}`]

export const BUILDINGS: Table = {
  ...{ table: 'building', id: 'building_id' },
  columns: {
    name_en: text('nameEn'),
    ordinal: ['integer', ({ after }) => Number(after.ordinal ?? 0)],
  },
  madeWith: { name: text('name') },
}
export const PREMISES: Table = {
  ...{ table: 'premises', id: 'premises_id' },
  columns: {
    floor: number('floor'),
    name: text('name'),
    name_en: text('nameEn'),
    area_dm2: number('areaDm2'),
  },
  madeWith: { building_id: parent, no: text('no') },
}
export const POINTS: Table = {
  ...{ table: 'point', id: 'point_id' },
  columns: {
    kind: text('kind'),
    name: text('name'),
    feeder: text('feeder'),
    protected: flag('protected', false),
  },
  madeWith: { premises_id: parent },
}
/** What feeds them, once all of them are there. */
export const FEEDERS: Table = {
  ...{ table: 'point', id: 'point_id' },
  columns: { parent_point_id: ['integer', (item) => idOf(item.at)] },
}
export const GATEWAYS = (linkOf: (item: Item) => { link: Json; settings: Json }): Table => ({
  ...{ table: 'gateway', id: 'gateway_id' },
  columns: {
    name: text('name'),
    name_en: text('nameEn'),
    substation: text('substation'),
    enabled: flag('enabled', true),
    link: json((item) => linkOf(item).link),
    settings: json((item) => linkOf(item).settings),
  },
  madeWith: { code: text('code') },
})
export const BUSES = (settingsOf: (item: Item) => Json): Table => ({
  ...{ table: 'bus', id: 'bus_id' },
  columns: { settings: json(settingsOf) },
  madeWith: { gateway_id: parent, ordinal: number('bus') },
})
export const DEVICES: Table = {
  ...{ table: 'device', id: 'device_id' },
  columns: { bus_id: parent, address: text('address'), model: text('model') },
}
export const METERS: Table = {
  ...{ table: 'meter', id: 'meter_id' },
  columns: { channels },
  madeWith: { device_id: parent, no: text('no') },
}

const CASTS: Readonly<Record<string, string>> = { channels: '::integer[]' }

/** Arrays of all values of each column, and how they are named. */
const columnsOf = (cells: Readonly<Record<string, Cell>>, items: readonly Item[], from: number) => {
  const all = Object.entries(cells)
  return {
    names: all.map(([name]) => name),
    arrays: all.map(([, [type]], at) => `$${from + at}::${type}[]`),
    params: all.map(([, [, of]]) => items.map((item) => of(item))),
  }
}

// Identities are drawn in the order of the rows, so that the smallest is the first one's.
/** Gives the items their ids. */
export const insertItems = async (
  tx: Tx,
  complexId: ComplexId,
  { table, id, columns, madeWith = {} }: Table,
  items: readonly Item[],
): Promise<void> => {
  if (items.length === 0) return
  const { names, arrays, params } = columnsOf({ ...madeWith, ...columns }, items, 2)
  const rows = await tx.query<{ id: number }>(
    `with made as (
       insert into ${table} (complex_id, ${names.join(', ')})
       select $1, ${names.map((name) => `${name}${CASTS[name] ?? ''}`).join(', ')}
       from unnest(${arrays.join(', ')}) with ordinality as u(${names.join(', ')}, nth)
       order by nth returning ${id}
     )
     select ${id} as id from made order by ${id}`,
    [complexId, ...params],
  )
  for (const [at, item] of items.entries()) item.id = must(rows[at], 'each row was written').id
}

export const updateItems = async (
  tx: Tx,
  complexId: ComplexId,
  { table, id, columns }: Table,
  items: readonly Item[],
): Promise<void> => {
  if (items.length === 0) return
  const { names, arrays, params } = columnsOf(columns, items, 3)
  const sets = names.map((name) => `${name} = u.${name}${CASTS[name] ?? ''}`)
  await tx.query(
    `update ${table} t set ${sets.join(', ')}
     from unnest($2::integer[], ${arrays.join(', ')}) as u(id, ${names.join(', ')})
     where t.complex_id = $1 and t.${id} = u.id`,
    [complexId, items.map(idOf), ...params],
  )
}

/** Addresses that change places would be in each other's way. */
export const clearAddresses = async (
  tx: Tx,
  complexId: ComplexId,
  devices: readonly Item[],
): Promise<void> => {
  await tx.query(
    `update device set address = '-' || device_id
     where complex_id = $1 and device_id = any ($2)`,
    [complexId, devices.map(idOf)],
  )
}

export const insertHanging = async (
  tx: Tx,
  complexId: ComplexId,
  meters: readonly Item[],
): Promise<void> => {
  if (meters.length === 0) return
  const cells: Readonly<Record<string, Cell>> = {
    meter_id: ['integer', idOf],
    point_id: ['integer', ({ at }) => idOf(at)],
    multiplier: ['integer', ({ after }) => Number(after.multiplier ?? 1)],
    side: text('side'),
    direction: text('direction'),
    max_power_w: number('maxPowerW'),
    initial_wh: number('initialWh'),
    initial_reverse_wh: number('initialReverseWh'),
  }
  const { names, arrays, params } = columnsOf(cells, meters, 3)
  await tx.query(
    `insert into installation (complex_id, since, ${names.join(', ')})
     select $1, $2, * from unnest(${arrays.join(', ')})`,
    [complexId, sqlTime(tx.now), ...params],
  )
}

/** Imports of a complex go one after another, and so do changes of what feeds what. */
export const lockRegisters = async (tx: Tx, complexId: ComplexId): Promise<void> => {
  await tx.query('select from complex where complex_id = $1 for no key update', [complexId])
}
