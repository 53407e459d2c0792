// Routes of the prices in meters 表内电价: one meter with all its tables, and all that hold prices.
// Pushing is a command.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { WithinQuery } from '../http/contract/asking.ts'
import {
  MeterPriceRow,
  type MeterPriceRow as MeterPriceRowView,
  MeterPrices,
  MeterPricesQuery,
  PricesReadAsked,
} from '../http/contract/meter-prices.ts'
import { Id, listOf } from '../http/contract.ts'
import { afterId, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import { complexDays } from '../ledger/posting-day.ts'
import type { Db, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { pricedMeters } from '../price-tables/store.ts'
import { rfc3339 } from '../shared/clock.ts'
import { type ComplexId, type MeterId, meterId, type PlanId, planId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { addWork } from '../work/store.ts'
import { complexesOfMeters } from './complex-of-meters-store.ts'
import { listedMeters } from './price-row-store.ts'
import { meterPriceRows, meterPricesView, type ViewDeps } from './price-view-store.ts'
import { meterKey, PRICE_LOOK_WORK, WHOLE } from './price-work.ts'

type Deps = ViewDeps & { db: Db; ids: Ids }

const BATCH = 500

type Asked = {
  complexId: ComplexId
  after: number
  limit: number
  plan: PlanId | null
  match: MeterPriceRowView['match'] | null
}

/** What is in a meter is found out one by one, so a filter goes on until the page is full. */
const listed = async (tx: Tx, deps: Deps, asked: Asked): Promise<MeterPriceRowView[]> => {
  const { complexId, limit, plan, match } = asked
  const found: MeterPriceRowView[] = []
  let { after } = asked
  while (found.length < limit) {
    const batch = match === null ? limit : BATCH
    const meters = await listedMeters(tx, complexId, { after, limit: batch, plan })
    const rows = await meterPriceRows(tx, deps, complexId, meters)
    found.push(...rows.filter((row) => match === null || row.match === match))
    if (meters.length < batch) break
    after = meters.at(-1) ?? after
  }
  return found.slice(0, limit)
}

/** Refuses: not_found, not_supported_by_model. */
export const readNow = async (
  tx: Tx,
  deps: ViewDeps & { ids: Ids },
  id: MeterId,
  within: number | null,
) => {
  const [complexId] = await complexesOfMeters(tx, [id], within)
  const [meter] = complexId ? await pricedMeters(tx, complexId, [id]) : []
  if (complexId === undefined || !meter) throw new Refusal('not_found', { meterId: id })
  const can = deps.capabilitiesOf(meter.model)?.priceTables
  refuseIf(can === undefined, 'not_supported_by_model', { meterId: id })
  await addWork(tx, deps.ids, {
    ...{ complexId, kind: PRICE_LOOK_WORK, key: meterKey(id), gatewayId: meter.gatewayId },
    payload: { meterId: id, ...WHOLE },
  })
  return { meterId: id, askedAt: rfc3339(tx.now, (await complexDays(tx, complexId)).zone) }
}

const readRoute = (deps: Deps): Route =>
  route({
    method: 'POST',
    path: '/api/v1/meters/:id/prices/read',
    permission: 'command.send',
    summary: { zh: '立即读取表内电价', en: 'Read the prices in a meter now' },
    params: Type.Object({ id: Id }),
    query: WithinQuery,
    answer: PricesReadAsked,
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, (tx) => readNow(tx, deps, meterId(params.id), query.complexId ?? null)),
  })

export const priceRoutes = (deps: Deps): Route[] => [
  readRoute(deps),
  route({
    method: 'GET',
    path: '/api/v1/meters/:id/prices',
    permission: 'board.view',
    summary: { zh: '表内电价', en: 'The prices that a meter holds' },
    params: Type.Object({ id: Id }),
    query: WithinQuery,
    answer: MeterPrices,
    handler: ({ scope, language }, { params, query }) =>
      deps.db.as(scope, async (tx) => {
        const id = meterId(params.id)
        const [complex] = await complexesOfMeters(tx, [id], query.complexId ?? null)
        const found = complex && (await meterPricesView(tx, deps, complex, id, language))
        if (!found) throw new Refusal('not_found', { meterId: params.id })
        return found
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/meter-prices',
    permission: 'board.view',
    summary: { zh: '各表电价执行情况', en: 'What meters hold of their plans’ prices' },
    query: MeterPricesQuery,
    answer: listOf(MeterPriceRow),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        const rows = await listed(tx, deps, {
          complexId,
          after: afterId(query.cursor),
          limit: query.limit + 1,
          plan: query.planId === undefined ? null : planId(query.planId),
          match: query.match ?? null,
        })
        return pageOf(rows, query.limit, (row) => row.meterId)
      }),
  }),
]
