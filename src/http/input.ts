// What comes in 输入: schemas are closed (unknown keys are refused) and checked at the door, so that
// behind it only typed values exist. An error names the field and the rule it breaks.

import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { Value } from 'typebox/value'
import { type Facts, Refusal } from '../shared/refusal.ts'

export type Where = 'params' | 'query' | 'body'
export type Parse<S extends TSchema> = (raw: unknown) => Static<S>

type Node = Record<string, unknown>
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const hasDefault = (node: unknown): boolean => isNode(node) && node.default !== undefined

const closeNode = (node: unknown): void => {
  if (Array.isArray(node)) for (const each of node) closeNode(each)
  if (!isNode(node)) return
  if (isNode(node.properties)) {
    const { properties } = node
    if (node.additionalProperties === undefined) node.additionalProperties = false
    // What has a default is filled in before it is checked.
    if (Array.isArray(node.required))
      node.required = node.required.filter((key) => !hasDefault(properties[key]))
    for (const property of Object.values(properties)) closeNode(property)
  }
  closeNode(node.items)
  closeNode(node.anyOf)
}

/** A copy of the schema in which no object takes keys that it does not name. */
export const closed = <S extends TSchema>(schema: S): S => {
  const copy = Value.Clone(schema)
  closeNode(copy)
  return copy
}

/** Text of the URL becomes what the schema asks for; what does not fit stays and is refused. */
const fromText = (text: unknown, schema: unknown): unknown => {
  if (typeof text !== 'string' || !isNode(schema)) return text
  if (schema.type === 'integer' && /^-?\d{1,16}$/.test(text)) return Number(text)
  if (schema.type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true'
  return text
}

const fromUrl = (raw: unknown, schema: unknown): Node => {
  const properties = isNode(schema) && isNode(schema.properties) ? schema.properties : {}
  const out: Node = {}
  for (const [key, property] of Object.entries(properties))
    if (isNode(property) && property.default !== undefined) out[key] = property.default
  if (!isNode(raw)) return out
  for (const [key, text] of Object.entries(raw)) out[key] = fromText(text, properties[key])
  return out
}

const dotted = (...parts: readonly string[]): string =>
  parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('.')

// An unknown key also fails the schema `false` that stands for it, and a union fails once per
// branch: those say nothing by themselves.
const speaks = (error: TLocalizedValidationError): boolean =>
  error.keyword !== 'boolean' && !error.schemaPath.includes('/anyOf/')

const factsOf = (error: TLocalizedValidationError, where: Where): Facts => {
  const at = error.instancePath
  switch (error.keyword) {
    case 'required':
      return {
        where,
        field: dotted(at, error.params.requiredProperties[0] ?? ''),
        rule: 'required',
      }
    case 'additionalProperties':
      return {
        where,
        field: dotted(at, error.params.additionalProperties[0] ?? ''),
        rule: 'unknown',
      }
    case 'minimum':
    case 'maximum':
    case 'minLength':
    case 'maxLength':
    case 'minItems':
    case 'maxItems': {
      const limit = Object.values(error.params).find((value) => typeof value === 'number')
      return { where, field: dotted(at), rule: error.keyword, limit: limit ?? null }
    }
    default:
      return { where, field: dotted(at), rule: error.keyword }
  }
}

/** The path of a text with a NUL character, which PostgreSQL cannot store; null where none is. */
const nulPath = (value: unknown, path: string): string | null => {
  if (typeof value === 'string') return value.includes('\0') ? path : null
  const children: [string, unknown][] =
    Array.isArray(value) || isNode(value) ? Object.entries(value) : []
  for (const [key, child] of children) {
    const found = nulPath(child, `${path}/${key}`)
    if (found !== null) return found
  }
  return null
}

/** Parses one part of a request. Refuses: invalid_input with `where`, `field`, `rule`. */
export const parser = <S extends TSchema>(schema: S, where: Where): Parse<S> => {
  const strict = closed(schema)
  const validator = Compile(strict)
  return (raw) => {
    const value = where === 'body' ? raw : fromUrl(raw, strict)
    if (!validator.Check(value)) {
      const errors = validator.Errors(value)
      const error = errors.find(speaks) ?? errors[0]
      throw new Refusal('invalid_input', error ? factsOf(error, where) : { where })
    }
    const nul = nulPath(value, '')
    if (nul !== null)
      throw new Refusal('invalid_input', { where, field: dotted(nul), rule: 'characters' })
    return value
  }
}

// Formats of what we send ourselves cost more to check than all the rest together.
const withoutFormats = (node: unknown): void => {
  if (Array.isArray(node)) for (const each of node) withoutFormats(each)
  if (!isNode(node)) return
  delete node.format
  for (const child of Object.values(node)) withoutFormats(child)
}

export type Checked = { sent: unknown; wrong: string | null }

/**
 * Answers are checked too: a key that the contract does not name never leaves, and whatever does
 * not fit is reported, so that the contract can't drift from what is sent.
 */
export const answerCheck = (schema: TSchema): ((answer: unknown) => Checked) => {
  const strict = closed(schema)
  withoutFormats(strict)
  const validator = Compile(strict)
  return (answer) => {
    if (validator.Check(answer)) return { sent: answer, wrong: null }
    const errors = validator.Errors(answer)
    const error = errors.find(speaks) ?? errors[0]
    const wrong = error ? `${error.instancePath} ${error.message}` : 'unknown'
    return { sent: validator.Clean(Value.Clone(answer)), wrong }
  }
}
