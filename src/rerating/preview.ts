// The preview 试算: the change is laid in a transaction that is taken back, and what it comes to is
// kept for the person who agrees. Nothing takes effect.

import type { PastChange, PreviewRerate, RerateSettled } from '../http/contract/rerate.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import type { Reached } from '../settlement/rerate-store.ts'
import type { ChargedComplex } from '../settlement/store.ts'
import { never } from '../shared/assert.ts'
import type { Uuid } from '../shared/ids.ts'
import { dryRun, once } from '../work/request.ts'
import { type ChangedMonth, changedMonths } from './compute.ts'
import type { RerateDeps } from './deps.ts'
import { CAUSE_OF, type Laid } from './laid.ts'
import { layPlanOfPast } from './lay-assignment.ts'
import { layCalendar } from './lay-calendar.ts'
import { layMonthPrice } from './lay-month-price.ts'
import { layMultiplier } from './lay-multiplier.ts'
import { layPrice } from './lay-price.ts'
import { layReading } from './lay-reading.ts'
import { inTurn, partsOf } from './parts.ts'
import { type Figures, insertMonths, insertRerating, insertTrips } from './rerating-store.ts'
import { settledChanges } from './settled.ts'
import { type Tripped, whoWouldTrip } from './tripped.ts'

export const layChange = (
  tx: Tx,
  deps: Pick<RerateDeps, 'ids' | 'models'>,
  complex: ChargedComplex,
  { change, note }: { change: PastChange; note: string },
): Promise<Laid> => {
  switch (change.kind) {
    case 'price':
      return layPrice(tx, complex, { change, note })
    case 'monthPrice':
      return layMonthPrice(tx, complex, { change, note })
    case 'assignment':
      return layPlanOfPast(tx, complex, { change, note })
    case 'calendar':
      return layCalendar(tx, complex, { change, note })
    case 'multiplier':
      return layMultiplier(tx, complex, { change, note })
    case 'reading':
      return layReading(deps)(tx, complex, { change, note })
    default:
      return never(change)
  }
}

/** The supplies of a change, as many at once as are priced quickly. */
export const partsReached = (reached: readonly Reached[]): Reached[][] =>
  partsOf(reached, { key: ({ supplyId }) => supplyId, months: ({ months }) => months.length })

export const allChangedMonths = async (
  tx: Tx,
  complex: ChargedComplex,
  reached: readonly Reached[],
  kind: PastChange['kind'],
): Promise<ChangedMonth[]> => {
  const cause = CAUSE_OF[kind]
  const parts = partsReached(reached)
  return (await inTurn(parts, (part) => changedMonths(tx, complex, part, cause))).flat()
}

export const figuresOf = (
  months: readonly ChangedMonth[],
  trips: readonly Tripped[],
): Omit<Figures, 'cap' | 'settled'> => {
  const sum = (of: (one: ChangedMonth) => number) => months.reduce((all, one) => all + of(one), 0)
  const accounts = [...Map.groupBy(months, ({ accountId }) => accountId).values()].map((own) =>
    own.reduce((all, one) => all + one.dueFen - one.chargedFen, 0),
  )
  const chargedFen = sum((one) => one.chargedFen)
  const dueFen = sum((one) => one.dueFen)
  return {
    ...{ chargedFen, dueFen, differenceFen: dueFen - chargedFen },
    accounts: accounts.length,
    supplies: new Set(months.map(({ supplyId }) => supplyId)).size,
    more: accounts.filter((difference) => difference > 0).length,
    less: accounts.filter((difference) => difference < 0).length,
    wouldTrip: new Set(trips.map(({ accountId }) => accountId)).size,
  }
}

type Found = {
  laid: Laid
  months: ChangedMonth[]
  trips: Tripped[]
  settled: RerateSettled[]
}

const found = async (
  tx: Tx,
  deps: RerateDeps,
  complex: ChargedComplex,
  asked: { change: PastChange; note: string },
): Promise<Found> => {
  const laid = await layChange(tx, deps, complex, asked)
  const months = await allChangedMonths(tx, complex, laid.reached, asked.change.kind)
  const trips = await whoWouldTrip(tx, complex, months)
  return { laid, months, trips, settled: await settledChanges(tx, complex, laid.from) }
}

/** Answers its id. Refuses: what the change itself would be refused for, rerate_not_past. */
export const previewRerate = async (
  deps: RerateDeps,
  scope: Scope,
  complex: ChargedComplex,
  asked: Omit<PreviewRerate, 'complexId'> & { requestId: string },
): Promise<Uuid> => {
  const { requestId, ...content } = asked
  const { change, note } = content
  const { laid, months, trips, settled } = await dryRun(deps.db, scope, (tx) =>
    found(tx, deps, complex, content),
  )
  const { complexId } = complex
  const name = { complexId, requestId, operation: 'rerate.preview', content }
  return once(deps.db, scope, name, async (tx) => {
    const key = { complexId, reratingId: deps.ids.uuid() }
    const figures = { ...figuresOf(months, trips), cap: laid.cap, settled }
    await insertRerating(tx, { ...key, change, note, title: laid.title, figures })
    await insertMonths(tx, key, months)
    await insertTrips(tx, key, trips)
    const subject = `rerating/${key.reratingId}`
    const { cap: _, settled: __, ...told } = figures
    const after = { ...laid.title, note, ...told }
    await audit(tx, deps.ids, { complexId, action: 'rerate.preview', subject, after })
    return key.reratingId
  })
}
