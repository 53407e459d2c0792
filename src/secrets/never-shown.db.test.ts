// Secrets and names planted by the real routes, then everything that goes out: lists, objects,
// files, errors, the log, metrics, the description of the interface, the stream, the database.

import { inflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROUTES_BY_BUILDING } from '../../test/routes-by-building.ts'
import { startTwoBuildings, type TwoBuildings } from '../../test/two-buildings.ts'
import type { Client } from '../../test/web-rig.ts'
import { withClient } from '../adapters/one-client.ts'
import { systemClock } from '../adapters/system.ts'
import { allRoutes } from '../http/all-routes.ts'
import type { Route } from '../http/route.ts'
import { createPasswords } from '../operators/password.ts'
import { createSessions } from '../operators/sessions.ts'
import { must } from '../shared/assert.ts'
import { plusMs, rfc3339 } from '../shared/clock.ts'

const PHONE = '13800001234'
const PLANTED: Record<string, string> = {
  'a phone': PHONE,
  'an operator’s phone': '13911112222',
  'the secret of a link': 'LINKsecret#16byt',
  'the password of a link': 'LINK-password-77',
  'the password of an operator': 'Copper-Kettle-77',
  'a wrong password': 'Wrong-Donkey-99-x',
  'a key of a meter': Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex').toString('latin1'),
}

let world: TwoBuildings
const fieldOf = (body: unknown, name: string): string =>
  String(
    must(new Map(Object.entries(Object(body))).get(name), `${name} in ${JSON.stringify(body)}`),
  )

const plantLinks = async (complexId: number, admin: Client) => {
  const secret = must(PLANTED['the secret of a link'], 'planted')
  const password = must(PLANTED['the password of a link'], 'planted')
  const gateway = (code: string, link: object) =>
    admin.post('/api/v1/gateways', { complexId, code, name: code, link })
  const box = { kind: 'acrel-awt100', port: 5010, gatewayNo: 'AWT-9', secret }
  expect((await gateway('P1', box)).status).toBe(200)
  const mqtt = { kind: 'mqtt', gatewayNo: 'GW01', dialect: 'prewatt', password }
  expect((await gateway('P2', mqtt)).status).toBe(200)
  // Refused, with the secret in what was sent.
  const refused = [
    await gateway('P1', box),
    await gateway('P3', { ...box, port: 'x' }),
    await gateway('P4', { ...mqtt, dialect: `${password}?` }),
    await gateway('P5', { ...box, secret: `${secret}0` }),
  ]
  return refused.map(({ body }) => body)
}

const plantPeople = async (admin: Client) => {
  const { rig } = world
  const password = must(PLANTED['the password of an operator'], 'planted')
  const phone = must(PLANTED['an operator’s phone'], 'planted')
  const made = await admin.post('/api/v1/operators', {
    ...{ username: 'planted', name: '种', password, phone, role: 'manager' },
    ...{ complexes: null, buildings: null },
  })
  expect(made).toMatchObject({ status: 200 })
  const wrong = must(PLANTED['a wrong password'], 'planted')
  const stranger = rig.client()
  const refused = [
    await stranger.logIn('planted', wrong),
    await admin.post('/api/v1/operators', { username: 'x', password }),
  ]
  const factor = await admin.post('/api/v1/session/totp', undefined)
  PLANTED['the secret of a second factor'] = fieldOf(factor.body, 'secret')
  const token = await admin.post('/api/v1/session/tokens', {
    ...{
      name: 'machine',
      permissions: ['account.view'],
      expiresAt: rfc3339(plusMs(systemClock.now(), 86_400_000), 'utc'),
    },
  })
  PLANTED['a token'] = fieldOf(token.body, 'token')
  PLANTED['a session'] = must(admin.cookie.split('=')[1], 'there is a session')
  return refused.map(({ body }) => body)
}

/** Each secret as it is, and as a file or a table might carry it. */
const formsOf = (secret: string): string[] => {
  const bytes = Buffer.from(secret, 'latin1')
  return [secret, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex')]
}

const foundIn = (text: string, except: readonly string[] = []): string[] => {
  const small = text.toLowerCase()
  return Object.entries(PLANTED).flatMap(([name, secret]) =>
    !except.includes(name) && formsOf(secret).some((form) => small.includes(form.toLowerCase()))
      ? [name]
      : [],
  )
}

let refusals: unknown[]
beforeAll(async () => {
  world = await startTwoBuildings()
  const { admin, secret } = world
  refusals = [...(await plantLinks(secret.complexId, admin)), ...(await plantPeople(admin))]
  const account = `/api/v1/accounts/${secret.accountId}`
  const twice = { tenant: { phone: `${PHONE}x` } }
  refusals.push((await admin.send('PATCH', account, { body: twice })).body)
  await admin.send('PATCH', account, { body: { tenant: { phone: '13800005555' } } })
  await admin.send('PATCH', account, { body: { tenant: { phone: PHONE } } })
})
afterAll(() => world.stop())

const readsOf = (): string[] => {
  const { secret } = world
  return Object.entries(ROUTES_BY_BUILDING).flatMap(([name, row]) => {
    if (!name.startsWith('GET ')) return []
    if ('sees' in row) return [`/api/v1${row.sees(secret)}`]
    if ('gone' in row) return [`/api/v1${row.gone(secret)}`]
    const path = name.slice('GET '.length)
    return path.includes(':') || path === '/events'
      ? []
      : [`/api/v1${path}?complexId=${secret.complexId}`]
  })
}

describe('no secret goes out', () => {
  test('by anything that can be read', async () => {
    const paths = readsOf()
    expect(paths.length).toBeGreaterThan(60)
    const told: Record<string, string[]> = {}
    let answered = 0
    for (const path of paths) {
      const { status, body } = await world.admin.get(path)
      if (status === 200) answered += 1
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const found = foundIn(text)
      if (found.length > 0) told[path] = found
    }
    expect(told).toEqual({})
    expect(answered).toBeGreaterThan(50)
  })

  test('by a refusal, though it was in what was sent', () => {
    expect(refusals.length).toBeGreaterThan(6)
    expect(foundIn(JSON.stringify(refusals))).toEqual([])
  })

  test('by the log, the metrics, or the description of the interface', async () => {
    const { rig } = world
    const [metrics, description] = await Promise.all([
      rig.client().get('/metrics'),
      world.admin.get('/api/v1/openapi.json'),
    ])
    expect(String(metrics.body)).toContain('prewatt')
    expect(description.status).toBe(200)
    const log = rig.lines.map(({ text, facts }) => `${text} ${JSON.stringify(facts)}`).join('\n')
    for (const text of [log, String(metrics.body), JSON.stringify(description.body)])
      expect(foundIn(text)).toEqual([])
  })

  test('by the event stream', async () => {
    const { rig, admin, secret } = world
    const stop = new AbortController()
    const answer = await fetch(`${rig.web.url}/api/v1/events?complexId=${secret.complexId}`, {
      headers: { cookie: admin.cookie },
      signal: stop.signal,
    })
    expect(answer.status).toBe(200)
    const reader = must(answer.body, 'it streams').getReader()
    const first = await reader.read()
    stop.abort()
    expect(foundIn(Buffer.from(first.value ?? []).toString())).toEqual([])
  })

  test('out of the database: nothing of it stands there as it is', async () => {
    const found = await withClient(world.rig.base.ownerUrl, async (client) => {
      const { rows } = await client.query(
        `select c.relname as name from pg_class c where c.relkind = 'r'
         and c.relnamespace = 'public'::regnamespace`,
      )
      const told: Record<string, string[]> = {}
      for (const { name } of rows) {
        const { rows: lines } = await client.query(`select t::text as line from "${name}" t`)
        const hits = foundIn(lines.map(({ line }) => line).join('\n'))
        if (hits.length > 0) told[String(name)] = hits
      }
      return told
    })
    expect(found).toEqual({})
  })

  test('by the audit log, whose before and after hold no sealed value either', async () => {
    const rows = await world.query<{ text: string }>(
      `select coalesce(before::text, '') || coalesce(after::text, '') as text from audit`,
    )
    const all = rows.map(({ text }) => text).join('\n')
    expect(all).toContain('secretSet')
    expect(all).toContain('138****1234')
    expect(all).not.toMatch(/sealed/i)
  })
})

const FORMULA = `=HYPERLINK("http://evil")`
/** Everything that people name; quotes of JSON are the database's own matter. */
const NAMED = [
  'tenant.name',
  'building.name',
  'premises.name',
  'premises.no',
  'gateway.name',
  'plan.name',
  'operator.name',
]

/** Where each file is; what is left out has rows only after a long day, written the same way. */
const FILES: Record<string, (s: TwoBuildings['secret']) => string> = {
  'GET /audit/export': () => '/audit/export?',
  'GET /import/export': () => '/import/export?language=zh&format=xlsx&',
  'GET /import/template': () => '/import/template?language=zh&format=xlsx',
  'GET /imports/accounts/template': () => '/imports/accounts/template?language=zh&format=csv',
  'GET /imports/bulk-open/template': () => '/imports/bulk-open/template?language=zh&format=xlsx',
  'GET /imports/swaps/template': () => '/imports/swaps/template?language=zh&format=csv',
  'GET /accounts/:id/export': (s) => `/accounts/${s.accountId}/export?`,
  'POST /privacy/tenants/:id/everything': () => '/privacy/tenants/1/everything',
  'GET /bills/sheet': () => '/bills/sheet?month=2026-10&',
  'GET /power-policy/dark/sheet': () => '/power-policy/dark/sheet?all=true&',
  'GET /alarm-sheet': () => '/alarm-sheet?',
  'GET /batches/:id/results': (s) => `/batches/${s.modeBatchId}/results?`,
  'GET /read-rounds/:id/results': (s) => `/read-rounds/${s.readRoundId}/results?`,
  'GET /meter-checks/report': () => '/meter-checks/report?',
}
const NEED_MORE = ['GET /rerate/:id/sheet']

/** The parts of a workbook, which is a zip file. */
const partsOf = (book: Buffer): string[] => {
  const parts: string[] = []
  for (let at = book.indexOf('PK\u0003\u0004'); at >= 0; ) {
    const from = at + 30 + book.readUInt16LE(at + 26) + book.readUInt16LE(at + 28)
    const isPacked = book.readUInt16LE(at + 8) === 8
    parts.push(isPacked ? inflateRawSync(book.subarray(from)).toString() : '')
    at = book.indexOf('PK\u0003\u0004', at + 4)
  }
  return parts
}

const isFile = (route: Route): boolean =>
  route.kind === 'sheet' || JSON.stringify(route.answer ?? {}).includes('"base64"')

describe('no file holds a formula', () => {
  beforeAll(async () => {
    for (const column of NAMED) {
      const [table = '', name = ''] = column.split('.')
      await world.query(`update ${table} set ${name} = $1 || ctid::text`, [FORMULA])
    }
  })

  test('and each file is looked into', () => {
    const { rig } = world
    const passwords = createPasswords(rig.deps.rng)
    const sessions = createSessions({ ...rig.deps, passwords })
    const live = { watch: () => {}, stop: async () => {} }
    const files = allRoutes({ ...rig.deps, sessions, passwords, live })
      .filter(isFile)
      .map(({ method, path }) => `${method} ${path.replace('/api/v1', '')}`)
    expect([...Object.keys(FILES), ...NEED_MORE].sort()).toEqual(files.sort())
  })

  test.each(Object.entries(FILES))('%s', async (name, at) => {
    const { complexId } = world.secret
    const asked = at(world.secret)
    const isOfComplex = /[?&]$/.test(asked)
    const path = `/api/v1${asked}${isOfComplex ? `complexId=${complexId}` : ''}`
    const sent = name.startsWith('POST') ? { body: { complexId } } : {}
    const method = name.split(' ')[0] ?? ''
    const { status, body } = await world.admin.send(method, path, sent)
    expect({ status, body: status === 200 ? null : body }).toEqual({ status: 200, body: null })
    const base64 = new Map(Object.entries(Object(body))).get('base64')
    const bytes = Buffer.from(String(base64 ?? body), base64 === undefined ? 'utf8' : 'base64')
    if (bytes.toString('latin1', 0, 2) === 'PK') {
      const parts = partsOf(bytes)
      expect(parts.some((part) => part.includes('<sheetData'))).toBe(true)
      expect(parts.filter((part) => /<f[ >/]/.test(part))).toEqual([])
      return
    }
    const cells = bytes
      .toString()
      .replace('\uFEFF', '')
      .split(/[,\r\n]+/)
    expect(cells.filter((cell) => /^"?[=+@]/.test(cell))).toEqual([])
  })
})
