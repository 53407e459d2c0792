import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'

let rig: WebRig
let engineer: Client
let clerk: Client

beforeAll(async () => {
  rig = await startWebRig({ meters: 4 })
  const own = [rig.complex.complexId]
  await rig.addOperator('engineer', 'commissioning-engineer', own)
  await rig.addOperator('clerk', 'finance-clerk', own)
  await rig.addOperator('outsider', 'administrator', [rig.otherComplex])
  engineer = await rig.as('engineer')
  clerk = await rig.as('clerk')
})
afterAll(() => rig.stop())

const complex = () => rig.complex.complexId
const meterAt = (index: number) => must(rig.complex.meters[index], 'a meter').meterId
const rows = <Row>(sql: string, params: unknown[] = []) =>
  rig.base.db.as(systemScope('test'), (tx) => tx.query<Row>(sql, params))
const field = (answer: Answer, name: string): unknown => Object(answer.body)[name]
const idOf = (answer: Answer, name: string): number => Number(field(answer, name))
const change = (path: string, body: unknown, client = engineer) =>
  client.send('PATCH', `/api/v1${path}`, { body })

/** What a poll would have written, so many seconds ago; null: the meter fell silent then. */
const heard = (meter: number, answeredS: number, silentS: number | null = null) =>
  rows(
    `insert into latest (complex_id, meter_id, seq, answered_at, silent_since, energy_wh, energy_at,
       clock_offset_ms, clock_at)
     values ($1, $2, 1, now() - make_interval(secs => $3), now() - make_interval(secs => $4),
       123450, now() - make_interval(secs => $3), -4000, now())
     on conflict (complex_id, meter_id) do update set answered_at = excluded.answered_at,
       silent_since = excluded.silent_since`,
    [complex(), meter, answeredS, silentS],
  )

const TCP = { kind: 'tcp-client', host: '10.0.0.8', port: 4001 }
const BUS_2 = 'link.buses.2.registration'
const SETTING = 'settings.statusIntervalMinutes'
const CALLING = { kind: 'tcp-listen', port: 5000, registration: 'REG-0001' }
const buses = (...ordinals: number[]) => ordinals.map((ordinal) => ({ ordinal, settings: {} }))

const newGateway = (body: object, client = engineer, headers?: Record<string, string>) =>
  client.post(
    '/api/v1/gateways',
    { complexId: complex(), code: 'GW-9', name: '地下二层', link: TCP, ...body },
    headers,
  )

describe('a gateway', () => {
  test('is listed with its buses and with how its meters answer', async () => {
    await heard(meterAt(0), 20)
    await heard(meterAt(1), 50)
    await heard(meterAt(2), 900, 800)
    const { body } = await clerk.get(`/api/v1/gateways?complexId=${complex()}`)
    expect(body).toMatchObject({
      items: [
        {
          linkKind: 'tcp-client',
          enabled: true,
          online: null,
          meters: 4,
          answering: 2,
          silent: 1,
          neverRead: 1,
          buses: expect.arrayContaining([
            expect.objectContaining({ ordinal: 1, meters: 4, answering: 2, figures: null }),
          ]),
        },
      ],
    })
    const { freshnessP99Ms } = Object(Object(body).items[0])
    expect(freshnessP99Ms).toBeGreaterThan(49_000)
    expect(freshnessP99Ms).toBeLessThan(120_000)
  })
  test('names its silent meters, the one never heard first', async () => {
    const { body } = await clerk.get(`/api/v1/gateways?complexId=${complex()}`)
    const id = Object(body).items[0].gatewayId
    expect((await clerk.get(`/api/v1/gateways/${id}`)).body).toMatchObject({
      deadMeters: [
        { meterId: meterAt(3), heard: 'never', readAt: null },
        { meterId: meterAt(2), heard: 'silent', silentSince: expect.any(String) },
      ],
    })
  })
  test('is added with its buses, once for each key, and its code stays its own', async () => {
    const body = { code: 'GW-2', buses: [{ ordinal: 1, settings: { baud: 9600 } }] }
    const key = { 'idempotency-key': 'new-gateway' }
    const added = await newGateway(body, engineer, key)
    expect(added).toMatchObject({
      status: 200,
      body: { code: 'GW-2', enabled: true, buses: [{ settings: { baud: 9600 }, meters: 0 }] },
    })
    expect(await newGateway(body, engineer, key)).toMatchObject({ body: added.body })
    expect(await newGateway({ code: 'GW-2' })).toMatchObject({
      status: 409,
      body: { code: 'already_exists', facts: { field: 'code' } },
    })
  })
  test.each<[string, object, string]>([
    ['a port that is none', { link: { ...TCP, port: 70_000 } }, 'link.port'],
    ['no host', { link: { kind: 'tcp-client', port: 1 } }, 'link.host'],
    ['a kind nobody knows', { link: { kind: 'pigeon' } }, 'link.kind'],
    ['a bus without its own registration', { link: CALLING, buses: buses(1, 2) }, BUS_2],
    ['one bus twice', { buses: buses(1, 1) }, 'buses'],
    ['an unknown setting', { settings: { statusMinutes: 3 } }, 'settings.statusMinutes'],
    ['a round of no time', { settings: { statusIntervalMinutes: 0 } }, SETTING],
  ])('with %s is refused and the field is named', async (_, body, name) => {
    expect(await newGateway({ code: 'GW-bad', ...body })).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', facts: { field: name } },
    })
    expect(await rows("select from gateway where code = 'GW-bad'")).toEqual([])
  })
  test('keeps a secret sealed, and shows only that there is one', async () => {
    const secret = 'abcdefgh12345678'
    const link = { kind: 'acrel-awt100', port: 5001, gatewayNo: 'AWT-1', secret }
    const added = await newGateway({ code: 'GW-3', link })
    expect(field(added, 'link')).toEqual({
      kind: 'acrel-awt100',
      port: 5001,
      gatewayNo: 'AWT-1',
      secretSet: true,
    })
    const id = idOf(added, 'gatewayId')
    const sealed = () =>
      rows('select link->>$2 as it from gateway where gateway_id = $1', [id, 'secretSealed'])
    const before = await sealed()
    const { secret: _, ...rest } = link
    const moved = await change(`/gateways/${id}`, { link: { ...rest, port: 5002 } })
    expect(moved).toMatchObject({ status: 200, body: { link: { port: 5002, secretSet: true } } })
    expect(await sealed()).toEqual(before)
    const audited = 'select before, after from audit where subject = $1'
    const told = await rows(audited, [`gateway/${id}`])
    expect(told).toHaveLength(2)
    expect(JSON.stringify([told, before])).not.toContain(secret)
    expect(JSON.stringify(told)).not.toContain('secretSealed')
  })
  test('is disabled and changed under audit; buses that are not named stay', async () => {
    const added = await newGateway({ code: 'GW-4', buses: buses(1, 2) })
    const id = idOf(added, 'gatewayId')
    const changed = await change(`/gateways/${id}`, {
      enabled: false,
      settings: { statusIntervalMinutes: 5, clockCorrection: 'auto' },
      buses: [{ ordinal: 2, settings: { baud: 4800, parity: 'none' } }],
    })
    expect(changed).toMatchObject({
      status: 200,
      body: {
        enabled: false,
        settings: { statusIntervalMinutes: 5 },
        buses: [{ ordinal: 1 }, { ordinal: 2, settings: { baud: 4800, parity: 'none' } }],
      },
    })
    expect(
      await rows(
        `select o.username, a.before->>'enabled' as before, a.after->>'enabled' as after
         from audit a join operator o on o.operator_id = a.operator_id
         where a.action = 'gateway.change' and a.subject = $1`,
        [`gateway/${id}`],
      ),
    ).toEqual([{ username: 'engineer', before: 'true', after: 'false' }])
  })
  test('is changed by nobody without the right, and seen by nobody elsewhere', async () => {
    const id = idOf(await newGateway({ code: 'GW-5' }), 'gatewayId')
    expect(await newGateway({ code: 'GW-6' }, clerk)).toMatchObject({ status: 403 })
    expect(await change(`/gateways/${id}`, { enabled: false }, clerk)).toMatchObject({
      status: 403,
    })
    const outsider = await rig.as('outsider')
    expect(await outsider.get(`/api/v1/gateways/${id}`)).toMatchObject({ status: 404 })
    expect(await change(`/gateways/${id}`, { enabled: false }, outsider)).toMatchObject({
      status: 404,
    })
    expect(await newGateway({ code: 'GW-7' }, outsider)).toMatchObject({ status: 404 })
  })
})

describe('a meter', () => {
  const newMeter = (body: object) =>
    engineer.post('/api/v1/meters', { complexId: complex(), ...body })
  const busOf = async (code: string): Promise<number> => {
    const added = await newGateway({ code })
    return Object(field(added, 'buses'))[0].busId
  }

  test('is added with its device, and shows where it hangs and what was never read', async () => {
    const busId = await busOf('GW-10')
    const added = await newMeter({
      meterNo: '990000000001',
      busId,
      address: '990000000001',
      model: 'dlt645-prepaid-1p',
    })
    expect(added).toMatchObject({
      status: 200,
      body: {
        meterNo: '990000000001',
        gatewayCode: 'GW-10',
        bus: 1,
        channels: [1],
        heard: 'never',
        energyWh: null,
        energyAt: null,
        installations: [],
        freezes: [],
      },
    })
  })
  test('that shares its number, address or channel with another is refused', async () => {
    const busId = await busOf('GW-11')
    const one = { busId, address: '990000000011', model: 'dlt645-prepaid-1p' }
    const first = await newMeter({ meterNo: 'M-11', ...one })
    const deviceId = idOf(first, 'deviceId')
    const refusals: [object, string][] = [
      [{ meterNo: 'M-12', ...one }, 'address'],
      [{ meterNo: 'M-11', ...one, address: '990000000012' }, 'meterNo'],
      [{ meterNo: 'M-13', deviceId, channels: [1, 2] }, 'channels'],
    ]
    for (const [body, name] of refusals)
      expect(await newMeter(body)).toMatchObject({
        status: 409,
        body: { code: 'already_exists', facts: { field: name } },
      })
    expect(await newMeter({ meterNo: 'M-14', deviceId, channels: [2, 3] })).toMatchObject({
      status: 200,
    })
    expect(await change(`/meters/${idOf(first, 'meterId')}`, { channels: [3] })).toMatchObject({
      status: 409,
      body: { facts: { field: 'channels' } },
    })
  })
  test.each<[object, string]>([
    [{ address: '12', model: 'dlt645-prepaid-1p' }, 'address'],
    [{ address: '999999999999', model: 'dlt645-prepaid-1p' }, 'address'],
    [{ address: '990000000099', model: 'no-such-model' }, 'model'],
    [{ address: '990000000099' }, 'model'],
    [{ address: '990000000099', model: 'dlt645-prepaid-1p', busId: 99_999 }, 'busId'],
  ])('as %o is refused and the field is named', async (body, name) => {
    const { body: list } = await clerk.get(`/api/v1/gateways?complexId=${complex()}`)
    const busId = Object(list).items[0].buses[0].busId
    expect(await newMeter({ meterNo: 'M-bad', busId, ...body })).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', facts: { field: name } },
    })
  })
  test('moves to another address with its device, audited', async () => {
    const busId = await busOf('GW-12')
    const added = await newMeter({
      meterNo: 'M-20',
      busId,
      address: '990000000020',
      model: 'dlt645-prepaid-1p',
    })
    const device = `/devices/${idOf(added, 'deviceId')}`
    expect(await change(device, { address: '990000000021' })).toMatchObject({
      status: 200,
      body: { address: '990000000021', busId },
    })
    const [row] = await rows<{ after: { address: string } }>(
      `select after from audit where action = 'device.change'`,
    )
    expect(row?.after.address).toBe('990000000021')
  })
  test('takes what waits for it along to another gateway', async () => {
    const [from, to] = [await busOf('GW-20'), await busOf('GW-21')]
    const added = await newMeter({
      ...{ meterNo: 'M-50', busId: from, address: '990000000050', model: 'dlt645-prepaid-1p' },
    })
    const key = `meter/${idOf(added, 'meterId')}`
    await rows(
      `insert into work (complex_id, work_id, kind, key, gateway_id, due_at, claimed_by)
       select complex_id, gen_random_uuid(), 'delivery', $1, gateway_id, now(), 'x' from bus
       where bus_id = $2`,
      [key, from],
    )
    await change(`/devices/${idOf(added, 'deviceId')}`, { busId: to })
    const [waits] = await rows(
      `select b.bus_id as bus, w.claimed_by as claimed from work w
       join bus b on b.complex_id = w.complex_id and b.gateway_id = w.gateway_id where key = $1`,
      [key],
    )
    expect(waits).toEqual({ bus: to, claimed: null })
  })
  test('has only circuits that its device has', async () => {
    const busId = await busOf('GW-13')
    const twelve = { busId, address: '7', model: 'acrel-adf300-12' }
    const beyond = (name: string, limit: number) => ({
      status: 400,
      body: { code: 'invalid_input', facts: { field: name, rule: 'circuits', limit } },
    })
    expect(await newMeter({ meterNo: 'M-30', ...twelve, channels: [13] })).toMatchObject(
      beyond('channels', 12),
    )
    const added = await newMeter({ meterNo: 'M-30', ...twelve, channels: [12] })
    expect(added).toMatchObject({ status: 200 })
    expect(await change(`/meters/${idOf(added, 'meterId')}`, { channels: [13] })).toMatchObject(
      beyond('channels', 12),
    )
    const device = `/devices/${idOf(added, 'deviceId')}`
    expect(await change(device, { model: 'acrel-dtsd1352' })).toMatchObject(beyond('model', 1))
    expect(await change(device, { model: 'acrel-adf300-24' })).toMatchObject({ status: 200 })
  })
  test('is found by how it answers, with the totals of everything that was filtered', async () => {
    const path = `/api/v1/meters?complexId=${complex()}&heard=silent&search=A-101`
    const { body } = await clerk.get(path)
    expect(Object(body).total).toBe(
      Object.values(Object(body).heard).reduce((a, b) => Number(a) + Number(b), 0),
    )
    const silent = await clerk.get(`/api/v1/meters?complexId=${complex()}&heard=silent`)
    expect(silent.body).toMatchObject({
      items: [{ meterId: meterAt(2), heard: 'silent', energyWh: 123_450, clockOffsetMs: -4000 }],
      heard: { answering: 2, silent: 1 },
    })
  })
  test('carries each figure with its own time, and its installations', async () => {
    const { body } = await clerk.get(`/api/v1/meters/${meterAt(0)}/collection`)
    expect(body).toMatchObject({
      heard: 'answering',
      energyWh: 123_450,
      energyAt: expect.stringMatching(/\+08:00$/),
      relay: null,
      relayAt: null,
      installations: [{ premises: 'A-101', multiplier: 1, direction: 'combined', until: null }],
    })
  })
})

test('models say what they can do, where it is known from and how sure that is', async () => {
  const { body } = await clerk.get(`/api/v1/models?complexId=${complex()}`)
  const items: unknown[] = Object(body).items
  expect(items.find((item) => Object(item).id === 'dlt645-prepaid-1p')).toMatchObject({
    protocol: 'dlt645-2007',
    confidence: expect.stringMatching(/verified|documented/),
    source: { zh: expect.any(String), en: expect.any(String) },
    prepaid: true,
    meters: expect.any(Number),
  })
})

test('no answer of these broke its contract', () => {
  expect(rig.lines.filter((line) => line.level === 'error')).toEqual([])
})
