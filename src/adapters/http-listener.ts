// Listening for HTTP 监听: plain or over TLS, with the limits on what may take how long, and a plain
// port beside TLS that only sends browsers on.

import {
  createServer as createPlain,
  type RequestListener,
  type Server,
  type ServerOptions,
} from 'node:http'
import { createServer as createSecure, type Server as SecureServer } from 'node:https'
import type { Socket } from 'node:net'
import type { TlsPair } from './tls-pair.ts'

/** From the first byte of a request to the end of its head, and to the end of its body. */
export type Patience = { headersMs: number; requestMs: number; checkEveryMs: number }
const PATIENCE: Patience = { headersMs: 10_000, requestMs: 30_000, checkEveryMs: 2_000 }
/** Longer than proxies keep an idle connection, so that the proxy closes it and loses nothing. */
const IDLE_MS = 72_000
/** Nothing moves on it: streams beat every few seconds, and nobody thinks that long. */
const STILL_MAX_MS = 180_000
const HEAD_MAX_BYTES = 16 * 1_024
const HEADERS_MAX = 100
/** A process has only so many file descriptors. */
const CONNECTIONS_MAX = 4_096

const optionsOf = ({ headersMs, requestMs, checkEveryMs }: Patience): ServerOptions => ({
  headersTimeout: headersMs,
  requestTimeout: requestMs,
  connectionsCheckingInterval: checkEveryMs,
  keepAliveTimeout: IDLE_MS,
  maxHeaderSize: HEAD_MAX_BYTES,
  requireHostHeader: true,
})

const bounded = <S extends Server>(server: S, sockets = new Set<Socket>()): S => {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.maxConnections = CONNECTIONS_MAX
  server.maxHeadersCount = HEADERS_MAX
  server.setTimeout(STILL_MAX_MS)
  return server
}

export type Listeners = {
  /** Each a server of its own: one name may have several addresses. */
  create(handler: RequestListener): Server
  /** New connections are answered with this certificate; those that stand go on. */
  renew(pair: TlsPair): void
  /** Also of those who have not begun to speak TLS, whom their server does not know yet. */
  destroyAll(): void
}

export const httpListeners = (pair: TlsPair | null, patience = PATIENCE): Listeners => {
  const options = optionsOf(patience)
  const secure: SecureServer[] = []
  const sockets = new Set<Socket>()
  let current = pair
  return {
    create: (handler) => {
      if (current === null) return bounded(createPlain(options, handler), sockets)
      const { cert, key } = current
      const server = createSecure(
        {
          ...options,
          ...{ cert, key, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' },
          ...{ handshakeTimeout: patience.headersMs, ALPNProtocols: ['http/1.1'] },
        },
        handler,
      )
      secure.push(server)
      return bounded(server, sockets)
    },
    destroyAll: () => {
      for (const socket of sockets) socket.destroy()
    },
    renew: ({ cert, key }) => {
      current = { cert, key }
      for (const server of secure) server.setSecureContext({ cert, key, minVersion: 'TLSv1.2' })
    },
  }
}

const HOST = /^([a-z0-9.-]{1,253}|\[[0-9a-f:]{2,39}\])(:\d{1,5})?$/i

/** Sends every request on to the TLS port of the same name. Errors: the port is taken. */
export const listenAndRedirect = (
  at: { host: string; port: number },
  toPort: number,
): Promise<{ port: number; stop(): Promise<void> }> =>
  new Promise((resolve, reject) => {
    const server = bounded(
      createPlain(optionsOf(PATIENCE), (request, response) => {
        const name = HOST.exec(request.headers.host ?? '')?.[1]
        request.resume()
        if (name === undefined || !request.url?.startsWith('/')) {
          response.writeHead(400, { 'content-length': 0 }).end()
          return
        }
        const port = toPort === 443 ? '' : `:${toPort}`
        const location = `https://${name}${port}${request.url}`
        response.writeHead(308, { location, 'content-length': 0 }).end()
      }),
    )
    server.once('error', reject)
    server.listen(at, () => {
      const address = server.address()
      resolve({
        port: address !== null && typeof address === 'object' ? address.port : at.port,
        stop: () =>
          new Promise((stopped) => {
            server.close(() => stopped())
            server.closeAllConnections()
          }),
      })
    })
  })
