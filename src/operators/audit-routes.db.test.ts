import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { systemScope } from '../ports/database.ts'
import { subjectNames } from './audit-subjects-store.ts'

let rig: WebRig
let auditor: Client
let complexId: number

beforeAll(async () => {
  rig = await startWebRig()
  complexId = rig.complex.complexId
  await rig.addOperator('auditor', 'auditor', [rig.complex.complexId])
  await rig.addOperator('admin', 'administrator', null)
  const admin = await rig.as('admin')
  const meimei = {
    ...{ username: 'meimei', name: '=SUM(1)', password: 'First-given-1', role: 'finance-clerk' },
    complexes: [complexId],
  }
  await admin.post('/api/v1/operators', meimei)
  const rows = await rig.base.db.as(systemScope('test'), (tx) =>
    tx.query<{ id: number }>(`select operator_id as id from operator where username = 'meimei'`),
  )
  await admin.send('PATCH', `/api/v1/operators/${rows[0]?.id}`, { body: { name: '韩梅梅' } })
  auditor = await rig.as('auditor')
})
afterAll(() => rig.stop())

const audit = async (query = '') => {
  const answer = await auditor.get(`/api/v1/audit?complexId=${complexId}${query}`)
  expect(answer.status).toBe(200)
  return answer.body
}

describe('the audit log', () => {
  test('tells who did what, the newest first, with before and after', async () => {
    expect(await audit('&action=operator.edit')).toMatchObject({
      items: [
        {
          operator: '操作员 admin',
          username: 'admin',
          action: 'operator.edit',
          title: { zh: '修改操作员' },
          subjectName: '韩梅梅 meimei',
          before: { name: '=SUM(1)' },
          after: { name: '韩梅梅' },
        },
      ],
      nextCursor: null,
    })
  })
  test('names what it was done to, of whatever kind; what has no name has none', async () => {
    const ids = [1, 999_999, '01a20820-f681-7799-a9e6-85f4e13ba02d', 'no-id']
    const kinds = [
      ...(['account', 'meter', 'point', 'supply', 'purchase', 'reduction', 'shift'] as const),
      ...(['operator', 'complex', 'gateway', 'plan', 'sharing-rule', 'timed-schedule'] as const),
      'batch',
    ]
    const subjects = kinds.flatMap((kind) => ids.map((id) => `${kind}/${id}`))
    const { complex, base } = rig
    const meter = complex.meters[0]
    const named = await base.db.as(systemScope('test'), (tx) =>
      subjectNames(tx, complex.complexId, [...subjects, `meter/${meter?.meterId}`], 'en'),
    )
    expect(named.get(`meter/${meter?.meterId}`)).toContain(meter?.address)
    expect(named.get('operator/999999')).toBeUndefined()
    expect([...named.values()].every((name) => name !== '')).toBe(true)
  })
  test('is read on page by page without a gap', async () => {
    const seen: string[] = []
    let cursor = ''
    for (let page = 0; page < 20; page++) {
      const text = JSON.stringify(await audit(`&limit=2${cursor}`))
      seen.push(...[...text.matchAll(/"auditId":"([^"]+)"/g)].map((found) => found[1] ?? ''))
      const next = /"nextCursor":"([^"]+)"/.exec(text)?.[1]
      if (next === undefined) break
      cursor = `&cursor=${next}`
    }
    expect(seen).toEqual([...new Set(seen)].sort().reverse())
    expect(seen.length).toBeGreaterThan(4)
  })
  test.each([
    ['&action=operator.', /operator\.create/, /session\.begin/],
    ['&action=session.', /session\.begin/, /operator\.create/],
    ['&subject=operator/', /operator\.create/, /"subject":"role/],
    ['&from=2020-01-01&to=2020-01-02', /"items":\[\]/, /operator/],
    ['&from=2020-01-01', /operator\.create/, /nothing/],
    ['&operatorId=1', /"items":\[/, /"username":"admin"/],
  ])('filtered by %s shows what fits and nothing else', async (query, fits, other) => {
    const text = JSON.stringify(await audit(query))
    expect(text).toMatch(fits)
    expect(text).not.toMatch(other)
  })
  test('is taken along as a sheet in which no name becomes a formula', async () => {
    const path = `/api/v1/audit/export?complexId=${complexId}&action=operator.`
    const { headers, body } = await auditor.get(path, { 'accept-language': 'zh' })
    expect(headers.get('content-disposition')).toBe('attachment; filename="audit.csv"')
    const text = String(body)
    expect(text).toContain('时间,操作员')
    expect(text).toContain('修改操作员')
    expect(text).not.toMatch(/(^|,)=SUM/m)
  })
  test('is not for a clerk, and not for another complex', async () => {
    await rig.addOperator('clerk', 'finance-clerk', [rig.complex.complexId])
    const clerk = await rig.as('clerk')
    const path = `/api/v1/audit?complexId=${complexId}`
    expect(await clerk.get(path)).toMatchObject({ status: 403 })
    expect(await auditor.get(`/api/v1/audit?complexId=${rig.otherComplex}`)).toMatchObject({
      status: 404,
    })
  })
})
