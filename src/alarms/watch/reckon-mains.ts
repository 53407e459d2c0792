// Main meters reckoned against those behind them 总分表核算: yesterday's business day, once readings
// near both its ends are there. What is not known of one point is not known of the day.

import { complexDays } from '../../ledger/posting-day.ts'
import { pointUsageBetween, type Usage } from '../../metering/readings/usage-store.ts'
import { type Db, systemScope, type Tx } from '../../ports/database.ts'
import { businessDay, dayBegins, type Instant, plusMs } from '../../shared/clock.ts'
import type { ComplexId, PointId } from '../../shared/ids.ts'
import { type Main, type MainDay, mainsToReckon, writeMainDay } from './main-store.ts'

/** An energy round: a reading further from midnight than this makes a loss where none is. */
const NEAR_MS = 1_800_000
/** Freezes of midnight are fetched within the hour. */
const SETTLED_MS = 3_600_000
/** What was not read may come late. */
const AGAIN_MS = 3_600_000

type Span = { from: Instant; to: Instant }

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

const reckoned = async (
  tx: Tx,
  complexId: ComplexId,
  { mainId, subs }: Main,
  { day, ...span }: Span & Pick<MainDay, 'day'>,
): Promise<MainDay> => {
  const main = await countedAt(tx, complexId, mainId, span)
  let [subsWh, unread] = [0, main === null ? 1 : 0]
  for (const sub of subs) {
    const used = await countedAt(tx, complexId, sub, span)
    subsWh += used ?? 0
    unread += used === null ? 1 : 0
  }
  return { pointId: mainId, day, mainWh: main ?? 0, subsWh, subs: subs.length, unread }
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
