// How fast readings become posted charges 计价结算: half a month of half-hours of many meters, by
// five periods and three tiers, from stored readings to postings, charges and bills; and bills as
// shown. `npm run bench -- price [meters]`.

import { systemClock, systemIds } from '../../src/adapters/system.ts'
import { systemScope } from '../../src/ports/database.ts'
import { billsOf } from '../../src/settlement/bill-view.ts'
import { chargeDueDays } from '../../src/settlement/charge-days.ts'
import { must } from '../../src/shared/assert.ts'
import { day, dayAfter, dayBegins, plusMs } from '../../src/shared/clock.ts'
import { complexId } from '../../src/shared/ids.ts'
import { type Taken, taken } from './price-measure.ts'
import { halfHours, ZONE } from './price-readings.ts'
import { MONTH, type PriceWorld, startPriceWorld } from './price-world.ts'

const METERS = 10_000
const BILLS = 500
const CONNECTIONS = 4
const LAST_DAY = day('2026-10-15')
const HALF_HOURS = halfHours({ since: MONTH, lastDay: LAST_DAY })
/** By then the readings of the day's end have come. */
const NIGHT = plusMs(dayBegins(dayAfter(LAST_DAY), ZONE, 0), 2 * 3_600_000)
/** A peer's rate from readings to rows in its database, on this class of machine. */
const PEER_RATE = 6_100
const MEMORY_EVERY_MS = 50

const scope = systemScope('bench', [complexId(1)])

/** The most memory that this process held meanwhile, MB. */
const peakOf = async (run: () => Promise<void>): Promise<number> => {
  let peak = 0
  const look = () => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }
  const timer = setInterval(look, MEMORY_EVERY_MS)
  await run()
  look()
  clearInterval(timer)
  return Math.round(peak / 2 ** 20)
}

const showBills = async ({ db }: PriceWorld, bills: number): Promise<void> => {
  for (let supply = 1; supply <= bills; supply++)
    await db.as(scope, (tx) => billsOf(tx, { month: '2026-10', of: { supply }, within: null }))
}

const postedRows = async (world: PriceWorld) => {
  const rows = await world.db.as(scope, (tx) =>
    tx.query<{ postings: number; wh: number }>(
      `select (select count(*) from posting where kind = 'consumption')::int as postings,
         (select sum(energy_wh) from usage_day)::bigint as wh`,
    ),
  )
  return must(rows[0], 'the rows are counted')
}

export const benchPrice = async (): Promise<string> => {
  const meters = Number(process.argv[3] ?? METERS)
  const world = await startPriceWorld({ meters, since: MONTH, lastDay: LAST_DAY }, CONNECTIONS)
  try {
    const { db } = world
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    const clock = { ...systemClock, now: () => NIGHT }
    const deps = { db, ids: systemIds, clock, log, holder: 'bench' }
    let peak = 0
    const charged = await taken(world.ownerUrl, async () => {
      peak = await peakOf(() => chargeDueDays(deps))
    })
    const { postings, wh } = await postedRows(world)
    const rate = (meters * HALF_HOURS) / 2 / charged.seconds
    const bills = Math.min(BILLS, meters)
    const shown = await taken(world.ownerUrl, () => showBills(world, bills))
    const cpu = ({ oursS, serversS }: Taken) =>
      `CPU: ${oursS.toFixed(1)} s here, ${serversS.toFixed(1)} s of the server`
    const took = ({ seconds }: Taken) => `${seconds.toFixed(1)} s`
    return [
      `${meters} × ${HALF_HOURS} half-hours: ${postings} postings in ${took(charged)}`,
      cpu(charged),
      `${Math.round(rate)} meter-hours/s, ${(rate / PEER_RATE).toFixed(0)} × the peer; ${peak} MB`,
      `${Math.round(wh / 1_000)} kWh charged; ${bills} month bills in ${took(shown)}`,
      cpu(shown),
    ].join('\n')
  } finally {
    await world.stop()
  }
}
