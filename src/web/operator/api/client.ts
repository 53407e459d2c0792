// The one way to the server 接口调用: JSON over /api/v1 with the session's cookie, the CSRF token and,
// for writes, the caller's own request id. A lapsed session does not lose what was typed: the call
// waits for the log-in dialog and then goes on; so does one that asks for the password again.

import type { Problem } from '../../../http/contract.ts'
import { languageTag } from '../../text/i18n.ts'
import { noteServerDate } from '../../ui/clock.ts'
import { offer } from '../../ui/csv.ts'
import { NETWORK, ProblemError } from '../../ui/problem.tsx'
import { atDesk, noteAwake } from './presence.ts'
import { csrfToken, identityProved, loggedInAgain } from './session-store.ts'

export type Query = Record<string, string | number | undefined>

export type Call = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  query?: Query
  body?: unknown
  /** Idempotency-Key: the same id with the same content is answered once. */
  requestId?: string
  /** Log-in itself must hear its 401. */
  hear401?: boolean
  /** Nobody asked for it: it keeps no session alive. */
  background?: true
}

export const BASE = '/api/v1'

const ID_BYTES = 16

/** Unpredictable also where the connection is not encrypted, and browsers make no UUIDs. */
export const newRequestId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(ID_BYTES)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')

export const pathWith = (path: string, query: Query = {}): string => {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(key, String(value))
  }
  const text = params.toString()
  return `${BASE}${path}${text === '' ? '' : `?${text}`}`
}

const noAnswer = (): ProblemError =>
  new ProblemError({ type: 'about:blank', title: NETWORK, status: 0, code: NETWORK, facts: {} })

const send = async (path: string, call: Call): Promise<Response> => {
  const headers = new Headers({
    Accept: 'application/json, text/csv',
    'Accept-Language': languageTag(),
  })
  if (call.body !== undefined) headers.set('Content-Type', 'application/json')
  if (call.requestId) headers.set('Idempotency-Key', call.requestId)
  const person = call.background !== true && atDesk()
  if (!person) headers.set('X-Background', '1')
  const token = csrfToken()
  if (token && call.method && call.method !== 'GET') headers.set('X-CSRF-Token', token)
  try {
    const response = await fetch(pathWith(path, call.query), {
      method: call.method ?? 'GET',
      headers,
      credentials: 'same-origin',
      body: call.body === undefined ? undefined : JSON.stringify(call.body),
    })
    noteServerDate(response.headers.get('Date'))
    if (person && response.ok) noteAwake()
    return response
  } catch {
    // A request that got no answer may have been carried out: only its request id can tell.
    throw noAnswer()
  }
}

const problemIn = async (response: Response): Promise<Problem> => {
  try {
    const body: Partial<Problem> = await response.json()
    return {
      type: body.type ?? 'about:blank',
      title: body.title ?? response.statusText,
      status: response.status,
      code: body.code ?? `http_${response.status}`,
      facts: body.facts ?? {},
    }
  } catch {
    // A proxy in front of the server answers in its own words.
    return {
      type: 'about:blank',
      title: response.statusText,
      status: response.status,
      code: `http_${response.status}`,
      facts: {},
    }
  }
}

/** What it answers once the session and the password stand. */
const answered = async (path: string, options: Call): Promise<Response> => {
  const response = await send(path, options)
  if (response.status === 401 && !options.hear401) {
    await loggedInAgain()
    return answered(path, options)
  }
  if (response.ok) return response
  const problem = await problemIn(response)
  const asked = problem.code === 'confirmation_required' && (await identityProved())
  if (asked) return answered(path, options)
  throw new ProblemError(problem)
}

/** Calls the server. Errors: ProblemError with the server's code, or `network`. */
export const call = async <T>(path: string, options: Call = {}): Promise<T> => {
  const response = await answered(path, options)
  if (response.status === 204) return JSON.parse('null')
  try {
    return await response.json()
  } catch {
    throw noAnswer()
  }
}

const FILE_NAME = /filename="([^"]+)"/

/**
 * A table of the server as a file of this computer. A plain link would ask in the language of the
 * browser, not in that of the console.
 */
export const download = async (path: string, query: Query): Promise<void> => {
  const response = await answered(path, { query })
  const [, name = 'export.csv'] =
    FILE_NAME.exec(response.headers.get('Content-Disposition') ?? '') ?? []
  offer(await response.blob(), name)
}
