// A month's bills of ten thousand meters beside a year's readings 月账单: what they take, against a
// scan of the whole table. `npm run bench -- month [meters]`: 208 days of half-hours, 100 million
// readings for 10,000 meters; 20 GB of disk and some minutes to build.

import { withClient } from '../../src/adapters/one-client.ts'
import { systemClock, systemIds } from '../../src/adapters/system.ts'
import { systemScope, type Tx } from '../../src/ports/database.ts'
import { chargedRows } from '../../src/price-cap/report-store.ts'
import { billsOf } from '../../src/settlement/bill-view.ts'
import { chargeDueDays } from '../../src/settlement/charge-days.ts'
import { type ChargedSupply, chargedSupplies, lastBillables } from '../../src/settlement/store.ts'
import { day, dayAfter, dayBegins, instant, plusMs } from '../../src/shared/clock.ts'
import { complexId } from '../../src/shared/ids.ts'
import { halfHours, MONTH, type PriceWorld, startPriceWorld, ZONE } from './price-world.ts'

const METERS = 10_000
const CONNECTIONS = 4
const TIMES = 3
const SINCE = day('2026-04-07')
const LAST_DAY = day('2026-10-31')
const ENDS = dayBegins(dayAfter(LAST_DAY), ZONE, 0)
const NIGHT = plusMs(ENDS, 2 * 3_600_000)
const COMPLEX = complexId(1)
const scope = systemScope('bench', [COMPLEX])

const timed = async (run: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await run()
  return performance.now() - began
}

/** Of several, the first and the fastest, ms. */
const severalOf = async (run: () => Promise<unknown>): Promise<{ first: number; best: number }> => {
  const all: number[] = []
  for (let i = 0; i < TIMES; i++) all.push(await timed(run))
  return { first: all[0] ?? 0, best: Math.min(...all) }
}

const scanAll = (world: PriceWorld) => () =>
  withClient(world.ownerUrl, (client) => client.query('select sum(energy_wh) from reading'))

/** The registers at the beginning and at the end of the month, of each meter. */
const registersAtEnds =
  (supplies: readonly ChargedSupply[]) =>
  async (tx: Tx): Promise<void> => {
    const meters = supplies.map(({ meterId }) => ({ meterId, after: instant(0) }))
    await lastBillables(tx, COMPLEX, meters, dayBegins(MONTH, ZONE, 0))
    await lastBillables(tx, COMPLEX, meters, ENDS)
  }

export const benchMonth = async (): Promise<string> => {
  const meters = Number(process.argv[3] ?? METERS)
  const time = { meters, since: SINCE, lastDay: LAST_DAY }
  const world = await startPriceWorld(time, CONNECTIONS)
  try {
    const { db } = world
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    const clock = { ...systemClock, now: () => NIGHT }
    const scan = await severalOf(scanAll(world))
    const supplies = await db.as(scope, (tx) => chargedSupplies(tx, COMPLEX))
    const ends = await severalOf(() => db.as(scope, registersAtEnds(supplies)))
    const deps = { db, ids: systemIds, clock, log, holder: 'bench' }
    const priced = await timed(() => chargeDueDays(deps))
    await withClient(world.ownerUrl, (client) =>
      client.query('vacuum analyze month_bill, usage_day'),
    )
    const charged = await severalOf(() => db.as(scope, (tx) => chargedRows(tx, COMPLEX, MONTH)))
    const asked = { month: MONTH.slice(0, 7), of: { complex: COMPLEX }, within: null }
    const bills = await severalOf(() => db.as(scope, (tx) => billsOf(tx, asked)))
    const row = (what: string, { first, best }: { first: number; best: number }) => {
      const share = (scan.best / best).toFixed(1)
      return `${what}: ${first.toFixed(0)} ms, then ${best.toFixed(0)} ms: 1/${share}`
    }
    return [
      `${meters} meters × ${halfHours(time)} half-hours, October of ${meters} meters`,
      row('scan of the whole table', scan),
      row('registers at both ends of the month', ends),
      row('what each was charged for the month, by kind', charged),
      row('every bill of the month as it is shown', bills),
      `the month priced anew, posted and written: ${(priced / 1_000).toFixed(1)} s`,
    ].join('\n')
  } finally {
    await world.stop()
  }
}
