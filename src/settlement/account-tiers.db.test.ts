import { afterAll, beforeAll, expect, test } from 'vitest'
import { at, type SettlementRig, settlementRig } from '../../test/settlement-rig.ts'
import { sqlTime } from '../shared/clock.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import { centreBalances } from './centre-balance.ts'

/** 0.50 yuan, and 1.00 on each kWh above 10 of the account in a month. */
const together: PlanDefinition = {
  ...{ kind: 'flat', priceE8: 50_000_000 },
  tiers: {
    ...{ counts: 'month', of: 'account', midYear: 'whole', crossing: 'inOrder' },
    steps: [{ aboveWh: 10_000, addE8: 50_000_000 }],
  },
}

let rig: SettlementRig
beforeAll(async () => {
  rig = await settlementRig({ meters: 2, from: at('05-01') })
})
afterAll(() => rig.base.drop())

test('what is left is what the next charge leaves, with tiers that an account shares', async () => {
  const plan = await rig.plan('按户阶梯')
  await rig.version(plan, at('01-01'), together)
  const one = await rig.open(plan, 0)
  const two = await rig.open(plan, 0)
  await rig.sql('update supply set account_id = $1 where supply_id = $2', [
    one.accountId,
    two.supplyId,
  ])
  const left = async () => {
    const found = await rig.inTx((tx) =>
      centreBalances(tx, rig.complexId, { accounts: [one.accountId] }),
    )
    return found[0]?.availableFen
  }
  const read = async (when: string, first: number, second: number) => {
    await rig.read(one.meterId, at(when), first)
    await rig.read(two.meterId, at(when), second)
  }
  // Each alone stays below the threshold; together they pass it.
  for (const [when, first, second] of [
    ['05-02', 4_000, 4_000],
    ['05-03', 7_000, 8_000],
    ['05-04', 13_000, 9_500],
  ] as const) {
    await read(when, first, second)
    const before = await left()
    await rig.charged(at(`${when} 02:00`))
    expect(await left()).toBe(before)
    expect(await rig.balance(one.accountId)).toBe(before)
  }
  // 22.5 kWh of which 12.5 stand above the threshold.
  expect(await rig.balance(one.accountId)).toBe(100_000 - 10 * 50 - 12.5 * 100)
  // A register of this minute, which no stored reading holds yet.
  await rig.sql('update latest set energy_wh = energy_wh + 1000, energy_at = $1', [
    sqlTime(at('05-04 01:00')),
  ])
  expect(await left()).toBe(100_000 - 10 * 50 - 14.5 * 100)
})
