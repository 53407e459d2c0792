import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { systemScope } from '../ports/database.ts'
import { fillInitials } from './fill-initials.ts'

let rig: WebRig
let engineer: Client
let clerk: Client

beforeAll(async () => {
  rig = await startWebRig({ meters: 2 })
  const own = [rig.complex.complexId]
  await rig.addOperator('engineer', 'commissioning-engineer', own)
  await rig.addOperator('clerk', 'finance-clerk', own)
  engineer = await rig.as('engineer')
  clerk = await rig.as('clerk')
})
afterAll(() => rig.stop())

const complex = () => rig.complex.complexId
const sql = <Row>(text: string, params: unknown[] = []) =>
  rig.base.db.as(systemScope('test'), (tx) => tx.query<Row>(text, params))
const made = async (path: string, body: object, name: string): Promise<number> => {
  const answer = await engineer.post(`/api/v1/${path}`, { complexId: complex(), ...body })
  expect(answer).toMatchObject({ status: 200 })
  return Number(Object(answer.body)[name])
}
const change = (path: string, body: object, client = engineer): Promise<Answer> =>
  client.send('PATCH', `/api/v1/${path}`, { body })
const remove = (path: string, client = engineer): Promise<Answer> =>
  client.send('DELETE', `/api/v1/${path}`)
const list = async (path: string): Promise<object[]> => {
  const { body } = await engineer.get(`/api/v1/${path}complexId=${complex()}`)
  return Object(body).items
}
const refused = (status: number, code: string, facts: object = {}) => ({
  status,
  body: { code, facts },
})

let serial = 0
const next = (): number => {
  serial += 1
  return serial
}
const newBuilding = () => made('buildings', { name: `楼${next()}` }, 'buildingId')
const newPremises = (buildingId: number, rest: object = {}) =>
  made(
    'premises',
    { buildingId, floor: 1, no: `P-${next()}`, name: '老王火锅', ...rest },
    'premisesId',
  )
const newPoint = (rest: object = {}) => made('points', { kind: 'lighting', ...rest }, 'pointId')
/** An account is supplied at the point, or was until it ended. */
const supply = (pointId: number, ended = false) =>
  sql(
    `with a as (insert into account (complex_id, no, mode, opened_at)
       values ($1, $3, 'centre', now()) returning account_id)
     insert into supply (complex_id, account_id, point_id, alarm1_fen, alarm2_fen, hoarding_fen,
       since, until)
     select $1, account_id, $2, 2, 1, 9, now(), case when $4 then now() + interval '1 s' end
     from a`,
    [complex(), pointId, `X-${next()}`, ended],
  )

describe('a building', () => {
  test('is renamed in both languages and keeps what is not named', async () => {
    const id = await newBuilding()
    const named = { name: '东楼', nameEn: 'East' }
    expect(await change(`buildings/${id}`, { ...named, seen: { nameEn: '' } })).toMatchObject({
      status: 200,
      body: { buildingId: id, ...named, ordinal: 0, premises: 0 },
    })
    expect(await change(`buildings/${await newBuilding()}`, { name: '东楼' })).toMatchObject(
      refused(409, 'already_exists', { field: 'name' }),
    )
    expect((await clerk.get(`/api/v1/buildings/${id}`)).body).toMatchObject(named)
    expect(await change(`buildings/${id}`, { name: 'x' }, clerk)).toMatchObject({ status: 403 })
    expect(await change('buildings/99999', { name: 'x' })).toMatchObject({ status: 404 })
  })
  test('that somebody changed meanwhile is not written over, and the field is named', async () => {
    const id = await newBuilding()
    await change(`buildings/${id}`, { ordinal: 4 })
    expect(await change(`buildings/${id}`, { ordinal: 5, seen: { ordinal: 0 } })).toMatchObject(
      refused(409, 'changed_meanwhile', { field: 'ordinal' }),
    )
    expect((await engineer.get(`/api/v1/buildings/${id}`)).body).toMatchObject({ ordinal: 4 })
  })
  test('goes while it is empty, and is in the audit log with what it was', async () => {
    const id = await newBuilding()
    const premisesId = await newPremises(id)
    expect(await remove(`buildings/${id}`)).toMatchObject(refused(409, 'building_not_empty'))
    expect(await remove(`premises/${premisesId}`, clerk)).toMatchObject({ status: 403 })
    expect(await remove(`premises/${premisesId}`)).toMatchObject({ status: 204 })
    expect(await remove(`buildings/${id}`)).toMatchObject({ status: 204 })
    expect(await remove(`buildings/${id}`)).toMatchObject({ status: 404 })
    const written = await sql(
      `select action, before->>'no' is not null as premises from audit
       where action like '%.remove' and subject = any ($1) order by action`,
      [[`building/${id}`, `premises/${premisesId}`]],
    )
    expect(written).toEqual([
      { action: 'building.remove', premises: false },
      { action: 'premises.remove', premises: true },
    ])
  })
})

describe('premises', () => {
  test('are found by number, names and pinyin initials, by building and floor', async () => {
    const buildingId = await newBuilding()
    const shop = { no: 'Q-88', nameEn: 'Wang Hotpot', floor: -1 }
    const premisesId = await newPremises(buildingId, shop)
    await newPremises(buildingId, { name: '书店' })
    for (const said of ['q-8', '老王', 'hotpot', 'lwhg', 'LW'])
      expect(await list(`premises?search=${said}&buildingId=${buildingId}&`)).toEqual([
        expect.objectContaining({ premisesId, ...shop, points: 0, supplied: 0 }),
      ])
    expect(await list(`premises?floor=-1&buildingId=${buildingId}&`)).toHaveLength(1)
    await change(`premises/${premisesId}`, { name: '星光书屋' })
    expect(await list(`premises?search=xgsw&`)).toHaveLength(1)
  })
  test('written before names had initials are found by them after a start', async () => {
    const premisesId = await newPremises(await newBuilding(), { name: '云裳服饰' })
    await sql(`update premises set pinyin = '' where premises_id = $1`, [premisesId])
    expect(await list('premises?search=ysfs&')).toEqual([])
    await fillInitials(rig.base.db)
    expect(await list('premises?search=ysfs&')).toMatchObject([{ premisesId }])
  })
  test('are changed, each number once in a building', async () => {
    const buildingId = await newBuilding()
    const id = await newPremises(buildingId)
    await newPremises(buildingId, { no: 'TAKEN' })
    const to = { floor: 3, no: 'NEW', areaDm2: null }
    expect(await change(`premises/${id}`, to)).toMatchObject({ status: 200, body: to })
    expect(await change(`premises/${id}`, { no: 'TAKEN' })).toMatchObject(
      refused(409, 'already_exists', { field: 'no' }),
    )
    expect(await change(`premises/${id}`, { buildingId: 99_999 })).toMatchObject(
      refused(400, 'invalid_input', { field: 'buildingId', rule: 'unknown' }),
    )
  })
  test('move to another building until somebody was supplied there', async () => {
    const [one, two] = [await newBuilding(), await newBuilding()]
    const id = await newPremises(one)
    const pointId = await newPoint({ premisesId: id })
    expect(await change(`premises/${id}`, { buildingId: two })).toMatchObject({ status: 200 })
    await supply(pointId, true)
    expect(await change(`premises/${id}`, { buildingId: one })).toMatchObject(
      refused(409, 'premises_supplied', { field: 'buildingId' }),
    )
    expect(await change(`premises/${id}`, { floor: 9 })).toMatchObject({ status: 200 })
    expect(await remove(`premises/${id}`)).toMatchObject(refused(409, 'premises_not_empty'))
  })
})

describe('a point', () => {
  test('goes to other premises until it has supplied somebody', async () => {
    const buildingId = await newBuilding()
    const [one, two] = [await newPremises(buildingId), await newPremises(buildingId)]
    const id = await newPoint({ premisesId: one })
    expect(await change(`points/${id}`, { premisesId: two })).toMatchObject({
      status: 200,
      body: { premisesId: two },
    })
    await supply(id)
    expect(await change(`points/${id}`, { premisesId: null })).toMatchObject(
      refused(409, 'point_supplied', { field: 'premisesId' }),
    )
    expect(await change(`points/${id}`, { kind: 'power', protected: true })).toMatchObject({
      body: { kind: 'power', protected: true },
    })
    expect(await change(`points/${id}`, { kind: 'x', seen: { kind: 'lighting' } })).toMatchObject(
      refused(409, 'changed_meanwhile', { field: 'kind' }),
    )
    expect(await remove(`points/${id}`)).toMatchObject(refused(409, 'point_has_history'))
  })
  test('without history goes; one that feeds others or is shared stays, and says why', async () => {
    const main = await newPoint({ name: '总表' })
    const below = await newPoint({ parentPointId: main, name: '铺面' })
    expect(await remove(`points/${main}`)).toMatchObject(refused(409, 'point_feeds_others'))
    expect(await remove(`points/${below}`)).toMatchObject({ status: 204 })
    await sql(
      `insert into sharing_rule (complex_id, name, main_point_id, shared_by, vacant, price_e8)
       values ($1, 'x', $2, 'area', 'landlord', 1)`,
      [complex(), main],
    )
    expect(await remove(`points/${main}`)).toMatchObject(refused(409, 'point_in_use'))
  })
  test('is found by premises, name, feeder and meter, and by what it lacks', async () => {
    const pointId = await newPoint({ name: '水泵房', feeder: 'F-77' })
    for (const said of ['水泵', 'f-77'])
      expect(await list(`points?search=${said}&`)).toEqual([
        expect.objectContaining({ pointId, parent: null, installationId: null }),
      ])
    const bare = await list('points?metered=false&placed=false&')
    expect(bare).toContainEqual(expect.objectContaining({ pointId, meterId: null }))
    const metered = await list('points?metered=true&')
    expect(metered).toHaveLength(2)
    expect(await list('points?placed=true&metered=true&')).toEqual(metered)
  })
})

test('no answer of these broke its contract', () => {
  expect(rig.lines.filter((line) => line.level === 'error')).toEqual([])
})
