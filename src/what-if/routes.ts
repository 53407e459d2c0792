// The route of what-if 试算.

import { namedComplex } from '../http/complex-store.ts'
import { WhatIf, WhatIfAsked } from '../http/contract/what-if.ts'
import { type Route, route } from '../http/route.ts'
import type { Db } from '../ports/database.ts'
import { whatIf } from './what-if.ts'

export const whatIfRoutes = (deps: { db: Db }): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/what-if',
    permission: 'ledger.view',
    summary: { zh: '电价试算', en: 'What a draft of a plan would have charged; writes nothing' },
    body: WhatIfAsked,
    answer: WhatIf,
    handler: ({ scope }, { body }) =>
      deps.db.as(scope, async (tx) => whatIf(tx, await namedComplex(tx, body.complexId), body)),
  }),
]
