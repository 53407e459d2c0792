// What a change comes to 差额试算: the months it reaches priced by the very functions that will charge
// them, so that what is previewed is what is posted. Writes nothing of its own.

import type { Tx } from '../ports/database.ts'
import type { Cause } from '../settlement/causes.ts'
import type { Reached } from '../settlement/rerate-store.ts'
import { isWritten, type Priced, pricedTurns, type Turn } from '../settlement/settle.ts'
import { type ChargedComplex, settleMarks, suppliesNow } from '../settlement/store.ts'
import { isCarried, repricedMonths, type WalletMonth } from '../settlement/wallet-check.ts'
import { pricedWallets } from '../settlement/wallet-check-store.ts'
import { deductedBefore, inMeterFen } from '../settlement/wallet-compare.ts'
import { businessDay, type Day, type Instant } from '../shared/clock.ts'
import type { AccountId, SupplyId } from '../shared/ids.ts'
import type { Line } from '../tariff/lines.ts'

export type ChangedMonth = {
  supplyId: SupplyId
  accountId: AccountId
  mode: 'centre' | 'meter'
  month: Day
  tenantSince: Instant
  /** Since when the energy is this tenant's. */
  beganAt: Instant
  chargedFen: number
  dueFen: number
  chargedWh: number
  energyWh: number
  /** What the year used before the month. */
  yearWh: number
  before: readonly Line[]
  after: readonly Line[]
}

const centreMonth = ({ turn, key, known, rated }: Priced): ChangedMonth => {
  const { accountId, beganAt } = turn.supply
  return {
    ...{ ...key, accountId, beganAt, mode: 'centre' },
    ...{ chargedFen: known.postedFen, dueFen: rated.totalFen },
    ...{ chargedWh: known.postedWh, energyWh: rated.energyWh, yearWh: known.yearWh },
    ...{ before: known.lines, after: rated.lines },
  }
}

const energyOf = (lines: readonly Line[]): number =>
  lines.reduce((sum, line) => sum + (line.kind === 'energy' ? line.energyWh : 0), 0)

// Of what a meter deducts only its own part is carried.
const walletMonth = ({ supply, month, known, rated }: WalletMonth): ChangedMonth => {
  const { supplyId, accountId, tenantSince, beganAt } = supply
  return {
    ...{ supplyId, accountId, tenantSince, beganAt, month, mode: 'meter' },
    ...{ chargedFen: deductedBefore(known, rated), dueFen: inMeterFen(rated.lines) },
    ...{ chargedWh: energyOf(known.lines), energyWh: energyOf(rated.lines) },
    yearWh: known.yearWh,
    ...{ before: known.lines, after: rated.lines },
  }
}

/** Of these supplies; the change is laid in the same transaction. */
export const changedMonths = async (
  tx: Tx,
  complex: ChargedComplex,
  reached: readonly Reached[],
  cause: Cause,
): Promise<ChangedMonth[]> => {
  const { complexId, zone, dayCutMinutes } = complex
  const supplies = reached.map(({ supplyId }) => supplyId)
  const months = new Map(reached.map((one) => [one.supplyId, one.months]))
  if (cause === 'decision') await settleMarks(tx, complexId, supplies)
  const today = businessDay(tx.now, zone, dayCutMinutes)
  const turns = (await suppliesNow(tx, complexId, supplies)).map(
    (supply): Turn => ({
      ...{ supply, day: today, until: null, cause },
      months: months.get(supply.supplyId) ?? [],
    }),
  )
  const priced = (await pricedTurns(tx, complex, turns)).filter(isWritten)
  const wallets: WalletMonth[] = []
  for (const supply of isCarried(cause) ? await pricedWallets(tx, complexId, supplies) : [])
    wallets.push(
      ...(await repricedMonths(tx, complex, { supply, months: months.get(supply.supplyId) ?? [] })),
    )
  return [...priced.map(centreMonth), ...wallets.map(walletMonth)]
}
