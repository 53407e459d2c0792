// What a change of the past would have meant for who has left 已清算用户: former tenants and closed
// accounts were settled and are charged nothing; whoever agrees sees what that leaves out.

import type { RerateSettled } from '../http/contract/rerate.ts'
import type { Tx } from '../ports/database.ts'
import { knownBills } from '../settlement/bill-store.ts'
import { monthSpan } from '../settlement/month.ts'
import { type MonthAsked, ratedMonths } from '../settlement/rated-months.ts'
import type { ChargedComplex } from '../settlement/store.ts'
import { inMeterFen } from '../settlement/wallet-compare.ts'
import { must } from '../shared/assert.ts'
import { businessDay, type Day, instant, plusMs } from '../shared/clock.ts'
import type { Line } from '../tariff/lines.ts'
import { inTurn, partsOf } from './parts.ts'
import { type SettledBill, settledBills } from './settled-store.ts'

const asked = (bill: SettledBill, complex: ChargedComplex, yearWh: number): MonthAsked => {
  const { month, endedAt, untilAt, mode } = bill
  const { until } = monthSpan(month, complex)
  const last = plusMs(instant(Math.min(until, endedAt)), -1)
  const day = businessDay(last, complex.zone, complex.dayCutMinutes)
  const ends = mode === 'centre' && endedAt <= until
  return { supply: bill, month, until: untilAt, day, ends, yearWh }
}

const fenOf = (mode: SettledBill['mode'], lines: readonly Line[]): number =>
  mode === 'meter' ? inMeterFen(lines) : lines.reduce((sum, { fen }) => sum + fen, 0)

const changedOf = async (
  tx: Tx,
  complex: ChargedComplex,
  bills: readonly SettledBill[],
): Promise<RerateSettled[]> => {
  const known = await knownBills(tx, complex.complexId, bills)
  const months = bills.map((bill, index) => asked(bill, complex, known[index]?.yearWh ?? 0))
  const rated = await ratedMonths(tx, complex, months)
  return bills.flatMap((bill, index): RerateSettled[] => {
    const { lines } = must(rated[index], 'every month is priced')
    const { accountId, accountNo, tenant, premises, mode } = bill
    const [chargedFen, dueFen] = [fenOf(mode, bill.lines), fenOf(mode, lines)]
    if (chargedFen === dueFen) return []
    return [
      {
        ...{ accountId, accountNo, tenant, premises, month: bill.month.slice(0, 7) },
        ...{ chargedFen, dueFen, differenceFen: dueFen - chargedFen },
        endedOn: businessDay(plusMs(bill.endedAt, -1), complex.zone, complex.dayCutMinutes),
      },
    ]
  })
}

/** Of months from one on; the change is laid in the same transaction. */
export const settledChanges = async (
  tx: Tx,
  complex: ChargedComplex,
  since: Day,
): Promise<RerateSettled[]> => {
  const bills = await settledBills(tx, complex.complexId, since)
  const parts = partsOf(bills, { key: ({ supplyId }) => supplyId, months: () => 1 })
  return (await inTurn(parts, (part) => changedOf(tx, complex, part))).flat()
}
