import { afterAll, beforeAll, expect, test } from 'vitest'
import { allYear } from '../../test/day-night.ts'
import { type Answer, type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { openAccount } from '../accounts/open.ts'
import { writeRole } from '../operators/role-store.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { PlanDefinition } from '../tariff/plan.ts'

const PAST = '2020-03-01'
const FUTURE = '2099-01-01'

let rig: WebRig
let manager: Client
/** May do all but change prices that have been charged. */
let pricer: Client

beforeAll(async () => {
  rig = await startWebRig({ meters: 1 })
  const permissions = ['register.view', 'plan.edit', 'plan.assign'] as const
  await rig.base.db.as(systemScope('test'), (tx) =>
    writeRole(tx, { code: 'pricer', zh: '电价员', en: 'Pricer', permissions }),
  )
  await rig.addOperator('manager', 'manager', [rig.complex.complexId])
  await rig.addOperator('pricer', 'pricer', [rig.complex.complexId])
  manager = await rig.as('manager')
  pricer = await rig.as('pricer')
  const { meterId } = must(rig.complex.meters[0], 'the meter')
  await openAccount(rig.complex.deps, rig.complex.clerk, {
    requestId: 'open',
    complexId: rig.complex.complexId,
    tenant: { name: '云栖酒店' },
    meters: [{ meterId, planId: await make('旧', flat(60_000_000)), alarm1Fen: 2, alarm2Fen: 1 }],
  })
})
afterAll(() => rig.stop())

const complexId = () => rig.complex.complexId
const rows = <Row>(sql: string) => rig.base.db.as(systemScope('test'), (tx) => tx.query<Row>(sql))
const flat = (priceE8: number): PlanDefinition => ({ kind: 'flat', priceE8 })
const field = (answer: Answer, name: string): unknown => Object(answer.body)[name]
const refused = (code: string, facts: object = {}) => ({
  body: { code, facts: expect.objectContaining(facts) },
})
const make = async (name: string, definition: object): Promise<number> => {
  const body = { complexId: complexId(), name, definition, effectiveFrom: PAST }
  return Number(field(await manager.post('/api/v1/plans', body), 'planId'))
}
const NIGHT = [{ atMinute: 0, period: 'valley' as const }]

const plan = async (): Promise<number> => {
  const listed = await manager.get(`/api/v1/supply-plans?complexId=${complexId()}`)
  return Number(Object(Object(listed.body).items[0]).planId)
}
const preview = (change: object, by = manager) =>
  by.post('/api/v1/rerate/preview', { complexId: complexId(), change, note: '文件' })

test('what was charged is changed by no version, assignment or day of its own', async () => {
  await rows(
    `insert into usage_day (complex_id, supply_id, meter_id, day, version, lines, energy_wh,
       due_fen, at, month, tenant_since, from_at, until_at)
     select s.complex_id, s.supply_id, e.meter_id, now()::date, 1, '[]', 1000, 0, now(),
       date_trunc('month', now())::date, t.since, now(), now() + interval '1 day'
     from supply s
     join epoch e on e.complex_id = s.complex_id and e.supply_id = s.supply_id
     join account_tenant t on t.complex_id = s.complex_id and t.account_id = s.account_id
     order by s.supply_id limit 1`,
  )
  const planId = await plan()
  const versions = `/api/v1/plans/${planId}/versions`
  const version = { effectiveFrom: PAST, definition: flat(3) }
  expect(await manager.post(versions, version)).toMatchObject(
    refused('rerate_required', { supplies: 1 }),
  )
  const tried = { backdated: true, rerates: 1, version: null }
  expect(await manager.post(versions, { ...version, dryRun: true })).toMatchObject({
    body: tried,
  })
  const byDays = await make('按日', {
    kind: 'timeOfUse',
    prices: { valley: { priceE8: 40_000_000 } },
    seasons: [allYear({ workday: NIGHT, holiday: NIGHT })],
  })
  const assign = `/api/v1/plans/${byDays}/assign`
  expect(await manager.post(assign, { effectiveFrom: PAST, fromPlanId: planId })).toMatchObject(
    refused('rerate_required', { supplies: 1 }),
  )
  await manager.post(assign, { effectiveFrom: FUTURE, fromPlanId: planId })
  const holiday = { day: '2026-10-15', type: 'holiday', name: '停业', nameEn: '' }
  const body = { complexId: complexId(), year: 2026, days: [holiday] }
  expect(await manager.send('PUT', '/api/v1/calendar', { body })).toMatchObject(
    refused('rerate_required'),
  )
})
test('what was charged is changed by a preview, kept and saved as a workbook', async () => {
  const planId = await plan()
  const price = { kind: 'price', planId, effectiveFrom: PAST, definition: flat(3) }
  expect(await preview(price, pricer)).toMatchObject(refused('not_permitted'))
  const shown = await preview(price)
  expect(shown).toMatchObject({ status: 200, body: { state: 'previewed', kind: 'price' } })
  const id = field(shown, 'reratingId')
  expect(await manager.get(`/api/v1/rerate?complexId=${complexId()}`)).toMatchObject({
    body: { items: [{ reratingId: id, note: '文件', askedBy: '操作员 manager' }] },
  })
  for (const table of ['months', 'lines'])
    expect(await manager.get(`/api/v1/rerate/${id}/sheet?table=${table}`)).toMatchObject({
      body: { base64: expect.stringMatching(/^UEs/) },
    })
  expect(await manager.post('/api/v1/rerate', { reratingId: id })).toMatchObject(
    refused('approval_required', { why: 'always' }),
  )
  expect(await manager.send('DELETE', `/api/v1/rerate/${id}`)).toMatchObject({
    body: { state: 'dropped' },
  })
})
test('a preview is no way round for what lies ahead, and knows the prices of a month', async () => {
  const planId = await plan()
  const ahead = { kind: 'price', planId, effectiveFrom: FUTURE, definition: flat(3) }
  expect(await preview(ahead)).toMatchObject(refused('rerate_not_past'))
  const priced = (month: string, period: string | null) =>
    preview({ kind: 'monthPrice', month, prices: [{ planId, period, priceE8: 5 }] })
  expect(await priced('2099-01', null)).toMatchObject(refused('month_not_over'))
  expect(await priced('2026-10', 'peak')).toMatchObject(
    refused('month_price_unknown', { periods: 'peak' }),
  )
  const prices = `/api/v1/month-prices?complexId=${complexId()}&month=2026-11`
  expect(await manager.get(prices)).toMatchObject({
    body: { month: '2026-11', items: expect.arrayContaining([]) },
  })
})
