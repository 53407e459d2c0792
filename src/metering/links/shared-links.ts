// What the links of one process share 共用的链路设施: the ports on which gateways call, and the brokers
// through which they speak.

import type { Clock } from '../../ports/clock.ts'
import type { Rng } from '../../ports/ids.ts'
import type { Net } from '../../ports/net.ts'
import { type Awt100Hub, createAwt100Hub } from './awt100.ts'
import type { UnknownCaller } from './caller.ts'
import { createListenHub, type ListenHub } from './listen-hub.ts'
import type { MqttChoice, MqttHub } from './mqtt.ts'

export type SharedLinks = {
  readonly callers: ListenHub
  readonly awt100: Awt100Hub
  /** Null where this process speaks no MQTT. */
  readonly mqtt: MqttHub | null
  /** Who called that nobody knows, the latest first. */
  unknownCallers(): readonly UnknownCaller[]
  stop(): Promise<void>
}

export type SharedLinksDeps = { clock: Clock; net: Net; rng: Rng; mqtt?: MqttChoice | null }

export const createSharedLinks = (deps: SharedLinksDeps): SharedLinks => {
  const callers = createListenHub({ ...deps, host: '' })
  const awt100 = createAwt100Hub({ ...deps, host: '' })
  const mqtt = deps.mqtt ? deps.mqtt.createHub({ ...deps, ...deps.mqtt }) : null
  return {
    callers,
    awt100,
    mqtt,
    unknownCallers: () =>
      [...callers.unknownCallers(), ...awt100.unknownCallers()].sort((a, b) => b.at - a.at),
    stop: async () => {
      await Promise.all([callers.stop(), awt100.stop(), mqtt?.stop()])
    },
  }
}
