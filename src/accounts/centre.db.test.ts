import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { SOUND_METER, type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { systemClock } from '../adapters/system.ts'
import { auditBooks } from '../ledger/audit.ts'
import { ensurePartitions } from '../metering/readings/partitions.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import { type AccountId, accountId } from '../shared/ids.ts'
import { Refusal, type RefusalCode } from '../shared/refusal.ts'
import { availableOf } from './centre-store.ts'
import { openAccount } from './open.ts'
import { recharge } from './recharge.ts'

// The demo's price: 1.05 yuan per kWh.
let base: Awaited<ReturnType<typeof freshDatabase>>
let complex: TinyComplex
let request = 0

beforeAll(async () => {
  base = await freshDatabase()
  await ensurePartitions((sql) => ownerQuery(base.ownerUrl)(sql), systemClock.now())
  complex = await tinyComplex(base.db, { meters: 8 })
  complex.deps.capabilitiesOf = () => ({ ...SOUND_METER, prepaid: false, replayGuard: 'none' })
})
afterAll(() => base.drop())

const nextId = () => `centre-${++request}`
const meterAt = (index: number) => must(complex.meters[index], 'a meter').meterId

type Wanted = { index: number; initialWh?: number; firstPurchaseFen?: number }

const open = (wanted: Wanted[], mode: 'centre' | 'meter' = 'centre') =>
  openAccount(complex.deps, complex.clerk, {
    requestId: nextId(),
    complexId: complex.complexId,
    tenant: { name: '云栖酒店' },
    mode,
    meters: wanted.map(({ index, ...rest }) => ({
      meterId: meterAt(index),
      planId: complex.planId,
      alarm1Fen: 5_000,
      alarm2Fen: 2_000,
      ...rest,
    })),
  })

const shows = (index: number, energyWh: number) =>
  base.db.as(systemScope('test'), (tx) =>
    tx.query(
      `insert into latest (complex_id, meter_id, seq, energy_wh, energy_at, answered_at)
       values ($1, $2, 1000000 + $2, $3, $4, $4)
       on conflict (complex_id, meter_id) do update set energy_wh = $3, energy_at = $4`,
      [complex.complexId, meterAt(index), energyWh, sqlTime(tx.now)],
    ),
  )

const left = (account: AccountId): Promise<{ fen: number | null; asOf: Instant | null }> =>
  base.db.as(complex.clerk, (tx) =>
    availableOf(tx, { complexId: complex.complexId, accountId: account }),
  )

const refusalOf = async (attempt: Promise<unknown>): Promise<RefusalCode | 'accepted'> => {
  try {
    await attempt
    return 'accepted'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

test('the money is on the balance at once, and falls by what the register counts', async () => {
  const { accountId: account, receipts } = await open([
    { index: 0, initialWh: 1_000_000, firstPurchaseFen: 10_000 },
  ])
  expect(receipts).toMatchObject([{ paidFen: 10_000, creditFen: 10_000, purchaseNo: 1 }])
  expect(await left(account)).toEqual({ fen: 10_000, asOf: null })
  await shows(0, 1_010_010)
  // 10.01 kWh × 1.05 = 10.5105 yuan, rounded once.
  expect(await left(account)).toMatchObject({ fen: 10_000 - 1_051 })
  expect(await auditBooks(base.db)).toEqual([])
})

test('one balance carries several meters', async () => {
  const { accountId: account, receipts } = await open([
    { index: 1, initialWh: 0, firstPurchaseFen: 6_000 },
    { index: 2, initialWh: 500_000, firstPurchaseFen: 4_000 },
  ])
  expect(receipts).toHaveLength(1)
  await shows(1, 20_000)
  await shows(2, 510_000)
  expect(await left(account)).toMatchObject({ fen: 10_000 - 2_100 - 1_050 })
})

test('a sale names no meter, is numbered by account and shows what was left', async () => {
  const { accountId: account } = await open([
    { index: 3, initialWh: 0, firstPurchaseFen: 1_000 },
    { index: 4, initialWh: 0 },
  ])
  await shows(3, 4_000)
  await shows(4, 2_000)
  const sale = {
    requestId: nextId(),
    accountId: account,
    amountFen: 2_500,
    method: 'cash',
  } as const
  const answer = await recharge(complex.deps, complex.clerk, sale)
  expect(answer).toMatchObject({
    purchaseId: null,
    receipt: { purchaseNo: 2, balanceBeforeFen: 1_000 - 630, balanceAfterFen: 3_500 - 630 },
  })
  const again = await recharge(complex.deps, complex.clerk, sale)
  expect(again.receipt.receiptNo).toBe(answer.receipt.receiptNo)
  const twin = recharge(complex.deps, complex.clerk, { ...sale, requestId: nextId() })
  expect(await refusalOf(twin)).toBe('similar_sale_recent')
  expect(await left(account)).toMatchObject({ fen: 3_500 - 630 })
  expect(await auditBooks(base.db)).toEqual([])
})

test('without a known register nothing is opened', async () => {
  await base.db.as(systemScope('test'), (tx) =>
    tx.query('update installation set initial_wh = null where meter_id = $1', [meterAt(5)]),
  )
  expect(await refusalOf(open([{ index: 5 }]))).toBe('initial_reading_required')
  await shows(5, 77_000)
  expect(await refusalOf(open([{ index: 5, firstPurchaseFen: 100 }]))).toBe('accepted')
})

test('a meter with a wallet is not charged by the centre, nor one without by itself', async () => {
  expect(await refusalOf(open([{ index: 6 }], 'meter'))).toBe('meter_not_prepaid')
  const deps = { ...complex.deps, capabilitiesOf: () => SOUND_METER }
  const wallet = openAccount(deps, complex.clerk, {
    requestId: nextId(),
    complexId: complex.complexId,
    tenant: { name: '云栖酒店' },
    mode: 'centre',
    meters: [{ meterId: meterAt(6), planId: complex.planId, alarm1Fen: 2, alarm2Fen: 1 }],
  })
  expect(await refusalOf(wallet)).toBe('meter_charges_itself')
  expect(await left(accountId(999_999))).toEqual({ fen: null, asOf: null })
})
