// The report of a month 价格上限月报: what each supply paid for a kWh against what was allowed, the worst
// first.

import type { CapReport, CapRow } from '../http/contract/price-cap.ts'
import { type Fen, fen } from '../ledger/money.ts'
import type { Tx } from '../ports/database.ts'
import { lastMonth } from '../settlement/month-figures.ts'
import type { ChargedComplex } from '../settlement/store.ts'
import { day } from '../shared/clock.ts'
import { capIn } from './cap-store.ts'
import { capShown } from './caps.ts'
import { allowedFen, type Charged, ceilingOf, effectiveE8, isOver, type Ratio } from './ceiling.ts'
import { countedOf } from './counted-fen.ts'
import { type ChargedRow, chargedRows } from './report-store.ts'

/** The worst of more. */
const ITEMS_MAX = 2_000

type Ceiling = { ratio: Ratio | null; serviceFee: boolean }

// A wallet and its register are read some time apart, each cut off at its own step: what a meter
// deducted and what it counted are of the same month up to this.
const STEPS_FEN = 3
const STEPS_WH = 20
const APART = 200

const leastPaid = ({ countedFen, energyWh, lines }: Charged): Charged => ({
  countedFen: Math.max(0, countedFen - STEPS_FEN),
  energyWh: energyWh + STEPS_WH + Math.ceil(energyWh / APART),
  lines,
})

const stateOf = (ratio: Ratio | null, from: ChargedRow['from'], counted: Charged) => {
  if (counted.energyWh === 0) return 'noUse'
  const surely = from === 'meter' ? leastPaid(counted) : counted
  return ratio !== null && isOver(ratio, surely) ? 'over' : 'within'
}

/** PURE. */
export const capRow = ({ lines, ...row }: ChargedRow, { ratio, serviceFee }: Ceiling): CapRow => {
  const counted = countedOf(lines, row.energyWh, { serviceFee })
  const { energyFen, lossFen, serviceFen, otherFen, countedFen } = counted
  return {
    ...row,
    ...{ energyFen, lossFen, serviceFen, otherFen, countedFen },
    effectiveE8: effectiveE8(counted),
    allowedFen: ratio && allowedFen(ratio, row.energyWh),
    state: stateOf(ratio, row.from, counted),
  }
}

const RANK: Readonly<Record<CapRow['state'], number>> = { over: 0, within: 1, noUse: 2 }

/** PURE: above the ceiling first, then by price; who used nothing last. */
export const worstFirst = (rows: readonly CapRow[]): CapRow[] =>
  rows.toSorted(
    (a, b) => RANK[a.state] - RANK[b.state] || (b.effectiveE8 ?? 0) - (a.effectiveE8 ?? 0),
  )

const sumFen = (rows: readonly CapRow[]): Fen =>
  fen(rows.reduce((sum, { countedFen }) => sum + countedFen, 0))

export const capReport = async (
  tx: Tx,
  complex: ChargedComplex,
  asked: string | undefined,
): Promise<CapReport> => {
  const { complexId, zone } = complex
  const month = asked === undefined ? lastMonth(tx, complex) : day(`${asked}-01`)
  const found = await capIn(tx, complexId, month)
  const cap = found?.act === 'off' ? null : found
  const ratio = cap && ceilingOf(cap.basis, cap.marginE6)
  const charged = await chargedRows(tx, complexId, month)
  const rows = worstFirst(
    charged.map((row) => capRow(row, { ratio, serviceFee: cap?.serviceFee ?? false })),
  )
  const used = rows.filter(({ state }) => state !== 'noUse')
  const count = (state: CapRow['state']) => rows.filter((row) => row.state === state).length
  return {
    month: month.slice(0, 7),
    cap: cap && capShown(cap, zone),
    ...{ over: count('over'), within: count('within'), noUse: count('noUse') },
    energyWh: used.reduce((sum, { energyWh }) => sum + energyWh, 0),
    countedFen: sumFen(used),
    items: rows.slice(0, ITEMS_MAX),
  }
}
