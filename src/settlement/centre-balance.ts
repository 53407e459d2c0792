// What accounts in centre mode have left 后台计费余额: the booked balance less what their meters
// have counted since the last charge, at the prices of its hours. As old as the oldest register in
// it.

import type { Installed } from '../metering/readings/trust.ts'
import type { Tx } from '../ports/database.ts'
import { businessDay, type Day, type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, MeterId, SupplyId } from '../shared/ids.ts'
import type { Line } from '../tariff/lines.ts'
import type { Schedule } from '../tariff/periods.ts'
import { accruedFen, type MonthSoFar } from './accrued.ts'
import { accruedTogether, hasAccountTiers } from './accrued-together.ts'
import type { Count, Register } from './counted.ts'
import { countsOf } from './counted-store.ts'
import { monthOf, monthSpan, monthsFrom, yearMonthsIn } from './month.ts'
import { schedulesOf } from './schedule-store.ts'
import type { ChargedComplex } from './store.ts'

export type CentreBalance = {
  accountId: AccountId
  /** Null until every meter of the account has been read: unknown is not zero. */
  availableFen: number | null
  asOf: Instant | null
}

type BillRow = { month: Day; lines: readonly Line[]; dueFen: number; energyWh: number }

type Row = Installed & {
  accountId: AccountId
  supplyId: SupplyId
  meterId: MeterId
  zone: string
  dayCutMinutes: number
  balanceFen: number
  tenantSince: Instant
  markAt: Instant | null
  markWh: number | null
  markReverseWh: number | null
  energyAt: Instant | null
  energyWh: number | null
  reverseWh: number | null
  installedAt: Instant
  bills: readonly BillRow[]
}

// Bills from the beginning of the mark's year on: a yearly tier counts them.
const ROWS = `
  select a.account_id as "accountId", s.supply_id as "supplyId", i.meter_id as "meterId",
    c.zone, c.day_cut_minutes as "dayCutMinutes", i.multiplier, i.side, i.direction,
    i.max_power_w as "maxPowerW", -coalesce(la.balance_fen, 0) as "balanceFen",
    t.since as "tenantSince", um.at as "markAt", um.energy_wh as "markWh",
    um.reverse_wh as "markReverseWh", l.energy_at as "energyAt", l.energy_wh as "energyWh",
    l.reverse_wh as "reverseWh", i.since as "installedAt", coalesce(mb.bills, '[]') as bills
  from account a
  join complex c on c.complex_id = a.complex_id
  join account_tenant t on t.complex_id = a.complex_id and t.account_id = a.account_id
    and t.until is null
  join supply s on s.complex_id = a.complex_id and s.account_id = a.account_id
    and s.until is null
  join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
    and i.until is null
  left join ledger_account la on la.complex_id = a.complex_id
    and la.path = 'account/' || a.account_id || '/balance'
  left join latest l on l.complex_id = i.complex_id and l.meter_id = i.meter_id
  left join usage_mark um on um.complex_id = s.complex_id and um.supply_id = s.supply_id
    and um.meter_id = i.meter_id
  left join lateral (
    select jsonb_agg(jsonb_build_object('month', b.month, 'dueFen', b.due_fen,
      'energyWh', b.energy_wh, 'lines', case when b.month >= date_trunc('month',
        um.at at time zone c.zone - make_interval(mins => c.day_cut_minutes)) then b.lines
        else '[]' end)) as bills
    from month_bill b where b.complex_id = s.complex_id and b.supply_id = s.supply_id
      and b.tenant_since = t.since and b.month >= date_trunc('year',
        um.at at time zone c.zone - make_interval(mins => c.day_cut_minutes))
  ) mb on true
  where a.complex_id = $1 and a.mode = 'centre' and a.closed_at is null`
// The planner can't look into a subselect: it takes the same for one account as for any, and keeps
// the plan. Where it can, it plans each one anew, which costs more than the answer.
const ROWS_OF_ACCOUNTS = `${ROWS} and a.account_id = any ((select $2::integer[])::integer[])`
const ROWS_OF_METERS = `${ROWS} and a.account_id = any (array(
    select o.account_id from installation n
    join supply o on o.complex_id = n.complex_id and o.point_id = n.point_id
      and o.until is null
    where n.complex_id = $1 and n.meter_id = any ((select $2::integer[])::integer[])
      and n.until is null))`

/** Only these accounts, or those of these meters; neither: every one. */
export type Which = { accounts?: readonly AccountId[] } | { meters?: readonly MeterId[] }

const rowsOf = (tx: Tx, complex: ComplexId, which: Which): Promise<Row[]> => {
  if ('accounts' in which && which.accounts)
    return tx.query<Row>(ROWS_OF_ACCOUNTS, [complex, which.accounts], 'kept')
  if ('meters' in which && which.meters)
    return tx.query<Row>(ROWS_OF_METERS, [complex, which.meters], 'kept')
  return tx.query<Row>(ROWS, [complex], 'kept')
}

type Known = Row & { markAt: Instant; markWh: number; energyAt: Instant; energyWh: number }

const isKnown = (row: Row): row is Known =>
  row.markAt !== null && row.markWh !== null && row.energyAt !== null && row.energyWh !== null

const monthsOf = (row: Known): MonthSoFar[] => {
  const { zone, dayCutMinutes, markAt, energyAt, tenantSince, bills } = row
  const monthAt = (at: Instant) => monthOf(businessDay(at, zone, dayCutMinutes))
  return monthsFrom(monthAt(markAt), monthAt(energyAt)).map((month) => {
    const year = month.slice(0, 4)
    const bill = bills.find((one) => one.month === month)
    const before = bills.filter((one) => one.month < month && one.month.slice(0, 4) === year)
    return {
      month: monthSpan(month, row),
      lines: bill?.lines ?? [],
      chargedFen: bill?.dueFen ?? 0,
      yearWh: before.reduce((sum, one) => sum + one.energyWh, 0),
      yearMonths: yearMonthsIn(month, tenantSince, row),
    }
  })
}

const plain = { source: null, tariffsWh: null, freshStart: false, modulusWh: null }

const newestOf = ({ energyAt, energyWh, reverseWh }: Known): Register => ({
  ...{ ...plain, at: energyAt, energyWh, reverseWh },
})

/** Its tiers count what others of the account use. */
const countsTogether = (
  row: Known,
  rows: readonly Row[],
  schedules: ReadonlyMap<SupplyId, Schedule>,
): boolean => {
  const schedule = schedules.get(row.supplyId)
  if (!schedule || !hasAccountTiers(schedule) || row.energyAt <= row.markAt) return false
  return rows.some(
    ({ accountId, supplyId }) => accountId === row.accountId && supplyId !== row.supplyId,
  )
}

const togetherOf = (
  tx: Tx,
  complex: ChargedComplex,
  rows: readonly Known[],
  known: Parameters<typeof accruedTogether>[3],
): Promise<Map<SupplyId, number>> =>
  accruedTogether(
    tx,
    complex,
    new Map(rows.map(({ supplyId, energyAt }) => [supplyId, energyAt])),
    known,
  )

/** From the mark to the newest register, by way of what was read in between where that tells. */
const countSince = (row: Known, read: readonly Register[]): Count => {
  const { meterId, multiplier, side, direction, maxPowerW } = row
  const stretch = { multiplier, side, direction, maxPowerW, since: row.markAt, until: null }
  const begin = { ...plain, at: row.markAt, energyWh: row.markWh, reverseWh: row.markReverseWh }
  const between = read.filter(({ at }) => at > row.markAt && at < row.energyAt)
  const end = newestOf(row)
  return { meterId, stretches: [stretch], registers: [begin, ...between, end] }
}

const hasPeriods = ({ held }: Schedule): boolean =>
  held.some(({ plan }) => plan?.definition.kind === 'timeOfUse') || held.length > 1

/** The readings since the mark; one price all day needs none. */
const readSince = async (
  tx: Tx,
  complex: ComplexId,
  rows: readonly Known[],
  schedules: ReadonlyMap<SupplyId, Schedule>,
): Promise<Map<Known, Register[]>> => {
  const asked = rows.filter((row) => {
    const schedule = schedules.get(row.supplyId)
    return schedule !== undefined && hasPeriods(schedule) && row.energyAt > row.markAt
  })
  if (asked.length === 0) return new Map()
  const counts = await countsOf(
    tx,
    complex,
    asked.map((row) => ({
      ...{ supplyId: row.supplyId, from: row.markAt, to: row.energyAt, until: row.energyAt },
    })),
  )
  return new Map(
    asked.map((row, index) => {
      const count = counts[index]?.find(({ meterId }) => meterId === row.meterId)
      return [row, [...(count?.registers ?? [])]]
    }),
  )
}

/** As of now; an account without a meter in place is left out. */
export const centreBalances = async (
  tx: Tx,
  complex: ComplexId,
  which: Which = {},
): Promise<CentreBalance[]> => {
  const rows = await rowsOf(tx, complex, which)
  const [first] = rows
  if (!first) return []
  const known = rows.filter(isKnown)
  const supplies = known.map(({ supplyId }) => supplyId)
  const schedules = await schedulesOf(tx, complex, first.zone, supplies)
  const counted = known.filter((row) => countsTogether(row, rows, schedules))
  const together = await togetherOf(tx, { ...first, complexId: complex }, counted, {
    newest: new Map(known.map((row) => [row.meterId, newestOf(row)])),
    schedules,
  })
  const alone = known.filter((row) => !counted.includes(row))
  const read = await readSince(tx, complex, alone, schedules)
  const accrued = new Map(
    alone.map((row): [SupplyId, number] => {
      const schedule = schedules.get(row.supplyId)
      if (!schedule || row.energyAt <= row.markAt) return [row.supplyId, 0]
      const counts = [countSince(row, read.get(row) ?? [])]
      return [row.supplyId, accruedFen(monthsOf(row), schedule, counts, row.markAt)]
    }),
  )
  for (const [supply, fen] of together) accrued.set(supply, fen)
  return [...Map.groupBy(rows, (row) => row.accountId)].map(([accountId, own]) => {
    const balanceFen = own[0]?.balanceFen ?? 0
    const used = own.reduce((sum, { supplyId }) => sum + (accrued.get(supplyId) ?? 0), 0)
    const times = own.map(({ energyAt }) => energyAt)
    const all = times.filter((at) => at !== null)
    const asOf = all.length < times.length ? null : all.sort((a, b) => a - b)[0]
    return { accountId, availableFen: balanceFen - used, asOf: asOf ?? null }
  })
}

/**
 * A common table expression `centre (account_id, available_fen, as_of)` out of `centreParams`, the
 * first of which is the parameter `at`.
 */
export const centreRows = (at: number): string => `
  centre as (
    select * from unnest($${at}::integer[], $${at + 1}::bigint[], $${at + 2}::timestamptz[])
      as c(account_id, available_fen, as_of)
  )`

export const centreParams = (balances: readonly CentreBalance[]): unknown[] => [
  balances.map(({ accountId }) => accountId),
  balances.map(({ availableFen }) => availableFen),
  balances.map(({ asOf }) => sqlTime(asOf)),
]
