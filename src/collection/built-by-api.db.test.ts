import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { systemScope } from '../ports/database.ts'

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
const add = (path: string, body: object, client = engineer): Promise<Answer> =>
  client.post(`/api/v1/${path}`, { complexId: complex(), ...body })
const idOf = ({ body }: Answer, name: string): number => Number(Object(body)[name])
const made = async (path: string, body: object, name: string): Promise<number> => {
  const answer = await add(path, body)
  expect(answer).toMatchObject({ status: 200 })
  return idOf(answer, name)
}
const refused = (code: string, facts: object = {}) => ({ body: { code, facts } })
const wrong = (field: string, rule: string) => refused('invalid_input', { field, rule })

const ADDRESS = { kind: 'tcp-client', host: '10.0.0.8', port: 4001 }
let serial = 0
const newBus = async (): Promise<number> => {
  serial += 1
  const code = `GB-${serial}`
  const { body } = await add('gateways', { code, name: code, link: ADDRESS })
  return Object(body).buses[0].busId
}
const newMeter = (busId: number, rest: object = {}): Promise<Answer> => {
  serial += 1
  const no = `88000000${1000 + serial}`
  return add('meters', { meterNo: no, busId, address: no, model: 'dlt645-prepaid-1p', ...rest })
}
const newPoint = (rest: object = {}) => made('points', { kind: 'lighting', ...rest }, 'pointId')

describe('a complex', () => {
  test('is built from nothing: building, premises, points, meters hung on them', async () => {
    const buildingId = await made(
      'buildings',
      { name: 'C座', nameEn: 'C', ordinal: 3 },
      'buildingId',
    )
    const place = { buildingId, floor: 2, no: 'C-201', name: '面馆', areaDm2: 8_500 }
    const premisesId = await made('premises', place, 'premisesId')
    const parentPointId = await newPoint({ kind: 'power', name: 'C座总', feeder: 'F1' })
    const shop = { premisesId, parentPointId, feeder: 'F1', name: '照明', protected: true }
    const pointId = await newPoint(shop)
    const hung = { pointId, multiplier: 40, side: 'secondary', initialWh: 12_340 }
    const meter = await newMeter(await newBus(), { installation: hung })
    expect(meter).toMatchObject({
      status: 200,
      body: {
        pointId,
        premises: 'C-201',
        installations: [
          { pointId, multiplier: 40, side: 'secondary', direction: 'combined', initialWh: 12_340 },
        ],
      },
    })
    const listed = await engineer.get(
      `/api/v1/points?complexId=${complex()}&premisesId=${premisesId}`,
    )
    expect(listed.body).toMatchObject({
      items: [{ pointId, ...shop, kind: 'lighting', meterId: idOf(meter, 'meterId') }],
    })
    const buildings = await clerk.get(`/api/v1/buildings?complexId=${complex()}`)
    expect(Object(buildings.body).items).toContainEqual({
      buildingId,
      name: 'C座',
      nameEn: 'C',
      ordinal: 3,
      floors: [2],
      premises: 1,
    })
  })
  test('is not built by those who may only look, nor twice by one request', async () => {
    expect(await add('buildings', { name: 'D座' }, clerk)).toMatchObject({ status: 403 })
    const key = { 'idempotency-key': 'building-e' }
    const body = { complexId: complex(), name: 'E座' }
    const first = await engineer.post('/api/v1/buildings', body, key)
    expect((await engineer.post('/api/v1/buildings', body, key)).body).toEqual(first.body)
    expect(await add('buildings', { name: 'E座' })).toMatchObject({ status: 409 })
  })
  test.each<[string, object, string]>([
    ['premises', { buildingId: 99_999, floor: 1, no: 'X', name: 'X' }, 'buildingId'],
    ['points', { kind: 'power', premisesId: 99_999 }, 'premisesId'],
    ['points', { kind: 'power', parentPointId: 99_999 }, 'parentPointId'],
  ])('refuses %s that hang on nothing and names the field', async (path, body, field) => {
    expect(await add(path, body)).toMatchObject({ status: 400, ...wrong(field, 'unknown') })
  })
  test('changes what feeds a point later, never into a circle', async () => {
    const [main, sub, shop] = [await newPoint(), await newPoint(), await newPoint({ name: '铺' })]
    const change = (id: number, body: object, client = engineer) =>
      client.send('PATCH', `/api/v1/points/${id}`, { body })
    expect(await change(sub, { parentPointId: main, feeder: 'F2' })).toMatchObject({
      status: 200,
      body: { pointId: sub, parentPointId: main, feeder: 'F2', kind: 'lighting' },
    })
    expect(await change(shop, { parentPointId: sub, protected: true })).toMatchObject({
      body: { parentPointId: sub, protected: true, name: '铺' },
    })
    for (const parentPointId of [main, sub, shop])
      expect(await change(main, { parentPointId })).toMatchObject({
        status: 400,
        ...wrong('parentPointId', 'circular'),
      })
    expect(await change(main, { parentPointId: 99_999 })).toMatchObject(
      wrong('parentPointId', 'unknown'),
    )
    expect(await change(sub, { parentPointId: null })).toMatchObject({
      body: { parentPointId: null, feeder: 'F2' },
    })
    expect(await change(main, { name: 'x' }, clerk)).toMatchObject({ status: 403 })
    expect(await change(99_999, { name: 'x' })).toMatchObject({ status: 404 })
  })
  test('keeps who added what in its audit log', async () => {
    const kinds = await sql<{ action: string }>(
      `select distinct action from audit where action like '%.create' order by 1`,
    )
    expect(kinds.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['building.create', 'installation.create', 'point.create']),
    )
  })
})

const CHANGED = '2026-06-01T00:00:00Z'

describe('an installation', () => {
  const hang = (meterId: number, pointId: number, rest: object = {}) =>
    add('installations', { meterId, pointId, ...rest })

  test('hangs a meter that is there already, with both registers noted', async () => {
    const meterId = idOf(await newMeter(await newBus()), 'meterId')
    const pointId = await newPoint()
    const noted = { direction: 'forwardPlusReverse', initialWh: 5_000, initialReverseWh: 70 }
    expect(
      await hang(meterId, pointId, { ...noted, since: '2026-11-01T08:00:00+08:00' }),
    ).toMatchObject({
      status: 200,
      body: { pointId, installations: [{ ...noted, multiplier: 1, side: 'primary', until: null }] },
    })
  })
  test('is refused where one of the two is taken, and says by what', async () => {
    const busId = await newBus()
    const [one, two] = [await newPoint(), await newPoint()]
    const first = await newMeter(busId, { installation: { pointId: one } })
    const firstId = idOf(first, 'meterId')
    const meterNo = Object(first.body).meterNo
    const overlaps = (field: string) => ({
      status: 409,
      ...refused('installation_overlaps', { field, meterNo, until: null }),
    })
    expect(await hang(firstId, two)).toMatchObject(overlaps('meterId'))
    const second = idOf(await newMeter(busId), 'meterId')
    expect(await hang(second, one)).toMatchObject(overlaps('pointId'))
    expect(await newMeter(busId, { installation: { pointId: one } })).toMatchObject(
      overlaps('installation.pointId'),
    )
    expect(await hang(second, two)).toMatchObject({ status: 200 })
  })
  test('that is refused leaves no meter behind', async () => {
    const busId = await newBus()
    const before = await sql('select from meter')
    const installation = { pointId: 99_999 }
    expect(await newMeter(busId, { installation })).toMatchObject({
      status: 400,
      ...wrong('installation.pointId', 'unknown'),
    })
    expect(await sql('select from meter')).toHaveLength(before.length)
  })
  test('may begin after another on the same point has ended, never before its end', async () => {
    const busId = await newBus()
    const pointId = await newPoint()
    const old = idOf(await newMeter(busId), 'meterId')
    await sql(
      `insert into installation (complex_id, meter_id, point_id, since, until)
       values ($1, $2, $3, '2026-01-01', '2026-06-01')`,
      [complex(), old, pointId],
    )
    const next = idOf(await newMeter(busId), 'meterId')
    expect(await hang(next, pointId, { since: '2026-05-31T00:00:00Z' })).toMatchObject({
      status: 409,
      ...refused('installation_overlaps', { field: 'pointId' }),
    })
    expect(await hang(next, pointId, { since: CHANGED })).toMatchObject({
      status: 200,
    })
  })
  test.each<[object, string, string]>([
    [{ multiplier: 40 }, 'side', 'required'],
    [{ since: '2999-01-01T00:00:00Z' }, 'since', 'notLater'],
    [{ initialWh: -1 }, 'initialWh', 'minimum'],
    [{ multiplier: 0 }, 'multiplier', 'minimum'],
  ])('with %o is refused and the field is named', async (body, field, rule) => {
    const meterId = idOf(await newMeter(await newBus()), 'meterId')
    const answer = await hang(meterId, await newPoint(), body)
    expect(answer).toMatchObject({ status: 400, ...wrong(field, rule) })
  })
  test('of a barred meter, or where somebody is supplied, is refused', async () => {
    const meterId = idOf(await newMeter(await newBus()), 'meterId')
    const pointId = await newPoint()
    await sql('update meter set barred_at = now() where meter_id = $1', [meterId])
    expect(await hang(meterId, pointId)).toMatchObject(refused('meter_barred'))
    await sql('update meter set barred_at = null where meter_id = $1', [meterId])
    await sql(
      `with a as (insert into account (complex_id, no, mode, opened_at)
         values ($1, 'X-1', 'centre', now()) returning account_id)
       insert into supply (complex_id, account_id, point_id, alarm1_fen, alarm2_fen,
         hoarding_fen, since) select $1, account_id, $2, 2, 1, 9, now() from a`,
      [complex(), pointId],
    )
    expect(await hang(meterId, pointId)).toMatchObject(refused('premises_occupied'))
  })
})

test('settings of the whole complex are checked, kept apart from others, and audited', async () => {
  const path = `/api/v1/complexes/${complex()}/settings`
  await sql(`update complex set settings = '{"other": 1}' where complex_id = $1`, [complex()])
  const change = (settings: object, client = engineer) =>
    client.send('PATCH', path, { body: { settings } })
  expect(await change({ clockLimitSeconds: 5 })).toMatchObject({
    status: 400,
    body: { facts: { field: 'settings.clockLimitSeconds' } },
  })
  expect(await change({ polled: false })).toMatchObject({ status: 400 })
  expect(await change({ clockLimitSeconds: 30 }, clerk)).toMatchObject({ status: 403 })
  await change({ clockLimitSeconds: 45, energyIntervalMinutes: 60 })
  const settings = { clockLimitSeconds: 30, clockCorrection: 'write' }
  expect(await change(settings)).toMatchObject({ status: 200, body: { settings } })
  expect((await clerk.get(path)).body).toEqual({
    ...{ complexId: complex(), settings },
    standards: {
      ...{ statusIntervalMinutes: 3, energyIntervalMinutes: 30 },
      ...{ clockCorrection: 'auto', clockLimitSeconds: 60 },
    },
  })
  const seen = { clockLimitSeconds: 45 }
  expect(await engineer.send('PATCH', path, { body: { settings, seen } })).toMatchObject({
    status: 409,
    ...refused('changed_meanwhile', { field: 'settings' }),
  })
  expect(await sql('select settings from complex where complex_id = $1', [complex()])).toEqual([
    { settings: { other: 1, ...settings } },
  ])
})

test('no answer of these broke its contract', () => {
  expect(rig.lines.filter((line) => line.level === 'error')).toEqual([])
})
