// Routes of one building, premises or point 单个楼栋、商铺、计量点: read, changed, and removed where it was
// entered wrongly.

import { Type } from 'typebox'
import { WithinQuery } from '../http/contract/asking.ts'
import {
  Building,
  BuildingChange,
  Point,
  PointChange,
  Premises,
  PremisesChange,
} from '../http/contract/registers.ts'
import { Id } from '../http/contract.ts'
import { NoContent, type Route, route } from '../http/route.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { buildingId, type ComplexId, pointId, premisesId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { changeBuilding, changePoint, changePremises } from './place-changes.ts'
import { removeBuilding, removePoint, removePremises } from './place-removal.ts'
import { type PlaceKind, placeOf } from './place-store.ts'
import type { PlaceDeps } from './places.ts'
import { listBuildings, listPoints, listPremises, type Page } from './read-store.ts'

type Deps = PlaceDeps & { db: Db }
type Named = { kind: PlaceKind; id: number; within: number | undefined }
type Act = (tx: Tx, complexId: ComplexId) => Promise<void>
type Read<Row> = (tx: Tx, page: Page) => Promise<Row[]>

const ONE = { params: Type.Object({ id: Id }), query: WithinQuery } as const
const EDIT = { permission: 'register.edit', audited: true } as const

/** Refuses: not_found. */
const find = async (tx: Tx, { kind, id, within }: Named) => {
  const place = await placeOf(tx, kind, id, within ?? null)
  if (!place) throw new Refusal('not_found', { [`${kind}Id`]: id })
  return place
}

/** The row as the lists show it, after `act`. */
const shown = <Row>(
  deps: Deps,
  scope: Scope,
  named: Named,
  read: Read<Row>,
  act?: Act,
): Promise<Row> =>
  deps.db.as(scope, async (tx) => {
    const place = await find(tx, named)
    await act?.(tx, place.complexId)
    const rows = await read(tx, { ...place, after: named.id - 1, limit: 1 })
    return must(rows[0], 'what was found is there')
  })

const removed = (deps: Deps, scope: Scope, named: Named, act: Act): Promise<null> =>
  deps.db.as(scope, async (tx) => {
    await act(tx, (await find(tx, named)).complexId)
    return null
  })

const buildingRoutes = (deps: Deps): Route[] => {
  const path = '/api/v1/buildings/:id'
  const named = (id: number, within?: number): Named => ({ kind: 'building', id, within })
  return [
    route({
      ...{ method: 'GET', path, permission: 'register.view', ...ONE },
      summary: { zh: '楼栋详情', en: 'One building' },
      answer: Building,
      handler: ({ scope }, { params, query }) =>
        shown(deps, scope, named(params.id, query.complexId), listBuildings),
    }),
    route({
      ...{ method: 'PATCH', path, ...EDIT, ...ONE },
      summary: { zh: '修改楼栋', en: 'Change a building' },
      body: BuildingChange,
      answer: Building,
      handler: ({ scope }, { params, query, body }) =>
        shown(deps, scope, named(params.id, query.complexId), listBuildings, (tx, complexId) =>
          changeBuilding(tx, deps, { complexId, buildingId: buildingId(params.id) }, body),
        ),
    }),
    route({
      ...{ method: 'DELETE', path, ...EDIT, ...ONE },
      summary: { zh: '删除空楼栋', en: 'Remove an empty building' },
      answer: NoContent,
      handler: ({ scope }, { params, query }) =>
        removed(deps, scope, named(params.id, query.complexId), (tx, complexId) =>
          removeBuilding(tx, deps, { complexId, buildingId: buildingId(params.id) }),
        ),
    }),
  ]
}

const premisesRoutes = (deps: Deps): Route[] => {
  const path = '/api/v1/premises/:id'
  const named = (id: number, within?: number): Named => ({ kind: 'premises', id, within })
  return [
    route({
      ...{ method: 'GET', path, permission: 'register.view', ...ONE },
      summary: { zh: '商铺详情', en: 'One premises' },
      answer: Premises,
      handler: ({ scope }, { params, query }) =>
        shown(deps, scope, named(params.id, query.complexId), listPremises),
    }),
    route({
      ...{ method: 'PATCH', path, ...EDIT, ...ONE },
      summary: { zh: '修改商铺', en: 'Change premises' },
      body: PremisesChange,
      answer: Premises,
      handler: ({ scope }, { params, query, body }) =>
        shown(deps, scope, named(params.id, query.complexId), listPremises, (tx, complexId) =>
          changePremises(tx, deps, { complexId, premisesId: premisesId(params.id) }, body),
        ),
    }),
    route({
      ...{ method: 'DELETE', path, ...EDIT, ...ONE },
      summary: { zh: '删除没有计量点的商铺', en: 'Remove premises without points' },
      answer: NoContent,
      handler: ({ scope }, { params, query }) =>
        removed(deps, scope, named(params.id, query.complexId), (tx, complexId) =>
          removePremises(tx, deps, { complexId, premisesId: premisesId(params.id) }),
        ),
    }),
  ]
}

const pointRoutes = (deps: Deps): Route[] => {
  const path = '/api/v1/points/:id'
  const named = (id: number, within?: number): Named => ({ kind: 'point', id, within })
  return [
    route({
      ...{ method: 'GET', path, permission: 'register.view', ...ONE },
      summary: { zh: '计量点详情', en: 'One point' },
      answer: Point,
      handler: ({ scope }, { params, query }) =>
        shown(deps, scope, named(params.id, query.complexId), listPoints),
    }),
    route({
      ...{ method: 'PATCH', path, ...EDIT, ...ONE },
      summary: { zh: '修改计量点', en: 'Change a point' },
      body: PointChange,
      answer: Point,
      handler: ({ scope }, { params, query, body }) =>
        shown(deps, scope, named(params.id, query.complexId), listPoints, (tx, complexId) =>
          changePoint(tx, deps, { complexId, pointId: pointId(params.id) }, body),
        ),
    }),
    route({
      ...{ method: 'DELETE', path, ...EDIT, ...ONE },
      summary: { zh: '删除没有历史的计量点', en: 'Remove a point without history' },
      answer: NoContent,
      handler: ({ scope }, { params, query }) =>
        removed(deps, scope, named(params.id, query.complexId), (tx, complexId) =>
          removePoint(tx, deps, { complexId, pointId: pointId(params.id) }),
        ),
    }),
  ]
}

export const onePlaceRoutes = (deps: Deps): Route[] => [
  ...buildingRoutes(deps),
  ...premisesRoutes(deps),
  ...pointRoutes(deps),
]
