// What a second person agrees to 追溯重算复核: one preview with exactly its figures.

import type { Tx } from '../ports/database.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { type ReratingRow, reratingById } from './rerating-store.ts'

export const agreementOn = ({ reratingId, figures }: ReratingRow) => {
  const { differenceFen, accounts } = figures
  return {
    operation: 'rerate.post',
    content: { reratingId, differenceFen, accounts },
    need: { why: 'always', amountFen: differenceFen, limitFen: null },
  } as const
}

/** For whoever asks: what is to be agreed to. Refuses: not_found, rerate_not_open. */
export const rerateToAgree = async (tx: Tx, reratingId: string) => {
  const row = await reratingById(tx, reratingId)
  if (!row) throw new Refusal('not_found', { reratingId })
  refuseIf(row.state !== 'previewed', 'rerate_not_open', { state: row.state })
  const { complexId, zone, title, note, figures } = row
  const { accounts, more, less, wouldTrip } = figures
  const { content } = agreementOn(row)
  const summary = { reratingId, change: title.zh, changeEn: title.en, note, accounts, more, less }
  return { complexId, zone, content, summary: { ...summary, wouldTrip } }
}
