// A serial port of this machine 本机串口, kept open: an adapter that is unplugged and plugged in again
// is found soon, because somebody stands beside it.

import type { Net, SerialSettings } from '../../ports/net.ts'
import { type KeepOpenDeps, keepOpen } from './keep-open.ts'
import type { Link, LinkEvents } from './link.ts'

const PAUSE_MOST_MS = 5_000

export const startSerialLink = (
  deps: KeepOpenDeps & { net: Net },
  { path, baud, parity, dataBits, stopBits }: SerialSettings,
  events: LinkEvents,
): Link =>
  keepOpen(
    deps,
    () => deps.net.openSerial({ path, baud, parity, dataBits, stopBits }),
    PAUSE_MOST_MS,
    events,
  )
