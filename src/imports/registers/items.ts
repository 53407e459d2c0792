// Rows of the registers while an import is judged 待导入的档案: what exists already and what the file
// adds, found by what names them, so that a row may refer to either. PURE.

import { REGISTERS, type Register } from '../../http/contract/imports.ts'
import type { RowProblem } from '../../http/contract/sheets.ts'
import { type ProblemCode, problem, type Said, type SheetRow } from '../sheet.ts'
import { SHEETS } from './columns.ts'

export type Value = string | number | boolean
/** By field; what is empty is not there. */
export type Values = Readonly<Record<string, Value>>
export type Json = Readonly<Record<string, unknown>>

/** What is stored of a row and stands in no column. */
export type Stored = {
  link?: Json
  settings?: Json
  /** Of a point: somebody is supplied there. */
  supplied?: boolean
  /** Of a meter: money or a command is on its way to it. */
  armed?: boolean
  barred?: boolean
}

export type Item = {
  register: Register
  /** Null until it is written. */
  id: number | null
  /** Null: it is new. */
  before: Values | null
  after: Values
  /** The row of its sheet; null where no row names it. */
  row: number | null
  /** What it is part of: the building of premises, the bus of a device, the device of a meter. */
  parent: Item | null
  /** Of a meter: where it hangs; of a point: what feeds it. */
  at: Item | null
  stored: Stored
}

export const KEYS: Readonly<Record<Register, readonly string[]>> = {
  buildings: ['name'],
  premises: ['building', 'no'],
  points: ['building', 'premises', 'kind', 'name'],
  gateways: ['code'],
  buses: ['gateway', 'bus'],
  devices: ['gateway', 'bus', 'address'],
  meters: ['no'],
}

/** As names are compared: wide letters, spaces and capitals do not count. */
const alike = (value: Value | undefined): string =>
  value === undefined ? '' : String(value).normalize('NFKC').replace(/\s/g, '').toLowerCase()

const keyOf = (register: Register, values: Values): string =>
  KEYS[register].map((field) => alike(values[field])).join('\u0000')

export class Index {
  readonly #register: Register
  readonly #byKey = new Map<string, Item[]>()
  readonly #byId = new Map<number, Item>()
  #zeroless: ReadonlySet<string> | null = null
  /** In the order of their coming. */
  readonly items = new Set<Item>()

  constructor(register: Register) {
    this.#register = register
  }

  add(item: Item): void {
    const key = keyOf(this.#register, item.after)
    const same = this.#byKey.get(key)
    if (same) same.push(item)
    else this.#byKey.set(key, [item])
    if (item.id !== null) this.#byId.set(item.id, item)
    this.items.add(item)
  }

  /** It is not found by its name any more, until it is renamed. */
  forget(item: Item): void {
    const key = keyOf(this.#register, item.after)
    const left = (this.#byKey.get(key) ?? []).filter((one) => one !== item)
    this.#byKey.set(key, left)
  }

  /** Changes what names it. */
  rename(item: Item, after: Values): void {
    this.forget(item)
    item.after = after
    this.add(item)
  }

  /** Those with this name; where several are alike, those that are spelt like it. */
  find(values: Values): readonly Item[] {
    const found = this.#byKey.get(keyOf(this.#register, values)) ?? []
    if (found.length < 2) return found
    const fields = KEYS[this.#register]
    const exact = found.filter(({ after }) =>
      fields.every((field) => after[field] === values[field]),
    )
    return exact.length > 0 ? exact : found
  }

  /** Whether there is one whose last part is this number with zeros before it. */
  hasWithZeros(text: Value | undefined): boolean {
    const digits = String(text ?? '')
    if (!/^[1-9]\d*$/.test(digits)) return false
    if (this.#zeroless === null) {
      const field = KEYS[this.#register].at(-1) ?? ''
      const names = [...this.items].map(({ after }) => String(after[field] ?? ''))
      const withZeros = names.filter((name) => /^0+\d+$/.test(name))
      this.#zeroless = new Set(withZeros.map((name) => name.replace(/^0+/, '')))
    }
    return this.#zeroless.has(digits)
  }

  byId(id: number): Item | undefined {
    return this.#byId.get(id)
  }
}

export type World = Readonly<Record<Register, Index>>

export const emptyWorld = (): World => ({
  buildings: new Index('buildings'),
  premises: new Index('premises'),
  points: new Index('points'),
  gateways: new Index('gateways'),
  buses: new Index('buses'),
  devices: new Index('devices'),
  meters: new Index('meters'),
})

export const newItem = (
  register: Register,
  after: Values,
  more: Partial<Omit<Item, 'register' | 'after'>> = {},
): Item => ({
  ...{ register, id: null, before: null, after, row: null, parent: null, at: null, stored: {} },
  ...more,
})

/** How a person names it: kinds of points are words of one language. */
export const subjectOf = (register: Register, values: Values): string => {
  const isPlace = register === 'points' && values.premises !== undefined
  return KEYS[register]
    .filter((field) => !(isPlace && field === 'kind'))
    .flatMap((field) => values[field] ?? [])
    .map(String)
    .join(' ')
}

export type Found = {
  /** Null: the file as a whole. */
  register: Register | null
  row: number | null
  subject: string
  problem: RowProblem
}

/** More than anybody mends at once; of a file of nothing else the rest is only counted. */
const KEPT_MAX = 10_000

/** What is wrong, cell by cell. */
export class Faults {
  readonly all: Found[] = []
  count = 0
  readonly #rows = new Map<Register, Set<number>>()

  /** With what was found before. */
  copy(): Faults {
    const copy = new Faults()
    copy.all.push(...this.all)
    copy.count = this.count
    for (const [register, rows] of this.#rows) copy.#rows.set(register, new Set(rows))
    return copy
  }

  #note(found: Found): void {
    this.count++
    if (this.all.length < KEPT_MAX) this.all.push(found)
    const { register, row } = found
    if (register === null || row === null) return
    const rows = this.#rows.get(register) ?? new Set()
    this.#rows.set(register, rows.add(row))
  }

  add(register: Register | null, row: number | null, subject: string, one: RowProblem): void {
    this.#note({ register, row, subject, problem: one })
  }

  /** Of one cell; `field` null: of the whole row. */
  cell(
    register: Register,
    row: SheetRow,
    field: string | null,
    code: ProblemCode,
    said?: Said,
  ): undefined {
    const column = SHEETS[register].columns.find((one) => one.field === field) ?? null
    const subject = subjectOf(register, row.values)
    this.add(register, row.row, subject, problem(code, column, said))
  }

  wrongRows(register: Register): number {
    return this.#rows.get(register)?.size ?? 0
  }

  isWrong(register: Register, row: number): boolean {
    return this.#rows.get(register)?.has(row) ?? false
  }
}

const sameValue = (a: Value | undefined, b: Value | undefined): boolean =>
  a === b || (typeof a === 'string' && typeof b === 'string' && a.trim() === b.trim())

/** Fields whose value an import changes; of a new item all that it has. */
export const changedFields = ({ register, before, after }: Item): string[] => {
  const fields = SHEETS[register].columns.map(({ field }) => field)
  return fields.filter(
    (field) => field !== 'id' && !sameValue(before?.[field] ?? undefined, after[field]),
  )
}

export const isChanged = (item: Item): boolean =>
  item.before === null || changedFields(item).length > 0

export type SheetRows = Readonly<Record<Register, readonly SheetRow[]>>

/** What a judgement needs and fills. */
export type Judging = {
  rows: SheetRows
  world: World
  faults: Faults
  /** Lets others run; called every so many rows. */
  breathe: () => Promise<void>
}

const BREATHE_EVERY = 200

/** In their order, with time for others in between. */
export const eachRow = async <T>(
  all: Iterable<T>,
  breathe: () => Promise<void>,
  step: (one: T) => void,
): Promise<void> => {
  let n = 0
  for (const one of all) {
    step(one)
    if (++n % BREATHE_EVERY === 0) await breathe()
  }
}

export const everyItem = function* (world: World): Generator<Item> {
  for (const register of REGISTERS) yield* world[register].items
}

/** The first row that names an item counts; another is told. True: it is taken. */
export const claim = ({ faults }: Judging, item: Item, row: SheetRow, field: string): boolean => {
  if (item.row === null) {
    item.row = row.row
    return true
  }
  const first = item.row
  faults.cell(item.register, row, field, 'twice', {
    zh: `与第 ${first} 行相同`,
    en: `as in row ${first}`,
  })
  return false
}

/** What of it is there. */
export const present = (values: Readonly<Record<string, Value | undefined>>): Values =>
  Object.fromEntries(
    Object.entries(values).flatMap(([field, value]) =>
      value === undefined ? [] : [[field, value] as const],
    ),
  )

/** What the row says, without what only finds the item. */
export const without = (values: Values, fields: readonly string[]): Values =>
  Object.fromEntries(Object.entries(values).filter(([field]) => !fields.includes(field)))
