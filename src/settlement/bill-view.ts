// A month's bill as people read it 电费账单: every line with what it was reckoned from, the
// readings, the charges that were posted, and what has no price yet.

import type { Bill, BillLine } from '../http/contract/bills.ts'
import { readingSourceOf } from '../metering/readings/reading-sources.ts'
import type { Tx } from '../ports/database.ts'
import { type Day, day, type Instant, rfc3339 } from '../shared/clock.ts'
import type { FeeLine, Line } from '../tariff/lines.ts'
import {
  type BillRow,
  type BillsAsked,
  billRows,
  chargeRows,
  meterNos,
  type PlanName,
  planNames,
} from './bill-view-store.ts'
import { monthSpan } from './month.ts'
import type { MeterUse } from './rate.ts'

/** Decimals of yuan in Wh × 10⁻⁸ yuan/kWh. */
const DECIMALS = 11

/** Yuan before rounding, without zeros at its end. */
export const exactYuan = (energyWh: number, priceE8: number): string => {
  const digits = (BigInt(energyWh) * BigInt(priceE8)).toString().padStart(DECIMALS + 1, '0')
  const decimals = digits.slice(-DECIMALS).replace(/0+$/, '')
  const whole = digits.slice(0, -DECIMALS)
  return decimals === '' ? whole : `${whole}.${decimals}`
}

const OWN_FIELDS: readonly string[] = ['kind', 'planId', 'version', 'fen', 'per']

/** The figures that a fee was reckoned from. */
const basisOf = (line: FeeLine): Record<string, number> =>
  Object.fromEntries(
    Object.entries(line).flatMap(([name, value]): [string, number][] =>
      typeof value === 'number' && !OWN_FIELDS.includes(name) ? [[name, value]] : [],
    ),
  )

type Names = { plans: readonly PlanName[]; zone: string }

const lineView = (line: Line, { plans, zone }: Names): BillLine => {
  const { kind, planId, version } = line
  const plan = plans.find((one) => one.planId === planId && one.version === version)
  const time = (at: Instant) => rfc3339(at, zone)
  const shared = {
    ...{ kind, planId, planVersion: version, plan: plan?.name ?? '', planEn: plan?.nameEn ?? '' },
    effectiveFrom: plan ? time(plan.effectiveFrom) : null,
    amountFen: line.fen,
  }
  if (line.kind !== 'energy') {
    const fee = { period: null, tier: null, energyWh: null, priceE8: null, exactYuan: null }
    const told = { from: null, until: null, by: [], estimatedWh: 0, basis: basisOf(line) }
    return { ...shared, ...fee, ...told }
  }
  const { period, tier, energyWh, priceE8, from, until, by, estimatedWh } = line
  return {
    ...shared,
    ...{ period, tier, energyWh, priceE8, exactYuan: exactYuan(energyWh, priceE8) },
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

const meterViews = async (
  tx: Tx,
  { complexId, meters, zone }: BillRow,
): Promise<Bill['meters']> => {
  const used = meters ?? []
  const nos = await meterNos(
    tx,
    complexId,
    used.map(({ meterId }) => meterId),
  )
  return used.map(({ meterId, multiplier, side, start, end, readings, usedWh }) => ({
    ...{ meterId, meterNo: nos.get(meterId) ?? '', multiplier, side, readings, usedWh },
    start: readingView(start, zone),
    end: readingView(end, zone),
  }))
}

const chargeViews = async (tx: Tx, row: BillRow, month: Day): Promise<Bill['charges']> =>
  (await chargeRows(tx, row, month)).map(({ untilAt, at, ...charge }) => ({
    ...charge,
    at: rfc3339(at, row.zone),
    until: untilAt === null ? null : rfc3339(untilAt, row.zone),
  }))

const later = (a: Instant, b: Instant): Instant => (a > b ? a : b)

const billView = async (tx: Tx, row: BillRow, month: Day): Promise<Bill> => {
  const { zone, supplySince, supplyUntil, tenantSince, untilAt } = row
  const { supplyId, complexId, accountId, accountNo, tenant, premises, premisesName, mode } = row
  const lines = row.lines ?? []
  const planIds = [...new Set(lines.map(({ planId }) => planId))]
  const names = { zone, plans: await planNames(tx, complexId, planIds) }
  const span = monthSpan(month, row)
  const charges = await chargeViews(tx, row, month)
  const from = later(span.from, later(supplySince, tenantSince))
  const to = supplyUntil !== null && supplyUntil < span.until ? supplyUntil : span.until
  const time = (at: Instant) => rfc3339(at, zone)
  return {
    ...{ supplyId, complexId, accountId, accountNo, tenant, premises, premisesName, mode },
    month: month.slice(0, 7),
    from: time(from),
    to: time(to),
    pricedUntil: untilAt === null ? null : time(untilAt),
    lines: lines.map((line) => lineView(line, names)),
    meters: await meterViews(tx, row),
    ...{ energyWh: row.energyWh, estimatedWh: row.estimatedWh, dueFen: row.dueFen },
    postedFen: charges.reduce((sum, { dueFen }) => sum + dueFen, 0),
    unpriced: (row.unpriced ?? []).map(({ reason, period, energyWh, from: begins, until }) => ({
      ...{ why: reason, period, energyWh, from: time(begins), to: time(until) },
    })),
    charges,
  }
}

/** The bills of a supply, or of every supply of an account; `month` is `YYYY-MM`. */
export const billsOf = async (
  tx: Tx,
  asked: Omit<BillsAsked, 'month'> & { month: string },
): Promise<Bill[]> => {
  const month = day(`${asked.month}-01`)
  const bills: Bill[] = []
  for (const row of await billRows(tx, { ...asked, month }))
    bills.push(await billView(tx, row, month))
  return bills
}
