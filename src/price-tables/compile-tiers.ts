// Tiers as a meter counts them 阶梯编译, PURE: limits in 0.01 kWh, what each tier adds to the rate's
// price, and for yearly ones the moment at which the use begins anew.

import type { PriceTablesCapability } from '../metering/driver.ts'
import type { MeterTableSet } from '../metering/protocol/price-tables.ts'
import type { Day } from '../shared/clock.ts'
import type { PlanDefinition, Tiers } from '../tariff/plan.ts'
import { E8_PER_E4, type MeterSite } from './meter-site.ts'
import type { Problem } from './problems.ts'

const WH_PER_LIMIT_STEP = 10
const HOUR_MINUTES = 60

type Ask = { definition: PlanDefinition; from: Day; site: MeterSite }
type Can = PriceTablesCapability
type TierForm = NonNullable<Can['tiers']>

const two = (n: number): string => n.toString().padStart(2, '0')

const stepProblems = ({ steps }: Tiers, tiers: TierForm, decimals: number): Problem[] => {
  const found: Problem[] = []
  if (steps.length > tiers.steps)
    found.push({ code: 'tooManyTiers', need: steps.length, max: tiers.steps })
  if (steps.some(({ aboveWh }) => aboveWh % WH_PER_LIMIT_STEP !== 0))
    found.push({ code: 'tierLimitStep' })
  if (steps.some(({ addE8 }) => addE8 < 0)) found.push({ code: 'tierReduces' })
  if (steps.some(({ addE8 }) => addE8 % E8_PER_E4 !== 0))
    found.push({ code: 'tierDecimals', max: decimals })
  return found
}

/** The first day of the year or month that a day is counted in. */
const countedFrom = ({ counts }: Tiers, of: Day): string =>
  counts === 'year' ? `${of.slice(0, 4)}-01-01` : `${of.slice(0, 7)}-01`

const settlesLikeUs = (
  { counts }: Tiers,
  { dayCutMinutes }: MeterSite,
  { settlementDay }: TierForm,
): boolean => {
  const onAnyHour = counts === 'year' || settlementDay === true
  return onAnyHour ? dayCutMinutes % HOUR_MINUTES === 0 : dayCutMinutes === 0
}

const countingProblems = (tiers: Tiers, { definition, from, site }: Ask, can: TierForm) => {
  const found: Problem[] = []
  if (tiers.counts === 'month' && !can.monthly) found.push({ code: 'tierMonthly' })
  if (!settlesLikeUs(tiers, site, can)) found.push({ code: 'tierDayCut' })
  if (tiers.crossing === 'byShare' && definition.kind === 'timeOfUse')
    found.push({ code: 'tierByShare' })
  if (tiers.of === 'account' && site.supplies > 1) found.push({ code: 'tierOfAccount' })
  if (site.countsSince > countedFrom(tiers, from)) found.push({ code: 'tierEntry' })
  return found
}

const cutHour = ({ dayCutMinutes }: MeterSite): string =>
  two(Math.floor(dayCutMinutes / HOUR_MINUTES))

/** Limits that change no price are left out, as they are where a meter is read. */
const formOf = ({ steps, counts }: Tiers, site: MeterSite): MeterTableSet['tiers'] => {
  const limitsWh: number[] = []
  const addE4 = [0]
  for (const { aboveWh, addE8 } of steps) {
    if (addE8 / E8_PER_E4 === addE4.at(-1)) continue
    limitsWh.push(aboveWh)
    addE4.push(addE8 / E8_PER_E4)
  }
  const year = `01-01 ${cutHour(site)}`
  const yearStarts = counts === 'year' && limitsWh.length > 0 ? [year] : []
  return { limitsWh, addE4, yearStarts }
}

/** Null for a model without tiers; one without any for a plan without. */
export const compileTiers = (
  ask: Ask,
  can: Can,
): { value: MeterTableSet['tiers']; problems: Problem[] } => {
  const { tiers } = ask.definition
  if (tiers === undefined) {
    const none = { limitsWh: [], addE4: [0], yearStarts: [] }
    return { value: can.tiers === null ? null : none, problems: [] }
  }
  if (can.tiers === null) return { value: null, problems: [{ code: 'noTiers' }] }
  const problems = [
    ...stepProblems(tiers, can.tiers, can.decimals),
    ...countingProblems(tiers, ask, can.tiers),
  ]
  return { value: problems.length > 0 ? null : formOf(tiers, ask.site), problems }
}

/** `DD hh` at which the meter's month must begin; null where nothing of it depends on that. */
export const monthStartOf = (
  { definition: { tiers }, site }: Pick<Ask, 'definition' | 'site'>,
  can: Can,
): string | null =>
  tiers?.counts === 'month' && can.tiers?.settlementDay === true ? `01 ${cutHour(site)}` : null
