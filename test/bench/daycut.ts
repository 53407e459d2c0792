// What the day cut costs and what is left between two of them 日结: the balance of an account in
// centre mode as screens ask for it, and the night's posting and checking of wallets.
// `npm run bench -- daycut [supplies]`.

import { withClient } from '../../src/adapters/one-client.ts'
import { systemClock, systemIds } from '../../src/adapters/system.ts'
import { systemScope } from '../../src/ports/database.ts'
import { centreBalances } from '../../src/settlement/centre-balance.ts'
import { chargeDueDays } from '../../src/settlement/charge-days.ts'
import { chargeWallets } from '../../src/settlement/charge-wallets.ts'
import { must } from '../../src/shared/assert.ts'
import { day, dayAfter, dayBegins, type Instant, plusMs, sqlTime } from '../../src/shared/clock.ts'
import { accountId, complexId } from '../../src/shared/ids.ts'
import { longestHeld } from './longest-held.ts'
import { type Taken, taken } from './price-measure.ts'
import { halfHours, insertOf, ZONE } from './price-readings.ts'
import { MONTH, type PriceWorld, startPriceWorld } from './price-world.ts'

const SUPPLIES = 5_000
const ASKED = 1_000
const CONNECTIONS = 4
const LAST_DAY = day('2026-10-15')
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const CUT = dayBegins(dayAfter(LAST_DAY), ZONE, 0)
const NEXT_CUT = dayBegins(dayAfter(dayAfter(LAST_DAY)), ZONE, 0)
const COMPLEX = complexId(1)
const scope = systemScope('bench', [COMPLEX])
/** Of each wallet, in the books: the use of so many days. */
const POSTED_DAYS = 30
const WALLET_FEN = 100_000

const depsAt = ({ db }: PriceWorld, now: Instant) => ({
  ...{ db, ids: systemIds, clock: { ...systemClock, now: () => now }, holder: 'bench' },
  log: { info: () => {}, warn: () => {}, error: () => {} },
})

const owner = (world: PriceWorld, statements: readonly string[]): Promise<void> =>
  withClient(world.ownerUrl, async (client) => {
    for (const statement of statements) await client.query(statement)
  })

/** A whole day since the last charge: the most that is ever read for what is left. */
const readOneMoreDay = (world: PriceWorld, supplies: number): Promise<void> => {
  const time = { meters: supplies, since: MONTH, lastDay: LAST_DAY }
  const charged = halfHours(time)
  return owner(world, [
    insertOf(time, charged + 1, charged + 48),
    `insert into latest (complex_id, meter_id, seq, energy_wh, energy_at, answered_at)
     select 1, n, n, ${charged + 48} * (300 + n % 700), '${sqlTime(NEXT_CUT)}',
       '${sqlTime(NEXT_CUT)}' from generate_series(1, ${supplies}) n`,
    'vacuum analyze reading, latest, usage_mark, usage_day, month_bill, entry, posting',
  ])
}

const percentile = (sorted: readonly number[], share: number): number =>
  must(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))], 'some were asked')

/** One account after the other, as an account's page asks. */
const balancesOneByOne = async ({ db }: PriceWorld, supplies: number): Promise<number[]> => {
  const tookMs: number[] = []
  for (let asked = 0; asked < ASKED; asked++) {
    const accounts = [accountId(1 + ((asked * 7) % supplies))]
    const began = performance.now()
    await db.as(scope, (tx) => centreBalances(tx, COMPLEX, { accounts }))
    tookMs.push(performance.now() - began)
  }
  return tookMs.sort((a, b) => a - b)
}

// The same supplies with wallets: a month of use in the books, and read right after the cut.
const asWallets = (supplies: number): string[] => {
  const numbers = `generate_series(1, ${supplies}) n`
  const times = `generate_series(1, ${POSTED_DAYS}) d`
  const cut = sqlTime(NEXT_CUT)
  const path = `'supply/' || n || '/credit'`
  return [
    "update account set mode = 'meter'",
    `insert into epoch (complex_id, meter_id, epoch, supply_id, customer_no, base_count, opened_at)
     select 1, n, 1, n, lpad(n::text, 12, '0'), 0, '${sqlTime(dayBegins(MONTH, ZONE, 0))}'
     from ${numbers}`,
    `insert into ledger_account (complex_id, path, balance_fen)
     select 1, ${path}, -(${POSTED_DAYS} * ${WALLET_FEN}) from ${numbers}`,
    `insert into posting (complex_id, posting_id, request_id, kind, business_date, at,
       content_hash, lane, lane_seq, hash)
     select 1, md5('p/' || n || '/' || d)::uuid, 'p/' || n || '/' || d, 'sale',
       date '${MONTH}' - d, timestamptz '${cut}' - d * interval '1 day', '\\x00', 0,
       -(n * 1000 + d), '\\x00'
     from ${numbers}, ${times}`,
    `insert into entry (complex_id, posting_id, line, ledger_account_id, fen)
     select 1, md5('p/' || n || '/' || d)::uuid, 1, l.ledger_account_id, -${WALLET_FEN}
     from ${numbers} join ledger_account l on l.path = ${path}, ${times}`,
    `insert into wallet_mark (complex_id, supply_id, meter_id, at, balance_fen)
     select 1, n, n, '${sqlTime(CUT)}', ${POSTED_DAYS * WALLET_FEN}
     from ${numbers}`,
    `insert into reading (complex_id, meter_id, at, source, received_at, balance_fen)
     select 1, n, m.at, 1, m.at, ${POSTED_DAYS * WALLET_FEN} - 24 * (300 + n % 700) / 5
     from ${numbers}, (select timestamptz '${cut}' + m * interval '3 minutes'
       + interval '1 second' as at from generate_series(0, 1) m) m`,
    `update latest set balance_fen = 0, balance_at = '${sqlTime(plusMs(NEXT_CUT, 4 * MINUTE_MS))}'`,
    'vacuum analyze',
  ]
}

const inMs = (ms: number): string => `${ms.toFixed(1)} ms`
const cpuEach = ({ oursS, serversS }: Taken, of: number): string =>
  `CPU of each ${inMs((oursS * 1_000) / of)} here, ${inMs((serversS * 1_000) / of)} of the server`

const whatIsLeft = async (world: PriceWorld, supplies: number): Promise<string[]> => {
  await chargeDueDays(depsAt(world, plusMs(CUT, 2 * HOUR_MS)))
  await readOneMoreDay(world, supplies)
  await balancesOneByOne(world, supplies)
  let took: number[] = []
  const one = await taken(world.ownerUrl, async () => {
    took = await balancesOneByOne(world, supplies)
  })
  const all = await taken(world.ownerUrl, () =>
    world.db.as(scope, (tx) => centreBalances(tx, COMPLEX)),
  )
  return [
    `what is left of one account: p50 ${inMs(percentile(took, 0.5))}, ` +
      `p99 ${inMs(percentile(took, 0.99))} of ${ASKED}; ${cpuEach(one, ASKED)}`,
    `of all ${supplies} at once: ${all.seconds.toFixed(1)} s; ${cpuEach(all, supplies)}`,
  ]
}

const walletsOfNight = async (world: PriceWorld, supplies: number): Promise<string[]> => {
  await owner(world, asWallets(supplies))
  const deps = depsAt(world, plusMs(NEXT_CUT, 5 * MINUTE_MS))
  let heldMs = 0
  const night = await taken(world.ownerUrl, async () => {
    ;[heldMs] = await longestHeld(() => chargeWallets(deps))
  })
  const rows = await world.db.as(scope, (tx) =>
    tx.query<{ checks: number }>('select count(*)::int as checks from wallet_check'),
  )
  return [
    `${rows[0]?.checks} wallets posted and checked in ${night.seconds.toFixed(1)} s; ` +
      `${cpuEach(night, supplies)}; nothing else ran for at most ${heldMs.toFixed(0)} ms`,
  ]
}

export const benchDaycut = async (): Promise<string> => {
  const supplies = Number(process.argv[3] ?? SUPPLIES)
  const world = await startPriceWorld(
    { meters: supplies, since: MONTH, lastDay: LAST_DAY },
    CONNECTIONS,
  )
  try {
    const lines = await whatIsLeft(world, supplies)
    return [...lines, ...(await walletsOfNight(world, supplies))].join('\n')
  } finally {
    await world.stop()
  }
}
