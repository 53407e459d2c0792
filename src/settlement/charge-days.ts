// The daily charge of accounts in centre mode 日结电费: once per supply and business day, some time
// after the day cut, so that the midnight freezes have come. A day without a reading is charged
// nothing; what it used is charged with the first good reading.

import { contentHash } from '../ledger/chain.ts'
import { consumptionLines } from '../ledger/entries/consumption.ts'
import { fen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDayOf } from '../ledger/posting-day.ts'
import { usageBetween } from '../metering/readings/usage-store.ts'
import { systemScope, type Tx } from '../ports/database.ts'
import { businessDay, type Day, dayAfter, dayBegins, plusMs } from '../shared/clock.ts'
import { chargeWallets } from './charge-wallets.ts'
import { dayChargeFen } from './day-charge.ts'
import type { SettlementDeps } from './deps.ts'
import {
  type ChargedComplex,
  type ChargedSupply,
  chargedSupplies,
  complexesWithCentreMode,
  insertDay,
  lastBillable,
  lockSupply,
  monthSoFar,
  priceAt,
} from './store.ts'

/** Freezes are read within the first hour of the day. */
const CHARGE_AFTER_MS = 90 * 60_000
const LOOK_EVERY_MS = 5 * 60_000
const SCOPE_NAME = 'settlement'

const firstDay = (supply: ChargedSupply, { zone, dayCutMinutes }: ChargedComplex): Day =>
  supply.lastDay === null
    ? businessDay(supply.since, zone, dayCutMinutes)
    : dayAfter(supply.lastDay)

/** What the supply used since its mark, by the last reading of the day. */
const usedIn = async (tx: Tx, complex: ChargedComplex, supply: ChargedSupply, day: Day) => {
  const { zone, dayCutMinutes, complexId } = complex
  const ends = dayBegins(dayAfter(day), zone, dayCutMinutes)
  const span = { after: supply.markAt, until: ends }
  const until = await lastBillable(tx, complexId, supply.meterId, span)
  if (until === null) return { until: null, usedWh: 0 }
  const usage = await usageBetween(tx, complexId, supply.meterId, supply.markAt, until.at)
  return usage === null ? { until: null, usedWh: 0 } : { until, usedWh: usage.usedWh }
}

/** False where the day can't be charged yet. */
const chargeDay = async (
  tx: Tx,
  deps: SettlementDeps,
  complex: ChargedComplex,
  of: ChargedSupply,
  day: Day,
): Promise<boolean> => {
  const { complexId, zone, dayCutMinutes } = complex
  const supply = await lockSupply(tx, complexId, of)
  if (supply === null || firstDay(supply, complex) !== day) return false
  const { supplyId, accountId, meterId } = supply
  const price = await priceAt(tx, complexId, supplyId, dayBegins(day, zone, dayCutMinutes))
  if (price === null) return false
  const { until, usedWh } = await usedIn(tx, complex, supply, day)
  const before = await monthSoFar(tx, complexId, supplyId, { day, ...price })
  const dueFen = dayChargeFen(before, usedWh, price.priceE8)
  const postingId = dueFen === 0 ? null : deps.ids.uuid()
  if (postingId !== null) {
    const businessDate = await postingDayOf(tx, complexId, day)
    await post(tx, {
      complexId,
      postingId,
      requestId: `usage/${supplyId}/${day}`,
      kind: 'consumption',
      businessDate,
      // A late day names its origin.
      ...(businessDate !== day && { reason: `用电日 / used on ${day}` }),
      contentHash: contentHash({ supplyId, day, usedWh, dueFen, ...price }),
      lines: consumptionLines(accountId, fen(dueFen)),
    })
  }
  const from = supply.markAt
  const charged = { complexId, supplyId, meterId, day, energyWh: usedWh, dueFen, price }
  await insertDay(tx, { ...charged, postingId, from, until })
  return true
}

const chargeSupply = async (
  deps: SettlementDeps,
  complex: ChargedComplex,
  supply: ChargedSupply,
): Promise<void> => {
  const { zone, dayCutMinutes, complexId } = complex
  const today = businessDay(plusMs(deps.clock.now(), -CHARGE_AFTER_MS), zone, dayCutMinutes)
  for (let day = firstDay(supply, complex); day < today; day = dayAfter(day)) {
    const charged = await deps.db.as(systemScope(SCOPE_NAME, [complexId]), (tx) =>
      chargeDay(tx, deps, complex, supply, day),
    )
    if (!charged) return
  }
}

/** One pass over everything that is due; a supply that fails does not keep the others waiting. */
export const chargeDueDays = async (deps: SettlementDeps): Promise<void> => {
  const complexes = await deps.db.as(systemScope(SCOPE_NAME), complexesWithCentreMode)
  for (const complex of complexes) {
    const supplies = await deps.db.as(systemScope(SCOPE_NAME, [complex.complexId]), (tx) =>
      chargedSupplies(tx, complex.complexId),
    )
    for (const supply of supplies)
      await chargeSupply(deps, complex, supply).catch((error: unknown) => {
        const { supplyId } = supply
        deps.log.error('a day could not be charged', { supplyId, error: String(error) })
      })
  }
}

export const startDailyCharge = (deps: SettlementDeps): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const run = async () => {
    while (!stopping.signal.aborted) {
      for (const pass of [chargeDueDays, chargeWallets])
        await pass(deps).catch((error: unknown) =>
          deps.log.error('the daily charge could not start', { error: String(error) }),
        )
      await deps.clock.sleep(LOOK_EVERY_MS, stopping.signal)
    }
  }
  const running = run()
  return {
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
