import { afterAll, beforeAll, expect, test } from 'vitest'
import { at, type SettlementRig, settlementRig } from '../../test/settlement-rig.ts'
import { listFolder } from '../adapters/list-folder.ts'
import { loadAlarmRules } from '../alarms/catalog.ts'
import { sweepComplex } from '../alarms/sweep-complex.ts'
import { auditBooks } from '../ledger/audit.ts'
import { complexDays } from '../ledger/posting-day.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import { billsOf } from './bill-view.ts'
import { figuresOf, saveFigures } from './month-figures.ts'

/** 0.50 yuan per kWh and 38 yuan per kW of maximum demand, power factor against 0.90. */
const twoPart: PlanDefinition = {
  ...{ kind: 'flat', priceE8: 50_000_000 },
  basic: { kind: 'demand', perKwE8: 3_800_000_000 },
  powerFactor: { standard: 90 },
}

let rig: SettlementRig
beforeAll(async () => {
  rig = await settlementRig({ meters: 3, from: at('06-01') })
})
afterAll(() => rig.base.drop())

const saved = (supplyId: number, figures: object, month = '2026-06') =>
  rig.inTx(async (tx) =>
    saveFigures(tx, rig.deps, await complexDays(tx, rig.complexId), {
      ...{ complexId: rig.complexId, month },
      items: [{ supplyId, ...figures }],
    }),
  )

test('demand and power factor are charged as they are entered and corrected', async () => {
  const plan = await rig.plan('两部制')
  await rig.version(plan, at('01-01'), twoPart)
  const { supplyId, accountId, meterId } = await rig.open(plan, 0)
  await rig.read(meterId, at('07-01'), 1_000_000)
  await rig.charged(at('07-01 02:00'))
  expect(await rig.balance(accountId)).toBe(100_000 - 50_000)
  const wanted = await rig.inTx(async (tx) =>
    figuresOf(tx, await complexDays(tx, rig.complexId), undefined),
  )
  const missing = { maxDemandW: null, reactiveVarh: null, savedAt: null }
  expect(wanted).toMatchObject({
    month: '2026-06',
    items: [{ supplyId, plan: '两部制', wantsMaxDemand: true, wantsReactive: true, ...missing }],
  })
  await saved(supplyId, { maxDemandW: 10_000, reactiveVarh: 0 })
  await rig.rerated()
  // 500.00 + 380.00, less 0.75 % for a power factor of 1.00.
  expect(await rig.bill(supplyId, '2026-06')).toMatchObject({ dueFen: 88_000 - 660 })
  await saved(supplyId, { maxDemandW: 12_000 })
  await rig.rerated()
  // 500.00 + 456.00 = 956.00, less 7.17.
  expect(await rig.balance(accountId)).toBe(100_000 - 95_600 + 717)
  expect((await rig.charges(supplyId)).map(({ cause, fen }) => [cause, fen]).slice(-2)).toEqual([
    ['figures', 37_340],
    ['figures', 7_543],
  ])
  const [bill] = await rig.inTx((tx) =>
    billsOf(tx, { month: '2026-06', of: { supply: supplyId }, within: null }),
  )
  expect(bill?.lines.map(({ kind, exactYuan, amountFen }) => [kind, exactYuan, amountFen])).toEqual(
    [
      ['energy', '500', 50_000],
      ['demand', null, 45_600],
      ['powerFactor', '-7.17', -717],
    ],
  )
  expect(await auditBooks(rig.base.db)).toEqual([])
  expect(rig.errors).toEqual([])
})

test('capacity is charged by what the transformer of the supply carries', async () => {
  const plan = await rig.plan('容量')
  await rig.version(plan, at('01-01'), {
    ...{ kind: 'flat', priceE8: 50_000_000 },
    basic: { kind: 'capacity', perKvaE8: 3_000_000_000 },
  })
  const { supplyId, meterId } = await rig.open(plan, 0)
  const wanting = async () => {
    const { items } = await rig.inTx(async (tx) =>
      figuresOf(tx, await complexDays(tx, rig.complexId), '2026-07'),
    )
    return items.filter((one) => one.wantsCapacity).map((one) => one.supplyId)
  }
  expect(await wanting()).toEqual([supplyId])
  await rig.sql(
    `insert into supply_plan (complex_id, supply_id, since, ordinal, plan_id, capacity_va, saved_at)
     select complex_id, supply_id, since, 2, plan_id, 10000, since from supply_plan
     where supply_id = $1`,
    [supplyId],
  )
  expect(await wanting()).toEqual([])
  await rig.read(meterId, at('08-01'), 0)
  await rig.charged(at('08-01 02:00'))
  // Opened on 1 July; 10 kVA × 30 yuan for the whole month.
  expect(await rig.bill(supplyId, '2026-07')).toMatchObject({
    lines: [{ kind: 'energy' }, { kind: 'capacity', capacityVa: 10_000, days: 31, fen: 30_000 }],
  })
})

test('a figure for a supply that needs none is refused', async () => {
  await expect(saved(999_999, { maxDemandW: 1 })).rejects.toThrow('not_found')
})

test('a month that is charged without its figures is an alarm until they are entered', async () => {
  const rules = await loadAlarmRules(listFolder)
  const open = async () => {
    await rig.inTx((tx) => sweepComplex(tx, { ids: rig.deps.ids, rules }, rig.complexId))
    return rig.sql(
      `select subject_id as "supplyId", facts->>'month' as month, facts->>'missing' as missing
       from alarm where rule = 'month-figures-missing' and cleared_at is null`,
    )
  }
  // A day is left for entering them.
  expect(await open()).toEqual([])
  rig.until(at('08-02 06:00'))
  const [{ supplyId } = { supplyId: 0 }] = await rig.sql<{ supplyId: number }>(
    'select min(supply_id) as "supplyId" from supply',
  )
  expect(await open()).toEqual([{ supplyId, month: '2026-07', missing: 'maxDemand, reactive' }])
  await saved(supplyId, { maxDemandW: 0 }, '2026-07')
  await saved(supplyId, { reactiveVarh: 0 }, '2026-07')
  expect(await open()).toEqual([])
})

test('of a month that was not read the power factor waits, and what is due is shown', async () => {
  const plan = await rig.plan('两部制，表坏了')
  await rig.version(plan, at('01-01'), twoPart)
  const { supplyId, meterId } = await rig.open(plan, 0)
  await saved(supplyId, { maxDemandW: 10_000, reactiveVarh: 5_000_000 }, '2026-08')
  await rig.charged(at('09-01 02:00'))
  await rig.rerated()
  const bill = async () => {
    const [shown] = await rig.inTx((tx) =>
      billsOf(tx, { month: '2026-08', of: { supply: supplyId }, within: null }),
    )
    const { pricedUntil, energyWh, dueFen, postedFen, lines = [] } = shown ?? {}
    return { pricedUntil, energyWh, dueFen, postedFen, lines: lines.map(({ kind }) => kind) }
  }
  // 10 kW × 38 yuan for 30 of 31 days.
  const known = { pricedUntil: null, energyWh: null, dueFen: 36_774, postedFen: 36_774 }
  expect(await bill()).toEqual({ ...known, lines: ['demand'] })
  await rig.read(meterId, at('09-02'), 10_000_000)
  await rig.charged(at('09-02 02:00'))
  expect((await bill()).lines).toEqual(['energy', 'demand', 'powerFactor'])
  expect(await auditBooks(rig.base.db)).toEqual([])
})
