// Routes of commissioning 调试: searches of a bus, test reads, checks of meters and their report.

import { Type } from 'typebox'
import type { SellingDeps } from '../accounts/judge-sale.ts'
import { namedComplex } from '../http/complex-store.ts'
import { ListQuery, WithinQuery } from '../http/contract/asking.ts'
import {
  BeginCheck,
  CheckCredit,
  CheckList,
  CheckUnit,
  CreditRequest,
  ExchangeRequest,
  MeterCheck,
  Scan,
  ScanRequest,
  ScanSummary,
  StepRequest,
  TestRead,
  TestReadRequest,
} from '../http/contract/commissioning.ts'
import { FileAnswer } from '../http/contract/sheets.ts'
import { Id, listOf, UuidText } from '../http/contract.ts'
import { beforeUuid, pageOf } from '../http/cursor.ts'
import { NoContent, type Route, route } from '../http/route.ts'
import { workbook } from '../http/workbook.ts'
import type { Scope, Tx } from '../ports/database.ts'
import type { Sheets } from '../ports/sheets.ts'
import { type Uuid, uuid } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import {
  type CheckedUnit,
  checkAt,
  checkRows,
  creditOfCheck,
  neighboursOf,
  stepsOf,
  suppliedBy,
} from './check-store.ts'
import { beginCheck, type CheckDeps, recordStep } from './checks.ts'
import { loadCheckCredit } from './credit.ts'
import { exchangePoints } from './exchange.ts'
import { scanSummary, scanView, testReadView } from './job-view.ts'
import { devicesOnBus, jobById, listJobs, meterPlace } from './line-job-store.ts'
import { startBusScan, startTestRead, stopJob } from './line-jobs.ts'
import { REPORT_TITLE, reportSheet } from './report.ts'

type Deps = CheckDeps & SellingDeps & { sheets: Sheets }

const IdParams = Type.Object({ id: UuidText })
/** It names whatever hangs on the bus. */
const SCAN = 'register.edit'
const MAKE = 'commissioning.make'

const scanIn = (deps: Deps, scope: Scope, id: Uuid) =>
  deps.db.as(scope, async (tx) => {
    const job = await jobById(tx, id, 'scan')
    if (!job) throw new Refusal('not_found', { scanId: id })
    return scanView(job, await devicesOnBus(tx, job))
  })

const scanRoutes = (deps: Deps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/bus-scans',
    permission: SCAN,
    summary: { zh: '总线搜表记录', en: 'Searches of buses for meters' },
    query: Type.Object({ ...ListQuery.properties, gatewayId: Type.Optional(Id) }),
    answer: listOf(ScanSummary),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        const { gatewayId = null, limit } = query
        const before = beforeUuid(query.cursor)
        const page = { kind: 'scan' as const, gatewayId, before, limit: limit + 1 }
        const rows = await listJobs(tx, complexId, page)
        return pageOf(rows.map(scanSummary), limit, (row) => row.scanId)
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/bus-scans',
    permission: SCAN,
    once: true,
    audited: true,
    summary: { zh: '搜索总线上的电表', en: 'Search a bus for meters' },
    body: ScanRequest,
    answer: Scan,
    handler: async ({ scope, requestId }, { body }) =>
      scanIn(deps, scope, await startBusScan(deps, scope, requestId(), body)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/bus-scans/:id',
    permission: SCAN,
    summary: { zh: '搜表进度与结果', en: 'A search with its progress and what it found' },
    params: IdParams,
    query: WithinQuery,
    answer: Scan,
    handler: ({ scope }, { params }) => scanIn(deps, scope, uuid(params.id)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/bus-scans/:id/stop',
    permission: SCAN,
    audited: true,
    summary: { zh: '停止搜表', en: 'Stop a search' },
    params: IdParams,
    query: WithinQuery,
    answer: Scan,
    handler: async ({ scope }, { params }) => {
      const id = uuid(params.id)
      await stopJob(deps, scope, 'scan', id)
      return scanIn(deps, scope, id)
    },
  }),
]

const testReadIn = (deps: Deps, scope: Scope, id: Uuid) =>
  deps.db.as(scope, async (tx) => {
    const job = await jobById(tx, id, 'read')
    const place = job?.meterId ? await meterPlace(tx, job.meterId) : null
    if (!job || !place) throw new Refusal('not_found', { testReadId: id })
    return testReadView(job, place)
  })

const testReadRoutes = (deps: Deps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/test-reads',
    permission: MAKE,
    once: true,
    summary: { zh: '试抄一块表（含报文）', en: 'Read one meter with its frames' },
    body: TestReadRequest,
    answer: TestRead,
    handler: async ({ scope, requestId }, { body }) =>
      testReadIn(deps, scope, await startTestRead(deps, scope, requestId(), body)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/test-reads/:id',
    permission: MAKE,
    summary: { zh: '试抄结果', en: 'A test read with its frames' },
    params: IdParams,
    query: WithinQuery,
    answer: TestRead,
    handler: ({ scope }, { params }) => testReadIn(deps, scope, uuid(params.id)),
  }),
]

const rowsOf = async (tx: Tx, complex: number, unit: CheckedUnit) =>
  checkRows(tx, await namedComplex(tx, complex), unit)

const checkIn = (deps: Deps, scope: Scope, id: Uuid) =>
  deps.db.as(scope, async (tx) => {
    const found = await checkAt(tx, id)
    if (!found) throw new Refusal('not_found', { checkId: id })
    const place = await namedComplex(tx, found.complexId)
    return checkView(tx, deps, place, found.meterId, id)
  })

const checkView = async (
  tx: Tx,
  deps: Deps,
  place: Awaited<ReturnType<typeof namedComplex>>,
  meter: number,
  id: Uuid,
) => {
  const [row] = await checkRows(tx, place, { meterId: meter })
  const at = await meterPlace(tx, meter)
  if (!row || !at) throw new Refusal('not_found', { checkId: id })
  const steps = await stepsOf(tx, place.complexId, [id], place.zone)
  const supplied = await suppliedBy(tx, place.complexId, at.meterId)
  const can = deps.capabilitiesOf(row.model)
  const { complexId } = place
  const loaded = await creditOfCheck(tx, { complexId, checkId: id })
  return {
    ...row,
    history: steps.get(id) ?? [],
    neighbours: await neighboursOf(tx, place.complexId, at.meterId),
    credit: loaded && {
      ...{ purchaseId: loaded.purchaseId, amountFen: loaded.amountFen },
      underWay: loaded.state === 'QUEUED' || loaded.state === 'ARMED',
    },
    can: {
      trip: can?.relay.trip === true,
      keepPower: can?.relay.keepPower === true,
      credit: can?.prepaid === true && supplied?.mode === 'meter',
    },
  }
}

const checkReads = (deps: Deps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/meter-checks',
    permission: MAKE,
    summary: { zh: '逐表调试清单', en: 'Meters and how far each check has come' },
    query: Type.Object(CheckUnit),
    answer: CheckList,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const items = await rowsOf(tx, query.complexId, query)
        const counts = { none: 0, open: 0, passed: 0, failed: 0 }
        for (const { state } of items) counts[state] += 1
        return { items, counts }
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/meter-checks/report',
    permission: MAKE,
    summary: { zh: '导出验收报告', en: 'The acceptance report as a workbook' },
    query: Type.Object(CheckUnit),
    answer: FileAnswer,
    handler: ({ scope, language }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const rows = await rowsOf(tx, query.complexId, query)
        return workbook(deps.sheets, reportSheet(rows, language), REPORT_TITLE[language])
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/meter-checks/:id',
    permission: MAKE,
    summary: { zh: '一块表的调试', en: 'The check of one meter' },
    params: IdParams,
    query: WithinQuery,
    answer: MeterCheck,
    handler: ({ scope }, { params }) => checkIn(deps, scope, uuid(params.id)),
  }),
]

const checkWrites = (deps: Deps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/meter-checks',
    permission: MAKE,
    once: true,
    audited: true,
    summary: { zh: '开始调试一块表', en: 'Begin the check of a meter, or go on with it' },
    body: BeginCheck,
    answer: MeterCheck,
    handler: async ({ scope, requestId }, { body }) =>
      checkIn(deps, scope, await beginCheck(deps, scope, requestId(), body)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/meter-checks/:id/steps',
    permission: MAKE,
    once: true,
    audited: true,
    summary: { zh: '记录调试步骤', en: 'Record a step of a check' },
    params: IdParams,
    query: WithinQuery,
    body: StepRequest,
    answer: MeterCheck,
    handler: async ({ scope, requestId }, { params, body }) => {
      const id = uuid(params.id)
      await recordStep(deps, scope, requestId(), id, body)
      return checkIn(deps, scope, id)
    },
  }),
]

const checkMoves = (deps: Deps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/meter-checks/:id/credit',
    permission: MAKE,
    once: true,
    audited: true,
    queues: 'delivery',
    summary: { zh: '调试充值', en: 'Load a commissioning credit' },
    params: IdParams,
    query: WithinQuery,
    body: CreditRequest,
    answer: CheckCredit,
    handler: ({ scope, requestId }, { params, body }) =>
      loadCheckCredit(deps, scope, requestId(), uuid(params.id), body),
  }),
  route({
    method: 'POST',
    path: '/api/v1/meter-checks/:id/exchange',
    permission: 'register.edit',
    once: true,
    audited: true,
    summary: { zh: '互换两表的计量点', en: 'Exchange the points of two meters' },
    params: IdParams,
    query: WithinQuery,
    body: ExchangeRequest,
    answer: NoContent,
    handler: async ({ scope, requestId }, { params, body }) => {
      await exchangePoints(deps, scope, requestId(), uuid(params.id), body)
      return null
    },
  }),
]

export const commissioningRoutes = (deps: Deps): Route[] => [
  ...scanRoutes(deps),
  ...testReadRoutes(deps),
  ...checkReads(deps),
  ...checkWrites(deps),
  ...checkMoves(deps),
]
