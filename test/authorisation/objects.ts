// What each route is asked for 授权矩阵的对象: an object of one complex, so that operators of it, of
// another complex and of another building can all ask for the same. Routes whose row in
// test/routes-by-building.ts names a place there are asked for that; every other has its row here.

import type { Permission } from '../../src/operators/permissions.ts'
import type { Secret } from '../two-buildings.ts'

/** What of the world is in no table of buildings. */
export type World = Secret & {
  operatorId: number
  roleId: number
  tokenId: number
  ruleId: number
  runId: string
  scheduleId: number
  surgeId: string
  reratingId: string
  webhookId: number
  tenantId: number
  deviceId: number
  installationId: number
}

/** What only the caller has. */
export type Own = { sessionId: number; tokenId: number }

type Named = {
  /** Below /api/v1; left out: the route's own, which then has no parameter. */
  path?: (world: World, own: Own) => string
  /** Left out: the smallest that the contract takes, with ids of the world. */
  body?: (world: World) => unknown
  /** Asked for inside the route, once the object was found. */
  asks?: Permission
  /** What is also named and is not there: a 404 that names it has seen the complex. */
  lacks?: string
}

export type ObjectRow = Named &
  (
    | { of: 'complex' }
    /** Nobody's: whoever has the permission may. Why it belongs to no complex. */
    | { of: 'installation'; why: string }
    /** Reaches every complex: only for whoever has them all. */
    | { of: 'all complexes' }
  )

const complex = (path?: Named['path'], rest: Named = {}): ObjectRow => ({
  of: 'complex',
  ...(path && { path }),
  ...rest,
})
const everybodys = (why: string, rest: Named = {}): ObjectRow => ({
  ...{ of: 'installation', why },
  ...rest,
})
/** Refused at the door: what it would do to the caller, the requests after it would see. */
const UNFIT = { body: () => ({ unfit: true }) }

export const OBJECTS: Record<string, ObjectRow> = {
  'POST /session': everybodys('nobody yet', UNFIT),
  'GET /session': everybodys('himself'),
  'DELETE /session': everybodys('himself'),
  'PATCH /session': everybodys('himself', UNFIT),
  'POST /session/password': everybodys('himself', UNFIT),
  'POST /session/confirm': everybodys('himself', UNFIT),
  'POST /session/totp': everybodys('himself'),
  'POST /session/totp/prove': everybodys('himself', UNFIT),
  'DELETE /session/totp': everybodys('himself'),
  'POST /session/passkey/ask': everybodys('nobody yet'),
  'POST /session/passkey': everybodys('nobody yet', UNFIT),
  'POST /session/confirm/ask': everybodys('himself'),
  'POST /session/confirm/passkey': everybodys('himself', UNFIT),
  'GET /session/passkeys': everybodys('himself'),
  'POST /session/passkeys/ask': everybodys('himself'),
  'POST /session/passkeys': everybodys('himself', UNFIT),
  'PATCH /session/passkeys/:id': everybodys('himself', {
    path: () => '/session/passkeys/1',
    ...UNFIT,
  }),
  'DELETE /session/passkeys/:id': everybodys('himself', {
    ...{ path: () => '/session/passkeys/1', lacks: 'passkeyId' },
  }),
  'GET /sessions': everybodys('himself'),
  'DELETE /sessions/:id': everybodys('himself', {
    path: (_, { sessionId }) => `/sessions/${sessionId}`,
  }),
  'GET /session/tokens': everybodys('himself'),
  'POST /session/tokens': everybodys('himself', UNFIT),
  'DELETE /session/tokens/:id': everybodys('himself', {
    path: (_, { tokenId }) => `/session/tokens/${tokenId}`,
  }),
  'GET /tokens': everybodys('shows those of people whose complexes he shares'),
  'DELETE /tokens/:id': complex(({ tokenId }) => `/tokens/${tokenId}`),
  'GET /login-policy': everybodys('rules of the installation'),
  'PATCH /login-policy': { of: 'all complexes' },
  'POST /login-policy/preview': { of: 'all complexes' },
  'GET /permissions': everybodys('a list of words'),
  'GET /audit': complex(),
  'GET /audit/export': complex(),
  'GET /operators': everybodys('shows people whose complexes he shares'),
  'GET /operators/:id': complex(({ operatorId }) => `/operators/${operatorId}`),
  'POST /operators': complex(undefined, {
    body: ({ complexId }) => ({
      ...{ username: 'newcomer', name: '新人', password: 'First-given-1', role: 'auditor' },
      complexes: [complexId],
    }),
  }),
  'PATCH /operators/:id': complex(({ operatorId }) => `/operators/${operatorId}`),
  'GET /operators/:id/sessions': complex(({ operatorId }) => `/operators/${operatorId}/sessions`),
  'DELETE /operators/:id/sessions/:session': complex(
    ({ operatorId }) => `/operators/${operatorId}/sessions/1`,
    { lacks: 'sessionId' },
  ),
  'GET /roles': everybodys('roles of the installation'),
  'POST /roles': everybodys('roles of the installation', UNFIT),
  'PATCH /roles/:id': everybodys('roles of the installation', {
    path: ({ roleId }) => `/roles/${roleId}`,
    ...UNFIT,
  }),
  'GET /complexes': everybodys('shows those that he may see'),
  'POST /complexes': { of: 'all complexes' },
  'GET /complexes/:id': complex(({ complexId }) => `/complexes/${complexId}`),
  'PATCH /complexes/:id': complex(({ complexId }) => `/complexes/${complexId}`),
  'PATCH /buildings/:id': complex(({ buildingId }) => `/buildings/${buildingId}`),
  'DELETE /buildings/:id': complex(({ buildingId }) => `/buildings/${buildingId}`),
  'PATCH /premises/:id': complex(({ premisesId }) => `/premises/${premisesId}`),
  'DELETE /premises/:id': complex(({ premisesId }) => `/premises/${premisesId}`),
  'DELETE /points/:id': complex(({ pointId }) => `/points/${pointId}`),
  'DELETE /gateways/:id': complex(({ gatewayId }) => `/gateways/${gatewayId}`),
  'DELETE /devices/:id': complex(({ deviceId }) => `/devices/${deviceId}`),
  'DELETE /meters/:id': complex(({ meterId }) => `/meters/${meterId}`),
  'DELETE /installations/:id': complex(({ installationId }) => `/installations/${installationId}`),
  'POST /buildings': complex(),
  'POST /premises': complex(),
  'POST /points': complex(),
  'PATCH /points/:id': complex(({ pointId }) => `/points/${pointId}`),
  'GET /plans': complex(),
  'GET /plans/:id': complex(() => '/plans/1'),
  'POST /plans/check': complex(),
  'POST /plans': complex(),
  'PATCH /plans/:id': complex(() => '/plans/1'),
  'POST /plans/:id/versions': complex(() => '/plans/1/versions'),
  'PUT /month-figures': complex(undefined, { lacks: 'supplyId' }),
  'GET /calendar': complex(),
  'PUT /calendar': complex(),
  'GET /unknown-callers': everybodys('who calls is known to no complex yet'),
  'POST /gateways': complex(),
  'PATCH /gateways/:id': complex(({ gatewayId }) => `/gateways/${gatewayId}`),
  'POST /devices': complex(),
  'PATCH /devices/:id': complex(({ deviceId }) => `/devices/${deviceId}`),
  'POST /meters': complex(),
  'PATCH /meters/:id': complex(({ spareMeterId }) => `/meters/${spareMeterId}`),
  'POST /installations': complex(),
  'GET /bus-scans': complex(),
  'POST /bus-scans': complex(undefined, { body: ({ busId }) => ({ busId }) }),
  'GET /bus-scans/:id': complex(({ scanId }) => `/bus-scans/${scanId}`),
  'POST /bus-scans/:id/stop': complex(({ scanId }) => `/bus-scans/${scanId}/stop`),
  'GET /meter-checks/report': complex(),
  'POST /meter-checks/:id/exchange': complex(({ checkId }) => `/meter-checks/${checkId}/exchange`, {
    body: ({ meterId }) => ({ withMeterId: meterId }),
  }),
  'GET /sharing-rules': complex(),
  'POST /sharing-rules': complex(),
  'PATCH /sharing-rules/:id': complex(({ ruleId }) => `/sharing-rules/${ruleId}`),
  'GET /sharing-rules/:id/premises': complex(({ ruleId }) => `/sharing-rules/${ruleId}/premises`),
  'GET /sharing-rules/:id/runs': complex(({ ruleId }) => `/sharing-rules/${ruleId}/runs`),
  'POST /sharing-rules/:id/runs': complex(({ ruleId }) => `/sharing-rules/${ruleId}/runs`),
  'GET /sharing-runs/:id': complex(({ runId }) => `/sharing-runs/${runId}`),
  'POST /sharing-runs/:id/reverse': complex(({ runId }) => `/sharing-runs/${runId}/reverse`),
  'GET /price-cap': complex(),
  'POST /price-cap': complex(),
  'GET /price-cap/report': complex(),
  'GET /power-policy': complex(),
  'POST /power-policy': complex(),
  'POST /power-policy/supplies/:id': complex(
    ({ supplyId }) => `/power-policy/supplies/${supplyId}`,
  ),
  'GET /power-policy/dark/sheet': complex(),
  'POST /interlock/:id/release': complex(({ surgeId }) => `/interlock/${surgeId}/release`),
  'POST /timed-schedules': complex(),
  'PUT /timed-schedules/:id': complex(({ scheduleId }) => `/timed-schedules/${scheduleId}`),
  'POST /what-if': complex(),
  'POST /rerate/preview': complex(undefined, {
    body: ({ complexId }) => ({
      ...{ complexId, note: 'test', change: { kind: 'calendar', year: 2026, days: [] } },
    }),
  }),
  'POST /rerate': complex(undefined, {
    ...{ body: ({ reratingId }) => ({ reratingId }), asks: 'calendar.edit' },
  }),
  'DELETE /rerate/:id': complex(({ reratingId }) => `/rerate/${reratingId}`),
  'GET /rerate': complex(),
  'GET /rerate/:id': complex(({ reratingId }) => `/rerate/${reratingId}`),
  'GET /rerate/:id/statement': complex(
    ({ reratingId, accountId }) => `/rerate/${reratingId}/statement?accountId=${accountId}`,
    { lacks: 'accountId' },
  ),
  'GET /rerate/:id/sheet': complex(({ reratingId }) => `/rerate/${reratingId}/sheet?table=months`),
  'GET /month-prices': complex(),
  'POST /month-prices/sheet': complex(),
  'GET /complexes/:id/settings': complex(({ complexId }) => `/complexes/${complexId}/settings`),
  'PATCH /complexes/:id/settings': complex(({ complexId }) => `/complexes/${complexId}/settings`),
  'GET /complexes/:id/service-fee': complex(
    ({ complexId }) => `/complexes/${complexId}/service-fee`,
  ),
  'PUT /complexes/:id/service-fee': complex(
    ({ complexId }) => `/complexes/${complexId}/service-fee`,
  ),
  'GET /complexes/:id/batch-settings': complex(
    ({ complexId }) => `/complexes/${complexId}/batch-settings`,
  ),
  'PUT /complexes/:id/batch-settings': complex(
    ({ complexId }) => `/complexes/${complexId}/batch-settings`,
  ),
  'GET /models': complex(),
  'GET /bills/sheet': complex(),
  'GET /payout-reasons': everybodys('a list of words'),
  'POST /approvals/:id/decide': complex(({ approvalId }) => `/approvals/${approvalId}/decide`),
  'GET /approvals/waiting': complex(),
  'GET /complexes/:id/approval-settings': complex(
    ({ complexId }) => `/complexes/${complexId}/approval-settings`,
  ),
  'PUT /complexes/:id/approval-settings': complex(
    ({ complexId }) => `/complexes/${complexId}/approval-settings`,
  ),
  'GET /operator-limits': complex(),
  'PUT /operator-limits': complex(),
  'POST /import': complex(),
  'GET /import/progress/:name': everybodys('one’s own import, by a name that he chose', {
    path: () => '/import/progress/019aa8c0-0000-7000-8000-000000000001',
  }),
  'GET /import/template': everybodys('an empty sheet'),
  'GET /import/export': complex(),
  'GET /imports/accounts/template': everybodys('an empty sheet'),
  'GET /imports/bulk-open/template': everybodys('an empty sheet'),
  'GET /imports/swaps/template': everybodys('an empty sheet'),
  'GET /events': complex(),
  'GET /alarm-sheet': complex(),
  'GET /alarm-counts': complex(),
  'GET /alarm-settings': complex(),
  'PUT /alarm-rules/:rule': complex(() => '/alarm-rules/trip-surge'),
  'PUT /alarm-storm': complex(),
  'PUT /alarm-escalation': complex(),
  'PUT /alarm-thresholds': complex(),
  'PUT /alarm-thresholds/sheet': complex(),
  'GET /ledger/trial-balance': complex(),
  'GET /ledger/postings': complex(),
  'GET /shifts/current': complex(),
  'GET /shifts/own': complex(),
  'GET /shifts': complex(),
  'GET /shifts/:id': complex(({ shiftId }) => `/shifts/${shiftId}`, { asks: 'shift.view' }),
  'POST /shifts': complex(),
  'POST /shifts/:id/count': complex(({ shiftId }) => `/shifts/${shiftId}/count`, {
    asks: 'day.close',
  }),
  'POST /shifts/:id/close': complex(({ shiftId }) => `/shifts/${shiftId}/close`, {
    asks: 'day.close',
  }),
  'GET /day-closes': complex(),
  'POST /day-closes': complex(),
  'GET /month-locks': complex(),
  'POST /month-locks': complex(),
  'GET /webhooks': complex(),
  'GET /webhooks/:id/deliveries': complex(({ webhookId }) => `/webhooks/${webhookId}/deliveries`),
  'POST /webhooks': complex(undefined, {
    body: ({ complexId }) => ({
      ...{ complexId, name: 'matrix', url: 'https://example.com/', kinds: ['alarm.raised'] },
    }),
  }),
  'PATCH /webhooks/:id': complex(({ webhookId }) => `/webhooks/${webhookId}`),
  'DELETE /webhooks/:id': complex(({ webhookId }) => `/webhooks/${webhookId}`, {
    lacks: 'webhookId',
  }),
  'POST /webhooks/:id/secret': complex(({ webhookId }) => `/webhooks/${webhookId}/secret`),
  'POST /webhooks/:id/test': complex(({ webhookId }) => `/webhooks/${webhookId}/test`),
  'POST /webhooks/:id/again': complex(({ webhookId }) => `/webhooks/${webhookId}/again`),
  'POST /webhooks/:id/deliveries/:deliveryNo/again': complex(
    ({ webhookId }) => `/webhooks/${webhookId}/deliveries/1/again`,
    { lacks: 'deliveryNo' },
  ),
  'GET /privacy/retention': complex(),
  'PUT /privacy/retention': complex(),
  'GET /privacy/departed': complex(),
  'POST /privacy/departed/:id/erase': complex(
    ({ tenantId }) => `/privacy/departed/${tenantId}/erase`,
    { lacks: 'tenantId' },
  ),
  'POST /privacy/tenants/:id/everything': complex(
    ({ tenantId }) => `/privacy/tenants/${tenantId}/everything`,
  ),
  'GET /healthz': everybodys('nothing of any complex'),
  'GET /readyz': everybodys('nothing of any complex'),
  'GET /metrics': everybodys('sums of the process'),
}

/** What is asked for inside a route, by what the body says, before the object is looked for. */
export const ASKED_FIRST: Record<string, Permission> = {
  'POST /approvals': 'sale.reverse',
  'POST /rerate/preview': 'calendar.edit',
}

/** The same once an object of the table of buildings was found: what kind of batch it is. */
export const ASKED_THEN: Record<string, Permission> = {
  'POST /batches/:id/pause': 'command.setMode',
  'POST /batches/:id/resume': 'command.setMode',
  'POST /batches/:id/stop': 'command.setMode',
}

/** Acts of weight that are none in every case, so that the route asks for the password within. */
export const CONFIRMED_WITHIN: readonly string[] = [
  'POST /accounts/:id/closing/pay',
  'POST /accounts/:id/waive',
  'POST /plans/:id/versions',
  'POST /plans/:id/assign',
  'POST /rerate',
  'POST /price-cap',
  'POST /accounts/:id/refund',
  'POST /sales/:id/reverse',
  'POST /purchases/:id/reverse',
  'POST /reductions/:id/pay',
]

/** Of the table of buildings: found by who asked for it and who decides, and by nobody else. */
export const LACKS: Record<string, string> = {
  'GET /approvals/:id': 'approvalId',
  'POST /approvals/:id/withdraw': 'approvalId',
}
