// A network in memory for tests 内存网络: who listens at which port, and lines that can be cut.

import type { DialResult, LinkClosed, LinkConnection, Net } from '../src/ports/net.ts'

/** The far end of a connection. */
export type FarEnd = {
  send(bytes: Uint8Array): void
  hangUp(): void
  onBytes: (bytes: Buffer) => void
}

export type MemoryNet = Net & {
  listen(port: number, accept: (end: FarEnd) => void): void
  refuse(port: number): void
  dials: number
}

const connectionPair = (): { near: LinkConnection; far: FarEnd } => {
  let closed = false
  let onBytes = (_: Buffer) => {}
  let onClose = (_: LinkClosed) => {}
  const close = () => {
    if (closed) return
    closed = true
    queueMicrotask(() => onClose({ reason: 'closed', detail: '' }))
  }
  const far: FarEnd = {
    send: (bytes) => {
      const copy = Buffer.from(bytes)
      if (!closed) queueMicrotask(() => onBytes(copy))
    },
    hangUp: close,
    onBytes: () => {},
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

export const createMemoryNet = (): MemoryNet => {
  const listeners = new Map<number, (end: FarEnd) => void>()
  const net: MemoryNet = {
    dials: 0,
    listen: (port, accept) => {
      listeners.set(port, accept)
    },
    refuse: (port) => {
      listeners.delete(port)
    },
    dialTcp: ({ port }): Promise<DialResult> => {
      net.dials += 1
      const accept = listeners.get(port)
      if (!accept) return Promise.resolve({ ok: false, reason: 'refused', detail: `${port}` })
      const { near, far } = connectionPair()
      accept(far)
      return Promise.resolve({ ok: true, connection: near })
    },
    listenTcp: () => Promise.resolve({ ok: false, reason: 'refused', detail: 'memory' }),
    openSerial: () => Promise.resolve({ ok: false, reason: 'refused', detail: 'memory' }),
  }
  return net
}
