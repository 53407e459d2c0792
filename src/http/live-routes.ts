// The route of live events 实时推送: server-sent events over one long answer.

import { Type } from 'typebox'
import type { Db } from '../ports/database.ts'
import { namedComplex } from './complex-store.ts'
import { Id } from './contract.ts'
import type { Live } from './live.ts'
import { type Route, streamRoute } from './route.ts'

const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** The browser's own header on a reconnection goes before what the address says. */
const seenSeq = (lastEventId: string | null, since: number | undefined): number | null => {
  if (lastEventId !== null && /^\d{1,15}$/.test(lastEventId)) return Number(lastEventId)
  return since ?? null
}

export const liveRoutes = (deps: { db: Db; live: Live }): Route[] => [
  streamRoute({
    method: 'GET',
    path: '/api/v1/events',
    permission: 'board.view',
    summary: {
      zh: '实时推送：meters、alarm、purchase、readRound、gateway、resync、beat',
      en: 'Live events: meters, alarm, purchase, readRound, gateway, resync, beat',
    },
    query: Type.Object({ complexId: Id, since: Type.Optional(Seq) }),
    handler: async ({ scope, operator, lastEventId }, { query }, open) => {
      const complex = await deps.db.as(scope, (tx) => namedComplex(tx, query.complexId))
      const since = seenSeq(lastEventId, query.since)
      deps.live.watch({ complex, operator, since, open })
    },
  }),
]
