// The seven cases in which other systems bill wrongly or not at all 计费正确性七例, each by itself:
//
//   1 a late reading is billed                     5 a price change inside an interval is split
//   2 doubled past prices change the bill          6 month end, and clocks that are set forward
//   3 a tariff gap later filled is billed
//   4 a missing plan is never silent               7 a meter swap never bills a negative
//
// What else must hold of corrected bills stands after them.

import Value from 'typebox/value'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dayNight } from '../../test/day-night.ts'
import { at, type SettlementRig, settlementRig } from '../../test/settlement-rig.ts'
import { swapMeters } from '../../test/settlement-swap.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { Bill } from '../http/contract/bills.ts'
import { auditBooks } from '../ledger/audit.ts'
import { decideReading } from '../metering/readings/decisions.ts'
import { afterReadingsChanged, lateReadingHook } from '../metering/readings/late-readings.ts'
import { ensurePartitions } from '../metering/readings/partitions.ts'
import { wh } from '../shared/energy.ts'
import { gatewayId } from '../shared/ids.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import { RERATE_WORK } from '../work/rerate.ts'
import { addWork } from '../work/store.ts'
import { billsOf } from './bill-view.ts'
import { centreBalances } from './centre-balance.ts'

const flat = (priceE8: number): PlanDefinition => ({ kind: 'flat', priceE8 })
/** Peak 8–20 at 1.20 yuan, valley at 0.30. */
const dayAndNight = dayNight(120_000_000, 30_000_000)

let rig: SettlementRig
/** The supply of the first case, whose bill is explained at the end. */
let explained = 0
beforeAll(async () => {
  rig = await settlementRig({ meters: 10, from: at('03-29') })
})
afterAll(() => rig.base.drop())

const planChanged = (plan: number) =>
  rig.inTx((tx) =>
    addWork(tx, rig.deps.ids, { complexId: rig.complexId, kind: RERATE_WORK, key: `plan/${plan}` }),
  )

test('6 clocks set forward: the hour that is left out has no energy, and no price', async () => {
  await rig.sql("update complex set zone = 'Europe/Berlin'")
  const plan = await rig.plan('夏令时')
  await rig.version(plan, at('01-01'), dayAndNight)
  // Midnight there; until the next one it is 23 hours, 12 of the day and 11 of the night.
  rig.until(at('03-29 07:00'))
  const { supplyId, meterId } = await rig.open(plan, 0)
  await rig.read(meterId, at('03-30 06:00'), 23_000)
  await rig.charged(at('03-30 08:00'))
  const { lines, dueFen } = await rig.bill(supplyId, '2026-03')
  expect(lines).toMatchObject([
    { period: 'peak', energyWh: 12_000, fen: 1_440 },
    { period: 'valley', energyWh: 11_000, fen: 330 },
  ])
  expect(dueFen).toBe(1_770)
  await rig.sql("update complex set zone = 'Asia/Shanghai'")
  rig.until(at('05-01'))
  await ensurePartitions((sql) => ownerQuery(rig.base.ownerUrl)(sql), rig.clock.now())
})

test('1 a late reading is billed', async () => {
  const plan = await rig.plan('日夜')
  await rig.version(plan, at('01-01'), dayAndNight)
  const { supplyId, accountId, meterId } = await rig.open(plan, 0)
  explained = supplyId
  await rig.read(meterId, at('05-02'), 24_000)
  await rig.charged(at('05-02 02:00'))
  // By time alone half of it falls on each period.
  expect(await rig.bill(supplyId, '2026-05')).toMatchObject({ dueFen: 1_800, estimatedWh: 24_000 })
  const late = [at('05-01 08:00'), at('05-01 20:00')] as const
  await rig.read(meterId, late[0], 1_000)
  await rig.read(meterId, late[1], 23_000)
  await rig.inTx((tx) =>
    afterReadingsChanged(tx, rig.deps.ids, rig.complexId, {
      cause: 'reading',
      changed: late.map((time) => ({ meterId, at: time })),
    }),
  )
  await rig.rerated()
  // 22 kWh × 1.20 + 2 kWh × 0.30 yuan.
  expect(await rig.bill(supplyId, '2026-05')).toMatchObject({ dueFen: 2_700, estimatedWh: 0 })
  expect(await rig.balance(accountId)).toBe(100_000 - 2_700)
  expect((await rig.charges(supplyId)).map(({ cause, wh, fen }) => [cause, wh, fen])).toEqual([
    [null, 24_000, 1_800],
    ['reading', 0, 900],
  ])
})

test('2 doubled past prices change the bill', async () => {
  const plan = await rig.plan('单一')
  await rig.version(plan, at('01-01'), flat(100_000_000))
  const { supplyId, accountId, meterId } = await rig.open(plan, 5_000)
  await rig.read(meterId, at('05-03'), 15_000)
  await rig.charged(at('05-03 02:00'))
  expect(await rig.balance(accountId)).toBe(100_000 - 1_000)
  await rig.version(plan, at('01-01'), flat(200_000_000))
  await planChanged(plan)
  await rig.rerated()
  expect(await rig.balance(accountId)).toBe(100_000 - 2_000)
  expect(await rig.bill(supplyId, '2026-05')).toMatchObject({ dueFen: 2_000 })
  // Doing it again changes nothing.
  const before = await rig.charges(supplyId)
  await planChanged(plan)
  await rig.rerated()
  expect(await rig.charges(supplyId)).toEqual(before)
  expect(before.at(-1)).toMatchObject({ cause: 'price', fen: 1_000, wh: 0 })
})

/** A supply that is given a plan at once which has no price before `from`. */
const withGap = async (name: string, from: string) => {
  const former = await rig.plan(`${name} 以前`)
  await rig.version(former, at('01-01'), flat(900_000_000))
  const supply = await rig.open(former, 0)
  const plan = await rig.plan(name)
  await rig.version(plan, at(from), flat(100_000_000))
  await rig.assigned(supply.supplyId, plan, rig.clock.now())
  return { ...supply, plan }
}

test('3 a tariff gap later filled is billed', async () => {
  rig.until(at('05-04'))
  const { supplyId, accountId, meterId, plan } = await withGap('缺口', '05-05')
  await rig.read(meterId, at('05-05'), 10_000)
  await rig.read(meterId, at('05-06'), 14_000)
  await rig.charged(at('05-06 02:00'))
  expect(await rig.balance(accountId)).toBe(100_000 - 400)
  expect(await rig.bill(supplyId, '2026-05')).toMatchObject({ unpricedWh: 10_000 })
  await rig.version(plan, at('05-01'), flat(50_000_000))
  await planChanged(plan)
  await rig.rerated()
  expect(await rig.balance(accountId)).toBe(100_000 - 900)
  expect(await rig.bill(supplyId, '2026-05')).toMatchObject({ energyWh: 14_000, unpricedWh: 0 })
})

test('4 a missing plan is never silent', async () => {
  const { supplyId, accountId, meterId } = await withGap('尚无单价', '12-01')
  await rig.read(meterId, at('05-06 12:00'), 3_000)
  await rig.charged(at('05-07 02:00'))
  // Nothing is charged, the energy is counted all the same, and the bill says what it waits for.
  expect(await rig.balance(accountId)).toBe(100_000)
  const asked = { month: '2026-05', of: { supply: supplyId }, within: null }
  expect(await rig.inTx((tx) => billsOf(tx, asked))).toMatchObject([
    { energyWh: 3_000, dueFen: 0, unpriced: [{ why: 'noPlan', energyWh: 3_000 }] },
  ])
})

test('5 a price change inside an interval is split', async () => {
  const plan = await rig.plan('月中调价')
  await rig.version(plan, at('01-01'), flat(100_000_000))
  await rig.version(plan, at('05-07 12:00'), flat(200_000_000))
  rig.until(at('05-07 06:00'))
  const { supplyId, meterId } = await rig.open(plan, 0)
  await rig.read(meterId, at('05-07 18:00'), 12_000)
  await rig.charged(at('05-08 02:00'))
  const { lines, dueFen, estimatedWh } = await rig.bill(supplyId, '2026-05')
  expect(lines).toMatchObject([
    { energyWh: 6_000, priceE8: 100_000_000, fen: 600, by: ['linear'] },
    { energyWh: 6_000, priceE8: 200_000_000, fen: 1_200, by: ['linear'] },
  ])
  expect({ dueFen, estimatedWh }).toEqual({ dueFen: 1_800, estimatedWh: 12_000 })
})

test('7 a meter swap never bills a negative', async () => {
  const plan = await rig.plan('换表')
  await rig.version(plan, at('01-01'), flat(100_000_000))
  const { supplyId, accountId, meterId } = await rig.open(plan, 900_000)
  await rig.read(meterId, at('05-09'), 910_000)
  await rig.charged(at('05-09 02:00'))
  rig.until(at('05-09 12:00'))
  await rig.read(meterId, at('05-09 12:00'), 915_000)
  const next = await swapMeters(rig, {
    supplyId,
    accountId,
    meterId,
    finalWh: 915_000,
    initialWh: 3_000,
    multiplier: 20,
  })
  // The new meter shows far less, and each of its kWh is twenty.
  await rig.read(next, at('05-10'), 3_500)
  await rig.charged(at('05-11 02:00'))
  expect(await rig.bill(supplyId, '2026-05')).toMatchObject({ energyWh: 25_000, dueFen: 2_500 })
  const all = await rig.charges(supplyId)
  expect(all.every(({ wh, fen }) => wh >= 0 && fen >= 0)).toBe(true)
  expect(await rig.balance(accountId)).toBe(100_000 - 2_500)
})

test('6 month end: what was used before stays in the old month, whenever it was read', async () => {
  const plan = await rig.plan('月末')
  await rig.version(plan, at('01-01'), flat(100_000_000))
  rig.until(at('05-31'))
  const { supplyId, accountId, meterId } = await rig.open(plan, 0)
  await rig.read(meterId, at('05-31 12:00'), 1_000)
  await rig.charged(at('06-01 02:00'))
  await rig.read(meterId, at('06-02'), 4_000)
  await rig.charged(at('06-02 02:00'))
  // 36 hours of which 12 lie in May.
  expect(await rig.bill(supplyId, '2026-05')).toMatchObject({ energyWh: 2_000, estimatedWh: 1_000 })
  expect(await rig.bill(supplyId, '2026-06')).toMatchObject({ energyWh: 2_000, estimatedWh: 2_000 })
  // The freeze of the month's end comes after all.
  await rig.read(meterId, at('06-01'), 3_500)
  const value = { frozenAt: at('06-01'), energyWh: wh(3_500), tariffsWh: null, reverseWh: null }
  await rig.inTx((tx) =>
    lateReadingHook(rig.deps.ids)(tx, rig.complexId, [
      {
        ...{ meterId, gatewayId: gatewayId(1), at: tx.now, onDemand: false, kind: 'freeze' },
        ...{ which: 'daily', backfill: true, outcome: { ok: true, value } },
      },
    ]),
  )
  await rig.rerated()
  expect(await rig.bill(supplyId, '2026-05')).toMatchObject({ energyWh: 3_500, estimatedWh: 0 })
  expect(await rig.bill(supplyId, '2026-06')).toMatchObject({ energyWh: 500, estimatedWh: 0 })
  expect(await rig.balance(accountId)).toBe(100_000 - 400)
})

test('a reading that was billed and is rejected gives its money back', async () => {
  const plan = await rig.plan('裁定')
  await rig.version(plan, at('01-01'), flat(100_000_000))
  rig.until(at('06-03'))
  const { accountId, meterId } = await rig.open(plan, 0)
  await rig.read(meterId, at('06-03 12:00'), 2_000)
  await rig.read(meterId, at('06-04'), 50_000)
  await rig.charged(at('06-04 02:00'))
  expect(await rig.balance(accountId)).toBe(100_000 - 5_000)
  const { ids } = rig.deps
  const decision = {
    meterId,
    at: at('06-04'),
    source: 1,
    verdict: 'rejected',
    reason: '误读',
  } as const
  await rig.base.db.as(rig.complex.clerk, (tx) =>
    decideReading(tx, { ids, models: new Map() }, decision),
  )
  await rig.rerated()
  expect(await rig.balance(accountId)).toBe(100_000 - 200)
  const left = await rig.inTx((tx) => centreBalances(tx, rig.complexId, { accounts: [accountId] }))
  expect(left).toMatchObject([{ availableFen: 100_000 - 200 }])
  await rig.read(meterId, at('06-05'), 3_000)
  await rig.charged(at('06-05 02:00'))
  expect(await rig.balance(accountId)).toBe(100_000 - 300)
})

test('every fen of a bill explains itself', async () => {
  const [bill] = await rig.inTx((tx) =>
    billsOf(tx, { month: '2026-05', of: { supply: explained }, within: null }),
  )
  expect(Value.Check(Bill, bill)).toBe(true)
  expect(bill).toMatchObject({
    ...{ dueFen: 2_700, postedFen: 2_700, energyWh: 24_000, estimatedWh: 0, unpriced: [] },
    lines: [
      { period: 'peak', tier: 1, energyWh: 22_000, exactYuan: '26.4', amountFen: 2_640 },
      { period: 'valley', tier: 1, energyWh: 2_000, exactYuan: '0.6', amountFen: 60 },
    ],
    meters: [{ start: { energyWh: 0 }, end: { energyWh: 24_000 }, readings: 4, usedWh: 24_000 }],
    charges: [
      { day: '2026-05-01', dueFen: 1_800, cause: null },
      { day: '2026-05-02', dueFen: 900, cause: 'reading' },
    ],
  })
})

test('the books hold after all of it', async () => {
  expect(await auditBooks(rig.base.db)).toEqual([])
  expect(rig.errors).toEqual([])
})
