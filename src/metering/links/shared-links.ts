// What the links of one process share 共用的链路设施: the ports on which gateways call.

import type { Clock } from '../../ports/clock.ts'
import type { Net } from '../../ports/net.ts'
import { createListenHub, type ListenHub } from './listen-hub.ts'

export type SharedLinks = {
  readonly callers: ListenHub
  stop(): Promise<void>
}

export const createSharedLinks = (deps: { clock: Clock; net: Net }): SharedLinks => {
  const callers = createListenHub({ ...deps, host: '' })
  return { callers, stop: () => callers.stop() }
}
