import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient, PASSWORD, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { httpListeners } from '../adapters/http-listener.ts'
import { createPasswords } from '../operators/password.ts'
import { createSessions } from '../operators/sessions.ts'
import { systemScope } from '../ports/database.ts'
import { allRoutes } from './all-routes.ts'
import { startWeb, type Web } from './start-web.ts'

let rig: WebRig
let folder: string
/** Trusts nobody, and lets one operator ask twelve times a minute. */
let strict: Web
const PATIENCE = { headersMs: 300, requestMs: 600, checkEveryMs: 50 }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prewatt-edge-'))
  await mkdir(join(folder, 'assets'), { recursive: true })
  await writeFile(join(folder, 'index.html'), '<!doctype html><html><head></head></html>')
  await writeFile(join(folder, 'assets/main-1a2b.js'), 'export {}')
  await writeFile(join(folder, 'favicon.svg'), '<svg/>')
  rig = await startWebRig({ meters: 1, webRoot: folder })
  await rig.addOperator('admin', 'administrator', null)
  await rig.addOperator('clerk', 'finance-clerk', null)
  const listeners = httpListeners(null, PATIENCE)
  const edge = { ...listeners, scheme: 'http', trustProxy: [], requestsPerMinute: 12 } as const
  strict = await startWeb({ ...rig.deps, edge })
})
afterAll(async () => {
  await strict.stop()
  await rig.stop()
  await rm(folder, { recursive: true })
})

const BY_PROXY = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '198.51.100.7' }

describe('the headers that keep a browser safe', () => {
  const routesOf = () => {
    const passwords = createPasswords(rig.deps.rng)
    const sessions = createSessions({ ...rig.deps, passwords })
    const live = { watch: () => {}, stop: async () => {} }
    return allRoutes({ ...rig.deps, sessions, passwords, live })
  }
  const SAFE = {
    'content-security-policy': expect.stringMatching(
      /^default-src 'self'.*object-src 'none'.*base-uri 'none'.*frame-ancestors 'none'/,
    ),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': expect.stringContaining('camera=()'),
    'referrer-policy': 'no-referrer',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
  const headersOf = async (method: string, path: string) => {
    const { headers } = await rig.client().send(method, path, {
      headers: { ...BY_PROXY, accept: path.startsWith('/api') ? 'application/json' : '*/*' },
    })
    return Object.fromEntries(headers)
  }
  test('stand in the answer of every route, and no cache keeps it', async () => {
    const routes = routesOf()
    expect(routes.length).toBeGreaterThan(200)
    for (const { method, path } of routes) {
      const headers = await headersOf(method, path.replaceAll(/:\w+/g, '1'))
      expect({ path, ...headers }).toMatchObject({ path, ...SAFE, 'cache-control': 'no-store' })
      expect(headers['content-security-policy']).not.toMatch(/unsafe|https?:|\*/)
      expect(headers).not.toHaveProperty('x-powered-by')
      expect(headers).not.toHaveProperty('server')
    }
  })
  test.each([
    ['/', 'no-store'],
    ['/board', 'no-store'],
    ['/favicon.svg', 'no-cache'],
    ['/assets/main-1a2b.js', 'public, max-age=31536000, immutable'],
    ['/assets/gone.js', 'no-store'],
    ['/docs/', 'no-store'],
    ['/api/v1/openapi.json', 'no-store'],
    ['/api/v1/nowhere', 'no-store'],
  ])('stand in %s, which is %s', async (path, cacheControl) => {
    const headers = await headersOf('GET', path)
    expect(headers).toMatchObject({ ...SAFE, 'cache-control': cacheControl })
    expect(headers['content-security-policy']).not.toMatch(/unsafe|https?:|\*/)
  })
  test('promise TLS only where TLS is spoken', async () => {
    const { headers } = await rig.client().get('/healthz')
    expect(headers.get('strict-transport-security')).toBeNull()
  })
})

describe('what a proxy says of its client', () => {
  const logInAt = async (url: string) => {
    const headers = { 'content-type': 'application/json', ...BY_PROXY }
    const body = JSON.stringify({ username: 'admin', password: PASSWORD })
    const answer = await fetch(`${url}/api/v1/session`, { method: 'POST', headers, body })
    return answer.headers.getSetCookie()[0] ?? ''
  }
  const lastFrom = async () => {
    const rows = await rig.base.db.as(systemScope('test'), (tx) =>
      tx.query<{ from: string }>(
        `select came_from as from from audit where action = 'session.begin'
         order by at desc limit 1`,
      ),
    )
    return rows[0]?.from
  }
  test('counts where the proxy is trusted: the address in the log, the cookie of TLS', async () => {
    expect(await logInAt(rig.web.url)).toMatch(
      /^__Host-sid=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
    expect(await lastFrom()).toBe('198.51.100.7')
  })
  test('counts for nothing from anybody else', async () => {
    expect(await logInAt(strict.url)).toMatch(/^sid=.*; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(await lastFrom()).toBe('127.0.0.1')
  })
})

describe('who asks too often', () => {
  const hurry = async (client: ReturnType<typeof createClient>) => {
    for (let n = 0; n < 30; n++) {
      const answer = await client.get('/api/v1/session')
      if (answer.status !== 200) return answer
    }
    return null
  }
  test('waits as long as the answer says, by himself alone', async () => {
    const clerk = createClient(strict.url)
    await clerk.logIn('clerk')
    const answer = await hurry(clerk)
    expect(answer).toMatchObject({
      status: 429,
      body: { code: 'too_many_attempts', facts: { retryAfterS: expect.any(Number) } },
    })
    expect(Number(answer?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answer?.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    const admin = createClient(strict.url)
    await admin.logIn('admin')
    expect(await admin.get('/api/v1/session')).toMatchObject({ status: 200 })
  })
})

/** All that comes back until the server closes the connection. */
const raw = (text: string, later?: string): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(strict.url)
    let heard = ''
    const socket = connect(Number(port), hostname, () => socket.write(text))
    socket.setEncoding('utf8').on('data', (part) => {
      heard += part
    })
    if (later !== undefined) setTimeout(() => socket.write(later), 30)
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard))
  })
const HOST = 'host: 127.0.0.1\r\n'

describe('a request that is no good', () => {
  const problemIn = (heard: string): unknown =>
    JSON.parse(heard.slice(heard.indexOf('\r\n\r\n') + 4) || 'null')

  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', 'not_http'],
    [
      'a head without end',
      `GET / HTTP/1.1\r\n${HOST}x: ${'x'.repeat(20_000)}\r\n\r\n`,
      'headers_too_large',
    ],
    [
      'an address without end',
      `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n${HOST}\r\n`,
      'headers_too_large',
    ],
    [
      'two lengths',
      `POST / HTTP/1.1\r\n${HOST}content-length: 1\r\ncontent-length: 2\r\n\r\nab`,
      'not_http',
    ],
    [
      'a length and chunks',
      `POST / HTTP/1.1\r\n${HOST}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      'not_http',
    ],
    [
      'a chunk that lies',
      `POST /api/v1/session HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\nzz\r\n`,
      'not_http',
    ],
    ['a space before the colon', `GET / HTTP/1.1\r\n${HOST}x : y\r\n\r\n`, 'not_http'],
  ])('for %s is told so, as a problem, and the connection ends', async (_, text, code) => {
    const heard = await raw(text)
    expect(heard.toLowerCase()).toContain('connection: close')
    expect(problemIn(heard)).toMatchObject({ code, type: `urn:prewatt:problem:${code}` })
  })
  test('for two hosts is told so', async () => {
    const heard = await raw(`GET / HTTP/1.1\r\n${HOST}${HOST}connection: close\r\n\r\n`)
    expect(heard).toContain('HTTP/1.1 400')
    expect(heard).toContain('invalid_input')
  })
  test.each([
    ['longer than a log-in', 'application/json', 'x'.repeat(20_000), 413],
    ['plain text', 'text/plain', '{}', 415],
    ['compressed', 'application/gzip', 'x', 415],
  ])('for a body that is %s is told so before it is read', async (_, type, body, status) => {
    const headers = { 'content-type': type }
    const asked = { method: 'POST', headers, body }
    expect(await fetch(`${strict.url}/api/v1/session`, asked)).toMatchObject({ status })
  })
  test('for a head that never ends is not waited for', async () => {
    expect(problemIn(await raw(`GET / HTTP/1.1\r\n${HOST}`, 'x: y\r\n'))).toMatchObject({
      status: 408,
      code: 'request_too_slow',
    })
  })
  test('for a body that never ends is not waited for', async () => {
    const head = `POST /api/v1/session HTTP/1.1\r\n${HOST}content-type: application/json\r\n`
    const heard = await raw(`${head}content-length: 100\r\n\r\n{`, '"')
    expect(problemIn(heard)).toMatchObject({ code: 'request_too_slow' })
  })
})

test('who has not logged in is held back by his address', async () => {
  let last = 0
  for (let n = 0; n < 200 && last !== 429; n++)
    last = (await createClient(strict.url).get('/healthz')).status
  expect(last).toBe(429)
})
