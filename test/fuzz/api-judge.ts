// What an answer of the API must be 接口模糊测试的判断: never an error of the server, of a status and a
// shape that the document names, and silent about what the caller may not see.

import { Compile } from 'typebox/schema'
import { HTTP_PROBLEMS } from '../../src/http/problem.ts'
import { REFUSALS } from '../../src/shared/refusal.ts'
import type { Operation } from './api-document.ts'
import type { Schema } from './from-schema.ts'

export type Told = { status: number; type: string; text: string }

type Check = (value: unknown) => string | null

const checks = new WeakMap<Schema, Check>()

const checkOf = (schema: Schema): Check => {
  const kept = checks.get(schema)
  if (kept) return kept
  const compiled = Compile(schema)
  const check: Check = (value) => {
    if (compiled.Check(value)) return null
    const error = compiled.Errors(value)[1][0]
    return error ? `${error.instancePath} ${error.message}` : 'does not fit'
  }
  checks.set(schema, check)
  return check
}

const CODES: ReadonlySet<string> = new Set([
  ...Object.keys(REFUSALS),
  ...Object.keys(HTTP_PROBLEMS),
])
const INNARDS = /node_modules|\.ts:\d|\bat [A-Z]\w+\.|\bselect \w+|insert into|pg_|violates|ECONN/i

const problemWrong = ({ status, text }: Told): string | null => {
  const { code, type, title, status: named } = Object(JSON.parse(text))
  if (!CODES.has(String(code))) return `no such code: ${code}`
  if (named !== status) return `status ${named} in the body of ${status}`
  if (type !== `urn:prewatt:problem:${code}` || !title) return 'type or title'
  return INNARDS.test(text) ? `tells its innards: ${text.slice(0, 300)}` : null
}

const shapeWrong = (operation: Operation, told: Told): string | null => {
  const { answers } = operation
  const answer = told.status < 300 ? answers[told.status] : answers.default
  if (answer === undefined) return 'the document names no such status'
  if (answer === null) return told.text === '' ? null : 'content where there is none'
  const schema = answer[told.type]
  if (schema === undefined) return `the document names no ${told.type}`
  if (!told.type.endsWith('json')) return null
  return checkOf(schema)(JSON.parse(told.text))
}

const around = (text: string, word: string): string =>
  text.slice(Math.max(0, text.indexOf(word) - 400), text.indexOf(word) + 200)

/** What is wrong with an answer, in words; null: nothing. `hidden` is what it may not show. */
export const wrongWith = (
  operation: Operation,
  told: Told,
  hidden: readonly string[],
): string | null => {
  if (told.status >= 500) return `${told.status}: ${told.text.slice(0, 300)}`
  const shown = hidden.find((each) => told.text.includes(each))
  if (shown !== undefined) return `shows ${around(told.text, shown)}`
  const shape = shapeWrong(operation, told)
  if (shape !== null) return `${told.status}: ${shape}`
  return told.type === 'application/problem+json' ? problemWrong(told) : null
}
