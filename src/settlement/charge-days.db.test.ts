import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { SOUND_METER, type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { openAccount } from '../accounts/open.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { systemClock } from '../adapters/system.ts'
import { auditBooks } from '../ledger/audit.ts'
import { ensurePartitions } from '../metering/readings/partitions.ts'
import type { Clock } from '../ports/clock.ts'
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
import { chargeDueDays } from './charge-days.ts'
import type { SettlementDeps } from './deps.ts'

const ZONE = 'Asia/Shanghai'
const HOUR_MS = 3_600_000

let base: Awaited<ReturnType<typeof freshDatabase>>
let complex: TinyComplex
let deps: SettlementDeps
let openedAt: Instant
let today: Day
let now: Instant

const errors: unknown[] = []

beforeAll(async () => {
  base = await freshDatabase()
  await ensurePartitions((sql) => ownerQuery(base.ownerUrl)(sql), systemClock.now())
  complex = await tinyComplex(base.db, { meters: 4 })
  complex.deps.capabilitiesOf = () => ({ ...SOUND_METER, prepaid: false, replayGuard: 'none' })
  openedAt = await base.db.as(systemScope('test'), async (tx) => tx.now)
  today = businessDay(openedAt, ZONE, 0)
  now = openedAt
  const clock: Clock = {
    now: () => now,
    mono: () => now,
    sleep: async () => {},
    after: () => () => {},
  }
  const log = { info: () => {}, warn: () => {}, error: (...said: unknown[]) => errors.push(said) }
  deps = { db: base.db, ids: complex.deps.ids, clock, log, holder: 'test' }
})
afterAll(() => base.drop())

const meterAt = (index: number) => must(complex.meters[index], 'a meter').meterId

const open = (index: number, firstPurchaseFen: number) =>
  openAccount(complex.deps, complex.clerk, {
    requestId: `open-${index}`,
    complexId: complex.complexId,
    tenant: { name: '云栖酒店' },
    mode: 'centre',
    meters: [
      {
        meterId: meterAt(index),
        planId: complex.planId,
        alarm1Fen: 5_000,
        alarm2Fen: 2_000,
        initialWh: 1_000_000,
        firstPurchaseFen,
      },
    ],
  })

const reads = (index: number, at: Instant, energyWh: number, flags = 0) =>
  base.db.as(systemScope('test'), (tx) =>
    tx.query(
      `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh, flags)
       values ($1, $2, to_timestamp($3 / 1000.0), 1, to_timestamp($3 / 1000.0), $4, $5)`,
      [complex.complexId, meterAt(index), at, energyWh, flags],
    ),
  )

const days = (index: number) =>
  base.db.as(systemScope('test'), (tx) =>
    tx.query<{ wh: number; fen: number }>(
      `select energy_wh as wh, due_fen as fen from usage_day where meter_id = $1 order by day`,
      [meterAt(index)],
    ),
  )

const balance = (account: number) =>
  base.db.as(systemScope('test'), async (tx) => {
    const rows = await tx.query<{ fen: number }>(
      'select balance_fen as fen from ledger_account where path = $1',
      [`account/${account}/balance`],
    )
    return -must(rows[0], 'the balance').fen
  })

const midnight = (after: number): Instant =>
  dayBegins(
    Array.from({ length: after }).reduce<Day>((one) => dayAfter(one), today),
    ZONE,
    0,
  )

const later = async (to: Instant) => {
  now = to
  await chargeDueDays(deps)
}

test('each day is charged once, with the last register of the day', async () => {
  const { accountId } = await open(0, 10_000)
  await reads(0, plusMs(midnight(1), -1), 1_003_000)
  await reads(0, plusMs(midnight(1), 60_000), 1_003_500)
  await later(plusMs(midnight(1), HOUR_MS))
  expect(await days(0)).toEqual([])
  await later(plusMs(midnight(1), 2 * HOUR_MS))
  await later(plusMs(midnight(1), 3 * HOUR_MS))
  // 3 kWh × 1.05 yuan
  expect(await days(0)).toEqual([{ wh: 3_000, fen: 315 }])
  expect(await balance(accountId)).toBe(10_000 - 315)
  await reads(0, plusMs(midnight(2), -1), 1_004_000)
  await later(plusMs(midnight(2), 2 * HOUR_MS))
  expect(await days(0)).toEqual([
    { wh: 3_000, fen: 315 },
    { wh: 1_000, fen: 105 },
  ])
  expect(await auditBooks(base.db)).toEqual([])
})

test('days without a reading cost nothing; the first good one charges what was used', async () => {
  now = openedAt
  await open(1, 10_000)
  await reads(1, plusMs(midnight(3), -1), 1_010_000)
  // A suspicious figure nobody has decided about is not billed.
  await reads(1, plusMs(midnight(3), 0), 9_000_000, 2)
  await later(plusMs(midnight(3), 2 * HOUR_MS))
  expect(await days(1)).toEqual([
    { wh: 0, fen: 0 },
    { wh: 0, fen: 0 },
    { wh: 10_000, fen: 1_050 },
  ])
  expect(await auditBooks(base.db)).toEqual([])
})

test('two centres charging at once charge once', async () => {
  now = openedAt
  await open(2, 10_000)
  await reads(2, plusMs(midnight(1), -1), 1_002_000)
  now = plusMs(midnight(1), 2 * HOUR_MS)
  await Promise.all([chargeDueDays(deps), chargeDueDays(deps), chargeDueDays(deps)])
  expect(await days(2)).toEqual([{ wh: 2_000, fen: 210 }])
  expect(await auditBooks(base.db)).toEqual([])
  expect(errors).toEqual([])
})
