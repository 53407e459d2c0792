import { request as rawRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'

let rig: WebRig
let admin: Client
let readiness: () => Promise<{ ok: boolean; checks: Record<string, boolean> }>

beforeAll(async () => {
  rig = await startWebRig({ ready: () => readiness() })
  await rig.addOperator('admin', 'administrator', null)
  admin = await rig.as('admin')
})
afterAll(() => rig.stop())

const board = (query: string, headers: Record<string, string> = {}) =>
  admin.get(`/api/v1/board${query}`, headers)

describe('a refusal', () => {
  test('is a problem of RFC 9457 with a stable code and facts', async () => {
    const answer = await board('')
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(answer.body).toEqual({
      type: 'urn:prewatt:problem:invalid_input',
      title: 'The input is not valid',
      status: 400,
      code: 'invalid_input',
      facts: { where: 'query', field: 'complexId', rule: 'required' },
    })
  })
  test('speaks the language that the request names', async () => {
    expect(await board('', { 'accept-language': 'zh-CN' })).toMatchObject({
      body: { title: '输入有误' },
    })
    expect(await board('', { 'accept-language': 'en-US,en;q=0.9' })).toMatchObject({
      body: { title: 'The input is not valid' },
    })
  })
  test('otherwise the language of the operator', async () => {
    expect(await board('', { 'accept-language': 'fr' })).toMatchObject({
      body: { title: '输入有误' },
    })
  })
  test.each([
    ['?complexId=0', 'complexId', 'minimum'],
    ['?complexId=abc', 'complexId', 'type'],
    ['?complexId=99999999999', 'complexId', 'maximum'],
    ['?complexId=1&page=2', 'page', 'unknown'],
    ['?complexId=1&complexId=2', 'complexId', 'type'],
  ])('of the address %s names the parameter', async (query, field, rule) => {
    expect(await board(query)).toMatchObject({
      status: 400,
      body: { facts: { where: 'query', field, rule } },
    })
  })
  test.each([
    ['/api/v1/meters/abc', 'id'],
    ['/api/v1/purchases/1', 'id'],
    ["/api/v1/receipts/'; drop table sale", 'saleId'],
  ])('of the path %s names the part', async (path, field) => {
    expect(await admin.get(path)).toMatchObject({
      status: 400,
      body: { facts: { where: 'params', field } },
    })
  })
  test('of a cursor that is none of ours is no error of the server', async () => {
    const complexId = rig.complex.complexId
    for (const path of ['accounts', 'purchases', 'meters', 'ledger/postings', 'alarms'])
      expect(await admin.get(`/api/v1/${path}?complexId=${complexId}&cursor=zzz`)).toMatchObject({
        status: 400,
        body: { facts: { field: 'cursor' } },
      })
  })
})

type Sent = { headers: Record<string, string>; body: string }
const rawPost = async ({ headers, body }: Sent) => {
  const response = await fetch(`${rig.web.url}/api/v1/session`, { method: 'POST', headers, body })
  return { status: response.status, body: await response.json() }
}
const JSON_HEADERS = { 'content-type': 'application/json' }

describe('a request that is not even a request', () => {
  test('with broken JSON answers 400', async () => {
    expect(await rawPost({ headers: JSON_HEADERS, body: '{"username":' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', facts: { where: 'body' } },
    })
  })
  test('without a body answers 400', async () => {
    expect(await rawPost({ headers: JSON_HEADERS, body: '' })).toMatchObject({ status: 400 })
  })
  test('that would change the prototype of objects answers 400', async () => {
    const body = '{"username":"a","password":"b","__proto__":{"admin":true}}'
    expect(await rawPost({ headers: JSON_HEADERS, body })).toMatchObject({ status: 400 })
  })
  test('in another form than JSON answers 415', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(await rawPost({ headers, body: 'username=a&password=b' })).toMatchObject({
      status: 415,
      body: { code: 'unsupported_media_type' },
    })
  })
  test('of more than a mebibyte answers 413', async () => {
    const body = JSON.stringify({ username: 'a', password: 'x'.repeat(1_100_000) })
    expect(await rawPost({ headers: JSON_HEADERS, body })).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    })
  })
  test('with a NUL character answers 400, not an error of the database', async () => {
    const body = JSON.stringify({ username: 'a\0', password: 'b' })
    expect(await rawPost({ headers: JSON_HEADERS, body })).toMatchObject({
      status: 400,
      body: { facts: { field: 'username', rule: 'characters' } },
    })
  })
  test('to an address that is not there answers 404 as a problem', async () => {
    expect(await admin.get('/api/v1/unknown')).toMatchObject({
      status: 404,
      body: { code: 'not_found', facts: { path: '/api/v1/unknown' } },
    })
    expect(await admin.send('PATCH', '/api/v1/board')).toMatchObject({ status: 404 })
  })
  test('with an address that cannot be decoded answers 400', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const { hostname, port } = new URL(rig.web.url)
      rawRequest({ hostname, port, path: '/api/v1/meters/%zz' }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(400)
  })
  test.each(['sales?from=0001-01-01', 'sales?to=9999-12-31', 'audit?from=2026-02-30'])(
    'for a day that no calendar of ours has answers 400: %s',
    async (asked) => {
      const { status, body } = await admin.get(
        `/api/v1/${asked}&complexId=${rig.complex.complexId}`,
      )
      expect({ status, body }).toMatchObject({ status: 400, body: { code: 'invalid_input' } })
    },
  )
})

describe('an error that nobody foresaw', () => {
  test('answers 500 with a request id and tells nothing else', async () => {
    readiness = () => Promise.reject(new Error('password of the database is hunter2'))
    const answer = await admin.get('/readyz')
    const requestId = answer.headers.get('x-request-id')
    expect(answer).toMatchObject({
      status: 500,
      body: { code: 'internal_error', facts: { requestId } },
    })
    expect(JSON.stringify(answer.body)).not.toContain('hunter2')
    const logged = rig.lines.find((line) => line.level === 'error')
    expect(logged).toMatchObject({ text: 'request failed', facts: { requestId } })
    expect(JSON.stringify(logged)).toContain('hunter2')
    rig.lines.length = 0
  })
})

describe('whoever watches over the server', () => {
  test('hears 200 while it is ready and 503 while a part is not', async () => {
    readiness = async () => ({ ok: true, checks: { database: true, collector: true } })
    expect(await rig.client().get('/readyz')).toMatchObject({ status: 200 })
    readiness = async () => ({ ok: false, checks: { database: true, collector: false } })
    expect(await rig.client().get('/readyz')).toMatchObject({
      status: 503,
      body: { ok: false, checks: { collector: false } },
    })
    expect(await rig.client().get('/healthz')).toMatchObject({ status: 200, body: { ok: true } })
  })
  test('reads the figures as text', async () => {
    const answer = await rig.client().get('/metrics')
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    expect(answer.body).toContain('prewatt_http_requests_total{method="GET",status="200"}')
    expect(answer.body).toContain('prewatt_live_streams 0')
  })
})

describe('every answer', () => {
  test('carries the headers that keep a browser safe', async () => {
    const { headers } = await admin.get('/api/v1/session')
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|https?:/)
    expect(headers.get('x-powered-by')).toBeNull()
  })
  test('of an error carries them too', async () => {
    const { headers } = await admin.get('/api/v1/unknown')
    expect(headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })
  test('of the API page needs no other origin', async () => {
    const { body, headers } = await admin.get('/docs')
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|https?:/)
    expect(String(body)).not.toMatch(/(src|href)="(https?:)?\/\//)
  })
})
