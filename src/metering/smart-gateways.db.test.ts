import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startMeter4g } from '../../sim/uplinks/acrel-4g.ts'
import { startAwt100 } from '../../sim/uplinks/awt100.ts'
import { startMqttGateway } from '../../sim/uplinks/mqtt-gateway.ts'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { eventually } from '../../test/eventually.ts'
import { freePort } from '../../test/free-port.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { listFolder } from '../adapters/list-folder.ts'
import { systemMqtt } from '../adapters/mqtt.ts'
import { systemNet } from '../adapters/net.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { systemClock, systemRng } from '../adapters/system.ts'
import { systemScope } from '../ports/database.ts'
import type { Log } from '../ports/log.ts'
import { linkSecretPlace } from '../secrets/places.ts'
import { must } from '../shared/assert.ts'
import { loadCatalog } from '../shared/catalog.ts'
import type { GatewayId } from '../shared/ids.ts'
import { type Collector, startCollector } from './collector.ts'
import { sealLinkSecrets } from './links/link-secrets.ts'
import { createMqttHub } from './links/mqtt.ts'
import { MODELS_FOLDER } from './meter-model/meter-model.ts'
import { isMeterModel } from './meter-model/model-check.ts'
import { ensurePartitions } from './readings/partitions.ts'

const models = await loadCatalog(listFolder, MODELS_FOLDER, isMeterModel)
const scope = systemScope('test')
const quiet: Log = { info: () => {}, warn: () => {}, error: () => {} }
const LOOPBACK = '127.0.0.1'

let database: TestDatabase
let tiny: TinyComplex

beforeAll(async () => {
  database = await freshDatabase()
  tiny = await tinyComplex(database.db, { meters: 1 })
  await ensurePartitions(ownerQuery(database.ownerUrl), systemClock.now())
})
afterAll(() => database.drop())

const meter = () => must(tiny.meters[0], 'one meter')

/** The one gateway becomes of that kind, its meter of that model. */
const become = async (link: object, model: string, address: string): Promise<void> => {
  const { vault } = tiny.deps
  await database.db.as(scope, async (tx) => {
    const rows = await tx.query<{ id: GatewayId }>('select gateway_id as id from gateway')
    const gateway = must(rows[0], 'one gateway').id
    const place = linkSecretPlace(tiny.complexId, gateway)
    const sealer = await vault.sealer(tx, tiny.complexId)
    const sealed = sealLinkSecrets(link, {}, (plain) => sealer.seal(place, plain))
    if (!sealed.ok) throw new Error(sealed.en)
    await tx.query('update gateway set link = $1', [JSON.stringify(sealed.link)])
    await tx.query('update device set model = $1, address = $2', [model, address])
    await tx.query(`update bus set settings = '{"baud": 9600, "replyTimeoutMs": 300}'`)
  })
}

const collecting = async (mqttPort = 1): Promise<Collector> => {
  const collector = startCollector({
    db: database.db,
    clock: systemClock,
    net: systemNet,
    rng: systemRng,
    log: quiet,
    vault: tiny.deps.vault,
    models,
    holder: 'test',
    pollHooks: [],
    gatewayHooks: [],
    mqtt: {
      createHub: createMqttHub,
      mqtt: systemMqtt,
      clientId: 'prewatt-test',
      standard: { host: LOOPBACK, port: mqttPort },
      serveAtOnce: false,
    },
  })
  onTestFinished(() => collector.stop())
  await eventually(() => collector.gateways().length === 1)
  return collector
}

const energies = async (): Promise<number[]> => {
  const rows = await database.db.as(scope, (tx) =>
    tx.query<{ energyWh: number }>(
      'select energy_wh as "energyWh" from reading where meter_id = $1 order by at',
      [meter().meterId],
    ),
  )
  return rows.map(({ energyWh }) => Number(energyWh))
}
const stored = async (energyWh: number): Promise<void> => {
  await expect.poll(energies).toContain(energyWh)
}

test('what an MQTT gateway reports is stored when the broker acknowledges it', async () => {
  const port = await freePort()
  const { address } = meter()
  const link = { kind: 'mqtt', gatewayNo: 'GW01', dialect: 'prewatt', password: 'open sesame' }
  await become(link, 'dlt645-prepaid-1p', address)
  await collecting(port)
  const url = `mqtt://${LOOPBACK}:${port}`
  const logIn = { url, sn: 'GW01', username: 'GW01', password: 'open sesame', answer: () => null }
  const gateway = await startMqttGateway(logIn)
  onTestFinished(() => gateway.stop())
  const at = new Date().toISOString()
  await gateway.report([{ addr: address, values: { energyKwh: '111.11' } }], at, 'm-1')
  expect(await energies()).toContain(111_110)
  await gateway.report([{ addr: address, values: { energyKwh: '111.11' } }], at, 'm-1')
  expect((await energies()).filter((energyWh) => energyWh === 111_110)).toHaveLength(1)
})

test('a data gateway reports its meters under its secret', async () => {
  const port = await freePort()
  const secret = 'sixteen letters!'
  await become({ kind: 'acrel-awt100', port, gatewayNo: 'GW-1', secret }, 'acrel-ddsy1352', '1')
  await collecting()
  const box = startAwt100({
    to: { host: LOOPBACK, port },
    gatewayNo: 'GW-1',
    secret: Buffer.from(secret),
    meters: () => [{ bus: 1, unit: 1, values: { WPP: '222.22' } }],
    answer: () => null,
  })
  onTestFinished(() => box.stop())
  await eventually(() => box.passed === true)
  const told = new Date(Date.now() + 8 * 3_600_000).toISOString().replace(/\D/g, '').slice(0, 14)
  box.upload(told)
  await stored(222_220)
})

test('a data gateway that does not know its secret is told among unknown callers', async () => {
  const port = await freePort()
  const secret = 'sixteen letters!'
  await become({ kind: 'acrel-awt100', port, gatewayNo: 'GW-1', secret }, 'acrel-ddsy1352', '1')
  const collector = await collecting()
  const box = startAwt100({
    to: { host: LOOPBACK, port },
    gatewayNo: 'GW-1',
    secret: Buffer.from('another secret!!'),
    meters: () => [],
    answer: () => null,
  })
  onTestFinished(() => box.stop())
  await eventually(() => collector.links.unknownCallers().length > 0)
  expect(collector.links.unknownCallers()).toMatchObject([{ port, firstBytes: expect.any(String) }])
  expect(collector.links.awt100.counters).toMatchObject({ passed: 0, refused: 1 })
})

test('what a collector sees of its buses is stored for other processes', async () => {
  const sees = () =>
    database.db.as(scope, (tx) =>
      tx.query<{ figures: unknown }>(
        `select buses->(jsonb_object_keys(buses)) as figures from collection_seen`,
      ),
    )
  const collector = await collecting()
  await expect.poll(sees).toContainEqual({
    figures: expect.objectContaining({ requests: expect.any(Number), pushes: 0 }),
  })
  expect(collector.gateways()[0]?.buses[0]?.pushes).toBe(0)
})

test('a 4G meter’s block is acknowledged when it is in the database', async () => {
  const port = await freePort()
  await become({ kind: 'acrel-4g', port, serial: '12307210720085' }, 'acrel-ddsy1352', '1')
  await collecting()
  const block = Buffer.alloc(96)
  block.writeUInt16BE(7, 0)
  block.writeUInt32BE(33_333, 42)
  const answer = (rtu: Buffer): Buffer | null => {
    const isBlock = rtu[1] === 3 && rtu.readUInt16BE(4) === 48
    return isBlock ? Buffer.concat([Buffer.of(1, 3, 96), block, Buffer.alloc(2)]) : null
  }
  const box = startMeter4g({
    to: { host: LOOPBACK, port },
    serial: '12307210720085',
    unit: 1,
    answer,
  })
  onTestFinished(() => box.stop())
  await eventually(() => box.registered)
  box.report()
  await eventually(() => box.acknowledged > 0)
  expect(await energies()).toContain(333_330)
})
