// The bus of the process that is killed: every byte in and out passes its crash point.

import { systemNet } from '../../src/adapters/net.ts'
import { systemClock, systemRng } from '../../src/adapters/system.ts'
import { NOT_TAKEN_AFTER_MS } from '../../src/delivery/reduce-machine.ts'
import { busSettings } from '../../src/metering/bus/line.ts'
import { type Bus, createBus } from '../../src/metering/bus/session.ts'
import { sealedKeyOf } from '../../src/metering/config-store.ts'
import type { Drivers } from '../../src/metering/driver.ts'
import { createDlt645Driver } from '../../src/metering/drivers/dlt645-driver.ts'
import { reportingDriver } from '../../src/metering/drivers/reporting-driver.ts'
import { acquireLeases, type Lease } from '../../src/metering/lease-store.ts'
import { startTcpLink } from '../../src/metering/links/tcp-client.ts'
import singlePhase from '../../src/metering/models/dlt645-prepaid-1p.ts'
import type { PollResult } from '../../src/metering/readings/poll-result.ts'
import { startWriter } from '../../src/metering/readings/writer.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { type Db, systemScope } from '../../src/ports/database.ts'
import { fixedMasters } from '../../src/secrets/masters.ts'
import { meterKeyPlace } from '../../src/secrets/places.ts'
import { createVault } from '../../src/secrets/vault.ts'
import { must } from '../../src/shared/assert.ts'
import { plusMs } from '../../src/shared/clock.ts'
import { type MeterId, meterId } from '../../src/shared/ids.ts'
import type { Setup } from './cashier-words.ts'
import { type CrashPoint, crashingNet } from './crash-point.ts'

const LEASE_MS = 3_600_000
const MODEL = 'dlt645-prepaid-1p'

export type LineDeps = {
  setup: Setup
  /** Uncounted: what a start reads. */
  plain: Db
  /** Counted: what readings are written with. */
  db: Db
  point: CrashPoint
  impatient: Clock
  holder: string
}

export type Line = {
  /** Nobody waits for a frame that may be under way: their readings are of a minute later. */
  late: Drivers
  /** True to the moment; what they read is kept. */
  prompt: Drivers
  /** A round of a meter, as the poller would make it. */
  poll(meter: number): Promise<void>
}

const connect = ({ setup, point, impatient }: LineDeps): Promise<Bus> => {
  const bus = createBus(systemClock, busSettings({ baud: 115_200, replyTimeoutMs: 300 }))
  const net = crashingNet(systemNet, point)
  const to = { host: '127.0.0.1', port: setup.gatewayPort }
  return new Promise((resolve) => {
    startTcpLink({ clock: impatient, net, rng: systemRng }, to, {
      up: (wire) => {
        bus.connected(wire)
        resolve(bus)
      },
      bytes: (bytes) => bus.received(bytes),
      down: () => bus.disconnected(),
      pushed: () => Promise.resolve(),
    })
  })
}

const keysOf = ({ plain, setup, holder }: LineDeps) => {
  const vault = createVault(fixedMasters(Buffer.from(setup.masterKey, 'hex')), systemRng)
  return async (meter: MeterId) => {
    return plain.as(systemScope(holder), async (tx) => {
      const key = await sealedKeyOf(tx, meter)
      if (!key) return null
      const open = await vault.opener(tx, key.complexId)
      const place = meterKeyPlace(key.complexId, meter, key.version)
      return { bytes: open(place, key.sealed), scheme: key.scheme }
    })
  }
}

const keeping = ({ db, impatient }: LineDeps, lease: Lease) => {
  const writer = startWriter({
    db,
    clock: impatient,
    models: new Map([[MODEL, singlePhase]]),
    pollHooks: [],
    gatewayHooks: [],
    onFenced: () => {},
    onDropped: (error) => {
      throw error
    },
  })
  const { complexId, gatewayId, token } = lease
  const origin = { complexId, gatewayId, token }
  return { gatewayId, report: (result: PollResult) => writer.add(origin, { result }) }
}

export const startLine = async (deps: LineDeps): Promise<Line> => {
  const { plain, setup, holder } = deps
  const scope = systemScope(holder)
  const leases = await plain.as(scope, (tx) =>
    acquireLeases(tx, holder, { mine: [], limit: 100, ttlMs: LEASE_MS }),
  )
  const rows = await plain.as(scope, (tx) =>
    tx.query<{ id: MeterId; address: string }>('select meter_id as id, no as address from meter'),
  )
  const bus = await connect(deps)
  const driversWith = (clock: Clock) => {
    const to = { bus, clock, rng: systemRng, keyOf: keysOf(deps) }
    const config = { model: singlePhase, zone: 'Asia/Shanghai' }
    return new Map(
      rows.map(({ id, address }) => [
        id,
        createDlt645Driver(to, { meterId: id, address, meterNo: address, ...config }),
      ]),
    )
  }
  const late = driversWith({
    ...systemClock,
    now: () => plusMs(systemClock.now(), NOT_TAKEN_AFTER_MS),
  })
  const prompt = new Map(setup.closes ? driversWith(systemClock) : [])
  const kept = setup.closes ? keeping(deps, must(leases[0], 'the gateway is ours')) : null
  const promptOf: Drivers['of'] = (meter) => {
    const driver = prompt.get(meter)
    if (!driver || !kept) return null
    return reportingDriver(driver, { clock: systemClock, report: kept.report }, kept.gatewayId)
  }
  return {
    late: { of: (meter) => late.get(meter) ?? null },
    prompt: { of: promptOf },
    poll: async (meter) => {
      const driver = promptOf(meterId(meter))
      await driver?.readStatus('status')
      await driver?.readEnergy('energy')
    },
  }
}
