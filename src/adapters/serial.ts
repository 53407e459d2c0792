// Serial ports behind the link port 串口. The native binding is loaded with the first port that is
// opened: a machine that has none starts all the same.

import type { SerialPort } from 'serialport'
import type { DialResult, LinkClosed, LinkConnection, Net } from '../ports/net.ts'

const UNPLUGGED: LinkClosed = { reason: 'error', detail: 'the port is gone' }

/** The binding tells its errors apart by their words alone. */
const WHY_NOT: readonly [RegExp, string][] = [
  [/no such file|file not found|no such device/i, 'no such port'],
  [/cannot lock|busy|access denied/i, 'in use by another program'],
  [/permission denied/i, 'no permission to open it'],
  [/inappropriate ioctl/i, 'not a serial port'],
]

export const whyNotOpened = (path: string, message: string): LinkClosed => {
  const known = WHY_NOT.find(([words]) => words.test(message))
  return { reason: 'refused', detail: `${path}: ${known?.[1] ?? message}` }
}

const connectionOf = (port: SerialPort): LinkConnection => {
  let failure: LinkClosed = { reason: 'closed', detail: '' }
  let over = false
  let tell: (why: LinkClosed) => void = () => {}
  const close = () => {
    if (port.isOpen) port.close(() => {})
  }
  port.on('error', (error) => {
    failure = { reason: 'error', detail: error.message }
    close()
  })
  port.on('close', (lost: unknown) => {
    if (over) return
    over = true
    tell(lost instanceof Error ? UNPLUGGED : failure)
  })
  return {
    write: (bytes) => {
      if (port.isOpen) port.write(Buffer.from(bytes))
    },
    onBytes: (listener) => port.on('data', listener),
    onClose: (listener) => {
      tell = listener
    },
    close,
  }
}

type Serial = typeof import('serialport')

const loadBinding = (): Promise<Serial | null> =>
  // No binding for this platform: serial links are out of reach, everything else works.
  import('serialport').catch(() => null)

export const openSerial: Net['openSerial'] = async ({ path, baud, ...line }) => {
  const serial = await loadBinding()
  if (!serial) return { ok: false, reason: 'error', detail: 'no serial ports on this platform' }
  const port = new serial.SerialPort({ ...line, path, baudRate: baud, autoOpen: false })
  return new Promise<DialResult>((resolve) => {
    port.open((error) => {
      if (error) resolve({ ok: false, ...whyNotOpened(path, error.message) })
      else resolve({ ok: true, connection: connectionOf(port) })
    })
  })
}
