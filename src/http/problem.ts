// Problems 错误应答 (RFC 9457): the one place where what went wrong becomes an answer. A refusal keeps
// its code and facts; anything unknown is a 500 that says nothing but its request id.

import { CommitUnknown } from '../ports/database.ts'
import { type Facts, REFUSALS, Refusal } from '../shared/refusal.ts'
import type { Language } from '../shared/words.ts'
import type { Problem } from './contract.ts'

/** What only the HTTP layer can find wrong. */
export const HTTP_PROBLEMS = {
  internal_error: {
    status: 500,
    zh: '服务器内部错误，请联系管理员并提供请求编号',
    en: 'Internal error: tell the administrator the request id',
  },
  body_too_large: { status: 413, zh: '请求内容过大', en: 'The request is too large' },
  unsupported_media_type: {
    status: 415,
    zh: '只接受 JSON（Content-Type: application/json）',
    en: 'Only JSON is accepted (Content-Type: application/json)',
  },
  headers_too_large: { status: 431, zh: '请求头过大', en: 'The head of the request is too large' },
  request_too_slow: { status: 408, zh: '请求过慢', en: 'The request took too long to come' },
  not_http: { status: 400, zh: '不是有效的 HTTP 请求', en: 'This is no HTTP request' },
} as const

export type HttpProblemCode = keyof typeof HTTP_PROBLEMS

type Row = { status: number; zh: string; en: string }
export type ProblemCode = HttpProblemCode | keyof typeof REFUSALS

const ROWS: Readonly<Record<ProblemCode, Row>> = { ...REFUSALS, ...HTTP_PROBLEMS }

export const problemOf = (code: ProblemCode, facts: Facts, language: Language): Problem => ({
  type: `urn:prewatt:problem:${code}`,
  title: ROWS[code][language],
  status: ROWS[code].status,
  code,
  facts,
})

/** A refusal's words outside a problem, e.g. for the refused meters of a batch. */
export const titleOf = (code: string, language: Language): string => {
  const row = Object.entries(ROWS).find(([known]) => known === code)?.[1]
  return row?.[language] ?? code
}

/** Errors of the HTTP library carry a code of their own. */
const ofLibrary: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_input',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_input',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_input',
  FST_ERR_BAD_URL: 'invalid_input',
}

const libraryProblem = (error: unknown): ProblemCode | null => {
  if (!(error instanceof Error)) return null
  const known = 'code' in error ? ofLibrary[String(error.code)] : undefined
  if (known) return known
  // A library that blames the caller: a folder asked for as a file, a prototype in a body.
  const status = 'statusCode' in error ? Number(error.statusCode) : 500
  if (status === 403 || status === 404) return 'not_found'
  return status >= 400 && status < 500 ? 'invalid_input' : null
}

export type Told = { problem: Problem; unexpected: boolean }

/** The answer to an error; `unexpected` ones are to be logged with the error itself. */
export const problemFor = (error: unknown, language: Language, requestId: string): Told => {
  if (error instanceof Refusal)
    return { problem: problemOf(error.code, error.facts, language), unexpected: false }
  // The same request id asks again safely: the answer is then known.
  if (error instanceof CommitUnknown)
    return { problem: problemOf('database_unavailable', {}, language), unexpected: true }
  const code = libraryProblem(error)
  if (code !== null)
    return {
      problem: problemOf(code, code === 'invalid_input' ? { where: 'body' } : {}, language),
      unexpected: false,
    }
  return { problem: problemOf('internal_error', { requestId }, language), unexpected: true }
}
