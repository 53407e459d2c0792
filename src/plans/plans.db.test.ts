import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { openAccount } from '../accounts/open.ts'
import { writeRole } from '../operators/role-store.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { onlyPriceE8, type PlanDefinition } from '../tariff/plan.ts'

const PAST = '2020-03-01'
const FUTURE = '2099-01-01'
const BEGINS = '2099-01-01T00:00:00.000+08:00'

let rig: WebRig
let manager: Client
/** May do all but change prices that have been charged. */
let pricer: Client
let outsider: Client

beforeAll(async () => {
  rig = await startWebRig({ meters: 3 })
  const permissions = ['register.view', 'plan.edit', 'plan.assign'] as const
  await rig.base.db.as(systemScope('test'), (tx) =>
    writeRole(tx, { code: 'pricer', zh: '电价员', en: 'Pricer', permissions }),
  )
  await rig.addOperator('manager', 'manager', [rig.complex.complexId])
  await rig.addOperator('pricer', 'pricer', [rig.complex.complexId])
  await rig.addOperator('outsider', 'manager', [rig.otherComplex])
  manager = await rig.as('manager')
  pricer = await rig.as('pricer')
  outsider = await rig.as('outsider')
  for (const [index, { meterId }] of rig.complex.meters.slice(0, 2).entries())
    await openAccount(rig.complex.deps, rig.complex.clerk, {
      requestId: `open-${index}`,
      complexId: rig.complex.complexId,
      tenant: { name: `商户${index}` },
      meters: [{ meterId, planId: rig.complex.planId, alarm1Fen: 2, alarm2Fen: 1 }],
    })
})
afterAll(() => rig.stop())

const complexId = () => rig.complex.complexId
const flat = (priceE8: number, more = {}): PlanDefinition => ({ kind: 'flat', priceE8, ...more })
const season = (workday: object[], more = {}) => ({
  ...{ name: '全年', ranges: [{ from: '01-01', to: '12-31' }] },
  days: { workday, ...more },
})
const night = { atMinute: 0, period: 'valley' }
const tou = (...seasons: object[]) => ({
  kind: 'timeOfUse',
  prices: { peak: { priceE8: 120_000_000 }, valley: { priceE8: 40_000_000 } },
  seasons,
})

const field = (answer: Answer, name: string): unknown => Object(answer.body)[name]
const make = async (name: string, definition: object, more = {}): Promise<number> => {
  const body = { complexId: complexId(), name, definition, ...more }
  const answer = await manager.post('/api/v1/plans', body)
  expect(answer).toMatchObject({ status: 200, body: { name } })
  return Number(field(answer, 'planId'))
}
const rows = <Row>(sql: string, params: unknown[] = []) =>
  rig.base.db.as(systemScope('test'), (tx) => tx.query<Row>(sql, params))
const toPrice = async () =>
  (await rows<{ key: string }>(`select key from work where kind = 'rerate' order by key`)).map(
    ({ key }) => key,
  )
const supplies = async (): Promise<number[]> =>
  (await rows<{ id: number }>('select supply_id as id from supply order by 1')).map(({ id }) => id)
const refused = (code: string, facts = {}) => ({ body: { code, facts } })

describe('a plan', () => {
  test('is made, listed with its prices, and shown with its history', async () => {
    const planId = await make('分时', tou(season([night, { atMinute: 480, period: 'peak' }])))
    const listed = await manager.get(`/api/v1/plans?complexId=${complexId()}`)
    expect(listed.body).toMatchObject({
      items: [
        { planId: rig.complex.planId, kind: 'flat', supplies: 2 },
        {
          ...{ planId, kind: 'timeOfUse', version: 1, supplies: 0, priceE8: null },
          ...{ cheapestE8: 40_000_000, dearestE8: 120_000_000, nextVersion: null },
        },
      ],
    })
    expect((await manager.get(`/api/v1/plans/${planId}`)).body).toMatchObject({
      versions: [{ version: 1, savedBy: '操作员 manager', until: null, backdated: false }],
    })
  })
  test('that is not complete is refused with every place named', async () => {
    const definition = tou(
      season([
        { ...night, atMinute: 30 },
        { atMinute: 20, period: 'sharp' },
      ]),
    )
    const body = { complexId: complexId(), name: '缺', definition }
    expect(await manager.post('/api/v1/plans', body)).toMatchObject({
      status: 422,
      ...refused('plan_incomplete', {
        count: 3,
        places: [0, 1, 1].map((index) => `seasons.0.days.workday.${index}`).join(', '),
        zh: expect.stringContaining('季节“全年” 工作日 第 1 个时段：第一个时段须从 00:00 开始'),
        en: expect.stringContaining('season “全年”, workdays, switch 2, sharp: this period has no'),
      }),
    })
  })
  test('has a name of its own, in one complex', async () => {
    const body = { complexId: complexId(), name: '分时', definition: flat(1) }
    expect(await manager.post('/api/v1/plans', body)).toMatchObject(refused('already_exists'))
    const planId = rig.complex.planId
    expect(
      await manager.send('PATCH', `/api/v1/plans/${planId}`, { body: { name: '分时' } }),
    ).toMatchObject(refused('already_exists', { field: 'name' }))
    expect(await outsider.get(`/api/v1/plans/${planId}`)).toMatchObject(refused('not_found'))
  })
  test('asked for twice under one request id is made once', async () => {
    const body = { complexId: complexId(), name: '一次', definition: flat(5) }
    const key = { 'idempotency-key': 'plan-once' }
    const first = await manager.post('/api/v1/plans', body, key)
    expect((await manager.post('/api/v1/plans', body, key)).body).toEqual(first.body)
  })
})

describe('a version', () => {
  const versionOf = (planId: number, effectiveFrom: string, definition: object, by = manager) =>
    by.post(`/api/v1/plans/${planId}/versions`, { effectiveFrom, definition })

  test('for the future says what it changes and how many have the plan', async () => {
    const { planId } = rig.complex
    const body = { effectiveFrom: FUTURE, definition: flat(90_000_000), dryRun: true }
    const saved = {
      ...{ effectiveFrom: BEGINS, backdated: false, supplies: 2, accounts: 2 },
      changes: [{ path: 'priceE8', after: 90_000_000 }],
    }
    expect(await pricer.post(`/api/v1/plans/${planId}/versions`, body)).toMatchObject({
      body: { ...saved, version: null },
    })
    expect(await versionOf(planId, FUTURE, flat(90_000_000), pricer)).toMatchObject({
      body: { ...saved, version: 2 },
    })
    const shown = await manager.get(`/api/v1/plans/${planId}`)
    expect(shown.body).toMatchObject({
      ...{ version: 1, nextVersion: 2, nextFrom: BEGINS },
      versions: [
        { version: 2, until: null },
        { version: 1, until: BEGINS },
      ],
    })
    expect(await toPrice()).toEqual([])
  })
  test('for a moment that another has is the one that holds', async () => {
    const { planId } = rig.complex
    await versionOf(planId, BEGINS, flat(80_000_000))
    expect((await manager.get(`/api/v1/plans/${planId}`)).body).toMatchObject({
      nextVersion: 3,
      versions: [
        { version: 3, changes: [{ before: 90_000_000, after: 80_000_000 }] },
        { version: 2, effectiveFrom: BEGINS, until: BEGINS },
        { version: 1 },
      ],
    })
  })
  test('for the past needs a right of its own, and what was charged is priced again', async () => {
    const { planId } = rig.complex
    expect(await versionOf(planId, PAST, flat(1), pricer)).toMatchObject(refused('not_permitted'))
    expect(await versionOf(planId, PAST, flat(1))).toMatchObject({ body: { backdated: true } })
    expect(await toPrice()).toEqual([`plan/${planId}`])
    const unused = await make('无人用', flat(1))
    expect(await versionOf(unused, PAST, flat(2), pricer)).toMatchObject({
      body: { backdated: false },
    })
  })
  test.each(['2099-01-01T00:00:30+08:00', '2099-13-01', 'tomorrow'])(
    'begins on a day or a whole minute, not at %s',
    async (effectiveFrom) => {
      const answer = await versionOf(rig.complex.planId, effectiveFrom, flat(1))
      expect(answer).toMatchObject({ status: 400, ...refused('invalid_input') })
    },
  )
})

describe('supplies', () => {
  const assign = (planId: number, body: object, by = manager) =>
    by.post(`/api/v1/plans/${planId}/assign`, { effectiveFrom: FUTURE, ...body })
  const plansOf = async (at: string) =>
    (
      await rows<{ planId: number }>(
        `select f.plan_id as "planId" from supply s, plan_in_force(s.complex_id, s.supply_id, $1) f
         order by s.supply_id`,
        [at],
      )
    ).map((row) => row.planId)

  test('get a plan from a moment on; looked at first, nothing changes', async () => {
    const before = rig.complex.planId
    const planId = await make('新', flat(70_000_000))
    const [first = 0, second = 0] = await supplies()
    const dry = await assign(planId, { supplyIds: [first], dryRun: true }, pricer)
    expect(dry).toMatchObject({
      body: {
        ...{ dryRun: true, supplies: 1, accounts: 1, unchanged: 0, backdated: false },
        items: [{ supplyId: first, planId: before, tenant: '商户0', nextPlanId: null }],
      },
    })
    expect(await plansOf('2099-06-01')).toEqual([before, before])
    await assign(planId, { supplyIds: [first] }, pricer)
    expect(await plansOf('2099-06-01')).toEqual([planId, before])
    expect(await plansOf('2098-06-01')).toEqual([before, before])
    const rest = await assign(planId, { fromPlanId: before })
    expect(rest).toMatchObject({ body: { supplies: 1, items: [{ supplyId: second }] } })
    const again = await assign(planId, { supplyIds: [first, second] })
    expect(again).toMatchObject({ body: { supplies: 0, unchanged: 2 } })
    const listed = await manager.get(`/api/v1/supply-plans?complexId=${complexId()}`)
    expect(listed.body).toMatchObject({
      items: [
        { planId: before, nextPlanId: planId, nextPlan: '新', nextFrom: BEGINS },
        { planId: before, nextPlanId: planId },
      ],
    })
  })
  test('get one for the past only by who may, and then are priced again', async () => {
    const planId = await make('旧', flat(60_000_000), { effectiveFrom: PAST })
    const [first = 0] = await supplies()
    const body = { supplyIds: [first], effectiveFrom: PAST }
    expect(await assign(planId, body, pricer)).toMatchObject(refused('not_permitted'))
    expect(await assign(planId, body)).toMatchObject({ body: { supplies: 1, backdated: true } })
    // A supply that began later has it from its beginning.
    expect((await plansOf('2098-01-01'))[0]).toBe(planId)
    expect(await toPrice()).toContain(`plan/${planId}`)
    const used = await manager.send('PATCH', `/api/v1/plans/${planId}`, { body: { retired: true } })
    expect(used).toMatchObject(refused('plan_in_use', { supplies: 1 }))
  })
  test('get no plan that cannot hold for them', async () => {
    const [first = 0] = await supplies()
    const late = await make('迟', flat(1), { effectiveFrom: '2099-06-01' })
    expect(await assign(late, { supplyIds: [first] })).toMatchObject(refused('plan_not_in_force'))
    const kva = await make('容量', flat(1, { basic: { kind: 'capacity', perKvaE8: 1 } }))
    expect(await assign(kva, { supplyIds: [first] })).toMatchObject(
      refused('capacity_required', { supplyId: first }),
    )
    expect(await assign(kva, { supplyIds: [first], capacityVa: 400_000 })).toMatchObject({
      body: { supplies: 1 },
    })
    const gone = await make('停', flat(1))
    await manager.send('PATCH', `/api/v1/plans/${gone}`, { body: { retired: true } })
    expect(await assign(gone, { supplyIds: [first] })).toMatchObject(refused('plan_retired'))
    expect(await assign(kva, { supplyIds: [999_999] })).toMatchObject(refused('not_found'))
    expect(await assign(kva, {})).toMatchObject(refused('invalid_input', { field: 'supplyIds' }))
  })
})

describe('the calendar', () => {
  const path = () => `/api/v1/calendar?complexId=${complexId()}`
  const day = { day: '2027-10-01', type: 'holiday', name: '国庆节', nameEn: 'National Day' }
  const save = (year: number, days: object[]) =>
    manager.send('PUT', '/api/v1/calendar', { body: { complexId: complexId(), year, days } })

  test('has the supplied table, and says where a year is not known', async () => {
    expect((await manager.get(`${path()}&year=2026`)).body).toMatchObject({
      ...{ known: true, source: expect.stringContaining('国办发明电〔2025〕7号') },
      days: expect.arrayContaining([
        {
          day: '2026-02-14',
          type: 'workday',
          name: '春节调休上班',
          nameEn: expect.any(String),
          own: false,
        },
      ]),
    })
    expect((await manager.get(`${path()}&year=2027`)).body).toEqual({
      ...{ year: 2027, known: false, source: null, days: [] },
    })
  })
  test('takes the complex’s own days, of that year and once each', async () => {
    expect((await save(2027, [day])).body).toMatchObject({
      known: true,
      days: [{ ...day, own: true }],
    })
    expect(await save(2026, [day])).toMatchObject(refused('invalid_input', { rule: 'year' }))
    expect(await save(2027, [day, day])).toMatchObject(refused('invalid_input', { rule: 'twice' }))
  })
  test('changed for days that have come is priced again', async () => {
    await save(2025, [{ ...day, day: '2025-10-01', type: 'holiday' }])
    expect(await toPrice()).not.toContain('calendar/2025')
    await save(2025, [{ ...day, day: '2025-10-01', type: 'workday' }])
    expect(await toPrice()).toContain('calendar/2025')
  })
})

describe('a plan looked at before it is saved', () => {
  const check = (definition: object, language: string, more = {}) =>
    manager.post(
      '/api/v1/plans/check',
      { complexId: complexId(), definition, ...more },
      { 'accept-language': language },
    )
  test('names its faults in the caller’s language', async () => {
    const wrong = tou({ ...season([night]), ranges: [{ from: '01-02', to: '12-31' }] })
    const fault = { kind: 'seasonGap', path: 'seasons', day: '01-01' }
    expect((await check(wrong, 'zh')).body).toMatchObject({
      ...{ complete: false, strip: null },
      faults: [{ ...fault, text: '01-01：这些日期不属于任何季节' }],
    })
    expect((await check(wrong, 'en')).body).toMatchObject({
      faults: [{ ...fault, text: '01-01: these days belong to no season' }],
    })
  })
  test('shows a day of it, by the calendar of the complex', async () => {
    const holiday = [{ atMinute: 0, period: 'peak' }]
    const plan = tou(season([night, { atMinute: 480, period: 'peak' }], { holiday }))
    expect((await check(plan, 'zh', { day: '2026-11-23' })).body).toMatchObject({
      complete: true,
      strip: {
        ...{ dayType: 'workday', dayName: null, season: 0 },
        segments: [
          { fromMinute: 0, toMinute: 480, period: 'valley', priceE8: 40_000_000 },
          { fromMinute: 480, toMinute: 1_440, period: 'peak', priceE8: 120_000_000 },
        ],
      },
    })
    expect((await check(plan, 'en', { day: '2026-10-01' })).body).toMatchObject({
      strip: { dayType: 'holiday', dayName: 'National Day', segments: [{ period: 'peak' }] },
    })
  })
})

test('the database knows the one price of a plan as the tariff does', async () => {
  const found = await rows<{ definition: PlanDefinition; price: number | null }>(
    'select definition, price_e8 as price from plan_version',
  )
  expect(found.length).toBeGreaterThan(8)
  for (const { definition, price } of found) expect(price).toBe(onlyPriceE8(definition))
})

test('every change is under audit, with what was before', async () => {
  const found = await rows<{ action: string; before: unknown }>(
    `select action, before from audit where action like 'plan.%' or action like 'calendar.%'`,
  )
  expect(new Set(found.map(({ action }) => action))).toEqual(
    new Set(['plan.create', 'plan.change', 'plan.version', 'plan.assign', 'calendar.change']),
  )
  const version = must(
    found.find(({ action }) => action === 'plan.version'),
    'a version',
  )
  expect(version.before).toMatchObject({ version: 1, definition: { kind: 'flat' } })
})
