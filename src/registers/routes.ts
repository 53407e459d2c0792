// Routes of the registers 档案: lists of what exists in a complex.

import { Type } from 'typebox'
import { namedComplex, visibleComplexes } from '../http/complex-store.ts'
import { ListQuery, PageQuery, WithinQuery } from '../http/contract/asking.ts'
import { Building, Point, Premises, Tenant } from '../http/contract/registers.ts'
import { Complex, Id, listOf } from '../http/contract.ts'
import { afterId, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import { complexRoutes } from './complex-routes.ts'
import { onePlaceRoutes } from './one-place-routes.ts'
import { placeRoutes } from './place-routes.ts'
import type { PlaceDeps } from './places.ts'
import { listBuildings, listPoints, listPremises, listTenants, type Page } from './read-store.ts'

type Deps = PlaceDeps & { db: Db }
type Asked = { complexId: number; limit: number; cursor?: string | undefined }

const page = <Row>(
  deps: Deps,
  scope: Scope,
  asked: Asked,
  read: (tx: Tx, page: Page) => Promise<Row[]>,
  keyOf: (row: Row) => number,
) =>
  deps.db.as(scope, async (tx) => {
    const { complexId, zone } = await namedComplex(tx, asked.complexId)
    const rows = await read(tx, {
      complexId,
      zone,
      after: afterId(asked.cursor),
      limit: asked.limit,
    })
    return pageOf(rows, asked.limit, keyOf)
  })

const Search = Type.Optional(Type.String({ maxLength: 40 }))
const PremisesQuery = Type.Object({
  ...ListQuery.properties,
  buildingId: Type.Optional(Id),
  floor: Type.Optional(Type.Integer({ minimum: -20, maximum: 200 })),
  /** Number, name or pinyin initials. */
  search: Search,
})

const spaceRoutes = (deps: Deps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/complexes',
    permission: 'register.view',
    summary: { zh: '综合体列表', en: 'Complexes' },
    query: Type.Object({ ...PageQuery.properties, ...WithinQuery.properties }),
    answer: listOf(Complex),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const asked = { after: afterId(query.cursor), limit: query.limit + 1 }
        return pageOf(await visibleComplexes(tx, asked), query.limit, (row) => row.complexId)
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/buildings',
    permission: 'register.view',
    summary: { zh: '楼栋列表', en: 'Buildings' },
    query: ListQuery,
    answer: listOf(Building),
    handler: ({ scope }, { query }) =>
      page(deps, scope, query, listBuildings, (row) => row.buildingId),
  }),
  route({
    method: 'GET',
    path: '/api/v1/premises',
    permission: 'register.view',
    summary: { zh: '商铺列表', en: 'Premises' },
    query: PremisesQuery,
    answer: listOf(Premises),
    handler: ({ scope }, { query }) =>
      page(
        deps,
        scope,
        query,
        (tx, asked) => listPremises(tx, asked, query),
        (row) => row.premisesId,
      ),
  }),
]

const PointsQuery = Type.Object({
  ...ListQuery.properties,
  premisesId: Type.Optional(Id),
  /** Only those that feed others: main points. */
  feeds: Type.Optional(Type.Boolean()),
  /** Only those with a meter, or only those without one. */
  metered: Type.Optional(Type.Boolean()),
  /** Only those of premises, or only those of none. */
  placed: Type.Optional(Type.Boolean()),
  search: Search,
})

const pointRoutes = (deps: Deps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/points',
    permission: 'register.view',
    summary: { zh: '计量点列表', en: 'Points' },
    query: PointsQuery,
    answer: listOf(Point),
    handler: ({ scope }, { query }) =>
      page(
        deps,
        scope,
        query,
        (tx, asked) => listPoints(tx, asked, query),
        (row) => row.pointId,
      ),
  }),
]

const contractRoutes = (deps: Deps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/tenants',
    permission: 'account.view',
    summary: { zh: '商户列表', en: 'Tenants' },
    query: ListQuery,
    answer: listOf(Tenant),
    handler: ({ scope }, { query }) => page(deps, scope, query, listTenants, (row) => row.tenantId),
  }),
]

export const registerRoutes = (deps: Deps): Route[] => [
  ...spaceRoutes(deps),
  ...pointRoutes(deps),
  ...placeRoutes(deps),
  ...onePlaceRoutes(deps),
  ...complexRoutes(deps),
  ...contractRoutes(deps),
]
