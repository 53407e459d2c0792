import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { systemScope } from '../ports/database.ts'

let rig: WebRig
let admin: Client
let engineer: Client

beforeAll(async () => {
  rig = await startWebRig({ meters: 1 })
  await rig.addOperator('admin', 'administrator', null)
  await rig.addOperator('engineer', 'commissioning-engineer', [rig.complex.complexId])
  admin = await rig.as('admin')
  engineer = await rig.as('engineer')
})
afterAll(() => rig.stop())

const sql = <Row>(text: string, params: unknown[] = []) =>
  rig.base.db.as(systemScope('test'), (tx) => tx.query<Row>(text, params))
const make = (body: object, client = admin) => client.post('/api/v1/complexes', body)
const change = (id: number, body: object, client = admin) =>
  client.send('PATCH', `/api/v1/complexes/${id}`, { body })
const NAMED = { code: 'C02', name: '滨江天地', nameEn: 'Riverside', zone: 'Asia/Shanghai' }
const refused = (status: number, code: string, facts: object = {}) => ({
  status,
  body: { code, facts },
})
const idOf = ({ body }: { body: unknown }) => Number(Object(body).complexId)
let made: number

describe('a complex', () => {
  test('is made with its chains, and whoever made it sees it', async () => {
    const answer = await make({ ...NAMED, dayCutMinutes: 60 })
    made = idOf(answer)
    const standards = { planId: null, alarm1Fen: 5_000, alarm2Fen: 2_000, overdraftFen: 0 }
    expect(answer).toMatchObject({
      status: 200,
      body: { ...NAMED, dayCutMinutes: 60, inUse: false, defaults: standards, standards },
    })
    const [chains] = await sql<{ n: number }>(
      'select count(*) as n from chain_head where complex_id = $1',
      [made],
    )
    expect(chains?.n).toBe(16)
    expect((await admin.get('/api/v1/session')).body).toMatchObject({
      complexes: expect.arrayContaining([expect.objectContaining({ complexId: made })]),
    })
    expect((await admin.get(`/api/v1/complexes/${made}`)).body).toMatchObject(NAMED)
  })
  test('is made by those who see all of them alone, once by each code', async () => {
    expect(await make({ ...NAMED, code: 'C03' }, engineer)).toMatchObject(
      refused(403, 'beyond_own_rights'),
    )
    expect(await make(NAMED)).toMatchObject(refused(409, 'already_exists', { field: 'code' }))
    expect(await make({ ...NAMED, code: 'C04', zone: 'Asia/Atlantis' })).toMatchObject(
      refused(400, 'invalid_input', { field: 'zone', rule: 'unknown' }),
    )
    expect(await engineer.get(`/api/v1/complexes/${made}`)).toMatchObject({ status: 404 })
  })
  test('cuts its days otherwise only before there are accounts or books', async () => {
    const to = { zone: 'Asia/Urumqi', dayCutMinutes: 120 }
    expect(await change(made, to)).toMatchObject({ status: 200, body: to })
    await sql(
      `insert into account (complex_id, no, mode, opened_at) values ($1, 'X', 'centre', now())`,
      [made],
    )
    for (const [field, value] of Object.entries({ zone: 'UTC', dayCutMinutes: 0 }))
      expect(await change(made, { [field]: value })).toMatchObject(
        refused(409, 'complex_in_use', { field }),
      )
    expect(await change(made, { name: '滨江', ...to })).toMatchObject({
      status: 200,
      body: { name: '滨江', inUse: true },
    })
  })
  test('that somebody changed meanwhile is not written over', async () => {
    expect(await change(made, { nameEn: 'x', seen: { nameEn: 'Other' } })).toMatchObject(
      refused(409, 'changed_meanwhile', { field: 'nameEn' }),
    )
    expect(await change(made, { nameEn: 'x' }, engineer)).toMatchObject({ status: 404 })
  })
})

describe('default parameters', () => {
  const DEFAULTS = {
    ...{ planId: null, alarm1Fen: 10_000, alarm2Fen: 3_000 },
    ...{ overdraftFen: 500, hoardingFen: 900_000 },
  }
  test('are kept beside other settings, seen by others, and audited', async () => {
    const id = rig.complex.complexId
    await sql(`update complex set settings = '{"other": 1}' where complex_id = $1`, [id])
    const defaults = { ...DEFAULTS, planId: rig.complex.planId }
    expect(await change(id, { defaults }, engineer)).toMatchObject({
      status: 200,
      body: { defaults, standards: { alarm1Fen: 5_000 } },
    })
    expect(await sql('select settings from complex where complex_id = $1', [id])).toEqual([
      { settings: { other: 1, defaults } },
    ])
    expect(
      await sql(
        `select before->'defaults'->>'alarm1Fen' as was, after->'defaults'->>'alarm1Fen' as now
         from audit where action = 'complex.edit' and complex_id = $1`,
        [id],
      ),
    ).toEqual([{ was: '5000', now: '10000' }])
  })
  test.each([
    [{ alarm2Fen: 10_000 }, 'alarm_amounts_crossed', 'defaults.alarm1Fen'],
    [{ alarm2Fen: -1 }, 'invalid_input', 'defaults.alarm2Fen'],
    [{ alarm1Fen: 100_000_000 }, 'invalid_input', 'defaults.alarm1Fen'],
    [{ overdraftFen: -1 }, 'invalid_input', 'defaults.overdraftFen'],
    [{ overdraftFen: 100_000_000 }, 'invalid_input', 'defaults.overdraftFen'],
    [{ hoardingFen: 0 }, 'invalid_input', 'defaults.hoardingFen'],
    [{ hoardingFen: 100_000_000 }, 'invalid_input', 'defaults.hoardingFen'],
    [{ planId: 99_999 }, 'invalid_input', 'defaults.planId'],
  ])('%o is refused and the field is named', async (part, code, field) => {
    const defaults = { ...DEFAULTS, ...part }
    expect(await change(rig.complex.complexId, { defaults })).toMatchObject({
      body: { code, facts: { field } },
    })
  })
})

test('no answer of these broke its contract', () => {
  expect(rig.lines.filter((line) => line.level === 'error')).toEqual([])
})
