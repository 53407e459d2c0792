// Routes of the ledger 账务: reading only; money moves by its own routes.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { Day, ListQuery } from '../http/contract/asking.ts'
import { Posting, TrialBalance } from '../http/contract/ledger.ts'
import { Id, listOf } from '../http/contract.ts'
import { beforeUuid, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import type { Db } from '../ports/database.ts'
import { rfc3339 } from '../shared/clock.ts'
import { linesOf, listPostings, trialBalance } from './read-store.ts'

export const ledgerRoutes = (deps: { db: Db }): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/ledger/trial-balance',
    permission: 'ledger.view',
    summary: { zh: '试算平衡表', en: 'Trial balance: the total is zero' },
    query: Type.Object({ complexId: Id }),
    answer: TrialBalance,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId, zone } = await namedComplex(tx, query.complexId)
        const items = await trialBalance(tx, complexId)
        const totalFen = items.reduce((total, row) => total + row.balanceFen, 0)
        return { asOf: rfc3339(tx.now, zone), totalFen, items }
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/ledger/postings',
    permission: 'ledger.view',
    summary: { zh: '记账凭证', en: 'Postings with their lines, newest first' },
    query: Type.Object({
      ...ListQuery.properties,
      path: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
      from: Type.Optional(Day),
      to: Type.Optional(Day),
    }),
    answer: listOf(Posting),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId, zone } = await namedComplex(tx, query.complexId)
        const rows = await listPostings(tx, complexId, {
          path: query.path ?? null,
          from: query.from ?? null,
          to: query.to ?? null,
          before: beforeUuid(query.cursor),
          limit: query.limit + 1,
        })
        const page = pageOf(rows, query.limit, (row) => row.postingId)
        const ids = page.items.map((row) => row.postingId)
        const lines = Map.groupBy(await linesOf(tx, complexId, ids), (line) => line.postingId)
        const items = page.items.map((row) => ({
          ...row,
          at: rfc3339(row.at, zone),
          lines: (lines.get(row.postingId) ?? []).map(({ path, fen }) => ({ path, fen })),
        }))
        return { ...page, items }
      }),
  }),
]
