// A month's bill as people read it 电费账单: every line with what it was reckoned from, the
// readings, the charges that were posted, and what has no price yet.

import type { Bill, BillLine } from '../http/contract/bills.ts'
import { readingSourceOf } from '../metering/readings/reading-sources.ts'
import type { Tx } from '../ports/database.ts'
import { type Day, day, type Instant, rfc3339 } from '../shared/clock.ts'
import type { FeeLine, Line } from '../tariff/lines.ts'
import { thresholds } from '../tariff/tiers.ts'
import {
  type BillRow,
  type BillsAsked,
  billRows,
  type ChargeRow,
  chargeRows,
  type PlanName,
  planNames,
} from './bill-view-store.ts'
import { monthSpan, yearMonthsIn } from './month.ts'
import type { MeterUse } from './rate.ts'
import { countedBefore } from './year-before.ts'

/** Decimals of yuan in Wh × 10⁻⁸ yuan/kWh, and in fen × millionths. */
const ENERGY_DECIMALS = 11
const SHARE_DECIMALS = 8

/** Yuan before rounding, without zeros at its end. */
const decimalOf = (product: bigint, places: number): string => {
  const sign = product < 0n ? '-' : ''
  const digits = product
    .toString()
    .replace('-', '')
    .padStart(places + 1, '0')
  const decimals = digits.slice(-places).replace(/0+$/, '')
  const whole = digits.slice(0, -places)
  return decimals === '' ? `${sign}${whole}` : `${sign}${whole}.${decimals}`
}

export const exactYuan = (energyWh: number, priceE8: number): string =>
  decimalOf(BigInt(energyWh) * BigInt(priceE8), ENERGY_DECIMALS)

/** Null where days are in proportion: that may have no end. */
const exactFee = (line: FeeLine): string | null => {
  if ('addE8' in line) return exactYuan(line.energyWh, line.addE8)
  if (!('rateE6' in line)) return null
  return decimalOf(BigInt(line.baseFen) * BigInt(line.rateE6), SHARE_DECIMALS)
}

const OWN_FIELDS: readonly string[] = ['kind', 'planId', 'version', 'fen', 'per']

/** The figures that a fee was reckoned from. */
const basisOf = (line: FeeLine): Record<string, number> =>
  Object.fromEntries(
    Object.entries(line).flatMap(([name, value]): [string, number][] =>
      typeof value === 'number' && !OWN_FIELDS.includes(name) ? [[name, value]] : [],
    ),
  )

type Plans = ReadonlyMap<string, PlanName>

/** Above which use of the month or year the tier begins for this tenant. */
const tierOf = (tier: number, plan: PlanName | undefined, row: BillRow, month: Day) => {
  const { tiers } = plan ?? { tiers: null }
  if (tiers === null) return { tierCounts: null, tierAboveWh: null }
  const above = thresholds(tiers, yearMonthsIn(month, row.tenantSince, row))
  return { tierCounts: tiers.counts, tierAboveWh: tier === 1 ? 0 : (above[tier - 2] ?? null) }
}

const lineView = (line: Line, row: BillRow, plans: Plans, month: Day): BillLine => {
  const { complexId, zone } = row
  const { kind, planId, version } = line
  const plan = plans.get(`${complexId} ${planId} ${version}`)
  const time = (at: Instant) => rfc3339(at, zone)
  const shared = {
    ...{ kind, planId, planVersion: version, plan: plan?.name ?? '', planEn: plan?.nameEn ?? '' },
    effectiveFrom: plan ? time(plan.effectiveFrom) : null,
    amountFen: line.fen,
  }
  if (line.kind !== 'energy') {
    const noTier = { tier: null, tierCounts: null, tierAboveWh: null }
    const fee = {
      period: null,
      ...noTier,
      energyWh: null,
      priceE8: null,
      exactYuan: exactFee(line),
    }
    const told = { from: null, until: null, by: [], estimatedWh: 0, basis: basisOf(line) }
    return { ...shared, ...fee, ...told }
  }
  const { period, tier, energyWh, priceE8, from, until, by, estimatedWh } = line
  return {
    ...shared,
    ...{ period, tier, ...tierOf(tier, plan, row, month) },
    ...{ energyWh, priceE8, exactYuan: exactYuan(energyWh, priceE8) },
    ...{ from: time(from), until: time(until), by: [...by], estimatedWh, basis: {} },
  }
}

const readingView = (
  { at, source, energyWh, reverseWh, tariffsWh }: MeterUse['start'],
  zone: string,
) => ({
  at: rfc3339(at, zone),
  source: source === null ? 'initial' : (readingSourceOf(source) ?? String(source)),
  energyWh,
  reverseWh,
  tariffsWh: tariffsWh === null ? null : [...tariffsWh],
})

const meterViews = ({ meters, meterNos, zone }: BillRow): Bill['meters'] =>
  (meters ?? []).map(({ meterId, multiplier, side, start, end, readings, usedWh }) => ({
    ...{ meterId, meterNo: meterNos?.[meterId] ?? '', multiplier, side, readings, usedWh },
    start: readingView(start, zone),
    end: readingView(end, zone),
  }))

const chargeViews = (charges: readonly ChargeRow[], zone: string): Bill['charges'] =>
  charges.map(({ untilAt, at, ...charge }) => ({
    ...charge,
    at: rfc3339(at, zone),
    until: untilAt === null ? null : rfc3339(untilAt, zone),
  }))

const later = (a: Instant, b: Instant): Instant => (a > b ? a : b)
const sooner = (a: Instant, b: Instant | null): Instant => (b !== null && b < a ? b : a)

type Told = {
  month: Day
  charges: readonly ChargeRow[]
  plans: Plans
  yearBeforeWh: number | null
}

const billView = (row: BillRow, { month, charges, plans, yearBeforeWh }: Told): Bill => {
  const { zone, supplySince, supplyUntil, tenantSince, tenantUntil, untilAt } = row
  const { supplyId, complexId, accountId, accountNo, tenant, premises, premisesName, mode } = row
  const span = monthSpan(month, row)
  const from = later(span.from, later(supplySince, tenantSince))
  const to = sooner(sooner(span.until, supplyUntil), tenantUntil)
  const time = (at: Instant) => rfc3339(at, zone)
  return {
    ...{ supplyId, complexId, accountId, accountNo, tenant, premises, premisesName, mode },
    month: month.slice(0, 7),
    from: time(from),
    to: time(to),
    pricedUntil: untilAt === null ? null : time(untilAt),
    lines: (row.lines ?? []).map((line) => lineView(line, row, plans, month)),
    meters: meterViews(row),
    ...{ energyWh: row.energyWh, estimatedWh: row.estimatedWh, dueFen: row.dueFen, yearBeforeWh },
    postedFen:
      mode === 'meter' && charges.length === 0 && untilAt === null
        ? null
        : charges.reduce((sum, { dueFen }) => sum + dueFen, 0),
    unpriced: (row.unpriced ?? []).map(({ reason, period, energyWh, from: begins, until }) => ({
      ...{ why: reason, period, energyWh, from: time(begins), to: time(until) },
    })),
    charges: chargeViews(charges, zone),
  }
}

const plansOf = async (tx: Tx, rows: readonly BillRow[]): Promise<Plans> => {
  const plans = new Map<string, PlanName>()
  for (const complex of new Set(rows.map(({ complexId }) => complexId)))
    for (const plan of await planNames(tx, complex))
      plans.set(`${complex} ${plan.planId} ${plan.version}`, plan)
  return plans
}

const countsYear = ({ complexId, lines }: BillRow, plans: Plans): boolean =>
  (lines ?? []).some(
    ({ planId, version }) =>
      plans.get(`${complexId} ${planId} ${version}`)?.tiers?.counts === 'year',
  )

/** Of the bills with yearly tiers what the year counted before the month. */
const yearsBefore = async (
  tx: Tx,
  rows: readonly BillRow[],
  plans: Plans,
  month: Day,
): Promise<ReadonlyMap<BillRow, number>> => {
  const before = new Map<BillRow, number>()
  for (const complex of new Set(rows.map(({ complexId }) => complexId))) {
    const bills = rows.filter((row) => row.complexId === complex && countsYear(row, plans))
    if (bills.length === 0) continue
    const counted = await countedBefore(tx, complex, bills, month)
    for (const [index, row] of bills.entries()) before.set(row, counted[index] ?? 0)
  }
  return before
}

/** The bills of a month `YYYY-MM`, in the order of their supplies; a handful of statements. */
export const billsOf = async (
  tx: Tx,
  asked: Omit<BillsAsked, 'month'> & { month: string },
): Promise<Bill[]> => {
  const month = day(`${asked.month}-01`)
  const rows = await billRows(tx, { ...asked, month })
  if (rows.length === 0) return []
  const [charges, plans] = await Promise.all([chargeRows(tx, rows, month), plansOf(tx, rows)])
  const before = await yearsBefore(tx, rows, plans, month)
  return rows.map((row, index) => {
    const yearBeforeWh = before.get(row) ?? null
    return billView(row, { month, charges: charges[index] ?? [], plans, yearBeforeWh })
  })
}
