// Who would have been cut off 应拉闸推算: the balance of each account day by day under the changed
// price. Only days on which it can matter are priced.

import type { WouldTrip } from '../http/contract/rerate.ts'
import type { Tx } from '../ports/database.ts'
import { monthSpan } from '../settlement/month.ts'
import { slicesIn } from '../settlement/rate.ts'
import { type CountedMonth, countedMonths, type MonthAsked } from '../settlement/rated-months.ts'
import { schedulesOf } from '../settlement/schedule-store.ts'
import type { ChargedComplex } from '../settlement/store.ts'
import { inMeterFen } from '../settlement/wallet-compare.ts'
import { must } from '../shared/assert.ts'
import { businessDay, type Day, dayAfter, type Instant, plusMs } from '../shared/clock.ts'
import type { AccountId, SupplyId } from '../shared/ids.ts'
import type { Schedule } from '../tariff/periods.ts'
import { priceMonth } from '../tariff/price.ts'
import type { ChangedMonth } from './compute.ts'
import { inTurn, partsOf } from './parts.ts'
import { type DayLeft, daysTripped, mayTrip, type PathMonth } from './path.ts'
import { type BalanceMove, balanceMoves, type DayCharge, dayCharges } from './path-store.ts'

export type Tripped = WouldTrip & { accountId: AccountId }

/** The last day of the month. */
const lastDayOf = (month: Day, { zone, dayCutMinutes }: ChargedComplex): Day =>
  businessDay(plusMs(monthSpan(month, { zone, dayCutMinutes }).until, -1), zone, dayCutMinutes)

const daysLeft = (moves: readonly BalanceMove[], from: Day, to: Day): DayLeft[] => {
  const byDay = new Map(moves.map(({ day, fen }) => [day, fen]))
  let balanceFen = moves.filter(({ day }) => day < from).reduce((sum, { fen }) => sum + fen, 0)
  const days: DayLeft[] = []
  for (let day = from; day <= to; day = dayAfter(day)) {
    balanceFen += byDay.get(day) ?? 0
    days.push({ day, balanceFen })
  }
  return days
}

/** A wallet is known on the days on which it was read. */
const walletDays = (charges: readonly DayCharge[]): DayLeft[] =>
  charges.flatMap(({ day, balanceFen }) => (balanceFen === null ? [] : [{ day, balanceFen }]))

/** The price of all that was used until a moment of the month. */
const dueUntilOf = (use: CountedMonth, schedule: Schedule, mode: ChangedMonth['mode']) => {
  const { counted, yearMonths } = use
  let sliced: ReturnType<typeof slicesIn>['slices'] | undefined
  return (until: Instant): number => {
    sliced ??= slicesIn({ ...use, schedule }).slices
    const slices = sliced.filter((slice) => slice.until <= until)
    const month = { slices, ...(counted && { counted }), ...(yearMonths && { yearMonths }) }
    const { lines, totalFen } = priceMonth(month)
    return mode === 'meter' ? inMeterFen(lines) : totalFen
  }
}

/** What was counted in these months, and what holds for it now. */
const usesOf = async (
  tx: Tx,
  complex: ChargedComplex,
  changed: readonly ChangedMonth[],
): Promise<{ uses: CountedMonth[]; schedules: Map<SupplyId, Schedule> }> => {
  const asked = changed.map((one): MonthAsked => {
    const { month, yearWh } = one
    const { until } = monthSpan(month, complex)
    // Its first day: what is charged once a month comes with the last.
    return { supply: one, month, until, day: month, ends: false, yearWh }
  })
  const uses = await countedMonths(tx, complex, asked)
  const supplies = [...new Set(changed.map(({ supplyId }) => supplyId))]
  return { uses, schedules: await schedulesOf(tx, complex.complexId, complex.zone, supplies) }
}

type Purse = {
  accountId: AccountId
  days: readonly DayLeft[]
  own: readonly { changed: ChangedMonth; charges: readonly DayCharge[] }[]
}

const pathMonth = (
  { changed, charges }: Purse['own'][number],
  complex: ChargedComplex,
  dueUntil: (until: Instant) => number,
): PathMonth => {
  const own = charges.filter(({ month }) => month === changed.month)
  return {
    ...{ month: changed.month, dueFen: changed.dueFen },
    lastDay: lastDayOf(changed.month, complex),
    chargedFen: (until) => own.reduce((sum, { day, fen }) => sum + (day <= until ? fen : 0), 0),
    dueUntil: (day) => {
      const until = charges.findLast((one) => one.day <= day && one.until !== null)?.until
      return until ? dueUntil(until) : 0
    },
  }
}

/** One balance of an account in centre mode, the wallet of each meter otherwise. */
const pursesOf = async (
  tx: Tx,
  complex: ChargedComplex,
  changed: readonly ChangedMonth[],
  from: Day,
): Promise<Purse[]> => {
  const { complexId, zone, dayCutMinutes } = complex
  const to = businessDay(tx.now, zone, dayCutMinutes)
  const supplies = [...new Set(changed.map(({ supplyId }) => supplyId))]
  const charged = await dayCharges(tx, complexId, supplies, from)
  const charges = Map.groupBy(charged, ({ supplyId }) => supplyId)
  const centre = changed.filter(({ mode }) => mode === 'centre').map((one) => one.accountId)
  const moved = await balanceMoves(tx, complexId, [...new Set(centre)], from)
  const moves = Map.groupBy(moved, ({ accountId }) => accountId)
  const keyOf = (one: ChangedMonth) =>
    one.mode === 'centre' ? `account ${one.accountId}` : `supply ${one.supplyId}`
  return [...Map.groupBy(changed, keyOf).values()].flatMap((all) => {
    const [first] = all
    if (!first) return []
    const { accountId, supplyId, mode } = first
    const days =
      mode === 'centre'
        ? daysLeft(moves.get(accountId) ?? [], from, to)
        : walletDays(charges.get(supplyId) ?? [])
    const own = all.map((one) => ({ changed: one, charges: charges.get(one.supplyId) ?? [] }))
    return [{ accountId, days, own }]
  })
}

/** Of several wallets of an account the day of the lowest. */
const lowest = (all: readonly Tripped[]): Tripped[] =>
  [...Map.groupBy(all, ({ accountId, day }) => `${accountId} ${day}`).values()].flatMap((same) =>
    same.toSorted((a, b) => a.wouldBeFen - b.wouldBeFen).slice(0, 1),
  )

const trippedOf = async (
  tx: Tx,
  complex: ChargedComplex,
  changed: readonly ChangedMonth[],
  from: Day,
): Promise<Tripped[]> => {
  const unpriced = (one: Purse['own'][number]) => pathMonth(one, complex, () => 0)
  const near = (await pursesOf(tx, complex, changed, from)).filter(({ days, own }) =>
    mayTrip(days, own.map(unpriced)),
  )
  const asked = near.flatMap(({ own }) => own.map((one) => one.changed))
  const { uses, schedules } = await usesOf(tx, complex, asked)
  const useOf = new Map(asked.map((one, index) => [one, uses[index]]))
  const dueUntil = (one: ChangedMonth) =>
    dueUntilOf(
      must(useOf.get(one), 'every month is counted'),
      must(schedules.get(one.supplyId), 'every supply has a schedule'),
      one.mode,
    )
  return lowest(
    near.flatMap(({ accountId, days, own }) => {
      const months = own.map((one) => pathMonth(one, complex, dueUntil(one.changed)))
      return daysTripped(days, months).map((day) => ({ accountId, ...day }))
    }),
  )
}

/** Of accounts whose months come out otherwise; the change is laid in the same transaction. */
export const whoWouldTrip = async (
  tx: Tx,
  complex: ChargedComplex,
  changed: readonly ChangedMonth[],
): Promise<Tripped[]> => {
  const [from] = changed.map(({ month }) => month).sort()
  if (from === undefined) return []
  const parts = partsOf(changed, { key: ({ accountId }) => accountId, months: () => 1 })
  return (await inTurn(parts, (part) => trippedOf(tx, complex, part, from))).flat()
}
