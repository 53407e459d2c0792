// Entering month figures 月度计量录入: under audit, and the month is priced again with them. A closed
// month stays as it is; the difference is posted today.

import type { MonthFigures, MonthFiguresSaved } from '../http/contract/month-figures.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { businessDay, type Day, day, plusMs } from '../shared/clock.ts'
import { type ComplexId, supplyId as supplyIdOf } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { RERATE_WORK } from '../work/rerate.ts'
import { addWork } from '../work/store.ts'
import { monthOf, monthSpan } from './month.ts'
import { type FigureToSave, monthFigures, writeFigures } from './month-figure-store.ts'

export type FigureComplex = { complexId: ComplexId; zone: string; dayCutMinutes: number }

/** The last month that has ended. */
export const lastMonth = (tx: Tx, { zone, dayCutMinutes }: FigureComplex): Day => {
  const present = monthSpan(monthOf(businessDay(tx.now, zone, dayCutMinutes)), {
    zone,
    dayCutMinutes,
  })
  return monthOf(businessDay(plusMs(present.from, -1), zone, dayCutMinutes))
}

export const figuresOf = async (
  tx: Tx,
  complex: FigureComplex,
  month: string | undefined,
): Promise<MonthFigures> => {
  const first = month === undefined ? lastMonth(tx, complex) : day(`${month}-01`)
  const ends = monthSpan(first, complex).until
  return {
    month: first.slice(0, 7),
    items: await monthFigures(tx, complex, { first, ends }),
  }
}

/** Refuses: not_found for a supply that the month asks nothing of. */
export const saveFigures = async (
  tx: Tx,
  { ids }: { ids: Ids },
  complex: FigureComplex,
  { month, items, note = '' }: MonthFiguresSaved,
): Promise<MonthFigures> => {
  const { complexId } = complex
  const known = await figuresOf(tx, complex, month)
  const figures = items.map(({ supplyId, maxDemandW, reactiveVarh }): FigureToSave => {
    const before = known.items.find((one) => one.supplyId === supplyId)
    if (!before) throw new Refusal('not_found', { supplyId })
    return {
      supplyId: supplyIdOf(supplyId),
      maxDemandW: maxDemandW === undefined ? before.maxDemandW : maxDemandW,
      reactiveVarh: reactiveVarh === undefined ? before.reactiveVarh : reactiveVarh,
      note,
    }
  })
  await writeFigures(tx, complexId, day(`${month}-01`), figures)
  for (const { supplyId, maxDemandW, reactiveVarh } of figures) {
    const before = known.items.find((one) => one.supplyId === supplyId)
    await audit(tx, ids, {
      ...{ complexId, action: 'monthFigure.save', subject: `supply/${supplyId}` },
      before: { month, maxDemandW: before?.maxDemandW, reactiveVarh: before?.reactiveVarh },
      after: { month, maxDemandW, reactiveVarh, note },
    })
    const key = `supply/${supplyId}`
    await addWork(tx, ids, { complexId, kind: RERATE_WORK, key, payload: { cause: 'figures' } })
  }
  return figuresOf(tx, complex, month)
}
