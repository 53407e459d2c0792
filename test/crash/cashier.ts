// The process that is killed: the money flows of the product on one bus, without the poller: every
// call to the world belongs to the money's way.

import { AFTER_REDUCTION } from '../../src/accounts/after-reduction.ts'
import { startClosingWorker } from '../../src/accounts/close-worker.ts'
import { connectDatabase } from '../../src/adapters/database.ts'
import { systemClock, systemIds, systemRng } from '../../src/adapters/system.ts'
import { startControlWorker } from '../../src/control/worker.ts'
import { startDeliveryWorker } from '../../src/delivery/worker.ts'
import singlePhase from '../../src/metering/models/dlt645-prepaid-1p.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Db, Scope } from '../../src/ports/database.ts'
import { fixedMasters } from '../../src/secrets/masters.ts'
import { createVault } from '../../src/secrets/vault.ts'
import { must } from '../../src/shared/assert.ts'
import { complexId, operatorId } from '../../src/shared/ids.ts'
import { createBell } from '../../src/work/bell.ts'
import { releaseClaims } from '../../src/work/store.ts'
import { FLOWS } from './cashier-flows.ts'
import { type Line, startLine } from './cashier-line.ts'
import { orderFrom, setupFrom, type Told } from './cashier-words.ts'
import { crashingDb, createCrashPoint } from './crash-point.ts'
import { startResending } from './resend-on-doubt.ts'
import { watchOver } from './watch.ts'

const HOLDER = 'cashier'
/** Whoever writes rings; this is for work that falls due. Time-outs on the bus stay as they are. */
const LOOK_MS = 100
const SHORT_MS = 1_000

const setup = setupFrom(must(process.argv[2], 'the setup'))
const point = createCrashPoint()
const plain = connectDatabase({ url: setup.url, clock: systemClock, rng: systemRng, poolMax: 4 })
const counted = crashingDb(plain, point, HOLDER)
const bell = createBell()
const db: Db = {
  close: () => counted.close(),
  as: async (scope, run, kind) => {
    const answer = await counted.as(scope, run, kind)
    if (scope.from !== HOLDER) bell.ring()
    return answer
  },
}
const vault = createVault(fixedMasters(Buffer.from(setup.masterKey, 'hex')), systemRng)
const impatient: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms > SHORT_MS ? ms : Math.min(ms, LOOK_MS), signal),
}

const deps = {
  ...{ db, vault, clock: impatient, ids: systemIds, rng: systemRng, bell, holder: HOLDER },
  log: { info: () => {}, warn: () => {}, error: () => {} },
  capabilitiesOf: () => singlePhase.capabilities,
}
const complex = complexId(setup.complexId)
const clerk: Scope = {
  complexes: [complex],
  operator: operatorId(setup.operator),
  from: 'counter',
}

const startWorkers = ({ late, prompt }: Line): void => {
  if (setup.protocol === 'resend') {
    startResending({ db, clock: impatient, drivers: late })
    return
  }
  startDeliveryWorker({ ...deps, drivers: late, afterReduction: AFTER_REDUCTION })
  if (!setup.closes) return
  startControlWorker({ ...deps, drivers: prompt })
  startClosingWorker(deps)
}

const tell = (told: Told): void => {
  process.send?.(told)
}

const line = await startLine({ setup, plain, db, point, impatient, holder: HOLDER })
await releaseClaims(plain, HOLDER)
startWorkers(line)
const watch = watchOver(plain, HOLDER, {
  works: setup.protocol === 'product',
  poll: line.poll,
})
const flowDeps = {
  deps,
  clerk,
  complex,
  watch,
}

process.on('message', async (message) => {
  const order = orderFrom(message)
  point.arm(order.crashAt)
  try {
    tell(await FLOWS[order.do](flowDeps, order))
  } catch (error) {
    tell({ error: String(error) })
  }
})
process.on('disconnect', () => process.exit(0))
tell({ ready: true })
