// A month's bills of ten thousand meters beside a year's readings 月账单: what they take, against a
// scan of the whole table. `npm run bench -- month [meters]`: 208 days of half-hours, 100 million
// readings for 10,000 meters; 30 GB of disk while it is built.

import { withClient } from '../../src/adapters/one-client.ts'
import { systemClock, systemIds } from '../../src/adapters/system.ts'
import { systemScope, type Tx } from '../../src/ports/database.ts'
import { billsListed } from '../../src/settlement/bill-list.ts'
import { billsOf } from '../../src/settlement/bill-view.ts'
import { chargeDueDays } from '../../src/settlement/charge-days.ts'
import { chargedSupplies, lastBillables } from '../../src/settlement/store.ts'
import { day, dayAfter, dayBegins, type Instant, instant, plusMs } from '../../src/shared/clock.ts'
import { complexId, type MeterId } from '../../src/shared/ids.ts'
import { type Taken, taken } from './price-measure.ts'
import { halfHours, ZONE } from './price-readings.ts'
import { MONTH, type PriceWorld, startPriceWorld } from './price-world.ts'

const METERS = 10_000
const CONNECTIONS = 4
const TIMES = 3
const SINCE = day('2026-04-07')
const LAST_DAY = day('2026-10-31')
const ENDS = dayBegins(dayAfter(LAST_DAY), ZONE, 0)
const NIGHT = plusMs(ENDS, 2 * 3_600_000)
const COMPLEX = complexId(1)
const COMPLEX_DAYS = { complexId: COMPLEX, zone: ZONE, dayCutMinutes: 0 }
const ASKED_MONTH = MONTH.slice(0, 7)
const scope = systemScope('bench', [COMPLEX])

/** Of several, the first and the fastest. */
type Several = { first: Taken; best: Taken }

const severalOf = async (
  { ownerUrl }: PriceWorld,
  run: () => Promise<unknown>,
): Promise<Several> => {
  const first = await taken(ownerUrl, run)
  let best = first
  for (let i = 1; i < TIMES; i++) {
    const next = await taken(ownerUrl, run)
    if (next.seconds < best.seconds) best = next
  }
  return { first, best }
}

/** As the server's settings have it: with as many processes as it takes. */
const scanned = async (world: PriceWorld): Promise<Several> =>
  withClient(world.ownerUrl, (client) =>
    severalOf(world, () => client.query('select count(*), sum(energy_wh) from reading')),
  )

/** The registers at the beginning and at the end of the month, of each meter, beside each other. */
const registersAtEnds = async ({ db }: PriceWorld, of: readonly MeterId[]): Promise<void> => {
  const meters = of.map((meterId) => ({ meterId, after: instant(0) }))
  const at = (end: Instant) => db.as(scope, (tx) => lastBillables(tx, COMPLEX, meters, end))
  await Promise.all([at(dayBegins(MONTH, ZONE, 0)), at(ENDS)])
}

/** The list of all bills of the month, with their sums. */
const listOf =
  (meters: number) =>
  (tx: Tx): Promise<unknown> =>
    billsListed(tx, COMPLEX_DAYS, { month: ASKED_MONTH, after: null, limit: meters })

const shown = (tx: Tx): Promise<unknown> =>
  billsOf(tx, { month: ASKED_MONTH, of: { complex: COMPLEX }, within: null })

const inMs = (seconds: number): string => (seconds * 1_000).toFixed(0)

/** First beside first, when little of either was in memory; fastest beside fastest. */
const row = (what: string, { first, best }: Several, scan: Several): string => {
  const share = (part: Taken, whole: Taken) => (whole.seconds / part.seconds).toFixed(1)
  const { oursS, serversS } = best
  return (
    `${what}: ${inMs(first.seconds)} ms (1/${share(first, scan.first)}), ` +
    `then ${inMs(best.seconds)} ms (1/${share(best, scan.best)}); ` +
    `CPU ${inMs(oursS)} ms here, ${inMs(serversS)} ms of the server`
  )
}

export const benchMonth = async (): Promise<string> => {
  const meters = Number(process.argv[3] ?? METERS)
  const time = { meters, since: SINCE, lastDay: LAST_DAY }
  const began = performance.now()
  const world = await startPriceWorld(time, CONNECTIONS)
  try {
    const { db, ownerUrl } = world
    const built = (performance.now() - began) / 1_000
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    const clock = { ...systemClock, now: () => NIGHT }
    const scan = await scanned(world)
    const supplies = await db.as(scope, (tx) => chargedSupplies(tx, COMPLEX))
    const hung = supplies.map(({ meterId }) => meterId)
    const ends = await severalOf(world, () => registersAtEnds(world, hung))
    const deps = { db, ids: systemIds, clock, log, holder: 'bench' }
    const priced = await taken(ownerUrl, () => chargeDueDays(deps))
    await withClient(ownerUrl, (client) => client.query('vacuum analyze month_bill, usage_day'))
    const list = await severalOf(world, () => db.as(scope, listOf(meters)))
    const bills = await severalOf(world, () => db.as(scope, shown))
    return [
      `${meters} meters × ${halfHours(time)} half-hours, built in ${built.toFixed(0)} s; October:`,
      `scan of the whole table: ${inMs(scan.first.seconds)} ms, then ${inMs(scan.best.seconds)} ms`,
      row('registers at both ends of the month', ends, scan),
      row('all bills of the month as a list, with their sums', list, scan),
      row('all bills as they are shown, line by line', bills, scan),
      row('the month priced anew, posted and written', { first: priced, best: priced }, scan),
    ].join('\n')
  } finally {
    await world.stop()
  }
}
