import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dayNight } from '../../test/day-night.ts'
import { at, type SettlementRig, settlementRig } from '../../test/settlement-rig.ts'
import type { WhatIfAsked } from '../http/contract/what-if.ts'
import { complexDays } from '../ledger/posting-day.ts'
import { must } from '../shared/assert.ts'
import type { MeterId, PlanId, SupplyId } from '../shared/ids.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import { whatIf } from './what-if.ts'

const flat: PlanDefinition = { kind: 'flat', priceE8: 80_000_000 }
/** By day 1.20, by night 0.40. */
const nightly = dayNight(120_000_000, 40_000_000)

let rig: SettlementRig
let plan: PlanId
const supplies: SupplyId[] = []

beforeAll(async () => {
  rig = await settlementRig({ meters: 4, from: at('06-01') })
  plan = await rig.plan('平价')
  await rig.version(plan, at('01-01'), flat)
  // A baker at night, a shop by day, somebody whose meter was never read, a meter of its own purse.
  const meters: Awaited<ReturnType<typeof rig.open>>['meterId'][] = []
  for (let index = 0; index < 4; index++) {
    const { supplyId, meterId } = await rig.open(plan, 0)
    supplies.push(supplyId)
    meters.push(meterId)
  }
  const [baker, shop, , purse] = meters
  if (!baker || !shop || !purse) throw new Error('three meters')
  await rig.read(baker, at('06-01 08:00'), 100_000)
  await rig.read(shop, at('06-01 08:00'), 0)
  await rig.read(shop, at('06-01 20:00'), 300_000)
  await rig.read(purse, at('06-01 08:00'), 50_000)
  for (const month of ['07-01', '08-01']) {
    await rig.read(baker, at(month), month === '07-01' ? 100_000 : 160_000)
    await rig.read(shop, at(month), 300_000)
    await rig.read(purse, at(month), 50_000)
  }
  await rig.charged(at('08-01 02:00'))
  // Its wallet deducts by itself: there is no bill to compare with.
  await rig.sql(
    `update account set mode = 'meter' where account_id =
       (select account_id from supply where supply_id = $1)`,
    [supplies[3]],
  )
})
afterAll(() => rig.base.drop())

const asked = (more: Partial<WhatIfAsked> = {}): WhatIfAsked => ({
  ...{ complexId: rig.complexId, definition: nightly, planId: plan },
  ...{ fromMonth: '2026-06', toMonth: '2026-07', ...more },
})
const tried = (more: Partial<WhatIfAsked> = {}) =>
  rig.inTx(async (tx) => whatIf(tx, await complexDays(tx, rig.complexId), asked(more)))
const money = (rows: readonly { chargedFen: number; draftFen: number; differenceFen: number }[]) =>
  rows.map(({ chargedFen, draftFen, differenceFen }) => [chargedFen, draftFen, differenceFen])

const written = async () =>
  rig.sql(
    `select (select count(*) from month_bill) as bills, (select count(*) from usage_day) as days,
       (select count(*) from posting) as postings, (select count(*) from work) as work`,
  )

describe('a draft', () => {
  test('is laid over the same readings: losers come first, and nothing is written', async () => {
    const before = await written()
    const { items, ...found } = await tried()
    expect(items.map(({ supplyId, against }) => [supplyId, against])).toEqual([
      [supplies[1], 'bills'],
      [supplies[3], 'readings'],
      [supplies[0], 'bills'],
    ])
    // 300 kWh by day; 50 at night; 100 at night and 60 spread over July, half of it by day.
    expect(money(items)).toEqual([
      [24_000, 36_000, 12_000],
      [4_000, 2_000, -2_000],
      [12_800, 8_800, -4_000],
    ])
    expect(found).toMatchObject({
      ...{ energyWh: 510_000, chargedFen: 40_800, draftFen: 46_800, differenceFen: 6_000 },
      ...{ winners: 2, losers: 1, same: 0, missing: [] },
      withoutReadings: [{ supplyId: supplies[2], mode: 'centre' }],
    })
    expect(found.months.map(({ month }) => month)).toEqual(['2026-06', '2026-07'])
    expect(money(found.months)).toEqual([
      [36_000, 42_000, 6_000],
      [4_800, 4_800, 0],
    ])
    expect(await written()).toEqual(before)
  })
  test('with tiers of the year counts what the months before used', async () => {
    const tiers: PlanDefinition['tiers'] = {
      ...{ counts: 'year', of: 'supply', midYear: 'whole', crossing: 'inOrder' },
      steps: [{ aboveWh: 120_000, addE8: 100_000_000 }],
    }
    const definition: PlanDefinition = { ...flat, tiers }
    const { items } = await tried({
      definition,
      supplyIds: [Number(supplies[0])],
      planId: undefined,
    })
    // 20 of July's 60 kWh lie below the 120, 40 cost 1.00 more.
    expect(items[0]?.months.map(({ differenceFen }) => differenceFen)).toEqual([0, 4_000])
    const { items: july } = await tried({ definition, fromMonth: '2026-07' })
    expect(july.find(({ supplyId }) => supplyId === supplies[0])?.differenceFen).toBe(4_000)
  })
  test('the same as what held makes no difference; what it lacks is named', async () => {
    expect(await tried({ definition: flat })).toMatchObject({ differenceFen: 0, same: 3 })
    const demand: PlanDefinition = { ...flat, basic: { kind: 'demand', perKwE8: 1 } }
    expect((await tried({ definition: demand })).missing).toEqual(['maxDemand'])
  })
  test.each<[string, Partial<WhatIfAsked>]>([
    ['day_not_over', { toMonth: '2026-08' }],
    ['invalid_input', { fromMonth: '2026-07', toMonth: '2026-06' }],
    ['invalid_input', { fromMonth: '2025-07' }],
    ['invalid_input', { supplyIds: [1] }],
    ['invalid_input', { planId: undefined }],
    ['plan_incomplete', { definition: { ...nightly, seasons: [] } }],
  ])('is refused as %s with %o', async (code, more) => {
    await expect(tried(more)).rejects.toThrow(code)
  })
})

test('a month whose end nobody read is cut where the charge cut it', async () => {
  const rows = await rig.sql<{ meterId: MeterId }>(
    `select i.meter_id as "meterId" from supply s join installation i using (complex_id, point_id)
     where s.supply_id = $1`,
    [supplies[1]],
  )
  const { meterId } = must(rows[0], 'the shop has a meter')
  // 32 days, 31 of them in August.
  await rig.read(meterId, at('09-02'), 332_000)
  await rig.charged(at('09-03 02:00'))
  const month = { fromMonth: '2026-08', toMonth: '2026-08' }
  const of = { supplyIds: [Number(supplies[1])], planId: undefined }
  expect(await tried({ definition: flat, ...month, ...of })).toMatchObject({
    ...{ energyWh: 31_000, chargedFen: 2_480, draftFen: 2_480, differenceFen: 0 },
  })
})
