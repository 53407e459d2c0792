// How fast readings become posted charges 计价结算: half a month of half-hours of many meters, by
// five periods and three tiers, from stored readings to postings, charges and bills; and bills as
// shown. `npm run bench -- price [meters]`.

import { withClient } from '../../src/adapters/one-client.ts'
import { systemClock, systemIds } from '../../src/adapters/system.ts'
import { systemScope } from '../../src/ports/database.ts'
import { billsOf } from '../../src/settlement/bill-view.ts'
import { chargeDueDays } from '../../src/settlement/charge-days.ts'
import { must } from '../../src/shared/assert.ts'
import { day, dayAfter, dayBegins, plusMs } from '../../src/shared/clock.ts'
import { complexId } from '../../src/shared/ids.ts'
import { cpuOf } from './ingest-world.ts'
import { halfHours, MONTH, type PriceWorld, startPriceWorld, ZONE } from './price-world.ts'

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

const timed = async (run: () => Promise<void>): Promise<number> => {
  const began = performance.now()
  await run()
  return (performance.now() - began) / 1_000
}

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

/** CPU that the server's processes of this program have used so far, s. */
const serverCpu = (world: PriceWorld): Promise<number> =>
  withClient(world.ownerUrl, async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity
       where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    )
    return rows.reduce((sum, { pid }) => sum + (cpuOf(pid) ?? 0), 0) / 1e6
  })

type Cpu = { ours: number; servers: number }

/** CPU that something took here and in the server, s: other programs do not count in it. */
const cpuOfRun = async (world: PriceWorld, run: () => Promise<void>): Promise<Cpu> => {
  const before = await serverCpu(world)
  const own = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(own)
  return { ours: (user + system) / 1e6, servers: (await serverCpu(world)) - before }
}

const showBills = (world: PriceWorld, bills: number): Promise<number> =>
  timed(async () => {
    for (let supply = 1; supply <= bills; supply++)
      await world.db.as(scope, (tx) =>
        billsOf(tx, { month: '2026-10', of: { supply }, within: null }),
      )
  })

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
    let seconds = 0
    let peak = 0
    const cpu = await cpuOfRun(world, async () => {
      peak = await peakOf(async () => {
        seconds = await timed(() => chargeDueDays(deps))
      })
    })
    const { postings, wh } = await postedRows(world)
    const rate = (meters * HALF_HOURS) / 2 / seconds
    const bills = Math.min(BILLS, meters)
    const shown = await showBills(world, bills)
    return [
      `${meters} × ${HALF_HOURS} half-hours: ${postings} postings in ${seconds.toFixed(1)} s`,
      `CPU: ${cpu.ours.toFixed(1)} s here, ${cpu.servers.toFixed(1)} s of the server`,
      `${Math.round(rate)} meter-hours/s, ${(rate / PEER_RATE).toFixed(0)} × the peer; ${peak} MB`,
      `${Math.round(wh / 1_000)} kWh charged; ${bills} month bills shown in ${shown.toFixed(1)} s`,
    ].join('\n')
  } finally {
    await world.stop()
  }
}
