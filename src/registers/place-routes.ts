// Routes that add to the space of a complex 空间档案维护, so that it can be built by other programs.

import { namedComplex } from '../http/complex-store.ts'
import {
  Building,
  NewBuilding,
  NewPoint,
  NewPremises,
  Point,
  Premises,
} from '../http/contract/registers.ts'
import { type OperatorCaller, type Route, route } from '../http/route.ts'
import type { Db, Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId } from '../shared/ids.ts'
import { once } from '../work/request.ts'
import { createBuilding, createPoint, createPremises, type PlaceDeps } from './places.ts'
import { listBuildings, listPoints, listPremises, type Page } from './read-store.ts'

type Deps = PlaceDeps & { db: Db }

/** Writes it once, then reads it as the lists show it. */
const made = async <Body extends { complexId: number }, Row>(
  deps: Deps,
  { scope, requestId }: OperatorCaller,
  operation: string,
  body: Body,
  steps: {
    create(tx: Tx, complex: ComplexId): Promise<number>
    read(tx: Tx, page: Page): Promise<Row[]>
  },
): Promise<Row> => {
  const named = requestId()
  const { complexId, zone } = await deps.db.as(scope, (tx) => namedComplex(tx, body.complexId))
  const name = { complexId, requestId: named, operation, content: body }
  const id = await once(deps.db, scope, name, (tx) => steps.create(tx, complexId))
  const page = { complexId, zone, after: id - 1, limit: 1 }
  const rows = await deps.db.as(scope, (tx) => steps.read(tx, page))
  return must(rows[0], 'what was written is there')
}

export const placeRoutes = (deps: Deps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/buildings',
    permission: 'register.edit',
    once: true,
    audited: true,
    summary: { zh: '新增楼栋', en: 'Add a building' },
    body: NewBuilding,
    answer: Building,
    handler: (caller, { body }) =>
      made(deps, caller, 'building.create', body, {
        create: (tx, complex) => createBuilding(tx, deps, complex, body),
        read: listBuildings,
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/premises',
    permission: 'register.edit',
    once: true,
    audited: true,
    summary: { zh: '新增商铺', en: 'Add premises' },
    body: NewPremises,
    answer: Premises,
    handler: (caller, { body }) =>
      made(deps, caller, 'premises.create', body, {
        create: (tx, complex) => createPremises(tx, deps, complex, body),
        read: (tx, page) => listPremises(tx, page),
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/points',
    permission: 'register.edit',
    once: true,
    audited: true,
    summary: { zh: '新增计量点', en: 'Add a point' },
    body: NewPoint,
    answer: Point,
    handler: (caller, { body }) =>
      made(deps, caller, 'point.create', body, {
        create: (tx, complex) => createPoint(tx, deps, complex, body),
        read: (tx, page) => listPoints(tx, page),
      }),
  }),
]
