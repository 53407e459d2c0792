// The daily charge of meters with a wallet 表内日结电费: once per supply and business day, by the
// first sound reading of the wallet after the day cut. A day without one is posted with the next.

import { fen } from '../ledger/money.ts'
import { systemScope } from '../ports/database.ts'
import { businessDay, dayBegins, type Instant, plusMs } from '../shared/clock.ts'
import type { SettlementDeps } from './deps.ts'
import {
  complexesWithWallets,
  firstWallet,
  lockWallet,
  type WalletSupply,
  walletMark,
  walletsToPost,
} from './metered-store.ts'
import { postMeteredUse } from './metered-use.ts'
import { type ChargedComplex, lockAccounts } from './store.ts'
import { checkWallet, type WalletTime } from './wallet-check.ts'

const SCOPE_NAME = 'settlement'

/** What was posted, for the control; null: nothing can be posted yet. */
const postWallet = (
  deps: SettlementDeps,
  complex: ChargedComplex,
  wallet: WalletSupply,
  began: Instant,
): Promise<WalletTime | null> => {
  const { complexId, zone, dayCutMinutes } = complex
  return deps.db.as(systemScope(SCOPE_NAME, [complexId]), async (tx) => {
    if (!(await lockWallet(tx, complexId, wallet, began))) return null
    const until = deps.clock.now()
    const seen = await firstWallet(tx, complexId, wallet, { from: began, until })
    if (seen === null) return null
    // What was used until the day cut belongs to the day that ended there.
    const day = businessDay(plusMs(began, -1), zone, dayCutMinutes)
    const { supplyId, meterId } = wallet
    const mark = await walletMark(tx, complexId, supplyId, meterId)
    const deductedFen = await postMeteredUse(tx, deps.ids, {
      ...{ complexId, supplyId, meterId, day },
      requestId: `usage/${supplyId}/${day}`,
      creditFen: fen(seen.creditFen),
      reading: { at: seen.at, balanceFen: fen(seen.balanceFen) },
    })
    return mark && { supplyId, meterId, day, from: mark.at, until: seen.at, deductedFen }
  })
}

/** The control has a transaction of its own: it never keeps the use from being posted. */
const chargeWallet = async (
  deps: SettlementDeps,
  complex: ChargedComplex,
  wallet: WalletSupply,
  began: Instant,
): Promise<void> => {
  const time = await postWallet(deps, complex, wallet, began)
  if (time === null) return
  await deps.db.as(systemScope(SCOPE_NAME, [complex.complexId]), async (tx) => {
    await lockAccounts(tx, complex.complexId, [wallet])
    await checkWallet(tx, complex, time)
  })
}

/** One pass over every wallet that is due; one that fails does not keep the others waiting. */
export const chargeWallets = async (deps: SettlementDeps): Promise<void> => {
  const complexes = await deps.db.as(systemScope(SCOPE_NAME), complexesWithWallets)
  for (const complex of complexes) {
    const { complexId, zone, dayCutMinutes } = complex
    const today = businessDay(deps.clock.now(), zone, dayCutMinutes)
    const began = dayBegins(today, zone, dayCutMinutes)
    const due = await deps.db.as(systemScope(SCOPE_NAME, [complexId]), (tx) =>
      walletsToPost(tx, complexId, began),
    )
    for (const wallet of due)
      await chargeWallet(deps, complex, wallet, began).catch((error: unknown) => {
        const { supplyId } = wallet
        deps.log.error('a wallet could not be charged', { supplyId, error: String(error) })
      })
  }
}
