// Routes of the price cap 转供电价格上限: what is allowed, and what was paid.

import { bodyOf, type Tries, triedBy } from '../approvals/try.ts'
import { namedComplex } from '../http/complex-store.ts'
import {
  CapReport,
  CapReportQuery,
  NewPriceCap,
  PriceCap,
  PriceCapQuery,
  PriceCaps,
} from '../http/contract/price-cap.ts'
import { type Route, route } from '../http/route.ts'
import type { Db } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { once } from '../work/request.ts'
import { capsOf, saveCap } from './caps.ts'
import { capReport } from './report.ts'

/** For whoever asks; the body is that of POST /price-cap. */
export const capTries = (deps: { db: Db; ids: Ids }): Pick<Tries, 'priceCap.save'> => {
  const capBody = bodyOf(NewPriceCap)
  return {
    'priceCap.save': ({ scope }, ask) =>
      triedBy(deps.db, scope, async (tx, agreement) => {
        const { complexId, ...asked } = capBody(ask)
        await saveCap(tx, deps.ids, await namedComplex(tx, complexId), asked, agreement)
      }),
  }
}

export const priceCapRoutes = (deps: { db: Db; ids: Ids }): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/price-cap',
    permission: 'ledger.view',
    summary: { zh: '转供电价格上限', en: 'The price cap and what it was before' },
    query: PriceCapQuery,
    answer: PriceCaps,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => capsOf(tx, await namedComplex(tx, query.complexId))),
  }),
  route({
    method: 'POST',
    path: '/api/v1/price-cap',
    permission: 'price-cap.edit',
    once: true,
    audited: true,
    summary: { zh: '设定价格上限', en: 'Set the price cap from a month on' },
    body: NewPriceCap,
    answer: PriceCap,
    handler: async ({ scope, requestId, confirmed }, { body }) => {
      confirmed()
      const { complexId, approvalId, ...asked } = body
      const complex = await deps.db.as(scope, (tx) => namedComplex(tx, complexId))
      const name = {
        complexId: complex.complexId,
        requestId: requestId(),
        ...{ operation: 'priceCap.save', content: asked },
      }
      return once(deps.db, scope, name, (tx) =>
        saveCap(tx, deps.ids, complex, asked, { approvalId }),
      )
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/price-cap/report',
    permission: 'ledger.view',
    summary: { zh: '各户有效电价月报', en: 'Effective prices of a month against the cap' },
    query: CapReportQuery,
    answer: CapReport,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) =>
        capReport(tx, await namedComplex(tx, query.complexId), query.month),
      ),
  }),
]
