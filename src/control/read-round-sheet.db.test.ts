import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'

let rig: WebRig
let clerk: Client
let path: string

const meterAt = (index: number) => must(rig.complex.meters[index], 'a meter').meterId
const ends = (index: number, state: string, result: object) =>
  rig.base.db.as(systemScope('test'), (tx) =>
    tx.query('update command set state = $2, ended_at = now(), result = $3 where meter_id = $1', [
      meterAt(index),
      state,
      JSON.stringify(result),
    ]),
  )

beforeAll(async () => {
  rig = await startWebRig({ meters: 2 })
  await rig.addOperator('clerk', 'finance-clerk', [rig.complex.complexId])
  await rig.addOperator('outsider', 'administrator', [rig.otherComplex])
  clerk = await rig.as('clerk')
  const begun = await clerk.post('/api/v1/read-rounds', {
    complexId: rig.complex.complexId,
    unit: { all: true },
  })
  path = `/api/v1/read-rounds/${Object(begun.body).readRoundId}/results`
  const at = '2026-11-22T10:00:00.000+08:00'
  const read = { energyWh: 123_450, balanceFen: -1_205, relay: 'closed', powerW: 800, at }
  await ends(0, 'confirmed', read)
  await ends(1, 'failed', { reason: 'timeout', detail: '=3 times, silent' })
})
afterAll(() => rig.stop())

const lines = (body: unknown): string[] => String(body).split('\r\n')
const saved = (language: string, query = '') =>
  clerk.get(`${path}${query}`, { 'accept-language': language })

test('the results of a round are saved as a file in the language of who asks', async () => {
  const { status, headers, body } = await saved('en', '?format=csv')
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(headers.get('content-disposition')).toMatch(/^attachment; filename="read-round-.*\.csv"$/)
  expect(lines(body)[0]).toContain('Meter,Gateway,Premises,Point,Result,')
  expect(lines(body)[1]).toContain('read,0,2026-11-22T10:00:00.000+08:00,123.450,-12.05,closed,800')
  expect(lines(body)[2]).toContain('the meter does not answer,"\'=3 times, silent"')
  expect(lines((await saved('zh')).body)).toEqual([
    expect.stringContaining('表号,通讯管理机,商铺,计量点,结果'),
    expect.stringContaining('已抄到'),
    expect.stringContaining('电表无应答'),
    '',
  ])
})

test('a part of them is saved too, and nobody elsewhere gets any', async () => {
  expect(lines((await saved('zh', '?group=failed')).body)).toHaveLength(3)
  expect(await saved('zh', '?format=pdf')).toMatchObject({ status: 400 })
  expect(await (await rig.as('outsider')).get(path)).toMatchObject({ status: 404 })
  expect(await rig.client().get(path)).toMatchObject({ status: 401 })
})
