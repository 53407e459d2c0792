// TCP behind the link port, both ways: we dial, or we are dialled.

import { connect, createServer, type Server, type Socket } from 'node:net'
import type {
  DialResult,
  LinkClosed,
  LinkConnection,
  Listening,
  ListenResult,
  Net,
} from '../ports/net.ts'
import { errorCode } from './error-code.ts'
import { openSerial } from './serial.ts'

/** Connections at one port; a process has only so many file descriptors. */
const CONNECTIONS_MAX = 4_096
/** What the far side does not take is kept in memory: beyond this nobody is reading there. */
const UNSENT_BYTES_MAX = 256 * 1_024
const UNREAD: LinkClosed = { reason: 'error', detail: 'the far side takes no more bytes' }

/** Longer answers come in pieces; a meter's answer is a hundred bytes. */
const READ_BYTES = 2_048

type Reading = Pick<LinkConnection, 'onBytes'>

const connectionOf = (socket: Socket, { onBytes }: Reading): LinkConnection => {
  let failure: LinkClosed = { reason: 'closed', detail: '' }
  socket.on('error', (error) => {
    failure = { reason: 'error', detail: error.message }
  })
  return {
    write: (bytes) => {
      if (socket.destroyed) return
      socket.write(bytes)
      if (socket.writableLength <= UNSENT_BYTES_MAX) return
      failure = UNREAD
      socket.destroy()
    },
    onBytes,
    onClose: (listener) => socket.once('close', () => listener(failure)),
    close: () => socket.destroy(),
  }
}

/**
 * Reads into one small piece of memory for the life of a connection: a stream would take 64 KiB
 * for each answer of a meter. What came before anybody listened is kept, and nothing more is read.
 */
const readInto = () => {
  let listener: ((bytes: Buffer) => void) | null = null
  const early: Buffer[] = []
  const onread = {
    buffer: new Uint8Array(READ_BYTES),
    callback: (length: number, memory: Uint8Array): boolean => {
      const bytes = Buffer.from(memory.subarray(0, length))
      if (listener) listener(bytes)
      else early.push(bytes)
      return listener !== null
    },
  }
  const readingOf = (socket: Socket): Reading => ({
    onBytes: (heard) => {
      listener = heard
      for (const bytes of early.splice(0)) heard(bytes)
      socket.resume()
    },
  })
  return { onread, readingOf }
}

const dialTcp: Net['dialTcp'] = ({ host, port, timeoutMs }) =>
  new Promise<DialResult>((resolve) => {
    const { onread, readingOf } = readInto()
    const socket = connect({ host, port, noDelay: true, keepAlive: true, onread })
    const timer = setTimeout(() => {
      socket.destroy()
      resolve({ ok: false, reason: 'timeout', detail: `${host}:${port}` })
    }, timeoutMs)
    const refused = (error: Error) => {
      clearTimeout(timer)
      resolve({ ok: false, reason: 'refused', detail: error.message })
    }
    socket.once('error', refused)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', refused)
      resolve({ ok: true, connection: connectionOf(socket, readingOf(socket)) })
    })
  })

/** Clients of an IPv4 address reach a port of both families under a mapped one. */
const callerAddress = ({ remoteAddress = '', remotePort = 0 }: Socket): string =>
  `${remoteAddress.replace(/^::ffff:/, '')}:${remotePort}`

const listeningOf = (server: Server, sockets: ReadonlySet<Socket>, asked: number): Listening => {
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : asked
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

const WHY_NOT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another program',
  EACCES: 'needs rights that this program has not',
  EADDRNOTAVAIL: 'is of an address that this machine has not',
}

const listenTcp: Net['listenTcp'] = ({ host, port }, accept) =>
  new Promise<ListenResult>((resolve) => {
    const sockets = new Set<Socket>()
    const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      const onBytes: Reading['onBytes'] = (listener) => {
        socket.on('data', listener)
      }
      accept(connectionOf(socket, { onBytes }), callerAddress(socket))
    })
    server.maxConnections = CONNECTIONS_MAX
    server.once('error', (error) => {
      const why = WHY_NOT[errorCode(error)] ?? error.message
      resolve({ ok: false, reason: 'refused', detail: `port ${port} ${why}` })
    })
    server.listen({ port, ...(host && { host }), exclusive: true }, () => {
      // A connection that fails while it is accepted is the caller's loss, not the port's.
      server.on('error', () => {})
      resolve({ ok: true, listening: listeningOf(server, sockets, port) })
    })
  })

export const systemNet: Net = { dialTcp, listenTcp, openSerial }
