import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { withClient } from '../adapters/one-client.ts'
import { systemIds } from '../adapters/system.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'

let rig: WebRig
let operator: Client
let manager: Client
const V1 = '/api/v1'

beforeAll(async () => {
  rig = await startWebRig({ meters: 4 })
  await rig.addOperator('operator', 'property-operator', null)
  await rig.addOperator('manager', 'manager', null)
  operator = await rig.as('operator')
  manager = await rig.as('manager')
})
afterAll(() => rig.stop())

const here = () => rig.complex.complexId
const inTx = <T>(sql: string, params: unknown[]) =>
  rig.base.db.as(systemScope('test'), (tx) => tx.query<T>(sql, params))

type Given = { rule?: string; severity?: string; minutesAgo?: number; cleared?: number | null }
const raise = async (index: number, given: Given = {}): Promise<string> => {
  const { rule = 'meter-offline', severity = 'warning', minutesAgo = 5, cleared = null } = given
  const id = systemIds.uuid()
  const { meterId } = must(rig.complex.meters[index], 'a meter')
  await inTx(
    `insert into alarm (complex_id, alarm_id, rule, subject_kind, subject_id, severity, raised_at,
       cleared_at, meter_id, premises_id, building_id, gateway_id)
     select $1, $2, $3, 'meter', m.meter_id, $4, now() - make_interval(mins => $5),
       now() - make_interval(mins => $7), m.meter_id, pr.premises_id, pr.building_id, b.gateway_id
     from meter m join device d using (complex_id, device_id) join bus b using (complex_id, bus_id)
     join installation i on i.meter_id = m.meter_id
     join point p on p.point_id = i.point_id join premises pr on pr.premises_id = p.premises_id
     where m.complex_id = $1 and m.meter_id = $6`,
    [here(), id, rule, severity, minutesAgo, meterId, cleared],
  )
  return id
}
const clear = (id: string) => inTx('update alarm set cleared_at = now() where alarm_id = $1', [id])
const listed = async (query: string): Promise<string[]> => {
  const { body } = await manager.get(`${V1}/alarms?complexId=${here()}&${query}`)
  const { items } = Object(body)
  return Array.isArray(items) ? items.map((item) => String(item.alarmId)) : [JSON.stringify(body)]
}

describe('many alarms', () => {
  test('are acknowledged at once, with a note on each; what has cleared is left', async () => {
    const [a, b, gone] = [
      await raise(0),
      await raise(1),
      await raise(2, { cleared: 1, rule: 'clock-drift' }),
    ]
    const note = '已派人'
    expect(
      await operator.post(`${V1}/alarms/acknowledge`, { alarmIds: [a, b, gone], note }),
    ).toMatchObject({ status: 200, body: { acknowledged: 2, left: 1 } })
    expect(await operator.post(`${V1}/alarms/acknowledge`, { alarmIds: [a, b] })).toMatchObject({
      body: { acknowledged: 0, left: 2 },
    })
    expect((await operator.get(`${V1}/alarms/${a}`)).body).toMatchObject({
      acknowledgedBy: '操作员 operator',
      events: [{ kind: 'acknowledged', operator: '操作员 operator', note }],
    })
    const some = { alarmIds: [b, systemIds.uuid()] }
    expect(await operator.post(`${V1}/alarms/acknowledge`, some)).toMatchObject({ status: 404 })
    for (const id of [a, b]) await clear(id)
  })
})

test('a note is written once, also on an alarm that is over', async () => {
  const id = await raise(0, { cleared: 1 })
  const path = `${V1}/alarms/${id}/notes`
  const headers = { 'idempotency-key': 'note-1' }
  const body = { note: '雷击后恢复' }
  for (const _ of [1, 2])
    expect(await operator.send('POST', path, { body, headers })).toMatchObject({ status: 200 })
  expect((await operator.get(`${V1}/alarms/${id}`)).body).toMatchObject({
    events: [{ kind: 'note', note: '雷击后恢复' }],
  })
})

describe('an alarm that was put aside', () => {
  test('is not counted nor shown as open until it is taken up again', async () => {
    const id = await raise(3)
    const shelve = { minutes: 60, reason: '正在换表' }
    expect(await operator.post(`${V1}/alarms/${id}/shelve`, shelve)).toMatchObject({
      status: 200,
      body: { shelvedUntil: expect.any(String), events: [{ kind: 'shelved', note: '正在换表' }] },
    })
    expect(await listed('state=open')).toEqual([])
    expect(await listed('state=shelved')).toEqual([id])
    expect((await operator.get(`${V1}/alarm-counts?complexId=${here()}`)).body).toMatchObject({
      open: { warning: 0 },
    })
    expect(await operator.post(`${V1}/alarms/${id}/unshelve`, undefined)).toMatchObject({
      body: { events: [{ kind: 'shelved' }, { kind: 'unshelved' }] },
    })
    expect(await listed('state=open')).toEqual([id])
    expect(await operator.post(`${V1}/alarms/${id}/unshelve`, undefined)).toMatchObject({
      body: { code: 'alarm_not_shelved' },
    })
    await clear(id)
    expect(await operator.post(`${V1}/alarms/${id}/shelve`, shelve)).toMatchObject({
      body: { code: 'alarm_not_open' },
    })
  })
  test('that money hangs on is aside for a shift at most', async () => {
    const id = await raise(3, { rule: 'purchase-count-mismatch', severity: 'serious' })
    const shelve = (minutes: number) =>
      operator.post(`${V1}/alarms/${id}/shelve`, { minutes, reason: 'test' })
    expect(await shelve(481)).toMatchObject({
      ...{ status: 422, body: { code: 'alarm_shelf_too_long', facts: { maxMinutes: 480 } } },
    })
    expect(await shelve(480)).toMatchObject({ status: 200 })
    await clear(id)
  })
})

test('what was raised can’t be rewritten, and what was done about it neither', async () => {
  for (const sql of [
    `update alarm set raised_at = now()`,
    `update alarm set severity = 'info'`,
    `update alarm set facts = '{}'`,
    'delete from alarm',
    `update alarm_event set note = ''`,
    'delete from alarm_event',
    `update alarm_setting set reason = ''`,
    'delete from alarm_threshold',
  ])
    await expect(inTx(sql, [])).rejects.toThrow('permission denied')
})

describe('the history', () => {
  test('is asked by rule, severity, place, person, duration and day, and saved', async () => {
    const long = await raise(1, { rule: 'overload', minutesAgo: 90, cleared: 1 })
    const short = await raise(2, {
      ...{ rule: 'overload', severity: 'serious', minutesAgo: 3, cleared: 1 },
    })
    const places = await inTx<{ building: number; gateway: number; no: string; meter: string }>(
      `select a.building_id as building, a.gateway_id as gateway, p.no, m.no as meter
       from alarm a join premises p on p.premises_id = a.premises_id
       join meter m on m.meter_id = a.meter_id where a.alarm_id = $1`,
      [long],
    )
    const { building, gateway, no, meter } = must(places[0], 'a place')
    const overload = (more: string) => listed(`rule=overload&${more}`)
    expect(await overload('')).toEqual([short, long])
    expect(await overload('severity=serious')).toEqual([short])
    expect(await overload('minMinutes=60')).toEqual([long])
    expect(await overload(`buildingId=${building}&gatewayId=${gateway}`)).toContain(long)
    expect(await overload('buildingId=9999')).toEqual([])
    expect(await overload(`search=${encodeURIComponent(no)}`)).toContain(long)
    expect(await overload(`search=${meter}`)).toEqual([long])
    expect(await overload('from=2020-01-01&to=2020-12-31')).toEqual([])
    expect(await overload('from=2020-01-01&to=2099-12-31')).toEqual([short, long])
    expect(await overload('by=nobody')).toEqual([])
    expect((await listed('by=OPERATOR')).length).toBe(2)
    expect((await overload('limit=1')).length).toBe(1)
    const { status, body } = await manager.get(`${V1}/alarm-sheet?complexId=${here()}`)
    expect({ status, body }).toMatchObject({ status: 200, body: { fileName: 'alarms.xlsx' } })
  })
})

describe('the settings', () => {
  const put = (path: string, body: object) =>
    manager.send('PUT', `${V1}${path}`, {
      body: { complexId: here(), reason: 'test', ...body },
    })
  const shown = async () => {
    const { body } = await manager.get(`${V1}/alarm-settings?complexId=${here()}`)
    return Object(body)
  }
  const rule = async (id: string) =>
    (await shown()).rules.find((one: { rule: string }) => one.rule === id)
  const set = (more: object = {}) => ({
    settings: { enabled: true, severity: 'warning', figures: {}, ...more },
  })
  test('of a rule are kept within its bounds, with who and why', async () => {
    expect(
      await put('/alarm-rules/meter-offline', set({ figures: { delayS: 600 } })),
    ).toMatchObject({
      status: 204,
    })
    expect(await rule('meter-offline')).toMatchObject({
      ...{ isSet: true, reason: 'test', savedBy: '操作员 manager', enabled: true },
      figures: [{ name: 'delayS', value: 600, supplied: 180 }],
    })
    for (const figures of [{ delayS: 1 }, { nonsense: 1 }])
      expect(await put('/alarm-rules/meter-offline', set({ figures }))).toMatchObject({
        body: { code: 'invalid_input' },
      })
    expect(await put('/alarm-rules/nonsense', set())).toMatchObject({ status: 404 })
    await put('/alarm-rules/meter-offline', { settings: null })
    expect(await rule('meter-offline')).toMatchObject({ isSet: false })
  })
  test('can’t turn off or play down what safety or money hangs on', async () => {
    const off = set({ enabled: false, severity: 'serious' })
    for (const body of [off, set({ severity: 'info' })])
      expect(await put('/alarm-rules/gateway-offline', body)).toMatchObject({
        ...{ status: 422, body: { code: 'alarm_rule_fixed' } },
      })
  })
  test('of escalation name somebody who sees alarms, each severity once a moment', async () => {
    const step = { severity: 'serious', afterMinutes: 5, roles: ['manager'], operatorIds: [] }
    expect(await put('/alarm-escalation', { steps: [step] })).toMatchObject({ status: 204 })
    expect((await shown()).escalation).toMatchObject({ isSet: true, steps: [step] })
    for (const [steps, why] of [
      [[{ ...step, roles: [] }], 'nobody'],
      [[{ ...step, roles: ['nonsense'] }], 'unknown'],
      [[{ ...step, operatorIds: [99_999] }], 'unknown'],
      [[step, step], 'same_time'],
    ] as const)
      expect(await put('/alarm-escalation', { steps })).toMatchObject({
        body: { code: 'invalid_input', facts: { rule: why } },
      })
  })
  test('may be seen but not set by whoever watches', async () => {
    const body = { complexId: here(), reason: 'test', settings: { alarms: 9, minutes: 9 } }
    expect(await operator.send('PUT', `${V1}/alarm-storm`, { body })).toMatchObject({ status: 403 })
    expect(await put('/alarm-storm', { settings: body.settings })).toMatchObject({ status: 204 })
    expect((await shown()).storm).toMatchObject({ settings: { alarms: 9, minutes: 9 } })
  })
})

describe('overload thresholds', () => {
  const thresholds = async (more = '') => {
    const { body } = await manager.get(`${V1}/alarm-thresholds?complexId=${here()}${more}`)
    return Object(body).items
  }
  const put = (path: string, body: object) =>
    manager.send('PUT', `${V1}${path}`, { body: { complexId: here(), reason: 'test', ...body } })
  let supplyId = 0
  let meterNo = ''
  beforeAll(async () => {
    const { meterId } = must(rig.complex.meters[0], 'a meter')
    await rig.addOperator('clerk', 'administrator', null)
    const clerk = await rig.as('clerk')
    const meters = [{ meterId, planId: rig.complex.planId, alarm1Fen: 3_000, alarm2Fen: 1_000 }]
    const body = { complexId: here(), tenant: { name: '蜀香餐饮' }, meters }
    expect(await clerk.post(`${V1}/accounts`, body)).toMatchObject({ status: 200 })
    await withClient(rig.base.ownerUrl, (owner) =>
      owner.query(
        `insert into power_policy (complex_id, settings, saved_at)
         values ($1, '{"overload":{"powerW":9000,"delayMinutes":5}}', now())`,
        [here()],
      ),
    )
  })
  const now = async () => {
    const [one] = await thresholds()
    ;({ supplyId, meterNo } = one)
    return [one.from, one.powerW, one.delayS]
  }
  test('come from the nearest level that says something, at last the power policy', async () => {
    const { planId } = rig.complex
    expect(await now()).toEqual(['policy', 9_000, 300])
    const value = (powerW: number) => ({ powerW, delayS: 60 })
    const levels = [
      [{ level: 'complex', ids: [], value: value(8_000) }, ['complex', 8_000, 60]],
      [{ level: 'plan', ids: [planId], value: value(7_000) }, ['plan', 7_000, 60]],
      [{ level: 'supply', ids: [supplyId], value: value(6_000) }, ['supply', 6_000, 60]],
      [{ level: 'supply', ids: [supplyId], value: null }, ['plan', 7_000, 60]],
      [{ level: 'plan', ids: [planId], value: null }, ['complex', 8_000, 60]],
    ] as const
    for (const [body, expected] of levels) {
      expect(await put('/alarm-thresholds', body)).toMatchObject({ status: 204 })
      expect(await now()).toEqual(expected)
    }
    expect(await thresholds('&level=complex')).toHaveLength(1)
    expect(await thresholds('&level=supply')).toHaveLength(0)
    const bad = { level: 'plan', ids: [9_999], value: null }
    expect(await put('/alarm-thresholds', bad)).toMatchObject({ status: 404 })
  })
  test('come from a sheet, all or nothing', async () => {
    const sheet = (rows: object[], dryRun = false) =>
      put('/alarm-thresholds/sheet', { rows, dryRun })
    const good = { meterNo, powerW: 5_000, delayS: 30 }
    expect(await sheet([good, { ...good, meterNo: 'nonsense' }, good])).toMatchObject({
      body: {
        applied: false,
        bad: [
          { row: 2, code: 'unknown' },
          { row: 3, code: 'twice' },
        ],
      },
    })
    expect(await sheet([good], true)).toMatchObject({ body: { applied: false, bad: [] } })
    expect(await now()).toEqual(['complex', 8_000, 60])
    expect(await sheet([good])).toMatchObject({ body: { applied: true, changed: 1 } })
    expect(await sheet([good])).toMatchObject({ body: { applied: true, changed: 0 } })
    expect(await now()).toEqual(['supply', 5_000, 30])
  })
})

test('no answer of these broke its contract', () => {
  expect(rig.lines.filter((line) => line.level === 'error')).toEqual([])
})
