// An operator's client of the real API for tests: logs in, keeps its cookie, names its writes.

import type { Session } from '../src/http/contract/operators.ts'

export type Answer<T> = { status: number; body: T }

export type ApiClient = {
  get<T>(path: string): Promise<Answer<T>>
  /** Rejects when the connection breaks: nothing is known then. */
  post<T>(path: string, body: unknown, requestId: string): Promise<Answer<T>>
}

const parsed = async <T>(response: Response): Promise<Answer<T>> => ({
  status: response.status,
  body: JSON.parse(await response.text()),
})

export const logIn = async (url: string, password: string): Promise<ApiClient> => {
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ username: 'admin', password }),
  })
  const { status, body } = await parsed<Session>(response)
  if (status >= 300) throw new Error(`log-in answered ${status}`)
  const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const headers = {
    cookie,
    origin: url,
    'content-type': 'application/json',
    'x-csrf-token': body.csrfToken,
  }
  return {
    get: async (path) => parsed(await fetch(url + path, { headers })),
    post: async (path, content, requestId) =>
      parsed(
        await fetch(url + path, {
          method: 'POST',
          headers: { ...headers, 'idempotency-key': requestId },
          body: JSON.stringify(content),
        }),
      ),
  }
}
