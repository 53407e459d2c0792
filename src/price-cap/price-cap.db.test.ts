import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dayNight } from '../../test/day-night.ts'
import { at, type SettlementRig, settlementRig } from '../../test/settlement-rig.ts'
import type { NewPriceCap } from '../http/contract/price-cap.ts'
import { complexDays } from '../ledger/posting-day.ts'
import { assignPlan } from '../plans/assign.ts'
import { addVersion, createPlan } from '../plans/plans.ts'
import { systemScope } from '../ports/database.ts'
import type { PlanId, SupplyId } from '../shared/ids.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import { dryRun } from '../work/request.ts'
import { capsOf, saveCap } from './caps.ts'
import { capFinding } from './check.ts'
import { capReport } from './report.ts'

const flat: PlanDefinition = { kind: 'flat', priceE8: 80_000_000 }
/** By day 1.20, by night 0.40. */
const nightly = dayNight(120_000_000, 40_000_000)
const by = (priceE8: number, more: Partial<NewPriceCap> = {}): Omit<NewPriceCap, 'complexId'> => ({
  ...{ since: '2026-06', basis: { kind: 'catalogue', priceE8 }, marginE6: 0 },
  ...{ serviceFee: false, act: 'warn', ...more },
})

let rig: SettlementRig
let flatPlan: PlanId
let nightPlan: PlanId
let shop: SupplyId
let baker: SupplyId

beforeAll(async () => {
  rig = await settlementRig({ meters: 3, from: at('06-01') })
  flatPlan = await rig.plan('平价')
  await rig.version(flatPlan, at('01-01'), {
    ...flat,
    serviceFee: { kind: 'perKwh', addE8: 1_000_000 },
  })
  nightPlan = await rig.plan('分时')
  await rig.version(nightPlan, at('01-01'), nightly)
  const first = await rig.open(flatPlan, 0)
  const second = await rig.open(nightPlan, 0)
  await rig.open(flatPlan, 0)
  shop = first.supplyId
  baker = second.supplyId
  await rig.read(first.meterId, at('07-01'), 1_000_000)
  for (const [time, wh] of [
    ['06-01 08:00', 300_000],
    ['06-01 20:00', 400_000],
    ['07-01 00:00', 400_000],
  ] as const)
    await rig.read(second.meterId, at(time), wh)
  await rig.charged(at('07-01 02:00'))
})
afterAll(() => rig.base.drop())

const inComplex = <T>(run: Parameters<typeof rig.inTx<T>>[0]) => rig.inTx(run)
const complexIn = (tx: Parameters<Parameters<typeof rig.inTx>[0]>[0]) =>
  complexDays(tx, rig.complexId)
const save = (cap: Omit<NewPriceCap, 'complexId'>) =>
  inComplex(async (tx) => saveCap(tx, rig.deps.ids, await complexIn(tx), cap))
const report = () => inComplex(async (tx) => capReport(tx, await complexIn(tx), '2026-06'))
const never = () => expect.unreachable('nothing is backdated')
const place = async (tx: Parameters<typeof complexIn>[0], planId: PlanId) => ({
  ...(await complexIn(tx)),
  planId,
})
const addTo = (plan: PlanId, definition: PlanDefinition) =>
  inComplex(async (tx) =>
    addVersion(
      tx,
      rig.deps,
      await place(tx, plan),
      { definition, effectiveFrom: '2026-07-02' },
      never,
    ),
  )
const make = (name: string, definition: PlanDefinition) =>
  inComplex(async (tx) => createPlan(tx, rig.deps, await complexIn(tx), { name, definition }))
/** As it would be. */
const give = (plan: PlanId, supplyIds: number[]) =>
  dryRun(rig.base.db, systemScope('test'), async (tx) => {
    const asked = { supplyIds, effectiveFrom: '2026-07-02', dryRun: true }
    return assignPlan(tx, rig.deps, await place(tx, plan), asked, never)
  })

describe('without a ceiling', () => {
  test('nothing is held against a plan, and the report says what was paid', async () => {
    expect(await addTo(flatPlan, { ...flat, priceE8: 90_000_000 })).toMatchObject({ cap: null })
    expect(await report()).toMatchObject({ cap: null, over: 0, within: 2, noUse: 1 })
  })
  test('one whose energy does not sum is refused', async () => {
    const losses = { tenantsWh: 5, commonWh: 3, lossWh: 1 }
    const basis = { kind: 'averagePurchase', billFen: 10, boughtWh: 10, losses } as const
    await expect(save({ ...by(1), basis })).rejects.toThrow('invalid_input')
  })
})

describe('a ceiling that warns', () => {
  test('shows in the report who paid more, the worst first', async () => {
    expect(await save(by(70_000_000))).toMatchObject({ ceilingE8: 70_000_000, act: 'warn' })
    expect(await report()).toMatchObject({
      ...{ over: 1, within: 1, noUse: 1, energyWh: 1_400_000, countedFen: 104_000 },
      items: [
        {
          ...{ supplyId: shop, from: 'bill', energyWh: 1_000_000, energyFen: 80_000 },
          ...{ serviceFen: 1_000, countedFen: 80_000, allowedFen: 70_000 },
          ...{ effectiveE8: 80_000_000, state: 'over' },
        },
        // 300 kWh at 0.40 and 100 kWh at 1.20.
        { supplyId: baker, countedFen: 24_000, effectiveE8: 60_000_000, state: 'within' },
        { energyWh: 0, effectiveE8: null, state: 'noUse' },
      ],
    })
  })
  test('counts the service fee where that is set', async () => {
    await save(by(70_000_000, { serviceFee: true }))
    expect((await report()).items[0]).toMatchObject({ countedFen: 81_000, effectiveE8: 81_000_000 })
    await save(by(70_000_000))
  })
  test('is said when a version is saved, by what was really used', async () => {
    expect(await addTo(nightPlan, nightly)).toMatchObject({
      cap: { from: 'use', month: '2026-06', supplies: 1, effectiveE8: 60_000_000, over: false },
    })
    expect(await addTo(flatPlan, flat)).toMatchObject({
      cap: { from: 'use', supplies: 1, effectiveE8: 80_000_000, over: true, act: 'warn' },
    })
  })
  test('is said by hours where nobody has the plan', async () => {
    const hours = await inComplex(async (tx) => {
      const asked = { definition: nightly, since: tx.now, supplyIds: [] }
      return capFinding(tx, await complexIn(tx), asked)
    })
    expect(hours).toMatchObject({ from: 'hours', month: null, effectiveE8: 80_000_000, over: true })
  })
  test('is said when the plan is given to others, by their own use', async () => {
    // The month of one reading is spread over all hours: 0.80.
    expect(await give(nightPlan, [shop])).toMatchObject({
      cap: { from: 'use', supplies: 1, effectiveE8: 80_000_000, over: true },
    })
  })
})

describe('a ceiling that blocks', () => {
  test('refuses a new plan, a version and an assignment above it', async () => {
    await save(by(70_000_000, { act: 'block' }))
    const refused = {
      code: 'price_above_cap',
      facts: { effectiveE8: 80_000_000, ceilingE8: 70_000_000 },
    }
    await expect(make('新分时', nightly)).rejects.toMatchObject(refused)
    await expect(addTo(flatPlan, flat)).rejects.toMatchObject(refused)
    await expect(give(nightPlan, [shop])).rejects.toMatchObject(refused)
    expect(await rig.sql(`select from plan where name = '新分时'`)).toEqual([])
  })
  test('lets by what is not above it', async () => {
    expect(await addTo(nightPlan, nightly)).toMatchObject({ cap: { over: false, act: 'block' } })
    expect(await make('低价', { kind: 'flat', priceE8: 70_000_000 })).toBeGreaterThan(0)
    expect(await save(by(70_000_000, { act: 'block', marginE6: 142_858 }))).toMatchObject({
      ceilingE8: 80_000_060,
    })
    expect(await make('分时二', nightly)).toBeGreaterThan(0)
  })
  test('ends with a month from which there is none, and stands for those before', async () => {
    await save(by(1, { since: '2026-07', act: 'off' }))
    expect(await make('高价', { kind: 'flat', priceE8: 900_000_000 })).toBeGreaterThan(0)
    expect(await report()).toMatchObject({ cap: { act: 'block', marginE6: 142_858 } })
    const caps = await inComplex(async (tx) => capsOf(tx, await complexIn(tx)))
    expect(caps.current).toMatchObject({ since: '2026-07', act: 'off' })
    expect(caps.items.map(({ since, act }) => `${since} ${act}`)).toEqual([
      '2026-07 off',
      '2026-06 block',
      '2026-06 block',
      '2026-06 warn',
      '2026-06 warn',
      '2026-06 warn',
    ])
    const audited = await rig.sql(`select from audit where action = 'priceCap.save'`)
    expect(audited).toHaveLength(6)
  })
})
