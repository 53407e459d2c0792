// What-if 试算: what supplies would have paid by a draft of a plan, from their stored readings. It
// only reads; supplies are taken some at a time, so that nobody else waits.

import type { SupplyPlan } from '../http/contract/plans.ts'
import type { WhatIf, WhatIfAsked, WhatIfSupply } from '../http/contract/what-if.ts'
import { WHAT_IF_MONTHS_MAX, WHAT_IF_SUPPLIES_MAX } from '../http/contract/what-if.ts'
import { complexCalendar } from '../plans/calendar-store.ts'
import { refuseIncomplete } from '../plans/plans.ts'
import { suppliesAt } from '../plans/supply-store.ts'
import type { Tx } from '../ports/database.ts'
import { monthsFrom } from '../settlement/month.ts'
import { lastMonth } from '../settlement/month-figures.ts'
import { schedulesOf } from '../settlement/schedule-store.ts'
import type { ChargedComplex } from '../settlement/store.ts'
import { must } from '../shared/assert.ts'
import { type Day, day } from '../shared/clock.ts'
import { type SupplyId, supplyId } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import type { Schedule } from '../tariff/periods.ts'
import { type Compared, compareMonth, sumOf, whatIfOf } from './compare.ts'
import { draftSchedule } from './drafted.ts'
import { openSupplies, type SupplyMonth, supplyMonths } from './supply-months.ts'

const AT_ONCE = 50

const refuse = (wrong: boolean, field: string, rule: string): void =>
  refuseIf(wrong, 'invalid_input', { where: 'body', field, rule })

/** Refuses: invalid_input, day_not_over. */
const monthsAsked = (tx: Tx, complex: ChargedComplex, asked: WhatIfAsked): Day[] => {
  const first = day(`${asked.fromMonth}-01`)
  const last = day(`${asked.toMonth}-01`)
  refuse(first > last, 'toMonth', 'order')
  refuseIf(last > lastMonth(tx, complex), 'day_not_over', { day: last })
  const months = monthsFrom(first, last)
  refuse(months.length > WHAT_IF_MONTHS_MAX, 'toMonth', 'max')
  return months
}

/** Refuses: invalid_input where not exactly one of the two is named, or too many have the plan. */
const suppliesAsked = async (
  tx: Tx,
  complex: ChargedComplex,
  { planId, supplyIds }: WhatIfAsked,
): Promise<SupplyPlan[]> => {
  refuse((supplyIds === undefined) === (planId === undefined), 'supplyIds', 'one')
  const which = supplyIds === undefined ? { planId: planId ?? 0 } : { supplyIds }
  const found = await suppliesAt(tx, complex, tx.now, which)
  refuse(found.length > WHAT_IF_SUPPLIES_MAX, 'planId', 'max')
  return found
}

/** The bills tell what the year used before the first of the months, later the readings do. */
const usedBefore = ({ month, known }: SupplyMonth, last: Compared | undefined): number =>
  last && last.month.slice(0, 4) === month.slice(0, 4) ? last.yearWh + last.energyWh : known.yearWh

/** Month by month: a year of half-hours of all of them would be much to hold. */
const comparedOf = async (
  tx: Tx,
  complex: ChargedComplex,
  ids: readonly SupplyId[],
  months: readonly Day[],
  draft: Schedule,
): Promise<Map<number, Compared[]>> => {
  const supplies = await openSupplies(tx, complex, ids)
  const schedules = await schedulesOf(tx, complex.complexId, complex.zone, ids)
  const compared = new Map<number, Compared[]>(ids.map((id) => [id, []]))
  for (const month of months)
    for (const one of await supplyMonths(tx, complex, supplies, [month])) {
      const { supply, known, use } = one
      const own = must(compared.get(supply.supplyId), 'only those named are found')
      const held = must(schedules.get(supply.supplyId), 'every supply has a schedule')
      const chargedFen = supply.mode === 'centre' && known.version > 0 ? known.postedFen : null
      const counted = { monthWh: 0, yearWh: usedBefore(one, own.at(-1)) }
      const asked = { month: month.slice(0, 7), use: { ...use, counted }, chargedFen }
      own.push(compareMonth({ ...asked, held, draft }))
    }
  return compared
}

const named = ({ supplyId: id, accountId, accountNo, tenant, premises, mode }: SupplyPlan) => ({
  ...{ supplyId: id, accountId, accountNo, tenant, premises, mode },
})

const itemOf = (one: SupplyPlan, compared: readonly Compared[]): WhatIfSupply => ({
  ...{ ...named(one), ...sumOf(compared) },
  against: compared.some(({ against }) => against === 'bills') ? 'bills' : 'readings',
  months: compared.map(({ month, energyWh, chargedFen, draftFen, differenceFen }) => ({
    ...{ month, energyWh, chargedFen, draftFen, differenceFen },
  })),
})

/** Refuses: plan_incomplete, invalid_input, day_not_over. */
export const whatIf = async (
  tx: Tx,
  complex: ChargedComplex,
  asked: WhatIfAsked,
): Promise<WhatIf> => {
  const { definition, fromMonth, toMonth } = asked
  refuseIncomplete(definition)
  const months = monthsAsked(tx, complex, asked)
  const supplies = await suppliesAsked(tx, complex, asked)
  const calendar = await complexCalendar(tx, complex.complexId)
  const draft = draftSchedule(definition, { calendar, zone: complex.zone })
  const items: WhatIfSupply[] = []
  const withoutReadings: WhatIf['withoutReadings'] = []
  const missing = new Set<WhatIf['missing'][number]>()
  for (let at = 0; at < supplies.length; at += AT_ONCE) {
    const some = supplies.slice(at, at + AT_ONCE)
    const ids = some.map((one) => supplyId(one.supplyId))
    const compared = await comparedOf(tx, complex, ids, months, draft)
    for (const one of some) {
      const own = compared.get(one.supplyId) ?? []
      for (const what of own.flatMap((month) => month.missing)) missing.add(what)
      if (own.some(({ read }) => read)) items.push(itemOf(one, own))
      else withoutReadings.push(named(one))
    }
  }
  const names = months.map((month) => month.slice(0, 7))
  return whatIfOf({ fromMonth, toMonth, withoutReadings, missing: [...missing] }, names, items)
}
