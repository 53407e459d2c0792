// Rows of account lists 用户清单的行: which meter and plan each names, which rows are one account, and
// what is wrong with a row before an opening is judged. PURE.

import type { Opening } from '../accounts/judge-opening.ts'
import type { ImportedAccountRow, OpenedAccountRow } from '../http/contract/swap.ts'
import type { PayMethod } from '../ledger/chart.ts'
import type { Instant } from '../shared/clock.ts'
import type { MeterId, PlanId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { METER, PHONE, PLAN, PREMISES, TENANT } from './account-columns.ts'
import type { NamedMeter } from './list-store.ts'
import { type GoodRow, type RowEnd, refusalEnd } from './listed.ts'
import { type OpeningBalance, openingBalance } from './opening-balance.ts'
import { asInRow, type Column, problem, zerosBefore } from './sheet.ts'

export type AccountRow = ImportedAccountRow & OpenedAccountRow

/** What the names in the rows stand for. */
export type Known = {
  byNo: ReadonlyMap<string, NamedMeter>
  /** By the number of the premises. */
  byPlace: ReadonlyMap<string, readonly NamedMeter[]>
  plans: ReadonlyMap<string, PlanId>
  now: Instant
}

/** A row whose names are known. */
export type Resolved = GoodRow<AccountRow> & {
  meter: NamedMeter
  planId: PlanId
  balance: OpeningBalance
}

/** The rows of one account, in their order. */
export type Group = { first: Resolved; resolved: readonly Resolved[] }

const PHONE_PATTERN = /^\+?\d{6,15}$/
export const plainPhone = (phone: string): string => phone.replace(/[\s-]/g, '')

const candidates = (known: Known, row: AccountRow): readonly NamedMeter[] => {
  if (row.meterNo !== undefined) {
    const named = known.byNo.get(row.meterNo)
    return named ? [named] : []
  }
  const there = row.premises === undefined ? [] : (known.byPlace.get(row.premises) ?? [])
  return there.filter(
    (one) =>
      (row.building === undefined || one.building === row.building) &&
      (row.pointKind === undefined || one.pointKind === row.pointKind),
  )
}

const meterProblem = (known: Known, row: AccountRow, found: readonly NamedMeter[]) => {
  const { meterNo, premises } = row
  const [meter, another] = found
  if (meterNo === undefined && premises === undefined) return problem('required', METER)
  if (another) return problem('ambiguous', PREMISES, premises)
  if (meter) return meter.pointId === null ? problem('notInstalled', METER, meter.meterNo) : null
  if (meterNo === undefined) return problem('unknown', PREMISES, premises)
  const zeros = zerosBefore(meterNo).find((no) => known.byNo.has(no))
  return problem(zeros === undefined ? 'unknown' : 'zerosLost', METER, meterNo)
}

const resolve = (
  known: Known,
  { row, value }: GoodRow<AccountRow>,
  columns: readonly Column[],
): Resolved | Extract<RowEnd, { ok: false }> => {
  const found = candidates(known, value)
  const [meter] = found
  const wrong = meterProblem(known, value, found)
  const problems = wrong === null ? [] : [wrong]
  const planId = known.plans.get(value.plan)
  if (planId === undefined) problems.push(problem('unknown', PLAN, value.plan))
  if (value.phone !== undefined && !PHONE_PATTERN.test(plainPhone(value.phone)))
    problems.push(problem('invalid', PHONE, value.phone))
  if (problems.length > 0 || !meter || planId === undefined) return { ok: false, problems }
  const { mode = 'meter', openingBalanceFen = 0, balanceInMeter = false } = value
  try {
    const told = { mode, statedFen: openingBalanceFen, inMeter: balanceInMeter }
    return { row, value, meter, planId, balance: openingBalance(told, meter, known.now) }
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal
    const end = refusalEnd(refusal, columns)
    return end.ok ? { ok: false, problems: [] } : end
  }
}

const differing = (first: AccountRow, value: AccountRow): RowEnd | null => {
  if (first.tenant !== value.tenant)
    return { ok: false, problems: [problem('differs', TENANT, value.tenant)] }
  const same = (first.mode ?? 'meter') === (value.mode ?? 'meter') && first.phone === value.phone
  return same ? null : { ok: false, problems: [problem('differs', null)] }
}

/** The accounts that the rows make, and how the rows end that are wrong. */
export const groupsOf = (
  known: Known,
  rows: readonly GoodRow<AccountRow>[],
  columns: readonly Column[],
): { groups: Group[]; ends: Map<number, RowEnd> } => {
  const ends = new Map<number, RowEnd>()
  const meters = new Map<MeterId, number>()
  const resolvedOf = (one: GoodRow<AccountRow>, first: GoodRow<AccountRow>): Resolved[] => {
    const resolved = resolve(known, one, columns)
    const end = 'ok' in resolved ? resolved : differing(first.value, one.value)
    if (end) ends.set(one.row, end)
    if (end || 'ok' in resolved) return []
    const { meterId } = resolved.meter
    const before = meters.get(meterId)
    meters.set(meterId, before ?? one.row)
    if (before === undefined) return [resolved]
    const column = one.value.meterNo === undefined ? PREMISES : METER
    ends.set(one.row, { ok: false, problems: [problem('twice', column, asInRow(before))] })
    return []
  }
  const byRef = Map.groupBy(rows, ({ row, value }) => value.accountRef ?? row)
  const groups = [...byRef.values()].flatMap((group): Group[] => {
    const resolved = group.flatMap((one) => resolvedOf(one, group[0] ?? one))
    const [first] = resolved
    return first && resolved.length === group.length ? [{ first, resolved }] : []
  })
  return { groups, ends }
}

export const openingOf = (
  { first, resolved }: Group,
  requestId: string,
  method: PayMethod,
): Opening => {
  const { mode = 'meter' } = first.value
  return {
    ...{ requestId, method, mode },
    depositFen: resolved.reduce((sum, { value }) => sum + (value.depositFen ?? 0), 0),
    meters: resolved.map(({ value, meter, planId, balance }) => ({
      ...{ meterId: meter.meterId, planId },
      ...{ alarm1Fen: value.alarm1Fen, alarm2Fen: value.alarm2Fen },
      ...(value.overdraftFen !== undefined && { overdraftFen: value.overdraftFen }),
      ...(value.hoardingFen !== undefined && { hoardingFen: value.hoardingFen }),
      ...(value.firstPurchaseFen !== undefined && { firstPurchaseFen: value.firstPurchaseFen }),
      ...(balance.in === 'transit' && { loadFen: balance.fen }),
      ...(value.initialWh !== undefined && mode === 'centre' && { initialWh: value.initialWh }),
    })),
  }
}
