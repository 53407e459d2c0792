// Routes of month figures 月度计量: which are wanted, and entering them.

import { namedComplex } from '../http/complex-store.ts'
import {
  MonthFigureQuery,
  MonthFigures,
  MonthFiguresSaved,
} from '../http/contract/month-figures.ts'
import { type Route, route } from '../http/route.ts'
import type { Db } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { figuresOf, saveFigures } from './month-figures.ts'

export const monthFigureRoutes = (deps: { db: Db; ids: Ids }): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/month-figures',
    permission: 'register.view',
    summary: {
      zh: '某月所需的需量与无功电量',
      en: 'Demand and reactive energy that a month needs',
    },
    query: MonthFigureQuery,
    answer: MonthFigures,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) =>
        figuresOf(tx, await namedComplex(tx, query.complexId), query.month),
      ),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/month-figures',
    permission: 'plan.edit',
    audited: true,
    summary: { zh: '录入需量与无功电量', en: 'Enter demand and reactive energy of a month' },
    body: MonthFiguresSaved,
    answer: MonthFigures,
    handler: ({ scope }, { body }) =>
      deps.db.as(scope, async (tx) =>
        saveFigures(tx, deps, await namedComplex(tx, body.complexId), body),
      ),
  }),
]
