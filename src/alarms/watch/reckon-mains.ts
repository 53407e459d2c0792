// Main meters reckoned against those behind them 总分表核算: yesterday's business day, once readings
// near both its ends are there. What is not known of one point is not known of the day.

import { complexDays } from '../../ledger/posting-day.ts'
import { pointUsageBetween, type Usage } from '../../metering/readings/usage-store.ts'
import { type Db, systemScope, type Tx } from '../../ports/database.ts'
import { businessDay, dayBegins, type Instant, plusMs } from '../../shared/clock.ts'
import type { ComplexId, PointId } from '../../shared/ids.ts'
import {
  type Main,
  type MainDay,
  mainsToReckon,
  plainUse,
  type Span,
  writeMainDay,
} from './main-store.ts'

/** An energy round: a reading further from midnight than this makes a loss where none is. */
const NEAR_MS = 1_800_000
/** Freezes of midnight are fetched within the hour. */
const SETTLED_MS = 3_600_000
/** What was not read may come late. */
const AGAIN_MS = 3_600_000

const isNear = ({ parts }: Usage): boolean =>
  parts.every(
    ({ start, end, from, to }) =>
      Math.abs(start.at - from) <= NEAR_MS && Math.abs(end.at - to) <= NEAR_MS,
  )

/** Billed Wh; null: not known. */
const countedAt = async (
  tx: Tx,
  complexId: ComplexId,
  point: PointId,
  { from, to }: Span,
): Promise<number | null> => {
  const usage = await pointUsageBetween(tx, complexId, point, from, to)
  return usage !== null && isNear(usage) ? usage.usedWh : null
}

/** By point; where one is not known the rest is not looked for: nothing is known of the whole. */
const countedBy = async (
  tx: Tx,
  complexId: ComplexId,
  points: readonly PointId[],
  span: Span,
): Promise<ReadonlyMap<PointId, number>> => {
  const counted = await plainUse(tx, complexId, points, { ...span, nearMs: NEAR_MS })
  for (const point of points) {
    if (counted.has(point)) continue
    const used = await countedAt(tx, complexId, point, span)
    if (used === null) return counted
    counted.set(point, used)
  }
  return counted
}

const reckoned = async (
  tx: Tx,
  complexId: ComplexId,
  { mainId, subs }: Main,
  { day, ...span }: Span & Pick<MainDay, 'day'>,
): Promise<MainDay> => {
  const points = [mainId, ...subs]
  const counted = await countedBy(tx, complexId, points, span)
  return {
    ...{ pointId: mainId, day, mainWh: counted.get(mainId) ?? 0, subs: subs.length },
    subsWh: subs.reduce((sum, sub) => sum + (counted.get(sub) ?? 0), 0),
    unread: points.filter((point) => !counted.has(point)).length,
  }
}

/** The business day before the present one, once it has settled. */
export const reckonMains = async (
  db: Db,
  complexId: ComplexId,
  stop?: AbortSignal,
): Promise<void> => {
  const scope = systemScope('alarms', [complexId])
  const { mains, ...of } = await db.as(scope, async (tx) => {
    const { zone, dayCutMinutes } = await complexDays(tx, complexId)
    const cut = (at: Instant) => {
      const present = businessDay(at, zone, dayCutMinutes)
      return { present, begins: dayBegins(present, zone, dayCutMinutes) }
    }
    const { begins: to } = cut(plusMs(tx.now, -SETTLED_MS))
    const { present: day, begins: from } = cut(plusMs(to, -1))
    return {
      day,
      from,
      to,
      mains: await mainsToReckon(tx, complexId, { day, from, to, againMs: AGAIN_MS }),
    }
  })
  // One at a time: many points hang behind some, and nothing here is in a hurry.
  for (const main of mains) {
    if (stop?.aborted) return
    await db.as(scope, async (tx) =>
      writeMainDay(tx, complexId, await reckoned(tx, complexId, main, of)),
    )
  }
}
