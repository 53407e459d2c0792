// TCP behind the link port.

import { connect } from 'node:net'
import type { DialResult, LinkClosed, LinkConnection, Net } from '../ports/net.ts'

const connectionOf = (socket: ReturnType<typeof connect>): LinkConnection => {
  let failure: LinkClosed = { reason: 'closed', detail: '' }
  socket.on('error', (error) => {
    failure = { reason: 'error', detail: error.message }
  })
  return {
    write: (bytes) => {
      if (!socket.destroyed) socket.write(bytes)
    },
    onBytes: (listener) => socket.on('data', listener),
    onClose: (listener) => socket.once('close', () => listener(failure)),
    close: () => socket.destroy(),
  }
}

const dialTcp: Net['dialTcp'] = ({ host, port, timeoutMs }) =>
  new Promise<DialResult>((resolve) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true })
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
      resolve({ ok: true, connection: connectionOf(socket) })
    })
  })

const notYet = (): Promise<{ ok: false } & LinkClosed> =>
  Promise.resolve({ ok: false, reason: 'error', detail: 'not supported' })

export const systemNet: Net = { dialTcp, listenTcp: notYet, openSerial: notYet }
