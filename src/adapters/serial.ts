// Serial ports behind the link port 串口. The native binding is loaded with the first port that is
// opened: a machine that has none starts all the same.

import { read } from 'node:fs'
import { promisify } from 'node:util'
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

const readSome = promisify(read)

const isEmptyYet = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['EAGAIN', 'EWOULDBLOCK', 'EINTR'].includes(String(error.code))

/**
 * A port that hung up reads as empty for ever. The library's own loop would read it again and
 * again, at the cost of a core, and the loss would be told by the next write at the earliest.
 */
const tellWhenHungUp = ({ port }: SerialPort): void => {
  // Windows tells by itself.
  if (!port || !('poller' in port)) return
  port.read = async (buffer, offset, length) => {
    while (port.fd !== null) {
      try {
        const { bytesRead } = await readSome(port.fd, buffer, offset, length, null)
        if (bytesRead > 0) return { bytesRead, buffer }
        throw new Error('hung up')
      } catch (error) {
        if (!isEmptyYet(error)) throw error
      }
      await new Promise<void>((resolve, reject) => {
        port.poller.once('readable', (error) => (error ? reject(error) : resolve()))
      })
    }
    throw Object.assign(new Error('the port is closed'), { canceled: true })
  }
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
      else {
        tellWhenHungUp(port)
        resolve({ ok: true, connection: connectionOf(port) })
      }
    })
  })
}
