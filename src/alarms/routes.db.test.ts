import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { systemIds } from '../adapters/system.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'

let rig: WebRig
let operator: Client
let clerk: Client

beforeAll(async () => {
  rig = await startWebRig({ meters: 4 })
  await rig.addOperator('operator', 'property-operator', [rig.complex.complexId])
  await rig.addOperator('clerk', 'finance-clerk', [rig.complex.complexId])
  operator = await rig.as('operator')
  clerk = await rig.as('clerk')
})
afterAll(() => rig.stop())

const raise = async (index: number, severity: string, minutesAgo: number): Promise<string> => {
  const id = systemIds.uuid()
  const meter = must(rig.complex.meters[index], 'a meter').meterId
  await rig.base.db.as(systemScope('test'), (tx) =>
    tx.query(
      `insert into alarm (complex_id, alarm_id, rule, subject_kind, subject_id, severity, raised_at)
       values ($1, $2, 'meter-offline', 'meter', $3, $4, now() - make_interval(mins => $5))`,
      [rig.complex.complexId, id, meter, severity, minutesAgo],
    ),
  )
  return id
}
const list = async (query = ''): Promise<string[]> => {
  const { body } = await clerk.get(`/api/v1/alarms?complexId=${rig.complex.complexId}${query}`)
  const { items } = Object(body)
  return Array.isArray(items) ? items.map((item) => String(item.alarmId)) : [JSON.stringify(body)]
}

describe('alarms', () => {
  test('go from open to acknowledged by a person, with his name', async () => {
    const [older, newer] = [await raise(0, 'warning', 10), await raise(1, 'serious', 5)]
    expect(await list('&state=open')).toEqual([newer, older])
    expect(await list('&severity=serious')).toEqual([newer])
    const path = `/api/v1/alarms/${older}/acknowledge`
    expect(await clerk.post(path, {})).toMatchObject({
      status: 403,
      body: { code: 'not_permitted' },
    })
    expect(await operator.post(path, {})).toMatchObject({
      status: 200,
      body: {
        alarmId: older,
        title: { zh: expect.any(String), en: expect.any(String) },
        acknowledgedBy: '操作员 operator',
        acknowledgedAt: expect.stringContaining('+08:00'),
      },
    })
    expect(await list('&state=open')).toEqual([newer])
    expect(await list('&state=acknowledged')).toEqual([older])
    expect(await list('&state=cleared')).toEqual([])
    expect(await list()).toEqual([newer, older])
  })
  test('are paged, newest first', async () => {
    const third = await raise(2, 'info', 1)
    const first = await clerk.get(`/api/v1/alarms?complexId=${rig.complex.complexId}&limit=1`)
    expect(first).toMatchObject({ body: { items: [{ alarmId: third }] } })
    const rest = await list(`&limit=5&cursor=${Object(first.body).nextCursor}`)
    expect(rest).toHaveLength(2)
    expect(rest).not.toContain(third)
  })
  test('of another complex are not found', async () => {
    await rig.addOperator('outsider', 'administrator', [rig.otherComplex])
    const outsider = await rig.as('outsider')
    const id = await raise(3, 'info', 1)
    expect(await outsider.get(`/api/v1/alarms/${id}`)).toMatchObject({ status: 404 })
    expect(await outsider.post(`/api/v1/alarms/${id}/acknowledge`, {})).toMatchObject({
      status: 404,
    })
    expect(await clerk.get(`/api/v1/alarms/${id}`)).toMatchObject({ body: { alarmId: id } })
  })
})

test('no answer of these broke its contract', () => {
  expect(rig.lines.filter((line) => line.level === 'error')).toEqual([])
})
