// The opening balance of an imported account 期初余额: loaded by the opening, found in the meter by
// reading it, or put on the account's balance. Posted is what is there, never what was told. What
// the tenant owes goes to carry, or makes the balance negative where the centre charges.

import { contentHash } from '../ledger/chain.ts'
import { chart } from '../ledger/chart.ts'
import { openingBalanceLines } from '../ledger/entries/opening-balance.ts'
import { fen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { plusMs } from '../shared/clock.ts'
import type { AccountId, ComplexId } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import { loadOpening, type NamedMeter, openingsOf } from './list-store.ts'

export type Balance = {
  complexId: ComplexId
  accountId: AccountId
  mode: 'meter' | 'centre'
  meter: NamedMeter
  statedFen: number
  inMeter: boolean
  hoardingFen: number | null
  /** Unique for ever. */
  requestId: string
}

/** A round and a half: what is older may have been used since. */
const FRESH_MS = 5 * 60_000

const postBalance = async (
  tx: Tx,
  ids: Ids,
  balance: Balance,
  path: string,
  foundFen: number,
): Promise<void> => {
  const { complexId, requestId, statedFen } = balance
  if (foundFen === 0) return
  const lines = openingBalanceLines(path, fen(foundFen))
  await post(tx, {
    complexId,
    postingId: ids.uuid(),
    requestId: `${requestId}/balance`,
    kind: 'opening-balance',
    businessDate: await postingDay(tx, complexId, tx.now),
    reason: '期初余额 / opening balance',
    contentHash: contentHash({ requestId, statedFen, lines }),
    lines,
  })
}

/** As its wallet showed in the last minutes. Refuses: balance_unknown. */
const found = (tx: Tx, { meter }: Balance): number => {
  const { balanceFen, balanceAt, meterNo } = meter
  const fresh = balanceAt !== null && balanceAt >= plusMs(tx.now, -FRESH_MS)
  refuseIf(balanceFen === null || !fresh, 'balance_unknown', { meterNo, field: 'balanceInMeter' })
  return must(balanceFen, 'just read')
}

/**
 * What was posted, and by how much it differs from what was told. Refuses: balance_unknown,
 * hoarding_limit.
 */
export const postOpeningBalance = async (
  tx: Tx,
  ids: Ids,
  balance: Balance,
): Promise<{ openingBalanceFen: number; differenceFen: number }> => {
  const { complexId, accountId, statedFen, mode, meter } = balance
  if (mode === 'centre') {
    await postBalance(tx, ids, balance, chart.balance(accountId), statedFen)
    return { openingBalanceFen: statedFen, differenceFen: 0 }
  }
  const openings = await openingsOf(tx, complexId, accountId)
  const opening = must(
    openings.find((one) => one.meterId === meter.meterId),
    'an opened meter has its opening',
  )
  if (balance.inMeter) {
    const foundFen = found(tx, balance)
    await postBalance(tx, ids, balance, chart.credit(opening.supplyId), foundFen)
    return { openingBalanceFen: foundFen, differenceFen: foundFen - statedFen }
  }
  if (statedFen === 0) return { openingBalanceFen: 0, differenceFen: 0 }
  if (statedFen < 0) {
    // A debt can't be loaded into a meter: the next sale settles it.
    await postBalance(tx, ids, balance, chart.carry(accountId), statedFen)
    return { openingBalanceFen: statedFen, differenceFen: 0 }
  }
  const { hoardingFen } = balance
  if (hoardingFen !== null)
    refuseIf(statedFen > hoardingFen, 'hoarding_limit', { hoardingFen, wouldBeFen: statedFen })
  const { purchaseId, supplyId } = opening
  await loadOpening(tx, complexId, { purchaseId, eventId: ids.uuid(), amountFen: statedFen })
  await postBalance(tx, ids, balance, chart.transit(supplyId), statedFen)
  return { openingBalanceFen: statedFen, differenceFen: 0 }
}
