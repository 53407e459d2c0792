import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { deliverWaiting } from '../../test/delivered.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { openAccount } from '../accounts/open.ts'
import { recharge } from '../accounts/recharge.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { systemClock } from '../adapters/system.ts'
import { auditBooks } from '../ledger/audit.ts'
import { ensurePartitions } from '../metering/readings/partitions.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import {
  businessDay,
  type Day,
  dayAfter,
  dayBegins,
  type Instant,
  plusMs,
} from '../shared/clock.ts'
import { chargeWallets } from './charge-wallets.ts'
import type { SettlementDeps } from './deps.ts'

const ZONE = 'Asia/Shanghai'
const HOUR_MS = 3_600_000

let base: Awaited<ReturnType<typeof freshDatabase>>
let complex: TinyComplex
let deps: SettlementDeps
let today: Day
let start: Instant
let now: Instant

const errors: unknown[] = []

beforeAll(async () => {
  start = systemClock.now()
  now = start
  const clock = { ...systemClock, now: () => now }
  base = await freshDatabase({ clock })
  await ensurePartitions((sql) => ownerQuery(base.ownerUrl)(sql), now)
  complex = await tinyComplex(base.db, { meters: 6 })
  today = businessDay(now, ZONE, 0)
  const log = { info: () => {}, warn: () => {}, error: (...said: unknown[]) => errors.push(said) }
  deps = { db: base.db, ids: complex.deps.ids, clock, log, holder: 'test' }
})
afterAll(() => base.drop())

const meterAt = (index: number) => must(complex.meters[index], 'a meter').meterId
const midnight = (after: number): Instant =>
  dayBegins(
    Array.from({ length: after }).reduce<Day>((one) => dayAfter(one), today),
    ZONE,
    0,
  )

const open = async (index: number, firstPurchaseFen: number) => {
  const { accountId } = await openAccount(complex.deps, complex.clerk, {
    requestId: `open-${index}`,
    complexId: complex.complexId,
    tenant: { name: '云裳服饰' },
    meters: [
      {
        meterId: meterAt(index),
        planId: complex.planId,
        alarm1Fen: 5_000,
        alarm2Fen: 2_000,
        firstPurchaseFen,
      },
    ],
  })
  await deliverWaiting(complex.deps, complex, meterAt(index))
  return accountId
}

const shows = (index: number, at: Instant, balanceFen: number, flags = 0) =>
  base.db.as(systemScope('test'), async (tx) => {
    const values = [complex.complexId, meterAt(index), at, balanceFen]
    await tx.query(
      `insert into reading (complex_id, meter_id, at, source, received_at, balance_fen, flags)
       values ($1, $2, to_timestamp($3 / 1000.0), 2, to_timestamp($3 / 1000.0), $4, $5)`,
      [...values, flags],
    )
    await tx.query(
      `insert into latest (complex_id, meter_id, seq, balance_fen, balance_at)
       values ($1, $2, 1000 + $2, $4, to_timestamp($3 / 1000.0))
       on conflict (complex_id, meter_id) do update set balance_fen = $4,
         balance_at = excluded.balance_at`,
      values,
    )
  })

const days = (index: number) =>
  base.db.as(systemScope('test'), async (tx) => {
    const rows = await tx.query<{ day: string; fen: number }>(
      `select day::text, due_fen as fen from usage_day where meter_id = $1 order by day, version`,
      [meterAt(index)],
    )
    return rows.map((row) => [row.day, row.fen])
  })

const credit = (index: number) =>
  base.db.as(systemScope('test'), async (tx) => {
    const rows = await tx.query<{ fen: number }>(
      `select -balance_fen as fen from ledger_account a
       join epoch e on a.path = 'supply/' || e.supply_id || '/credit' where e.meter_id = $1`,
      [meterAt(index)],
    )
    return must(rows[0], 'the credit').fen
  })

const later = async (to: Instant) => {
  now = to
  await chargeWallets(deps)
}

const restart = () => {
  now = start
}

test('each day posts once what the wallet lost, by the first reading of the next', async () => {
  await open(0, 10_000)
  await shows(0, plusMs(midnight(1), -HOUR_MS), 8_000)
  await later(plusMs(midnight(1), -1))
  expect(await days(0)).toEqual([])
  await shows(0, plusMs(midnight(1), 60_000), 7_000)
  await shows(0, plusMs(midnight(1), HOUR_MS), 6_500)
  await later(plusMs(midnight(1), 2 * HOUR_MS))
  await later(plusMs(midnight(1), 3 * HOUR_MS))
  expect(await days(0)).toEqual([[today, 3_000]])
  expect(await credit(0)).toBe(7_000)
  expect(await auditBooks(base.db)).toEqual([])
})

test('a day without a sound reading is posted with the next one', async () => {
  restart()
  await open(1, 10_000)
  await shows(1, plusMs(midnight(1), 60_000), 1, 2)
  await later(plusMs(midnight(1), 2 * HOUR_MS))
  expect(await days(1)).toEqual([])
  await shows(1, plusMs(midnight(3), 60_000), 4_000)
  await later(plusMs(midnight(3), 2 * HOUR_MS))
  expect(await days(1)).toEqual([[dayAfter(dayAfter(today)), 6_000]])
})

test('a meter that shows more than the books has used nothing', async () => {
  restart()
  await open(2, 10_000)
  await shows(2, plusMs(midnight(1), 60_000), 10_500)
  await later(plusMs(midnight(1), 2 * HOUR_MS))
  expect(await days(2)).toEqual([[today, 0]])
  expect(await credit(2)).toBe(10_000)
})

test('money that came after the reading, or is under way, is not taken for used', async () => {
  restart()
  const accountId = await open(3, 10_000)
  await shows(3, plusMs(midnight(1), 60_000), 9_000)
  now = plusMs(midnight(1), HOUR_MS)
  const sale = { requestId: 'more', accountId, amountFen: 5_000, method: 'cash' } as const
  await recharge(complex.deps, complex.clerk, sale)
  await deliverWaiting(complex.deps, complex, meterAt(3))
  await later(plusMs(midnight(1), 2 * HOUR_MS))
  expect(await days(3)).toEqual([[today, 1_000]])
  expect(await credit(3)).toBe(14_000)
  // Armed before the next reading: whether it holds the money, nobody knows.
  await recharge(complex.deps, complex.clerk, { ...sale, requestId: 'again', amountFen: 700 })
  await base.db.as(systemScope('test'), (tx) =>
    tx.query(
      `update purchase set state = 'ARMED', n = 3, armed_at = to_timestamp($2 / 1000.0)
       where meter_id = $1 and state = 'QUEUED'`,
      [meterAt(3), midnight(2)],
    ),
  )
  await shows(3, plusMs(midnight(2), 60_000), 13_000)
  await later(plusMs(midnight(2), HOUR_MS))
  expect(await days(3)).toHaveLength(1)
  await deliverWaiting(complex.deps, complex, meterAt(3))
  await shows(3, plusMs(midnight(2), 2 * HOUR_MS), 13_200)
  await later(plusMs(midnight(2), 3 * HOUR_MS))
  expect(await days(3)).toEqual([
    [today, 1_000],
    [dayAfter(today), 1_500],
  ])
  expect(await auditBooks(base.db)).toEqual([])
  expect(errors).toEqual([])
})

test('two centres at once post once', async () => {
  restart()
  await open(4, 2_000)
  await shows(4, plusMs(midnight(1), 60_000), 500)
  now = plusMs(midnight(1), HOUR_MS)
  await Promise.all([chargeWallets(deps), chargeWallets(deps), chargeWallets(deps)])
  expect(await days(4)).toEqual([[today, 1_500]])
  expect(await auditBooks(base.db)).toEqual([])
  expect(errors).toEqual([])
})

test('a register that was read after its day was posted is found by the next one', async () => {
  restart()
  await open(5, 10_000)
  const counted = (at: Instant, energyWh: number) =>
    base.db.as(systemScope('test'), (tx) =>
      tx.query(
        `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh)
         values ($1, $2, to_timestamp($3 / 1000.0), 1, to_timestamp($3 / 1000.0), $4)`,
        [complex.complexId, meterAt(5), at, energyWh],
      ),
    )
  const energies = () =>
    base.db.as(systemScope('test'), (tx) =>
      tx.query(
        `select energy_wh as wh, due_fen as fen from usage_day where meter_id = $1 order by day`,
        [meterAt(5)],
      ),
    )
  // The register that the demo's meter was hung with.
  const hungWh = 9_833_700
  await counted(plusMs(start, 1_000), hungWh + 1_000)
  await shows(5, plusMs(midnight(1), 60_000), 9_000)
  await later(plusMs(midnight(1), HOUR_MS))
  await counted(plusMs(midnight(1), HOUR_MS / 6), hungWh + 9_000)
  await shows(5, plusMs(midnight(2), 60_000), 8_000)
  await later(plusMs(midnight(2), HOUR_MS))
  expect(await energies()).toEqual([
    { wh: 1_000, fen: 1_000 },
    { wh: 8_000, fen: 1_000 },
  ])
})
