// Dials a serial server 串口服务器 and keeps the connection.

import type { Net } from '../../ports/net.ts'
import { type KeepOpenDeps, keepOpen } from './keep-open.ts'
import type { Link, LinkEvents } from './link.ts'

const DIAL_TIMEOUT_MS = 5_000
const PAUSE_MOST_MS = 30_000

export const startTcpLink = (
  deps: KeepOpenDeps & { net: Net },
  { host, port }: { host: string; port: number },
  events: LinkEvents,
): Link =>
  keepOpen(
    deps,
    () => deps.net.dialTcp({ host, port, timeoutMs: DIAL_TIMEOUT_MS }),
    PAUSE_MOST_MS,
    events,
  )
