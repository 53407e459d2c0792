// What a second person agrees to 追溯重算复核: one preview with exactly its figures.

import type { Wanted } from '../approvals/require.ts'
import { type Ask, type Tried, type Tries, wantedField } from '../approvals/try.ts'
import type { Db, Scope } from '../ports/database.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { type ReratingRow, reratingById } from './rerating-store.ts'

export const wantedOn = ({ reratingId, figures, title, note }: ReratingRow): Wanted => {
  const { differenceFen, accounts, more, less, wouldTrip } = figures
  return {
    operation: 'rerate.post',
    content: { reratingId, differenceFen, accounts },
    need: { why: 'always', amountFen: differenceFen, limitFen: null },
    summary: {
      ...{ reratingId, change: title.zh, changeEn: title.en, note, accounts, more, less },
      wouldTrip,
    },
    changes: [],
  }
}

/** Refuses: not_found, rerate_not_open. */
export const rerateTries = ({ db }: { db: Db }) =>
  ({
    'rerate.post': async ({ scope }: { scope: Scope }, ask: Ask): Promise<Tried> => {
      const reratingId = wantedField(ask.reratingId, 'reratingId')
      const row = await db.as(scope, (tx) => reratingById(tx, reratingId))
      if (!row) throw new Refusal('not_found', { reratingId })
      refuseIf(row.state !== 'previewed', 'rerate_not_open', { state: row.state })
      const { content, summary, changes } = wantedOn(row)
      const { complexId, figures } = row
      return { complexId, content, summary, changes, amountFen: figures.differenceFen }
    },
  }) satisfies Partial<Tries>
