// A gateway that comes back 上线唤醒: what waited for it is done at once. Meanwhile nobody has looked
// again and again whether it was there, so that a centre whose network is down is idle.

import type { GatewayHook } from '../metering/readings/poll-result.ts'
import { wakeWork } from '../work/store.ts'

export const wakeHook: GatewayHook = async (tx, complex, changes) => {
  const back = changes.filter((change) => change.online).map((change) => change.gatewayId)
  if (back.length > 0) await wakeWork(tx, complex, back)
}
