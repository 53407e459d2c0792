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
} from '../http/contract/meter-prices.ts'
import { Id, listOf } from '../http/contract.ts'
import { afterId, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import type { Db, Tx } from '../ports/database.ts'
import { type ComplexId, meterId, type PlanId, planId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { complexesOfMeters } from './complex-of-meters-store.ts'
import { listedMeters } from './price-row-store.ts'
import { meterPriceRows, meterPricesView, type ViewDeps } from './price-view-store.ts'

type Deps = ViewDeps & { db: Db }

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

export const priceRoutes = (deps: Deps): Route[] => [
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
