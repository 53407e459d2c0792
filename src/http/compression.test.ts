import { gunzipSync } from 'node:zlib'
import { Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemGzip } from '../adapters/gzip.ts'
import { systemClock, systemIds } from '../adapters/system.ts'
import type { Sessions, SignedIn } from '../operators/sessions.ts'
import { operatorId } from '../shared/ids.ts'
import { COMPRESSED_FROM_CHARS, takesGzip } from './compression.ts'
import { createMetrics } from './metrics.ts'
import { NoContent, type Route, route, sheetRoute, streamRoute } from './route.ts'
import { buildServer, type Server } from './server.ts'

test.each<[string, boolean]>([
  ['', false],
  ['identity', false],
  ['br', false],
  ['gzip', true],
  ['GZip', true],
  ['x-gzip', true],
  ['gzip, deflate, br, zstd', true],
  ['br;q=1.0, gzip;q=0.8, *;q=0.1', true],
  ['*', true],
  ['gzip;q=0', false],
  ['gzip; q=0.000', false],
  ['gzip;q=0, *', false],
  ['*;q=0', false],
  ['gzip;q=much', false],
  ['notgzip', false],
])('Accept-Encoding "%s" takes gzip: %s', (accepted, expected) => {
  expect(takesGzip(accepted)).toBe(expected)
})

const ROW = '云栖餐饮 "A-101" '
const LONG = ROW.repeat(COMPRESSED_FROM_CHARS / ROW.length)
const SHORT = 'x'.repeat(COMPRESSED_FROM_CHARS - '"x"'.length)
const Text = Type.String()
const words = { zh: '试', en: 'Trial' }
const start = (path: string) => ({ method: 'GET' as const, path, summary: words })
const telling = (path: string, text: string, permission: 'board.view' | 'session'): Route =>
  route({ ...start(path), permission, answer: Text, handler: async () => text })

const ROUTES: Route[] = [
  telling('/long', LONG, 'board.view'),
  telling('/short', SHORT, 'board.view'),
  telling('/session', LONG, 'session'),
  route({
    ...start('/empty'),
    ...{ permission: 'board.view', answer: NoContent, handler: async () => null },
  }),
  sheetRoute({
    ...{ ...start('/sheet'), permission: 'board.view' },
    ...{ params: Type.Object({}), query: Type.Object({}) },
    handler: async () => ({ fileName: 'long.csv', rows: [[LONG]] }),
  }),
  streamRoute({
    ...{ ...start('/events'), permission: 'board.view', query: Type.Object({}) },
    handler: async (_caller, _input, open) => {
      const stream = open()
      stream.send({ name: 'meters', data: LONG })
      stream.close()
    },
  }),
]

const CLERK: SignedIn = {
  ...{ operatorId: operatorId(1), username: 'clerk', name: '收银', role: 'clerk', language: 'zh' },
  ...{ mustChangePassword: false, passwordUntil: null },
  ...{ totp: false, passkeys: 0, mustSetUpTotp: false },
  ...{ permissions: new Set(['board.view'] as const), complexes: null, buildings: null },
  ...{ csrfToken: 'token', confirmed: false, tokenId: null, hash: Buffer.alloc(0) },
}
const never = () => Promise.reject(new Error('nobody asks'))
const SESSIONS: Sessions = {
  find: async () => CLERK,
  ...{ logIn: never, findBearer: never, logOut: never, changePassword: never },
  ...{ confirm: never, confirmByPasskey: never, logInByPasskey: never, alive: never },
  factorOf: () => ({ propose: never, adopt: never, clear: never }),
}

let server: Server
beforeAll(async () => {
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const world = { clock: systemClock, ids: systemIds, gzip: systemGzip, log }
  server = await buildServer(
    { ...world, metrics: createMetrics(), sessions: SESSIONS },
    ...[ROUTES, null],
  )
})
afterAll(() => server.app.close())

const ask = (url: string, acceptEncoding?: string, method: 'GET' | 'HEAD' = 'GET') =>
  server.app.inject({
    ...{ method, url, cookies: { sid: 'x' } },
    headers: acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding },
  })

describe('a long answer', () => {
  test('goes as gzip to who takes it, byte for byte the same', async () => {
    const [packed, plain] = [await ask('/long', 'gzip, br'), await ask('/long')]
    expect(packed.statusCode).toBe(200)
    expect(packed.headers).toMatchObject({
      ...{ 'content-encoding': 'gzip', vary: 'Accept-Encoding', 'cache-control': 'no-store' },
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(packed.rawPayload.length),
    })
    expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 10)
    expect(gunzipSync(packed.rawPayload).equals(plain.rawPayload)).toBe(true)
  })
  test.each([undefined, 'br', 'gzip;q=0'])('goes plain to %s, and says why', async (accepted) => {
    const plain = await ask('/long', accepted)
    expect(plain.headers).not.toHaveProperty('content-encoding')
    expect(plain.headers.vary).toBe('Accept-Encoding')
    expect(plain.json()).toBe(LONG)
  })
})

test.each([
  ['a short answer', '/short', 200],
  ['what tells a session its token', '/session', 200],
  ['a file', '/sheet', 200],
  ['a live stream', '/events', 200],
  ['nothing', '/empty', 204],
  ['a problem', '/nowhere', 404],
])('%s stays as it is', async (_name, url, status) => {
  const [asked, plain] = [await ask(url, 'gzip'), await ask(url)]
  expect(asked.statusCode).toBe(status)
  expect(asked.headers).not.toHaveProperty('content-encoding')
  expect(asked.headers).not.toHaveProperty('vary')
  // A problem tells the id of its request.
  if (status !== 404) expect(asked.rawPayload.equals(plain.rawPayload)).toBe(true)
})

test('HEAD is no way to an answer, compressed or not', async () => {
  const answer = await ask('/long', 'gzip', 'HEAD')
  expect(answer.statusCode).toBe(404)
  expect(answer.headers).not.toHaveProperty('content-encoding')
})
