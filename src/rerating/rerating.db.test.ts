import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askFor } from '../../test/ask-approval.ts'
import { dayNight } from '../../test/day-night.ts'
import { at, type SettlementRig, settlementRig } from '../../test/settlement-rig.ts'
import { xlsxSheets } from '../adapters/sheets.ts'
import { decideApproval } from '../approvals/ask.ts'
import type { PastChange, RerateDetail } from '../http/contract/rerate.ts'
import { auditBooks } from '../ledger/audit.ts'
import { complexDays } from '../ledger/posting-day.ts'
import { must } from '../shared/assert.ts'
import { type MeterId, operatorId, type PlanId } from '../shared/ids.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import { RERATE_WORK } from '../work/rerate.ts'
import { addWork } from '../work/store.ts'
import { applyRerate, dropRerate } from './apply.ts'
import { decisionEffect, refuseAlone } from './decision-effect.ts'
import { previewRerate } from './preview.ts'
import { rerateDetail, rerateStatement, reratingNamed } from './view.ts'
import { postReratings } from './worker.ts'

const flat = (priceE8: number, more: object = {}): PlanDefinition => ({
  ...{ kind: 'flat', priceE8 },
  ...more,
})
const tiers = { counts: 'month', midYear: 'whole', crossing: 'inOrder' } as const

let rig: SettlementRig
let boss: SettlementRig['complex']['clerk']
const plans: Record<string, PlanId> = {}
const shops: { supplyId: number; accountId: number; meterId: MeterId }[] = []
let asked = 0

const deps = () => ({
  ...{ db: rig.base.db, ids: rig.deps.ids, models: new Map(), sheets: xlsxSheets },
})
const request = () => {
  asked += 1
  return `rerate-${asked}`
}

const preview = async (change: PastChange): Promise<RerateDetail> => {
  const { clerk } = rig.complex
  const complex = await rig.inTx((tx) => complexDays(tx, rig.complexId))
  const ask = { change, note: '政府文件', requestId: request() }
  const id = await previewRerate(deps(), clerk, complex, ask)
  return detail(id)
}
const detail = (id: string): Promise<RerateDetail> =>
  rig.base.db.as(rig.complex.clerk, async (tx) =>
    rerateDetail(tx, await reratingNamed(tx, id, undefined)),
  )
const agreed = async (reratingId: string): Promise<string> => {
  const { deps: selling, clerk } = rig.complex
  const ask = { operation: 'rerate.post', reratingId, requestId: request() } as const
  const { approvalId } = await askFor(selling, clerk, ask)
  const decision = { approvalId, agreed: true, note: '', requestId: request() }
  await decideApproval(selling, boss, decision)
  return approvalId
}
const apply = (reratingId: string, approvalId?: string) =>
  applyRerate(deps(), rig.complex.clerk, { reratingId, approvalId, requestId: request() })
const posted = async (reratingId: string): Promise<RerateDetail> => {
  await apply(reratingId, await agreed(reratingId))
  rig.clock.skip(1_000)
  while ((await postReratings(rig.deps)) > 0);
  return detail(reratingId)
}
const balances = async () => Promise.all(shops.map(({ accountId }) => rig.balance(accountId)))

/** The same shops every time: each uses otherwise from hour to hour. */
const used = (shop: number, hour: number): number =>
  ((shop * 7_919 + hour * 104_729) % 23) * 400 + (hour % 24 > 8 ? 3_000 : 500)

beforeAll(async () => {
  rig = await settlementRig({ meters: 8, from: at('04-24') })
  const second = await rig.sql<{ id: number }>(
    `insert into operator (username, name, password_hash, role_id)
     select 'second', 'second', 'x', role_id from role limit 1 returning operator_id as id`,
  )
  boss = { ...rig.complex.clerk, operator: operatorId(must(second[0], 'written').id) }
  const steps = [{ aboveWh: 50_000, addE8: 20_000_000 }]
  const made: Record<string, PlanDefinition> = {
    平价: flat(80_000_000),
    分时: dayNight(120_000_000, 30_000_000),
    阶梯: flat(60_000_000, { tiers: { ...tiers, of: 'supply', steps } }),
    年阶梯: flat(60_000_000, {
      tiers: {
        ...tiers,
        counts: 'year',
        of: 'supply',
        steps: [{ aboveWh: 400_000, addE8: 43_046_721 }],
      },
    }),
  }
  for (const [name, definition] of Object.entries(made)) {
    const plan = await rig.plan(name)
    plans[name] = plan
    await rig.version(plan, at('01-01'), definition)
  }
  const of = ['平价', '分时', '阶梯', '年阶梯', '分时', '平价']
  for (const name of of) shops.push(await rig.open(must(plans[name], name), 0))
  await rig.sql('update installation set side = $1', ['secondary'])
  const rows = shops.flatMap(({ meterId }, shop) => {
    let energyWh = 0
    return Array.from({ length: 12 * 4 + 1 }, (_, index) => {
      energyWh += used(shop, index * 6)
      return { meterId, at: at('04-24') + index * 6 * 3_600_000, energyWh }
    })
  })
  await rig.sql(
    `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh)
     select $1, m, to_timestamp(t::float8 / 1000), 1, to_timestamp(t::float8 / 1000), e
     from unnest($2::integer[], $3::bigint[], $4::bigint[]) r(m, t, e)`,
    [
      rig.complexId,
      rows.map((row) => row.meterId),
      rows.map((row) => row.at),
      rows.map((row) => row.energyWh),
    ],
  )
  const left = await rig.open(planOf('平价'), 0)
  await rig.read(left.meterId, at('04-28'), 50_000)
  await rig.charged(at('05-05 02:00'))
  // Its tenant left with April; nobody has used anything since.
  await rig.sql('update account_tenant set until = $2 where account_id = $1', [
    left.accountId,
    '2026-05-01 00:00+08',
  ])
  await rig.sql(
    `insert into account_tenant (complex_id, account_id, tenant_id, since)
     select complex_id, account_id, tenant_id, until from account_tenant where account_id = $1`,
    [left.accountId],
  )
})
afterAll(() => rig.base.drop())

const planOf = (name: string): PlanId => must(plans[name], name)

const supplyOf = (index: number) => must(shops[index], 'the shop')
/** Read from the books, not from what the change says of itself. */
const charged = async (): Promise<Map<string, number>> => {
  const rows = await rig.sql<{ key: string; fen: number }>(
    `select supply_id || ' ' || to_char(month, 'YYYY-MM') as key, sum(due_fen)::bigint as fen
     from usage_day group by 1`,
  )
  return new Map(rows.map(({ key, fen }) => [key, fen]))
}
const months = ({ items }: RerateDetail) => items.flatMap((item) => item.months)

test('who would have been cut off is told with the days', async () => {
  const { accountId } = supplyOf(0)
  const shown = await preview({
    ...{ kind: 'price', planId: planOf('平价'), effectiveFrom: '2026-04-01' },
    definition: flat(1_000_000_000),
  })
  const item = must(
    shown.items.find((one) => one.accountId === accountId),
    'the account',
  )
  expect(shown.wouldTrip).toBeGreaterThan(0)
  const [first] = item.wouldTrip
  expect(first).toBeDefined()
  // On the last day all of it is due.
  const last = must(item.wouldTrip.at(-1), 'a day')
  expect(last.wouldBeFen).toBe((await rig.balance(accountId)) - item.differenceFen)
  expect(
    item.wouldTrip.every(({ balanceFen, wouldBeFen }) => balanceFen > 0 && wouldBeFen <= 0),
  ).toBe(true)
})

describe('a change of the past', () => {
  const dearer = (): PastChange => ({
    ...{ kind: 'price', planId: planOf('平价'), effectiveFrom: '2026-04-27' },
    definition: flat(100_000_000),
  })

  test('is shown for every account and changes nothing', async () => {
    const before = await balances()
    const shown = await preview(dearer())
    expect(shown).toMatchObject({
      ...{ state: 'previewed', accounts: 2, supplies: 2, more: 2, less: 0, approval: null },
      ...{ fromMonth: '2026-04', toMonth: '2026-05' },
      title: { zh: '电价方案“平价”自 2026-04-27 00:00 起' },
    })
    expect(shown.items.map(({ accountId }) => accountId).sort()).toEqual(
      [supplyOf(0).accountId, supplyOf(5).accountId].sort(),
    )
    expect(shown.differenceFen).toBeGreaterThan(0)
    expect(
      months(shown).every(({ postingId, postedFen }) => postingId === null && postedFen === null),
    ).toBe(true)
    await rig.rerated()
    expect(await balances()).toEqual(before)
    await dropRerate(deps(), rig.complex.clerk, shown.reratingId)
    await expect(apply(shown.reratingId)).rejects.toThrow('rerate_not_open')
  })

  test('tells what it leaves out: who has left is settled, and charged nothing', async () => {
    const shown = await preview(dearer())
    // One of the four days that the reading counted, 0.20 yuan more for each kWh.
    expect(shown.settled).toMatchObject([
      { month: '2026-04', endedOn: '2026-04-30', chargedFen: 4_000, dueFen: 4_250 },
    ])
    expect(shown.items.map(({ accountId }) => accountId)).not.toContain(shown.settled[0]?.accountId)
    await dropRerate(deps(), rig.complex.clerk, shown.reratingId)
  })

  test('is applied only with a second person, who agreed to exactly these figures', async () => {
    const shown = await preview(dearer())
    await expect(apply(shown.reratingId)).rejects.toThrow('approval_required')
    const other = await preview(dearer())
    const approvalId = await agreed(other.reratingId)
    await expect(apply(shown.reratingId, approvalId)).rejects.toThrow('approval_not_valid')
    expect(await detail(other.reratingId)).toMatchObject({
      approval: { state: 'agreed', own: true },
    })
    for (const one of [shown, other]) await dropRerate(deps(), rig.complex.clerk, one.reratingId)
  })

  test('is refused where it comes to something else by then', async () => {
    const shown = await preview(dearer())
    const approvalId = await agreed(shown.reratingId)
    const { meterId } = supplyOf(0)
    await rig.read(meterId, at('05-06 20:00'), 10_000_000)
    await rig.charged(at('05-07 02:00'))
    const reratingId = shown.reratingId
    // The agreement lasts half an hour; the day's charge came in between.
    await rig.sql('update approval set expires_at = $1', ['2027-01-01'])
    await expect(apply(reratingId, approvalId)).rejects.toThrow('rerate_changed')
    await dropRerate(deps(), rig.complex.clerk, reratingId)
  })
})

const changes = (): [string, PastChange][] => [
  [
    'a price from the middle of a month on',
    {
      ...{ kind: 'price', planId: planOf('平价'), effectiveFrom: '2026-04-27T12:00:00+08:00' },
      definition: flat(93_456_789),
    },
  ],
  [
    'a version in the place of another, with periods',
    {
      ...{ kind: 'price', planId: planOf('分时'), effectiveFrom: '2026-01-01' },
      definition: dayNight(99_999_999, 45_000_001),
    },
  ],
  [
    'another plan from a day on',
    {
      ...{ kind: 'assignment', planId: planOf('阶梯'), effectiveFrom: '2026-04-28' },
      supplyIds: [supplyOf(1).supplyId],
    },
  ],
  [
    'the final price of a month',
    {
      ...{ kind: 'monthPrice', month: '2026-04' },
      prices: [
        { planId: planOf('平价'), period: null, priceE8: 77_000_000 },
        { planId: planOf('分时'), period: 'peak', priceE8: 111_111_111 },
      ],
    },
  ],
  [
    'thresholds by the year',
    {
      ...{ kind: 'price', planId: planOf('年阶梯'), effectiveFrom: '2026-03-01' },
      definition: flat(60_000_000, {
        tiers: {
          ...tiers,
          counts: 'year',
          of: 'supply',
          steps: [{ aboveWh: 300_000, addE8: 45_678_901 }],
        },
      }),
    },
  ],
]

/** In the middle of a day whose two halves cost differently. */
const decided = (): Extract<PastChange, { kind: 'reading' }> => ({
  ...{ kind: 'reading', meterId: supplyOf(4).meterId, at: '2026-04-28T12:00:00+08:00' },
  ...{ source: 'energy', verdict: 'rejected' },
})

test('one person decides about a reading up to 100 yuan of what was charged', async () => {
  const shown = await preview(decided())
  const { meterId } = supplyOf(4)
  const decision = { meterId, at: at('04-28 12:00'), source: 1, verdict: 'rejected' } as const
  const complex = await rig.inTx((tx) => complexDays(tx, rig.complexId))
  const ask = { ...decision, reason: '误读' }
  const changedFen = await decisionEffect(deps(), rig.complex.clerk, complex, ask)
  expect(changedFen).toBe(months(shown).reduce((sum, one) => sum + Math.abs(one.differenceFen), 0))
  expect(changedFen).toBeGreaterThan(0)
  expect(() => refuseAlone(10_000)).not.toThrow()
  expect(() => refuseAlone(10_001)).toThrow('rerate_required')
  await dropRerate(deps(), rig.complex.clerk, shown.reratingId)
})

test('what is previewed is what is posted, whatever changes', async () => {
  const all = changes()
  const hung = await rig.sql<{ id: number }>(
    `select i.installation_id as id from installation i join supply s on s.point_id = i.point_id
     where s.supply_id = $1`,
    [supplyOf(3).supplyId],
  )
  const installationId = must(hung[0], 'it hangs').id
  const multiplied = { kind: 'multiplier', installationId, side: 'secondary' } as const
  all.push(
    ['a multiplier', { ...multiplied, effectiveFrom: '2026-04-27', multiplier: 20 }],
    // It hangs there under two numbers by now; this is the first.
    [
      'a multiplier from the first day on',
      { ...multiplied, effectiveFrom: '2026-01-01', multiplier: 3 },
    ],
  )
  all.push(['a decision about a reading', decided()])
  for (const [name, change] of all) {
    const before = await charged()
    const left = await balances()
    const shown = await preview(change)
    expect(shown.items.length, name).toBeGreaterThan(0)
    const done = await posted(shown.reratingId)
    expect(done, name).toMatchObject({ state: 'posted', differenceFen: shown.differenceFen })
    const after = await charged()
    const moved = [...after].flatMap(([key, fen]) =>
      fen === before.get(key) ? [] : [[key, fen - (before.get(key) ?? 0)]],
    )
    const said = months(shown).flatMap(({ supplyId, month, differenceFen }) =>
      differenceFen === 0 ? [] : [[`${supplyId} ${month}`, differenceFen]],
    )
    expect(moved.sort(), name).toEqual(said.sort())
    for (const one of months(done)) expect(one.postedFen, name).toBe(one.differenceFen)
    for (const one of months(done))
      expect(one.postingId === null, name).toBe(one.differenceFen === 0)
    const now = await balances()
    const gone = now.reduce((sum, fen, index) => sum + (left[index] ?? 0) - fen, 0)
    expect(gone, name).toBe(shown.differenceFen)
    // Everything priced again by itself finds nothing more.
    for (const { supplyId } of shops)
      await rig.inTx((tx) =>
        addWork(tx, rig.deps.ids, {
          ...{ complexId: rig.complexId, kind: RERATE_WORK, key: `supply/${supplyId}` },
        }),
      )
    await rig.rerated()
    expect(await balances(), name).toEqual(now)
  }
})

test('a month that was trued up explains itself, and what held goes on after it', async () => {
  const shown = await preview({
    ...{ kind: 'monthPrice', month: '2026-04' },
    prices: [{ planId: planOf('分时'), period: 'valley', priceE8: 33_333_333 }],
  })
  const { accountId, supplyId } = supplyOf(4)
  const done = await posted(shown.reratingId)
  const statement = await rig.base.db.as(rig.complex.clerk, async (tx) =>
    rerateStatement(tx, await reratingNamed(tx, done.reratingId, undefined), accountId),
  )
  expect(statement).toMatchObject({
    ...{ postedTo: 'balance', state: 'posted' },
    months: [{ month: '2026-04', supplyId, postedFen: statement.differenceFen }],
  })
  const lines = must(statement.months[0], 'the month').lines
  const valley = must(
    lines.find(({ period }) => period === 'valley'),
    'the valley',
  )
  expect(valley).toMatchObject({ beforeE8: 45_000_001, afterE8: 33_333_333 })
  expect(valley.afterWh).toBe(valley.beforeWh)
  expect(lines.reduce((sum, line) => sum + line.differenceFen, 0)).toBe(statement.differenceFen)
  const held = await rig.sql<{ since: string; peak: number; valley: number }>(
    `select to_char(since at time zone 'Asia/Shanghai', 'MM-DD') as since,
       (definition->'prices'->'peak'->>'priceE8')::bigint as peak,
       (definition->'prices'->'valley'->>'priceE8')::bigint as valley
     from plan_version_held where plan_id = $1 order by plan_version_held.since`,
    [planOf('分时')],
  )
  expect(held).toEqual([
    { since: '01-01', peak: 99_999_999, valley: 45_000_001 },
    { since: '04-01', peak: 111_111_111, valley: 33_333_333 },
    { since: '05-01', peak: 99_999_999, valley: 45_000_001 },
  ])
})

test('the books hold after all of it', async () => {
  expect(await auditBooks(rig.base.db)).toEqual([])
  expect(rig.errors).toEqual([])
})
