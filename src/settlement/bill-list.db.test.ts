import { afterAll, beforeAll, expect, test } from 'vitest'
import { at, type SettlementRig, settlementRig } from '../../test/settlement-rig.ts'
import { complexDays } from '../ledger/posting-day.ts'
import type { AccountId } from '../shared/ids.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import { type BillsFound, billCells, billsListed } from './bill-list.ts'
import type { BillListRow, BillPage } from './bill-list-store.ts'
import { billsOf } from './bill-view.ts'

/** 1.00 yuan; the year's tier adds nothing. */
const tiered = (of: 'supply' | 'account'): PlanDefinition => ({
  ...{ kind: 'flat', priceE8: 100_000_000 },
  tiers: {
    ...{ counts: 'year', of, midYear: 'prorated', crossing: 'inOrder' },
    steps: [{ aboveWh: 18_000, addE8: 0 }],
  },
})

let rig: SettlementRig
let plan: Awaited<ReturnType<SettlementRig['plan']>>
const shops: Awaited<ReturnType<SettlementRig['open']>>[] = []

beforeAll(async () => {
  rig = await settlementRig({ meters: 4, from: at('05-01') })
  plan = await rig.plan('单一')
  await rig.version(plan, at('01-01'), tiered('supply'))
  for (let shop = 0; shop < 4; shop++) shops.push(await rig.open(plan, 0))
  const noPrice = await rig.plan('以后才有')
  await rig.version(noPrice, at('12-01'), { kind: 'flat', priceE8: 1 })
  const [first, second, third] = shops
  if (!first || !second || !third) throw new Error('three shops')
  await rig.assigned(third.supplyId, noPrice, at('05-01'))
  await rig.read(first.meterId, at('05-02'), 10_000)
  await rig.read(second.meterId, at('05-02'), 20_000)
  await rig.read(third.meterId, at('05-02'), 30_000)
  await rig.charged(at('05-02 02:00'))
  // The second shop has another tenant from the tenth on.
  await rig.sql('update account_tenant set until = $2 where account_id = $1', [
    second.accountId,
    '2026-05-10 00:00+08',
  ])
  await rig.sql(
    `insert into account_tenant (complex_id, account_id, tenant_id, since)
     select complex_id, account_id, tenant_id, until from account_tenant where account_id = $1`,
    [second.accountId],
  )
  await rig.sql("update account set mode = 'meter' where account_id = $1", [shops[3]?.accountId])
})
afterAll(() => rig.base.drop())

const listed = async (asked: BillsFound & Partial<BillPage>) =>
  rig.base.db.as(rig.complex.clerk, async (tx) => {
    const page = { after: null, limit: 100 }
    return billsListed(tx, await complexDays(tx, rig.complexId), { ...page, ...asked })
  })
const ofAccount = (index: number): AccountId | undefined => shops[index]?.accountId

test('every supply and tenant has a bill of the month, and all of them a sum', async () => {
  const { rows, sums, month } = await listed({})
  expect(month).toBe('2026-05')
  expect(rows.map(({ accountId, dueFen, postedFen }) => [accountId, dueFen, postedFen])).toEqual([
    [ofAccount(0), 1_000, 1_000],
    [ofAccount(1), 2_000, 2_000],
    // Nothing was read since the new tenant came.
    [ofAccount(1), null, 0],
    [ofAccount(2), 0, 0],
    // And what a meter took that was never read is known to nobody.
    [ofAccount(3), null, null],
  ])
  expect(sums).toEqual({
    ...{ bills: 5, waiting: 2, unread: 1 },
    ...{ energyWh: 60_000, estimatedWh: 0, unpricedWh: 30_000 },
    ...{ dueFen: 3_000, postedFen: 3_000 },
  })
})

test('while nothing is priced no sum is said to be zero', async () => {
  const last = (await listed({})).rows.at(-1)
  const { rows, sums } = await listed({ search: last?.accountNo })
  expect(rows).toMatchObject([{ energyWh: null, unpricedWh: null, dueFen: null, postedFen: null }])
  expect(sums).toEqual({
    ...{ bills: 1, waiting: 1, unread: 1, energyWh: null, estimatedWh: null, unpricedWh: null },
    ...{ dueFen: null, postedFen: null },
  })
  const [bill] = await rig.base.db.as(rig.complex.clerk, (tx) =>
    billsOf(tx, { month: '2026-05', of: { account: ofAccount(3) ?? 0 }, within: null }),
  )
  expect(bill).toMatchObject({ energyWh: null, estimatedWh: null, dueFen: null, postedFen: null })
})

test('a bill of a former tenant is opened with its lines, and ends where he left', async () => {
  const former = (await listed({})).rows[1]
  const bills = await rig.base.db.as(rig.complex.clerk, (tx) =>
    billsOf(tx, {
      ...{ month: '2026-05', of: { supply: former?.supplyId ?? 0 }, within: null },
      tenantSince: at('05-01'),
    }),
  )
  expect(bills).toMatchObject([{ dueFen: 2_000, to: '2026-05-10T00:00:00.000+08:00' }])
  expect(bills[0]?.yearBeforeWh).toBe(0)
  // He came in May, so that eight twelfths of the threshold are his.
  expect(bills[0]?.lines).toMatchObject([
    { tier: 1, tierCounts: 'year', tierAboveWh: 0, energyWh: 12_000 },
    { tier: 2, tierCounts: 'year', tierAboveWh: 12_000, energyWh: 8_000 },
  ])
})

test.each<[string, BillsFound, number[]]>([
  ['what has no price', { state: 'unpriced' }, [2]],
  ['what was not read', { state: 'waiting' }, [1, 3]],
  ['nothing was cut by time', { state: 'estimated' }, []],
  ['another month knows nobody', { month: '2026-03' }, []],
  ['a percent sign is a percent sign', { search: '%' }, []],
])('%s', async (_name, asked, shopsFound) => {
  const { rows, sums } = await listed(asked)
  expect(rows.map(({ accountId }) => accountId)).toEqual(shopsFound.map(ofAccount))
  expect(sums?.bills).toBe(shopsFound.length)
})

test('a bill is found by part of its account, tenant, premises or meter number', async () => {
  const [first] = (await listed({})).rows
  const found = (search: string) => listed({ search }).then(({ rows }) => rows[0]?.supplyId)
  for (const text of [first?.accountNo, first?.meterNos, first?.premises])
    if (text) expect(await found(text.slice(-5))).toBe(first?.supplyId)
  expect((await listed({ search: '云栖' })).sums?.bills).toBe(5)
})

test('pages follow each other without a gap, and the first has the sum of all', async () => {
  const walked: BillListRow[] = []
  let after: BillPage['after'] = null
  do {
    const page = await listed({ limit: 2, after })
    expect(page.sums?.bills).toBe(after ? undefined : 5)
    walked.push(...page.rows)
    const last = page.rows.at(-1)
    after = last ? { supply: last.supplyId, tenantSince: last.tenantSince } : null
  } while (after)
  expect(walked).toEqual((await listed({})).rows)
})

test('the workbook has every bill with figures that can be summed', async () => {
  const { rows, month } = await rig.base.db.as(rig.complex.clerk, async (tx) =>
    billCells(tx, await complexDays(tx, rig.complexId), {}, 'zh'),
  )
  expect(month).toBe('2026-05')
  expect(rows).toHaveLength(6)
  expect(rows[1]?.slice(-5)).toEqual([10, 0, 0, 10, 10])
  expect(rows[3]?.slice(-6)).toEqual(['尚未计价', '—', '—', '—', '—', 0])
  expect(rows[5]?.slice(-2)).toEqual(['—', '—'])
})

test('of more bills than a sheet takes none are given, rather than a part', async () => {
  const within = (max: number) =>
    rig.base.db.as(rig.complex.clerk, async (tx) =>
      billCells(tx, await complexDays(tx, rig.complexId), {}, 'en', max),
    )
  expect((await within(5)).rows).toHaveLength(6)
  await expect(within(4)).rejects.toMatchObject({ code: 'bill_sheet_too_long', facts: { max: 4 } })
})

test('yearly tiers say what the year counted before, by account of all its shops', async () => {
  const [first, second] = shops
  if (!first || !second) throw new Error('two shops')
  const before = async () => {
    const asked = { month: '2026-05', of: { supply: first.supplyId }, within: null }
    const [bill] = await rig.base.db.as(rig.complex.clerk, (tx) => billsOf(tx, asked))
    return bill?.yearBeforeWh
  }
  for (const month of ['2026-04-01', '2025-12-01'])
    await rig.sql(
      `insert into month_bill
       select (jsonb_populate_record(b, jsonb_build_object('month', $1::date))).*
       from month_bill b where b.supply_id = any ($2) and b.month = '2026-05-01'`,
      [month, [first.supplyId, second.supplyId]],
    )
  expect(await before()).toBe(10_000)
  await rig.sql('update supply set account_id = $1 where supply_id = $2', [
    first.accountId,
    second.supplyId,
  ])
  expect(await before()).toBe(10_000)
  await rig.version(plan, at('05-01'), tiered('account'))
  expect(await before()).toBe(30_000)
})
