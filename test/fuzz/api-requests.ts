// Requests for a fuzz of the API 接口模糊测试的请求: what the document allows, and the same with one to
// three places spoilt.

import fc from 'fast-check'
import type { Operation } from './api-document.ts'
import { isSchema, type Known, valid } from './from-schema.ts'
import { NAUGHTY } from './naughty.ts'

/** A JSON document: what is in the URL and what is in the body. */
type Parts = { params: unknown; query: unknown; body: unknown }
export type FuzzRequest = { method: string; url: string; body: string | null; spoilt: boolean }

/** Stands for a number that JSON can write and no double can hold. */
const BEYOND = '@beyond@'
const DEEP = 3_000

const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown => {
  let value: unknown = 1
  for (let n = 0; n < depth; n++) value = wrap(value)
  return value
}

const numbers = [
  ...[0, -1, 0.5, -0.1, 1e-7, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, -(2 ** 53), 1e21, 1e308, BEYOND],
  ...[Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 63],
]
const others = [
  ...[null, true, false, 'NaN', 'Infinity', [], {}, [null], [[]], { '': '' }, ['1'], { id: 1 }],
  ...[nested(DEEP, (inner) => [inner]), nested(DEEP, (a) => ({ a }))],
  ...[Array.from({ length: 300 }, (_, n) => n)],
]
const NASTY: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...numbers),
  fc.constantFrom(...others),
  { arbitrary: fc.constantFrom(...NAUGHTY), weight: 3 },
  fc.string({ unit: 'binary', maxLength: 20 }),
)

type Spoiling = { place: number; how: 'replace' | 'drop' | 'add' | 'double'; value: unknown }

const SPOILING: fc.Arbitrary<Spoiling> = fc.record({
  place: fc.nat(1_000),
  how: fc.constantFrom('replace', 'replace', 'replace', 'drop', 'add', 'double'),
  value: NASTY,
})

type Place = { holder: Record<string, unknown> | unknown[]; key: string }

const placesIn = (value: unknown): Place[] => {
  if (!Array.isArray(value) && !isSchema(value)) return []
  return Object.entries(value).flatMap(([key, child]) => [
    { holder: value, key },
    ...placesIn(child),
  ])
}

const put = ({ holder, key }: Place, value: unknown): void => {
  if (Array.isArray(holder)) holder[Number(key)] = value
  else holder[key] = value
}

const spoil = (parts: Parts, { place, how, value }: Spoiling): void => {
  const places = placesIn(parts)
  const at = places[place % places.length]
  if (at === undefined) return
  const { holder, key } = at
  if (how === 'replace') put(at, value)
  else if (how === 'double') put(at, [value, value])
  else if (how === 'add' && !Array.isArray(holder)) holder[`${key}${place}`] = value
  else if (how === 'drop' && !Array.isArray(holder) && holder !== parts) delete holder[key]
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
const inUrl = (value: unknown): string => encodeURIComponent(textOf(value).toWellFormed())

const urlOf = (path: string, { params, query }: Parts): string => {
  const given = isSchema(params) ? params : {}
  // An empty part of a path is another path.
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => inUrl(given[name] ?? '') || '%20')
  const pairs = Object.entries(isSchema(query) ? query : {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${inUrl(name)}=${inUrl(one)}`),
  )
  return pairs.length === 0 ? filled : `${filled}?${pairs.slice(0, 50).join('&')}`
}

/** Longer ones no server takes for a request at all. */
const URL_MAX = 8_000

const requestOf = (operation: Operation, parts: Parts, spoilt: boolean): FuzzRequest => ({
  method: operation.method,
  url: urlOf(operation.path, parts)
    .slice(0, URL_MAX)
    .replace(/%[0-9A-F]?$/, ''),
  body:
    operation.body === null && !spoilt
      ? null
      : (JSON.stringify(parts.body)?.replaceAll(`"${BEYOND}"`, '1e400') ?? null),
  spoilt,
})

/** Requests of an operation, by ids that are known to exist: two of three with something wrong. */
export const requestsOf = (operation: Operation, known: Known): fc.Arbitrary<FuzzRequest> => {
  const parts = fc.record({
    params: valid(operation.params, known, ''),
    query: valid(operation.query, known, ''),
    body: operation.body === null ? fc.constant(undefined) : valid(operation.body, known, ''),
  })
  const spoilings = fc.array(SPOILING, { minLength: 1, maxLength: 3 })
  return fc.tuple(parts, fc.option(spoilings, { freq: 2, nil: [] })).map(([made, wrong]) => {
    const copy = structuredClone(made)
    for (const each of wrong) spoil(copy, each)
    return requestOf(operation, copy, wrong.length > 0)
  })
}
