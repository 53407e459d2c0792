// A network in memory for tests 内存网络: who listens at which port, which serial ports are plugged
// in, and lines that can be cut.

import type { DialResult, LinkClosed, LinkConnection, Net } from '../src/ports/net.ts'

/** The far end of a connection. */
export type FarEnd = {
  send(bytes: Uint8Array): void
  hangUp(): void
  onBytes: (bytes: Buffer) => void
  /** Whoever ended it. */
  readonly closed: boolean
}

export type MemoryNet = Net & {
  /** Somebody out there answers calls to this port. */
  listen(port: number, accept: (end: FarEnd) => void): void
  refuse(port: number): void
  /** Somebody calls a port on which we listen; null where nobody listens. */
  call(port: number, from?: string): FarEnd | null
  /** Another program has this port. */
  occupy(port: number): void
  vacate(port: number): void
  /** The ports on which we listen. */
  readonly listening: readonly number[]
  plugIn(path: string, opened: (end: FarEnd) => void): void
  /** The port is gone, and so are the connections over it. */
  unplug(path: string): void
  dials: number
}

const FIRST_FREE_PORT = 50_000
const NO_WHY: LinkClosed = { reason: 'closed', detail: '' }

const connectionPair = (): { near: LinkConnection; far: FarEnd } => {
  let closed = false
  let onBytes = (_: Buffer) => {}
  let onClose = (_: LinkClosed) => {}
  const close = () => {
    if (closed) return
    closed = true
    queueMicrotask(() => onClose(NO_WHY))
  }
  const far: FarEnd = {
    send: (bytes) => {
      const copy = Buffer.from(bytes)
      if (!closed) queueMicrotask(() => onBytes(copy))
    },
    hangUp: close,
    onBytes: () => {},
    get closed() {
      return closed
    },
  }
  const near: LinkConnection = {
    write: (bytes) => {
      const copy = Buffer.from(bytes)
      if (!closed) queueMicrotask(() => far.onBytes(copy))
    },
    onBytes: (listener) => {
      onBytes = listener
    },
    onClose: (listener) => {
      onClose = listener
    },
    close,
  }
  return { near, far }
}

const opened = (accept: ((end: FarEnd) => void) | undefined, name: string): Promise<DialResult> => {
  if (!accept) return Promise.resolve({ ok: false, reason: 'refused', detail: name })
  const { near, far } = connectionPair()
  accept(far)
  return Promise.resolve({ ok: true, connection: near })
}

type Accept = Parameters<Net['listenTcp']>[1]

/** The side on which we listen. */
const createOwnPorts = () => {
  const occupied = new Set<number>()
  const listeners = new Map<number, Accept>()
  const ends = new Map<number, FarEnd[]>()
  let free = FIRST_FREE_PORT

  const listenTcp: Net['listenTcp'] = ({ port: asked }, accept) => {
    const port = asked === 0 ? free++ : asked
    if (occupied.has(port) || listeners.has(port)) {
      return Promise.resolve({ ok: false, reason: 'refused', detail: `port ${port} is taken` })
    }
    listeners.set(port, accept)
    const close = () => {
      listeners.delete(port)
      for (const end of ends.get(port) ?? []) end.hangUp()
      return Promise.resolve()
    }
    return Promise.resolve({ ok: true, listening: { port, close } })
  }
  const call = (port: number, from = '10.0.0.1:40000'): FarEnd | null => {
    const accept = listeners.get(port)
    if (!accept) return null
    const { near, far } = connectionPair()
    ends.set(port, [...(ends.get(port) ?? []), far])
    accept(near, from)
    return far
  }
  return { occupied, listeners, listenTcp, call }
}

export const createMemoryNet = (): MemoryNet => {
  const answering = new Map<number, (end: FarEnd) => void>()
  const plugged = new Map<string, (end: FarEnd) => void>()
  const wires = new Map<string, FarEnd[]>()
  const own = createOwnPorts()
  const net: MemoryNet = {
    dials: 0,
    listen: (port, accept) => {
      answering.set(port, accept)
    },
    refuse: (port) => {
      answering.delete(port)
    },
    dialTcp: ({ port }) => {
      net.dials += 1
      return opened(answering.get(port), `${port}`)
    },
    listenTcp: own.listenTcp,
    call: own.call,
    occupy: (port) => {
      own.occupied.add(port)
    },
    vacate: (port) => {
      own.occupied.delete(port)
    },
    get listening() {
      return [...own.listeners.keys()]
    },
    plugIn: (path, accept) => {
      plugged.set(path, (end) => {
        wires.set(path, [...(wires.get(path) ?? []), end])
        accept(end)
      })
    },
    unplug: (path) => {
      plugged.delete(path)
      for (const end of wires.get(path) ?? []) end.hangUp()
    },
    openSerial: ({ path }) => {
      net.dials += 1
      return opened(plugged.get(path), `${path}: no such port`)
    },
  }
  return net
}
