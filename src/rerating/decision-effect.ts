// What a decision about a reading would change of the past 裁定影响: above a limit it goes the way of
// every change of the past.

import type { Decision, DecisionDeps } from '../metering/readings/decisions.ts'
import { readingSourceOf } from '../metering/readings/reading-sources.ts'
import type { Db, Scope } from '../ports/database.ts'
import type { ChargedComplex } from '../settlement/store.ts'
import { rfc3339 } from '../shared/clock.ts'
import { refuseIf } from '../shared/refusal.ts'
import { dryRun } from '../work/request.ts'
import { layReading } from './lay-reading.ts'
import { allChangedMonths } from './preview.ts'

/** 100 yuan: what one person may change of the past by deciding about one reading. */
const DECIDED_ALONE_FEN = 10_000

/** Refuses: rerate_required above the limit. */
export const refuseAlone = (amountFen: number): void =>
  refuseIf(amountFen > DECIDED_ALONE_FEN, 'rerate_required', {
    ...{ amountFen, limitFen: DECIDED_ALONE_FEN },
  })

/** How much charged months would change, whichever way, fen. Refuses what the decision refuses. */
export const decisionEffect = async (
  deps: DecisionDeps & { db: Db },
  scope: Scope,
  complex: ChargedComplex,
  { meterId, at, source, verdict, reason }: Decision,
): Promise<number> => {
  const change = {
    ...({ kind: 'reading', meterId, verdict, at: rfc3339(at, 'UTC') } as const),
    source: readingSourceOf(source) ?? '',
  }
  return dryRun(deps.db, scope, async (tx) => {
    const { reached } = await layReading(deps)(tx, complex, { change, note: reason })
    const months = await allChangedMonths(tx, complex, reached, 'reading')
    return months.reduce((sum, one) => sum + Math.abs(one.dueFen - one.chargedFen), 0)
  })
}
