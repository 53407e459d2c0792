import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { deliverWaiting } from '../../test/delivered.ts'
import { hurriedClock } from '../../test/lying-meter.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { openAccount } from '../accounts/open.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { xlsxSheets } from '../adapters/sheets.ts'
import { auditBooks } from '../ledger/audit.ts'
import { complexDays } from '../ledger/posting-day.ts'
import { ensurePartitions } from '../metering/readings/partitions.ts'
import { systemScope } from '../ports/database.ts'
import { layMultiplier } from '../rerating/lay-multiplier.ts'
import { previewRerate } from '../rerating/preview.ts'
import { rerateDetail, reratingNamed } from '../rerating/view.ts'
import { must } from '../shared/assert.ts'
import {
  businessDay,
  dayAfter,
  dayBegins,
  type Instant,
  plusMs,
  rfc3339,
  sqlTime,
} from '../shared/clock.ts'
import { RERATE_WORK } from '../work/rerate.ts'
import { addWork } from '../work/store.ts'
import { chargeWallets } from './charge-wallets.ts'
import type { SettlementDeps } from './deps.ts'
import { rerate, rerateDue } from './rerate.ts'

const ZONE = 'Asia/Shanghai'
const clock = hurriedClock()
const errors: unknown[] = []
let base: Awaited<ReturnType<typeof freshDatabase>>
let complex: TinyComplex
let deps: SettlementDeps

const sql = <Row>(text: string, params: readonly unknown[] = []) =>
  base.db.as(systemScope('test'), (tx) => tx.query<Row>(text, params))
const meter = () => must(complex.meters[0], 'the meter').meterId

beforeAll(async () => {
  base = await freshDatabase({ clock })
  await ensurePartitions((text) => ownerQuery(base.ownerUrl)(text), clock.now())
  complex = await tinyComplex(base.db, { meters: 1 })
  const log = { info: () => {}, warn: () => {}, error: (...said: unknown[]) => errors.push(said) }
  deps = { db: base.db, ids: complex.deps.ids, clock, log, holder: 'test' }
  await openAccount(complex.deps, complex.clerk, {
    requestId: 'open',
    complexId: complex.complexId,
    tenant: { name: '云裳服饰' },
    meters: [
      {
        ...{ meterId: meter(), planId: complex.planId },
        ...{ alarm1Fen: 5_000, alarm2Fen: 2_000, firstPurchaseFen: 20_000 },
      },
    ],
  })
  await deliverWaiting(complex.deps, complex, meter())
  await sql('update installation set since = $1, initial_wh = 0', [sqlTime(clock.now())])
})
afterAll(() => base.drop())

/** The status round reads wallet and register at one moment. */
const shows = async (at: Instant, energyWh: number, balanceFen: number) => {
  clock.skip(at - clock.now())
  const values = [complex.complexId, meter(), sqlTime(at), balanceFen, energyWh]
  await sql(
    `insert into reading (complex_id, meter_id, at, source, received_at, balance_fen, energy_wh)
     values ($1, $2, $3, 2, $3, $4, $5)`,
    values,
  )
  await sql(
    `insert into latest (complex_id, meter_id, seq, balance_fen, balance_at, energy_wh, energy_at)
     values ($1, $2, 9, $4, $3, $5, $3) on conflict (complex_id, meter_id) do update
     set balance_fen = $4, balance_at = $3, energy_wh = $5, energy_at = $3`,
    values,
  )
  await chargeWallets(deps)
}

const midnights = () => {
  const first = dayAfter(businessDay(clock.now(), ZONE, 0))
  return [first, dayAfter(first), dayAfter(dayAfter(first))].map((day) =>
    plusMs(dayBegins(day, ZONE, 0), 60_000),
  )
}

const check = async () => {
  const rows = await sql<{ deducted: number; priced: number; astray: number }>(
    `select deducted_fen as deducted, priced_fen as priced, astray_days as astray
     from wallet_check`,
  )
  return rows[0]
}

const owed = async () => {
  const rows = await sql<{ fen: number }>(
    "select balance_fen as fen from ledger_account where path like 'account/%/carry'",
  )
  return rows[0]?.fen ?? 0
}

test('what a meter deducts at another price than ours is told with its figures', async () => {
  const [one = clock.now(), two = one, three = two] = midnights()
  // 10 kWh × 1.05 yuan.
  await shows(one, 10_000, 18_950)
  expect(await check()).toEqual({ deducted: 1_050, priced: 1_050, astray: 0 })
  await shows(two, 20_000, 16_950)
  expect(await check()).toEqual({ deducted: 2_000, priced: 1_050, astray: 1 })
  await shows(three, 30_000, 14_950)
  expect(await check()).toEqual({ deducted: 2_000, priced: 1_050, astray: 2 })
})

test('a price of the past is carried to the next sale, once', async () => {
  await sql(
    `insert into plan_version (complex_id, plan_id, version, effective_from, definition,
       cheapest_e8, dearest_e8, saved_at)
     select complex_id, plan_id, 99, effective_from, '{"kind":"flat","priceE8":115000000}', 0, 1, $2
     from plan_version where plan_id = $1`,
    [complex.planId, sqlTime(clock.now())],
  )
  for (const _time of [1, 2]) {
    const work = { complexId: complex.complexId, kind: RERATE_WORK, key: `plan/${complex.planId}` }
    await base.db.as(systemScope('test'), (tx) => addWork(tx, deps.ids, work))
    await rerateDue(deps)
    // 30 kWh × 0.10 yuan.
    expect(await owed()).toBe(300)
  }
})

test('another multiplier of the past is previewed as what is carried then', async () => {
  const { deps: selling, clerk, complexId } = complex
  const [hung] = await sql<{ id: number; since: Instant }>(
    "update installation set side = 'secondary' returning installation_id as id, since",
  )
  const { id: installationId, since } = must(hung, 'it hangs')
  const rerateDeps = { ...selling, models: new Map(), sheets: xlsxSheets }
  const effectiveFrom = rfc3339(plusMs(since, 60_000 - (since % 60_000)), ZONE)
  const multiplied = { kind: 'multiplier', installationId, side: 'secondary' } as const
  const change = { ...multiplied, multiplier: 2, effectiveFrom }
  const place = await base.db.as(systemScope('test'), (tx) => complexDays(tx, complexId))
  const ask = { change, note: '倍率更正', requestId: 'preview' }
  const reratingId = await previewRerate(rerateDeps, clerk, place, ask)
  const shown = await base.db.as(clerk, async (tx) =>
    rerateDetail(tx, await reratingNamed(tx, reratingId, undefined)),
  )
  // Each of the 30 kWh since the first minute was two, at 1.15 yuan by now.
  expect(shown.items).toMatchObject([{ mode: 'meter', postedTo: 'carry' }])
  expect(shown.differenceFen).toBeGreaterThan(3_400)
  expect(shown.differenceFen).toBeLessThanOrEqual(3_450)
  const before = await owed()
  const reached = await base.db.as(systemScope('test'), (tx) =>
    layMultiplier(tx, place, { change, note: '' }).then((laid) => laid.reached),
  )
  await base.db.as(systemScope('test'), (tx) => rerate(tx, deps, place, reached, 'installation'))
  expect((await owed()) - before).toBe(shown.differenceFen)
  expect(await auditBooks(base.db)).toEqual([])
  expect(errors).toEqual([])
})
