// Routes of collection 采集: gateways and their buses, devices, meters and models, read and changed.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { ListQuery, WithinQuery } from '../http/contract/asking.ts'
import {
  Device,
  DeviceChange,
  Gateway,
  GatewayChange,
  GatewayDetail,
  Heard,
  MeterChange,
  MeterCollection,
  MeterList,
  MeterModels,
  NewDevice,
  NewGateway,
  NewMeter,
  UnknownCaller,
} from '../http/contract/collection.ts'
import { Id, listOf } from '../http/contract.ts'
import { afterId, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import { secretsEntered } from '../metering/links/link-secrets.ts'
import type { WithUserModels } from '../metering/meter-model/user-models.ts'
import { type CallersOf, storedCallers } from '../metering/seen-store.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { Vault } from '../secrets/vault.ts'
import { must } from '../shared/assert.ts'
import {
  complexId as complexIdOf,
  deviceId as deviceIdOf,
  type GatewayId,
  gatewayId as gatewayIdOf,
  meterId as meterIdOf,
} from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { once } from '../work/request.ts'
import { callerViews } from './caller-view.ts'
import { type EventDeps, eventRoutes } from './event-routes.ts'
import {
  type BusFiguresOf,
  deadMeters,
  gatewayById,
  listGateways,
  type Place,
  placeOfGateway,
} from './gateway-store.ts'
import { changeGateway, createGateway } from './gateways.ts'
import { installationRoute } from './installation-routes.ts'
import {
  complexOfDevice,
  countMeters,
  deviceById,
  listDevices,
  listMeters,
  meterCollection,
  metersByModel,
} from './meter-store.ts'
import { changeDevice, changeMeter, createDevice, createMeter } from './meters.ts'
import { modelView } from './model-view.ts'
import { removalRoutes } from './removal-routes.ts'
import { settingsRoutes } from './settings-routes.ts'

export type CollectionDeps = WithUserModels &
  EventDeps & {
    db: Db
    ids: Ids
    vault: Vault
    /** What collectors in this process counted; null for a bus that none of them has. */
    busFiguresOf: BusFiguresOf
    /** Who called the collector of this process and belongs to no gateway. */
    unknownCallers: () => CallersOf
  }

const IdParams = Type.Object({ id: Id })
const NEW_ONES = 'register.edit'

const notFound = (facts: Record<string, number>) => new Refusal('not_found', facts)

export const placeOf = async (
  tx: Tx,
  gateway: GatewayId,
  within: number | null,
): Promise<Place> => {
  const place = await placeOfGateway(tx, gateway, within)
  if (!place) throw notFound({ gatewayId: gateway })
  return place
}

const gatewayIn = async (tx: Tx, deps: CollectionDeps, place: Place, id: GatewayId) =>
  must(await gatewayById(tx, place, id, deps.busFiguresOf), 'the gateway is in its place')

const gatewayLists = (deps: CollectionDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/gateways',
    permission: 'register.view',
    summary: { zh: '通讯管理机列表（含总线与在线情况）', en: 'Gateways, their buses and state' },
    query: ListQuery,
    answer: listOf(Gateway),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const place = await namedComplex(tx, query.complexId)
        const asked = { after: afterId(query.cursor), limit: query.limit + 1 }
        const rows = await listGateways(tx, place, asked, deps.busFiguresOf)
        return pageOf(rows, query.limit, (row) => row.gatewayId)
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/gateways/:id',
    permission: 'register.view',
    summary: { zh: '通讯管理机详情', en: 'One gateway and its silent meters' },
    params: IdParams,
    query: WithinQuery,
    answer: GatewayDetail,
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, async (tx) => {
        const id = gatewayIdOf(params.id)
        const place = await placeOf(tx, id, query.complexId ?? null)
        const gateway = await gatewayIn(tx, deps, place, id)
        return { ...gateway, deadMeters: await deadMeters(tx, place, id) }
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/unknown-callers',
    permission: 'register.edit',
    summary: { zh: '未登记的来电', en: 'Callers that belong to no gateway' },
    answer: listOf(UnknownCaller),
    handler: async ({ scope }) => {
      const stored = await deps.db.as(scope, storedCallers)
      return { items: callerViews(deps.unknownCallers(), stored), nextCursor: null }
    },
  }),
]

const gatewayChanges = (deps: CollectionDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/gateways',
    permission: NEW_ONES,
    once: true,
    audited: true,
    summary: { zh: '新增通讯管理机', en: 'Add a gateway' },
    body: NewGateway,
    answer: Gateway,
    handler: async ({ scope, requestId }, { body }) => {
      const named = requestId()
      const place = await deps.db.as(scope, (tx) => namedComplex(tx, body.complexId))
      const id = await createGateway(deps, scope, named, body)
      return deps.db.as(scope, (tx) => gatewayIn(tx, deps, place, id))
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/gateways/:id',
    permission: 'register.edit',
    audited: true,
    summary: { zh: '修改通讯管理机', en: 'Change a gateway' },
    params: IdParams,
    query: WithinQuery,
    body: GatewayChange,
    answer: Gateway,
    handler: async ({ scope, confirmed }, { params, query, body }) => {
      if (secretsEntered(body.link).length > 0) confirmed()
      return deps.db.as(scope, async (tx) => {
        const gatewayId = gatewayIdOf(params.id)
        const place = await placeOf(tx, gatewayId, query.complexId ?? null)
        await changeGateway(tx, deps, { complexId: place.complexId, gatewayId }, body)
        return gatewayIn(tx, deps, place, gatewayId)
      })
    },
  }),
]

const meterDepsOf = (deps: CollectionDeps) => ({
  ...deps,
  modelOf: (model: string) => deps.models.get(model) ?? null,
})

const deviceIn = async (deps: CollectionDeps, scope: Scope, complex: number, id: number) =>
  must(
    await deps.db.as(scope, (tx) => deviceById(tx, complexIdOf(complex), id)),
    'the device is in its complex',
  )

const deviceRoutes = (deps: CollectionDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/devices',
    permission: 'register.view',
    summary: { zh: '表计装置列表', en: 'Devices' },
    query: Type.Object({ ...ListQuery.properties, gatewayId: Type.Optional(Id) }),
    answer: listOf(Device),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        const page = { after: afterId(query.cursor), limit: query.limit }
        const rows = await listDevices(tx, complexId, page, query.gatewayId ?? null)
        return pageOf(rows, query.limit, (row) => row.deviceId)
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/devices',
    permission: NEW_ONES,
    once: true,
    audited: true,
    summary: { zh: '新增表计装置', en: 'Add a device' },
    body: NewDevice,
    answer: Device,
    handler: async ({ scope, requestId }, { body }) => {
      const { complexId } = await deps.db.as(scope, (tx) => namedComplex(tx, body.complexId))
      const name = { complexId, requestId: requestId(), operation: 'device.create', content: body }
      const id = await once(deps.db, scope, name, (tx) =>
        createDevice(tx, meterDepsOf(deps), complexId, body),
      )
      return deviceIn(deps, scope, complexId, id)
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/devices/:id',
    permission: 'register.edit',
    audited: true,
    summary: { zh: '修改表计装置', en: 'Change a device' },
    params: IdParams,
    query: WithinQuery,
    body: DeviceChange,
    answer: Device,
    handler: async ({ scope }, { params, query, body }) => {
      const complexId = await deps.db.as(scope, async (tx) => {
        const complex = await complexOfDevice(tx, params.id, query.complexId ?? null)
        if (complex === null) throw notFound({ deviceId: params.id })
        const at = { complexId: complex, deviceId: deviceIdOf(params.id) }
        await changeDevice(tx, meterDepsOf(deps), at, body)
        return complex
      })
      return deviceIn(deps, scope, complexId, params.id)
    },
  }),
]

const collected = async (deps: CollectionDeps, scope: Scope, id: number, within: number | null) => {
  const meter = await deps.db.as(scope, (tx) => meterCollection(tx, meterIdOf(id), within))
  if (!meter) throw notFound({ meterId: id })
  return meter
}

const meterLists = (deps: CollectionDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/meters',
    permission: 'register.view',
    summary: { zh: '电表列表（含通讯情况）', en: 'Meters and how each answers' },
    query: Type.Object({
      ...ListQuery.properties,
      gatewayId: Type.Optional(Id),
      buildingId: Type.Optional(Id),
      floor: Type.Optional(Type.Integer({ minimum: -20, maximum: 200 })),
      model: Type.Optional(Type.String({ maxLength: 60 })),
      heard: Type.Optional(Heard),
      stock: Type.Optional(Type.Enum(['free', 'hung', 'barred'])),
      search: Type.Optional(Type.String({ maxLength: 40 })),
    }),
    answer: MeterList,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const place = await namedComplex(tx, query.complexId)
        const filter = {
          gatewayId: query.gatewayId ?? null,
          buildingId: query.buildingId ?? null,
          floor: query.floor ?? null,
          model: query.model ?? '',
          search: (query.search ?? '').trim(),
          heard: query.heard ?? null,
          stock: query.stock ?? null,
        }
        const page = { after: afterId(query.cursor), limit: query.limit }
        const rows = await listMeters(tx, place, page, filter)
        const heard = await countMeters(tx, place.complexId, filter)
        const total = Object.values(heard).reduce((sum, n) => sum + n, 0)
        return { ...pageOf(rows, query.limit, (row) => row.meterId), total, heard }
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/meters/:id/collection',
    permission: 'register.view',
    summary: { zh: '电表采集详情', en: 'One meter as it is collected' },
    params: IdParams,
    query: WithinQuery,
    answer: MeterCollection,
    handler: ({ scope }, { params, query }) =>
      collected(deps, scope, params.id, query.complexId ?? null),
  }),
]

const meterChanges = (deps: CollectionDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/meters',
    permission: NEW_ONES,
    once: true,
    audited: true,
    summary: { zh: '新增电表', en: 'Add a meter' },
    body: NewMeter,
    answer: MeterCollection,
    handler: async ({ scope, requestId }, { body }) => {
      const place = await deps.db.as(scope, (tx) => namedComplex(tx, body.complexId))
      const { complexId } = place
      const name = { complexId, requestId: requestId(), operation: 'meter.create', content: body }
      const id = await once(deps.db, scope, name, (tx) =>
        createMeter(tx, meterDepsOf(deps), place, body),
      )
      return collected(deps, scope, id, complexId)
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/meters/:id',
    permission: 'register.edit',
    audited: true,
    summary: { zh: '修改电表', en: 'Change a meter' },
    params: IdParams,
    query: WithinQuery,
    body: MeterChange,
    answer: MeterCollection,
    handler: async ({ scope }, { params, query, body }) => {
      const { complexId } = await collected(deps, scope, params.id, query.complexId ?? null)
      const at = { complexId: complexIdOf(complexId), meterId: meterIdOf(params.id) }
      await deps.db.as(scope, (tx) => changeMeter(tx, meterDepsOf(deps), at, body))
      return collected(deps, scope, params.id, complexId)
    },
  }),
]

const modelRoute = (deps: CollectionDeps): Route =>
  route({
    method: 'GET',
    path: '/api/v1/models',
    permission: 'register.view',
    summary: { zh: '表型（内置与用户自定义）', en: 'Meter models, built in and of the user' },
    query: Type.Object({ complexId: Id }),
    answer: MeterModels,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        const used = await metersByModel(tx, complexId)
        const items = [...deps.models.values()].map((model) =>
          modelView(model, used.get(model.id) ?? 0, deps.userModels.has(model.id)),
        )
        const faults = deps.modelFaults.map(({ file, problems }) => ({
          file,
          problems: problems.map(({ zh, en }) => ({ zh, en })),
        }))
        return { items, faults }
      }),
  })

export const collectionRoutes = (deps: CollectionDeps): Route[] => [
  ...gatewayLists(deps),
  ...gatewayChanges(deps),
  ...deviceRoutes(deps),
  ...meterLists(deps),
  ...meterChanges(deps),
  installationRoute(deps),
  ...removalRoutes(deps),
  ...eventRoutes(deps),
  ...settingsRoutes(deps),
  modelRoute(deps),
]
