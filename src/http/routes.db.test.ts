import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, type SendOptions, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { DEFAULT_POLICY } from '../control/policy/settings.ts'
import { createPasswords } from '../operators/password.ts'
import { ALL_PERMISSIONS, type Permission } from '../operators/permissions.ts'
import { createSessions } from '../operators/sessions.ts'
import { allRoutes } from './all-routes.ts'
import type { Route } from './route.ts'

const SOME_UUID = '019aa8c0-0000-7000-8000-000000000001'
/** Asked inside a route, for a part of what the route can do. */
const ASKED_WITHIN: readonly Permission[] = [
  'command.setMode',
  'command.configure',
  'plan.backdate',
  'price.push',
]

let rig: WebRig
let routes: Route[]
let admin: Client
let nobody: Client

beforeAll(async () => {
  rig = await startWebRig()
  await rig.addOperator('admin', 'administrator', null)
  await rig.addOperator('nobody', 'nobody', null)
  admin = await rig.as('admin')
  nobody = await rig.as('nobody')
  const passwords = createPasswords(rig.deps.rng)
  const sessions = createSessions({ ...rig.deps, passwords })
  const live = { watch: () => {}, stop: async () => {} }
  routes = allRoutes({ ...rig.deps, sessions, passwords, live })
})
afterAll(() => rig.stop())

const addressOf = (route: Route): string =>
  route.path.replace(':saleId', SOME_UUID).replace(':id', SOME_UUID)
/** An address whose id is of the right kind. */
const fittingAddressOf = (route: Route): string =>
  JSON.stringify(route.params ?? {}).includes('uuid')
    ? addressOf(route)
    : route.path.replace(':id', '1')
const guarded = () => routes.filter((route) => route.permission !== 'public')
const named = (route: Route) => `${route.method} ${route.path}`

/** What each route answers to the same request, as `METHOD path → status code`. */
const tellAll = async (
  asked: readonly Route[],
  send: (route: Route) => ReturnType<Client['send']>,
): Promise<Record<string, unknown>> => {
  const told: Record<string, unknown> = {}
  for (const route of asked) {
    const { status, body } = await send(route)
    const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null
    told[named(route)] = `${status} ${code}`
  }
  return told
}
const allAre = (asked: readonly Route[], words: string) =>
  Object.fromEntries(asked.map((route) => [named(route), words]))

describe('every route', () => {
  test('is in this table with its permission: a change of rights is a changed line', async () => {
    const lines = routes.map((route) =>
      [
        route.method.padEnd(6),
        route.path.padEnd(36),
        route.permission.padEnd(18),
        route.audited ? 'audited' : '-',
        route.once ? 'once' : '-',
      ]
        .join(' ')
        .trimEnd(),
    )
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('routes.snapshot.txt')
  })
  test('that is guarded answers 401 without a session, before it reads anything', async () => {
    const stranger = rig.client()
    const told = await tellAll(guarded(), (route) =>
      stranger.send(route.method, addressOf(route), {
        body: route.method === 'GET' ? undefined : { nonsense: true },
      }),
    )
    expect(told).toEqual(allAre(guarded(), '401 not_logged_in'))
  })
  test('with a permission answers 403 to a role that lacks it', async () => {
    const asked = guarded().filter((route) => route.permission !== 'session')
    const told = await tellAll(asked, (route) => nobody.send(route.method, addressOf(route)))
    expect(told).toEqual(allAre(asked, '403 not_permitted'))
  })
  test('that writes answers 403 without the right CSRF token, and from elsewhere', async () => {
    const writes = guarded().filter((route) => route.method !== 'GET')
    expect(writes.length).toBeGreaterThan(5)
    const expected = allAre(writes, '403 csrf_token_wrong')
    const attempts: SendOptions[] = [
      { without: ['x-csrf-token'] },
      { headers: { 'x-csrf-token': 'x'.repeat(admin.csrfToken.length) } },
      { headers: { origin: 'https://evil.example' } },
      { headers: { origin: 'null' } },
      { headers: { 'sec-fetch-site': 'cross-site' } },
    ]
    for (const attempt of attempts)
      expect(
        await tellAll(writes, (route) => admin.send(route.method, addressOf(route), attempt)),
      ).toEqual(expected)
  })
  test('that wants a body answers 400 and names the field', async () => {
    const asked = routes.filter((route) => route.body)
    for (const route of asked) {
      const sent = { body: { nonsense: 1 } }
      const { status, body } = await admin.send(route.method, fittingAddressOf(route), sent)
      expect({ route: named(route), status, body }).toMatchObject({
        status: 400,
        body: { code: 'invalid_input', facts: { where: 'body', field: expect.any(String) } },
      })
    }
  })
  test('that is carried out once answers 400 without an Idempotency-Key', async () => {
    const bodies: Record<string, unknown> = {
      '/api/v1/privacy/departed/:id/erase': { complexId: rig.complex.complexId },
      '/api/v1/alarms/:id/notes': { note: 'called the shop' },
      '/api/v1/import': {
        complexId: rig.complex.complexId,
        sheet: { fileName: 'a.xlsx', base64: 'AAAA' },
      },
      '/api/v1/accounts': {
        complexId: rig.complex.complexId,
        tenant: { name: '蜀香小厨' },
        meters: [{ meterId: 1, planId: 1, alarm1Fen: 2, alarm2Fen: 1 }],
      },
      '/api/v1/plans': {
        complexId: rig.complex.complexId,
        name: '商业',
        definition: { kind: 'flat', priceE8: 1 },
      },
      '/api/v1/plans/:id/versions': {
        effectiveFrom: '2030-01-01',
        definition: { kind: 'flat', priceE8: 1 },
      },
      '/api/v1/plans/:id/assign': { effectiveFrom: '2030-01-01', supplyIds: [1] },
      '/api/v1/accounts/:id/recharge': { amountFen: 100, method: 'cash' },
      '/api/v1/bus-scans': { busId: 1 },
      '/api/v1/test-reads': { meterId: 1 },
      '/api/v1/meter-checks': { meterId: 1 },
      '/api/v1/meter-checks/:id/steps': { step: 'sign' },
      '/api/v1/meter-checks/:id/credit': { amountFen: 1 },
      '/api/v1/meter-checks/:id/exchange': { withMeterId: 2 },
      '/api/v1/read-rounds': { complexId: rig.complex.complexId, unit: { all: true } },
      '/api/v1/commands': { kind: 'read', meterIds: [1], params: {} },
      '/api/v1/gateways': {
        complexId: rig.complex.complexId,
        code: 'G',
        name: '网关',
        link: { kind: 'tcp-client', host: 'h', port: 1 },
      },
      '/api/v1/devices': {
        complexId: rig.complex.complexId,
        busId: 1,
        address: '1',
        model: 'x',
      },
      '/api/v1/meters': { complexId: rig.complex.complexId, meterNo: '1' },
      '/api/v1/buildings': { complexId: rig.complex.complexId, name: 'C' },
      '/api/v1/premises': {
        complexId: rig.complex.complexId,
        buildingId: 1,
        floor: 1,
        no: 'C-1',
        name: 'C',
      },
      '/api/v1/points': { complexId: rig.complex.complexId, kind: 'power' },
      '/api/v1/installations': { complexId: rig.complex.complexId, meterId: 1, pointId: 1 },
      '/api/v1/readings/decide': {
        complexId: rig.complex.complexId,
        meterId: 1,
        at: '2026-11-22T10:00:00+08:00',
        source: 'energy',
        verdict: 'accepted',
        reason: 'test',
      },
      '/api/v1/shifts': { complexId: rig.complex.complexId, floatFen: 0 },
      '/api/v1/shifts/:id/count': { countedFen: 0 },
      '/api/v1/shifts/:id/close': {},
      '/api/v1/day-closes': { complexId: rig.complex.complexId, day: '2026-11-22' },
      '/api/v1/sharing-rules': {
        complexId: rig.complex.complexId,
        name: '一层公摊',
        mainPointId: 1,
        sharedBy: 'area',
        vacant: 'landlord',
        priceE8: 80_000_000,
      },
      '/api/v1/power-policy': { complexId: 1, settings: DEFAULT_POLICY, reason: 'x' },
      '/api/v1/power-policy/supplies/:id': { complexId: 1, settings: null, reason: 'x' },
      '/api/v1/timed-schedules': {
        ...{ complexId: 1, name: 'x', week: [[], [], [], [], [], [], []], holiday: null },
        ...{ enabled: true, pointIds: [] },
      },
      '/api/v1/price-cap': {
        complexId: rig.complex.complexId,
        since: '2026-11',
        basis: { kind: 'catalogue', priceE8: 80_000_000 },
        ...{ marginE6: 0, serviceFee: false, act: 'warn' },
      },
      '/api/v1/rerate/preview': {
        complexId: rig.complex.complexId,
        change: { kind: 'calendar', year: 2026, days: [] },
        note: 'test',
      },
      '/api/v1/rerate': { reratingId: '018f3a3e-0000-7000-8000-000000000001' },
      '/api/v1/sharing-rules/:id/runs': { month: '2026-10' },
      '/api/v1/sharing-runs/:id/reverse': { reason: '面积有误' },
      '/api/v1/month-locks': { complexId: rig.complex.complexId, month: '2026-10' },
      '/api/v1/receipts/:no/prints': { complexId: rig.complex.complexId },
      '/api/v1/accounts/:id/refund': { all: true, method: 'cash', reasonCode: 'wrong-meter' },
      '/api/v1/sales/:id/reverse': { reasonCode: 'wrong-amount' },
      '/api/v1/purchases/:id/reverse': { reasonCode: 'wrong-amount' },
      '/api/v1/reductions/:id/pay': { method: 'cash' },
      '/api/v1/approvals': { operation: 'sale.reverse', reasonCode: 'wrong-amount' },
      '/api/v1/approvals/:id/decide': { agreed: true },
      '/api/v1/points/:id/swap': {
        newMeterId: 1,
        oldMeter: { state: 'alive' },
        newInitialWh: 0,
        note: 'test',
      },
      '/api/v1/meters/:id/reinitialise': { note: 'test' },
      '/api/v1/swaps/:id/cancel': { reason: 'test' },
      '/api/v1/accounts/:id/close': { method: 'cash', reasonCode: 'leaseEnded' },
      '/api/v1/accounts/:id/closing/decide': {
        ...{ meterId: 1, decision: 'trippedByHand', note: 'test' },
      },
      '/api/v1/accounts/:id/closing/pay': { method: 'cash' },
      '/api/v1/accounts/:id/payable': { use: 'putBack', amountFen: 100 },
      '/api/v1/accounts/:id/waive': { amountFen: 100, reasonCode: 'goodwill' },
      '/api/v1/accounts/:id/deposit': { method: 'cash', amountFen: 100 },
      '/api/v1/accounts/:id/transfer': {
        ...{ tenant: { name: '蜀香小厨' }, handOver: 'settled', note: 'test' },
      },
      '/api/v1/swaps/bulk': { complexId: rig.complex.complexId, note: 'test' },
      '/api/v1/imports/accounts': { complexId: rig.complex.complexId },
      '/api/v1/accounts/bulk-open': { complexId: rig.complex.complexId },
      '/api/v1/holds/:id/release': { resolution: 'foreign', reason: 'test' },
      '/api/v1/reductions/:id/cancel': { reason: 'test' },
    }
    const asked = routes.filter((route) => route.once)
    const told = await tellAll(asked, (route) =>
      admin.send(route.method, fittingAddressOf(route), {
        body: bodies[route.path],
        without: ['idempotency-key'],
      }),
    )
    expect(told).toEqual(allAre(asked, '400 request_id_missing'))
  })
  test('under a name that the centre gives its own postings is not carried out', async () => {
    const { status, body } = await admin.send('POST', '/api/v1/accounts/1/recharge', {
      body: { amountFen: 100, method: 'cash' },
      headers: { 'idempotency-key': 'usage/1/2026-11-24' },
    })
    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'request_id_missing' } })
  })
})

describe('another complex', () => {
  let outsider: Client
  beforeAll(async () => {
    await rig.addOperator('outsider', 'administrator', [rig.otherComplex])
    outsider = await rig.as('outsider')
  })
  const named = () =>
    routes.filter((route) => JSON.stringify(route.query ?? {}).includes('complexId'))

  test('is not found in any list', async () => {
    const lists = named().filter((route) => route.method === 'GET' && !route.path.includes(':'))
    const own = ['/api/v1/complexes', '/api/v1/operators', '/api/v1/roles']
    const asked = lists.filter((route) => !own.includes(route.path))
    expect(asked.length).toBeGreaterThan(10)
    const told = await tellAll(asked, (route) =>
      outsider.get(`${route.path}?complexId=${rig.complex.complexId}`),
    )
    expect(told).toEqual(allAre(asked, '404 not_found'))
  })
  test('has no meter, account or command that could be read or changed by its id', async () => {
    const meter = rig.complex.meters[0]?.meterId
    for (const path of [`/api/v1/meters/${meter}`, `/api/v1/meters/${meter}/readings`])
      expect(await outsider.get(path)).toMatchObject({ status: 404 })
    const command = { kind: 'read', meterIds: [meter], params: {} }
    expect(await outsider.post('/api/v1/commands', command)).toMatchObject({ status: 404 })
    const account = {
      complexId: rig.complex.complexId,
      tenant: { name: '外人' },
      meters: [{ meterId: meter, planId: 1, alarm1Fen: 2, alarm2Fen: 1 }],
    }
    expect(await outsider.post('/api/v1/accounts', account)).toMatchObject({ status: 404 })
  })
  test('is not among those that the session names', async () => {
    const { body } = await outsider.get('/api/v1/session')
    expect(body).toMatchObject({ complexes: [{ complexId: rig.otherComplex }] })
    expect(await outsider.get('/api/v1/complexes')).toMatchObject({
      body: { items: [{ complexId: rig.otherComplex }] },
    })
  })
})

test('every permission is asked for by a route', () => {
  const asked = new Set<string>([...routes.map((route) => route.permission), ...ASKED_WITHIN])
  expect(ALL_PERMISSIONS.filter((permission) => !asked.has(permission))).toEqual([])
})

test('the OpenAPI document describes every route, bodies closed, errors as problems', async () => {
  const { body } = await rig.client().get('/api/v1/openapi.json')
  const document = JSON.stringify(body)
  expect(body).toMatchObject({ openapi: '3.1.0' })
  const paths: unknown = JSON.parse(document).paths
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    expect(paths).toHaveProperty([path, route.method.toLowerCase()])
  }
  expect(document).toContain('application/problem+json')
  expect(paths).toMatchObject({
    '/api/v1/accounts/{id}/recharge': {
      post: {
        requestBody: {
          content: {
            'application/json': { schema: { additionalProperties: false, type: 'object' } },
          },
        },
        parameters: expect.arrayContaining([
          expect.objectContaining({ in: 'header', name: 'idempotency-key', required: true }),
          expect.objectContaining({ in: 'path', name: 'id', required: true }),
        ]),
      },
    },
  })
})
