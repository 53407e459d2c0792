// Values from a schema 按模式造值: what a contract takes, as arbitrary values for properties and as the
// smallest one. It knows the words that our contracts use; another is an error, not a guess.

import fc from 'fast-check'

export type Schema = Record<string, unknown>

/** Values that mean something under this name: ids of things that exist, days with readings. */
export type Known = (name: string) => readonly unknown[]

export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const numberOf = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise

export const propertiesOf = (schema: Schema): [string, Schema][] =>
  Object.entries(isSchema(schema.properties) ? schema.properties : {}).flatMap(([name, of]) =>
    isSchema(of) ? [[name, of]] : [],
  )

export const requiredOf = (schema: Schema): ReadonlySet<string> =>
  new Set(Array.isArray(schema.required) ? schema.required.map(String) : [])

/** Lists and records of a fuzz stay small: it is their kinds that matter. */
const ITEMS_MAX = 4
const TEXT_MAX = 40
const DAY_MS = 86_400_000
const INSTANTS = { min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) }
const MONTHS = { min: 0, max: 140 }

const isoOf = (ms: number): string => new Date(ms).toISOString()
const instant = fc.integer(INSTANTS).map(isoOf)
const day = fc.integer(INSTANTS).map((ms) => isoOf(ms - (ms % DAY_MS)).slice(0, 10))
const month = fc
  .integer(MONTHS)
  .map((n) => `${2020 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}`)
const MONTH_PATTERN = '^(19|2\\d)\\d\\d-(0[1-9]|1[0-2])$'

const texts = (schema: Schema): fc.Arbitrary<string> => {
  const minLength = numberOf(schema.minLength, 0)
  const maxLength = Math.min(numberOf(schema.maxLength, TEXT_MAX), TEXT_MAX)
  if (schema.format === 'date-time') return instant
  if (schema.format === 'date') return day
  if (schema.format === 'uuid') return fc.uuid()
  if (schema.format !== undefined) throw new Error(`no such format here: ${schema.format}`)
  if (schema.pattern === MONTH_PATTERN) return month
  if (typeof schema.pattern === 'string')
    return fc
      .stringMatching(new RegExp(schema.pattern), { maxLength: Math.max(maxLength, 1) })
      .filter((text) => text.length >= minLength && text.length <= maxLength)
  return fc.string({ minLength, maxLength, unit: 'grapheme-composite' })
}

const integers = (schema: Schema): fc.Arbitrary<number> => {
  const min = numberOf(schema.minimum, Number.MIN_SAFE_INTEGER)
  const max = numberOf(schema.maximum, Number.MAX_SAFE_INTEGER)
  const small = { min: Math.max(min, Math.min(0, max)), max: Math.min(max, Math.max(min, 200)) }
  return fc.oneof(
    { arbitrary: fc.integer(small), weight: 3 },
    { arbitrary: fc.integer({ min, max }), weight: 1 },
    { arbitrary: fc.constantFrom(min, max), weight: 1 },
  )
}

const objects = (schema: Schema, known: Known): fc.Arbitrary<unknown> => {
  const required = requiredOf(schema)
  const fields = propertiesOf(schema)
  if (fields.length === 0 && isSchema(schema.patternProperties)) {
    const of = Object.values(schema.patternProperties).find(isSchema) ?? {}
    return fc.dictionary(fc.string({ maxLength: 10 }), valid(of, known, ''), { maxKeys: ITEMS_MAX })
  }
  return fc.record(Object.fromEntries(fields.map(([name, of]) => [name, valid(of, known, name)])), {
    requiredKeys: fields.map(([name]) => name).filter((name) => required.has(name)),
  })
}

const lists = (schema: Schema, known: Known, name: string): fc.Arbitrary<unknown> => {
  const minLength = numberOf(schema.minItems, 0)
  const maxLength = Math.max(minLength, Math.min(numberOf(schema.maxItems, ITEMS_MAX), ITEMS_MAX))
  const item = valid(isSchema(schema.items) ? schema.items : {}, known, name)
  return schema.uniqueItems === true
    ? fc.uniqueArray(item, { minLength, maxLength, comparator: 'SameValue' })
    : fc.array(item, { minLength, maxLength })
}

const byType = (schema: Schema, known: Known, name: string): fc.Arbitrary<unknown> => {
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum)
  const branches = [schema.anyOf, schema.oneOf].find(Array.isArray)
  if (branches) return fc.oneof(...branches.filter(isSchema).map((of) => valid(of, known, name)))
  switch (schema.type) {
    case 'object':
      return objects(schema, known)
    case 'array':
      return lists(schema, known, name)
    case 'string':
      return texts(schema)
    case 'integer':
    case 'number':
      return integers(schema)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case undefined:
      return fc.jsonValue({ maxDepth: 2 })
    default:
      throw new Error(`no such type here: ${String(schema.type)}`)
  }
}

/** Whether a known value may stand where the schema is: it is of its type, or of one of them. */
const suits = (schema: Schema, value: unknown): boolean => {
  if (Array.isArray(schema.anyOf))
    return schema.anyOf.filter(isSchema).some((of) => suits(of, value))
  return schema.type === 'integer' ? Number.isInteger(value) : schema.type === typeof value
}

/** What the schema takes; where something is known by the name, that more often than not. */
export const valid = (schema: Schema, known: Known, name: string): fc.Arbitrary<unknown> => {
  const values = known(name).filter((value) => suits(schema, value))
  const any = byType(schema, known, name)
  if (values.length === 0) return any
  return fc.oneof(
    { arbitrary: fc.constantFrom(...values), weight: 4 },
    { arbitrary: any, weight: 1 },
  )
}

/** The smallest value that the schema takes: what is required, each by its name where known. */
export const least = (schema: Schema, known: Known, name = ''): unknown => {
  const value = known(name).find((each) => suits(schema, each))
  if (value !== undefined) return value
  if (schema.default !== undefined) return schema.default
  const branch = Array.isArray(schema.anyOf) ? schema.anyOf.find(isSchema) : undefined
  if (branch) return least(branch, known, name)
  if (schema.type === 'object') {
    const required = requiredOf(schema)
    const fields = propertiesOf(schema).filter(([field]) => required.has(field))
    return Object.fromEntries(fields.map(([field, of]) => [field, least(of, known, field)]))
  }
  if (schema.type === 'array') {
    const of = isSchema(schema.items) ? schema.items : {}
    return Array.from({ length: numberOf(schema.minItems, 0) }, () => least(of, known, name))
  }
  if (schema.type === 'integer') return Math.max(numberOf(schema.minimum, 0), 0)
  return fc.sample(byType(schema, known, name), { seed: 1, numRuns: 1 })[0]
}
