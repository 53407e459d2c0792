// Who asks 授权矩阵的调用者: every supplied role with each reach, and those who must not get in at all.

import { hashOf } from '../../src/operators/log-in.ts'
import { ALL_PERMISSIONS, type Permission } from '../../src/operators/permissions.ts'
import { ADMINISTRATOR, SUPPLIED_ROLES } from '../../src/operators/roles.ts'
import { must } from '../../src/shared/assert.ts'
import type { TwoBuildings } from '../two-buildings.ts'
import { type Answer, PASSWORD } from '../web-rig.ts'
import type { Reach, Who } from './expected.ts'
import type { Own } from './objects.ts'

export type Caller = Who & { own: Own; headers: Record<string, string> }

/** Who reaches every complex is no other than who reaches this one, but for what asks for all. */
const WITHIN: readonly Reach[] = ['the complex', 'another building', 'another complex']

/** Each from an address of his own: limits by address are not what is asked about here. */
let addresses = 0
const fromSomewhere = () => {
  addresses += 1
  return { 'x-forwarded-for': `10.1.${addresses >> 8}.${addresses & 255}` }
}

const scopeOf = ({ rig, open }: TwoBuildings, reach: Reach): [number[] | null, number[] | null] => {
  switch (reach) {
    case 'everywhere':
      return [null, null]
    case 'the complex':
      return [[rig.complex.complexId], null]
    case 'another building':
      return [[rig.complex.complexId], [open.buildingId]]
    case 'another complex':
      return [[rig.otherComplex], null]
  }
}

const idOf = (rows: { id: number }[]): number => must(rows[0], 'it was written').id

/** A token and a session of his own that nobody uses, to be ended. */
const ownOf = async ({ query }: TwoBuildings, operatorId: number): Promise<Own> => ({
  sessionId: idOf(
    await query(
      `insert into session (session_hash, operator_id, csrf_token, created_at, seen_at, expires_at,
         address)
       values (sha256(gen_random_uuid()::text::bytea), $1, 'x', now(), now(),
         now() + interval '1 hour', 'spare')
       returning session_no as id`,
      [operatorId],
    ),
  ),
  tokenId: await tokenOf({ query }, operatorId, { secret: null, permissions: [] }),
})

const tokenOf = async (
  { query }: Pick<TwoBuildings, 'query'>,
  operatorId: number,
  of: { secret: string | null; permissions: readonly string[]; expired?: true },
): Promise<number> =>
  idOf(
    await query(
      `insert into api_token (operator_id, name, hash, permissions, complexes, buildings,
         created_at, expires_at)
       select $1, 'matrix', coalesce($2, sha256(gen_random_uuid()::text::bytea)), $3, complexes,
         buildings, now() - interval '2 days', now() + $4::interval
       from operator where operator_id = $1 returning token_id as id`,
      [
        operatorId,
        of.secret === null ? null : hashOf(of.secret),
        of.permissions,
        of.expired ? '-1 day' : '1 day',
      ],
    ),
  )

/** One password for all of them, hashed once: the first operator's. */
const operatorOf = async (world: TwoBuildings, username: string, role: string, reach: Reach) => {
  const [complexes, buildings] = scopeOf(world, reach)
  return idOf(
    await world.query(
      `insert into operator (username, name, password_hash, role_id, complexes, buildings)
       select $1, $1, o.password_hash, r.role_id, $3, $4 from operator o, role r
       where o.username = 'admin' and r.code = $2 returning operator_id as id`,
      [username, role, complexes, buildings],
    ),
  )
}

const loggedIn = async (world: TwoBuildings, username: string) => {
  const client = world.rig.client()
  const answer = await client.send('POST', '/api/v1/session', {
    body: { username, password: PASSWORD },
    headers: fromSomewhere(),
  })
  const { csrfToken } = Object(answer.body)
  if (answer.status !== 200) throw new Error(`log-in of ${username}: ${answer.status}`)
  return { cookie: client.cookie, 'x-csrf-token': String(csrfToken) }
}

type Made = Partial<Pick<Who, 'must' | 'unconfirmed' | 'comesBy'>> & {
  /** What is done to him once he is in. */
  after?: string
}

const person = async (
  world: TwoBuildings,
  name: string,
  of: { role: string; permissions: Iterable<string>; reach: Reach },
  { after, ...made }: Made = {},
): Promise<Caller> => {
  const username = `matrix-${name.replaceAll(/[^a-z]+/g, '-')}`.slice(0, 60)
  const operatorId = await operatorOf(world, username, of.role, of.reach)
  const headers = { ...(await loggedIn(world, username)), ...fromSomewhere() }
  if (after !== undefined) await world.query(after, [operatorId])
  const own = await ownOf(world, operatorId)
  const permissions = new Set(of.permissions)
  return { name, comesBy: 'session', permissions, reach: of.reach, own, headers, ...made }
}

const machine = async (
  world: TwoBuildings,
  name: string,
  of: { permissions: readonly Permission[]; reach: Reach; expired?: true },
): Promise<Caller> => {
  const username = `matrix-${name.replaceAll(/[^a-z]+/g, '-')}`
  const operatorId = await operatorOf(world, username, ADMINISTRATOR, of.reach)
  const secret = `pwt_matrix-${name.replaceAll(' ', '-')}`
  await tokenOf(world, operatorId, { ...of, secret })
  return {
    ...{ name, comesBy: of.expired ? 'dead' : 'token', reach: of.reach },
    permissions: new Set(of.permissions),
    own: await ownOf(world, operatorId),
    headers: { authorization: `Bearer ${secret}`, ...fromSomewhere() },
  }
}

const byRole = (world: TwoBuildings): Promise<Caller>[] =>
  SUPPLIED_ROLES.flatMap(({ code, permissions }) =>
    WITHIN.map((reach) => person(world, `${code} of ${reach}`, { role: code, permissions, reach })),
  )

const atTheEnds = (world: TwoBuildings): Promise<Caller>[] => [
  person(world, 'administrator of everywhere', {
    ...{ role: ADMINISTRATOR, permissions: ALL_PERMISSIONS, reach: 'everywhere' },
  }),
  person(world, 'a role of nothing', { role: 'nobody', permissions: [], reach: 'the complex' }),
]

const machines = (world: TwoBuildings): Promise<Caller>[] => [
  ...WITHIN.map((reach) =>
    machine(world, `token of ${reach}`, { permissions: ALL_PERMISSIONS, reach }),
  ),
  machine(world, 'token for the board', {
    ...{ permissions: ['board.view'], reach: 'the complex' },
  }),
  machine(world, 'token run out', {
    ...{ permissions: ALL_PERMISSIONS, reach: 'everywhere', expired: true },
  }),
]

const barred = (world: TwoBuildings): Promise<Caller>[] => {
  const all = { role: ADMINISTRATOR, permissions: ALL_PERMISSIONS, reach: 'the complex' } as const
  return [
    person(world, 'locked', all, {
      ...{ comesBy: 'dead' },
      after: 'update operator set disabled_at = now() where operator_id = $1',
    }),
    person(world, 'unconfirmed', all, {
      ...{ unconfirmed: true },
      after: `update session set confirmed_at = now() - interval '1 hour' where operator_id = $1`,
    }),
    person(world, 'with a first password', all, {
      ...{ must: 'password_change_required' },
      after: 'update operator set must_change_password = true where operator_id = $1',
    }),
  ]
}

export const makeCallers = async (world: TwoBuildings): Promise<Caller[]> => [
  {
    ...{ name: 'nobody logged in', comesBy: 'nothing', permissions: new Set(), headers: {} },
    ...{ reach: 'everywhere', own: { sessionId: 1, tokenId: 1 } },
  },
  ...(await Promise.all([
    ...byRole(world),
    ...atTheEnds(world),
    ...machines(world),
    ...barred(world),
  ])),
]

const textOf = async (response: Response): Promise<unknown> => {
  const text = await response.text()
  return text.startsWith('{') ? JSON.parse(text) : text
}

/** One request, as this caller's browser or machine sends it. Of a stream only the head is read. */
export const ask = async (
  url: string,
  caller: Caller,
  request: { method: string; path: string; body?: unknown; key: string },
): Promise<Pick<Answer, 'status' | 'body'>> => {
  const headers = new Headers({ 'accept-language': 'en', ...caller.headers })
  if (request.method !== 'GET') headers.set('idempotency-key', request.key)
  if (request.body !== undefined) headers.set('content-type', 'application/json')
  const body = request.body === undefined ? null : JSON.stringify(request.body)
  const abort = new AbortController()
  const { method, path } = request
  const response = await fetch(`${url}${path}`, { method, headers, body, signal: abort.signal })
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    abort.abort()
    return { status: response.status, body: null }
  }
  return { status: response.status, body: await textOf(response) }
}
