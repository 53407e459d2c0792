import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { changesSince } from '../http/live-store.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { plusMs } from '../shared/clock.ts'

let rig: WebRig
let engineer: Client

beforeAll(async () => {
  rig = await startWebRig({ meters: 2 })
  await rig.addOperator('engineer', 'commissioning-engineer', [rig.complex.complexId])
  engineer = await rig.as('engineer')
})
afterAll(() => rig.stop())

const complex = () => rig.complex.complexId
const meterAt = (index: number) => must(rig.complex.meters[index], 'a meter').meterId
const rows = <Row>(sql: string, params: unknown[] = []) =>
  rig.base.db.as(systemScope('test'), (tx) => tx.query<Row>(sql, params))
const newGateway = (code: string, link: object, rest: object = {}): Promise<Answer> =>
  engineer.post('/api/v1/gateways', { complexId: complex(), code, name: code, link, ...rest })
const change = (id: number, body: object) =>
  engineer.send('PATCH', `/api/v1/gateways/${id}`, { body })
const idOf = (answer: Answer): number => Number(Object(answer.body).gatewayId)

const TCP = { kind: 'tcp-client', host: '10.0.0.8', port: 4001 }
const MQTT = { kind: 'mqtt', gatewayNo: 'GW-M', dialect: 'prewatt' }
const calling = (registration: string, port = 5000) => ({ kind: 'tcp-listen', port, registration })
const ONLY_SENDS = { polled: false, pushIntervalMinutes: 15 }

const setGateway = async (settings: object): Promise<number> => {
  const [row] = await rows<{ id: number }>(
    `update gateway set settings = $1 where code = (select min(code) from gateway)
     returning gateway_id as id`,
    [JSON.stringify(settings)],
  )
  return must(row, 'the gateway').id
}

const heard = (meter: number, minutesAgo: number) =>
  rows(
    `insert into latest (complex_id, meter_id, seq, answered_at)
     values ($1, $2, 1, now() - make_interval(secs => 60 * $3::float8))
     on conflict (complex_id, meter_id) do update set answered_at = excluded.answered_at`,
    [complex(), meter, minutesAgo],
  )

const view = async (id: number) => Object((await engineer.get(`/api/v1/gateways/${id}`)).body)
const boardState = async (meter: number) => {
  const { body } = await engineer.get(`/api/v1/board?complexId=${complex()}`)
  return Object(body).items.find((item: unknown) => Object(item).meterId === meter).state
}

test('a gateway that sends by itself is measured against how often it sends', async () => {
  await heard(meterAt(0), 20)
  await heard(meterAt(1), 40)
  const polled = await view(await setGateway({}))
  expect(polled).toMatchObject({ polled: true, staleAfterMs: 360_000, answering: 0, silent: 2 })
  expect(await boardState(meterAt(0))).toBe('offline')
  const sending = await view(await setGateway(ONLY_SENDS))
  expect(sending).toMatchObject({ polled: false, staleAfterMs: 1_800_000, answering: 1, silent: 1 })
  expect(sending.deadMeters).toMatchObject([{ meterId: meterAt(1), heard: 'stale' }])
  expect(await boardState(meterAt(0))).toBe('notOpened')
  expect(await boardState(meterAt(1))).toBe('offline')
  const list = await engineer.get(`/api/v1/meters?complexId=${complex()}&heard=stale`)
  expect(list.body).toMatchObject({
    items: [{ meterId: meterAt(1), staleAfterMs: 1_800_000 }],
    heard: { answering: 1 },
  })
  await setGateway({})
})

test('its meters turn stale on the screens when they have missed two reports', async () => {
  const turned = (settings: object): Promise<number[]> =>
    setGateway(settings).then(() =>
      rig.base.db.as(systemScope('test'), async (tx) => {
        const ago = (minutes: number) => plusMs(tx.now, -minutes * 60_000)
        const look = { complexId: complex(), seq: 1_000, since: tx.now }
        const span = { silentFrom: ago(7), silentTo: ago(6) }
        const changes = await changesSince(tx, { ...look, ...span })
        return changes.flatMap((change) => (change.kind === 'meter' ? [change.id] : []))
      }),
    )
  await heard(meterAt(0), 30.5)
  await heard(meterAt(1), 29)
  expect(await turned({})).toEqual([])
  expect(await turned(ONLY_SENDS)).toEqual([meterAt(0)])
  await setGateway({})
})

test('only what can send may be left unasked', async () => {
  const refused = { status: 400, body: { facts: { field: 'settings.polled', rule: 'link' } } }
  expect(await newGateway('S-1', TCP, { settings: ONLY_SENDS })).toMatchObject(refused)
  const made = await newGateway('S-2', MQTT, { settings: ONLY_SENDS })
  expect(made).toMatchObject({ status: 200, body: { polled: false, settings: ONLY_SENDS } })
  expect(await change(idOf(made), { link: TCP })).toMatchObject(refused)
  expect(await change(idOf(made), { link: TCP, settings: {} })).toMatchObject({ status: 200 })
  expect(await newGateway('S-3', MQTT, { settings: { polled: 'no' } })).toMatchObject({
    status: 400,
    body: { facts: { field: 'settings.polled' } },
  })
})

test('what clocks may be off is between ten seconds and five minutes', async () => {
  const settings = (clockLimitSeconds: number) => ({ settings: { clockLimitSeconds } })
  for (const limit of [9, 301, 60.5])
    expect(await newGateway('C-1', TCP, settings(limit))).toMatchObject({
      status: 400,
      body: { facts: { field: 'settings.clockLimitSeconds' } },
    })
  expect(await newGateway('C-1', TCP, settings(30))).toMatchObject({
    status: 200,
    body: { settings: { clockLimitSeconds: 30 } },
  })
})

test('a registration that begins like another on its port is refused by its name', async () => {
  const first = await newGateway('R-1', calling('BOX-17'))
  expect(first).toMatchObject({ status: 200 })
  const overlaps = (code: string) => ({
    status: 409,
    body: { code: 'registration_overlaps', facts: { port: 5000, gatewayCode: code } },
  })
  for (const registration of ['BOX-17', 'BOX-1', 'BOX-171'])
    expect(await newGateway('R-2', calling(registration))).toMatchObject(overlaps('R-1'))
  const second = await newGateway('R-2', calling('BOX-18'))
  expect(second).toMatchObject({ status: 200 })
  expect(await newGateway('R-3', calling('BOX-17', 5001))).toMatchObject({ status: 200 })
  expect(await change(idOf(second), { link: calling('BOX-17') })).toMatchObject(overlaps('R-1'))
  expect(await change(idOf(first), { link: calling('BOX-17') })).toMatchObject({ status: 200 })
})

test('two buses of one gateway need registrations that differ from the start', async () => {
  const link = { ...calling('AB-1', 5002), buses: { 2: { registration: 'AB-12' } } }
  const buses = [1, 2].map((ordinal) => ({ ordinal, settings: {} }))
  expect(await newGateway('R-4', link, { buses })).toMatchObject({
    status: 409,
    body: { facts: { gatewayCode: 'R-4', bus: 1, otherBus: 2 } },
  })
})

test('figures of another process are shown with the time at which it told them', async () => {
  const [bus] = await rows<{ busId: number; gatewayId: number }>(
    `select bus_id as "busId", gateway_id as "gatewayId" from bus order by bus_id limit 1`,
  )
  const { busId, gatewayId } = must(bus, 'a bus')
  const figures = { requests: 9, timeouts: 1, busyPermille: 420, pushes: 5, strayPushes: 2 }
  await rows(
    `insert into collection_seen (complex_id, gateway_id, at, buses)
     values ($1, $2, '2026-11-22T10:00:00Z', $3)`,
    [complex(), gatewayId, JSON.stringify({ [busId]: figures })],
  )
  const { buses } = await view(gatewayId)
  expect(buses.find((each: unknown) => Object(each).busId === busId).figures).toEqual({
    ...figures,
    at: '2026-11-22T18:00:00.000+08:00',
  })
})

test('callers that nobody knows are shown of every collector, the latest first', async () => {
  const caller = (firstBytes: string, at: number) => ({
    port: 5000,
    from: '10.0.0.9:4711',
    firstBytes,
    at,
    calls: 2,
  })
  const at = Date.parse('2026-11-22T10:00:00Z')
  await rows(
    `insert into collector (holder, since, seen_at, callers)
     values ('north', now(), now(), $1), ('south', now(), now(), $2)`,
    [JSON.stringify([caller('414243', at)]), JSON.stringify([caller('ff00', at + 1_000)])],
  )
  expect((await engineer.get('/api/v1/unknown-callers')).body).toMatchObject({
    items: [
      { collector: 'south', text: null, lastAt: '2026-11-22T10:00:01.000Z' },
      { collector: 'north', text: 'ABC', calls: 2, port: 5000 },
    ],
  })
})

test('no answer of these broke its contract', () => {
  expect(rig.lines.filter((line) => line.level === 'error')).toEqual([])
})

test('data gateways share their port with no other kind, and are told whose it is', async () => {
  const meter = { kind: 'acrel-4g', port: 5010, serial: '12307210720085' }
  const box = { kind: 'acrel-awt100', port: 5010, gatewayNo: 'AWT-9', secret: 'secret-16-bytes!' }
  expect(await newGateway('P-1', meter)).toMatchObject({ status: 200 })
  expect(await newGateway('P-2', calling('BOX-9', 5010))).toMatchObject({ status: 200 })
  expect(await newGateway('P-3', box)).toMatchObject({
    status: 400,
    body: { facts: { field: 'link.port', en: expect.stringContaining('P-1') } },
  })
  const apart = await newGateway('P-3', { ...box, port: 5011 })
  expect(apart).toMatchObject({ status: 200 })
  expect(await newGateway('P-4', calling('BOX-10', 5011))).toMatchObject({
    status: 400,
    body: { facts: { field: 'link.port', en: expect.stringContaining('P-3') } },
  })
})
