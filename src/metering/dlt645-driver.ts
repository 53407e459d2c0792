// The driver of DL/T 645-2007 meters 电表驱动: what any driver can be asked, over one bus session.

import { fault } from './asking.ts'
import { dlt645Clock } from './dlt645-clock.ts'
import { dlt645Creditor } from './dlt645-credit.ts'
import { readFreeze } from './dlt645-freeze.ts'
import { type DriverDeps, dlt645Meter, type MeterOnBus } from './dlt645-meter.ts'
import { readEnergy, readRelay, readStatus, readWallet } from './dlt645-reading.ts'
import { dlt645OrderRelay } from './dlt645-relay.ts'
import type { MeterDriver } from './driver.ts'

/** Read with every so many status readings; they move nothing but the picture. */
const POWER_EVERY = 2
const ELECTRICAL_EVERY = 10
/** Not in the first round after a start, when everything else is asked too. */
const ELECTRICAL_FIRST = 5

export const createDlt645Driver = (deps: DriverDeps, at: MeterOnBus): MeterDriver => {
  const meter = dlt645Meter(deps, at)
  const creditor = dlt645Creditor(meter)
  const clock = dlt645Clock(meter)
  const noWallet = async () => fault('not-supported', 'this meter holds no money')
  let statusReads = 0
  return {
    meterId: at.meterId,
    model: at.model.id,
    readWallet: (priority) => readWallet(meter, priority),
    readStatus: (priority) => {
      const asked = priority === 'onDemand'
      const shown = {
        power: asked || statusReads % POWER_EVERY === 0,
        electrical: asked || statusReads % ELECTRICAL_EVERY === ELECTRICAL_FIRST,
      }
      statusReads += 1
      return readStatus(meter, priority, shown)
    },
    readEnergy: (priority) => readEnergy(meter, priority),
    readRelay: (priority) => readRelay(meter, priority),
    readClock: (priority) => clock.readClock(priority),
    setClock: (priority) => clock.setClock(priority),
    readFreeze: (which, back, priority) => readFreeze(meter, which, back, priority),
    openAccount: at.model.reads.wallet ? (order) => creditor.openAccount(order) : noWallet,
    recharge: at.model.reads.wallet ? (order) => creditor.recharge(order) : noWallet,
    orderRelay: dlt645OrderRelay(meter, clock),
  }
}
