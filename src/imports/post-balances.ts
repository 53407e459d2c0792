// The opening balances of imported accounts in the books 期初余额记账: one posting for each.

import type { Opened } from '../accounts/open-batch.ts'
import { contentHash } from '../ledger/chain.ts'
import { openingBalanceLines } from '../ledger/entries/opening-balance.ts'
import { fen } from '../ledger/money.ts'
import { type PostingOrder, postAll } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId } from '../shared/ids.ts'
import type { Group } from './account-rows.ts'
import { balancePath } from './opening-balance.ts'

export type Imported = { group: Group; opened: Opened; requestId: string }

/** Errors: as `postAll`. */
export const postBalances = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  imported: readonly Imported[],
): Promise<void> => {
  const businessDate = await postingDay(tx, complexId, tx.now)
  const orders = imported.flatMap(({ group, opened, requestId }) =>
    group.resolved.flatMap(({ meter, balance, value }, at): PostingOrder[] => {
      if (balance.fen === 0) return []
      const { accountId, supplies } = opened
      const supplyId = must(supplies.get(meter.meterId), 'an opened meter has its supply')
      const lines = openingBalanceLines(
        balancePath(balance, { accountId, supplyId }),
        fen(balance.fen),
      )
      const named = `${requestId}/${at}`
      const statedFen = value.openingBalanceFen ?? 0
      return [
        {
          ...{ complexId, postingId: ids.uuid(), requestId: `${named}/balance` },
          ...{ kind: 'opening-balance', businessDate, reason: '期初余额 / opening balance' },
          contentHash: contentHash({ requestId: named, statedFen, lines }),
          lines,
        },
      ]
    }),
  )
  await postAll(tx, orders)
}
