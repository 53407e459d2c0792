// What was charged against a draft 试算对比, PURE: month by month from the same use, who gains and who
// loses.

import type { WhatIf, WhatIfMonth, WhatIfSupply } from '../http/contract/what-if.ts'
import { fen } from '../ledger/money.ts'
import { type RatedMonth, rateMonth } from '../settlement/rate.ts'
import type { CountedMonth } from '../settlement/rated-months.ts'
import type { Schedule } from '../tariff/periods.ts'

export type ComparedMonth = {
  month: string
  use: CountedMonth
  /** Null: not charged by bills; then it is what the readings come to by what held. */
  chargedFen: number | null
  held: Schedule
  draft: Schedule
}
export type Compared = WhatIfMonth & {
  against: 'bills' | 'readings'
  /** What the year used before the month. */
  yearWh: number
  /** Whether anything was read. */
  read: boolean
  missing: RatedMonth['missing']
}

export const compareMonth = ({ month, use, chargedFen, held, draft }: ComparedMonth): Compared => {
  const drafted = rateMonth({ ...use, schedule: draft })
  const charged = chargedFen ?? rateMonth({ ...use, schedule: held }).totalFen
  return {
    ...{ month, energyWh: drafted.energyWh, chargedFen: fen(charged) },
    draftFen: drafted.totalFen,
    differenceFen: fen(drafted.totalFen - charged),
    against: chargedFen === null ? 'readings' : 'bills',
    yearWh: use.counted?.yearWh ?? 0,
    read: drafted.untilAt !== null,
    missing: drafted.missing,
  }
}

type Figures = Pick<WhatIfMonth, 'energyWh' | 'chargedFen' | 'draftFen' | 'differenceFen'>

export const sumOf = (rows: readonly Figures[]): Figures => {
  const sum = (of: (row: Figures) => number) => rows.reduce((all, row) => all + of(row), 0)
  return {
    energyWh: sum((row) => row.energyWh),
    chargedFen: fen(sum((row) => row.chargedFen)),
    draftFen: fen(sum((row) => row.draftFen)),
    differenceFen: fen(sum((row) => row.differenceFen)),
  }
}

type Asked = Pick<WhatIf, 'fromMonth' | 'toMonth' | 'withoutReadings' | 'missing'>

/** The losers first, who would pay most more before the others. */
export const whatIfOf = (
  asked: Asked,
  months: readonly string[],
  supplies: readonly WhatIfSupply[],
): WhatIf => {
  const items = supplies.toSorted(
    (a, b) => b.differenceFen - a.differenceFen || a.supplyId - b.supplyId,
  )
  const cells = items.flatMap((item) => item.months)
  const count = (belongs: (differenceFen: number) => boolean) =>
    items.filter(({ differenceFen }) => belongs(differenceFen)).length
  return {
    ...{ ...asked, ...sumOf(items), items },
    winners: count((difference) => difference < 0),
    losers: count((difference) => difference > 0),
    same: count((difference) => difference === 0),
    months: months.map((month) => ({
      month,
      ...sumOf(cells.filter((cell) => cell.month === month)),
    })),
  }
}
