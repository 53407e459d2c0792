// The driver of DL/T 645-2007 meters 电表驱动: what any driver can be asked, over one bus session.

import { dlt645Creditor } from './dlt645-credit.ts'
import { type DriverDeps, dlt645Meter, fault, type MeterOnBus } from './dlt645-meter.ts'
import { readEnergy, readRelay, readStatus, readWallet } from './dlt645-reading.ts'
import { dlt645RelayOperator } from './dlt645-relay.ts'
import type { MeterDriver } from './driver.ts'

/** Power is read with every so many status readings; it moves nothing but the picture. */
const POWER_EVERY = 2

export const createDlt645Driver = (deps: DriverDeps, at: MeterOnBus): MeterDriver => {
  const meter = dlt645Meter(deps, at)
  const creditor = dlt645Creditor(meter)
  let statusReads = 0
  return {
    meterId: at.meterId,
    model: at.model.id,
    readWallet: (priority) => readWallet(meter, priority),
    readStatus: (priority) => {
      const withPower = statusReads % POWER_EVERY === 0
      statusReads += 1
      return readStatus(meter, priority, withPower)
    },
    readEnergy: (priority) => readEnergy(meter, priority),
    readRelay: (priority) => readRelay(meter, priority),
    openAccount: (order) => creditor.openAccount(order),
    recharge: (order) => creditor.recharge(order),
    readFreeze: async () => fault('not-supported', 'freezes'),
    setClock: async () => fault('not-supported', 'clock'),
    ...dlt645RelayOperator(meter),
  }
}
