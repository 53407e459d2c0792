// What supplies of one account have used since their last charge where its tiers count them
// together 按户阶梯未结电费: the month is priced as the next charge will price it, with what the
// account's other supplies counted meanwhile.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { businessDay, type Instant } from '../shared/clock.ts'
import type { MeterId, SupplyId } from '../shared/ids.ts'
import type { Schedule } from '../tariff/periods.ts'
import { onceAMonth } from './accrued.ts'
import { knownBills } from './bill-store.ts'
import type { Count, Register } from './counted.ts'
import { monthOf, monthsFrom } from './month.ts'
import { countedMonths, type MonthAsked, rateCounted } from './rated-months.ts'
import { type ChargedComplex, suppliesNow } from './store.ts'

/** The newest register of each meter; it may not be among the stored readings yet. */
export type Newest = ReadonlyMap<MeterId, Register>

export const hasAccountTiers = ({ held }: Schedule): boolean =>
  held.some(({ plan }) => plan?.definition.tiers?.of === 'account')

const withNewest = (count: Count, newest: Newest, until: Instant): Count => {
  const register = newest.get(count.meterId)
  const hangs = count.stretches.at(-1)?.until === null
  const last = count.registers.at(-1)?.at
  if (!register || !hangs || register.at > until) return count
  if (last !== undefined && last >= register.at) return count
  return { ...count, registers: [...count.registers, register] }
}

/** Fen since the mark, by supply; `until` is each one's newest register. */
export const accruedTogether = async (
  tx: Tx,
  complex: ChargedComplex,
  supplies: ReadonlyMap<SupplyId, Instant>,
  { newest, schedules }: { newest: Newest; schedules: ReadonlyMap<SupplyId, Schedule> },
): Promise<Map<SupplyId, number>> => {
  const { complexId, zone, dayCutMinutes } = complex
  if (supplies.size === 0) return new Map()
  const open = await suppliesNow(tx, complexId, [...supplies.keys()])
  const monthAt = (at: Instant) => monthOf(businessDay(at, zone, dayCutMinutes))
  const keys = open.flatMap((supply) => {
    const until = supplies.get(supply.supplyId) ?? supply.markAt
    const { supplyId, tenantSince, markAt } = supply
    return monthsFrom(monthAt(markAt), monthAt(until)).map((month) => ({
      ...{ supply, supplyId, tenantSince, month, until },
    }))
  })
  const bills = await knownBills(tx, complexId, keys)
  const asked = keys.map(({ supply, month, until }, index): MonthAsked => {
    const { yearWh, billedWh } = must(bills[index], 'every month has its bill')
    // On its first day: what is charged once a month comes with the last.
    return { supply, month, until, day: month, ends: false, yearWh, billedWh }
  })
  const months = (await countedMonths(tx, complex, asked)).map((one, index) => {
    const until = keys[index]?.until ?? one.part.until
    const own = one.counts.map((count) => withNewest(count, newest, until))
    const others = one.others?.map((count) => withNewest(count, newest, until))
    return { ...one, counts: own, ...(others && { others }) }
  })
  const accrued = new Map<SupplyId, number>()
  for (const [index, { totalFen }] of rateCounted(asked, months, schedules).entries()) {
    const { supplyId } = must(keys[index], 'it was asked')
    const { lines, postedFen } = must(bills[index], 'every month has its bill')
    const once = lines.filter(onceAMonth).reduce((sum, line) => sum + line.fen, 0)
    accrued.set(supplyId, (accrued.get(supplyId) ?? 0) + totalFen + once - postedFen)
  }
  return accrued
}
