// Starts the link that a gateway's settings name 链路启动.

import type { Clock } from '../../ports/clock.ts'
import type { Rng } from '../../ports/ids.ts'
import type { Net } from '../../ports/net.ts'
import type { Link, LinkEvents, LinkSettings } from './link.ts'
import { startSerialLink } from './serial.ts'
import type { SharedLinks } from './shared-links.ts'
import { startTcpLink } from './tcp-client.ts'
import { startListenLink } from './tcp-listen.ts'

export type LinkDeps = { clock: Clock; net: Net; rng: Rng; shared: SharedLinks }

/** Null: this process cannot serve that kind of link. */
export const startLink = (
  deps: LinkDeps,
  settings: LinkSettings,
  events: LinkEvents,
): Link | null => {
  const { clock, shared } = deps
  switch (settings.kind) {
    case 'tcp-client':
      return startTcpLink(deps, settings, events)
    case 'tcp-listen':
      return startListenLink({ clock, callers: shared.callers }, settings, events)
    case 'serial':
      return startSerialLink(deps, settings, events)
    case 'acrel-4g':
    case 'acrel-awt100':
    case 'mqtt':
      return null
  }
}
