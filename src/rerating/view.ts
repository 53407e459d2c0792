// A change of the past as people see it 追溯重算展示: totals, every account with its months, who would
// have been cut off, and how far the agreement is.

import type {
  Rerate,
  RerateAccount,
  RerateDetail,
  RerateMonth,
  RerateStatement,
} from '../http/contract/rerate.ts'
import type { Tx } from '../ports/database.ts'
import { rfc3339 } from '../shared/clock.ts'
import { Refusal } from '../shared/refusal.ts'
import { approvalOf } from './approval-of.ts'
import {
  type MonthRow,
  type ReratingRow,
  reratingById,
  reratingMonths,
  reratingTrips,
} from './rerating-store.ts'
import { statementLines } from './statement.ts'
import type { Tripped } from './tripped.ts'

export const rerateView = (row: ReratingRow): Rerate => {
  const { cap: _, settled: __, ...totals } = row.figures
  const { reratingId, kind, title, note, state, askedBy, zone } = row
  const { fromMonth, toMonth, askedAt, appliedAt, postedAt } = row
  return {
    ...{ reratingId, kind, title, note, state, ...totals, askedBy },
    fromMonth: fromMonth?.slice(0, 7) ?? null,
    toMonth: toMonth?.slice(0, 7) ?? null,
    askedAt: rfc3339(askedAt, zone),
    appliedAt: appliedAt === null ? null : rfc3339(appliedAt, zone),
    postedAt: postedAt === null ? null : rfc3339(postedAt, zone),
  }
}

const monthView = (row: MonthRow): RerateMonth => {
  const { supplyId, premises, chargedFen, dueFen, chargedWh, energyWh } = row
  const { postingId, postedOn, postedFen } = row
  return {
    ...{ supplyId, premises, chargedFen, dueFen, chargedWh, energyWh },
    ...{ postingId, postedOn, postedFen, month: row.month.slice(0, 7) },
    differenceFen: dueFen - chargedFen,
  }
}

const headOf = (rows: readonly MonthRow[]) => {
  const sum = (of: (row: MonthRow) => number) => rows.reduce((all, row) => all + of(row), 0)
  const [first] = rows
  if (!first) return null
  const { accountId, accountNo, tenant, mode } = first
  const [chargedFen, dueFen] = [sum((row) => row.chargedFen), sum((row) => row.dueFen)]
  return {
    ...{ accountId, accountNo, tenant, mode, chargedFen, dueFen },
    postedTo: mode === 'centre' ? ('balance' as const) : ('carry' as const),
    differenceFen: dueFen - chargedFen,
  }
}

/** Whoever pays most more comes first. */
export const accountViews = (
  rows: readonly MonthRow[],
  trips: readonly Tripped[],
): RerateAccount[] =>
  [...Map.groupBy(rows, ({ accountId }) => accountId).values()]
    .flatMap((own): RerateAccount[] => {
      const head = headOf(own)
      if (!head) return []
      const wouldTrip = trips
        .filter(({ accountId }) => accountId === head.accountId)
        .map(({ day, balanceFen, wouldBeFen }) => ({ day, balanceFen, wouldBeFen }))
      return [{ ...head, months: own.map(monthView), wouldTrip }]
    })
    .sort((a, b) => b.differenceFen - a.differenceFen || a.accountId - b.accountId)

/** Refuses: not_found. */
export const reratingNamed = async (
  tx: Tx,
  id: string,
  within: number | undefined,
): Promise<ReratingRow> => {
  const row = await reratingById(tx, id, within ?? null)
  if (!row) throw new Refusal('not_found', { reratingId: id })
  return row
}

export const rerateDetail = async (tx: Tx, row: ReratingRow): Promise<RerateDetail> => {
  const rows = await reratingMonths(tx, row)
  return {
    ...rerateView(row),
    change: row.change,
    cap: row.figures.cap,
    approval: await approvalOf(tx, row),
    items: accountViews(rows, await reratingTrips(tx, row)),
    settled: [...(row.figures.settled ?? [])],
  }
}

/** Refuses: not_found for an account that the change does not reach. */
export const rerateStatement = async (
  tx: Tx,
  row: ReratingRow,
  accountId: number,
): Promise<RerateStatement> => {
  const rows = await reratingMonths(tx, row, { account: accountId, lines: true })
  const head = headOf(rows)
  if (!head) throw new Refusal('not_found', { accountId })
  const { reratingId, title, state } = row
  return {
    ...{ reratingId, title, state, ...head },
    months: rows.map((one) => ({
      ...monthView(one),
      lines: statementLines(one.before, one.after),
    })),
  }
}
