// Starts the link that a gateway's settings name 链路启动.

import type { Link, LinkEvents, LinkSettings } from './link.ts'
import { type LinkDeps, startTcpLink } from './tcp-client.ts'

export type { LinkDeps } from './tcp-client.ts'

/** Null: this process cannot serve that kind of link. */
export const startLink = (
  deps: LinkDeps,
  settings: LinkSettings,
  events: LinkEvents,
): Link | null => {
  switch (settings.kind) {
    case 'tcp-client':
      return startTcpLink(deps, settings, events)
    case 'tcp-listen':
    case 'serial':
    case 'acrel-4g':
    case 'acrel-awt100':
    case 'mqtt':
      return null
  }
}
