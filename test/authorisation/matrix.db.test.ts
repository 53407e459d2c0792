// The authorisation matrix 授权矩阵: every route × every supplied role and reach, and those who may not
// get in, each by a real request; what is answered is what route, role and reach say.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { allRoutes } from '../../src/http/all-routes.ts'
import type { Route } from '../../src/http/route.ts'
import { createPasswords } from '../../src/operators/password.ts'
import { createSessions } from '../../src/operators/sessions.ts'
import { must } from '../../src/shared/assert.ts'
import { least, type Schema } from '../fuzz/from-schema.ts'
import { ROUTES_BY_BUILDING, type Row } from '../routes-by-building.ts'
import { SECRET, startTwoBuildings, type TwoBuildings } from '../two-buildings.ts'
import { ask, type Caller, makeCallers } from './callers.ts'
import { ALLOWED, expected, type Place } from './expected.ts'
import {
  ASKED_FIRST,
  ASKED_THEN,
  CONFIRMED_WITHIN,
  LACKS,
  OBJECTS,
  type ObjectRow,
  type Own,
  type World,
} from './objects.ts'
import { knownOf, worldOf } from './world.ts'

const V1 = '/api/v1'
/** Ends the session that asks, so it is asked at the very end. */
const LAST = 'DELETE /session'
const AT_ONCE = 6
const WITHIN_MS = 300_000

let buildings: TwoBuildings
let world: World
let callers: Caller[]
let routes: Route[]

beforeAll(async () => {
  buildings = await startTwoBuildings()
  world = await worldOf(buildings)
  callers = await makeCallers(buildings)
  const { deps } = buildings.rig
  const passwords = createPasswords(deps.rng)
  const sessions = createSessions({ ...deps, passwords })
  const live = { watch: () => {}, stop: async () => {} }
  routes = allRoutes({ ...deps, sessions, passwords, live })
})
afterAll(() => buildings.stop())

const nameOf = (route: Route): string => `${route.method} ${route.path.replace(V1, '')}`

type Asked = { path: (own: Own) => string; body: unknown; place: Place }

const withQuery = (route: Route, path: string): string => {
  if (path.includes('?') || route.query === undefined) return path
  const query = new Map(Object.entries(Object(least({ ...route.query }, knownOf(world)))))
  if (JSON.stringify(route.query).includes('"complexId"') && !route.path.includes(':'))
    query.set('complexId', world.complexId)
  const text = new URLSearchParams()
  for (const [name, value] of query) text.set(name, String(value))
  return text.size === 0 ? path : `${path}?${text}`
}

const leastBody = (route: Route): unknown =>
  route.body === undefined ? undefined : least(asSchema(route.body), knownOf(world))
const asSchema = (schema: object): Schema => ({ ...schema })

/** By the table of buildings: an object in the building that the narrow ones don't see. */
const ofBuildings = (route: Route, row: Row): Omit<Asked, 'place'> & { list: boolean } => {
  if ('gone' in row) return { path: () => row.gone(world), body: row.body?.(world), list: false }
  if ('sees' in row) return { path: () => row.sees(world), body: undefined, list: true }
  if (!('unknown' in row)) throw new Error(`${nameOf(route)} needs a row in OBJECTS`)
  const body = { ...Object(row.unknown(world)), complexId: world.complexId, dryRun: true }
  return { path: () => nameOf(route).split(' ')[1] ?? '', body, list: true }
}

const AT = {
  complex: 'complex',
  installation: 'nowhere',
  'all complexes': 'all complexes',
} as const satisfies Record<ObjectRow['of'], Place['at']>

const askedOf = (route: Route): Asked => {
  const name = nameOf(route)
  const asked = { asksFirst: ASKED_FIRST[name] ?? null, weighs: CONFIRMED_WITHIN.includes(name) }
  const row = OBJECTS[name]
  if (row !== undefined) {
    const { path, asks: asksThen = null, lacks = null } = row
    return {
      path: (own) => withQuery(route, path ? path(world, own) : route.path.replace(V1, '')),
      body: row.body ? row.body(world) : leastBody(route),
      place: { ...asked, at: AT[row.of], list: true, asksThen, lacks },
    }
  }
  const { list, ...request } = ofBuildings(route, must(ROUTES_BY_BUILDING[name], name))
  const asksThen = ASKED_THEN[name] ?? null
  return {
    ...request,
    place: { ...asked, at: 'building', list, asksThen, lacks: LACKS[name] ?? null },
  }
}

/** Allowed is what got past door and wall: a list must be there, a change may be refused. */
const told = (route: Route, status: number, body: unknown): string => {
  const most = route.method === 'GET' ? 200 : 499
  const walls = [401, 403, 404].includes(status) || status > most
  return walls ? `${status} ${Object(body).code}` : ALLOWED
}

/** Nor may he give more than he has, which is asked of whoever may: that is no wall. */
const pastTheWall = (lacks: string | null, status: number, body: unknown): boolean => {
  const { code, facts } = Object(body)
  const missing = lacks !== null && status === 404 && lacks in Object(facts)
  return missing || code === 'beyond_own_rights'
}

test('every route has a row that says of which complex its object is', () => {
  const names = routes.map(nameOf)
  const named = (name: string) => {
    const row = ROUTES_BY_BUILDING[name]
    return row !== undefined && ('gone' in row || 'sees' in row || 'unknown' in row)
  }
  const bare = names.filter((name) => !named(name) && !(name in OBJECTS))
  expect(
    bare.map((name) => `'${name}': complex(…) or everybodys(why) in test/authorisation/objects.ts`),
  ).toEqual([])
  const twice = Object.keys(OBJECTS).filter((name) => named(name) || !names.includes(name))
  expect(twice.map((name) => `'${name}' is to go from test/authorisation/objects.ts`)).toEqual([])
})

/** What takes something away comes after all that asks for it. */
const inOrder = (): Route[] => {
  const rank = (route: Route) => (nameOf(route) === LAST ? 2 : route.method === 'DELETE' ? 1 : 0)
  return [...routes].sort((a, b) => rank(a) - rank(b))
}

let requests = 0

/** What differs from what was expected, in words. */
const deviation = async (route: Route, asked: Asked, caller: Caller): Promise<string | null> => {
  requests += 1
  const path = route.path.startsWith(V1) ? `${V1}${asked.path(caller.own)}` : route.path
  const key = `matrix-${requests}`
  const { method } = route
  const answer = await ask(buildings.rig.web.url, caller, { method, path, body: asked.body, key })
  const wanted = expected(route, asked.place, caller)
  const { status, body } = answer
  const past = wanted === ALLOWED && pastTheWall(asked.place.lacks, status, body)
  const got = past ? ALLOWED : told(route, status, body)
  const shown = caller.reach === 'another building' || caller.reach === 'another complex'
  const named = JSON.stringify(asked.body)?.includes(SECRET) === true
  const leaked = shown && !named && JSON.stringify(answer.body)?.includes(SECRET) === true
  const who = `${method} ${path} by ${caller.name}`
  if (leaked) return `${who}: shows ${SECRET}`
  return got === wanted ? null : `${who}: ${got} and not ${wanted}`
}

const deviationsOf = async (route: Route): Promise<string[]> => {
  const asked = askedOf(route)
  const waiting = [...callers]
  const found: string[] = []
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const one = await deviation(route, asked, next)
      if (one !== null) found.push(one)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return found
}

test(
  'who may do what, and where, is as route, role and reach say',
  async () => {
    const found: string[] = []
    const began = process.cpuUsage()
    for (const route of inOrder()) found.push(...(await deviationsOf(route)))
    const { user, system } = process.cpuUsage(began)
    const cpuS = Math.round((user + system) / 1e6)
    process.stdout.write(`${requests} requests, ${found.length} deviations (${cpuS} s of CPU)\n`)
    expect(requests).toBe(routes.length * callers.length)
    // A route that asks for more than its row declares says so in the tables of objects.ts.
    expect(found).toEqual([])
    expect(buildings.rig.lines.filter((line) => line.level === 'error')).toEqual([])
  },
  WITHIN_MS,
)
