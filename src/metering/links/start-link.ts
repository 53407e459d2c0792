// Starts the link that a gateway's settings name 链路启动.

import type { Clock } from '../../ports/clock.ts'
import type { Rng } from '../../ports/ids.ts'
import type { Net } from '../../ports/net.ts'
import { startAcrel4gLink } from './acrel-4g.ts'
import type { Link, LinkEvents, LinkSettings } from './link.ts'
import { startSerialLink } from './serial.ts'
import type { SharedLinks } from './shared-links.ts'
import { startTcpLink } from './tcp-client.ts'
import { startListenLink } from './tcp-listen.ts'

export type LinkDeps = {
  clock: Clock
  net: Net
  rng: Rng
  shared: SharedLinks
  /** Of the complex: some gateways are told its local time, or write it. */
  zone: string
}

/** Null: this process cannot serve that kind of link. */
export const startLink = (
  deps: LinkDeps,
  settings: LinkSettings,
  events: LinkEvents,
): Link | null => {
  const { clock, shared, zone } = deps
  const { callers, awt100, mqtt } = shared
  switch (settings.kind) {
    case 'tcp-client':
      return startTcpLink(deps, settings, events)
    case 'tcp-listen':
      return startListenLink({ clock, callers }, settings, events)
    case 'serial':
      return startSerialLink(deps, settings, events)
    case 'acrel-4g':
      return startAcrel4gLink({ clock, callers, zone }, settings, events)
    case 'acrel-awt100':
      return awt100.attach(settings, zone, events)
    case 'mqtt':
      return mqtt?.attach(settings, zone, events) ?? null
  }
}
