// A look into a workbook 先看一眼 before it is read whole: whether it is one, how much it would become,
// and which cells hold no value but an error, which the reader would take for empty.

import { inflateRawSync } from 'node:zlib'

/** 20,000 rows are a tenth of it. */
const WHOLE_MAX_BYTES = 200 * 1024 * 1024
const ROWS_MAX = 100_000
const COLUMNS_MAX = 500
const SHEETS_MAX = 50

const END = 0x06054b50
const ENTRY = 0x02014b50
const END_BYTES = 22
const ENTRY_BYTES = 46
const LOCAL_BYTES = 30
const DEFLATED = 8
const LETTERS = 26
const BEFORE_A = 64

type Entry = { method: number; packed: number; whole: number; local: number }

/** The parts of the file by name, as its directory lists them. */
const entriesOf = (file: Buffer): Map<string, Entry> | null => {
  const signature = Buffer.alloc(4)
  signature.writeUInt32LE(END)
  const end = file.lastIndexOf(signature)
  if (end < 0 || end + END_BYTES > file.length) return null
  const entries = new Map<string, Entry>()
  let at = file.readUInt32LE(end + 16)
  for (let left = file.readUInt16LE(end + 10); left > 0; left--) {
    if (at + ENTRY_BYTES > file.length || file.readUInt32LE(at) !== ENTRY) return null
    const nameBytes = file.readUInt16LE(at + 28)
    const name = file.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes)
    entries.set(name, {
      method: file.readUInt16LE(at + 10),
      packed: file.readUInt32LE(at + 20),
      whole: file.readUInt32LE(at + 24),
      local: file.readUInt32LE(at + 42),
    })
    at += ENTRY_BYTES + nameBytes + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
  }
  return entries
}

const textOf = (file: Buffer, { method, packed, local }: Entry): string => {
  const from = local + LOCAL_BYTES + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
  const bytes = file.subarray(from, from + packed)
  // What says that it is small, and is not, ends here.
  const whole =
    method === DEFLATED ? inflateRawSync(bytes, { maxOutputLength: WHOLE_MAX_BYTES }) : bytes
  return whole.toString('utf8')
}

const attribute = (xml: string, name: string): string | null =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(xml)?.[1] ?? null

/** The parts that hold the sheets, in their order; null where one is missing. */
const sheetsOf = (file: Buffer, entries: ReadonlyMap<string, Entry>): (Entry | null)[] => {
  const [workbook = '', links = ''] = ['xl/workbook.xml', 'xl/_rels/workbook.xml.rels'].map(
    (name) => {
      const entry = entries.get(name)
      return entry ? textOf(file, entry) : ''
    },
  )
  const relationships = links.match(/<Relationship\s[^>]*>/g) ?? []
  return [...workbook.matchAll(/<(?:\w+:)?sheet\s[^>]*>/g)].map(([sheet]) => {
    const id = attribute(sheet, 'r:id')
    const link = relationships.find((one) => attribute(one, 'Id') === id)
    const target = attribute(link ?? '', 'Target') ?? ''
    return entries.get(target.startsWith('/') ? target.slice(1) : `xl/${target}`) ?? null
  })
}

export type Place = { row: number; column: number }

/** From 0 on, both. */
const placeOf = (reference: string): Place | null => {
  const [, letters = '', digits = ''] = /^([A-Z]{1,3})(\d{1,7})$/.exec(reference) ?? []
  if (letters === '') return null
  const column = [...letters].reduce((n, c) => n * LETTERS + c.charCodeAt(0) - BEFORE_A, 0)
  return { row: Number(digits) - 1, column: column - 1 }
}

const CELL = /<(?:\w+:)?c\s([^>]*?)(?:\/>|>([\s\S]*?)<\/(?:\w+:)?c>)/g
const NEVER_COMPUTED = '#?'

/** What stands in a cell that has no value where one is meant; null for any other. */
const errorIn = (attributes: string, inner: string): string | null => {
  const value = /<(?:\w+:)?v>([^<]*)</.exec(inner)?.[1] ?? ''
  if (attribute(` ${attributes}`, 't') === 'e') return value || NEVER_COMPUTED
  return value === '' && /<(?:\w+:)?f[\s>/]/.test(inner) ? NEVER_COMPUTED : null
}

export type CellError = Place & { said: string }
/** Of each sheet looked into, in their order. */
export type Look = { sheets: readonly { errors: readonly CellError[] }[] }

/** Null where it reaches too far. */
const errorsOf = (sheet: string): CellError[] | null => {
  const errors: CellError[] = []
  for (const [, attributes = '', inner = ''] of sheet.matchAll(CELL)) {
    const place = placeOf(attribute(` ${attributes}`, 'r') ?? '')
    if (!place) continue
    if (place.row >= ROWS_MAX || place.column >= COLUMNS_MAX) return null
    const said = errorIn(attributes, inner)
    if (said !== null) errors.push({ ...place, said })
  }
  return errors
}

/** Null for what is no workbook, or too large a one. Errors: of what only pretends to be one. */
export const lookInto = (file: Buffer, which: 'first' | 'all' = 'first'): Look | null => {
  const entries = entriesOf(file)
  if (!entries) return null
  const whole = [...entries.values()].reduce((sum, entry) => sum + entry.whole, 0)
  if (whole > WHOLE_MAX_BYTES) return null
  const found = sheetsOf(file, entries).slice(0, which === 'first' ? 1 : SHEETS_MAX + 1)
  if (found.length === 0 || found.length > SHEETS_MAX) return null
  const sheets: { errors: readonly CellError[] }[] = []
  for (const sheet of found) {
    const errors = sheet && errorsOf(textOf(file, sheet))
    if (!errors) return null
    sheets.push({ errors })
  }
  return { sheets }
}
