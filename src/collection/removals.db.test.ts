import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'

let rig: WebRig
let engineer: Client
let clerk: Client

beforeAll(async () => {
  rig = await startWebRig({ meters: 1 })
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
const add = async (path: string, body: object): Promise<Record<string, unknown>> => {
  const answer = await engineer.post(`/api/v1/${path}`, { complexId: complex(), ...body })
  expect(answer).toMatchObject({ status: 200 })
  return Object(answer.body)
}
const remove = (path: string, client = engineer): Promise<Answer> =>
  client.send('DELETE', `/api/v1/${path}`)
const change = (path: string, body: object): Promise<Answer> =>
  engineer.send('PATCH', `/api/v1/${path}`, { body })
const refused = (code: string, facts: object = {}) => ({ status: 409, body: { code, facts } })
const GONE = { status: 204 }

let serial = 0
const newGateway = async () => {
  serial += 1
  const link = { kind: 'tcp-client', host: '10.0.0.8', port: 4001 }
  const { gatewayId, buses } = await add('gateways', { code: `G-${serial}`, name: 'x', link })
  return { gatewayId: Number(gatewayId), busId: Number(Object(buses)[0].busId) }
}
const newMeter = async (rest: object = {}) => {
  serial += 1
  const no = `77000000${1000 + serial}`
  const bus = Object.hasOwn(rest, 'deviceId')
    ? {}
    : { busId: (await newGateway()).busId, address: no, model: 'dlt645-prepaid-1p' }
  const made = await add('meters', { meterNo: no, ...bus, ...rest })
  return { meterId: Number(made.meterId), deviceId: Number(made.deviceId), made }
}
const newPoint = async () => Number((await add('points', { kind: 'power' })).pointId)

describe('a meter', () => {
  test('entered wrongly goes with the device made for it, and its open alarm ends', async () => {
    const { meterId, deviceId } = await newMeter()
    await sql(
      `insert into alarm (complex_id, alarm_id, rule, subject_kind, subject_id, severity, raised_at)
       values ($1, gen_random_uuid(), 'meter-offline', 'meter', $2, 'warning', now())`,
      [complex(), meterId],
    )
    await sql(
      'insert into latest (complex_id, meter_id, seq, silent_since) values ($1, $2, 9, now())',
      [complex(), meterId],
    )
    expect(await remove(`meters/${meterId}`, clerk)).toMatchObject({ status: 403 })
    expect(await remove(`meters/${meterId}`)).toMatchObject(GONE)
    expect(await sql('select from meter where meter_id = $1', [meterId])).toEqual([])
    expect(await sql('select from device where device_id = $1', [deviceId])).toEqual([])
    const alarms = await sql(
      `select cleared_at is null as open from alarm
       where subject_id = $1 and subject_kind = 'meter'`,
      [meterId],
    )
    expect(alarms).toEqual([{ open: false }])
    expect(await remove(`meters/${meterId}`)).toMatchObject({ status: 404 })
  })
  test('that shares its device leaves it to the other', async () => {
    const { meterId, deviceId } = await newMeter()
    const second = await newMeter({ deviceId, channels: [2] })
    expect(await remove(`devices/${deviceId}`)).toMatchObject(refused('device_has_meters'))
    expect(await remove(`meters/${second.meterId}`)).toMatchObject(GONE)
    expect(await sql('select from meter where meter_id = $1', [meterId])).toHaveLength(1)
  })
  test.each([
    [
      'hung',
      `insert into installation (complex_id, meter_id, point_id, since)
       select $1, $2, (select max(point_id) from point), now()`,
    ],
    [
      'answered',
      'insert into latest (complex_id, meter_id, seq, answered_at) values ($1, $2, 77, now())',
    ],
    [
      'left a row in another room',
      `insert into freeze_state (complex_id, meter_id, which, frozen_at)
       values ($1, $2, 'daily', now())`,
    ],
  ])('that has %s stays', async (_, history) => {
    await newPoint()
    const { meterId, made } = await newMeter()
    await sql(history, [complex(), meterId])
    expect(await remove(`meters/${meterId}`)).toMatchObject(
      refused('meter_has_history', { meterNo: made.meterNo }),
    )
  })
  test('and a device that somebody changed meanwhile are not written over', async () => {
    const { meterId, deviceId, made } = await newMeter()
    const seen = { meterNo: made.meterNo, channels: [1] }
    expect(await change(`meters/${meterId}`, { channels: [1, 2], seen })).toMatchObject({
      status: 200,
    })
    expect(await change(`meters/${meterId}`, { channels: [3], seen })).toMatchObject(
      refused('changed_meanwhile', { field: 'channels' }),
    )
    expect(
      await change(`devices/${deviceId}`, { address: '700000000001', seen: { address: 'x' } }),
    ).toMatchObject(refused('changed_meanwhile', { field: 'address' }))
  })
})

describe('an installation', () => {
  test('entered wrongly is taken back, and both are free again', async () => {
    const pointId = await newPoint()
    const { made, meterId } = await newMeter({ installation: { pointId } })
    const { installationId } = Object(made.installations)[0]
    expect(await remove(`installations/${installationId}`)).toMatchObject(GONE)
    expect(await remove(`installations/${installationId}`)).toMatchObject({ status: 404 })
    await add('installations', { meterId, pointId })
  })
  test('through which somebody was supplied stays, and so does one that has ended', async () => {
    const pointId = await newPoint()
    const { made, meterId } = await newMeter({ installation: { pointId } })
    const { installationId } = Object(made.installations)[0]
    await sql(
      `with a as (insert into account (complex_id, no, mode, opened_at)
         values ($1, 'X-1', 'centre', now()) returning account_id)
       insert into supply (complex_id, account_id, point_id, alarm1_fen, alarm2_fen, hoarding_fen,
         since) select $1, account_id, $2, 2, 1, 9, now() from a`,
      [complex(), pointId],
    )
    const path = `installations/${installationId}`
    expect(await remove(path)).toMatchObject(refused('installation_has_history'))
    await sql(`update installation set until = since + interval '1 s' where meter_id = $1`, [
      meterId,
    ])
    expect(await remove(path)).toMatchObject(refused('installation_has_history'))
  })
})

describe('a gateway', () => {
  test('goes once it is disabled and bare, with its buses and what was noted of it', async () => {
    const { gatewayId } = await newGateway()
    const path = `gateways/${gatewayId}`
    expect(await remove(path)).toMatchObject(refused('gateway_enabled'))
    await change(path, { enabled: false })
    const at = [complex(), gatewayId]
    await sql(`insert into collection_seen values ($1, $2, now(), '{}')`, at)
    await sql(`insert into lease values ($1, $2, 'x', 1, now())`, at)
    expect(await remove(path)).toMatchObject(GONE)
    expect(await sql('select from bus where gateway_id = $1', [gatewayId])).toEqual([])
  })
  test('with devices stays, and one that was changed meanwhile is not written over', async () => {
    const { made } = await newMeter()
    const gatewayId = must(Number(made.gatewayId), 'it is on a gateway')
    const path = `gateways/${gatewayId}`
    await change(path, { enabled: false, seen: { enabled: true } })
    expect(await change(path, { name: 'y', seen: { enabled: true } })).toMatchObject(
      refused('changed_meanwhile', { field: 'enabled' }),
    )
    expect(await remove(path)).toMatchObject(refused('gateway_has_devices'))
  })
})

test('no answer of these broke its contract', () => {
  expect(rig.lines.filter((line) => line.level === 'error')).toEqual([])
})
