// The process that is killed: opening, recharge and delivery of the product on one bus, without the
// poller, so that every call to the world belongs to the money's way.

import { AFTER_REDUCTION } from '../../src/accounts/after-reduction.ts'
import { openAccount } from '../../src/accounts/open.ts'
import { recharge } from '../../src/accounts/recharge.ts'
import { refund } from '../../src/accounts/refund.ts'
import { connectDatabase } from '../../src/adapters/database.ts'
import { systemNet } from '../../src/adapters/net.ts'
import { systemClock, systemIds, systemRng } from '../../src/adapters/system.ts'
import { NOT_TAKEN_AFTER_MS } from '../../src/delivery/reduce-machine.ts'
import { startDeliveryWorker } from '../../src/delivery/worker.ts'
import { busSettings } from '../../src/metering/bus/line.ts'
import { createBus } from '../../src/metering/bus/session.ts'
import { sealedKeyOf } from '../../src/metering/config-store.ts'
import type { Drivers } from '../../src/metering/driver.ts'
import { createDlt645Driver } from '../../src/metering/drivers/dlt645-driver.ts'
import { acquireLeases } from '../../src/metering/lease-store.ts'
import { startTcpLink } from '../../src/metering/links/tcp-client.ts'
import singlePhase from '../../src/metering/models/dlt645-prepaid-1p.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { type Scope, systemScope } from '../../src/ports/database.ts'
import { createVault, meterKeyAad } from '../../src/secrets/vault.ts'
import { must } from '../../src/shared/assert.ts'
import { plusMs } from '../../src/shared/clock.ts'
import { accountId, complexId, type MeterId, meterId, operatorId } from '../../src/shared/ids.ts'
import { releaseClaims } from '../../src/work/store.ts'
import { type Order, orderFrom, setupFrom, type Told } from './cashier-words.ts'
import { crashingDb, crashingNet, createCrashPoint } from './crash-point.ts'
import { startResending } from './resend-on-doubt.ts'

const HOLDER = 'cashier'
const LEASE_MS = 3_600_000
/** Nobody waits for a back-off here; time-outs on the bus keep their length. */
const SLEEP_MS_MAX = 20

const setup = setupFrom(must(process.argv[2], 'the setup'))
const point = createCrashPoint()
const plain = connectDatabase({ url: setup.url, clock: systemClock, rng: systemRng, poolMax: 3 })
const db = crashingDb(plain, point, HOLDER)
const vault = createVault(Buffer.from(setup.masterKey, 'hex'), systemRng)
const impatient: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(Math.min(ms, SLEEP_MS_MAX), signal),
}

// Nobody waits for a frame that may be under way either: the readings are of a minute later.
const late: Clock = { ...systemClock, now: () => plusMs(systemClock.now(), NOT_TAKEN_AFTER_MS) }

const keyOf = async (meter: MeterId) => {
  const key = await plain.as(systemScope(HOLDER), (tx) => sealedKeyOf(tx, meter))
  if (!key) return null
  const aad = meterKeyAad(key.complexId, meter, key.version)
  return { bytes: vault.open(aad, key.sealed), scheme: key.scheme }
}

const startLine = async (): Promise<Drivers> => {
  await plain.as(systemScope(HOLDER), (tx) =>
    acquireLeases(tx, HOLDER, { mine: [], limit: 100, ttlMs: LEASE_MS }),
  )
  const rows = await plain.as(systemScope(HOLDER), (tx) =>
    tx.query<{ id: MeterId; address: string }>('select meter_id as id, no as address from meter'),
  )
  const bus = createBus(systemClock, busSettings({ baud: 115_200, replyTimeoutMs: 300 }))
  const net = crashingNet(systemNet, point)
  const to = { host: '127.0.0.1', port: setup.gatewayPort }
  await new Promise<void>((resolve) => {
    startTcpLink({ clock: impatient, net, rng: systemRng }, to, {
      up: (wire) => {
        bus.connected(wire)
        resolve()
      },
      bytes: (bytes) => bus.received(bytes),
      down: () => bus.disconnected(),
      pushed: () => Promise.resolve(),
    })
  })
  const deps = { bus, clock: late, rng: systemRng, keyOf }
  const drivers = new Map(
    rows.map(({ id, address }) => [
      id,
      createDlt645Driver(deps, {
        meterId: id,
        address,
        meterNo: address,
        model: singlePhase,
        zone: 'Asia/Shanghai',
      }),
    ]),
  )
  return { of: (meter) => drivers.get(meter) ?? null }
}

const capabilitiesOf = () => singlePhase.capabilities
const deps = { db, ids: systemIds, vault, capabilitiesOf }
const clerk: Scope = {
  complexes: [complexId(setup.complexId)],
  operator: operatorId(setup.operator),
  from: 'counter',
}

const open = async (order: Order): Promise<Told> => {
  const opened = await openAccount(deps, clerk, {
    requestId: order.requestId,
    complexId: setup.complexId,
    tenant: { name: '测试商户', phone: '13800001234' },
    meters: [
      {
        meterId: order.meterId,
        planId: order.planId,
        alarm1Fen: 5000,
        alarm2Fen: 2000,
        firstPurchaseFen: order.amountFen,
      },
    ],
  })
  return { accountId: opened.accountId }
}

const sell = async (order: Order): Promise<Told> => {
  const account = accountId(must(order.accountId, 'a recharge names its account'))
  await recharge(deps, clerk, {
    requestId: order.requestId,
    accountId: account,
    meterId: meterId(order.meterId),
    amountFen: order.amountFen,
    method: 'cash',
    similarAccepted: true,
  })
  return { accountId: account }
}

const giveBack = async (order: Order): Promise<Told> => {
  const account = accountId(must(order.accountId, 'a refund names its account'))
  await refund(deps, clerk, {
    requestId: order.requestId,
    accountId: account,
    meterId: meterId(order.meterId),
    amountFen: order.amountFen,
    method: 'cash',
    reasonCode: 'tenant-leaves',
  })
  return { accountId: account }
}

const FLOWS = { open, recharge: sell, refund: giveBack } as const

const tell = (told: Told): void => {
  process.send?.(told)
}

const silent = { info: () => {}, warn: () => {}, error: () => {} }
const drivers = await startLine()
await releaseClaims(plain, HOLDER)
if (setup.protocol === 'resend') startResending({ db, clock: impatient, drivers })
else
  startDeliveryWorker({
    ...deps,
    clock: impatient,
    rng: systemRng,
    drivers,
    holder: HOLDER,
    log: silent,
    afterReduction: AFTER_REDUCTION,
  })

process.on('message', async (message) => {
  const order = orderFrom(message)
  point.arm(order.crashAt)
  try {
    tell(await FLOWS[order.do](order))
  } catch (error) {
    tell({ error: String(error) })
  }
})
process.on('disconnect', () => process.exit(0))
tell({ ready: true })
